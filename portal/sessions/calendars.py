"""Sessions as entries of a calendar: one as a file, and one's own in the personal calendar."""

from datetime import timedelta
from typing import Any

from portal import clock, db, ics
from portal.people.models import Person
from portal.sessions.models import BOOKED, Seat, Session, Trainer

AHEAD_DAYS = 180
MAX_EVENTS = 100


def event_of(session: Session, app_url: str, *, sees_link: bool) -> ics.Event:
    """The entry under a name that never changes; the later word has the higher sequence."""
    first = session.local(session.starts_at)
    where = [session.place, session.link if sees_link else ""]
    return ics.Event(
        uid=f"session-{session.id}@{host_of(app_url)}",
        title=session.course.title,
        on=first.date(),
        stamp=session.said_at,
        at=f"{first:%H:%M}",
        minutes=session.seconds // 60,
        zone=session.zone,
        sequence=session.sequence,
        note=session.note,
        url=f"{app_url}{session.url}",
        place=", ".join(one for one in where if one),
        is_canceled=session.canceled_at is not None,
    )


def host_of(app_url: str) -> str:
    return app_url.partition("://")[2].partition("/")[0].partition(":")[0] or "portal"


def file_of(session: Session, app_url: str, *, sees_link: bool) -> bytes:
    """The file a calendar takes in; of a canceled session it takes the entry out."""
    method = ics.CANCEL if session.canceled_at else ics.PUBLISH
    event = event_of(session, app_url, sees_link=sees_link)
    return ics.calendar([event], method=method)


def feed(person: Person, is_named: bool, app_url: str) -> list[ics.Event]:
    """What the person attends or holds, for their own calendar; without names only that there is
    something to attend."""
    now = clock.now()
    own = Seat.select(Seat.session).where(Seat.person == person.id, Seat.state == BOOKED)
    rows: Any = (
        Session.select()
        .where(Session.stands(), Session.ends_at > now)
        .where(Session.starts_at < now + timedelta(days=AHEAD_DAYS))
        .where(db.among(Session.id, own) | db.among(Session.id, Trainer.held_by(person)))
        .order_by(Session.starts_at, Session.id)
        .limit(MAX_EVENTS)
    )
    found = list(rows)
    return [_entry(session, is_named, app_url) for session in found]


def _entry(session: Session, is_named: bool, app_url: str) -> ics.Event:
    if is_named:
        return event_of(session, app_url, sees_link=True)
    first = session.local(session.starts_at)
    return ics.Event(
        uid=f"session-{session.id}@{host_of(app_url)}",
        title="Something to attend: open the portal",
        on=first.date(),
        stamp=session.said_at,
        at=f"{first:%H:%M}",
        minutes=session.seconds // 60,
        zone=session.zone,
        sequence=session.sequence,
        url=f"{app_url}/",
    )
