"""Goals as lists and pages show them: with the newest check-in and how far they have come."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import peewee

from portal import clock, db
from portal.goals import shares
from portal.goals.checkins import STATES, CheckIn
from portal.goals.models import Goal, KeyResult
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position

MOST = 200


@dataclass
class Line:
    """One goal, its newest standing check-in, and its key results."""

    goal: Goal
    newest: CheckIn | None
    results: list[KeyResult] = field(default_factory=list)

    @property
    def share(self) -> int | None:
        return shares.mean([row.share for row in self.results])

    @property
    def state(self) -> str:
        """`on_track`, `at_risk`, `off`; nothing while nobody has said."""
        return str(self.newest.state) if self.newest else ""

    @property
    def state_words(self) -> str:
        return STATES.get(self.state, "")

    @property
    def said_at(self) -> datetime | None:
        return self.newest.at if self.newest else None

    @property
    def is_quiet(self) -> bool:
        """Nobody has said for four weeks how it goes."""
        from_ = max(self.goal.open_since, self.newest.at if self.newest else self.goal.open_since)
        return self.goal.ended_at is None and (clock.now() - from_).days >= STALE_DAYS


STALE_DAYS = 28


def listed(query: Any) -> Any:
    """`query` of goals with whose they are and the newest check-in as `.newest`."""
    left = peewee.JOIN.LEFT_OUTER
    return (
        query.select(Goal, *Person.names(Person), Team, CheckIn)
        .join(Person, left, on=(Goal.person == Person.id), attr="person")
        .switch(Goal)
        .join(Team, left, on=(Goal.team == Team.id), attr="team")
        .switch(Goal)
        .join(CheckIn, left, on=CheckIn.newest_of(Goal.id), attr="newest")
    )


def lines(query: Any, most: int = MOST) -> list[Line]:
    """The goals of `query` in its order: two queries, however many they are."""
    goals = list(listed(query).limit(most))
    return with_results(goals)


def with_results(goals: list[Goal]) -> list[Line]:
    found = {goal.id: Line(goal, goal.__dict__.get("newest")) for goal in goals}
    if found:
        rows = KeyResult.select().where(KeyResult.goal.in_(list(found)), KeyResult.stands())
        for row in rows.order_by(KeyResult.goal, KeyResult.order, KeyResult.id):
            found[row.goal_id].results.append(row)
    return list(found.values())


def whole(visible: Any) -> Any:
    """`visible` goals with all that the page of one shows of it."""
    left, setter, ender, above = (
        peewee.JOIN.LEFT_OUTER, Person.alias(), Person.alias(), Goal.alias(),
    )  # fmt: skip
    of_above = Team.alias()
    return (
        visible.select(
            Goal, *Person.names(Person), Team, *Person.names(setter), *Person.names(ender),
            above, of_above, CheckIn,
        )
        .join(Person, left, on=(Goal.person == Person.id), attr="person")
        .switch(Goal)
        .join(Team, left, on=(Goal.team == Team.id), attr="team")
        .switch(Goal)
        .join(setter, left, on=(Goal.set_by == setter.id), attr="set_by")
        .switch(Goal)
        .join(ender, left, on=(Goal.ended_by == ender.id), attr="ended_by")
        .switch(Goal)
        .join(CheckIn, left, on=CheckIn.newest_of(Goal.id), attr="newest")
        .switch(Goal)
        .join(above, left, on=(Goal.parent == above.id), attr="parent")
        .join(of_above, left, on=(above.team == of_above.id), attr="team")
    )  # fmt: skip


# -- whose goals -------------------------------------------------------------------------------


def in_period(query: Any, period: str) -> Any:
    return query.where(Goal.period == period) if period else query


def own(viewer: Person, visible: Any) -> Any:
    """One's own, and those of teams and the company that one has set."""
    mine = (Goal.person == viewer.id) | (Goal.person.is_null() & (Goal.set_by == viewer.id))
    # Open ones first, then what has ended last.
    return visible.where(mine).order_by(
        Goal.ended_at.desc(nulls="first"), Goal.person.is_null(), Goal.ends_on.asc(nulls="last"),
        Goal.id.desc(),
    )  # fmt: skip


def of_person(person: Person, visible: Any) -> Any:
    """Those of a person that are `visible`."""
    return visible.where(Goal.person == person.id).order_by(
        Goal.ended_at.desc(nulls="first"), Goal.ends_on.asc(nulls="last"), Goal.id.desc()
    )


@dataclass
class Member:
    """One of the direct reports, with their open goals."""

    person: Person
    lines: list[Line] = field(default_factory=list)


def team(viewer: Person, people: Any, visible: Any) -> list[Member]:
    """The direct reports by name with what they want to reach: three queries in all."""
    today = viewer.today()
    direct = Position.led_by(viewer.id, today)
    found = Person.cards(people.where(db.among(Person.id, direct)), today).limit(MOST)
    members = {person.id: Member(person) for person in found}
    theirs = visible.where(db.among(Goal.person, direct), Goal.is_open())
    for line in lines(theirs.order_by(Goal.ends_on.asc(nulls="last"), Goal.id), MOST * 3):
        if member := members.get(line.goal.person_id):
            member.lines.append(line)
    return list(members.values())


def below(goal: Goal, visible: Any) -> list[Line]:
    """What hangs on it, as far as it is `visible`."""
    hangs = visible.where(Goal.parent == goal.id)
    return lines(hangs.order_by(Goal.ended_at.desc(nulls="first"), Goal.person.is_null().desc(),
                                Goal.id), 100)  # fmt: skip
