"""The letters of sessions, put into the outbox in the write that is their cause; none twice."""

from typing import Any

import peewee

from portal.mail.models import Letter
from portal.people.models import Person
from portal.sessions.models import BOOKED, WAITING, DateWish, Seat, Session, Trainer

SEAT, CHANGED, CANCELED = "session_seat", "session_changed", "session_canceled"
REMINDER, DATE = "session_reminder", "session_date"


def concerned(session: Session, by: Person | None) -> list[int]:
    """Whom a change concerns: who has a seat, waits for one or holds it; not who made it."""
    seats: Any = Seat.select(Seat.person).where(
        Seat.session == session.id, Seat.state.in_((BOOKED, WAITING))
    )
    holders: Any = Trainer.select(Trainer.person).where(
        Trainer.session == session.id, Trainer.person.is_null(False)
    )
    people = {row.person_id for row in (*seats, *holders)}
    return sorted(people - ({by.id} if by else set()))


def of_seat(seat: Seat, why: str) -> None:
    """They have a seat, or a place in the line, that somebody else gave them."""
    key = f"{SEAT}:{seat.id}:{seat.turn}:{why}"
    Letter.write(SEAT, key, seat.person_id, seat=seat.id, turn=seat.turn, why=why)


def of_change(session: Session, before: dict[str, Any], by: Person | None) -> None:
    """It is at another time or place, with what was said before.

    Who has not been told yet of an earlier change hears of both at once: what they knew is in the
    letter that waits, and what holds is read when it is sent.
    """
    told = {name: str(value) for name, value in before.items()}
    for person_id in concerned(session, by):
        if not _waits(session, person_id):
            key = f"{CHANGED}:{session.id}:{session.sequence}:{person_id}"
            Letter.write(CHANGED, key, person_id, session=session.id, before=told)


def _waits(session: Session, person_id: int) -> bool:
    """Whether a letter about a change of it has still to be sent to them."""
    mine = (Letter.kind == CHANGED) & (Letter.person_id == person_id)
    about = Letter.key.startswith(f"{CHANGED}:{session.id}:")
    unsent = Letter.is_open() & Letter.claimed_at.is_null()
    return bool(Letter.select(Letter.id).where(mine, about, unsent).exists())


def of_cancellation(session: Session, by: Person | None) -> None:
    for person_id in concerned(session, by):
        key = f"{CANCELED}:{session.id}:{person_id}"
        Letter.write(CANCELED, key, person_id, session=session.id)


def of_reminder(seat: Seat, session: Session) -> None:
    key = f"{REMINDER}:{seat.id}:{session.starts_at:%Y%m%d%H%M}"
    Letter.write(REMINDER, key, seat.person_id, seat=seat.id)


def of_dates(course_id: int, sessions: list[Session], now: Any) -> None:
    """Whoever wanted to hear of a date hears of it, once. Whether they may take the course by then
    is asked when the letter is sent."""
    open_ones = DateWish.select().where(DateWish.course == course_id, DateWish.is_open())
    told: list[DateWish] = list(open_ones.order_by(DateWish.id))
    for wish in told:
        Letter.write(DATE, f"{DATE}:{wish.id}", wish.person_id, sessions=[s.id for s in sessions])
    for batch in peewee.chunked([wish.id for wish in told], 500):
        DateWish.update(ended_at=now).where(DateWish.id.in_(batch)).execute()
