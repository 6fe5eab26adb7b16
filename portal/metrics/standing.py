"""What each person owes of what is required, on any day: how much, how late, and what is to come.

Of the present day it is what the compliance pages say (`compliance.figures`), row for row. Of a day
that has passed it is read off what came since: a turn that was open then and has been settled since
left its duty behind, with its day and when it was settled. Whom a requirement meant on a day is
asked as known now. Lists that are required open no duty, so of past days theirs are not late.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import peewee

from portal import db
from portal.assignments.models import Assignment, CauseRow
from portal.compliance.figures import HORIZONS, is_late, stays
from portal.compliance.models import CAUSE, Coverage, Exemption, Terms
from portal.metrics import days, searching
from portal.metrics.measure import Scope

LATE = 0
fn = peewee.fn


class Owed(NamedTuple):
    """How much one person owes, how much of it is late, and how much comes due within 30 days, in
    31 to 60 and in 61 to 90."""

    person: int
    owed: int
    late: int
    first: int
    second: int
    third: int


def of(scope: Scope) -> list[Owed]:
    """Everybody who owes anything that day or soon. One query, for all measures of a page."""
    return scope.once(_counted)


def _counted(scope: Scope) -> list[Owed]:
    owed = Coverage.select(
        Coverage.person.alias("person"), fn.COUNT(peewee.SQL("*")).alias("owed"),
        *(peewee.Value(0).alias(name) for name in ("late", "first", "second", "third")),
    ).where(_meant(scope), Coverage.is_on(scope.last)).group_by(Coverage.person)  # fmt: skip
    turn = open_then(scope).union(settled_since(scope)).alias("turn")
    horizons = (LATE, *HORIZONS)
    coming = peewee.Select(
        [turn], [turn.c.person, peewee.Value(0), *(_sum_if(turn.c.within == h) for h in horizons)]
    ).group_by(turn.c.person)
    both = owed.union_all(coming).alias("counted")
    sums = [fn.SUM(getattr(both.c, name)) for name in Owed._fields[1:]]
    rows = peewee.Select([both], [both.c.person, *sums]).group_by(both.c.person)
    return [Owed(*map(int, row)) for row in rows.bind(db.database).tuples().iterator()]


def proven(scope: Scope) -> Iterator[tuple[int, int, int]]:
    """Person, of how much of what they owe there is proof that day, and how much they owe. Proof is
    a fact that still counts, or an exemption. One query."""
    on, end = scope.last, scope.end
    late = settled_since(scope, LATE).alias("late")
    is_then = Coverage.done_on.is_null() | (Coverage.done_on <= on)
    same = (late.c.requirement == Coverage.requirement) & (late.c.person == Coverage.person)
    has_proof = peewee.Case(
        None,
        [
            (is_late(on) & is_then, 0),
            (late.c.person.is_null(False), 0),
            (Coverage.done_on <= on, 1),
            (fn.EXISTS(_excused(on)), 1),
            ((Coverage.done_on > on) & fn.EXISTS(_done_before(end)), 1),
        ],
        0,
    )
    rows: Any = (
        Coverage.select(Coverage.person, fn.SUM(has_proof), fn.COUNT(Coverage.id))
        .join(late, peewee.JOIN.LEFT_OUTER, on=same)
        .where(_meant(scope), Coverage.is_on(on))
        .group_by(Coverage.person)
    )
    yield from rows.tuples()


def _meant(scope: Scope) -> Any:
    return Coverage.is_known() & scope.among(Coverage.person)


def open_then(scope: Scope) -> Any:
    """Turns that stood open that day, or were to come, and do so still: requirement, person and
    within how many days (0: late), as a query."""
    on = scope.last
    not_done_since = Coverage.done_on.is_null() | (Coverage.done_on <= on)
    # Of everybody what is due soon is found by its day, of a few people all of theirs is.
    due = Coverage.due_on if scope.people is None else searching.not_by(Coverage.due_on)
    return Coverage.select(
        Coverage.requirement.alias("requirement"), Coverage.person.alias("person"),
        _within(Coverage.due_on, is_late(on), on).alias("within"),
    ).where(
        _meant(scope), Coverage.is_ahead(on), due <= on + _far(), not_done_since,
        is_late(on) | stays(),
    )  # fmt: skip


def settled_since(scope: Scope, within: int | None = None) -> Any:
    """The same of turns whose duty has been settled since that day; of one sort of them or all."""
    on, end, due = scope.last, scope.end, Assignment.due_on
    grace_is_over = days.between(due, on) > Terms.grace_days
    is_late_then = grace_is_over & (Assignment.opened_at <= end)
    stays_then = Coverage.until.is_null() | (Coverage.until >= due)
    which = is_late_then if within == LATE else is_late_then | stays_then
    # In this order, and by person: SQLite would go through everybody a requirement means for each
    # duty. With nothing added the column would be searched by an index that does not help.
    theirs = (Coverage.requirement + 0 == CauseRow.ref) & (Coverage.person == Assignment.person)
    terms = (Terms.requirement == CauseRow.ref) & Terms.is_known() & Terms.is_held(on)
    found = (
        Assignment.select(
            Coverage.requirement.alias("requirement"), Coverage.person.alias("person"),
            _within(due, is_late_then, on).alias("within"),
        )
        .join(CauseRow, peewee.JOIN.CROSS)
        .join(Coverage, peewee.JOIN.CROSS)
        .join(Terms, peewee.JOIN.CROSS)
        .where(Assignment.settled_at > end, due <= on + _far(), scope.among(Assignment.person))
        .where(CauseRow.assignment == Assignment.id, CauseRow.kind == CAUSE, theirs, terms)
        .where(_meant(scope), Coverage.is_ahead(on), which)
    )  # fmt: skip
    return found if within is None else found.distinct()


def _far() -> timedelta:
    return timedelta(days=HORIZONS[-1])


def _within(due: Any, late: Any, on: date) -> Any:
    """In how many days it comes due, as the pages group them; 0 where it is late."""
    first, second, third = HORIZONS
    steps = [(due <= on + timedelta(days=step), step) for step in (first, second)]
    return peewee.Case(None, [(late, LATE), *steps], third)


def _sum_if(condition: Any) -> Any:
    return fn.SUM(peewee.Case(None, [(condition, 1)], 0))


def _excused(on: date) -> Any:
    """That the person of a coverage need not do it that day."""
    covers = (Exemption.since <= on) & (Exemption.until.is_null() | (Exemption.until >= on))
    return Exemption.select(peewee.SQL("1")).where(
        Exemption.requirement == Coverage.requirement, Exemption.person == Coverage.person,
        Exemption.is_known(), covers,
    )  # fmt: skip


def _done_before(end: Any) -> Any:
    """That they had done it once by then, though the proof that counts now is a later one."""
    return (
        Assignment.select(peewee.SQL("1"))
        .join(CauseRow, on=(CauseRow.assignment == Assignment.id))
        .where(Assignment.person == Coverage.person, Assignment.outcome == "done")
        .where(Assignment.settled_at <= end)
        .where(CauseRow.kind == CAUSE, CauseRow.ref == Coverage.requirement)
    )
