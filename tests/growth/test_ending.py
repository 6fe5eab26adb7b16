"""What ends when somebody leaves, and what goes once its time is over or somebody is erased."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from portal import clock, db
from portal.assignments.models import Assignment
from portal.growth import leaving, proposing
from portal.growth.mentoring import Mentor
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.personal import RECORDS
from portal.growth.seats import StretchSeat
from portal.growth.steps import PlanStep
from portal.people.models import Person
from portal.privacy import records
from tests import cast
from tests.growth.conftest import again, asks, mentor, task, wants


def planned(name: str) -> DevelopmentPlan:
    proposal = proposing.of(cast.person(name), "talking")
    assert proposal is not None
    choices = [place.options[0].choice for place in proposal.places if place.options]
    document, level = proposal.text.document, proposal.level.level
    return DevelopmentPlan.take_on(cast.person(name), document, level, choices)


def test_whoever_leaves_mentors_nobody_and_waits_for_nothing(
    as_: Any, who: Any, things: Any, move_clock: Any
) -> None:
    running = asks("ben", mentor("otto", capacity=3))
    running.accept("", by=who.otto)
    asked, seat = asks("erin", mentor("otto", capacity=3)), wants("olga", task("otto"))
    plan = planned("ben")
    for person in (who.otto, who.ben):
        person.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=None)
    assert leaving.end_of_leavers() == 0
    move_clock(days=2)
    assert "Otto" not in as_("ida").get("/growth/mentors").text, "before any sweep"
    assert leaving.end_of_leavers() > 0
    assert [again(each).state for each in (running, asked)] == ["ended", "withdrawn"]
    assert again(seat).state == "closed" and again(plan).ended_at
    assert leaving.end_of_leavers() == 0


def test_what_was_done_for_somebody_who_leaves_is_confirmed_by_hr(
    as_: Any, who: Any, things: Any, move_clock: Any
) -> None:
    seat = wants("erin", task("mara"))
    seat.accept(by=who.mara)
    seat.report("Done.", by=who.erin)
    who.mara.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=None)
    move_clock(days=2)
    for _ in range(2):
        Assignment.end_of_leavers()
        leaving.end_of_leavers()
    owed = Assignment.select().where(Assignment.is_open(), Assignment.kind == "stretch_answer")
    assert [duty.function.slug for duty in owed] == ["hr"]
    as_("helen").post(f"/growth/stretch/seats/{seat.id}/confirmation")
    assert again(seat).state == "confirmed" and not owed.exists()


def test_a_day_is_over_where_they_are(who: Any, things: Any, move_clock: Any) -> None:
    with db.write():
        Person.update(zone="Pacific/Honolulu").where(Person.id == who.otto.id).execute()
    offered = mentor("otto")
    who.otto.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=None)
    move_clock(to=datetime.combine(cast.TODAY + timedelta(days=1), time(1), UTC))
    leaving.end_of_leavers()
    assert again(offered).ended_at is None, "in Honolulu it is still their last day"


def test_records_of_growth_go_once_their_time_is_over(app: Any, who: Any, things: Any) -> None:
    offered = mentor("otto")
    plan = planned("erin")
    Mentorship.get().accept("", by=who.otto)
    Mentorship.get().end(by=who.erin)
    ids = [row.id for row in Mentorship.select()]
    with db.write():
        records["mentorships"].erase(ids, None)
    step = next(one for one in plan.steps() if one.sort == "mentor")
    assert step.state == "done" and step.mentorship_id is None, "what it was is still known"
    offered.end(by=who.otto)
    plan.end(by=who.erin)
    before = clock.today() + timedelta(days=1)
    for kept in RECORDS:
        past = kept.is_past(before)  # type: ignore[misc]
        found = [row.id for row in kept.select().where(past)]
        with db.write():
            kept.erase(found, None)
        assert not kept.select().where(past).exists(), kept.name
    assert PlanStep.select().count() == DevelopmentPlan.select().count() == 0
    assert Mentor.select().count() == 0


def test_an_erased_person_leaves_no_row_of_theirs(app: Any, who: Any, things: Any) -> None:
    mentor("erin")
    asks("erin", mentor("otto", capacity=3))
    wants("erin", task())
    planned("erin")
    for kept in RECORDS:
        ids = [row.id for row in kept.select().where(kept.goes(who.erin.id))]  # type: ignore[misc]
        assert ids, kept.name
        with db.write():
            kept.erase(ids, None)
    for model, column in (
        (Mentor, Mentor.person), (Mentorship, Mentorship.person),
        (StretchSeat, StretchSeat.person), (DevelopmentPlan, DevelopmentPlan.person),
    ):  # fmt: skip
        assert not model.select().where(column == who.erin.id).exists()


def test_whom_an_erased_person_had_asked_owes_nothing_for_it(
    app: Any, who: Any, things: Any
) -> None:
    asks("erin", mentor("otto"))
    wants("erin", task("mara"))
    for name in ("mentorships", "stretch_seats"):
        with db.write():
            records[name].erase([row.id for row in records[name].select()], who.helen)
    kinds = ("mentoring", "stretch_answer")
    assert not Assignment.select().where(Assignment.is_open(), Assignment.kind.in_(kinds)).exists()
