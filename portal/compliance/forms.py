"""What is required, of whom and how often; and why somebody is excused."""

from datetime import date
from typing import Any

from wtforms import RadioField, SelectMultipleField
from wtforms.validators import DataRequired

from portal import forms, web
from portal.compliance import words
from portal.compliance.hits import Asking
from portal.compliance.models import Requirement, Terms
from portal.compliance.needs import kinds
from portal.compliance.schedule import COMPLETION, COUNTED_FROM, FIXED, Rhythm
from portal.people.audience import RuleError, parse

MAX_DAYS = 365
MAX_GRACE_DAYS = 90
# A month at its shortest: who is asked before a whole span has passed would be asked twice.
SHORTEST_MONTH = 28


class TermsForm(forms.Form):
    """The terms of a requirement; what it asks for is chosen once, when it is made."""

    audience = forms.line("Of whom", 500)
    every_months = forms.choice("How often")
    counted_from = RadioField(
        "Counted", [DataRequired("Say what it is counted from.")], default=COMPLETION
    )
    fixed_on = forms.day("The date for everyone")
    starts_on = forms.day("Asked from", required="Say from which day.")
    first_days = forms.number(
        "Days for who is here when it begins", 0, MAX_DAYS, required="Say how many days."
    )
    joiner_days = forms.number(
        "Days for who comes later", 0, MAX_DAYS, required="Say how many days."
    )
    lead_days = forms.number(
        "Asked again so many days ahead", 0, MAX_DAYS, required="Say how many."
    )
    grace_days = forms.number(
        "Days of grace after the due date", 0, MAX_GRACE_DAYS, required="Say how many days."
    )

    def offer(self, terms: Terms | None = None) -> "TermsForm":
        months = {*words.SPANS, terms.every_months if terms else 0}
        self.every_months.choices = [(str(one), words.span(one)) for one in sorted(months)]
        self.counted_from.choices = list(COUNTED_FROM.items())
        return self

    @property
    def rule(self) -> str:
        """The audience in its one spelling."""
        return str(parse(self.audience.data or "everyone"))

    @property
    def rhythm(self) -> Rhythm:
        counted_from = self.counted_from.data or COMPLETION
        return Rhythm(
            every_months=int(self.every_months.data or 0),
            counted_from=counted_from,
            fixed_on=self.fixed_on.data if counted_from == FIXED else None,
            first_days=self.first_days.data or 0,
            joiner_days=self.joiner_days.data or 0,
            lead_days=self.lead_days.data or 0,
            grace_days=self.grace_days.data or 0,
        )

    def validate_audience(self, field: Any) -> None:
        try:
            parse(field.data or "everyone")
        except RuleError as error:
            said = f"It cannot be read at column {error.column}. {error.message}"
            raise forms.ValidationError(said) from None

    def validate_counted_from(self, field: Any) -> None:
        if field.data == FIXED and self.fixed_on.data is None and not self.fixed_on.errors:
            raise forms.ValidationError("Give the date for everyone, below.")

    def validate_lead_days(self, field: Any) -> None:
        months = int(self.every_months.data or 0)
        most = months * SHORTEST_MONTH - 1
        if months and field.data is not None and field.data > most:
            often = words.span(months).lower()
            said = f"{often.capitalize()} leaves {most} days at most, or it would be asked twice."
            raise forms.ValidationError(said)

    def asking(self, kind: str, target: int, requirement: Requirement | None = None) -> Asking:
        """The terms as typed, for the preview. Only of a form that is valid."""
        assert self.starts_on.data is not None
        return Asking(kind, target, self.rule, self.rhythm, self.starts_on.data, requirement)


class RequirementForm(TermsForm):
    """The same, with what is required."""

    thing = forms.choice("What", required="Choose what is required.")

    def offer(self, terms: Terms | None = None) -> "RequirementForm":
        super().offer(terms)
        groups = {
            kind.title: [(f"{kind.name}:{target}", title) for target, title in kind.targets()]
            for kind in kinds.values()
        }
        choices: dict[str, Any] = {title: those for title, those in groups.items() if those}
        self.thing.choices = {"": [("", "Choose what is required")], **choices}
        return self

    @property
    def has_things(self) -> bool:
        """Whether there is anything in force that could be required."""
        return len(self.thing.choices or {}) > 1

    @property
    def chosen(self) -> tuple[str, int] | None:
        """The kind and its target; None while nothing is chosen."""
        kind, _, target = (self.thing.data or "").partition(":")
        found = web.number(target)
        return (kind, found) if kind in kinds and found is not None else None


def first_terms(today: date) -> dict[str, Any]:
    """What a new requirement begins with: once a year, counted from completion."""
    usual = Rhythm(every_months=12)
    return {
        "audience": "everyone",
        "every_months": "12",
        "counted_from": usual.counted_from,
        "starts_on": today,
        "first_days": usual.first_days,
        "joiner_days": usual.joiner_days,
        "lead_days": usual.lead_days,
        "grace_days": usual.grace_days,
    }


def terms_as_typed(terms: Terms) -> dict[str, Any]:
    """Present terms, to be changed."""
    said = {name: getattr(terms, name) for name in Terms.SAID}
    return said | {"every_months": str(terms.every_months)}


class ExemptionForm(forms.Form):
    """Who is excused, why, and until when."""

    person = SelectMultipleField("Who", coerce=str, validate_choice=False)
    reason = forms.line("Why", 300, required="Say why: it is kept with the excuse.")
    until = forms.day("Until, that day included")


class NudgeForm(forms.Form):
    """Whom to ask: one person, the people of a team, or, where both are empty, everyone whose day
    is near or past."""

    person = forms.line("Who", 20)
    team = forms.line("Team", 20)
