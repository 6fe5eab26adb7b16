"""Whom an audience rule means: how many, and who."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.people import audience
from portal.people.facts import facts_of_all
from portal.people.models import Person


@dataclass(frozen=True)
class Meant:
    """Who a rule hits among those who work here or soon will."""

    rule: str
    ids: list[int]

    @property
    def is_everyone(self) -> bool:
        return self.rule.strip() in ("", "everyone")

    def cards(self, on: date, first: int) -> Any:
        """The `first` of them by name, as a query to be paged."""
        return Person.cards(Person.select().where(Person.id.in_(self.ids[:first])), on)

    @property
    def count(self) -> int:
        return len(self.ids)


def whom(rule: str, on: date) -> Meant | None:
    """Everyone the rule means on that day, by id; None for a rule that cannot be read.

    Facts are read for all at once and compared here, so that a rule means on this page exactly
    whom it means when somebody opens the text.
    """
    try:
        parsed = audience.parse(rule.strip() or "everyone")
    except audience.RuleError:
        return None
    everyone = facts_of_all(on, audience.fields(parsed))
    ids = [person for person, facts in everyone.items() if parsed.matches(facts)]
    return Meant(rule, ids)
