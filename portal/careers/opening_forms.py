"""What is asked of whoever posts an opening, asks for it, chooses, or says no."""

from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField

from portal import forms, text, web
from portal.careers.interests import MAX_WISH
from portal.careers.openings import MAX_WORDS, Opening
from portal.people.vacancies import Vacancy

MAX_AHEAD_DAYS = 366
OPEN_DAYS = 21
MAX_REASON = 2000


class OpeningForm(forms.Form):
    """What everybody here reads of a vacancy, and until when one may ask."""

    words = forms.lines(
        "What it is about", MAX_WORDS, required="Say in a sentence or two what it is about."
    )
    apply_by = forms.day("May be asked for until", required="Say until which day.")

    # As it was, where one is changed: what was allowed then stays allowed.
    kept: Opening | None = None

    def validate_words(self, field: Any) -> None:
        for line, said in text.problems_of(field.data or "")[:1]:
            raise forms.ValidationError(f"Line {line}: {said}")

    def validate_apply_by(self, field: Any) -> None:
        today = web.viewer_today()
        if not field.data or (self.kept and field.data == self.kept.apply_by):
            return
        if field.data < today:
            raise forms.ValidationError("That day is over.")
        if field.data > today + timedelta(days=MAX_AHEAD_DAYS):
            raise forms.ValidationError("A year ahead at most.")


class AskForm(forms.Form):
    """Asking for an opening."""

    wish = forms.lines("Why you, and why this", MAX_WISH)
    for_line = BooleanField("Those I report to may know that I ask")


class ChoiceForm(forms.Form):
    """Who is to have it, from when."""

    starts_on = forms.day("First day in it", required="Say from which day.")
    reason = forms.lines("Why this person", MAX_REASON)


class NoForm(forms.Form):
    answer = forms.lines(
        "What you tell them", MAX_WISH, required="Tell them in a kind sentence or two."
    )


def first_opening(vacancy: Vacancy, today: date) -> dict[str, Any]:
    return {"words": "", "apply_by": today + timedelta(days=OPEN_DAYS)}


def first_day(vacancy: Vacancy, today: date) -> dict[str, Any]:
    """When it is wanted; the first of the month after next where that is over or was not said."""
    wanted = vacancy.wanted_from
    later = (today.replace(day=1) + timedelta(days=62)).replace(day=1)
    return {"starts_on": wanted if wanted and wanted > today else later}
