"""What the pages of metrics show of the company, read from what was told of it each night."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import peewee

from portal import clock
from portal.metrics import owning, snapshots, words
from portal.metrics.cohorts import DEPARTMENT, DIMENSIONS
from portal.metrics.forms import Asked
from portal.metrics.measure import GROUPED, GROUPS, NAMED, SHARE, Measure
from portal.metrics.models import MeasureTerms, Snapshot
from portal.metrics.release import COARSE
from portal.web import PAGE_ROWS


@dataclass(frozen=True)
class Reading:
    """A measure as it is read: what is told of it, what was told a period before, and its target.

    `told` and `before` are rows of snapshots, or what is told of a line; None where nothing is.
    """

    measure: Measure
    told: Any
    before: Any = None
    target: float | None = None
    terms: MeasureTerms | None = None
    points: list[Any] = field(default_factory=list)
    # Of a line a few people are counted rather than told in percent.
    is_line: bool = False

    @property
    def is_red(self) -> bool:
        return self.told is not None and self.measure.is_red(self.told.value, self.target)

    @property
    def value(self) -> str:
        if self.counts_people:
            return words.counts(self.measure, self.told)
        return words.value(self.measure, self.told)

    @property
    def parts(self) -> tuple[str, str]:
        """The number, and its unit where that is a word of its own."""
        said, _, unit = self.value.partition("\N{NO-BREAK SPACE}")
        return (said, unit) if unit and "%" not in unit else (self.value, "")

    @property
    def counts_people(self) -> bool:
        """Whether so few are counted that “3 of 4” says it better than percent."""
        few = self.told is not None and (self.told.people or 0) < words.FEW
        is_share = self.measure.kind == SHARE and self.has_number
        return self.is_line and few and is_share

    @property
    def has_number(self) -> bool:
        return self.told is not None and self.told.value is not None

    @property
    def is_told(self) -> bool:
        """Whether it says anything at all, be it between two ends."""
        return self.has_number or (self.told is not None and self.told.low is not None)

    @property
    def change(self) -> words.Change | None:
        if self.told is None or self.before is None or self.counts_people:
            return None
        return words.change(self.measure, self.told.value, self.before.value)

    @property
    def sentence(self) -> str:
        if self.counts_people:
            # The counts themselves stand large beside it.
            return "Target met." if self.target_words and not self.is_red else ""
        return words.sentence(self.measure, self.told, self.before, self.target)

    @property
    def target_words(self) -> str:
        return words.target(self.measure, self.target)


@dataclass(frozen=True)
class Shelf:
    """A section of the page: a title and its readings."""

    name: str
    title: str
    readings: list[Reading]


# So many months one may look back on a page of one day.
MONTHS = 36


def days() -> list[date]:
    """The last night and the ends of months that were counted, the newest first: one query."""
    last = Snapshot.alias()
    newest = last.select(peewee.fn.MAX(last.on)).where(
        last.dimension == "", last.on <= clock.today()
    )
    wanted = [*snapshots.month_ends(clock.today(), MONTHS), newest]
    rows: Any = Snapshot.select(Snapshot.on).where(
        Snapshot.on.in_(wanted), Snapshot.dimension == ""
    )
    return sorted({day for (day,) in rows.distinct().tuples()}, reverse=True)


def readings(
    measures: list[Measure], on: date, terms: dict[str, MeasureTerms] | None = None
) -> list[Reading]:
    """Each measure with its number of that day, one of `days`, the one a period before, and a year
    behind: one query, and one for owners."""
    terms = owning.all_terms() if terms is None else terms
    trends = snapshots.trends([one.name for one in measures], on)
    return [
        reading(one, snapshots.told_of(one, trends[one.name], on), trends[one.name],
                terms.get(one.name))
        for one in measures
    ]  # fmt: skip


def reading(
    measure: Measure, told: Any, points: list[Any], terms: MeasureTerms | None = None
) -> Reading:
    """A number beside those of the months before it."""
    before = None
    if told is not None:
        wanted = words.day_before(measure, told.on)
        before = next((point for point in points if point.on == wanted), None)
    return Reading(
        measure,
        told,
        before,
        owning.target_of(measure, terms),
        terms,
        [point for point in points if told is None or point.on <= told.on],
    )


def shelves(found: list[Reading]) -> list[Shelf]:
    """What misses its target first, then the others by group."""
    red = [one for one in found if one.is_red]
    rest = [one for one in found if not one.is_red]
    by_group = [
        Shelf(name, words.GROUP_TITLES[name], [one for one in rest if one.measure.group == name])
        for name in GROUPS
    ]
    first = [Shelf("red", "Off target", red)] if red else []
    return first + [shelf for shelf in by_group if shelf.readings]


class Leaf:
    """One page of a long list, cut from it."""

    def __init__(self, rows: Sequence[Any], number: int, size: int = PAGE_ROWS) -> None:
        first = (number - 1) * size
        self.number, self.rows = number, list(rows[first : first + size])
        self.has_next = len(rows) > first + size

    def __iter__(self) -> Any:
        return iter(self.rows)


def filters(measure: Measure) -> tuple[str, ...]:
    """By what its groups are told: the more private its rows are, the less."""
    if measure.privacy == NAMED:
        return tuple(DIMENSIONS)
    return COARSE if measure.privacy == GROUPED else (DEPARTMENT,)


# -- one measure -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """One measure: its number, its months, and its groups by one filter.

    `rows` are groups with their names; empty without a filter. `before` is what was told of them a
    period before, by their key. `chosen` is the name of the group that is looked at.
    """

    reading: Reading
    on: date | None
    days: list[date]
    asked: Asked
    rows: list[tuple[str, Any]] = field(default_factory=list)
    chosen: str = ""
    before: dict[str, Any] = field(default_factory=dict)

    @property
    def months(self) -> list[Any]:
        """The rows of the table without a filter: the newest first."""
        return self.reading.points[::-1]

    @property
    def hidden(self) -> str:
        return words.hidden([row for _, row in self.rows])


def page(measure: Measure, asked: Asked) -> Page:
    """What is told of it: four queries at most, however many people."""
    wanted = {("", ""), (asked.by, asked.cell or "")}
    found = months(measure, wanted)
    company = found["", ""]
    days = [row.on for row in reversed(company)]
    terms = owning.all_terms().get(measure.name)
    if not days:
        return Page(reading(measure, None, [], terms), None, [], asked)
    on = asked.on if asked.on in days else days[0]
    rows, before = _groups(measure, asked.by, on) if asked.by else ([], {})
    label = "" if asked.cell is None else _label(rows, asked.cell)
    points = found[asked.by, asked.cell or ""] if label else company
    told = next((point for point in points if point.on == on), None)
    return Page(reading(measure, told, points, terms), on, days, asked, rows, label, before)


def _groups(
    measure: Measure, by: str, on: date
) -> tuple[list[tuple[str, Snapshot]], dict[str, Snapshot]]:
    """The groups of a filter with their names, and what was told of them a period before."""
    earlier = words.day_before(measure, on)
    found = snapshots.groups(measure, by, (on, earlier))
    return snapshots.named(by, found[on]), {row.cell: row for row in found[earlier]}


def _label(rows: list[tuple[str, Any]], cell: str) -> str:
    return next((name for name, row in rows if row.cell == cell), "")


def months(
    measure: Measure, groups: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], list[Snapshot]]:
    """What was told of each of these groups, as filter and key, at the ends of months and on the
    last night, the oldest first: one query."""
    last = Snapshot.alias()
    newest = last.select(peewee.fn.MAX(last.on)).where(
        last.measure == measure.name, last.dimension == ""
    )
    # One list of days, the newest among them: with an “or” the index would be read from end to end.
    days = [*snapshots.month_ends(clock.today(), MONTHS), newest]
    found: dict[tuple[str, str], list[Snapshot]] = {group: [] for group in groups}
    of_groups = [(Snapshot.dimension == by) & (Snapshot.cell == cell) for by, cell in found]
    rows = Snapshot.select().where(
        Snapshot.measure == measure.name,
        Snapshot.on.in_(days),
        reduce(or_, of_groups),
    )
    for row in rows.order_by(Snapshot.on):
        found[row.dimension, row.cell].append(row)
    return found
