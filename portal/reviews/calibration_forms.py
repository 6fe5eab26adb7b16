"""What is asked around a calibration: a session, and another rating with its reason."""

from datetime import date, timedelta
from typing import Any

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal import forms
from portal.people.org import Teams
from portal.reviews.calibration import MAX_REASON_CHARS
from portal.reviews.placing import GROUPINGS

MAX_DAYS_AHEAD = 120


class SessionForm(forms.Form):
    title = forms.line("What it is called", 120, required="Give it a name.")
    held_on = forms.day("You meet on", required="Choose the day on which you meet.")
    grouping = forms.choice("In groups by", required="Choose what the groups are.")
    departments = SelectMultipleField(
        "Of these departments",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def of(self, teams: Teams, today: date) -> "SessionForm":
        """With the departments there are, and the days that can be."""
        tops = [team for team in teams.by_id.values() if not team.parent_id and not team.closed_at]
        by_name = sorted(tops, key=lambda team: team.folded)
        self.grouping.choices = [SelectChoice(value, words) for value, words in GROUPINGS.items()]
        self.departments.choices = [SelectChoice(str(team.id), team.name) for team in by_name]
        self.today = today
        return self

    @property
    def chosen(self) -> set[int] | None:
        """The departments that were ticked; None for all."""
        return {int(one) for one in self.departments.data or ()} or None

    def validate_held_on(self, field: Any) -> None:
        if field.data and not self.today <= field.data <= self.today + timedelta(MAX_DAYS_AHEAD):
            raise forms.ValidationError("Choose a day within the next four months.")


class ChangeForm(forms.Form):
    rating = forms.choice("The rating is", required="Choose a rating.")
    reason = forms.lines("Why", MAX_REASON_CHARS, required="Say why: it is kept with the change.")
    before = forms.number(
        "What it was", -99, 999, required="Open the page again.", widget=HiddenInput()
    )

    def of(self, scale: list[tuple[int, str]]) -> "ChangeForm":
        """With the ratings there are."""
        self.rating.choices = [SelectChoice(str(value), words) for value, words in scale]
        self.words = {str(value): words for value, words in scale}
        return self
