"""Seats: never more than there are, given back until it begins, and the line moves up at once."""

import threading
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal import clock, db
from portal.mail.models import Letter
from portal.people.leave import Leave
from portal.people.models import Person
from portal.sessions import booking, listing
from portal.sessions.models import BOOKED, LEFT, WAITING, DateWish, Seat, Session
from tests import cast
from tests.sessions.conftest import HOURS, LIVE, STARTS, publish


def letters(kind: str) -> list[Letter]:
    return list(Letter.select().where(Letter.kind == kind).order_by(Letter.id))


def state_of(session: Session, person: Person) -> str:
    seat = Seat.of(session.id, person.id)
    return seat.state if seat else ""


def test_who_comes_when_all_seats_are_taken_waits_in_turn(plan: Any, who: Any) -> None:
    session = plan(seats=1)
    first = booking.book(session, who.erin, by=who.erin)
    second = booking.book(session, who.ben, by=who.ben)
    third = booking.book(session, who.otto, by=who.otto)
    assert [one.state for one in (first, second, third)] == [BOOKED, WAITING, WAITING]
    assert (booking.place_of(second), booking.place_of(third)) == (1, 2)
    again = booking.book(session, who.ben, by=who.ben)
    assert (again.id, booking.place_of(again)) == (second.id, 1)


def test_a_seat_given_back_goes_to_the_first_in_the_line_with_a_letter(plan: Any, who: Any) -> None:
    session = plan(seats=1)
    seat = booking.book(session, who.erin, by=who.erin)
    booking.book(session, who.ben, by=who.ben)
    booking.book(session, who.otto, by=who.otto)
    assert booking.give_back(seat, by=who.erin)
    assert not booking.give_back(seat, by=who.erin)
    assert [state_of(session, one) for one in (who.erin, who.ben, who.otto)] == [
        LEFT, BOOKED, WAITING,
    ]  # fmt: skip
    assert [letter.person_id for letter in letters("session_seat")] == [who.ben.id]
    # Whoever thinks better of it stands at the end again.
    back = booking.book(session, who.erin, by=who.erin)
    assert (back.id, back.state, booking.place_of(back)) == (seat.id, WAITING, 2)


def test_more_seats_are_given_to_those_who_wait(plan: Any, who: Any) -> None:
    from portal.sessions import planning

    session = plan(seats=1)
    for person in (who.erin, who.ben, who.otto):
        booking.book(session, person, by=person)
    said = planning.said_of(session)
    planning.change(session, planning.replace(said, seats=2), by=who.helen)
    assert state_of(session, who.ben) == BOOKED and state_of(session, who.otto) == WAITING
    with pytest.raises(planning.TooFew):
        planning.change(session, said, by=who.helen)


def test_nobody_books_or_gives_back_once_it_has_begun(plan: Any, who: Any, move_clock: Any) -> None:
    session = plan()
    seat = booking.book(session, who.erin, by=who.erin)
    move_clock(to=STARTS)
    with pytest.raises(booking.NotBooked, match="has begun"):
        booking.book(session, who.ben, by=who.ben)
    assert not booking.give_back(seat, by=who.erin)
    assert state_of(session, who.erin) == BOOKED


def test_a_course_that_comes_first_is_asked_for(plan: Any, who: Any, course: Any) -> None:
    source = LIVE.replace("title: First aid", "title: First aid II\nbefore: first-aid")
    second = publish(source, who.helen)
    session = plan()
    Session.update(course=second).where(Session.id == session.id)
    with db.write():
        Session.update(course=second).where(Session.id == session.id).execute()
    with pytest.raises(booking.NotBooked, match="First complete “First aid”"):
        booking.book(session, who.erin, by=who.erin)


def test_who_is_booked_by_somebody_else_gets_a_letter(plan: Any, who: Any) -> None:
    session = plan()
    booking.book(session, who.erin, by=who.erin)
    booking.book(session, who.ben, by=who.mara)
    assert [letter.person_id for letter in letters("session_seat")] == [who.ben.id]


def test_twenty_at_once_get_exactly_the_seats_there_are(plan: Any, who: Any) -> None:
    """Each in a thread of its own, as twenty browsers are."""
    with db.write():
        people = [
            Person.hire(
                by=None, name=f"New {n:02}", email=f"new{n}@halden.example",
                starts_on=date(2026, 1, 5), details={}, role="Engineer",
            )
            for n in range(20)
        ]  # fmt: skip
    session = plan(seats=7)
    gate, failed = threading.Barrier(20), []

    def take(person: Person) -> None:
        gate.wait()
        try:
            # PostgreSQL's pool has fewer than twenty: the others wait for one.
            db.database.connect(reuse_if_open=True)
            booking.book(session, person, by=person)
        except Exception as error:
            failed.append(error)
        finally:
            db.database.close()

    threads = [threading.Thread(target=take, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    seats = list(Seat.select().where(Seat.session == session.id).order_by(Seat.turn))
    assert [seat.state for seat in seats] == [BOOKED] * 7 + [WAITING] * 13
    assert [seat.turn for seat in seats] == list(range(1, 21))


def test_leave_and_other_sessions_are_warned_of(plan: Any, who: Any, app: Any) -> None:
    first, later = plan(), plan(starts_at=STARTS + HOURS / 2)
    booking.book(first, who.erin, by=who.erin)
    Leave.record(who.ben, "sick", by=who.helen, starts_on=date(2026, 11, 26))
    with app.test_request_context():
        erins = {
            one.session.id: one for one in listing.of_course(cast.person("erin"), first.course)
        }
        bens = listing.of_course(cast.person("ben"), first.course)
        assert "another session at that time" in erins[later.id].warnings[0]
        assert erins[first.id].warnings == []
        assert bens[0].warnings == ["You are recorded as away on that day."]
        said = listing.clashes_of(cast.person("ben"), first)
    assert said == ["Ben is recorded as away on that day."]


def test_the_seat_of_somebody_who_leaves_goes_to_the_next(
    plan: Any, who: Any, move_clock: Any
) -> None:
    session = plan(seats=1)
    booking.book(session, who.erin, by=who.erin)
    booking.book(session, who.ben, by=who.ben)
    assert booking.free_seats_of_leavers() == 0
    who.erin.depart(
        by=who.helen, last_day_on=date(2026, 11, 25), access_ends_at=STARTS - timedelta(days=1)
    )
    assert booking.free_seats_of_leavers() == 1
    assert state_of(session, who.erin) == LEFT and state_of(session, who.ben) == BOOKED


def test_the_reminder_of_the_day_before_comes_once(plan: Any, who: Any, move_clock: Any) -> None:
    session = plan()
    booking.book(session, who.erin, by=who.erin)
    assert booking.remind() == 0
    move_clock(to=STARTS - timedelta(hours=23))
    booking.book(session, who.ben, by=who.ben)
    assert booking.remind() == 1
    assert booking.remind() == 0
    # Ben booked within the day: he knows.
    assert [letter.person_id for letter in letters("session_reminder")] == [who.erin.id]


def test_whoever_wants_to_hear_of_a_date_hears_once(
    plan: Any, who: SimpleNamespace, course: Any
) -> None:
    for _ in range(2):
        booking.wish(course, who.erin)
    booking.wish(course, who.ben)
    booking.wish_no_more(course, who.ben)
    plan()
    plan(starts_at=STARTS + timedelta(days=7))
    assert [letter.person_id for letter in letters("session_date")] == [who.erin.id]
    assert not DateWish.select().where(DateWish.is_open()).exists()
    assert clock.now() == cast.NOW
