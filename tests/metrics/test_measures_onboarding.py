"""Measures of onboarding: against a slow count, and against the board and page they repeat."""

from datetime import datetime, time, timedelta
from typing import Any

from portal import clock
from portal.assignments.models import Assignment, CauseRow
from portal.checklists import attestations, board
from portal.checklists.attestations import Attestation
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.metrics import onboarding
from portal.metrics.measure import Scope
from tests.metrics.companies import company
from tests.metrics.slowly import SEEDS, ZONE, Data, Row, added, assert_all_agree, day_of


def _running(scope: Scope, data: Data) -> list[Any]:
    """Lists not ended early by then."""
    return [one for one in data.of(Checklist) if day_of(one.stopped_at) > scope.last]


def _begun(scope: Scope, data: Data) -> list[tuple[Any, list[Any]]]:
    """Onboarding lists of the days, with their steps."""
    return [
        (one, [step for step in data.of(Step) if step.checklist == one.id])
        for one in _running(scope, data)
        if one.transition == "onboarding" and scope.first <= day_of(one.started_at) <= scope.last
    ]


def _is_open(step: Any, scope: Scope) -> bool:
    return min(day_of(step.completed_at), day_of(step.skipped_at)) > scope.last


def _was_late(step: Any, scope: Scope, data: Data) -> bool:
    stands_for = {
        row.assignment for row in data.of(CauseRow) if row.kind == "step" and row.ref == step.id
    }
    for duty in data.of(Assignment):
        is_own = duty.kind == "step" and duty.target == step.id
        if (is_own or duty.id in stands_for) and duty.outcome in ("done", "waived"):
            is_known = day_of(duty.settled_at) <= scope.last
            if is_known and duty.due_at and duty.settled_at > duty.due_at:
                return True
    return False


def on_time(scope: Scope, data: Data) -> list[Row]:
    found = []
    for one, steps in _begun(scope, data):
        waiting = [step for step in steps if _is_open(step, scope)]
        is_late = any(step.due_on and step.due_on < scope.last for step in waiting)
        if not waiting or is_late:
            kept = not is_late and not any(_was_late(step, scope, data) for step in steps)
            found.append((one.person, kept, 1))
    return added(found)


def completed(scope: Scope, data: Data) -> list[Row]:
    found = []
    for one, steps in _begun(scope, data):
        is_done = not any(_is_open(step, scope) for step in steps)
        days = [step.due_on for step in steps if step.due_on]
        if is_done or (days and max(days) < scope.last):
            found.append((one.person, is_done, 1))
    return added(found)


def productive(scope: Scope, data: Data) -> list[Row]:
    found = []
    for one in _running(scope, data):
        said = [
            word
            for word in data.of(Attestation)
            if word.checklist == one.id
            and day_of(word.said_at) <= scope.last
            and day_of(word.withdrawn_at) > scope.last
        ]
        last = said[-1] if said and one.success_by else None
        if last and last.since_on and day_of(last.said_at) >= scope.first:
            found.append((one.person, max(0, (last.since_on - one.anchor_on).days), 1))
    return found


def test_each_agrees_with_a_slow_count(database: Any) -> None:
    assert_all_agree(
        onboarding.MEASURES,
        {
            "onboarding_on_time": on_time,
            "onboarding_completed": completed,
            "time_to_productivity": productive,
        },
    )


def test_the_board_and_the_page_of_productivity_say_the_same(database: Any) -> None:
    """Of today, over the same lists: two pages never disagree."""
    timely, _, soon = onboarding.MEASURES
    for seed in SEEDS:
        with company(seed) as made:
            scope = timely.scope(made.today)
            rows = list(timely.tallies(scope))
            lists = Checklist.select().where(Checklist.transition == "onboarding")
            midnight = datetime.combine(scope.first, time(), ZONE)
            now = midnight + timedelta(days=board.ON_TIME_DAYS, seconds=-1)
            # Begun on the first second of the first day or later.
            figure = board.on_time(lists, made.today, now)
            assert (sum(r.of for r in rows), sum(r.hits for r in rows)) == (figure.n, figure.kept)
            ever = soon.tallies(Scope(made.today - timedelta(days=3_000), made.today))
            cases = attestations.cases(Checklist.select())
            said = [case.days for case in cases if case.days is not None]
            assert sorted(row.hits for row in ever) == sorted(said)
    assert clock.today() == made.today


def test_the_target_is_the_missions() -> None:
    assert onboarding.MEASURES[0].target == 95
