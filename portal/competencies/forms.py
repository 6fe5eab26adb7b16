"""Saying where somebody stands, and asking a colleague to."""

from dataclasses import dataclass
from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from portal import forms
from portal.competencies.gaps import Gap
from portal.competencies.models import MAX_NOTE_CHARS
from portal.documents.models import Document
from portal.people import access as people_access
from portal.people.models import NOBODY, Person
from portal.people.session import viewer
from portal.text import fold

CHANGED = "The text was changed while you were choosing. Look at the rows again, then send it."
NOTHING = "Choose a row in at least one competency."
NO_ROW = "Choose a row as well, or leave the sentence out."


@dataclass(frozen=True)
class Question:
    """One competency in the form: the gap it is about, with its two fields."""

    gap: Gap
    value: Any
    note: Any

    @property
    def key(self) -> str:
        return f"c{self.gap.text.document.id}"


class AssessForm(forms.Form):
    """A row and a sentence for each competency; `of` adds the fields of one person's."""

    # Which texts were shown: nobody chooses a row of one text and is noted with another.
    shown = HiddenField()

    asked: list[Gap] = []

    @classmethod
    def of(cls, asked: list[Gap]) -> "type[AssessForm]":
        """The form that asks these competencies, on the level of whom they are about."""
        fields: dict[str, Any] = {"asked": asked}
        for gap in asked:
            number = gap.text.document.id
            rows = [SelectChoice(str(row.value), row.label) for row in gap.shown.anchors]
            fields[f"c{number}"] = RadioField(
                gap.title, [Optional()], choices=[*rows, SelectChoice("", "Nothing now")]
            )
            label = f"Why, in a sentence: {gap.title}"
            fields[f"n{number}"] = forms.line(label, MAX_NOTE_CHARS)
        return type("AssessmentForm", (cls,), fields)

    @property
    def questions(self) -> list[Question]:
        numbers = [(gap, gap.text.document.id) for gap in self.asked]
        return [Question(gap, self[f"c{id}"], self[f"n{id}"]) for gap, id in numbers]

    @property
    def texts_now(self) -> str:
        """Which texts the rows are of, in one word."""
        return ".".join(f"{one.text.revision.id}-{one.shown.level}" for one in self.asked)

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        for one in self.questions:
            if one.note.data and not one.value.data:
                one.value.errors = [NO_ROW]
                is_valid = False
        if is_valid and self.shown.data != self.texts_now:
            self.form_errors.append(CHANGED)
            is_valid = False
        if is_valid and not self.said:
            self.form_errors.append(NOTHING)
            is_valid = False
        return is_valid

    @property
    def said(self) -> list[tuple[Document, int, str]]:
        """What was chosen: competency, row and sentence."""
        chosen = [one for one in self.questions if one.value.data]
        return [(one.gap.text.document, int(one.value.data), one.note.data or "") for one in chosen]


class AskForm(forms.Form):
    """Which colleague is asked to say where somebody stands."""

    peer = forms.line("Which colleague", 254, required="Say whom you ask: a name or an address.")

    found: Person | None = None
    about: Person
    # Whom the viewer may ask about them, as a query.
    among: Any

    def validate_peer(self, field: Any) -> None:
        found = people_access.colleague(viewer(), field.data)
        if found is not None and found.id == self.about.id:
            raise forms.ValidationError("They say that of themselves in their own assessment.")
        if found is not None and found.leads(self.about):
            raise forms.ValidationError("They lead them, and can say so without being asked.")
        self.found = self.among.where(Person.id == found.id).first() if found else None
        if self.found is None:
            raise forms.ValidationError(NOBODY)


def spelled(people: list[Person]) -> list[str]:
    """How each is typed into that form: by name, by address where two share one."""
    names = [fold(one.called) for one in people]
    return [
        one.email if names.count(name) > 1 else one.called
        for one, name in zip(people, names, strict=True)
    ]


class NoForm(forms.Form):
    """A button."""
