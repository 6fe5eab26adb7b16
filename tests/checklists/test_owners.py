"""Whose a step is: by role, by function, by name; and what happens when nobody is there."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.checklists.jobs import find_orphaned_steps
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.people.functions import Function, Holder
from portal.people.models import Person
from tests import cast


def start(plan: Any, person: Person, by: Person, on: date = cast.MONDAY) -> list[Step]:
    return Step.of(Checklist.start(plan.current, person, on, by=by))


@pytest.mark.parametrize(
    ("owner", "words"),
    [
        ("@employee", "Nia Novak"),
        ("@manager", "Mara Okafor"),
        ("@buddy", "Ben Hartmann"),
        ("@hr", "HR"),
        ("@it", "IT"),
        ("@olga@halden.example", "Olga Søndergaard"),
        ("@facilities", "Owner missing"),
        ("", "HR"),
    ],
)
def test_an_owner_is_found_by_role_function_or_name(
    publish: Any, who: Any, owner: str, words: str
) -> None:
    (step,) = start(publish(f"- [ ] Do it {owner} due:start"), who.nia, who.helen)
    assert step.owner_words == words


def test_two_owners_make_two_steps_and_two_duties(publish: Any, who: Any) -> None:
    steps = start(publish("- [ ] Talk @employee @manager due:start"), who.nia, who.helen)
    assert [step.owner.id for step in steps] == [who.nia.id, who.mara.id]
    steps[0].complete(by=who.nia)
    assert Step.get_by_id(steps[1].id).state == "open"
    assert Assignment.select().where(Assignment.is_open()).count() == 1


def test_a_person_without_manager_or_buddy_has_steps_that_go_to_hr(
    publish: Any, who: Any, as_: Any
) -> None:
    steps = start(publish("- [ ] Meet @manager @buddy due:start"), who.dora, who.helen)
    assert [step.missing for step in steps] == ["manager", "buddy"]
    today, hr = as_("helen").get("/").text, as_("helen").get("/hr").text
    assert today.count("Find who does this: Meet — Dora Lindqvist") >= 2
    assert "Dora Lindqvist: no manager yet" in hr and "Find an owner" in hr


def test_an_owner_that_is_found_has_it_in_today_and_hr_no_longer(
    publish: Any, who: Any, as_: Any
) -> None:
    (step,) = start(publish("- [ ] Order a chair @facilities due:start"), who.nia, who.helen)
    helen = as_("helen")
    answer = helen.post(f"/checklists/steps/{step.id}/owner", data={"email": "olga@halden.example"})
    assert answer.status_code == 303
    assert "Order a chair — Nia Novak" in as_("olga").get("/").text
    assert "Order a chair" not in helen.get("/").text
    assert "Order a chair" not in helen.get("/hr").text


@pytest.mark.parametrize("email", ["", "nobody@halden.example", "lev@halden.example", "x"])
def test_it_is_handed_only_to_somebody_who_is_here(
    as_: Any, steps: dict[str, Step], email: str
) -> None:
    step = steps["order-the-laptop"]
    answer = as_("helen").post(f"/checklists/steps/{step.id}/owner", data={"email": email})
    assert answer.status_code == 422 and 'id="email-error"' in answer.text
    assert Step.get_by_id(step.id).owner_id is None


def test_a_step_that_is_done_is_not_handed_over(as_: Any, steps: dict[str, Step], who: Any) -> None:
    step = steps["order-the-laptop"]
    step.complete(by=who.ida)
    data = {"email": "erin@halden.example"}
    assert as_("helen").post(f"/checklists/steps/{step.id}/owner", data=data).status_code == 403
    assert not step.hand_to(who.erin, by=who.helen)
    assert Step.get_by_id(step.id).owner_id is None


def test_a_function_with_two_holders_is_one_duty_that_the_first_takes(
    as_: Any, steps: dict[str, Step], who: Any
) -> None:
    Holder.appoint(Function.named("it"), who.olga, by=None, starts_on=date(2024, 1, 1))
    step = steps["order-the-laptop"]
    ida, olga = as_("ida"), as_("olga")
    for holder in (ida, olga):
        page = holder.get("/").text
        assert "Order the laptop" in page and "IT, whoever is free" in page
    assert ida.post(f"/checklists/steps/{step.id}/completion").status_code == 303
    assert "Order the laptop" not in olga.get("/").text
    page = as_("helen").get(f"/checklists/{step.checklist_id}").text
    assert "by Ida Sørensen" in page
    assert "by Ida Sørensen" in as_("helen").get(f"/checklists/steps/{step.id}").text
    # Whoever was a moment later hears what it is, and takes nothing over.
    assert olga.post(f"/checklists/steps/{step.id}/completion").status_code == 303
    assert Step.get_by_id(step.id).completed_by_id == who.ida.id


def test_an_owner_who_leaves_leaves_the_step_to_hr(
    steps: dict[str, Step], who: Any, move_clock: Any, as_: Any
) -> None:
    who.ben.depart(
        by=who.helen, last_day_on=cast.TODAY, access_ends_at=datetime(2026, 11, 18, 20, tzinfo=UTC)
    )
    find_orphaned_steps()
    assert Step.get_by_id(steps["meet-your-buddy"].id).owner_id == who.ben.id
    move_clock(days=1)
    Assignment.end_of_leavers()
    find_orphaned_steps()
    find_orphaned_steps()
    step = Step.get_by_id(steps["meet-your-buddy"].id)
    assert (step.owner_id, step.missing) == (None, "buddy")
    duty = step.assignments().where(Assignment.is_open()).get()
    assert duty.title == "Find who does this: Meet your buddy — Nia Novak"
    assert duty.function.slug == "hr"


def test_a_function_without_holders_leaves_its_steps_to_hr(
    steps: dict[str, Step], who: Any, move_clock: Any
) -> None:
    Holder.get(Holder.person == who.ida).release(by=who.helen, ends_on=cast.TODAY)
    move_clock(days=1)
    find_orphaned_steps()
    step = Step.get_by_id(steps["order-the-laptop"].id)
    assert (step.function_id, step.missing) == (None, "it")
