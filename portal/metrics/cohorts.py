"""Cohorts: in which department, place, role, level, line and quarter of hire everybody stood."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from portal.metrics import searching
from portal.people.models import Person
from portal.people.org import Location, Team, Teams
from portal.people.positions import Position

DEPARTMENT, LOCATION, ROLE, LEVEL, MANAGER, HIRED = (
    "department", "location", "role", "level", "manager", "hired",
)  # fmt: skip
# Of a group that has no key of its own: everybody who is in no group that is told of.
OTHERS = "*"


class Facts(NamedTuple):
    """Where one person stood, each as the key of a group; empty where nothing is known."""

    department: str = ""
    location: str = ""
    role: str = ""
    level: str = ""
    manager: str = ""
    hired: str = ""


@dataclass(frozen=True)
class Dimension:
    """One thing to look at people by. `named` gives the names of its keys; a key without one is
    shown as it is. `none` is what those are called who have no key."""

    name: str
    title: str
    none: str
    named: Callable[[Iterable[str]], dict[str, str]] = lambda keys: {}

    def labels(self, keys: Iterable[str]) -> dict[str, str]:
        """What each of these groups is called now; at most one query."""
        wanted = {key for key in keys if key not in ("", OTHERS)}
        known = self.named(wanted) if wanted else {}
        return {
            "": self.none, OTHERS: "All others together", **{key: key for key in wanted}, **known
        }  # fmt: skip


# No id has more digits; a key may come from an address.
MAX_DIGITS = 18


def _ids(keys: Iterable[str]) -> list[int]:
    """The keys that may be ids of rows."""
    kept = (key for key in keys if key.isascii() and key.isdecimal())
    return [int(key) for key in kept if len(key) <= MAX_DIGITS]


def _of_rows(model: Any) -> Callable[[Iterable[str]], dict[str, str]]:
    def named(keys: Iterable[str]) -> dict[str, str]:
        ids = _ids(keys)
        rows = model.select(model.id, model.name).where(model.id.in_(ids)).tuples()
        return {str(number): str(name) for number, name in rows}

    return named


def _people(keys: Iterable[str]) -> dict[str, str]:
    rows = Person.select(*Person.names(Person)).where(Person.id.in_(_ids(keys)))
    return {str(one.id): one.called for one in rows}


DIMENSIONS = {
    one.name: one
    for one in (
        Dimension(DEPARTMENT, "Department", "In no department", _of_rows(Team)),
        Dimension(LOCATION, "Place", "In no place", _of_rows(Location)),
        Dimension(ROLE, "Role", "Without a role"),
        Dimension(LEVEL, "Level", "Without a level"),
        Dimension(MANAGER, "Manager", "Led by nobody", _people),
        Dimension(HIRED, "Quarter of hire", "Without a first day"),
    )
}


def facts(on: date, people: frozenset[int] | None = None) -> dict[int, Facts]:
    """Where everybody who ever worked here (or these people) stood that day: whoever had left, as
    they left. Three queries, however many people."""
    teams = Teams()
    tops: dict[int | None, str] = {None: ""}
    hired = _hired(people)
    found = {person: Facts(hired=quarter) for person, quarter in hired.items()}
    for person, team, location, role, level, manager in _positions(on, people):
        if team not in tops:
            tops[team] = _key(teams.top(team))
        if person in found:
            found[person] = Facts(
                tops[team], _key(location), role, level, _key(manager), hired[person]
            )
    return found


def _hired(people: frozenset[int] | None) -> dict[int, str]:
    rows = Person.select(Person.id, Person.hired_on).where(
        Person.hired_on.is_null(False), Person.withdrawn_at.is_null()
    )
    if people is not None:
        rows = rows.where(Person.id.in_(sorted(people)))
    return {number: quarter_of(day) for number, day in rows.tuples()}


def _positions(on: date, people: frozenset[int] | None) -> Any:
    """The later a position begins, the later it comes: the last one counts."""
    began = (Position.starts_on <= on) | Position.is_hire
    rows = Position.select(
        Position.person, Position.team, Position.location, Position.role, Position.level,
        Position.manager,
    ).where(began)  # fmt: skip
    if people is None:
        rows = rows.where(Position.is_known())
    else:
        # Of a few people all of theirs is found by who they are.
        is_known = searching.not_by(Position.superseded_at).is_null()
        rows = rows.where(Position.person.in_(sorted(people)), is_known)
    return rows.order_by(Position.starts_on, Position.id).tuples().iterator()


def quarter_of(day: date) -> str:
    """`2026 Q4`."""
    return f"{day.year} Q{(day.month + 2) // 3}"


def _key(value: int | None) -> str:
    return "" if value is None else str(value)
