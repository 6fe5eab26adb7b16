"""What is sent when somebody signs: the seal of what they were shown, answers, a name, a note."""

from datetime import datetime
from typing import Any

from flask import abort, request
from itsdangerous import BadSignature, URLSafeSerializer

from portal import forms, web
from portal.people import access as people_access
from portal.people.models import NOBODY, Person
from portal.people.session import viewer
from portal.policies.models import MAX_NOTE_CHARS
from portal.policies.reading import Reading, Seen
from portal.questionnaires.questionnaire import Answers, Refused, TooLong

OWN_FIELDS = ("seal", "typed_name", "note")


def _serializer() -> URLSafeSerializer:
    # The last key signs, all are accepted: a page opened before the key changed can be signed.
    return URLSafeSerializer(web.secret_keys()[::-1], salt="policy")


def seal(seen: Seen) -> str:
    """What goes with the page, so that nothing else is signed than what was put before them."""
    said = seen.__dict__ | {"shown_at": seen.shown_at.isoformat()}
    return str(_serializer().dumps(said))


def unseal(sealed: str) -> Seen | None:
    """What was put before them; None where it does not come from a page of ours."""
    try:
        said = _serializer().loads(sealed)
        return Seen(**said | {"shown_at": datetime.fromisoformat(said["shown_at"])})
    except (BadSignature, TypeError, KeyError, ValueError):
        return None


class SignForm(forms.Form):
    seal = forms.line("Seal", 2_000)
    typed_name = forms.line("Your name, typed", 120)


class OnBehalfForm(SignForm):
    note = forms.lines(
        "How they told you",
        MAX_NOTE_CHARS,
        required="Say how they told you: a signed paper, a conversation, and when.",
    )


class Posted:
    """A signature as it was sent: what was seen, the answers, and the fields beside them."""

    def __init__(self, form_class: type[SignForm], reading: Reading, by: Person) -> None:
        self.form = form_class(request.form)
        self.seen = self._seen(reading, by)
        self.answers = self._answers(reading)

    def _seen(self, reading: Reading, by: Person) -> Seen:
        seen = unseal(self.form.seal.data or "")
        if seen is None or (seen.person, seen.by) != (reading.person.id, by.id):
            abort(400, "This page was not made for this signature. Open the policy again.")
        return seen

    def _answers(self, reading: Reading) -> Answers:
        """What was chosen. Where the text is another by now nobody asks what it was."""
        fields = [
            (name, request.form.getlist(name)) for name in request.form if name not in OWN_FIELDS
        ]
        try:
            return reading.sheet.questionnaire.read(fields)
        except (Refused, TooLong) as error:
            if self.seen.is_still(reading):
                abort(400, str(error))
            return {}


class WhomForm(forms.Form):
    person = forms.line("Who signs", 254, required="Say for whom you sign.")

    def validate_person(self, field: Any) -> None:
        if self.found is None:
            raise forms.ValidationError(NOBODY)

    @property
    def found(self) -> Person | None:
        return people_access.colleague(viewer(), self.person.data)
