"""The compliance calendar: what comes due, which texts are to be looked at again, which audits.

Turns are counted, never named: “Fire safety: 12 people”. Each coverage knows its next turn alone,
so a month far ahead shows what is known now, and a month gone by what is still owed from it.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import peewee

from portal import text
from portal.compliance.figures import comes_due
from portal.compliance.models import Coverage, Requirement
from portal.compliance.needs import kinds
from portal.compliance.titles import titles
from portal.compliance.windows import AuditWindow
from portal.documents.models import Document

DUE, REVIEW, AUDIT = "due", "review", "audit"
ICONS = {REVIEW: "file-clock", AUDIT: "search-check"}
# As far as anybody can leaf, before and after this year.
MAX_YEARS = 20
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
A_DAY = timedelta(days=1)
_DAYS = re.compile(r"[12][0-9]{3}-[01][0-9](?P<day>-[0-3][0-9])?")


@dataclass(frozen=True)
class Entry:
    """Something in the calendar, from a day to a day (the same one, but for audits).

    `number` is how many people owe it; `ref` names the row it stands for.
    """

    kind: str
    title: str
    on: date
    until: date
    ref: int
    number: int = 0
    url: str = ""
    moved: int = 0
    icon: str = ""

    @property
    def words(self) -> str:
        """`Fire safety: 12 people`."""
        if self.kind == DUE:
            return f"{self.title}: {text.count(self.number, 'person', 'people')}"
        return f"Review: {self.title}" if self.kind == REVIEW else self.title

    @property
    def days(self) -> str:
        """`7`, `7–11` or `22 Feb–5 Mar`, for a list that says the month."""
        first, last = self.on, self.until
        if last == first:
            return str(first.day)
        if (last.year, last.month) == (first.year, first.month):
            return f"{first.day}–{last.day}"
        return f"{first.day} {first:%b}–{last.day} {last:%b}"


@dataclass
class Month:
    """A month of the year's page: what there is of each thing, added up."""

    first: date
    entries: list[Entry] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.first:%B}"

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def due(self) -> int:
        """How many turns come due in it."""
        return sum(entry.number for entry in self.entries)

    def summed(self) -> list[Entry]:
        """Each requirement once, with all its people; then reviews and audits by their day."""
        turns: dict[int, Entry] = {}
        for entry in self.entries:
            if entry.kind == DUE:
                known = turns.get(entry.ref)
                number = entry.number + (known.number if known else 0)
                turns[entry.ref] = _with_number(known or entry, number)
        others = [entry for entry in self.entries if entry.kind != DUE]
        ordered = sorted(turns.values(), key=lambda turn: (-turn.number, turn.title.casefold()))
        return [*sorted(others, key=lambda one: (one.on, one.title)), *ordered]


def _with_number(entry: Entry, number: int) -> Entry:
    return replace(entry, number=number)


@dataclass
class Day:
    """A day of the month's page; `column` is its place in the week, from 1."""

    on: date
    entries: list[Entry] = field(default_factory=list)

    @property
    def column(self) -> int:
        return self.on.isoweekday()


@dataclass(frozen=True)
class Reach:
    """What the viewer's calendar is made of: queries of coverages, texts and audit windows."""

    coverages: Any
    texts: Any
    windows: Any


def year(reach: Reach, number: int) -> list[Month]:
    """The twelve months of a year."""
    months = [Month(date(number, month, 1)) for month in range(1, 13)]
    for entry in entries(reach, months[0].first, date(number, 12, 31)):
        first, last = max(entry.on, months[0].first), min(entry.until, date(number, 12, 31))
        for month in months[first.month - 1 : last.month]:
            month.entries.append(entry)
    return months


def month(reach: Reach, first: date) -> list[Day]:
    """Every day of a month."""
    last = last_of(first)
    days = [Day(first + timedelta(days=number)) for number in range(last.day)]
    for entry in entries(reach, first, last):
        for day in days[max(entry.on, first).day - 1 : min(entry.until, last).day]:
            day.entries.append(entry)
    return days


def is_near(number: int, today: date) -> bool:
    """Whether the calendar can be leafed to that year."""
    return abs(number - today.year) <= MAX_YEARS


def next_to(first: date) -> tuple[date, date]:
    """The first days of the months before and after."""
    return (first - A_DAY).replace(day=1), last_of(first) + A_DAY


def last_of(first: date) -> date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def days_of(typed: str) -> tuple[date, date] | None:
    """First and last day of what an address calls `2026-12` or `2026-12-01`; None for no such."""
    said = _DAYS.fullmatch(typed)
    if said is None:
        return None
    try:
        first = date.fromisoformat(typed if said["day"] else f"{typed}-01")
    except ValueError:
        return None
    return first, first if said["day"] else last_of(first)


def entries(reach: Reach, first: date, last: date) -> list[Entry]:
    """Everything between two days, in their order; audits first, then reviews, then what is due."""
    found = [*_fixed(reach, first, last), *_turns(reach.coverages, first, last)]
    order = {AUDIT: 0, REVIEW: 1, DUE: 2}
    return sorted(found, key=lambda one: (one.on, order[one.kind], one.title.casefold(), one.ref))


def _turns(visible: Any, first: date, last: date) -> Iterator[Entry]:
    """What comes due each day, counted by the database: no loop over people."""
    rows = list(
        visible.where(comes_due(first, last))
        .select(
            Requirement.id,
            Requirement.kind,
            Requirement.target,
            Coverage.due_on,
            peewee.fn.COUNT(Coverage.id),
        )
        .join(Requirement)
        .group_by(Requirement.id, Requirement.kind, Requirement.target, Coverage.due_on)
        .tuples()
    )
    named = titles((kind, target) for _, kind, target, _, _ in rows)
    for requirement, kind, target, on, number in rows:
        icon = kinds[kind].icon if kind in kinds else "shield-check"
        yield Entry(DUE, named[kind, target], on, on, requirement, number, icon=icon)


def _fixed(reach: Reach, first: date, last: date) -> Iterator[Entry]:
    """Reviews of texts and audit windows: one question for both."""
    reviews = reach.texts.select(
        peewee.Value(REVIEW), Document.id, Document.title, Document.review_on, Document.review_on,
        Document.kind, Document.slug, peewee.Value(0),
    ).where(Document.review_on.between(first, last))  # fmt: skip
    nothing = peewee.Value("")
    audits = reach.windows.select(
        peewee.Value(AUDIT), AuditWindow.id, AuditWindow.name, AuditWindow.starts_on,
        AuditWindow.ends_on, nothing, nothing, AuditWindow.moved,
    ).where(AuditWindow.is_kept(), AuditWindow.touches(first, last))  # fmt: skip
    for kind, ref, title, on, until, of, slug, moved in reviews.union_all(audits).tuples():
        url = Document(kind=of, slug=slug).url if kind == REVIEW else "/compliance/windows"
        yield Entry(kind, title, _day(on), _day(until), ref, 0, url, moved, ICONS[kind])


def _day(value: Any) -> date:
    """A day out of a union, of which SQLite does not say that it is one."""
    return value if isinstance(value, date) else date.fromisoformat(value)
