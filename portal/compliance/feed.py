"""The compliance calendar as a file, and as an address that a calendar asks by itself.

Both say how many, never who. The address shows what its owner may see when it is asked: a manager
whose line is gone, or an auditor whose grant has ended, gets nothing.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from portal import clock, ics
from portal.compliance import access, year
from portal.compliance.models import Coverage
from portal.compliance.year import Entry, Reach
from portal.people.models import Person
from portal.people.passes import Pass, PassKind

PURPOSE = "compliance_calendar"
DAYS = 366
# From a month back, because what is still owed from then stands in it.
BACK_DAYS, AHEAD_DAYS = 31, 400
MAX_EVENTS = 1_000

KINDS = [
    PassKind(
        name=PURPOSE,
        title="Compliance calendar link",
        promise="Your calendar shows what comes due, how many people owe it, and audits.",
        days=DAYS,
    )
]


def reach_of(viewer: Person) -> Reach:
    """What the calendar of a viewer is made of."""
    return Reach(
        access.followed_by(viewer).where(Coverage.is_ahead(viewer.today())),
        access.reviews_visible_to(viewer),
        access.windows_visible_to(viewer),
    )


def link_of(person: Person) -> Pass | None:
    """The address that works now, if there is one."""
    return Pass.open_of(person, PURPOSE).first()  # type: ignore[no-any-return]


def make_link(person: Person) -> Pass:
    """A new address; the one before is worth nothing from now on."""
    return Pass.give(person, PURPOSE, by=person, days=DAYS)


def switch_off(person: Person) -> bool:
    """No address works any more. False when none did."""
    given = list(Pass.open_of(person, PURPOSE))
    for one in given:
        one.revoke(by=person)
    return bool(given)


def file_of(viewer: Person, app_url: str, first: date | None = None) -> bytes:
    """A year and a bit of the viewer's calendar, from a month back or from `first` on."""
    begin = first or viewer.today() - timedelta(days=BACK_DAYS)
    found = year.entries(reach_of(viewer), begin, begin + timedelta(days=AHEAD_DAYS))
    host = app_url.partition("://")[2].partition("/")[0].partition(":")[0] or "portal"
    events = [_event(entry, host, app_url) for entry in found[:MAX_EVENTS]]
    return ics.calendar(events, name="Compliance")


def _event(entry: Entry, host: str, app_url: str) -> Any:
    on = f"-{entry.on}" if entry.kind == year.DUE else ""
    address = entry.url or f"/compliance/calendar?month={entry.on:%Y-%m}"
    return ics.Event(
        uid=f"{entry.kind}-{entry.ref}{on}@{host}",
        title=entry.words,
        on=entry.on,
        ends_on=entry.until,
        # Once a day, so that an unchanged calendar is the same bytes all day.
        stamp=datetime.combine(clock.today(), time(), UTC),
        sequence=entry.moved,
        url=f"{app_url}{address}",
    )
