"""Seats: booked, waited for, given back. However many ask at once, no seat is given twice."""

from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.documents.models import Document
from portal.learning import taking
from portal.people.models import Person
from portal.sessions import telling
from portal.sessions.models import BOOKED, LEFT, WAITING, DateWish, Seat, Session

REMIND_HOURS = 24


class NotBooked(RuntimeError):
    """There is no seat for them; its text is a sentence."""


def book(session: Session, person: Person, *, by: Person) -> Seat:
    """A seat, or a place in the line when all are taken. Who has one already keeps it.

    Whoever is booked by somebody else gets a letter. Raises NotBooked once it has begun or was
    canceled, where they have left by then, and where another course comes first.
    """
    with db.write():
        now = clock.now()
        session = Session.get_by_id(session.id)
        _refuse(session, person, now)
        seat = Seat.of(session.id, person.id)
        if seat and seat.state in (BOOKED, WAITING):
            return seat
        state = BOOKED if Seat.count_of(session.id) < session.seats else WAITING
        seat = _give(session, person, seat, state, now, by)
        DateWish.update(ended_at=now).where(
            DateWish.course == session.course_id, DateWish.person == person, DateWish.is_open()
        ).execute()
        data = {**_ids(session), "state": state}
        audit.record(by, "booked", seat, about=person, data=data)
        if by.id != person.id:
            telling.of_seat(seat, state)
    return seat


def _ids(session: Session) -> dict[str, int]:
    """What an event keeps of the session."""
    return {"session": session.id, "document": session.course_id}


def _refuse(session: Session, person: Person, now: Any) -> None:
    if session.canceled_at:
        raise NotBooked("It was canceled: choose another date.")
    if session.has_begun(now):
        raise NotBooked("It has begun: choose another date.")
    if person.has_left(session.on):
        raise NotBooked(f"{person.first_name} has left by then.")
    course = session.course
    if course.state != "published":
        raise NotBooked("The course is not offered any more.")
    if missing := taking.missing_before(course.current, person):
        raise NotBooked(str(taking.NotYet(missing)))


def _give(
    session: Session, person: Person, seat: Seat | None, state: str, now: Any, by: Person | None
) -> Seat:
    """The one row of this person and session, at the end of the line."""
    last = Seat.select(peewee.fn.MAX(Seat.turn)).where(Seat.session == session.id).scalar() or 0
    values = {"state": state, "turn": last + 1, "booked_by": by, "changed_at": now}
    if seat is None:
        return Seat.create(session=session, person=person, **values)
    for name, value in {**values, "reminded_at": None}.items():
        setattr(seat, name, value)
    seat.save()
    return seat


def give_back(seat: Seat, *, by: Person | None) -> bool:
    """They do not come, and the first who waits gets the seat at once. False when they had none
    any more, or it has begun."""
    with db.write():
        now = clock.now()
        session = Session.get_by_id(seat.session_id)
        if session.has_begun(now):
            return False
        left = (
            Seat.update(state=LEFT, changed_at=now)
            .where(Seat.id == seat.id, Seat.state.in_((BOOKED, WAITING)))
            .execute()
        )
        if left:
            seat.state = LEFT
            audit.record(by, "left", seat, about=seat.person, data=_ids(session))
            if session.canceled_at is None:
                move_up(session, by=None)
    return bool(left)


def move_up(session: Session, *, by: Person | None) -> int:
    """Give what is free to those who wait, in their turn; each gets a letter. Returns how many.

    Nobody moves up once it has begun.
    """
    with db.write():
        now = clock.now()
        free = session.seats - Seat.count_of(session.id)
        if free <= 0 or session.has_begun(now):
            return 0
        rows: Any = (
            Seat.select(Seat, Person)
            .join(Person, on=(Seat.person == Person.id))
            .where(Seat.session == session.id, Seat.state == WAITING)
            .order_by(Seat.turn, Seat.id)
            .limit(free)
        )
        first = list(rows)
        for seat in first:
            seat.state, seat.changed_at = BOOKED, now
            seat.save()
            audit.record(by, "moved_up", seat, about=seat.person, data=_ids(session))
            telling.of_seat(seat, "moved_up")
    return len(first)


def place_of(seat: Seat) -> int:
    """Where somebody stands in the line, from 1."""
    before = Seat.select().where(
        Seat.session == seat.session_id, Seat.state == WAITING, Seat.turn < seat.turn
    )
    return int(before.count()) + 1


# -- dates that are wished for -----------------------------------------------------------------


def wish(course: Document, person: Person) -> None:
    """Tell me when there is a date."""
    with db.write():
        if DateWish.of(course.id, person.id) is None:
            date_wish = DateWish.create(course=course, person=person, asked_at=clock.now())
            audit.record(person, "wished", date_wish, about=person, data={"document": course.id})


def wish_no_more(course: Document, person: Person) -> None:
    with db.write():
        date_wish = DateWish.of(course.id, person.id)
        if date_wish is not None:
            date_wish.ended_at = clock.now()
            date_wish.save()
            audit.record(person, "dropped", date_wish, about=person, data={"document": course.id})


# -- by the clock ------------------------------------------------------------------------------


def remind() -> int:
    """The letter of the day before, to whoever had the seat by then; at most one for a date."""
    now = clock.now()
    soon = now + timedelta(hours=REMIND_HOURS)
    due: Any = (
        Seat.select(Seat, Session)
        .join(Session)
        .where(Session.stands(), Session.starts_at > now, Session.starts_at <= soon)
        .where(Seat.state == BOOKED, Seat.reminded_at.is_null())
        .order_by(Seat.id)
    )
    reminded = 0
    for seat in list(due):
        with db.write():
            taken = Seat.update(reminded_at=now).where(
                Seat.id == seat.id, Seat.state == BOOKED, Seat.reminded_at.is_null()
            )
            # Who took it within the last day knows the date.
            is_news = seat.changed_at <= seat.session.starts_at - timedelta(hours=REMIND_HOURS)
            if taken.execute() and is_news:
                telling.of_reminder(seat, seat.session)
                reminded += 1
    return reminded


def free_seats_of_leavers() -> int:
    """Who has left by the day of a session leaves its seat to the next."""
    now = clock.now()
    rows: Any = (
        Seat.select(Seat, Session, Person)
        .join(Session)
        .switch(Seat)
        .join(Person, on=(Seat.person == Person.id))
        .where(Session.stands(), Session.starts_at > now, Seat.state.in_((BOOKED, WAITING)))
        .where(Person.last_day_on.is_null(False))
        .order_by(Seat.id)
    )
    gone = [seat for seat in rows if seat.person.has_left(seat.session.on)]
    return sum(give_back(seat, by=None) for seat in gone)
