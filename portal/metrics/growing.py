"""Measures of growing: time that mentors give, tasks beyond the job, and plans people have made.

That somebody asked for a mentor is known to the two; what runs, HR reads. A task that was done and
a plan the line reads as well; a task that was given back, or not given at all, it does not.
"""

from collections.abc import Iterator
from typing import Any

import peewee

from portal.growth.mentoring import Mentor
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.seats import CONFIRMED, StretchSeat
from portal.metrics.here import by, everybody, is_here, not_by, one_if, within
from portal.metrics.measure import COUNT, NEITHER, Measure, Scope, Tally
from portal.people.models import Person

A_YEAR = 365
NUMBER = peewee.fn.COUNT


def _url(person: int) -> str:
    return f"/growth/people/{person}"


def mentoring(scope: Scope) -> Iterator[Tally]:
    """The places each mentor here offers, and how many are taken by who meets with them. More than
    are offered count as all. Of an offer that was made anew only the newest times are known."""
    runs = Mentorship.alias()
    taken = runs.select(NUMBER(runs.id)).where(
        runs.mentor == Mentor.person,
        by(scope, runs.begun_at),
        not_by(scope, runs.ended_at),
    )
    offered = by(scope, Mentor.offered_at) & not_by(scope, Mentor.ended_at)
    rows: Any = (
        Mentor.select(Mentor.person, taken, Mentor.capacity)
        .join(Person)
        .where(offered, is_here(scope.last), scope.among(Mentor.person))
        .tuples()
    )
    return (Tally(person, min(number, places), places) for person, number, places in rows)


def stretched(scope: Scope) -> Iterator[Tally]:
    """Tasks beyond their job that each person did, confirmed in these days."""
    is_done = within(scope, StretchSeat.ended_at) & (StretchSeat.outcome == CONFIRMED)
    rows: Any = (
        StretchSeat.select(StretchSeat.person, NUMBER(StretchSeat.id))
        .where(is_done, scope.among(StretchSeat.person))
        .group_by(StretchSeat.person)
        .tuples()
    )
    return (Tally(person, number) for person, number in rows)


def planning(scope: Scope) -> Iterator[Tally]:
    """Everybody here: whether they have a plan under way. One that is only proposed is none."""
    under_way = DevelopmentPlan.select(peewee.SQL("1")).where(
        DevelopmentPlan.person == Person.id,
        by(scope, DevelopmentPlan.accepted_at),
        not_by(scope, DevelopmentPlan.ended_at),
    )
    rows = everybody(scope, one_if(peewee.fn.EXISTS(under_way)))
    return (Tally(person, is_so) for person, is_so in rows)


MEASURES = [
    Measure(
        name="mentoring_used",
        title="Mentoring in use",
        group="talent",
        definition="Of the places mentors offer, how many are taken by somebody they meet with."
        " Who has asked and was not answered does not count: that is between the two.",
        formula="mentorships that run ÷ places offered",
        tallies=mentoring,
        better=NEITHER,
        where=lambda person: "/growth/mentors/usage",
        caution="Near 100 % nobody new finds a mentor; near 0 % nobody looks for one.",
    ),
    Measure(
        name="stretch_done",
        title="Stretch tasks done",
        group="talent",
        definition="Tasks beyond somebody's job that were done and confirmed within a year.",
        formula="number of stretch tasks confirmed",
        tallies=stretched,
        kind=COUNT,
        unit="tasks",
        days=A_YEAR,
        for_lines=True,
        where=_url,
    ),
    Measure(
        name="plans_under_way",
        title="Development plans under way",
        group="talent",
        definition="Of the people who work here, how many have accepted a development plan that is"
        " not over.",
        formula="people with a plan under way ÷ people here",
        tallies=planning,
        for_lines=True,
        where=_url,
    ),
]
