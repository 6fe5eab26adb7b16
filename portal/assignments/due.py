"""When something is due: an offset from an anchor day, moved to a day somebody works.

`start-5` is calendar days, `start+5w` working days, `start+1m` months clamped from the original
date. Pure arithmetic: whoever asks brings the anchor's date and the place's calendar.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.people.workdays import WorkCalendar
from portal.text import count

ANCHORS = ("start", "end", "today")
MAX_OFFSET_DAYS = 1_000
_DAYS_A_UNIT = {"d": 1, "w": 1, "m": 30}
_FORM = re.compile(r"(?P<anchor>[a-z]{1,20})(?:(?P<offset>[+-]\d{1,6})(?P<unit>[a-z]?))?", re.ASCII)
_HOW = "Write start, start-5 (days), start+5w (working days) or start+1m (months)"


class DueError(ValueError):
    """A due date that cannot be read or does not exist; its text is a sentence."""


@dataclass(frozen=True)
class Due:
    """So many days, working days ("w") or months from the anchor; "d" is calendar days."""

    anchor: str
    offset: int = 0
    unit: str = "d"

    def __post_init__(self) -> None:
        if self.anchor not in ANCHORS:
            known = ", ".join(ANCHORS)
            raise DueError(f"“{self.anchor}” is no day to count from; there are {known}.")
        if self.unit not in _DAYS_A_UNIT:
            raise DueError(f"“{self.unit}” is no unit. {_HOW}.")
        if not self.offset:  # nothing is nothing in any unit, so one spelling
            object.__setattr__(self, "unit", "d")
        if abs(self.offset) * _DAYS_A_UNIT[self.unit] > MAX_OFFSET_DAYS:
            raise DueError(f"“{self}” is more than {MAX_OFFSET_DAYS:,} days away.")

    @classmethod
    def parse(cls, text: str) -> "Due":
        """The due date as written in a plan. Raises DueError with a sentence saying the form."""
        found = _FORM.fullmatch(text.strip().lower().replace("−", "-").replace("–", "-"))
        if found is None:
            raise DueError(f"“{text.strip()[:40]}” is no due date. {_HOW}.")
        return cls(found["anchor"], int(found["offset"] or 0), found["unit"] or "d")

    def __str__(self) -> str:
        if not self.offset:
            return self.anchor
        return f"{self.anchor}{self.offset:+d}{'' if self.unit == 'd' else self.unit}"

    def on(self, anchor_date: date, calendar: WorkCalendar) -> date:
        """The day it is due: earlier off a free day before the anchor, later from the anchor on.

        What is due on the last day itself moves earlier too: after it the person is gone.
        Raises NeverWorksError for a calendar without working days, DueError past the last date.
        """
        try:
            if self.unit == "w" and self.offset:
                return calendar.add(anchor_date, self.offset)
            earlier = self.offset < 0 or (self.anchor == "end" and not self.offset)
            return calendar.move(self._shifted(anchor_date), earlier=earlier)
        except OverflowError:
            raise DueError(f"There is no date “{self}” from {anchor_date}.") from None

    def _shifted(self, anchor_date: date) -> date:
        if self.unit == "m":
            return add_months(anchor_date, self.offset)
        return anchor_date + timedelta(days=self.offset)


def add_months(d: date, months: int) -> date:
    """The same day of another month, or that month's last day. Raises OverflowError."""
    year, month = divmod(d.year * 12 + d.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"year {year} is out of range")
    return date(year, month + 1, min(d.day, monthrange(year, month + 1)[1]))


def due_at(on: date, zone: str) -> datetime:
    """The last second of the day in the zone, as aware UTC. Raises DueError on an unknown zone.

    Where a change of the clocks repeats that second, it is the later one: nobody is late early.
    """
    try:
        local = datetime.combine(on, time(23, 59, 59), ZoneInfo(zone))
        return local.replace(fold=1).astimezone(UTC)
    except OverflowError:
        raise DueError(f"{on} is too far away.") from None
    except (OSError, ValueError, LookupError):
        raise DueError(f"“{zone}” is no time zone, such as Europe/Berlin.") from None


_ANCHOR_WORDS = {
    "start": ("on the first day", "the start"),
    "end": ("on the last day", "the last day"),
    "today": ("on the day it is started", "it is started"),
}
_UNIT_WORDS = {"d": "day", "w": "working day", "m": "month"}


def words(due: Due) -> str:
    """The due date for people: "5 working days after the start", "on the first day"."""
    exactly, around = _ANCHOR_WORDS[due.anchor]
    if not due.offset:
        return exactly
    span = count(abs(due.offset), _UNIT_WORDS[due.unit])
    return f"{span} {'before' if due.offset < 0 else 'after'} {around}"
