"""How many work here, come and go, and how many each leads."""

from collections.abc import Iterable
from typing import Any

import peewee

from portal.metrics import stints
from portal.metrics.measure import COUNT, MEAN, NEITHER, Measure, Scope, Tally
from portal.people.positions import Position

ONE = peewee.Value(1)


def headcount(scope: Scope) -> Iterable[Tally]:
    """Everybody who works here on the day, once."""
    stint = stints.of(scope)
    here = stints.count(stint, ONE).where(stints.is_here(stint, scope.last))
    return [Tally(person, 1) for person, _ in here]


def joiners(scope: Scope) -> Iterable[Tally]:
    """Each first day within the days; whoever came back once more."""
    stint = stints.of(scope)
    came = stints.count(stint, peewee.fn.COUNT(stint.c.began))
    came = came.where(stint.c.began.between(scope.first, scope.last))
    return [Tally(person, times) for person, times in came]


def leavers(scope: Scope) -> Iterable[Tally]:
    """Each last day within the days."""
    stint = stints.of(scope)
    gone = stints.count(stint, peewee.fn.COUNT(stint.c.ended))
    gone = gone.where(stint.c.ended.between(scope.first, scope.last))
    return [Tally(person, times) for person, times in gone]


def span(scope: Scope) -> Iterable[Tally]:
    """How many report directly to each who leads, of those who work here that day."""
    on, leader = scope.last, stints.rows(lambda column: column.is_null(False)).alias("leader")
    reports: Any = (
        Position.select(Position.manager, peewee.fn.COUNT(Position.person.distinct()))
        .join(leader, on=(Position.manager == leader.c.person))
        .where(Position.is_known(), Position.starts_on <= on)
        .where(Position.ends_on.is_null() | (Position.ends_on >= on))
        .where(stints.is_here(leader, on), scope.among(Position.manager))
        .group_by(Position.manager)
    )
    return [Tally(manager, number) for manager, number in reports.tuples()]


def _file(person: int) -> str:
    return f"/people/{person}"


MEASURES = [
    Measure(
        name="headcount",
        title="People who work here",
        group="people",
        definition="Everybody who works here on the day: their first day has come, and their last "
        "one has not passed. Whoever is on leave counts; guests and those still to come do not.",
        formula="people with first day ≤ day ≤ last day",
        tallies=headcount,
        kind=COUNT,
        unit="people",
        better=NEITHER,
        for_lines=True,
        where=_file,
    ),
    Measure(
        name="joiners",
        title="People who joined",
        group="people",
        definition="First days within the last 90 days. Whoever came back counts again.",
        formula="first days in the last 90 days",
        tallies=joiners,
        kind=COUNT,
        unit="people",
        better=NEITHER,
        days=90,
        for_lines=True,
        where=_file,
    ),
    Measure(
        name="leavers",
        title="People who left",
        group="retention",
        definition="Last days within the last 90 days, whatever the reason. A last day that is "
        "only announced is not counted before it comes.",
        formula="last days in the last 90 days",
        tallies=leavers,
        kind=COUNT,
        unit="people",
        better=NEITHER,
        days=90,
        where=_file,
    ),
    Measure(
        name="span",
        title="Direct reports of those who lead",
        group="people",
        definition="How many people report directly to each person who leads somebody, on "
        "average. Those whose first day has not come are not counted.",
        formula="direct reports ÷ people who have any",
        tallies=span,
        kind=MEAN,
        unit="people",
        better=NEITHER,
        for_lines=True,
        where=lambda person: f"/people/tree/{person}",
        caution="A large number with little time for each is as hard as many levels: look at who "
        "is far from the average, not at the average.",
    ),
]
