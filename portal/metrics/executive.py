"""Six numbers of the company on one page: for whoever holds the function “executive”, and HR.

Whoever reads this page may open no rows, so nothing of fewer than five people stands on it, in no
month of it either.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.metrics import owning, snapshots
from portal.metrics.exploring import Reading, reading
from portal.metrics.measure import FLOOR, GROUPED, measures
from portal.metrics.release import Cell

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

    @property
    def is_over(self) -> bool:
        return self.on is not None and (self.on + timedelta(days=1)).day == 1


def month(asked: date | None) -> Month | None:
    """The page of the month that begins on `asked`, of the newest where None; None where that month
    has no page. Four queries."""
    newest = snapshots.newest()
    if newest is None:
        return Month(date.min, None, [], None, None) if asked is None else None
    last = newest.replace(day=1)
    first = asked or last
    oldest = snapshots.month_ends(newest)[-1].replace(day=1)
    if not oldest <= first <= last:
        return None
    on = min(newest, _end_of(first))
    return Month(
        first,
        on,
        _readings(on),
        _before(first) if first > oldest else None,
        _end_of(first) + timedelta(days=1) if first < last else None,
    )


def _readings(on: date) -> list[Reading]:
    known = [measures[name] for name in SIX if name in measures]
    told, terms = snapshots.latest(on), owning.all_terms()
    trends = snapshots.trends([one.name for one in known], on)
    return [
        reading(
            one,
            of_enough(told.get(one.name)),
            [of_enough(point) for point in trends[one.name]],
            terms.get(one.name),
        )
        for one in known
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
