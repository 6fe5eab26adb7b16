"""Which days a place works: its week and its holidays. Dates only, no times and no zones."""

from dataclasses import dataclass, field
from datetime import date, timedelta

WEEKDAYS = frozenset(range(5))
MAX_IDLE_DAYS = 366
"""Longest stretch without a working day; a calendar that has a longer one is a mistake."""


class NeverWorksError(ValueError):
    """The calendar has no working day for more than a year, or the dates of this world end."""

    def __init__(self, around: date) -> None:
        super().__init__(
            f"The calendar has no working day within {MAX_IDLE_DAYS} days of {around}: "
            "check the working week and the holidays of the place."
        )


@dataclass(frozen=True)
class WorkCalendar:
    """The days somebody works at a place. Weekdays count from 0, Monday."""

    weekdays: frozenset[int] = WEEKDAYS
    holidays: frozenset[date] = field(default_factory=frozenset)

    def is_working(self, d: date) -> bool:
        return d.weekday() in self.weekdays and d not in self.holidays

    def move(self, d: date, earlier: bool) -> date:
        """The day itself if somebody works then, else the nearest such day in that direction."""
        moved = d
        for _ in range(MAX_IDLE_DAYS + 1):
            if self.is_working(moved):
                return moved
            moved = _next(moved, -1 if earlier else 1, around=d)
        raise NeverWorksError(d)

    def add(self, d: date, n: int) -> date:
        """The n-th working day after d, or before it when n is negative; for 0, `move` it later.

        The day d itself never counts, whether somebody works then or not.
        """
        if n == 0:
            return self.move(d, earlier=False)
        direction = 1 if n > 0 else -1
        for _ in range(abs(n)):
            d = self.move(_next(d, direction, around=d), earlier=n < 0)
        return d


def _next(d: date, days: int, around: date) -> date:
    try:
        return d + timedelta(days=days)
    except OverflowError:
        raise NeverWorksError(around) from None
