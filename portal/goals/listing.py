"""Goals as lists and pages show them: with the newest check-in and how far they have come."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import peewee

from portal import clock, db, text
from portal.goals import shares
from portal.goals.checkins import STATES, CheckIn
from portal.goals.models import Goal, KeyResult
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position

MOST = 200
STALE_DAYS = 28


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
        """It has gone on for four weeks, and nobody has said in them how it goes."""
        goal, since = self.goal, clock.now() - timedelta(days=STALE_DAYS)
        has_begun = goal.starts_on is None or goal.starts_on <= since.date()
        is_silent = max(goal.open_since, self.said_at or goal.open_since) <= since
        return goal.ended_at is None and has_begun and is_silent


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
    left, above, of_above = peewee.JOIN.LEFT_OUTER, Goal.alias(), Team.alias()
    setter, changer, ender = Person.alias(), Person.alias(), Person.alias()
    return (
        visible.select(
            Goal, *Person.names(Person), Team, *Person.names(setter), *Person.names(changer),
            *Person.names(ender), above, of_above, CheckIn,
        )
        .join(Person, left, on=(Goal.person == Person.id), attr="person")
        .switch(Goal)
        .join(Team, left, on=(Goal.team == Team.id), attr="team")
        .switch(Goal)
        .join(setter, left, on=(Goal.set_by == setter.id), attr="set_by")
        .switch(Goal)
        .join(changer, left, on=(Goal.changed_by == changer.id), attr="changed_by")
        .switch(Goal)
        .join(ender, left, on=(Goal.ended_by == ender.id), attr="ended_by")
        .switch(Goal)
        .join(CheckIn, left, on=CheckIn.newest_of(Goal.id), attr="newest")
        .switch(Goal)
        .join(above, left, on=(Goal.parent == above.id), attr="parent")
        .join(of_above, left, on=(above.team == of_above.id), attr="team")
    )  # fmt: skip


# -- whose goals -------------------------------------------------------------------------------


def own(viewer: Person, visible: Any, teams: Collection[int]) -> Any:
    """One's own, those of the `teams` one leads, and of all others what whoever is HR has set."""
    mine = (Goal.person == viewer.id) | Goal.team.in_(list(teams))
    if viewer.is_hr:
        mine |= Goal.person.is_null() & (Goal.set_by == viewer.id)
    # Open ones first, then what has ended last.
    return visible.where(mine).order_by(
        Goal.ended_at.desc(nulls="first"), Goal.person.is_null(), Goal.ends_on.asc(nulls="last"),
        Goal.id.desc(),
    )  # fmt: skip


def matching(visible: Any, words: str) -> Any:
    """Those of `visible` whose title has every word, the nearest first: open before ended ones,
    titles that begin so before others."""
    begins = Goal.folded.startswith(text.fold(words))
    return visible.where(Goal.matches(words)).order_by(
        peewee.Case(None, [(Goal.ended_at.is_null(), 0)], 1), peewee.Case(None, [(begins, 0)], 1),
        Goal.folded, Goal.id,
    )  # fmt: skip


def found(visible: Any, words: str, most: int) -> list[Goal]:
    """The nearest few of them with whose they are, for a search over everything."""
    return list(listed(matching(visible, words)).limit(most))


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
