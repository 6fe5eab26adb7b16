"""A step that opens a duty of another domain, with a kind planted here."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.assignments.duties import AssignmentKind, Opening, kinds
from portal.assignments.models import Assignment
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.documents.models import check
from tests import cast

PLAN = """---
kind: checklist
title: With a policy
---
## First week
- [ ] Sign the code of conduct policy:code-of-conduct due:start+3
- [ ] Read it with HR @hr @employee policy:code-of-conduct due:start+3
"""


@pytest.fixture
def signed() -> set[int]:
    """Who has signed the code of conduct before."""
    return set()


@pytest.fixture
def policies(database: Any, signed: set[int]) -> Iterator[list[tuple[int, str]]]:
    """A kind of duty called policy, of which there is the code of conduct; what it opened."""
    opened: list[tuple[int, str]] = []

    def open_policy(person: Any, slug: str, opening: Opening) -> Assignment | None:
        opened.append((person.id, slug))
        if person.id in signed:
            return None
        return Assignment.assign(
            kind="policy",
            target=7,
            title="Code of conduct",
            cause=opening.cause,
            by=opening.by,
            person=person,
            due_on=opening.due_on,
        )

    real = kinds["policy"]
    kinds["policy"] = AssignmentKind(
        name="policy",
        title="Policy",
        icon="file-text",
        url=lambda assignment: "/policies/7",
        has=lambda slug: slug == "code-of-conduct",
        open=open_policy,
    )
    yield opened
    kinds["policy"] = real


def test_starting_opens_the_duty_for_each_person_who_owns_the_step(
    policies: list[tuple[int, str]], publish: Any, who: Any, as_: Any
) -> None:
    plan = publish(PLAN.partition("---\n")[2].partition("---\n")[2])
    Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    assert policies == [(who.nia.id, "code-of-conduct")] * 2
    duties = Assignment.select().where(Assignment.kind == "policy")
    assert [duty.person_id for duty in duties] == [who.nia.id]
    assert 'href="/policies/7"' in as_("nia").get("/").text


def test_an_unknown_slug_and_an_unknown_kind_are_errors_at_their_line(
    policies: list[tuple[int, str]],
) -> None:
    source = PLAN.replace("policy:code-of-conduct due", "policy:conduct due", 1)
    source = source.replace("@hr @employee policy:", "@hr courses:")
    found = [(problem.line, problem.message) for problem in check("checklist", source).errors]
    assert found[0] == (6, "There is no policy “conduct”.")
    assert found[1][0] == 7 and "A step cannot open “courses:code-of-conduct”" in found[1][1]


def test_a_list_that_ends_early_ends_the_duties_it_opened(
    policies: list[tuple[int, str]], publish: Any, who: Any
) -> None:
    plan = publish(PLAN.partition("---\n")[2].partition("---\n")[2])
    running = Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)
    running.stop(by=who.helen, reason="Never came")
    assert not Assignment.select().where(Assignment.is_open()).exists()
    assert Step.select().where(Step.is_open()).count() == 3


def started(publish: Any, who: Any) -> Checklist:
    plan = publish(PLAN.partition("---\n")[2].partition("---\n")[2])
    return Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)


def the_duty() -> Assignment:
    return Assignment.get((Assignment.kind == "policy") & Assignment.is_open())


def states(running: Checklist) -> list[str]:
    return [step.state for step in Step.of(running)]


def test_doing_the_duty_is_doing_the_steps_that_stand_for_it(
    policies: list[tuple[int, str]], publish: Any, who: Any
) -> None:
    running = started(publish, who)
    assert states(running) == ["open", "open", "open"]
    the_duty().settle(by=who.nia)
    # HR's own tick on the second line is another thing; both lines of Nia's are the one duty.
    assert states(running) == ["done", "open", "done"]


def test_a_step_that_stands_for_a_duty_has_no_tick_of_its_own(
    policies: list[tuple[int, str]], publish: Any, who: Any, as_: Any
) -> None:
    step = Step.of(started(publish, who))[0]
    assert as_("nia").post(f"/checklists/steps/{step.id}/completion").status_code == 403
    assert as_("helen").post(f"/checklists/steps/{step.id}/completion").status_code == 403
    assert 'href="/policies/7"' in as_("nia").get(f"/checklists/steps/{step.id}").text


def test_waiving_the_duty_skips_the_steps_and_taking_that_back_opens_them(
    policies: list[tuple[int, str]], publish: Any, who: Any
) -> None:
    running, duty = started(publish, who), the_duty()
    duty.waive("Signed on paper", by=who.helen)
    assert states(running) == ["skipped", "open", "skipped"]
    duty.unwaive(by=who.helen)
    assert states(running) == ["open", "open", "open"]
    assert the_duty().id == duty.id


def test_skipping_one_of_two_steps_leaves_the_duty_to_the_other(
    policies: list[tuple[int, str]], publish: Any, who: Any
) -> None:
    first, _, second = Step.of(started(publish, who))
    first.skip("Twice on the list", by=who.helen)
    assert the_duty().causes.count() == 1
    second.skip("Not needed", by=who.helen)
    assert not Assignment.select().where(Assignment.kind == "policy", Assignment.is_open()).exists()
    second.reopen(by=who.helen)
    assert the_duty().person_id == who.nia.id


def test_what_was_done_before_is_not_owed_again(
    policies: list[tuple[int, str]], signed: set[int], publish: Any, who: Any
) -> None:
    signed.add(who.nia.id)
    running = started(publish, who)
    assert states(running) == ["done", "open", "done"]
    assert not Assignment.select().where(Assignment.kind == "policy").exists()


def test_handing_the_step_to_somebody_else_opens_the_duty_for_them(
    policies: list[tuple[int, str]], publish: Any, who: Any
) -> None:
    first, _, second = Step.of(started(publish, who))
    first.hand_to(who.mara, by=who.helen)
    second.hand_to(who.mara, by=who.helen)
    assert the_duty().person_id == who.mara.id
    the_duty().settle(by=who.mara)
    assert {step.state for step in Step.of(first.checklist)} == {"done", "open"}


def test_a_leavers_step_is_hrs_to_find_an_owner_and_then_a_duty_again(
    policies: list[tuple[int, str]], publish: Any, who: Any
) -> None:
    first = Step.of(started(publish, who))[0]
    first.lose_owner()
    first = Step.find(first.id)
    assert first.missing and first.assignments().where(Assignment.is_open()).count() == 1
    first.hand_to(who.mara, by=who.helen)
    assert not first.assignments().where(Assignment.is_open()).exists()
    assert (
        Assignment.select()
        .where(Assignment.kind == "policy", Assignment.person == who.mara, Assignment.is_open())
        .exists()
    )


def test_a_functions_step_is_ticked_like_any_other(
    policies: list[tuple[int, str]], publish: Any, who: Any, as_: Any
) -> None:
    step = Step.of(started(publish, who))[1]
    assert as_("helen").post(f"/checklists/steps/{step.id}/completion").status_code == 303
    assert Step.find(step.id).state == "done"
