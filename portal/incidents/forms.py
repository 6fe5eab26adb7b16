"""What is asked of whoever reports, and of whoever works on a report."""

import re
from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal import forms, web
from portal.documents.models import Document
from portal.incidents.models import MAX_NOTE, MAX_WORDS
from portal.incidents.sorts import Sort
from portal.people import access as people_access
from portal.people.models import NOBODY, Person
from portal.people.session import viewer
from portal.uploads.forms import UploadField

UPLOAD = "incident"
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")


class ReportForm(forms.Form):
    """What happened, in the words of whoever saw it."""

    what = forms.lines("What happened", MAX_WORDS, required="Say in your words what happened.")
    happened_on = forms.day("On which day", required="Say on which day it was.")
    at = forms.line("About what time", 5)
    place = forms.line("Where", 160, required="Say where it was: a room, a street, a system.")
    outcome = RadioField("", [InputRequired("Choose one; “I do not know” is an answer.")])
    whom = forms.line("", 300)
    file = UploadField("A photo", UPLOAD)

    def of(self, sort: Sort) -> "ReportForm":
        """Asking what this sort asks."""
        self.outcome.label.text, self.whom.label.text = sort.asks, sort.asks_whom
        self.outcome.choices = [SelectChoice(*each) for each in sort.outcomes.items()]
        return self

    def validate_happened_on(self, field: Any) -> None:
        if field.data and field.data > web.viewer_today():
            raise forms.ValidationError("That day is still to come.")

    def validate_at(self, field: Any) -> None:
        if field.data and not (found := _TIME.fullmatch(field.data)):
            raise forms.ValidationError("Write it like 14:30, or leave it empty.")
        if field.data:
            field.data = f"{int(found[1]):02d}:{found[2]}"  # type: ignore[index]

    def facts(self) -> dict[str, Any]:
        """As `Incident.report` takes them, without the photo."""
        names = ("what", "happened_on", "at", "place", "outcome", "whom")
        return {name: getattr(self, name).data or "" for name in names}


class NoteForm(forms.Form):
    text = forms.lines("Your note", MAX_NOTE, required="Write a sentence.")


class MeasureForm(forms.Form):
    title = forms.line("What is to be done", 200, required="Say what is to be done.")
    person = forms.line("Who does it", 254, required="Say who does it.")
    due_on = forms.day("By when", required="Say by when.")

    found: Person | None = None

    def validate_person(self, field: Any) -> None:
        self.found = people_access.colleague(viewer(), field.data)
        if self.found is None:
            raise forms.ValidationError(NOBODY)

    def validate_due_on(self, field: Any) -> None:
        if field.data and field.data < web.viewer_today():
            raise forms.ValidationError("That day is over.")


class AssessForm(forms.Form):
    outcome = RadioField("What came of it", [InputRequired("Choose one.")])
    course = forms.choice("A course about this")

    def of(self, sort: Sort, courses: list[Document]) -> "AssessForm":
        self.outcome.choices = [SelectChoice(*each) for each in sort.outcomes.items()]
        self._courses = {str(course.id): course for course in courses}
        given = [SelectChoice(key, course.title) for key, course in self._courses.items()]
        self.course.choices = [SelectChoice("", "None"), *given]
        return self

    @property
    def chosen(self) -> Document | None:
        return self._courses.get(self.course.data or "")


class CloseForm(forms.Form):
    learned = forms.lines(
        "What was learned", MAX_NOTE, required="Say what was learned: whoever told it reads this."
    )
