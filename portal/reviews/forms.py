"""What HR types: a launch, other days, a reason, somebody more."""

from datetime import timedelta
from typing import Any

from wtforms import BooleanField

from portal import forms, web
from portal.people import access as people_access
from portal.people.audience import RuleError, parse
from portal.people.models import NOBODY, Person
from portal.people.session import viewer
from portal.questionnaires.forms import find_people
from portal.reviews.models import MAX_REASON

MAX_AHEAD_DAYS = 366


class LaunchForm(forms.Form):
    title = forms.line("What people read as its name", 120, required="Give it a name.")
    day = forms.day("First day", required="Say from which day its days count.")
    rule = forms.line("For whom", 500)
    without = forms.lines("But not for", 10_000)

    def validate_day(self, field: Any) -> None:
        today = web.viewer_today()
        if field.data and not today <= field.data <= today + timedelta(days=MAX_AHEAD_DAYS):
            raise forms.ValidationError("Choose today, or a day within a year from now.")

    def validate_rule(self, field: Any) -> None:
        try:
            parse(field.data or "everyone")
        except RuleError as error:
            said = f"It cannot be read at column {error.column}. {error.message}"
            raise forms.ValidationError(said) from None

    def validate_without(self, field: Any) -> None:
        _, unknown = find_people(field.data or "")
        if unknown:
            known = ", ".join(f"“{name[:60]}”" for name in unknown[:5])
            raise forms.ValidationError(f"{NOBODY} It was: {known}.")

    @property
    def left_out(self) -> set[int]:
        people, _ = find_people(self.without.data or "")
        return {person.id for person in people}


class DaysForm(forms.Form):
    opens_on = forms.day("First day", required="Say when it opens.")
    closes_on = forms.day("Last day")
    with_later = BooleanField("Move the steps after it by as many days")


class ReasonForm(forms.Form):
    reason = forms.line("Why", MAX_REASON, required="Say why, in a few words.")


class EndForm(forms.Form):
    reason = forms.line("Why", MAX_REASON)


class PersonForm(forms.Form):
    person = forms.line("Who", 254, required="Say who.")

    def validate_person(self, field: Any) -> None:
        if self.found is None:
            raise forms.ValidationError(NOBODY)

    @property
    def found(self) -> Person | None:
        return people_access.colleague(viewer(), self.person.data)
