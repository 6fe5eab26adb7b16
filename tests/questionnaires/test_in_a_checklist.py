"""A line of a plan that asks for a form: the form is the step, in both directions."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.documents.models import Document, check
from portal.questionnaires.models import Submission
from tests import cast
from tests.questionnaires.conftest import given

PLAN = """---
kind: checklist
title: Onboarding
transition: onboarding
---
## Later
- [ ] Say how it goes form:thirty-days @employee @manager due:start+30
"""


@pytest.fixture
def steps(month: Document, who: SimpleNamespace) -> list[Step]:
    plan = Document.start("checklist", "Onboarding", by=who.helen)
    plan.publish(PLAN, by=who.helen)
    assert plan.current is not None
    checklist = Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    return Step.of(checklist)


def form_of(name: str) -> Submission:
    return Submission.get(Submission.person == cast.person(name))  # type: ignore[no-any-return]


def test_each_owner_gets_a_form_of_their_own_about_the_joiner(steps: list[Step], who: Any) -> None:
    assert len(steps) == Submission.select().count() == 2
    assert {form_of(name).about_id for name in ("nia", "mara")} == {who.nia.id}
    assert str(form_of("mara").duty().due_on) == "2026-12-23"


def test_sending_it_completes_the_step_and_taking_it_back_opens_it(
    steps: list[Step], who: Any
) -> None:
    one = form_of("nia")
    one.submit(given(), 0, by=who.nia)
    states = {step.owner_id: step.state for step in map(again, steps)}
    assert states == {who.nia.id: "done", who.mara.id: "open"}
    assert Submission.get_by_id(one.id).take_back(by=who.nia)
    assert {again(step).state for step in steps} == {"open"}


def again(step: Step) -> Step:
    return Step.get_by_id(step.id)  # type: ignore[no-any-return]


def test_skipping_the_step_withdraws_the_form_and_opening_it_asks_again(
    steps: list[Step], who: Any
) -> None:
    step = next(step for step in steps if step.owner_id == who.nia.id)
    step.skip("She is leaving already.", by=who.helen)
    assert form_of("nia").state == "ended"
    again(step).reopen(by=who.helen)
    assert form_of("nia").state == "open"


def test_withdrawing_the_form_skips_the_step(as_: Any, steps: list[Step], who: Any) -> None:
    form_of("nia").withdraw(by=who.helen, reason="Not this time.")
    step = next(step for step in steps if step.owner_id == who.nia.id)
    assert again(step).state == "skipped"


def test_handing_the_step_over_gives_the_next_one_a_form_of_their_own(
    steps: list[Step], who: Any
) -> None:
    form_of("mara").save_draft({"what-should-we-have-told-you-earlier": "CANARY"}, 0)
    step = next(step for step in steps if step.owner_id == who.mara.id)
    step.hand_to(who.dora, by=who.helen)
    assert form_of("mara").state == "ended"
    assert (form_of("dora").state, form_of("dora").given) == ("open", {})
    form_of("dora").submit(given(), 0, by=who.dora)
    assert again(step).state == "done"


def test_a_plan_that_asks_for_a_form_that_is_not_there_is_told_so(who: Any, database: Any) -> None:
    found = check("checklist", PLAN.replace("thirty-days", "forty-days"))
    assert [problem.line for problem in found.errors] == [7]


def test_a_retired_form_is_asked_for_no_more_by_new_plans(month: Document, who: Any) -> None:
    month.retire(by=who.helen)
    assert check("checklist", PLAN).errors


def test_a_form_that_was_retired_leaves_a_step_to_tick(
    month: Document, who: SimpleNamespace, as_: Any
) -> None:
    """It is neither filled nor forgotten: whoever was to fill it sees to it."""
    plan = Document.start("checklist", "Onboarding", by=who.helen)
    plan.publish(PLAN, by=who.helen)
    month.retire(by=who.helen)
    assert plan.current is not None
    running = Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    assert not Submission.select().exists()
    steps = Step.of(running)
    assert [(step.state, step.opens_kind) for step in steps] == [("open", "")] * 2
    mine = next(step for step in steps if step.owner_id == who.nia.id)
    assert mine.assignments().where(Assignment.is_open()).count() == 1
    assert as_("nia").post(f"/checklists/steps/{mine.id}/completion").status_code == 303
    assert again(mine).state == "done"
