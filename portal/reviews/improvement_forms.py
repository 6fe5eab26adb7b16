"""What is asked of an improvement plan: its days, how it goes, and how it ended."""

from datetime import timedelta
from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from portal import forms, web
from portal.people import access as people_access
from portal.people.models import NOBODY, Person
from portal.people.session import viewer
from portal.reviews.improvement import LEAST_DAYS, MOST_DAYS, RHYTHMS
from portal.reviews.improvement_said import EXTENDED, MAX_WORDS, OUTCOMES, STATES


def _far(field: Any, least: int, sooner: str) -> None:
    today = web.viewer_today()
    if field.data and field.data < today + timedelta(days=least):
        raise forms.ValidationError(sooner)
    if field.data and field.data > today + timedelta(days=MOST_DAYS):
        raise forms.ValidationError("A year ahead at most.")


class StartForm(forms.Form):
    person = forms.line("Who", 254, required="Say who.")
    weeks = RadioField(
        "How often do you look at it together?",
        choices=[SelectChoice(str(weeks), said.capitalize()) for weeks, said in RHYTHMS.items()],
    )
    ends_on = forms.day("Until when", required="Say until when.")

    def validate_person(self, field: Any) -> None:
        if self.found is None:
            raise forms.ValidationError(NOBODY)

    def validate_ends_on(self, field: Any) -> None:
        _far(field, LEAST_DAYS, "Give it two weeks at least: nothing changes in less.")

    @property
    def found(self) -> Person | None:
        return people_access.colleague(viewer(), self.person.data)


class CheckForm(forms.Form):
    state = RadioField(
        "How does it go?",
        choices=[SelectChoice(name, said) for name, (said, _) in STATES.items()],
    )
    words = forms.lines("In a sentence or two", MAX_WORDS, required="Say it in a sentence.")

    def validate_state(self, field: Any) -> None:
        if not field.data:
            raise forms.ValidationError("Choose how it goes.")


class WordForm(forms.Form):
    words = forms.lines("What you want to say", MAX_WORDS, required="Write something first.")


class DayForm(forms.Form):
    day = forms.day("You look at it on", required="Choose a day.")


class OutcomeForm(forms.Form):
    sort = RadioField(
        "How did it end?", choices=[SelectChoice(name, said) for name, said in OUTCOMES.items()]
    )
    until = forms.day("Extended until")
    words = forms.lines("Why", MAX_WORDS, required="Say why: what is there, and what is not.")
    after = HiddenField("after")

    def validate_sort(self, field: Any) -> None:
        if not field.data:
            raise forms.ValidationError("Choose how it ended.")

    def validate_until(self, field: Any) -> None:
        if self.sort.data == EXTENDED:
            _far(field, 1, "Choose a day to come.")

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        fits = super().validate(*args, **kwargs)
        if self.sort.data == EXTENDED and not self.until.data and not self.until.errors:
            self.until.errors, fits = ["Say until when it goes on."], False
        return fits

    @property
    def follows(self) -> int:
        """The number of the word before this one."""
        return web.number(self.after.data or "0") or 0
