"""What HR says of a paper, and what a leaver answers."""

from datetime import timedelta
from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal import forms, web
from portal.personnel.papers import HR_ONLY, KINDS, SEEN_BY
from portal.uploads.forms import UploadField

UPLOAD = "paper"


class FactsForm(forms.Form):
    """What is said about a paper."""

    title = forms.line("Title", 120)
    issued_on = forms.day("Issued on")
    expires_on = forms.day("Ends on")
    seen_by = RadioField(
        "Who may see it",
        [InputRequired("Say who may see it.")],
        choices=[SelectChoice(name, title) for name, title in SEEN_BY.items()],
        default=HR_ONLY,
    )
    keep_until = forms.day("Keep until")
    note = forms.lines("Note, for HR only", 1000)

    def validate_expires_on(self, field: Any) -> None:
        if field.data and self.issued_on.data and field.data < self.issued_on.data:
            raise forms.ValidationError("It ends before it was issued.")

    def validate_keep_until(self, field: Any) -> None:
        if field.data and field.data <= web.viewer_today() + timedelta(days=1):
            raise forms.ValidationError("That day is past or too near: it would be let go at once.")

    def facts(self, default_title: str) -> dict[str, Any]:
        """As `Paper` takes them."""
        names = ("issued_on", "expires_on", "seen_by", "keep_until", "note")
        said = {name: getattr(self, name).data for name in names}
        return said | {"title": self.title.data or default_title, "note": self.note.data or ""}


class ReplacementForm(FactsForm):
    file = UploadField("The file", UPLOAD, required="Choose the file.")


class PaperForm(ReplacementForm):
    kind = forms.choice("Kind", required="Say what it is.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.name, kind.title) for kind in KINDS.values()]
        self.kind.choices = [("", "Choose"), *kinds]


class LinkForm(forms.Form):
    address = forms.email("Where to", required="Type an address they will still read.")


class ConsentForm(forms.Form):
    """May we keep in touch."""

    agreed = RadioField(
        "May we keep in touch?",
        [InputRequired("Say yes or no.")],
        choices=[SelectChoice("yes", "Yes, now and then"), SelectChoice("no", "No, please do not")],
    )
    address = forms.email("At which address")

    def validate(self, extra_validators: Any = None) -> bool:
        """An address belongs to a yes; asked here, as an empty optional field is asked nothing."""
        is_valid = bool(super().validate(extra_validators))
        if self.agreed.data == "yes" and not self.address.data and not self.address.errors:
            self.address.errors = ["Type the address we may write to."]
            return False
        return is_valid
