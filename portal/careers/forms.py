"""What is asked of somebody about where they would like to go, and what they do for it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal import forms, web
from portal.careers.aspirations import LINE, LINE_AND_HR, MAX_NOTE, NOBODY
from portal.careers.plan_steps import DUE_DAYS, MAX_WORDS
from portal.careers.rungs import Rung
from portal.careers.tracks import Track

MAX_AHEAD_DAYS = 3 * 366
READERS = [
    SelectChoice(NOBODY, "Nobody but me"),
    SelectChoice(LINE, "Those I report to"),
    SelectChoice(LINE_AND_HR, "Those I report to, and HR"),
]


class WhereForm(forms.Form):
    """Which rung."""

    rung = forms.choice("Where to", required="Choose where to.")


class SharingForm(forms.Form):
    """Words of one's own, and who may read them."""

    note = forms.lines("In your own words", MAX_NOTE)
    shared = RadioField(
        "Who may read it", [InputRequired("Choose who may read it.")], choices=READERS
    )


class AspirationForm(WhereForm, SharingForm):
    """Where somebody would like to go."""

    def of(self, known: Iterable[Track], without: Rung | None) -> "AspirationForm":
        """Any rung in force but the one they stand on."""
        self._known = {
            rung.key: (track, rung) for track in known for rung in track.rungs if rung != without
        }
        self.rung.choices = [
            SelectChoice("", "Choose a rung"),
            *(
                SelectChoice(key, f"{track.title}: {rung.called}")
                for key, (track, rung) in self._known.items()
            ),
        ]
        return self

    @property
    def chosen(self) -> Rung:
        return self._known[self.rung.data][1]


class OwnStepForm(forms.Form):
    """Something of one's own, until a day."""

    words = forms.line("What you will do", MAX_WORDS, required="Say what you will do.")
    due_on = forms.day("Until when", required="Say until when.")

    def validate_due_on(self, field: Any) -> None:
        today = web.viewer_today()
        if field.data and field.data < today:
            raise forms.ValidationError("That day is over.")
        if field.data and field.data > today + timedelta(days=MAX_AHEAD_DAYS):
            raise forms.ValidationError("Three years ahead at most.")


def first_step() -> dict[str, Any]:
    return {"due_on": web.viewer_today() + timedelta(days=DUE_DAYS)}
