"""What is said of a certificate and of its kind, and why one is sent back."""

from typing import Any

from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice

from portal import forms, web
from portal.assignments.due import add_months
from portal.certificates.types import CertificateType
from portal.people import access as people_access
from portal.people.models import NOBODY, Person
from portal.people.session import viewer
from portal.text import count
from portal.uploads.forms import UploadField

UPLOAD = "certificate"
MAX_MONTHS = 600


class FactsForm(forms.Form):
    """What a certificate says. What its type needs is asked for once the type is known."""

    issued_on = forms.day("Issued on", required="Say when it was issued.")
    expires_on = forms.day("Valid until")
    never = BooleanField("It never ends")
    number = forms.line("Its number", 80)
    issuer = forms.line("Who issued it", 120)
    file = UploadField("The certificate, as a photo or a file", UPLOAD)
    note = forms.lines("Note for HR", 500)

    # Whoever brings their own brings one that counts; HR records earlier ones as well.
    is_own = True
    # The one it corrects has a file already.
    has_file = False

    def chosen(self) -> CertificateType | None:
        """The type it is of."""
        raise NotImplementedError

    def need(self, certificate_type: CertificateType | None) -> None:
        """Mark as needed what the type needs, so that the page says so before it is sent."""
        if certificate_type is None:
            return
        self.number.flags.required = certificate_type.needs_number
        self.issuer.flags.required = certificate_type.needs_issuer
        self.file.flags.required = certificate_type.needs_file and not self.has_file

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        found = self.chosen()
        self.need(found)
        if found is not None:
            self._ask_for(found)
        self._look_at_dates(found)
        return is_valid and not self.errors

    def _ask_for(self, found: CertificateType) -> None:
        wants = (
            (found.needs_number, self.number, self.number.data, "Type its number."),
            (found.needs_issuer, self.issuer, self.issuer.data, "Say who issued it."),
            (
                found.needs_file and not self.has_file, self.file, self.file.upload,
                "Take a photo of it, or choose the file.",
            ),
        )  # fmt: skip
        for is_needed, field, given, sentence in wants:
            if is_needed and not given and not field.errors:
                field.errors = [sentence]

    def _look_at_dates(self, found: CertificateType | None) -> None:
        issued, ends, today = self.issued_on.data, self.expires_on.data, web.viewer_today()
        if self.issued_on.errors or self.expires_on.errors:
            return
        if issued and issued > today:
            self.issued_on.errors = ["That day is still to come."]
        elif ends and self.never.data:
            self.expires_on.errors = ["It ends that day, or never: choose one."]
        elif ends and issued and ends < issued:
            self.expires_on.errors = ["It ends before it was issued."]
        elif ends and ends < today and self.is_own:
            self.expires_on.errors = ["It has ended already. Bring the one that counts now."]
        elif issued and not ends and not self.never.data:
            self.expires_on.errors = [self._propose(found)]

    def _propose(self, found: CertificateType | None) -> str:
        """Nobody's certificate is to count for ever by an oversight."""
        if found is None or not found.months:
            return "Say until when, or tick that it never ends."
        self.expires_on.data = add_months(self.issued_on.data, found.months)
        self.expires_on.raw_data = [str(self.expires_on.data)]
        usual = count(found.months, "month")
        return f"Usually {usual}, so we wrote that down. Send it, or correct it."

    def facts(self) -> dict[str, Any]:
        """As `Certificate` takes them, without the file."""
        return {
            "issued_on": self.issued_on.data,
            "expires_on": None if self.never.data else self.expires_on.data,
            "number": self.number.data or "",
            "issuer": self.issuer.data or "",
            "note": self.note.data or "",
        }


class CorrectionForm(FactsForm):
    """The same kind for the same person, said right."""

    def of(self, certificate_type: CertificateType, *, is_own: bool, has_file: bool) -> Any:
        self._type, self.is_own, self.has_file = certificate_type, is_own, has_file
        self.need(certificate_type)
        return self

    def chosen(self) -> CertificateType | None:
        return self._type


class CertificateForm(FactsForm):
    """A certificate of one's own."""

    type = forms.choice("What it is", required="Say what it is.")

    def offer(self, types: list[CertificateType]) -> Any:
        self._types = {str(one.id): one for one in types}
        given = [SelectChoice(key, one.name) for key, one in self._types.items()]
        self.type.choices = [SelectChoice("", "Choose"), *given]
        self.need(self.chosen())
        return self

    def chosen(self) -> CertificateType | None:
        return self._types.get(str(self.type.data or ""))


class AnybodysForm(CertificateForm):
    """HR's: whose it is, too."""

    is_own = False
    person = forms.line("Whose it is", 254, required="Say whose it is.")

    def validate_person(self, field: Any) -> None:
        self.holder = people_access.colleague(viewer(), field.data)
        if self.holder is None:
            raise forms.ValidationError(NOBODY)
        self.is_own = self.holder.id == self.by_id

    by_id = 0
    holder: Person | None = None


class SendBackForm(forms.Form):
    reason = forms.lines("Why", 300, required="Say why: it is all the person reads.")


class TypeForm(forms.Form):
    """A kind of certificate."""

    name = forms.line("Name", 80, required="Give it a name.")
    note = forms.lines("Note for whoever brings one", 500)
    months = forms.number("Usually valid for, in months", 0, MAX_MONTHS)
    needs_file = BooleanField("A photo or a file of it", default=True)
    needs_number = BooleanField("Its number")
    needs_issuer = BooleanField("Who issued it")

    besides: CertificateType | None = None

    def validate_name(self, field: Any) -> None:
        if CertificateType.name_taken(field.data, self.besides):
            raise forms.ValidationError("There is one of this name already.")

    def facts(self) -> dict[str, Any]:
        """As `CertificateType` takes them."""
        said = {name: getattr(self, name).data for name in CertificateType.SAID}
        return said | {"months": self.months.data or 0, "note": self.note.data or ""}
