"""What is sent when somebody is put on a path or taken off, or a step is skipped."""

from typing import Any

from portal import forms
from portal.paths.models import MAX_REASON_CHARS
from portal.people import audience

MAX_TYPED_CHARS = 20_000


class PutOnForm(forms.Form):
    """People by name or address, or for HR everyone a rule means; `shown` is what was agreed to."""

    people = forms.lines("Who", MAX_TYPED_CHARS)
    rule = forms.line("Or everyone this rule means", audience.MAX_CHARS)
    shown = forms.line("Shown", 2_000)

    def validate_rule(self, field: Any) -> None:
        if not field.data:
            return
        try:
            audience.parse(field.data)
        except audience.RuleError as error:
            raise forms.ValidationError(error.message) from error


class ReasonForm(forms.Form):
    """Why, in the words that the person and their manager read as well."""

    reason = forms.lines(
        "Why", MAX_REASON_CHARS, required="Say why in a few words: the person reads it."
    )


class MoveForm(forms.Form):
    """How many were shown on which earlier text."""

    shown = forms.line("Shown", 2_000)


class NoForm(forms.Form):
    """Nothing but the button."""
