"""Calendar files: what happens when, as every calendar reads it (RFC 5545).

Times are written as instants in UTC, so that each calendar shows them in its own zone and no
definition of a zone can be wrong. Escaping and folding are the library's; control characters, which
no calendar may hold, are left out here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar
from icalendar import Event as Entry

from portal import clock

PRODUCT = "-//Portal//People//EN"
MEDIA_TYPE = "text/calendar"
MAX_TITLE_CHARS = 320
PUBLISH, CANCEL = "PUBLISH", "CANCEL"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


@dataclass(frozen=True)
class Event:
    """One entry: on a whole day, or at a time of day in a zone.

    A whole day may go on until `ends_on`. `uid` stays the same for ever; `sequence` grows whenever
    the entry is moved, so a calendar that has it knows which word is the later one. `stamp` is when
    it was last said. Who has an entry that `is_canceled` strikes it out.
    """

    uid: str
    title: str
    on: date
    stamp: datetime
    at: str = ""
    minutes: int | None = None
    zone: str = "UTC"
    sequence: int = 0
    note: str = ""
    url: str = ""
    ends_on: date | None = None
    place: str = ""
    is_canceled: bool = False

    @property
    def starts_at(self) -> datetime | None:
        """The instant it begins; None for a whole day."""
        if not self.at:
            return None
        local = datetime.combine(self.on, time.fromisoformat(self.at), clock.zone_of(self.zone))
        return local.astimezone(UTC)


def calendar(events: Iterable[Event], name: str = "", method: str = PUBLISH) -> bytes:
    """The file. It tells, and asks nobody to answer; with CANCEL it takes its entries back."""
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("method", method)
    if name:
        file.add("x-wr-calname", _plain(name))
    for event in events:
        file.add_component(_entry(event))
    return bytes(file.to_ical())


def _entry(event: Event) -> Entry:
    entry = Entry()
    entry.add("uid", _plain(event.uid))
    entry.add("dtstamp", event.stamp.astimezone(UTC).replace(microsecond=0))
    entry.add("sequence", event.sequence)
    entry.add("summary", _plain(event.title)[:MAX_TITLE_CHARS])
    starts_at = event.starts_at
    if starts_at is None:
        entry.add("dtstart", event.on)
        entry.add("dtend", (event.ends_on or event.on) + timedelta(days=1))
        # A duty of some minutes does not make the whole day look taken.
        entry.add("transp", "TRANSPARENT")
    else:
        entry.add("dtstart", starts_at)
        entry.add("dtend", starts_at + timedelta(minutes=event.minutes or 30))
    if event.note:
        entry.add("description", _plain(event.note))
    if event.place:
        entry.add("location", _plain(event.place))
    if event.is_canceled:
        entry.add("status", "CANCELLED")
    if event.url:
        entry.add("url", _plain(event.url))
    return entry


def _plain(words: str) -> str:
    """One line without control characters: a title is a title, never another property."""
    return _CONTROLS.sub(" ", words).strip()
