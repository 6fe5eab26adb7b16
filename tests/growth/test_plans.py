"""Plans: proposed from a gap, accepted in one tap, read off duties and facts, and over."""

import re
from typing import Any

from portal.assignments.models import Assignment
from portal.growth import proposing
from portal.growth.mentoring import Mentor
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.steps import PlanStep
from tests import cast
from tests.growth.conftest import (
    again,
    asks,
    course,
    done,
    mentor,
    plan_of,
    publish,
    says,
    task,
    wants,
)

MONDAYS = "task:Tell the team each Monday what changed"


def address(who: Any, name: str = "erin", slug: str = "talking") -> str:
    return f"/growth/people/{getattr(who, name).id}/plans/new/{slug}"


def keys(name: str, place: str) -> list[str]:
    found = proposing.of(cast.person(name), "talking")
    assert found is not None
    return [one.key for one in found.place(place).options]


def owed(name: str) -> dict[str, str]:
    """What somebody owes in this room and of courses, by kind."""
    rows = Assignment.select().where(Assignment.is_open(), Assignment.person == cast.person(name))
    return {row.kind: row.title for row in rows}


def three(things: Any) -> dict[str, str]:
    """What the form sends when nothing is exchanged."""
    return {"learn": "course:speaking-up", "mentor": "mentor:1", "task": MONDAYS, "own": ""}


def states(plan: DevelopmentPlan) -> list[str]:
    return [step.state for step in plan.steps() if not step.left_out_at]


# -- what is proposed --------------------------------------------------------------------------


def test_a_course_the_text_names_comes_first_then_one_that_teaches_it_then_reading(
    who: Any, things: Any
) -> None:
    course("aloud", "Aloud")
    course("sales-talk", "Sales talk", audience="department = Sales")
    course("other", "Other", skills="building")
    assert keys("erin", "learn") == ["course:speaking-up", "course:aloud", "read:how-we-talk"]
    done(things.course, "erin")
    assert keys("erin", "learn") == ["course:aloud", "read:how-we-talk"]
    assert "course:sales-talk" in keys("olga", "learn")
    things.course.retire(by=who.helen)
    assert "course:speaking-up" not in keys("ben", "learn")


def test_a_mentor_has_room_and_is_not_their_manager(who: Any, things: Any) -> None:
    for name in ("mara", "erin", "ida"):
        mentor(name)
    full, other = mentor("otto"), mentor("helen", "building")
    assert len(keys("erin", "mentor")) == 2, "Otto and Ida; not Mara, herself, or Helen"
    asks("ben", full)
    ida = keys("erin", "mentor")
    assert len(ida) == 1 and ida != [f"mentor:{other.id}"]
    proposal = proposing.of(who.olga, "talking")
    labels = [one.label for one in proposal.place("mentor").options]  # type: ignore[union-attr]
    assert any("Mara" in label for label in labels), "Mara is not Olga's manager"


def test_a_task_has_a_seat_and_means_them_and_the_text_has_its_own(who: Any, things: Any) -> None:
    given = task()
    narrow = task(audience="department = Sales")
    task(slug="building")
    assert keys("erin", "task") == [f"stretch:{given.id}", MONDAYS]
    assert f"stretch:{narrow.id}" in keys("olga", "task")
    wants("ben", given).accept(by=who.mara)
    assert keys("erin", "task") == [MONDAYS]
    assert keys("mara", "task") == [MONDAYS], "nobody asks themselves"


# -- in one tap --------------------------------------------------------------------------------


def test_a_gap_becomes_three_duties_in_one_tap(as_: Any, who: Any, things: Any) -> None:
    mentor("otto")
    says("erin", "mara", 1)
    erin = as_("erin")
    assert address(who) in erin.get("/growth").text
    assert address(who) in erin.get(f"/growth/people/{who.erin.id}").text
    page = erin.get(address(who)).text
    assert "Expected on L1:" in page and "by themselves" in page
    assert page.count(" checked") == 3, "the first of each is chosen"
    answer = erin.post(address(who), data=three(things), follow_redirects=True).text
    assert "Your plan is under way." in answer and "0 of 3 steps done" in answer
    assert "Otto is asked" in answer
    assert owed("erin") == {
        "course": "Take “Speaking up”", "plan_step": "Tell the team each Monday what changed",
    }  # fmt: skip
    assert list(owed("otto")) == ["mentoring"]
    today = erin.get("/").text
    assert "Take “Speaking up”" in today and "Tell the team each Monday" in today
    assert "Talking" in erin.get("/growth").text
    assert erin.get(address(who)).location.endswith(f"/growth/plans/{plan_of(who.erin).id}")


def test_each_may_be_exchanged_or_left_out_before_it_is_taken_on(
    as_: Any, who: Any, things: Any
) -> None:
    data = {"learn": "read:how-we-talk", "mentor": "none", "task": "none"}
    as_("erin").post(address(who), data=data)
    assert owed("erin") == {"plan_step": "Read “How we talk”"}
    empty = dict.fromkeys(("learn", "mentor", "task"), "none")
    page = as_("ben").post(address(who, "ben"), data=empty)
    assert page.status_code == 422 and "one step at least" in page.text


def test_what_is_not_offered_any_more_is_said_at_its_place(as_: Any, who: Any, things: Any) -> None:
    asks("ben", mentor("otto"))
    page = as_("erin").post(address(who), data=three(things))
    assert page.status_code == 422 and "not offered any more" in page.text
    assert DevelopmentPlan.select().count() == 0 and Mentorship.select().count() == 1


def test_somebody_who_was_faster_leaves_a_step_to_be_exchanged(who: Any, things: Any) -> None:
    offered = mentor("otto")
    chosen = proposing.of(who.erin, "talking")
    assert chosen is not None
    choices = [place.options[0].choice for place in chosen.places]
    asks("ben", offered)
    plan = DevelopmentPlan.take_on(who.erin, things.talking, "L1", choices)
    assert states(plan) == ["open", "missed", "open"]


def test_a_plan_is_made_once(as_: Any, who: Any, things: Any) -> None:
    erin = as_("erin")
    data = three(things) | {"mentor": "none"}
    for _ in range(2):
        erin.post(address(who), data=data)
    assert DevelopmentPlan.select().count() == 1 and PlanStep.select().count() == 2


def test_where_nothing_helps_the_page_says_what_is_missing(as_: Any, who: Any, things: Any) -> None:
    page = as_("erin").get(address(who, slug="building"))
    assert page.status_code == 200 and "nothing that helps with this yet" in page.text
    assert as_("erin").get(address(who, slug="nothing")).status_code == 404


# -- proposed ----------------------------------------------------------------------------------


def test_a_manager_proposes_and_the_person_decides(as_: Any, who: Any, things: Any) -> None:
    mentor("otto")
    mara = as_("mara")
    assert "Propose it to Erin" in mara.get(address(who)).text
    data = three(things) | {"note": "You have so much to say."}
    page = mara.post(address(who), data=data, follow_redirects=True).text
    assert "It stands on Erin’s Today." in page
    assert owed("erin") == {"plan": "Look at a plan proposed for you: Talking"}
    assert not owed("otto"), "nobody is asked before she says yes"
    plan = plan_of(who.erin)
    erin = as_("erin")
    page = erin.get(plan.url).text
    assert "Mara Okafor proposes this." in page and "so much to say" in page
    page = erin.post(f"{plan.url}/acceptance", follow_redirects=True).text
    assert "Your plan is under way." in page
    assert set(owed("erin")) == {"course", "plan_step"} and set(owed("otto")) == {"mentoring"}
    answered = erin.post(f"{plan.url}/refusal", follow_redirects=True).text
    assert "answered already" in answered


def test_a_proposal_is_declined_or_taken_back(as_: Any, who: Any, things: Any) -> None:
    data = three(things) | {"mentor": "none", "note": ""}
    as_("mara").post(address(who), data=data)
    as_("erin").post(f"{plan_of(who.erin).url}/refusal")
    assert plan_of(who.erin).state == "declined" and not owed("erin")
    as_("mara").post(address(who, "ben"), data=data)
    as_("mara").post(f"{plan_of(who.ben).url}/recall")
    assert plan_of(who.ben).state == "withdrawn" and not owed("ben")


def test_a_proposed_step_is_exchanged_or_left_out_before_it_is_taken_on(
    as_: Any, who: Any, things: Any
) -> None:
    as_("mara").post(address(who), data=three(things) | {"mentor": "none", "note": ""})
    plan, erin = plan_of(who.erin), as_("erin")
    first, second = plan.steps()
    erin.post(f"/growth/steps/{first.id}/exchange", data={"other": "read:how-we-talk"})
    erin.post(f"/growth/steps/{second.id}/omission")
    assert list(owed("erin")) == ["plan"], "nothing is owed before she accepts"
    erin.post(f"{plan.url}/acceptance")
    assert owed("erin") == {"plan_step": "Read “How we talk”"}


def test_a_plan_that_is_over_changes_no_more(as_: Any, who: Any, things: Any) -> None:
    mentor("otto")
    plan = begun(who, things)
    Mentorship.get().accept("", by=who.otto)
    steps = plan.steps()
    plan.end(by=who.erin)
    for step in steps:
        for verb in ("omission", "completion", "reopening"):
            as_("erin").post(f"/growth/steps/{step.id}/{verb}")
        assert as_("erin").get(f"/growth/steps/{step.id}/exchange").status_code == 403
    assert not owed("erin") and all(not step.left_out_at for step in plan.steps())


def test_a_task_its_poster_proposes_is_theirs_with_their_yes(
    who: Any, as_: Any, things: Any
) -> None:
    given = task("mara")
    data = {"learn": "none", "mentor": "none", "task": f"stretch:{given.id}"}
    as_("mara").post(address(who), data=data)
    as_("erin").post(f"{plan_of(who.erin).url}/acceptance")
    assert owed("erin") == {"stretch": "Stretch task: Run the demo day"} and not owed("mara")


# -- how far it is -----------------------------------------------------------------------------


def begun(who: Any, things: Any, **more: str) -> DevelopmentPlan:
    proposal = proposing.of(who.erin, "talking")
    assert proposal is not None
    picked = three(things) | more
    found = [place.find(picked[place.name]) for place in proposal.places]
    return DevelopmentPlan.take_on(who.erin, things.talking, "L1", [one for one in found if one])


def test_the_state_of_each_step_is_read_off_duties_and_facts(
    as_: Any, who: Any, things: Any
) -> None:
    mentor("otto")
    plan = begun(who, things)
    assert states(plan) == ["open", "waits", "open"]
    done(things.course, "erin")
    Mentorship.get().accept("", by=who.otto)
    assert states(plan) == ["done", "open", "open"]
    erin = as_("erin")
    step = plan.steps()[2]
    fragment = erin.hx(f"/growth/steps/{step.id}/completion", "plan-steps").text
    assert 'id="plan-steps"' in fragment and "<html" not in fragment
    assert "2 of 3 steps done" in fragment
    erin.post(f"/growth/steps/{step.id}/reopening")
    assert states(plan) == ["done", "open", "open"]
    erin.post(f"/growth/steps/{step.id}/completion")
    Mentorship.get().end(by=who.erin)
    assert again(plan).state == "done"
    assert "All of it done" in erin.get(plan.url).text


def test_a_course_done_before_counts_at_once(who: Any, things: Any) -> None:
    proposal = proposing.of(who.erin, "talking")
    assert proposal is not None
    choice = proposal.place("learn").options[0].choice
    done(things.course, "erin")
    plan = DevelopmentPlan.take_on(who.erin, things.talking, "L1", [choice])
    assert again(plan).state == "done", "there was nothing left to do"


def test_a_plan_that_was_done_opens_again_with_its_step(as_: Any, who: Any, things: Any) -> None:
    plan = begun(who, things, learn="none", mentor="none")
    step = plan.steps()[0]
    step.complete(by=who.erin)
    assert again(plan).state == "done"
    as_("erin").post(f"/growth/steps/{step.id}/reopening")
    assert again(plan).state == "under way"


def test_ending_it_by_hand_takes_back_what_it_alone_asked_for(
    as_: Any, who: Any, things: Any
) -> None:
    mentor("otto")
    plan = begun(who, things)
    as_("erin").post(f"{plan.url}/end")
    assert again(plan).state == "ended" and not owed("erin") and not owed("otto")
    page = as_("erin").get(f"/growth/people/{who.erin.id}").text
    assert "Talking" in page and "ended" in page, "the history stays"
    assert begun(who, things).id != plan.id


def test_a_mentorship_that_runs_outlives_the_plan(who: Any, things: Any) -> None:
    mentor("otto")
    plan = begun(who, things)
    Mentorship.get().accept("", by=who.otto)
    plan.end(by=who.erin)
    assert Mentorship.get().state == "running"


def test_a_step_is_exchanged_or_left_out(as_: Any, who: Any, things: Any) -> None:
    mentor("otto")
    mentor("ida")
    plan = begun(who, things)
    erin, step = as_("erin"), plan.steps()[1]
    Mentorship.get().decline("No time.", by=who.otto)
    page = erin.get(plan.url).text
    assert "not this one: choose another" in page and "Choose another" in page
    page = erin.get(f"/growth/steps/{step.id}/exchange").text
    other = re.search(r'value="(mentor:\d+)"', page)
    assert other and "Ida" in page
    assert erin.post(f"/growth/steps/{step.id}/exchange", data={"other": "x"}).status_code == 422
    erin.post(f"/growth/steps/{step.id}/exchange", data={"other": other[1]})
    assert "mentoring" in owed("ida") and states(plan) == ["open", "waits", "open"]
    first = plan.steps()[0]
    erin.post(f"/growth/steps/{first.id}/omission")
    assert "course" not in owed("erin") and states(plan) == ["waits", "open"]


def test_two_windows_exchange_a_step_once(who: Any, things: Any) -> None:
    plan = begun(who, things, mentor="none", task="none")
    first, second = plan.steps()[0], plan.steps()[0]
    other = proposing.Choice("task", words="Another way.")
    assert first.exchange(other, by=who.erin) and second.exchange(other, by=who.erin) is None
    assert [step.words for step in plan.steps() if not step.left_out_at] == ["Another way."]


def test_leaving_out_all_ends_it(who: Any, things: Any) -> None:
    plan = begun(who, things, mentor="none")
    for step in plan.steps():
        step.leave_out(by=who.erin)
    assert again(plan).state == "ended"


def test_a_course_owed_for_another_reason_stays_owed(who: Any, things: Any) -> None:
    from portal.assignments.duties import Cause, Opening
    from portal.assignments.duties import kinds as assignment_kinds

    opens = assignment_kinds["course"].open
    assert opens is not None
    opens(who.erin, "speaking-up", Opening(Cause("test", 1), who.erin))
    begun(who, things, mentor="none").end(by=who.erin)
    assert set(owed("erin")) == {"course"}


def test_a_text_that_is_gone_leaves_the_plan_readable(as_: Any, who: Any, things: Any) -> None:
    plan = begun(who, things, mentor="none")
    for document in (things.talking, things.course, things.page):
        document.retire(by=who.helen)
    page = as_("erin").get(plan.url).text
    assert "Talking" in page and "not asked any more" in page and "Tell the team" in page
    step = plan.steps()[1]
    assert as_("erin").get(f"/growth/steps/{step.id}/exchange").status_code == 200


def test_a_matrix_is_not_needed_for_a_plan(as_: Any, who: Any, things: Any) -> None:
    things.matrix.retire(by=who.helen)
    page = as_("erin").get(f"/growth/people/{who.erin.id}").text
    assert "Choose a competency" in page and address(who) in page
    assert as_("erin").get(address(who)).status_code == 200


# -- what happens meanwhile --------------------------------------------------------------------


def test_what_was_proposed_meanwhile_is_what_they_find(as_: Any, who: Any, things: Any) -> None:
    data = three(things) | {"mentor": "none"}
    as_("mara").post(address(who), data=data | {"note": "Mine."})
    page = as_("erin").post(address(who), data=data, follow_redirects=True).text
    assert "proposed to you meanwhile" in page and "under way" not in page
    as_("ben").post(address(who, "ben"), data=data)
    page = as_("mara").post(address(who, "ben"), data=data | {"note": ""}, follow_redirects=True)
    assert "There is a plan for it already" in page.text and "Undo" not in page.text


def test_accepting_says_what_could_not_be_asked_for_and_keeps_the_rest(
    as_: Any, who: Any, things: Any
) -> None:
    offered = mentor("otto")
    as_("mara").post(address(who), data=three(things) | {"note": ""})
    asks("ben", offered)
    things.course.retire(by=who.helen)
    plan = plan_of(who.erin)
    page = as_("erin").post(f"{plan.url}/acceptance", follow_redirects=True).text
    assert "2 steps could not be asked for: Speaking up, Mentoring with Otto Weiß." in page
    assert states(plan) == ["missed", "missed", "open"] and list(owed("erin")) == ["plan_step"]
    assert page.count("Choose another") == 2


def test_the_place_of_what_is_gone_says_so_and_the_rest_stays(
    as_: Any, who: Any, things: Any
) -> None:
    asks("ben", mentor("otto"))
    data = three(things) | {"learn": "read:how-we-talk", "own": "Give a talk."}
    page = as_("erin").post(address(who), data=data).text
    field = page[page.index('id="mentor"') :][:200]
    assert "not offered any more" in field, "no mentor is left to choose, and it is said there"
    assert re.search(r'value="read:how-we-talk"[^>]* checked|checked[^>]*read:how-we-talk', page)
    assert "Give a talk." in page
    as_("erin").post(address(who), data=data | {"mentor": "none"})
    assert len(plan_of(who.erin).steps()) == 3


def test_a_text_that_was_rewritten_meanwhile_changes_no_choice(
    as_: Any, who: Any, things: Any
) -> None:
    helps = "- task: Something else first\n- task: Tell the team each Monday what changed"
    text = COMPETENCY_THIRD.replace("Third", "Talking") + helps + "\n"
    things.talking.publish(text, by=who.helen)
    as_("erin").post(address(who), data={"learn": "none", "mentor": "none", "task": MONDAYS})
    assert [step.title for step in plan_of(who.erin).steps()] == [MONDAYS.partition(":")[2]]


def test_one_writes_a_step_of_ones_own(as_: Any, who: Any, things: Any) -> None:
    erin = as_("erin")
    page = erin.get(address(who, slug="building"))
    assert "Something of your own" in page.text
    own = dict.fromkeys(("learn", "mentor", "task"), "none") | {"own": "Build a bird house."}
    erin.post(address(who, slug="building"), data=own)
    assert owed("erin") == {"plan_step": "Build a bird house."}
    step = plan_of(who.erin).steps()[0]
    assert erin.post(f"/growth/steps/{step.id}/exchange", data={"own": ""}).status_code == 422
    erin.post(f"/growth/steps/{step.id}/exchange", data={"own": "Build two."})
    assert owed("erin") == {"plan_step": "Build two."}


def test_what_was_left_out_comes_back(as_: Any, who: Any, things: Any) -> None:
    mentor("otto")
    plan, erin = begun(who, things), as_("erin")
    for step in plan.steps():
        back = f"/growth/steps/{step.id}/restoration"
        page = erin.post(f"/growth/steps/{step.id}/omission", follow_redirects=True).text
        assert back in page
        assert "Back in the plan." in erin.post(back, follow_redirects=True).text
        assert "too late" in erin.post(back, follow_redirects=True).text
    assert states(plan) == ["open", "waits", "open"]
    assert set(owed("erin")) == {"course", "plan_step"} and list(owed("otto")) == ["mentoring"]
    plan.end(by=who.erin)
    step = plan.steps()[0]
    assert not step.bring_back(by=who.erin) and not owed("erin")


def test_a_step_is_not_exchanged_once_the_plan_is_over(who: Any, things: Any) -> None:
    plan = begun(who, things, mentor="none")
    known_before = plan.steps()[0]
    plan.end(by=who.erin)
    assert known_before.exchange(proposing.Choice("task", words="Late."), by=who.erin) is None
    assert not owed("erin")


def test_a_step_ticked_on_today_stays_a_row_of_today(as_: Any, who: Any, things: Any) -> None:
    begun(who, things, learn="none", mentor="none")
    duty = Assignment.get(Assignment.kind == "plan_step")
    row, act = f"assignment-{duty.id}", duty.act
    erin = as_("erin")
    ticked = erin.hx(act, row, data={"from": "today"}).text
    assert f'id="{row}"' in ticked and "plan-steps" not in ticked and "Done" in ticked
    undone = erin.hx(f"/growth/steps/{duty.target}/reopening?from=today", row).text
    assert f'id="{row}"' in undone and again(duty).settled_at is None


def test_without_a_matrix_or_a_word_the_pages_say_what_to_do(
    as_: Any, who: Any, things: Any
) -> None:
    erin, about = as_("erin"), f"/growth/people/{who.erin.id}"
    assess = f"/competencies/people/{who.erin.id}/assessment"
    for page in ("/growth", about):
        assert "Nobody has said yet" in erin.get(page).text and assess in erin.get(page).text
    says("erin", "mara", 2)
    for page in ("/growth", about):
        assert "Nothing is below what is expected" in erin.get(page).text
    things.matrix.retire(by=who.helen)
    for page in ("/growth", about):
        assert "No matrix is written for your role yet" in erin.get(page).text


def test_a_gap_that_closes_leaves_the_plan_to_them(as_: Any, who: Any, things: Any) -> None:
    says("erin", "mara", 1)
    plan = begun(who, things)
    says("erin", "mara", 2)
    page = as_("erin").get("/growth").text
    assert plan.url in page and "Nothing is below what is expected" in page


def test_pages_ask_few_questions_however_much_there_is(
    as_: Any, who: Any, things: Any, queries: Any
) -> None:
    erin = as_("erin")
    mentor("otto", capacity=5)
    plan = begun(who, things)
    says("erin", "mara", 1)
    task(title="First")
    publish("competency", "third", "Third", COMPETENCY_THIRD)
    pages = (
        "/growth", plan.url, address(who, "erin", "third"), "/growth/mentors", "/growth/stretch",
    )  # fmt: skip

    def counted() -> list[int]:
        found = []
        for page in pages:
            erin.get(page)
            with queries() as seen:
                assert erin.get(page).status_code == 200
            found.append(len(seen))
        return found

    before = counted()
    for name in ("ben", "ida", "olga"):
        mentor(name, "talking", "building", "third")
        asks("erin", Mentor.get(Mentor.person == cast.person(name))).accept("", by=None)
        task(title=name)
    choice = proposing.Choice("task", words="Do it.")
    DevelopmentPlan.take_on(who.erin, things.building, "L1", [choice] * 3)
    assert counted() == before
    assert max(before) <= 8, dict(zip(pages, before, strict=True))


COMPETENCY_THIRD = """---
kind: competency
title: Third
summary: A third.
---
## L1
( ) 1 Developing: when asked
( ) 2 Proficient: by themselves
( ) 3 Advanced: others learn from it
"""
