"""Six numbers of the company on one page: for whoever holds the function “executive”, and HR.

Whoever reads this page may open no rows, so nothing of fewer than five people stands on it, in no
month of it either.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from portal.metrics import owning, reds, snapshots
from portal.metrics.exploring import Reading, reading
from portal.metrics.measure import FLOOR, GROUPED, measures
from portal.metrics.models import Red, RedNote
from portal.metrics.release import Cell
from portal.people.models import Person

SIX = (
    "onboarding_on_time",
    "compliance_overdue",
    "review_participation",
    "time_to_productivity",
    "kept_a_year",
    "internal_mobility",
)
FEWEST = FLOOR[GROUPED]


@dataclass(frozen=True)
class Month:
    """The page of one month: `on` is the day of its numbers, None where there are none yet."""

    first: date
    on: date | None
    readings: list[Reading]
    before: date | None
    after: date | None
    # On the newest page each number of the company that is red, the last that was said of it, and
    # what is told of it.
    reds: list[tuple[Red, RedNote | None, Any]] = field(default_factory=list, repr=False)

    @property
    def is_over(self) -> bool:
        return self.on is not None and (self.on + timedelta(days=1)).day == 1


def month(asked: date | None) -> Month | None:
    """The page of the month that begins on `asked`, of the newest where None; None where that month
    has no page. Three queries, and two on the newest."""
    newest = snapshots.newest()
    if newest is None:
        return Month(date.min, None, [], None, None) if asked is None else None
    last = newest.replace(day=1)
    first = asked or last
    oldest = snapshots.month_ends(newest)[-1].replace(day=1)
    if not oldest <= first <= last:
        return None
    on = min(newest, _end_of(first))
    known = [name for name in SIX if name in measures]
    open_reds = reds.open_with_notes() if first == last else []
    also = {red.measure for red, _ in open_reds if red.measure in measures}
    trends = snapshots.trends(also.union(known), on)
    return Month(
        first,
        on,
        _readings(known, trends, on),
        _before(first) if first > oldest else None,
        _end_of(first) + timedelta(days=1) if first < last else None,
        [(red, note, _told(trends, red.measure, on)) for red, note in open_reds],
    )


def _told(trends: dict[str, list[Any]], name: str, on: date) -> Any:
    """What was told of a measure that night; None of one that is no more."""
    return snapshots.told_of(measures[name], trends[name], on) if name in trends else None


@dataclass(frozen=True)
class Said:
    """The last that was said of each number that is red on a page, by name, and how many red
    numbers of the company nobody has explained, as far as the viewer may know of them."""

    notes: dict[str, RedNote] = field(default_factory=dict)
    unexplained: int = 0


def said(page: Month, viewer: Person, today: date) -> Said:
    """Of the newest page what holds now; of a month that is over what was said by its end, one
    query."""
    red = {one.measure.name for one in page.readings if one.is_red}
    if page.on is not None and page.after is not None:
        return Said(reds.said_until(red, page.on) if red else {})
    silent = [
        one
        for one, note, row in page.reds
        if reds.is_unexplained_for(viewer, one, note, row, today)
    ]
    notes = {one.measure: note for one, note, _ in page.reds if note and one.measure in red}
    return Said(notes, len(silent))


def _readings(known: list[str], trends: dict[str, list[Any]], on: date) -> list[Reading]:
    terms = owning.all_terms()
    return [
        reading(
            measures[name],
            of_enough(_told(trends, name, on)),
            [of_enough(point) for point in trends[name]],
            terms.get(name),
        )
        for name in known
    ]


def of_enough(told: Any) -> Any:
    """What is told of five people or more as it is; of fewer that it is not told."""
    if told is None or told.is_hidden or (told.people or 0) >= FEWEST or not told.people:
        return told
    return Hidden("", "", is_hidden=True, on=told.on)


@dataclass(frozen=True)
class Hidden(Cell):
    """That something is not told, on a day."""

    on: date = date.min


def _end_of(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)
