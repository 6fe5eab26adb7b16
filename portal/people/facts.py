"""What audience rules know of a person, and rules as queries over everyone."""

from typing import Any

import peewee

from portal.people import audience
from portal.people.models import Person, Position
from portal.people.org import Location, Teams


def facts_of(person: Person, position: Position | None) -> dict[str, str]:
    """The facts by which a rule decides whether it hits this person."""
    facts = {"hired": str(person.hired_on or "")}
    if position is None:
        return facts
    return facts | {
        "department": Teams().department(position.team_id),
        "team": position.team.name if position.team else "",
        "role": position.role,
        "level": position.level,
        "location": position.location.name if position.location else "",
        "type": position.employment,
        "manager": position.manager.email if position.manager else "",
    }


def facts_of_all(on: Any) -> dict[int, dict[str, str]]:
    """Facts of everyone who is here that day, by person id: two queries however many they are."""
    teams = Teams()
    manager = Person.alias()
    rows: Any = (
        Position.select(
            Position.person,
            Position.team,
            Position.role,
            Position.level,
            Location.name,
            Position.employment,
            manager.email,
            Person.hired_on,
        )
        .join(Person, on=(Position.person == Person.id))
        .switch(Position)
        .join(Location, peewee.JOIN.LEFT_OUTER)
        .switch(Position)
        .join(manager, peewee.JOIN.LEFT_OUTER, on=(Position.manager == manager.id))
        .where(Position.is_held(on), Person.is_here(on))
        .tuples()
    )
    return {
        person: {
            "department": teams.department(team),
            "team": teams.by_id[team].name if team in teams.by_id else "",
            "role": role,
            "level": level,
            "location": place or "",
            "type": employment,
            "manager": boss or "",
            "hired": str(hired or ""),
        }
        for person, team, role, level, place, employment, boss, hired in rows
    }


def hit_by(rule: str, on: Any) -> list[int]:
    """Ids of everyone here whom the audience rule hits that day. Raises RuleError."""
    parsed = audience.parse(rule or "everyone")
    return [person for person, facts in facts_of_all(on).items() if parsed.matches(facts)]
