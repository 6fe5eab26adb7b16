"""A finished list is a fact: written with the last step, taken back with one that opens again."""

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal import clock, db
from portal.assignments.duties import AssignmentKind
from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.checklists import requiring
from portal.checklists.finishes import KIND, Finish
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.compliance import following
from portal.compliance.models import Coverage, Requirement
from portal.compliance.needs import Moment, kinds
from portal.compliance.schedule import Rhythm
from tests import cast

TWO = "- [ ] Walk the floor @employee due:start+3\n- [ ] Write it down @employee due:start+5"


@pytest.fixture
def walk(publish: Any) -> Any:
    """A plan of two steps, in force."""
    return publish(TWO, transition="other", title="Safety walk")


@pytest.fixture
def done_before(publish: Any) -> Iterator[Any]:
    """A plan that asks for what everybody has done already."""
    assignment_kinds["errand"] = AssignmentKind(
        name="errand",
        title="Errand",
        icon="check",
        url=lambda duty: "/errands",
        has=lambda slug: True,
        open=lambda person, slug, opening: None,
    )
    body = "- [ ] Run the errand @employee errand:one due:start\n"
    yield publish(body + body.replace("one", "two"), transition="other", title="Errands")
    del assignment_kinds["errand"]


def known() -> list[Finish]:
    return list(Finish.select().where(Finish.is_known()).order_by(Finish.id))


def finish_all(checklist: Checklist, by: Any) -> None:
    for step in Step.of(checklist):
        step.complete(by=by)


def test_the_last_step_finishes_the_list(walk: Any, who: SimpleNamespace) -> None:
    checklist = Checklist.start(walk.current, who.erin, cast.TODAY, by=who.helen)
    first, last = Step.of(checklist)
    first.complete(by=who.erin)
    assert known() == []
    last.complete(by=who.erin)
    (finish,) = known()
    assert (finish.checklist_id, finish.person_id, finish.plan_id) == (
        checklist.id, who.erin.id, walk.id
    )  # fmt: skip
    assert finish.finished_on == cast.TODAY
    event = Event.select().where(Event.tag == "finish.recorded").get()
    assert event.facts["record"] == finish.record
    assert event.by_id == event.about_id == who.erin.id


def test_a_skipped_step_settles_as_well(walk: Any, who: SimpleNamespace) -> None:
    checklist = Checklist.start(walk.current, who.erin, cast.TODAY, by=who.helen)
    first, last = Step.of(checklist)
    first.complete(by=who.erin)
    last.skip("Nothing to write", by=who.mara)
    assert [row.checklist_id for row in known()] == [checklist.id]


def test_a_step_that_opens_again_supersedes_it_and_what_was_known_stays(
    walk: Any, who: SimpleNamespace, move_clock: Any
) -> None:
    checklist = Checklist.start(walk.current, who.erin, cast.TODAY, by=who.helen)
    finish_all(checklist, who.erin)
    then = clock.now()
    move_clock(days=1)
    step = Step.of(checklist)[1]
    step.reopen(by=who.helen)
    assert known() == []
    assert Event.select().where(Event.tag == "finish.superseded").count() == 1
    assert requiring.facts(walk.id, None, Moment(cast.TODAY)) == {}
    as_known = requiring.facts(walk.id, None, Moment(cast.TODAY, then))
    assert set(as_known) == {who.erin.id}
    move_clock(days=1)
    step.complete(by=who.erin)
    (again,) = known()
    assert again.finished_on == cast.TODAY + timedelta(days=2)
    assert Finish.select().count() == 2


def test_a_list_that_is_done_as_it_starts_is_written_down_once(
    done_before: Any, who: SimpleNamespace
) -> None:
    checklist = Checklist.start(done_before.current, who.erin, cast.TODAY, by=who.helen)
    assert {step.state for step in Step.of(checklist)} == {"done"}
    assert [row.checklist_id for row in known()] == [checklist.id]
    assert Finish.select().count() == 1


def test_a_list_ended_early_is_not_finished(walk: Any, who: SimpleNamespace) -> None:
    checklist = Checklist.start(walk.current, who.erin, cast.TODAY, by=who.helen)
    Step.of(checklist)[0].complete(by=who.erin)
    checklist.stop(by=who.helen, reason="Not needed")
    assert known() == []


def test_lists_finished_before_get_their_finish_once_with_the_day_of_the_last_step(
    walk: Any, who: SimpleNamespace, move_clock: Any
) -> None:
    checklist = Checklist.start(walk.current, who.erin, cast.TODAY, by=who.helen)
    finish_all(checklist, who.erin)
    running = Checklist.start(walk.current, who.ben, cast.TODAY, by=who.helen)
    with db.write():
        Finish.delete().execute()
    move_clock(days=40)
    assert requiring.record_earlier() == 1
    (finish,) = known()
    assert (finish.checklist_id, finish.finished_on) == (checklist.id, cast.TODAY)
    assert finish.recorded_at == clock.now()
    assert requiring.record_earlier() == 0
    assert running.id not in {row.checklist_id for row in known()}


# -- required ------------------------------------------------------------------------------------


def require(plan: Any, who: SimpleNamespace, audience: str, **rhythm: Any) -> Requirement:
    return Requirement.set(
        kind=KIND,
        target=plan.id,
        audience=audience,
        rhythm=Rhythm(**rhythm),
        starts_on=cast.TODAY,
        by=who.helen,
    )


def row(requirement: Requirement, person: Any) -> Coverage:
    return Coverage.get(  # type: ignore[no-any-return]
        Coverage.is_known(), Coverage.requirement == requirement, Coverage.person == person
    )


def test_a_required_plan_is_started_for_whom_it_means_and_only_once(
    app: Any, walk: Any, who: SimpleNamespace
) -> None:
    requirement = require(walk, who, "team = Platform", every_months=12)
    following.follow(requirement)
    started = {c.person_id for c in Checklist.select()}
    assert started == {who.mara.id, who.erin.id, who.ben.id}
    assert (
        Assignment.select().where(Assignment.person == who.erin, Assignment.is_open()).count() == 2
    )
    following.follow(requirement)
    assert Checklist.select().count() == 3


def test_finishing_it_moves_the_turn_on_at_once_and_reopening_takes_it_back(
    app: Any, walk: Any, who: SimpleNamespace
) -> None:
    requirement = require(walk, who, "team = Platform", every_months=12, lead_days=30)
    following.follow(requirement)
    mine = Checklist.running_for(who.erin, walk)
    assert mine is not None
    finish_all(mine, who.erin)
    done = row(requirement, who.erin)
    assert done.done_on == cast.TODAY
    assert done.due_on == date(2027, 11, 18)
    assert done.opened_for is None
    Step.of(mine)[0].reopen(by=who.helen)
    again = row(requirement, who.erin)
    assert again.done_on is None and again.due_on == cast.TODAY + timedelta(days=14)
    assert Checklist.select().where(Checklist.person == who.erin).count() == 1


def test_the_next_year_starts_a_new_list(
    app: Any, walk: Any, who: SimpleNamespace, move_clock: Any
) -> None:
    requirement = require(walk, who, "team = Platform", every_months=12, lead_days=30)
    following.follow(requirement)
    mine = Checklist.running_for(who.erin, walk)
    assert mine is not None
    finish_all(mine, who.erin)
    move_clock(days=336)
    following.follow_all()
    assert Checklist.select().where(Checklist.person == who.erin).count() == 2


def test_a_plan_whose_steps_are_done_at_once_answers_its_own_turn(
    app: Any, done_before: Any, who: SimpleNamespace
) -> None:
    requirement = require(done_before, who, "team = Platform")
    following.follow(requirement)
    erin = row(requirement, who.erin)
    assert (erin.done_on, erin.due_on, erin.opened_for) == (cast.TODAY, None, None)


def test_a_plan_can_be_chosen_while_it_is_in_force(walk: Any, who: SimpleNamespace) -> None:
    kind = kinds[KIND]
    assert (walk.id, "Safety walk") in kind.targets()
    assert kind.title_of(walk.id) == "Safety walk"
    assert kind.url_of(walk.id) == walk.url
    assert kind.since(walk.id, Moment(cast.TODAY)) == cast.TODAY
    assert kind.since(walk.id, Moment(cast.TODAY - timedelta(days=1))) is None
    walk.retire(by=who.helen)
    assert (walk.id, "Safety walk") not in kind.targets()
    # What was asked on a day stays so, whether the plan is retired since or not.
    assert kind.since(walk.id, Moment(cast.TODAY)) == cast.TODAY
