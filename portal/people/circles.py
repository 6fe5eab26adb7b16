"""Lines of report that would come back to where they began, on whatever day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

MOST_LEVELS = 60


class CircleError(ValueError):
    """Somebody would stand above their own manager, on that day."""

    def __init__(self, on: date) -> None:
        super().__init__(f"From {on} on they would report to themselves through their own line.")
        self.on = on


class Circles:
    """What `Position` knows of circles: moves recorded for later count on their days."""

    @classmethod
    def circle_on(
        cls: Any, person_id: int, manager_id: int, starts_on: date, ends_on: date | None
    ) -> date | None:
        """The first day between these two on which `manager_id` reports to the person.

        Moves that are recorded for later count on their days: each step upward keeps the days
        for which it holds.
        """
        found: list[date] = []
        frontier: set[Any] = {(manager_id, starts_on, ends_on)}
        seen: set[Any] = set()
        for _ in range(MOST_LEVELS):
            found += [begin for who, begin, _ in frontier if who == person_id]
            frontier = {step for step in frontier if step[0] != person_id} - seen
            if not frontier:
                break
            seen |= frontier
            frontier = set(cls._one_level_up(frontier))
        return min(found, default=None)

    @classmethod
    def _one_level_up(cls: Any, frontier: set[Any]) -> Iterable[tuple[int, date, date | None]]:
        rows = list(
            cls.select(cls.person, cls.manager, cls.starts_on, cls.ends_on, cls.is_hire)
            .where(cls.person.in_({who for who, _, _ in frontier}), cls.is_known())
            .where(cls.manager.is_null(False))
            .tuples()
        )
        for who, begin, end in frontier:
            for person, manager, starts_on, ends_on, is_hire in rows:
                if person != who:
                    continue
                first = begin if is_hire else max(begin, starts_on)
                last = min((day for day in (end, ends_on) if day), default=None)
                if last is None or first <= last:
                    yield manager, first, last

    @classmethod
    def _refuse_circle(
        cls: Any, person_id: int, manager_id: int, starts_on: date, ends_on: date | None
    ) -> None:
        circle = cls.circle_on(person_id, manager_id, starts_on, ends_on)
        if circle is not None:
            raise CircleError(circle)
