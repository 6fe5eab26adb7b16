"""Who was there has completed the course, on the session's day; and a mistake is taken back."""

from datetime import date, timedelta
from typing import Any

from portal.assignments.models import Assignment
from portal.audit import Event
from portal.learning.models import Completion
from portal.sessions import attending, booking, planning
from portal.sessions.models import ATTENDED, BOOKED, MISSED, Seat, Session
from tests import cast
from tests.sessions.conftest import HOURS, LIVE, STARTS


def standing(person: Any) -> list[Completion]:
    return list(Completion.select().where(Completion.person == person, Completion.stands()))


def asked() -> list[Assignment]:
    return list(Assignment.select().where(Assignment.kind == "attendance", Assignment.is_open()))


def held(plan: Any, who: Any, move_clock: Any, *people: Any) -> tuple[Session, list[Seat]]:
    """A session that is over, with these booked."""
    session = plan(seats=5)
    seats = [booking.book(session, person, by=person) for person in people]
    move_clock(to=STARTS + HOURS + timedelta(days=1))
    return session, seats


def test_being_there_completes_the_course_on_the_day_of_the_session(
    plan: Any, who: Any, owe: Any, move_clock: Any
) -> None:
    duty = owe(who.erin)
    _, [seat] = held(plan, who, move_clock, who.erin)
    assert attending.mark(seat, ATTENDED, by=who.ida)
    [done] = standing(who.erin)
    assert (done.how, done.done_on, done.seconds) == ("attended", date(2026, 11, 26), 7200)
    assert done.expires_on == date(2028, 11, 26) and done.code and done.recorded_by == who.ida
    assert Assignment.get_by_id(duty.id).outcome == "done"


def test_ticking_twice_says_it_once(plan: Any, who: Any, move_clock: Any) -> None:
    session, [seat] = held(plan, who, move_clock, who.erin)
    attending.mark(seat, ATTENDED, by=who.ida)
    events = Event.select().count()
    assert not attending.mark(seat, ATTENDED, by=who.helen)
    assert attending.mark_all(session, by=who.helen) == 0
    assert len(standing(who.erin)) == 1 and Event.select().count() == events


def test_a_mistake_is_taken_back_and_the_course_is_owed_again(
    plan: Any, who: Any, owe: Any, move_clock: Any
) -> None:
    duty = owe(who.erin)
    _, [seat] = held(plan, who, move_clock, who.erin)
    attending.mark(seat, ATTENDED, by=who.ida)
    assert attending.mark(seat, MISSED, by=who.ida)
    assert standing(who.erin) == [] and Assignment.get_by_id(duty.id).settled_at is None
    attending.mark(seat, ATTENDED, by=who.ida)
    assert len(standing(who.erin)) == 1
    assert Completion.select().where(Completion.person == who.erin).count() == 2


def test_all_who_were_booked_at_once_but_who_missed_it_and_oneself(
    plan: Any, who: Any, move_clock: Any
) -> None:
    people = (who.erin, who.ben, who.olga, who.helen)
    session, seats = held(plan, who, move_clock, *people)
    attending.mark(seats[2], MISSED, by=who.helen)
    assert attending.mark_all(session, by=who.helen) == 2
    states = {seat.person_id: seat.state for seat in Seat.select()}
    assert states == {
        who.erin.id: ATTENDED, who.ben.id: ATTENDED, who.olga.id: MISSED, who.helen.id: BOOKED
    }  # fmt: skip


def test_who_came_without_a_seat_was_there(plan: Any, who: Any, move_clock: Any) -> None:
    session, _ = held(plan, who, move_clock)
    for _ in range(2):
        assert attending.add(session, who.otto, by=who.ida).state == ATTENDED
    assert len(standing(who.otto)) == 1


def test_whoever_holds_it_is_asked_who_came_once(plan: Any, who: Any, move_clock: Any) -> None:
    session, [seat, other] = held(plan, who, move_clock, who.erin, who.ben)
    assert attending.ask_who_came() == 1 and attending.ask_who_came() == 0
    [duty] = asked()
    assert (duty.person_id, duty.url) == (
        who.ida.id, f"/learning/sessions/{session.id}/attendance"
    )  # fmt: skip
    attending.mark(seat, ATTENDED, by=who.ida)
    assert asked() != []
    attending.mark(other, MISSED, by=who.helen)
    assert asked() == []
    # Taken back, it is asked again, and of the same.
    attending.mark(other, BOOKED, by=who.helen)
    assert [one.id for one in asked()] == [duty.id]
    attending.mark(other, ATTENDED, by=who.helen)
    assert asked() == []


def test_where_somebody_from_outside_holds_it_hr_is_asked(
    plan: Any, who: Any, move_clock: Any
) -> None:
    session = plan(trainers=("Red Cross",))
    plan(trainers=("Red Cross",))
    booking.book(session, who.erin, by=who.erin)
    move_clock(to=STARTS + HOURS + timedelta(days=1))
    assert attending.ask_who_came() == 1
    [duty] = asked()
    assert duty.function.slug == "hr"
    assert planning.cancel(session, "", by=who.helen) is False


def test_the_page_ticks_with_one_tap(plan: Any, who: Any, as_: Any, move_clock: Any) -> None:
    session, seats = held(plan, who, move_clock, who.erin, who.ben)
    ida = as_("ida")
    here = f"{session.url}/attendance"
    page = ida.get(here)
    assert page.status_code == 200 and "All 2 were there" in page.text
    tap = f"{session.url}/seats/{seats[0].id}/attendance"
    fragment = ida.hx(f"{tap}/attended", f"seat-{seats[0].id}")
    assert fragment.status_code == 200 and f'id="seat-{seats[0].id}"' in fragment.text
    assert "Was there" in fragment.text
    plain = ida.post(f"{tap}/booked")
    assert (plain.status_code, plain.location) == (303, here)
    assert standing(who.erin) == []
    assert ida.post(f"{tap}/waiting").status_code == 404
    assert ida.post(here).status_code == 303 and len(standing(who.erin)) == 1
    added = ida.post(f"{here}/people", data={"person": "olga@halden.example"})
    assert added.status_code == 303 and len(standing(who.olga)) == 1
    refused = ida.post(f"{here}/people", data={"person": "Nobody at all"})
    assert refused.status_code == 422 and "Nobody here" in refused.text
    assert "Somebody else says" in ida.post(f"{here}/people", data={"person": "Ida Sørensen"}).text


def test_before_it_nothing_is_ticked_and_nobody_ticks_themselves(
    plan: Any, who: Any, as_: Any, move_clock: Any
) -> None:
    session = plan()
    mine = booking.book(session, who.helen, by=who.helen)
    other = booking.book(session, who.erin, by=who.erin)
    helen = as_("helen")
    tap = "{}/seats/{}/attendance/attended".format
    for seat in (mine, other):
        answer = helen.post(tap(session.url, seat.id))
        assert answer.status_code == 403
    move_clock(to=STARTS - timedelta(minutes=30))
    helen = as_("helen")
    for seat, status in ((mine, 403), (other, 303)):
        answer = helen.post(tap(session.url, seat.id))
        assert answer.status_code == status
    assert standing(who.helen) == [] and cast.NOW < STARTS


def test_a_day_completes_the_text_there_was_and_not_one_that_asks_more_since(
    course: Any, plan: Any, who: Any, owe: Any, move_clock: Any
) -> None:
    duty = owe(who.erin)
    _, [seat] = held(plan, who, move_clock, who.erin)
    more = LIVE.replace("call for help.", "call 112.")
    course.publish(more, by=who.helen, is_material=True)
    attending.mark(seat, ATTENDED, by=who.ida)
    [done] = standing(who.erin)
    assert done.revision.number == 1
    assert Assignment.get_by_id(duty.id).settled_at is None
