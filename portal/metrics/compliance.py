"""Compliance: how much of what is required is overdue, proven, or about to be."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import peewee

from portal.assignments.models import Assignment
from portal.compliance import figures
from portal.metrics import days, searching, standing
from portal.metrics.measure import COUNT, DOWN, NEITHER, Measure, Scope, Tally
from portal.people.org import Teams
from portal.people.positions import Position
from portal.policies.models import KIND as POLICY

YEAR = 365
fn = peewee.fn


def overdue(scope: Scope) -> Iterable[Tally]:
    """Of everything each owes that day, how much is overdue."""
    return [Tally(one.person, one.late, one.owed) for one in standing.of(scope) if one.owed]


def in_order(scope: Scope) -> Iterable[Tally]:
    """Who owes something, and has nothing overdue."""
    return [Tally(one.person, int(not one.late)) for one in standing.of(scope) if one.owed]


def proven(scope: Scope) -> Iterable[Tally]:
    """Of everything each owes that day, of how much there is proof."""
    return [Tally(person, hits, of) for person, hits, of in standing.proven(scope)]


def coming_due(place: int) -> Callable[[Scope], Iterable[Tally]]:
    """How much comes due within 30 days (0), in 31 to 60 (1), in 61 to 90 (2)."""

    def due(scope: Scope) -> Iterable[Tally]:
        counted = ((one.person, one[3 + place]) for one in standing.of(scope))
        return [Tally(person, number) for person, number in counted if number]

    return due


def at_risk(scope: Scope) -> Iterable[Tally]:
    """Who owes something, and whether their department is at risk as the overview calls it.

    A department is judged by everybody in it, whoever is asked about.
    """
    everybody = standing.of(replace(scope, people=None))
    unit_of = _departments(scope)
    total = figures.Tally()
    units: defaultdict[int | None, figures.Tally] = defaultdict(figures.Tally)
    for one in everybody:
        for tally in (total, units[unit_of.get(one.person)]):
            tally.add(one.owed, one.late, (one.first, one.second, one.third))
    risky = {
        unit
        for unit, tally in units.items()
        if not tally.is_met or (tally.has_wave and not total.has_wave)
    }
    return [
        Tally(one.person, int(unit_of.get(one.person) in risky))
        for one in everybody
        if one.owed and scope.keeps(one.person)
    ]


def _departments(scope: Scope) -> dict[int, int | None]:
    """The department in which each person stands that day."""
    teams, tops = Teams(), dict[int | None, int | None]()
    held: Any = Position.select(Position.person, fn.MAX(Position.team)).where(
        Position.is_held(scope.last)
    )
    found = {}
    for person, team in held.group_by(Position.person).tuples():
        if team not in tops:
            tops[team] = teams.top(team)
        found[person] = tops[team]
    return found


def signed_in_time(scope: Scope) -> Iterable[Tally]:
    """Of the policies each was to sign by one of these days, those signed by then."""
    end = scope.end
    is_signed = (Assignment.outcome == "done") & (Assignment.settled_at <= end)
    in_time = is_signed & (Assignment.settled_at <= Assignment.due_at)
    is_missed = days.not_by(Assignment.settled_at, end) & (Assignment.due_on < scope.last)
    kind = Assignment.kind if scope.people is None else searching.not_by(Assignment.kind)
    rows: Any = (
        Assignment.select(
            Assignment.person,
            fn.SUM(peewee.Case(None, [(in_time, 1)], 0)),
            fn.COUNT(Assignment.id),
        )
        .where(kind == POLICY, Assignment.due_on.between(scope.first, scope.last))
        .where(Assignment.person.is_null(False), scope.among(Assignment.person))
        .where(is_signed | is_missed)
        .group_by(Assignment.person)
    )
    return [Tally(person, hits, of) for person, hits, of in rows.tuples()]


def _required(person: int) -> str:
    return f"/compliance/people/{person}"


def _coming(place: int, when: str, said: str) -> Measure:
    return Measure(
        name=f"due_{figures.HORIZONS[place]}_days",
        title=f"Coming due {when}",
        group="compliance",
        definition=f"How many things required of people come due {said} and are not overdue. "
        "Those still to join are counted, those who leave before are not.",
        formula=f"things due {when}",
        tallies=coming_due(place),
        kind=COUNT,
        unit="things",
        better=NEITHER,
        for_lines=True,
        where=_required,
    )


MEASURES = [
    Measure(
        name="compliance_overdue",
        title="Overdue of what is required",
        group="compliance",
        definition="Of each thing required of each person who is meant that day, how many are not "
        "done and past their last day and its grace. Whoever is excused owes nothing overdue.",
        formula="overdue ÷ everything owed",
        tallies=overdue,
        target=figures.GOAL_PERCENT,
        better=DOWN,
        for_lines=True,
        where=_required,
    ),
    Measure(
        name="people_in_order",
        title="People with nothing overdue",
        group="compliance",
        definition="Of everybody of whom something is required that day, how many have nothing "
        "overdue.",
        formula="people with nothing overdue ÷ people who owe anything",
        tallies=in_order,
        for_lines=True,
        where=_required,
    ),
    Measure(
        name="audit_readiness",
        title="Ready for an audit",
        group="compliance",
        definition="Of each thing required of each person who is meant that day, for how many an "
        "auditor would find proof: it was done and still counts, or the person was excused. What "
        "is open has none yet, though it may be in time.",
        formula="owed with a proof that counts ÷ everything owed",
        tallies=proven,
        for_lines=True,
        where=_required,
        caution="On the days after something new is required it falls, because nobody has done it "
        "yet.",
    ),
    _coming(0, "within 30 days", "within the next 30 days"),
    _coming(1, "in 31 to 60 days", "in the month after the next"),
    _coming(2, "in 61 to 90 days", "in the third month from now"),
    Measure(
        name="departments_at_risk",
        title="People in departments at risk",
        group="compliance",
        definition="Of everybody of whom something is required, how many stand in a department at "
        f"risk: {figures.GOAL_PERCENT} % or more of what it owes is overdue, or "
        f"{figures.WAVE_PERCENT} % comes due within 30 days and not so in the whole company.",
        formula="people in departments at risk ÷ people who owe anything",
        tallies=at_risk,
        better=DOWN,
        where=_required,
    ),
    Measure(
        name="policies_on_time",
        title="Policies signed on time",
        group="compliance",
        definition="Of the signatures under a policy that were due within the last year, how many "
        "were given by their day. What was waived, or fell away, does not count.",
        formula="signed by the day ÷ signed, or not signed by the day",
        tallies=signed_in_time,
        days=YEAR,
        for_lines=True,
        where=_required,
    ),
]
