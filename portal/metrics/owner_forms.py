"""What is asked of whoever answers for a number."""

from datetime import timedelta
from typing import Any

from wtforms.validators import Optional

from portal import forms, web
from portal.goals.forms import NumberField
from portal.metrics.measure import Measure
from portal.metrics.models import MAX_NOTE
from portal.people import access as people_access
from portal.people.models import NOBODY, Person
from portal.people.session import viewer

MAX_TARGET = 1_000_000


class TermsForm(forms.Form):
    """Who answers for a measure, and what it is to be. Both may be empty."""

    owner = forms.line("Who answers for it", 254)
    target = NumberField("Target", [Optional()], filters=[lambda typed: (typed or "").strip()])

    person: Person | None = None
    measure: Measure | None = None

    def validate_target(self, field: Any) -> None:
        is_share = self.measure is not None and self.measure.unit == "%"
        if field.number is not None and not 0 <= field.number <= (100 if is_share else MAX_TARGET):
            raise forms.ValidationError(
                "Between 0 and 100, please." if is_share else "Between 0 and 1,000,000, please."
            )

    def validate_owner(self, field: Any) -> None:
        if not field.data:
            return
        self.person = people_access.colleague(viewer(), field.data)
        if self.person is None:
            raise forms.ValidationError(NOBODY)


class NoteForm(forms.Form):
    """Why a number is red, what is done, and when one looks again."""

    why = forms.lines("Why it is so", MAX_NOTE, required="Say in a sentence why it is so.")
    action = forms.lines("What is done about it, and by whom", MAX_NOTE)
    look_again_on = forms.day("Look again on")

    def validate_look_again_on(self, field: Any) -> None:
        today = web.viewer_today()
        if field.data and not today < field.data <= today + timedelta(days=366):
            raise forms.ValidationError("Choose a day to come, within a year.")
