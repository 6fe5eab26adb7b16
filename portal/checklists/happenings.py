"""What happens to people, read off the dated rows that say so: rules find their own work here."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal.people.facts import facts_of
from portal.people.leave import Leave
from portal.people.leaving import Stint
from portal.people.models import Person, Position

# The event, as a rule says it, and the day from which it counts.
EVENTS = {
    "hired": ("is hired", "the first day"),
    "moved": ("changes team or place", "the day of the change"),
    "promoted": ("gets another level", "the day of the change"),
    "leave": ("goes on leave", "the first day away"),
    "return": ("comes back from leave", "the first day back"),
    "departure": ("leaves", "the last day"),
}
# Which transition's plans are offered first for it.
TRANSITION_OF = {
    "hired": "onboarding",
    "moved": "transfer",
    "promoted": "promotion",
    "leave": "leave",
    "return": "return",
    "departure": "offboarding",
}
# More than a whole company taken in at once: what is cut off here would never be acted on.
MAX_FOUND = 20_000
BATCH = 1_000


@dataclass(frozen=True)
class Happening:
    """Something that happens to a person on a day. `key` says what it is and not when, so it stays
    the same when the day is moved: a rule never takes one thing for two."""

    person: Person
    key: str
    on: date


def between(event: str, first: date, last: date) -> list[Happening]:
    """What of this event falls on these days, both included, in order of the day."""
    found = _FINDERS[event](first, last)
    return sorted(found, key=lambda one: (one.on, one.person.id))


def _hired(first: date, last: date) -> list[Happening]:
    rows = _people(Person.hired_on.between(first, last))
    return [Happening(one, f"hired:{one.earlier}", one.hired_on) for one in rows]


def _departures(first: date, last: date) -> list[Happening]:
    rows = _people(Person.last_day_on.between(first, last))
    # The day may still move; who gives notice anew leaves anew.
    return [
        Happening(one, f"departure:{one.earlier}:{one.notice_on or ''}", one.last_day_on)
        for one in rows
    ]


def _people(condition: Any) -> list[Any]:
    """Persons, each with how many earlier times here they have behind them."""
    earlier = Stint.select(peewee.fn.COUNT(Stint.id)).where(Stint.person == Person.id)
    here = Person.hired_on.is_null(False) & Person.withdrawn_at.is_null()
    query = Person.select(Person, earlier.alias("earlier")).where(here, condition)
    return list(query.order_by(Person.id).limit(MAX_FOUND))


def _changes(event: str, first: date, last: date) -> list[Happening]:
    """Positions that begin on these days and differ from what was held just before."""
    began = Position.select(Position.person).where(
        Position.is_known(), Position.starts_on.between(first, last), ~Position.is_hire
    )
    rows = (
        Position.select(Position, Person)
        .join(Person, on=(Position.person == Person.id))
        .where(Position.is_known(), Position.person.in_(began), Person.withdrawn_at.is_null())
        .order_by(Position.person, Position.starts_on, Position.id)
    )
    found: list[Happening] = []
    before: Any = None
    times: Counter[tuple[int, str]] = Counter()
    for row in rows:
        follows = before is not None and before.person_id == row.person_id and not row.is_hire
        if follows and _is(event, before, row):
            what = _what(event, row)
            times[row.person_id, what] += 1
            if first <= row.starts_on <= last:
                key = f"{event}:{what}:{times[row.person_id, what]}"
                found.append(Happening(row.person, key, row.starts_on))
        before = row
    return found[:MAX_FOUND]


def _what(event: str, after: Position) -> str:
    """What somebody comes to. With how often they came to it before, it names the change."""
    if event == "promoted":
        return str(after.level)
    return f"{after.team_id or ''}.{after.location_id or ''}"


def _is(event: str, before: Position, after: Position) -> bool:
    if event == "promoted":
        return bool(after.level and after.level != before.level)
    return (before.team_id, before.location_id) != (after.team_id, after.location_id)


def _leaves(first: date, last: date) -> list[Happening]:
    rows = Leave.starting_between(first, last).limit(MAX_FOUND)
    return [Happening(row.person, f"leave:{row.id}", row.starts_on) for row in rows]


def _returns(first: date, last: date) -> list[Happening]:
    """The day they came back, else the one on which they are expected."""
    a_day = timedelta(days=1)
    expected = Leave.returned_on.is_null() & Leave.ends_on.between(first - a_day, last - a_day)
    rows = (
        Leave.select(Leave, Person)
        .join(Person)
        .where(Leave.counts(), Leave.returned_on.between(first, last) | expected)
        .limit(MAX_FOUND)
    )
    return [
        Happening(row.person, f"return:{row.id}", row.returned_on or row.ends_on + a_day)
        for row in rows
    ]


_FINDERS = {
    "hired": _hired,
    "departure": _departures,
    "moved": lambda first, last: _changes("moved", first, last),
    "promoted": lambda first, last: _changes("promoted", first, last),
    "leave": _leaves,
    "return": _returns,
}


def matching(rule: Any, found: Iterable[Happening]) -> list[Happening]:
    """Those whose person the rule hits, as they stand on that day: one query for a thousand."""
    found = list(found)
    held: dict[int, list[Position]] = {}
    for people in peewee.chunked({one.person.id for one in found}, BATCH):
        rows = Position.with_places().where(Position.person.in_(people), Position.is_known())
        for row in rows.order_by(Position.starts_on.desc()):
            held.setdefault(row.person_id, []).append(row)
    return [one for one in found if rule.matches(_facts(one, held.get(one.person.id, [])))]


def _facts(one: Happening, held: list[Position]) -> dict[str, str]:
    stands = next((position for position in held if position.holds(one.on)), None)
    return facts_of(one.person, stands or (held[0] if held else None))
