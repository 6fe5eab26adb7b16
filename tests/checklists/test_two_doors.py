"""A step is reached from its checklist and from its duty: the same rules at both doors."""

from typing import Any

import pytest

from portal.assignments import access as duties
from portal.assignments.models import Assignment
from portal.checklists import access
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.people.functions import Function, Holder
from tests import cast


def test_both_doors_ask_the_same_rule(steps: dict[str, Step]) -> None:
    for step in steps.values():
        duty = step.assignments().get()
        for name in cast.NAMES:
            viewer = cast.person(name)
            assert duties.can_waive(viewer, duty) == access.can_skip(viewer, step), name
            assert duties.can_reassign(viewer, duty) == access.can_hand_over(viewer, step), name


def test_hr_skips_no_step_of_their_own_list_by_either_door(plan: Any, who: Any, as_: Any) -> None:
    own = Checklist.start(plan.current, who.helen, cast.TODAY, by=who.mara)
    step = own.steps.where(Step.key == "read-the-welcome-page").get()
    duty, reason = step.assignments().get(), {"reason": "I know it."}
    helen = as_("helen")
    for address in (f"/checklists/steps/{step.id}/skip", f"/assignments/{duty.id}/waiver"):
        assert helen.post(address, data=reason).status_code == 403
    assert Step.get_by_id(step.id).state == "open"


def test_nothing_moves_on_a_list_that_was_ended(
    running: Checklist, steps: dict[str, Step], who: Any, as_: Any
) -> None:
    skipped = steps["plan-the-first-week"]
    skipped.skip("Not needed", by=who.helen)
    duty = skipped.assignments().get()
    running.stop(by=who.helen, reason="Did not come.")
    other = steps["order-the-laptop"]
    assert not other.complete(by=who.ida)
    assert not other.hand_to(who.ben, by=who.helen)
    assert not skipped.reopen(by=who.helen)
    assert as_("helen").post(f"/assignments/{duty.id}/reopening").status_code == 403
    assert not Assignment.select().where(Assignment.is_open()).exists()


def test_a_step_taken_back_is_owed_by_its_present_owner_alone(
    steps: dict[str, Step], who: Any
) -> None:
    step = steps["order-the-laptop"]
    it = Function.named("it")
    Holder.select().get().release(by=who.helen, ends_on=cast.TODAY)
    assert step.lose_owner()
    step.hand_to(who.erin, by=who.helen)
    Holder.appoint(it, who.ida, by=who.helen, starts_on=cast.TODAY)
    step.complete(by=who.erin)
    step.reopen(by=who.erin)
    open_ones = list(step.assignments().where(Assignment.is_open()))
    assert [duty.person_id for duty in open_ones] == [who.erin.id]


def test_the_sweep_takes_no_step_from_who_got_it_meanwhile(
    steps: dict[str, Step], who: Any
) -> None:
    seen_by_the_sweep = Step.get_by_id(steps["order-the-laptop"].id)
    steps["order-the-laptop"].hand_to(who.erin, by=who.helen)
    assert not seen_by_the_sweep.lose_owner()
    assert Step.get_by_id(seen_by_the_sweep.id).owner_id == who.erin.id


@pytest.mark.parametrize("name", ["ben", "ida"])
def test_a_tick_tells_an_owner_from_outside_nothing_of_the_list(
    steps: dict[str, Step], as_: Any, name: str
) -> None:
    step = steps["meet-your-buddy" if name == "ben" else "order-the-laptop"]
    answer = as_(name).hx(f"/checklists/steps/{step.id}/completion", f"step-{step.id}")
    assert answer.status_code == 200
    assert "steps settled" not in answer.text and "Waiting for" not in answer.text


def test_a_step_goes_to_whoever_is_named_if_only_one_is_called_that(
    steps: dict[str, Step], as_: Any, who: Any
) -> None:
    step = steps["order-the-laptop"]
    answer = as_("helen").post(f"/checklists/steps/{step.id}/owner", data={"email": "ben hartmann"})
    assert answer.status_code == 303
    assert Step.get_by_id(step.id).owner_id == who.ben.id
