"""Reorganizing: teams are founded, renamed, moved, merged and closed; their ids never change."""

from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db, text
from portal.people.models import Person
from portal.people.org import Team, Teams, fold_name
from portal.people.positions import Position


def found(name: str, parent: Team | None, *, by: Any) -> Team:
    """A new team. Raises ValueError where its parent has one of this name."""
    _refuse_twin(name, parent, None)
    with db.write():
        return Team.found(name, parent, by=by)


def rename(team: Team, name: str, *, by: Any) -> None:
    """Another name for the same team: positions, rules and history go on with it."""
    if name == team.name:
        return
    _refuse_twin(name, team.parent, team)
    with db.write():
        before, team.name, team.folded = team.name, name, fold_name(name)
        team.save()
        audit.record(by, "renamed", team, data={"from": before, "to": name})


def move(team: Team, parent: Team | None, *, by: Any) -> None:
    """The team with all below it goes under another one, or becomes a department."""
    if team.parent_id == (parent.id if parent else None):
        return
    if parent is not None and parent.id in Teams().below(team.id):
        raise ValueError(f"{parent.name} is a part of {team.name}.")
    _refuse_twin(team.name, parent, team)
    with db.write():
        team.parent = parent
        team.save()
        data = {"name": team.name, "to": parent.name if parent else ""}
        audit.record(by, "moved", team, data=data)


def change(team: Team, name: str, parent: Team | None, *, by: Any) -> None:
    """Name and place in the tree at once, or neither."""
    with db.write():
        move(team, parent, by=by)
        rename(team, name, by=by)


def in_the_way(team: Team) -> list[str]:
    """Why the team cannot be closed: sentences, none when it is empty."""
    ways = []
    children = Team.select().where(Team.parent == team, Team.closed_at.is_null()).count()
    if children:
        ways.append(f"{text.count(children, 'team')} below it: move or close them first.")
    people = _from_today(team).select(peewee.fn.COUNT(Position.person.distinct())).scalar()
    if people:
        ways.append(f"{text.count(people, 'person')} in it, now or later: move them, or merge it.")
    return ways


def close(team: Team, *, by: Any) -> None:
    """An empty team is no longer offered. What history says of it stays."""
    if team.closed_at is not None:
        return
    with db.write():
        if ways := in_the_way(team):
            raise ValueError(" ".join(ways))
        team.closed_at = clock.now()
        team.save()
        audit.record(by, "closed", team, data={"name": team.name})


def reopen(team: Team, *, by: Any) -> None:
    """A closed team is offered again. Who was moved out of it stays where they are."""
    if team.closed_at is None:
        return
    with db.write():
        team.closed_at = None
        team.save()
        audit.record(by, "founded", team, data={"name": team.name})


def merge(team: Team, into: Team, *, by: Any, on: date) -> int:
    """Everybody in `team` stands in `into` from that day on, and it is closed.

    Returns how many moved. Teams below it go along; what was planned in it is planned there.
    Raises ValueError where one is a part of the other.
    """
    if into.id in Teams().below(team.id):
        raise ValueError(f"{into.name} is a part of {team.name}: move it out first.")
    for child in Team.select().where(Team.parent == team):
        _refuse_twin(child.name, into, child)
    with db.write():
        moved = 0
        for position in _from_today(team, on):
            starts_on = max(on, position.starts_on)
            Position.take(position.person, by=by, starts_on=starts_on, team=into)
            moved += 1
        Team.update(parent=into).where(Team.parent == team).execute()
        team.closed_at = clock.now()
        team.save()
        audit.record(
            by, "merged", team, data={"name": team.name, "into": into.name, "people": moved}
        )
    return moved


def _from_today(team: Team, on: date | None = None) -> Any:
    """Positions in a team that hold on that day or will."""
    on = on or clock.today()
    known = Position.is_known() & (Position.ends_on.is_null() | (Position.ends_on >= on))
    return (
        Position.select(Position, Person).join(Person, on=(Position.person == Person.id))
    ).where(Position.team == team, known)


def _refuse_twin(name: str, parent: Team | None, but: Team | None) -> None:
    within = Team.parent.is_null() if parent is None else Team.parent == parent
    twin = Team.select().where(within, Team.folded == fold_name(name)).first()
    if twin is None or (but is not None and twin.id == but.id):
        return
    if but is None and twin.closed_at is not None:
        # Founding it opens the closed one again.
        return
    where = f"In {parent.name} there" if parent else "There"
    kind = "closed team" if twin.closed_at else "team"
    raise ValueError(f"{where} is a {kind} called {twin.name} already.")


def members(visible: Any, team: Team, on: date) -> Any:
    """Who of the `visible` persons stands in the team itself that day, for `Person.cards`."""
    return visible.where(
        Position.team == team, Person.last_day_on.is_null() | (Person.last_day_on >= on)
    )


def heads(visible: Any, on: date) -> dict[int, int]:
    """How many of the `visible` persons stand in each team that day, teams below not counted."""
    ids = visible.select(Person.id)
    rows: Any = (
        Position.select(Position.team, peewee.fn.COUNT(Position.id))
        .where(Position.is_held(on), Position.team.is_null(False), db.among(Position.person, ids))
        .group_by(Position.team)
        .tuples()
    )
    return dict(rows)
