"""What people read by mail of their sessions; each letter says what holds when it is sent."""

from datetime import datetime
from typing import Any

from portal import clock
from portal.learning import access as learning_access
from portal.mail.letters import draw
from portal.mail.models import Letter, LetterKind, Message
from portal.people.models import Person
from portal.people.org import Company
from portal.sessions import telling, words
from portal.sessions.models import BOOKED, WAITING, Seat, Session, Trainer


def _reader(letter: Letter) -> Person | None:
    person = Person.get_or_none(Person.id == letter.person_id)
    if person is None or not person.is_active:
        return None
    return person  # type: ignore[no-any-return]


def _zone(person: Person) -> str:
    return person.zone or Company.settings().zone


def _draw(name: str, person: Person, subject: str, **more: Any) -> Message:
    zone = _zone(person)
    return draw(
        f"sessions/{name}",
        to=person.email,
        # The outbox shows subjects, so none says which course.
        subject=subject,
        company_name=Company.settings().name,
        person=person,
        when=lambda session: words.when(session, zone),
        **more,
    )


def write_seat(letter: Letter) -> Message | None:
    """They got a seat or a place in the line; None once that is not so any more."""
    person, why = _reader(letter), letter.facts["why"]
    seat = Seat.get_or_none(Seat.id == letter.facts["seat"])
    if person is None or seat is None or seat.turn != letter.facts["turn"]:
        return None
    session = seat.session
    if session.canceled_at or session.has_begun(clock.now()):
        return None
    if seat.state != (WAITING if why == "waiting" else BOOKED):
        return None
    subject = "You wait for a seat" if why == "waiting" else "You have a seat"
    return _draw("seat", person, subject, session=session, why=why, by=seat.booked_by)


def write_change(letter: Letter) -> Message | None:
    """It is at another time or place: what was said, and what holds now."""
    person, session = _still_concerned(letter)
    if person is None or session is None or session.canceled_at or session.is_over(clock.now()):
        return None
    before = letter.facts["before"]
    zone = _zone(person)
    starts, ends = (datetime.fromisoformat(before[name]) for name in ("starts_at", "ends_at"))
    old = words.span(starts, ends, zone, clock.today(zone))
    is_moved = (starts, ends) != (session.starts_at, session.ends_at)
    is_elsewhere = (before["place"], before["link"]) != (session.place, session.link)
    if not is_moved and not is_elsewhere:
        return None
    subject = "Your session has moved" if is_moved else "Your session is somewhere else"
    return _draw(
        "change", person, subject, session=session, old=old, old_place=before["place"],
        is_moved=is_moved, is_elsewhere=is_elsewhere,
        has_seat=Seat.of(session.id, person.id) is not None,
    )  # fmt: skip


def _still_concerned(letter: Letter) -> tuple[Person | None, Session | None]:
    """Reader and session, where they have a seat still, wait for one or hold it."""
    person = _reader(letter)
    session = Session.get_or_none(Session.id == letter.facts["session"])
    if person is None or session is None:
        return None, None
    seat = Seat.of(session.id, person.id)
    has_one = seat is not None and seat.state in (BOOKED, WAITING)
    if not has_one and not Trainer.held_by(person).where(Trainer.session == session.id).exists():
        return None, None
    return person, session


def write_cancellation(letter: Letter) -> Message | None:
    person, session = _still_concerned(letter)
    if person is None or session is None or not session.canceled_at:
        return None
    return _draw("canceled", person, "Your session does not take place", session=session)


def write_reminder(letter: Letter) -> Message | None:
    """The day before; None where they gave it back, and when it has begun."""
    person = _reader(letter)
    seat = Seat.get_or_none(Seat.id == letter.facts["seat"])
    if person is None or seat is None or seat.state != BOOKED:
        return None
    session = seat.session
    if session.canceled_at or session.has_begun(clock.now()):
        return None
    return _draw("reminder", person, "Your session is near", session=session)


def write_date(letter: Letter) -> Message | None:
    """There is a date, for whoever wanted to hear of one and may take the course."""
    person = _reader(letter)
    now = clock.now()
    chosen = Session.select().where(
        Session.id.in_(letter.facts["sessions"]), Session.stands(), Session.starts_at > now
    )
    dates = list(chosen.order_by(Session.starts_at))
    if person is None or not dates or not learning_access.can_take(person, dates[0].course):
        return None
    return _draw("date", person, "There is a date", course=dates[0].course, dates=dates)


LETTERS = [
    LetterKind(telling.SEAT, write_seat, title="Seat at a session"),
    LetterKind(telling.CHANGED, write_change, title="Session moved"),
    LetterKind(telling.CANCELED, write_cancellation, title="Session canceled"),
    LetterKind(telling.REMINDER, write_reminder, title="Reminder of a session"),
    LetterKind(telling.DATE, write_date, title="Dates of a course"),
]
