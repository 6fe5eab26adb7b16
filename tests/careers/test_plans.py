"""Career plans: points become duties of their own rooms, read off facts, taken back and ended."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal import db
from portal.assignments.duties import Cause, Opening
from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.careers import leaving, overview, standing, tracks
from portal.careers.aspirations import Aspiration
from portal.careers.plan_steps import MOST_STEPS
from portal.careers.plans import CareerPlan, CareerStep
from portal.growth.models import DevelopmentPlan
from portal.people.positions import Position
from portal.privacy import records
from tests import cast
from tests.careers import ladder
from tests.careers.ladder import KEYS, again, brings, says, takes


@pytest.fixture
def things(who: Any) -> SimpleNamespace:
    return ladder.make()


def base(things: Any, rung: str = "builder") -> str:
    return f"/careers/tracks/{things.track.id}/{rung}"


def take(as_: Any, things: Any, *sorts: str, name: str = "erin") -> None:
    for sort in sorts:
        answer = as_(name).post(f"{base(things)}/points/{KEYS[sort]}")
        assert answer.status_code == 303, sort


def owed(name: str) -> dict[str, str]:
    rows = Assignment.select().where(Assignment.is_open(), Assignment.person == cast.person(name))
    kinds = ("course", "certificate", "career_step", "plan_step")
    return {row.kind: row.title for row in rows if row.kind in kinds}


def plan_of(name: str = "erin") -> CareerPlan:
    return CareerPlan.get(CareerPlan.person == cast.person(name).id)  # type: ignore[no-any-return]


def states(name: str = "erin") -> dict[str, str]:
    return {step.criterion: step.state for step in CareerStep.of(plan_of(name).id)}


def test_points_become_duties_and_are_done_by_the_facts(as_: Any, who: Any, things: Any) -> None:
    says("erin", "mara", 1)
    take(as_, things, "competency", "certificate", "course", "own")
    assert CareerPlan.select().count() == 1
    assert list(states().values()) == ["open"] * 4
    assert owed("erin") == {
        "course": "Take “Speaking up”", "certificate": "Bring your Forklift",
        "career_step": "A thing that others build on",
        "plan_step": "Tell the team each Monday what changed",
    }  # fmt: skip
    growth = DevelopmentPlan.get()
    assert growth.person_id == who.erin.id and growth.state == "under way"
    page = as_("erin").get("/careers").text
    assert "Take it on" not in page and "0 of 4 points done" in page and growth.url in page
    assert "A thing that others build on" in as_("erin").get("/").text
    brings("erin", things.type, days=400)
    takes("erin", things.course)
    step = CareerStep.get(CareerStep.sort == "own")
    as_("erin").post(f"/careers/steps/{step.id}/completion")
    assert list(states().values()) == ["open", "done", "done", "done"]
    assert "3 of 4 points done" in as_("mara").get(f"/careers/people/{who.erin.id}").text
    as_("erin").post(f"/careers/steps/{step.id}/reopening")
    assert states()[KEYS["own"]] == "open"


def test_a_point_is_taken_on_once_and_what_is_there_is_not(as_: Any, who: Any, things: Any) -> None:
    take(as_, things, "course", "course")
    assert CareerStep.select().count() == 1
    as_("erin").post(f"{base(things)}/points/{KEYS['months']}")
    takes("ben", things.course)
    as_("ben").post(f"{base(things)}/points/{KEYS['course']}")
    assert CareerStep.select().count() == 1 and not owed("ben")


def test_a_plan_leads_to_one_rung_at_a_time(as_: Any, who: Any, things: Any) -> None:
    take(as_, things, "course")
    data = {"words": "Lead a day", "due_on": "2027-01-01"}
    answer = as_("erin").post(f"{base(things, 'lead')}/steps", data=data)
    assert answer.status_code == 422 and "End it first" in answer.text
    page = as_("erin").get("/careers?rung=craft/lead").text
    assert "Your plan leads to Builder, L2" in page
    assert CareerPlan.select().count() == 1


def test_nothing_is_taken_on_for_the_rung_one_stands_on(as_: Any, who: Any, things: Any) -> None:
    Position.take(who.erin, by=None, starts_on=cast.TODAY, level="L2")
    client = as_("erin")
    page = client.get("/careers?rung=craft/builder").text
    assert "What is missing" not in page, "it leads nowhere, and is theirs already"
    answer = client.post(f"{base(things)}/points/{KEYS['own']}", follow_redirects=True)
    assert "You stand on that rung already." in answer.text
    data = {"words": "Lead a day", "due_on": "2027-01-01"}
    assert client.post(f"{base(things)}/steps", data=data).status_code == 422
    assert not CareerPlan.select().count() and not owed("erin")


def test_something_of_ones_own_is_asked_for_in_words_and_until_a_day(
    as_: Any, who: Any, things: Any
) -> None:
    for data, said in (
        ({"words": "", "due_on": "2027-01-01"}, "Say what you will do."),
        ({"words": "x", "due_on": "2026-01-01"}, "That day is over."),
    ):
        answer = as_("erin").post(f"{base(things)}/steps", data=data)
        assert answer.status_code == 422 and said in answer.text
    assert not CareerPlan.select().count()
    data = {"words": "Run the demo", "due_on": "2027-01-01"}
    assert as_("erin").post(f"{base(things)}/steps", data=data).status_code == 303
    duty = Assignment.get(Assignment.kind == "career_step")
    assert str(duty.due_on) == "2027-01-01" and duty.title == "Run the demo"


def test_ending_takes_back_only_what_the_plan_alone_has_asked_for(
    as_: Any, who: Any, things: Any
) -> None:
    says("ben", "mara", 1)
    opens = assignment_kinds["course"].open
    assert opens is not None
    opens(who.erin, "speaking-up", Opening(Cause("requirement", 1), who.erin))
    take(as_, things, "course", "certificate", "own")
    plan = plan_of()
    answer = as_("erin").post(f"{plan.url}/end")
    assert answer.status_code == 303 and again(plan).outcome == "ended"
    assert list(owed("erin")) == ["course"], "somebody else asks for that as well"
    as_("erin").post(f"{plan.url}/reopening")
    assert set(owed("erin")) == {"course", "certificate", "career_step"}
    assert again(plan).ended_at is None and "gone" not in states().values()
    assert Assignment.select().where(Assignment.kind == "career_step").count() <= 2


def test_a_growth_plan_that_was_there_before_goes_on(as_: Any, who: Any, things: Any) -> None:
    says("erin", "mara", 1)
    says("ben", "mara", 1)
    data = {"learn": "course:speaking-up", "mentor": "none", "task": "none"}
    as_("erin").post(f"/growth/people/{who.erin.id}/plans/new/talking", data=data)
    take(as_, things, "competency")
    take(as_, things, "competency", name="ben")
    plan_of().end(by=who.erin)
    plan_of("ben").end(by=who.ben)
    by_person = {row.person_id: row.state for row in DevelopmentPlan.select()}
    assert by_person == {who.erin.id: "under way", who.ben.id: "ended"}


def test_leaving_out_the_last_point_ends_the_plan_and_undo_brings_it_back(
    as_: Any, who: Any, things: Any
) -> None:
    take(as_, things, "course")
    step = CareerStep.get()
    answer = as_("erin").post(f"/careers/steps/{step.id}/omission", follow_redirects=True)
    undo = f"/careers/steps/{step.id}/restoration"
    assert undo in answer.text and not owed("erin")
    assert CareerPlan.open_of(who.erin) is None
    as_("erin").post(undo)
    assert CareerPlan.open_of(who.erin) and "course" in owed("erin")
    assert not again(step).bring_back(by=who.erin), "it is there"


def test_what_was_left_out_comes_back_as_it_was(as_: Any, who: Any, things: Any) -> None:
    says("erin", "mara", 1)
    take(as_, things, "competency", "certificate", "course", "own")
    erin, data = as_("erin"), {"words": "Run the demo", "due_on": "2027-01-01"}
    erin.post(f"{base(things)}/steps", data=data)
    erin.post(f"/careers/steps/{CareerStep.get(CareerStep.sort == 'own').id}/completion")
    known = {step.id: (step.title, step.state) for step in CareerStep.of(plan_of().id)}
    before = owed("erin")
    for number in known:
        assert erin.post(f"/careers/steps/{number}/omission").status_code == 303
        assert number not in {step.id for step in CareerStep.of(plan_of().id)}
        page = erin.post(f"/careers/steps/{number}/restoration", follow_redirects=True).text
        assert "Back in the plan." in page
    assert known == {step.id: (step.title, step.state) for step in CareerStep.of(plan_of().id)}
    assert (
        owed("erin") == before
        and Assignment.get(
            Assignment.title == "Run the demo", Assignment.is_open()
        ).due_on.isoformat()
        == "2027-01-01"
    )


def test_what_was_left_out_does_not_come_back_twice_nor_into_a_plan_that_is_over(
    as_: Any, who: Any, things: Any
) -> None:
    take(as_, things, "course", "own")
    course, own = CareerStep.of(plan_of().id)
    course.leave_out(by=who.erin)
    assert "Speaking up" in as_("erin").get("/careers/file").text, "it is kept, so it is theirs"
    assert not again(own).bring_back(by=who.erin), "it was never left out"
    take(as_, things, "course")
    assert not again(course).bring_back(by=who.erin), "it was taken on anew"
    own.leave_out(by=who.erin)
    plan_of().end(by=who.erin)
    assert not again(own).bring_back(by=who.erin) and not owed("erin")


def test_a_plan_that_is_full_by_now_takes_nothing_back(as_: Any, who: Any, things: Any) -> None:
    data = {"due_on": "2027-01-01"}
    for number in range(MOST_STEPS):
        as_("erin").post(f"{base(things)}/steps", data=data | {"words": f"Demo {number}"})
    first = CareerStep.of(plan_of().id)[0]
    first.leave_out(by=who.erin)
    as_("erin").post(f"{base(things)}/steps", data=data | {"words": "One more"})
    said = as_("erin").post(f"/careers/steps/{first.id}/restoration", follow_redirects=True)
    assert "It is too late for that" in said.text
    assert len(CareerStep.of(plan_of().id)) == MOST_STEPS


def test_a_plan_ends_when_one_stands_there_and_when_one_leaves(
    as_: Any, who: Any, things: Any, move_clock: Any
) -> None:
    take(as_, things, "own")
    take(as_, things, "own", name="ben")
    Position.take(who.erin, by=None, starts_on=cast.TODAY, level="L2")
    leaving.end_of_arrived()
    assert plan_of().outcome == "reached" and plan_of("ben").ended_at is None
    who.ben.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=cast.NOW)
    move_clock(days=3)
    leaving.end_of_leavers()
    assert plan_of("ben").outcome == "left" and not owed("ben")


def test_a_competency_for_which_nothing_is_written_leads_to_its_own_page(
    as_: Any, who: Any, things: Any
) -> None:
    says("erin", "mara", 1)
    plain = ladder.COMPETENCY.replace("- course:speaking-up\n", "")
    plain = plain.replace("- task: Tell the team each Monday what changed\n", "")
    things.course.retire(by=who.helen)
    things.talking.publish(plain, by=who.helen)
    answer = as_("erin").post(f"{base(things)}/points/{KEYS['competency']}")
    assert answer.location.endswith("/plans/new/talking")
    assert not CareerPlan.select().count(), "and nothing was begun"


def test_htmx_draws_the_points_and_the_plan_anew(as_: Any, who: Any, things: Any) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = as_("erin").post(f"{base(things)}/points/{KEYS['own']}", headers=headers)
    assert answer.status_code == 200 and 'id="career-work"' in answer.text
    assert "It stands on your Today." in answer.text and "In your plan" in answer.text
    step = CareerStep.get()
    answer = as_("erin").post(f"/careers/steps/{step.id}/completion", headers=headers)
    assert 'id="career-work"' in answer.text and "1 of 1 points done" in answer.text
    address = f"/careers/steps/{step.id}/reopening?from=today"
    assert "assignment-" in as_("erin").post(address, headers=headers).text


def test_a_rung_that_a_new_text_has_no_more_leaves_its_plan_readable(
    as_: Any, who: Any, things: Any
) -> None:
    take(as_, things, "course", "own")
    things.track.publish(ladder.TRACK.replace("## Builder", "## Maker").replace(
        "to: builder", "to: maker"), by=who.helen)  # fmt: skip
    page = as_("erin").get("/careers").text
    assert "Your plan leads to builder" in page and "0 of 2 points done" in page
    assert "has a plan" in as_("mara").get("/careers/team").text
    course, own = CareerStep.of(plan_of().id)
    assert as_("erin").post(f"/careers/steps/{own.id}/completion").status_code == 303
    answer = as_("erin").post(f"/careers/steps/{course.id}/omission", follow_redirects=True)
    assert "not in your plan any more" in answer.text
    assert "/points/" not in answer.text.split("not in your plan any more")[1][:600]
    assert states() == {KEYS["own"]: "done"} and not owed("erin")


def test_every_choice_of_a_point_names_its_own_sort(who: Any, things: Any) -> None:
    rung = tracks.find(things.track, "builder")
    assert rung is not None
    found = standing.points(who.erin, rung)
    taken = {one.key: overview.choice_of(one).sort for one in found if overview.may_take(one, {})}
    sorts = ("competency", "certificate", "course", "own")
    assert taken == {KEYS[sort]: sort for sort in sorts}


def test_an_erasure_takes_plans_and_hopes_and_ends_what_is_owed_for_them(
    as_: Any, who: Any, things: Any
) -> None:
    says("erin", "mara", 1)
    take(as_, things, "competency", "own")
    Aspiration.aim(ladder.rung("lead"), "CANARY", "line", by=who.erin)
    with db.write():
        for name in ("aspirations", "development_plans", "career_plans"):
            kept = records[name]
            assert kept.goes is not None
            rows = kept.select().where(kept.goes(who.erin.id))
            kept.erase([row.id for row in rows], who.helen)
    assert not any(model.select().count() for model in (Aspiration, CareerPlan, CareerStep))
    assert "career_step" not in owed("erin")


def test_what_is_not_in_force_any_more_does_not_keep_a_plan_from_going_on(
    as_: Any, who: Any, things: Any
) -> None:
    take(as_, things, "course", "own")
    plan = plan_of()
    plan.end(by=who.erin)
    things.course.retire(by=who.helen)
    assert as_("erin").post(f"{plan.url}/reopening").status_code == 303
    assert again(plan).ended_at is None and states()[KEYS["own"]] == "open"
