"""Courses that are required: asked, done, asked again in time, and the same on a day for ever."""

from datetime import date, datetime, timedelta
from typing import Any

from portal import clock, db
from portal.assignments.models import Assignment
from portal.checklists.models import Checklist, Step
from portal.compliance import exemptions, following
from portal.compliance.models import Coverage
from portal.compliance.needs import Moment
from portal.documents.models import Document
from portal.evidence import as_of
from portal.learning import quizzing, requiring
from portal.learning.models import KIND, Completion
from portal.learning.taking import withdraw
from portal.people.models import Person
from tests import cast
from tests.learning.courses import (
    SAFETY,
    feedback,
    publish,
    records,
    require,
    safety,
    takes,
    tries,
)

__all__ = ["feedback", "safety"]

MATERIAL = SAFETY.replace("Leave, close the door, call.", "Leave, close the door, call 112.")


def duty(course: Document, person: Person) -> Assignment | None:
    return Assignment.get_or_none(
        (Assignment.kind == KIND)
        & (Assignment.target == course.id)
        & (Assignment.person == person)
        & Assignment.is_open()
    )


def coverage(person: Person) -> Coverage:
    return Coverage.get((Coverage.person == person) & Coverage.is_known())  # type: ignore[no-any-return]


def report(on: date, known_at: datetime) -> bytes:
    moment = Moment(on, known_at)
    held = as_of.held_on(moment)
    return b"".join(as_of.as_json(moment, held)) + b"".join(as_of.as_csv(moment, held))


def states(on: date, known_at: datetime | None = None) -> dict[int, str]:
    moment = Moment(on, as_of.pin(known_at))
    return {line.person: line.state for line in as_of.lines(moment, as_of.held_on(moment))}


# -- asked and settled -------------------------------------------------------------------------


def test_whoever_is_meant_owes_the_course_until_they_complete_it(safety: Any, who: Any) -> None:
    require(safety, "department = Sales", first_days=14)
    owed = duty(safety, who.olga)
    assert owed is not None and duty(safety, who.erin) is None
    assert (owed.title, owed.due_on, owed.minutes) == (
        "Take “Safety basics”", date(2026, 12, 2), 12,
    )  # fmt: skip
    assert owed.url == f"/learning/courses/{safety.id}"
    done = takes(safety, who.olga)
    assert duty(safety, who.olga) is None
    assert Assignment.get_by_id(owed.id).outcome == "done"
    row = coverage(who.olga)
    assert (row.done_on, row.ref) == (cast.TODAY, f"completion:{done.id}")


def test_a_try_that_is_not_enough_settles_nothing(safety: Any, who: Any) -> None:
    require(safety, "department = Sales")
    tries(safety, who.olga, {})
    assert duty(safety, who.olga) is not None and coverage(who.olga).done_on is None


def test_a_certificate_that_ends_brings_the_course_round_again(
    safety: Any, who: Any, move_clock: Any
) -> None:
    """For 24 months, asked again 30 days before the last of them, and overdue the day after."""
    require(safety, "department = Sales", lead_days=30)
    takes(safety, who.olga)
    row = coverage(who.olga)
    assert (row.opens_on, row.due_on) == (date(2028, 10, 19), date(2028, 11, 18))
    move_clock(to=datetime(2028, 10, 18, 12, tzinfo=clock.now().tzinfo))
    following.follow_all()
    assert duty(safety, who.olga) is None
    move_clock(days=1)
    following.follow_all()
    again = duty(safety, who.olga)
    assert again is not None and again.due_on == date(2028, 11, 18)
    takes(safety, who.olga)
    assert duty(safety, who.olga) is None
    assert coverage(who.olga).due_on == date(2030, 10, 19)
    assert Completion.select().where(Completion.person == who.olga).count() == 2


def test_without_a_certificate_the_requirement_says_how_soon_it_comes_round(
    feedback: Any, who: Any
) -> None:
    require(feedback, "department = Sales", every_months=12)
    takes(feedback, who.olga)
    assert coverage(who.olga).due_on == date(2027, 11, 18)


def test_a_material_text_asks_again_and_a_minor_one_does_not(
    safety: Any, who: Any, move_clock: Any
) -> None:
    require(safety, "department = Sales")
    takes(safety, who.olga)
    move_clock(days=1)
    publish(SAFETY.replace("Leave, close", "Go, close"))
    assert duty(safety, who.olga) is None
    publish(MATERIAL, is_material=True)
    assert duty(safety, who.olga) is not None and coverage(who.olga).done_on is None
    takes(safety, who.olga)
    assert duty(safety, who.olga) is None


def test_who_finishes_the_earlier_text_is_asked_for_the_new_one_again(
    safety: Any, who: Any, move_clock: Any
) -> None:
    require(safety, "department = Sales")
    begun = quizzing.begin(safety, who.olga, by=who.olga)
    move_clock(days=1)
    publish(MATERIAL, is_material=True)
    tries(safety, who.olga)
    assert Completion.get(Completion.attempt == begun).revision.number == 1
    assert coverage(who.olga).done_on is None
    following.follow_all()
    assert duty(safety, who.olga) is not None, "what they finished does not answer the new text"


def test_a_shorter_certificate_takes_nothing_away(safety: Any, who: Any, move_clock: Any) -> None:
    require(safety, "department = Sales")
    takes(safety, who.olga)
    publish(SAFETY.replace("24 months", "6 months"))
    move_clock(days=2)
    takes(safety, who.olga)
    assert coverage(who.olga).due_on == date(2028, 11, 18)


def test_retired_it_is_owed_by_nobody_and_back_in_force_it_is_asked_again(
    safety: Any, who: Any
) -> None:
    require(safety, "department = Sales")
    Document.get_by_id(safety.id).retire(by=who.helen)
    following.follow_all()
    assert duty(safety, who.olga) is None
    Document.get_by_id(safety.id).reinstate(by=who.helen)
    following.follow_all()
    assert duty(safety, who.olga) is not None


def test_hr_says_that_somebody_need_not_and_takes_it_back(safety: Any, who: Any) -> None:
    require(safety, "department = Sales")
    owed = duty(safety, who.olga)
    assert owed is not None
    owed.waive("Is a fire fighter.", by=who.helen)
    assert duty(safety, who.olga) is None
    following.follow_all()
    assert duty(safety, who.olga) is None
    Assignment.get_by_id(owed.id).unwaive(by=who.helen)
    assert duty(safety, who.olga) is not None


def test_hr_chooses_it_among_what_can_be_required(as_: Any, safety: Any) -> None:
    page = as_("helen").get("/compliance/requirements/new").text
    assert "Safety basics" in page
    assert (safety.id, "Safety basics") in requiring.TEXT.targets()


def test_it_stands_in_the_overview_the_calendar_and_ones_own_list(
    as_: Any, safety: Any, who: Any
) -> None:
    asked = require(safety, "department = Sales")
    assert "Safety basics" in as_("helen").get("/compliance/requirements").text
    assert "Safety basics" in as_("helen").get(f"/compliance/requirements/{asked.id}").text
    assert "Safety basics" in as_("otto").get("/compliance/due?state=30").text
    assert "Safety basics" in as_("helen").get("/compliance/calendar?month=2026-12").text
    mine = as_("olga").get("/compliance/mine").text
    assert "Safety basics" in mine and f"/learning/courses/{safety.id}" in mine
    assert "Take “Safety basics”" in as_("olga").get("/").text


# -- a step of a list --------------------------------------------------------------------------

PLAN = cast.ENGINEERING_PLAN + "- [ ] Learn what burns course:safety-basics due:start+5\n"


def step_of(person: Person) -> Step:
    mine = Checklist.select().where(Checklist.person == person)
    return Step.get(Step.checklist.in_(mine), Step.title == "Learn what burns")  # type: ignore[no-any-return]


def start(who: Any) -> None:
    plan = Document.start("checklist", "Engineering onboarding", by=who.helen)
    plan.publish(PLAN, by=who.helen)
    Checklist.start(plan.current, who.erin, cast.TODAY, by=who.helen)


def test_a_step_names_a_course_and_is_done_when_it_is(safety: Any, who: Any) -> None:
    start(who)
    owed = duty(safety, who.erin)
    assert owed is not None and step_of(who.erin).state == "open"
    takes(safety, who.erin)
    assert step_of(who.erin).state == "done"


def test_a_step_is_done_at_once_where_the_course_was_completed_and_still_counts(
    safety: Any, who: Any
) -> None:
    takes(safety, who.erin)
    start(who)
    assert duty(safety, who.erin) is None and step_of(who.erin).state == "done"


def test_a_certificate_that_ends_before_the_step_is_due_is_no_answer(safety: Any, who: Any) -> None:
    records(safety, who.erin, done_on=cast.TODAY - timedelta(days=729))
    start(who)
    assert duty(safety, who.erin) is not None


# -- as it was on a day ------------------------------------------------------------------------


def test_the_state_of_a_day_is_the_same_bytes_for_ever(
    safety: Any, who: Any, move_clock: Any
) -> None:
    require(safety, "department = Sales", first_days=7)
    move_clock(days=1)
    takes(safety, who.olga)
    move_clock(days=20)
    day, known = date(2026, 11, 25), clock.now()
    before = report(day, known)
    assert states(day, known) == {who.olga.id: as_of.VALID, who.otto.id: as_of.OWED}
    move_clock(days=1)
    wrong = records(safety, who.otto, done_on=date(2026, 11, 20))
    withdraw(
        Completion.get(Completion.person == who.olga), "Somebody else sat there.", by=who.helen
    )
    publish(MATERIAL, is_material=True)
    exemptions.exempt(
        coverage(who.otto).requirement, [who.otto], until=None, reason="Left-handed", by=who.helen
    )
    following.follow_all()
    assert report(day, known) == before, "what was known then"
    now = states(day)
    assert now == {who.olga.id: as_of.OWED, who.otto.id: as_of.VALID}, "what is known now"
    later = clock.now()
    after = report(day, later)
    move_clock(days=1)
    withdraw(wrong, "The wrong Otto.", by=who.helen)
    assert states(day)[who.otto.id] == as_of.OWED
    assert report(day, later) == after and report(day, known) == before


def test_before_it_was_done_it_was_owed_though_it_is_known_now(
    safety: Any, who: Any, move_clock: Any
) -> None:
    require(safety, "department = Sales", first_days=7)
    move_clock(days=3)
    takes(safety, who.olga)
    move_clock(days=10)
    assert states(date(2026, 11, 20))[who.olga.id] == as_of.OWED
    assert states(date(2026, 11, 21))[who.olga.id] == as_of.VALID


def test_who_is_a_day_ahead_has_done_it_at_once(safety: Any, who: Any, move_clock: Any) -> None:
    """In Auckland it is Thursday already; the company's day is still Wednesday."""
    with db.write():
        Person.update(zone="Pacific/Auckland").where(Person.id == who.olga.id).execute()
    require(safety, "department = Sales")
    move_clock(hours=5)
    done = takes(safety, cast.person("olga"))
    assert done.done_on == date(2026, 11, 19)
    assert coverage(who.olga).done_on == date(2026, 11, 19)
    assert duty(safety, who.olga) is None
