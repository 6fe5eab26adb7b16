"""That a mentor was asked, and said no, is the asker’s alone; how many one asks, and how long."""

from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.growth import jobs, proposing
from portal.growth.mentoring import NotPossible
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.steps import Choice
from portal.mail.models import Letter
from tests import cast
from tests.growth.conftest import again, asks, mentor, move_under, plan_of, task, wants

READERS = ("mara", "dora", "helen")


def row_of(as_: Any, name: str, plan: DevelopmentPlan) -> str:
    """What somebody reads of the first step of a plan."""
    page: str = as_(name).get(plan.url).text
    return page[page.index('<li class="row row--inline') :].partition("</li>")[0]


def with_mentor(who: Any, things: Any) -> DevelopmentPlan:
    choices = [Choice("mentor", mentor=mentor("otto")), Choice("task", words="Speak up.")]
    return DevelopmentPlan.take_on(who.erin, things.talking, "L1", choices)


def test_a_mentor_who_is_asked_or_said_no_reads_alike_for_all_but_the_person(
    as_: Any, who: Any, things: Any
) -> None:
    plan = with_mentor(who, things)
    asked = {name: row_of(as_, name, plan) for name in READERS}
    assert "Otto is asked" in row_of(as_, "erin", plan), "what one asked oneself one knows"
    Mentorship.get().decline("No time.", by=who.otto)
    for name in READERS:
        row = row_of(as_, name, plan)
        assert row == asked[name] and "to come" in row and "Mentoring" in row, name
        assert "Otto" not in row and "asked" not in row and "not this one" not in row, name
        assert "Otto" not in as_(name).get(f"/growth/people/{who.erin.id}").text, name
    assert "not this one: choose another" in row_of(as_, "erin", plan)


def test_a_mentor_who_had_no_room_reads_the_same(as_: Any, who: Any, things: Any) -> None:
    asks("ben", mentor("otto"))
    plan = with_mentor(who, things)
    assert "could not be asked" in row_of(as_, "erin", plan)
    for name in READERS:
        row = row_of(as_, name, plan)
        assert "to come" in row and "could not be asked" not in row and "Otto" not in row, name


def test_hr_reads_who_it_is_once_they_meet_and_the_line_never(
    as_: Any, who: Any, things: Any
) -> None:
    plan = with_mentor(who, things)
    Mentorship.get().accept("", by=who.otto)
    for state in ("under way", "done"):
        assert "Mentoring with Otto Weiß" in row_of(as_, "helen", plan), state
        row = row_of(as_, "mara", plan)
        assert state in row and "Otto" not in row, state
        Mentorship.get().end(by=who.erin)


def test_a_task_that_is_asked_for_or_was_not_given_reads_alike_too(
    as_: Any, who: Any, things: Any
) -> None:
    choices = [Choice("stretch", stretch=task("otto")), Choice("task", words="Speak up.")]
    plan = DevelopmentPlan.take_on(who.erin, things.talking, "L1", choices)
    before = row_of(as_, "mara", plan)
    plan.steps()[0].seat.decline("Next time.", by=who.otto)
    assert row_of(as_, "mara", plan) == before and "to come" in before


def test_what_is_in_use_is_told_by_who_meets_and_never_by_who_is_asked(
    as_: Any, who: Any, things: Any
) -> None:
    for name in ("ida", "otto"):
        mentor(name)
    helen = as_("helen")
    before = helen.get("/growth/mentors/usage").text
    met = asks("erin", mentor("ida"))
    assert helen.get("/growth/mentors/usage").text == before and "full" not in before
    met.accept("", by=who.ida)
    assert "full" in helen.get("/growth/mentors/usage").text


# -- how many, and for how long ----------------------------------------------------------------


def test_two_requests_that_wait_are_as_many_as_one_has(as_: Any, who: Any, things: Any) -> None:
    first, _, third = (mentor(name, capacity=3) for name in ("otto", "ida", "olga"))
    mine = [asks("erin", first), asks("erin", mentor("ida", capacity=3))]
    late = as_("erin").post(f"{third.url}/request", data={"competency": "", "wish": "Please"})
    assert late.status_code == 422 and "Two whom you asked have not answered" in late.text
    assert "Please" in late.text, "nothing that was typed is lost"
    assert asks("erin", first).id == mine[0].id, "who was asked already is still asked"
    assert asks("ben", third), "it is counted of each"
    mine[0].accept("", by=who.otto)
    assert asks("erin", third).state == "asked", "whom one meets does not count"
    with pytest.raises(NotPossible, match="have not answered"):
        asks("erin", mentor("helen"))


def test_a_request_nobody_answers_ends_by_itself(
    as_: Any, who: Any, things: Any, move_clock: Any
) -> None:
    plan = with_mentor(who, things)
    met = asks("ben", mentor("otto", capacity=2))
    met.accept("", by=who.otto)
    mine = Mentorship.get(Mentorship.person == who.erin.id)
    told = Letter.select().where(Letter.kind == "growth_answer", Letter.person_id == who.erin.id)
    move_clock(days=13)
    jobs.end_unanswered_requests()
    assert again(mine).state == "asked"
    move_clock(days=2)
    for _ in range(2):
        jobs.end_unanswered_requests()
        assert again(mine).state == "lapsed" and again(mine).wish == "" and told.count() == 1
    assert again(met).state == "running"
    owed = Assignment.select().where(Assignment.is_open(), Assignment.kind == "mentoring")
    assert not owed.exists() and plan.steps()[0].state == "declined"
    erin, otto = as_("erin"), as_("otto")
    assert "no answer in two weeks" in erin.get("/growth/mentors").text
    page = erin.get(mine.url).text
    assert "There was no answer in two weeks" in page and "See who else has room" in page
    late = otto.post(f"{mine.url}/acceptance", data={"word": ""}, follow_redirects=True).text
    assert "It is not open any more." in late


# -- who is proposed ---------------------------------------------------------------------------


def test_nobody_in_the_line_above_is_proposed_as_a_mentor(who: Any, things: Any) -> None:
    for name in ("mara", "dora", "otto"):
        mentor(name)
    found = proposing.of(who.erin, "talking")
    labels = [one.label for one in found.place("mentor").options]  # type: ignore[union-attr]
    assert labels == ["Ask Otto Weiß to be a mentor"]
    move_under("mara", "otto")
    found = proposing.of(who.erin, "talking")
    labels = [one.label for one in found.place("mentor").options]  # type: ignore[union-attr]
    assert labels == ["Ask Dora Lindqvist to be a mentor"], "it is the line of today"


def test_accepting_says_which_step_could_not_be_asked_for(as_: Any, who: Any, things: Any) -> None:
    choices = [Choice("mentor", mentor=mentor("otto")), Choice("read", document=things.page)]
    DevelopmentPlan.propose(who.erin, things.talking, "L1", choices, note="", by=who.mara)
    asks("ben", mentor("otto"))
    plan = plan_of(who.erin)
    page = as_("erin").post(f"{plan.url}/acceptance", follow_redirects=True).text
    assert "1 step could not be asked for: Mentoring with Otto Weiß." in page


def test_a_task_that_is_sent_many_times_is_one_task(as_: Any, who: Any, things: Any) -> None:
    from portal.growth.stretches import Stretch

    data = {
        "title": "Run the demo day", "text": "", "takes": "two days", "seats": "2",
        "until": "2026-12-20", "audience": "", "competency": str(things.talking.id),
    }  # fmt: skip
    mara = as_("mara")
    first, second = (mara.post("/growth/stretch/new", data=data) for _ in range(2))
    assert first.location == second.location and Stretch.select().count() == 1
    mara.post("/growth/stretch/new", data=data | {"title": "Run it again"})
    as_("otto").post("/growth/stretch/new", data=data)
    assert Stretch.select().count() == 3, "other words, or of somebody else"
    Stretch.get().close(by=who.mara)
    mara.post("/growth/stretch/new", data=data)
    assert Stretch.select().count() == 4, "what was closed may be offered anew"
    wants("erin", Stretch.get_by_id(4))


def test_a_day_later_the_same_words_are_another_task(
    who: Any, things: Any, move_clock: Any
) -> None:
    until = cast.TODAY.replace(year=cast.TODAY.year + 1)
    first = task(until=until)
    assert task(until=until).id == first.id
    move_clock(days=2)
    assert task(until=until).id != first.id
