"""What pages and calendars show of sessions, read for all of them together."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import peewee

from portal import clock, db
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.documents.passages import with_places
from portal.learning.models import KIND as COURSE
from portal.learning.models import Attempt
from portal.people.leave import Leave
from portal.people.models import Person
from portal.sessions import access
from portal.sessions.models import (
    BOOKED,
    SEATED,
    WAITING,
    DateWish,
    Seat,
    Session,
    Trainer,
)


@dataclass
class Shown:
    """A session as a list shows it to somebody."""

    session: Session
    taken: int
    waiting: int
    seat: Seat | None = None
    place: int = 0
    trainers: list[Trainer] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def free(self) -> int:
        return max(0, int(self.session.seats) - self.taken)

    @property
    def is_booked(self) -> bool:
        return self.seat is not None and self.seat.state == BOOKED

    @property
    def is_waiting(self) -> bool:
        return self.seat is not None and self.seat.state == WAITING

    @property
    def seats_words(self) -> str:
        """How full it is, without a word on who comes."""
        if self.free:
            return f"{self.free} of {self.session.seats} seats free"
        return f"All {self.session.seats} seats taken, {self.waiting} waiting"


def _taken(states: tuple[str, ...]) -> Any:
    """How many of a session's seats are in these states, as a column."""
    other = Seat.alias()
    return other.select(peewee.fn.COUNT(other.id)).where(
        other.session == Session.id, other.state.in_(states)
    )


def _counted(query: Any, *more: Any) -> Any:
    """`query` of sessions with their course, `.taken` and `.queue`, and what else is asked."""
    taken, queue = _taken(SEATED).alias("taken"), _taken((WAITING,)).alias("queue")
    return (
        query.select(Session, Document, taken, queue, *more)
        .join(Document, on=(Session.course == Document.id))
        .order_by(Session.starts_at, Session.id)
    )


def _runs_into(viewer: Person) -> tuple[Any, Any]:
    """Whether the viewer has a seat elsewhere at that time, and is away: as columns."""
    mine, other = Seat.alias(), Session.alias()
    busy = (
        mine.select(mine.id)
        .join(other, on=(mine.session == other.id))
        .where(mine.person == viewer.id, mine.state == BOOKED, other.id != Session.id)
        .where(other.canceled_at.is_null())
        .where(other.starts_at < Session.ends_at, other.ends_at > Session.starts_at)
    )
    away = Leave.recorded_of(viewer).where(
        Leave.starts_on <= Session.last_on,
        Leave.ends_on.is_null() | (Leave.ends_on >= Session.on),
        Leave.returned_on.is_null() | (Leave.returned_on > Session.on),
    )
    return peewee.fn.EXISTS(busy).alias("is_busy"), peewee.fn.EXISTS(away).alias("is_away")


def shown(viewer: Person, query: Any) -> list[Shown]:
    """Sessions as this viewer sees them: how full they are, their own seat, who holds them, and
    what they would run into. One query: a course's page has asked much already."""
    own, other = Seat.alias(), Seat.alias()
    before = other.select(peewee.fn.COUNT(other.id)).where(
        other.session == Session.id, other.state == WAITING, other.turn < own.turn
    )
    left = peewee.JOIN.LEFT_OUTER
    names = (Trainer, *Person.names(Person), own)
    columns = (*names, before.alias("before"), *_runs_into(viewer))
    rows = (
        _counted(query, *columns)
        .switch(Session)
        .join(Trainer, left, on=(Trainer.session == Session.id), attr="named")
        .join(Person, left, on=(Trainer.person == Person.id))
        .switch(Session)
        .join(own, left, on=(own.session == Session.id) & (own.person == viewer.id), attr="own")
        .order_by(Session.starts_at, Session.id, Trainer.id)
    )
    found: dict[int, Shown] = {}
    for row in rows:
        one = found.get(row.id) or found.setdefault(row.id, _shown(row))
        named = row.__dict__.get("named")
        if named is not None and named.id:
            one.trainers.append(named)
    for one in found.values():
        access.knows_trainers(viewer, one.session, one.trainers)
    return list(found.values())


def _shown(session: Session) -> Shown:
    seat = session.__dict__.get("own")
    one = Shown(session, session.taken, session.queue, seat if seat and seat.id else None)
    if one.is_waiting:
        one.place = session.before + 1
    if session.is_busy:
        one.warnings.append("You have a seat at another session at that time.")
    if session.is_away:
        one.warnings.append("You are recorded as away on that day.")
    return one


def of_course(viewer: Person, course: Document) -> list[Shown]:
    """The dates of a course that are not over."""
    return shown(
        viewer,
        Session.select().where(
            Session.course == course.id, Session.stands(), Session.is_ahead(clock.now())
        ),
    )


def panel(viewer: Person, course: Document, attempt: Attempt | None) -> dict[str, Any]:
    """What the course's page draws: its dates, or that one can be told when there is one."""
    dates = of_course(viewer, course)
    wish = DateWish.of(course.id, viewer.id) if not dates else None
    revision = course.current
    return {
        "text": with_places(revision.html) if revision else "",
        "dates": dates,
        "wished": wish is not None,
        "may_plan": access.can_plan_beside(viewer, course, [one.session for one in dates]),
        "now": clock.now(),
    }


def one(viewer: Person, session_id: int) -> Shown | None:
    """One session that the viewer may know of, over or canceled too."""
    visible = access.visible_to(viewer).where(Session.id == session_id)
    return next(iter(shown(viewer, visible)), None)


def clashes_of(person: Person, session: Session) -> list[str]:
    """What a session runs into for somebody else who is booked; never what kind of leave it is."""
    columns = _runs_into(person)
    row: Any = Session.select(*columns).where(Session.id == session.id).first()
    name = person.first_name
    said = [f"{name} has a seat at another session at that time."] if row.is_busy else []
    return said + ([f"{name} is recorded as away on that day."] if row.is_away else [])


def mine(viewer: Person) -> list[Shown]:
    """Those the viewer has a seat at or waits for."""
    own = Seat.select(Seat.session).where(
        Seat.person == viewer.id, Seat.state.in_((BOOKED, WAITING))
    )
    ahead = Session.select().where(
        Session.stands(), Session.is_ahead(clock.now()), db.among(Session.id, own)
    )
    return shown(viewer, ahead)


def held(viewer: Person) -> Any:
    """Those the viewer holds or, as HR, all: to come, and those of which it is open who came."""
    query = Session.select().where(Session.stands())
    open_seats = Seat.select(Seat.session).where(Seat.state == BOOKED)
    now = clock.now()
    query = query.where(Session.is_ahead(now) | db.among(Session.id, open_seats))
    if not viewer.is_hr:
        query = query.where(db.among(Session.id, Trainer.held_by(viewer)))
    return _counted(query)


def booked_for(person: Person, duties: list[Assignment]) -> dict[int, datetime]:
    """When the person has a seat for what they owe, by duty; nothing is asked where no course is
    owed."""
    courses = {duty.target: duty.id for duty in duties if duty.kind == COURSE}
    if not courses:
        return {}
    rows: Any = (
        Seat.select(Seat, Session)
        .join(Session)
        .where(Seat.person == person.id, Seat.state == BOOKED)
        .where(Session.course.in_(list(courses)), Session.stands())
        .where(Session.is_ahead(clock.now()))
        .order_by(Session.starts_at.desc())
    )
    return {courses[seat.session.course_id]: seat.session.starts_at for seat in rows}
