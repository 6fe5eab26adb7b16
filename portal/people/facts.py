"""What audience rules know of people: of one of them, of everyone, and of each day there was."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

import peewee

from portal.people.models import Person, Position
from portal.people.org import Location, Teams


def facts_of(
    person: Person, position: Position | None, teams: Teams | None = None
) -> dict[str, str]:
    """The facts by which a rule decides whether it hits this person.

    `teams`: the tree, where many are asked about and some team may stand deep in it.
    """
    facts = {"hired": str(person.hired_on or "")}
    if position is None:
        return facts
    return facts | {
        "department": teams.department(position.team_id) if teams else position.department,
        "team": position.team.name if position.team else "",
        "role": position.role,
        "level": position.level,
        "location": position.location.name if position.location else "",
        "type": position.employment,
        "manager": position.manager.email if position.manager else "",
    }


def facts_of_all(
    on: date, wanted: frozenset[str], among: Collection[int] | None = None
) -> dict[int, dict[str, str]]:
    """The facts of everybody who is here that day or about to be, by id and in the order of names.

    `wanted` are the fields the rule asks about: without one of the position it is one query.
    """
    stays = Person.hired_on.is_null(False) & Person.withdrawn_at.is_null()
    stays &= Person.last_day_on.is_null() | (Person.last_day_on >= on)
    if among is not None:
        stays &= Person.id.in_(list(among))
    people: Any = Person.select(Person.id, Person.hired_on).where(stays).order_by(Person.folded)
    found = {person: {"hired": str(hired)} for person, hired in people.tuples()}
    if wanted - {"hired"}:
        held = _positions(Position.is_held(on), among)
        for person, facts in found.items():
            facts |= held[person][-1][2] if person in held else {}
    return found


def days_of(
    people: Collection[int] | None,
) -> dict[int, list[tuple[date, date | None, dict[str, str]]]]:
    """Every position of these people (None: everyone) as known now, the oldest first.

    Each is its first day, its last day (None: open) and the facts it gives.
    """
    hired: Any = Person.select(Person.id, Person.hired_on)
    if people is not None:
        hired = hired.where(Person.id.in_(list(people)))
    known = {person: str(day or "") for person, day in hired.tuples()}
    return {
        person: [(first, last, facts | {"hired": known[person]}) for first, last, facts in rows]
        for person, rows in _positions(Position.is_known(), people).items()
    }


def _positions(
    condition: Any, among: Collection[int] | None
) -> dict[int, list[tuple[date, date | None, dict[str, str]]]]:
    teams = Teams()
    located: Any = Location.select(Location.id, Location.name)
    places = dict(located.tuples())
    boss = Person.alias()
    held: Any = (
        Position.select(
            Position.person, Position.starts_on, Position.ends_on, Position.role, Position.level,
            Position.employment, Position.location, Position.team, boss.email,
        )
        .join(boss, peewee.JOIN.LEFT_OUTER, on=(Position.manager == boss.id))
        .where(condition)
        .order_by(Position.starts_on, Position.id)
    )  # fmt: skip
    if among is not None:
        held = held.where(Position.person.in_(list(among)))
    department = cache(teams.department)
    found: dict[int, list[tuple[date, date | None, dict[str, str]]]] = defaultdict(list)
    for person, first, last, role, level, employment, place, team, email in held.tuples():
        facts = {
            "role": role,
            "level": level,
            "type": employment,
            "location": places.get(place, ""),
            "department": department(team),
            "team": teams.by_id[team].name if team in teams.by_id else "",
            "manager": email or "",
        }
        found[person].append((first, last, facts))
    return found
