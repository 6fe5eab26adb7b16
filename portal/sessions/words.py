"""When and where a session is, in words: in the zone of whoever reads, and that of the place."""

from datetime import date, datetime

from portal import clock, web
from portal.sessions.models import Session


def span(starts_at: datetime, ends_at: datetime, zone: str, today: date) -> str:
    """`Tue 24 Nov, 14:00 to 16:00` by the clock of a zone; both days where it goes on longer."""
    first, last = (moment.astimezone(clock.zone_of(zone)) for moment in (starts_at, ends_at))
    begins = f"{web.day(first.date(), today)}, {first:%H:%M}"
    if first.date() == last.date():
        return f"{begins} to {last:%H:%M}"
    return f"{begins} to {web.day(last.date(), today)}, {last:%H:%M}"


def when(session: Session, zone: str) -> str:
    """When it is for somebody in that zone, and what the clock shows where it is held."""
    said = span(session.starts_at, session.ends_at, zone, clock.today(zone))
    there, here = (
        session.starts_at.astimezone(clock.zone_of(name)) for name in (session.zone, zone)
    )
    if there.utcoffset() == here.utcoffset():
        return said
    return f"{said} ({there:%H:%M} in {city(session.zone)})"


def when_here(session: Session) -> str:
    """`when` for whoever looks at this page."""
    return when(session, web.viewer_zone())


def day_of(session: Session) -> str:
    """`Tue 24 Nov` where it is held."""
    return web.day(session.on)


def city(zone: str) -> str:
    """`Europe/Berlin` as one says it."""
    return zone.rpartition("/")[2].replace("_", " ")
