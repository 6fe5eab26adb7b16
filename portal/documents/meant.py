"""Whom an audience rule means: how many, and who."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import peewee

from portal.people import audience
from portal.people.models import Person
from portal.people.org import Location, Teams
from portal.people.positions import Position


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
    ids = [person for person, facts in _facts(on, audience.fields(parsed)) if parsed.matches(facts)]
    return Meant(rule, ids)


def _facts(on: date, wanted: frozenset[str]) -> list[tuple[int, dict[str, str]]]:
    """The facts of everybody who is here or about to be; without a position there are few."""
    stays = Person.hired_on.is_null(False) & (
        Person.last_day_on.is_null() | (Person.last_day_on >= on)
    )
    people: Any = Person.select(Person.id, Person.hired_on).where(stays).order_by(Person.folded)
    rows = list(people.tuples())
    if not wanted - {"hired"}:
        return [(person, {"hired": str(hired)}) for person, hired in rows]
    held = _positions(on)
    return [(person, {"hired": str(hired), **held.get(person, {})}) for person, hired in rows]


def _positions(on: date) -> dict[int, dict[str, str]]:
    teams = Teams()
    located: Any = Location.select(Location.id, Location.name)
    places = dict(located.tuples())
    boss = Person.alias()
    held: Any = (
        Position.select(
            Position.person, Position.role, Position.level, Position.employment,
            Position.location, Position.team, boss.email,
        )
        .join(boss, peewee.JOIN.LEFT_OUTER, on=(Position.manager == boss.id))
        .where(Position.is_held(on))
    )  # fmt: skip
    department = cache(teams.department)
    return {
        person: {
            "role": role,
            "level": level,
            "type": employment,
            "location": places.get(place, ""),
            "department": department(team),
            "team": teams.by_id[team].name if team in teams.by_id else "",
            "manager": email or "",
        }
        for person, role, level, employment, place, team, email in held.tuples()
    }
