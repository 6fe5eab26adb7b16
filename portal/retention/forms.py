"""What HR says of a rule, a hold, a purge and an erasure."""

from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.validators import Length

from portal import forms
from portal.privacy import RecordClass, records
from portal.retention.models import MOST_MONTHS

NOT_TYPED = "Type the number that is shown, to say that you have seen it."


class RuleForm(forms.Form):
    """How long a class is kept."""

    months = forms.number("Months", 1, MOST_MONTHS, required="Say how many months.")
    reason = forms.line("Why so long", 300, required="Say why: a law, a contract, a decision.")
    is_automatic = BooleanField("Let it go by itself, every night from now on")

    def __init__(self, *args: Any, kept: RecordClass, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept

    def validate_months(self, field: Any) -> None:
        if field.data is not None and field.data < self.kept.floor_months:
            raise forms.ValidationError(
                f"At least {self.kept.floor_months} months. {self.kept.advice}"
            )


class HoldForm(forms.Form):
    """What must not be purged, and why."""

    person = forms.line("A person", 254)
    record_class = forms.choice("Or a whole class of record")
    reason = forms.line("Why", 300, required="Say why nothing of it may be purged.")
    counsel = forms.lines("For counsel", 1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ages = [(kept.name, kept.title) for kept in records.values() if kept.ages]
        self.record_class.choices = [("", "None"), *sorted(ages, key=lambda pair: pair[1])]


class _TypedForm(forms.Form):
    """A step that cannot be undone: the number that is shown is typed once more."""

    typed = forms.line("Type the number to confirm", 20, required=NOT_TYPED)

    def __init__(self, *args: Any, expected: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def validate_typed(self, field: Any) -> None:
        if (field.data or "").replace(",", "").strip() != str(self.expected):
            raise forms.ValidationError(NOT_TYPED)


class PurgeForm(_TypedForm):
    digest = HiddenField("What was shown", [Length(max=64)])
    rule = HiddenField("Its rule", [Length(max=20)])


class ErasureForm(_TypedForm):
    reason = forms.line("Why", 300, required="Say why: their request, or a decision.")
