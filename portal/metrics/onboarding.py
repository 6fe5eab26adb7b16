"""Onboarding: whether lists are finished, whether in time, and how soon somebody is productive.

In time is what the board of lists calls so (`checklists.board.on_time`), asked of any day and
counted per person; a test holds the two against each other.
"""

from collections.abc import Iterable
from typing import Any

import peewee

from portal.assignments.models import Assignment, CauseRow
from portal.checklists.attestations import Attestation
from portal.checklists.board import ON_TIME_DAYS, ON_TIME_TARGET
from portal.checklists.duties import KIND, OPENED
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.metrics import days
from portal.metrics.measure import DOWN, MEDIAN, Measure, Scope, Tally

ONBOARDING = "onboarding"
PRODUCTIVE_DAYS = 90
ONE = peewee.SQL("1")
MINE = Step.checklist == Checklist.id
fn = peewee.fn


def on_time(scope: Scope) -> Iterable[Tally]:
    """Of the lists that are finished or late, those whose every step was settled by its day."""
    is_late = _some_step(_is_open(scope) & Step.is_late(scope.last))
    counted = ~_some_step(_is_open(scope)) | is_late
    kept = peewee.Case(None, [(is_late | _was_late(scope), 0)], 1)
    return _counted(scope, kept, counted)


def completed(scope: Scope) -> Iterable[Tally]:
    """Of the lists that are finished or should be, those that are."""
    is_open = _some_step(_is_open(scope))
    is_over = _some_step(Step.due_on < scope.last) & ~_some_step(Step.due_on >= scope.last)
    return _counted(scope, peewee.Case(None, [(is_open, 0)], 1), ~is_open | is_over)


def _counted(scope: Scope, hits: Any, counted: Any) -> Iterable[Tally]:
    rows: Any = (
        Checklist.select(Checklist.person, fn.SUM(hits), fn.COUNT(Checklist.id))
        .where(_lists(scope), Checklist.transition == ONBOARDING)
        .where(days.within(Checklist.started_at, scope), counted)
        .group_by(Checklist.person)
    )
    return [Tally(person, good, of) for person, good, of in rows.tuples()]


def _lists(scope: Scope) -> Any:
    """Of these people, and not ended early by then."""
    runs = days.not_by(Checklist.stopped_at, scope.end)
    return runs & scope.among(Checklist.person)


def _is_open(scope: Scope) -> Any:
    """A step that was neither done nor skipped by the end of the last day."""
    end = scope.end
    return days.not_by(Step.completed_at, end) & days.not_by(Step.skipped_at, end)


def _some_step(condition: Any) -> Any:
    return fn.EXISTS(Step.select(ONE).where(MINE, condition))


def _was_late(scope: Scope) -> Any:
    """Some duty of it was settled after its time: the step's own, or the one it stands for."""
    late = Assignment.outcome.in_(["done", "waived"]) & (
        (Assignment.settled_at > Assignment.due_at) & (Assignment.settled_at <= scope.end)
    )
    own = (Assignment.kind == KIND) & (Assignment.target == Step.id)
    stands_for = (CauseRow.kind == OPENED) & (CauseRow.ref == Step.id)
    # Asked apart and crossed, as the board does: each by its index, from the steps of a list.
    return fn.EXISTS(
        Step.select(ONE).join(Assignment, peewee.JOIN.CROSS).where(MINE, own, late)
    ) | fn.EXISTS(
        Step.select(ONE)
        .join(CauseRow, peewee.JOIN.CROSS)
        .join(Assignment, on=(CauseRow.assignment == Assignment.id))
        .where(MINE, stands_for, late)
    )


def time_to_productivity(scope: Scope) -> Iterable[Tally]:
    """The days from the first one until each was productive, as was last said of each list."""
    end, later = scope.end, Attestation.alias()
    newest = later.select(fn.MAX(later.id)).where(
        later.checklist == Attestation.checklist,
        later.said_at <= end,
        days.not_by(later.withdrawn_at, end),
    )
    rows: Any = (
        Attestation.select(
            Checklist.person, days.between(Checklist.anchor_on, Attestation.since_on)
        )
        .join(Checklist, on=(Attestation.checklist == Checklist.id))
        .where(Attestation.id == newest, Attestation.since_on.is_null(False))
        .where(days.within(Attestation.said_at, scope))
        .where(Checklist.success_by.is_null(False), _lists(scope))
        .order_by(Checklist.person, Attestation.id)
    )
    return [Tally(person, max(0, took)) for person, took in rows.tuples()]


def _productivity(person: int) -> str:
    return "/checklists/productivity"


def _lists_of(person: int) -> str:
    return f"/checklists?transition={ONBOARDING}&person={person}"


MEASURES = [
    Measure(
        name="onboarding_on_time",
        title="Onboarding on time",
        group="onboarding",
        definition="Of the onboarding lists begun within the last year that are finished or "
        "already late, how many had every step settled by its day. What still runs in time is "
        "neither yet; a list ended early does not count.",
        formula="lists with every step in time ÷ lists finished or late",
        tallies=on_time,
        target=ON_TIME_TARGET,
        days=ON_TIME_DAYS,
        for_lines=True,
        where=_lists_of,
    ),
    Measure(
        name="onboarding_completed",
        title="Onboarding completed",
        group="onboarding",
        definition="Of the onboarding lists begun within the last year whose last day has passed "
        "or that were finished before, how many are finished: every step done, or skipped with a "
        "reason, however late.",
        formula="lists finished ÷ lists finished or past their last step’s day",
        tallies=completed,
        days=ON_TIME_DAYS,
        for_lines=True,
        where=_lists_of,
    ),
    Measure(
        name="time_to_productivity",
        title="Time to productivity",
        group="onboarding",
        definition="The days from the first one until somebody did what success means in their "
        "plan, as whoever leads them said within the last year; of these the one in the middle. "
        "By role it is the figure of each role.",
        formula="median of days from the first day to productive",
        tallies=time_to_productivity,
        kind=MEDIAN,
        unit="days",
        target=PRODUCTIVE_DAYS,
        better=DOWN,
        days=ON_TIME_DAYS,
        for_lines=True,
        where=_productivity,
        meant_for="Managers",
        caution="Only those who got there are counted: whoever is not there yet makes it longer "
        "later. Roles differ in what success means.",
    ),
]
