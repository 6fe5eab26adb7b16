"""The personal calendar: what a person owes and meets, under an address that only they were shown.

A calendar asks by itself, without anybody signed in, and shows what it got to whoever looks over a
shoulder. So an entry says no more than that there is something to do, unless its owner wants more.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import peewee

from portal import ics
from portal.assignments.models import Assignment
from portal.people.org import Location
from portal.people.passes import Pass, PassKind
from portal.registry import Registry

NEUTRAL, NAMED = "calendar", "calendar_named"
# What is further ahead than this is in the calendar when its time comes.
AHEAD_DAYS = 180
MAX_EVENTS = 300
DAYS = 366

KINDS = [
    PassKind(
        name=NEUTRAL,
        title="Calendar link",
        promise="Your calendar shows that there is something to do, not what.",
        days=DAYS,
    ),
    PassKind(
        name=NAMED,
        title="Calendar link with titles",
        promise="Your calendar shows what there is to do.",
        days=DAYS,
    ),
]
PURPOSES = tuple(kind.name for kind in KINDS)


@dataclass(frozen=True)
class Dates:
    """What another room puts into the calendar of a person: `of(person, is_named, app_url)`. Where
    it is not named, an entry says no more than that there is something to attend."""

    name: str
    of: Callable[[Any, bool, str], list[ics.Event]]


dates: Registry[Dates] = Registry("dates in the calendar")


def link_of(person: Any) -> Pass | None:
    """The link that works now, if there is one."""
    found = (Pass.open_of(person, purpose).first() for purpose in PURPOSES)
    return next((given for given in found if given), None)


def make_link(person: Any, *, is_named: bool) -> Pass:
    """A new address; the one before is worth nothing from now on."""
    switch_off(person)
    return Pass.give(person, NAMED if is_named else NEUTRAL, by=person, days=DAYS)


def switch_off(person: Any) -> bool:
    """No address works any more. False when none did."""
    given = [one for purpose in PURPOSES for one in Pass.open_of(person, purpose)]
    for one in given:
        one.revoke(by=person)
    return bool(given)


def file_of(given: Pass, app_url: str) -> bytes:
    """What the person owes now and meets, with a date: asked anew at each fetch."""
    person = given.person
    today = person.today()
    owed: Any = (
        Assignment.select(Assignment, Location)
        .join(Location, peewee.JOIN.LEFT_OUTER, on=(Assignment.location == Location.id))
        .where(Assignment.is_open(), Assignment.is_owed_by(person))
        .where(Assignment.due_on <= today + timedelta(days=AHEAD_DAYS))
        .order_by(Assignment.due_on, Assignment.id)
        .limit(MAX_EVENTS)
    )
    is_named = given.purpose == NAMED
    host = app_url.partition("://")[2].partition("/")[0].partition(":")[0] or "portal"
    events = [
        ics.Event(
            uid=f"duty-{duty.id}@{host}",
            title=duty.title if is_named else _neutral(duty),
            on=duty.due_on,
            stamp=duty.opened_at,
            at=duty.at,
            minutes=duty.minutes,
            zone=duty.location.zone if duty.location_id else person.zone,
            sequence=duty.moved,
            url=f"{app_url}{duty.url}" if is_named else f"{app_url}/",
        )
        for duty in owed
    ]
    for room in dates.values():
        events += room.of(person, is_named, app_url)
    return ics.calendar(events, name="People portal")


def _neutral(duty: Assignment) -> str:
    """That there is something, and how long it takes; never what or about whom."""
    noun = "Something to attend" if duty.at else "Something to do"
    takes = f"{duty.minutes} min, " if duty.minutes else ""
    return f"{noun}: {takes}open the portal"


def etag(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()[:32]
