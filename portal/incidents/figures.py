"""Incidents in numbers, month by month, beside the completions of the courses about them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.documents.models import Document
from portal.incidents.models import COURSE, Incident
from portal.incidents.sorts import SORTS
from portal.incidents.trainings import trainings

MONTHS = 12
# The drawing: each month so wide, and so high at most.
STEP, HIGH, BAR = 48, 140, 14


@dataclass
class Month:
    """What happened in one month: how many of each sort, how many near misses among them, and how
    often the courses were completed."""

    first: date
    sorts: Counter[str]
    near: int = 0
    done: int = 0

    @property
    def total(self) -> int:
        return sum(self.sorts.values())


@dataclass(frozen=True)
class Figures:
    """`courses` are those that somebody named on an incident; `chosen` the one looked at."""

    months: list[Month]
    courses: list[Document]
    chosen: Document | None

    @property
    def top(self) -> int:
        """The largest number drawn, of incidents."""
        return max([1, *(month.total for month in self.months)])

    @property
    def top_done(self) -> int:
        return max([1, *(month.done for month in self.months)])

    @property
    def has_any(self) -> bool:
        return any(month.total for month in self.months)

    @property
    def bars(self) -> list[dict[str, Any]]:
        """One rectangle a sort and month, and one for the completions beside them."""
        drawn: list[dict[str, Any]] = []
        for at, month in enumerate(self.months):
            left, floor = at * STEP + 6, float(HIGH)
            for name in SORTS:
                high = month.sorts[name] / self.top * (HIGH - 10)
                floor -= high
                if high:
                    drawn.append(
                        {"sort": name, "x": left, "y": round(floor, 1), "h": round(high, 1)}
                    )
            if month.done:
                high = month.done / self.top_done * (HIGH - 10)
                drawn.append(
                    {
                        "sort": "done", "x": left + BAR + 3, "y": round(HIGH - high, 1),
                        "h": round(high, 1),
                    }
                )  # fmt: skip
        return drawn


def months_until(today: date, months: int = MONTHS) -> list[date]:
    """The first days of the last months, this one included, the oldest first."""
    number = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - months + 1, number + 1)]


def figures(visible: Any, people: Any, today: date, course_id: int | None) -> Figures:
    """Of `visible` incidents; completions of `people` (a query of ids; None: everybody)."""
    firsts = months_until(today)
    months = {first: Month(first, Counter()) for first in firsts}
    since = visible.where(Incident.happened_on >= firsts[0])
    rows = since.select(Incident.happened_on, Incident.sort, Incident.outcome, Incident.course)
    about: set[int] = set()
    for incident in rows:
        about |= {incident.course_id} - {None}
        if month := months.get(incident.happened_on.replace(day=1)):
            month.sorts[incident.sort] += 1
            month.near += incident.is_near_miss
    courses = _courses(about)
    chosen = next((course for course in courses if course.id == course_id), None)
    asked = [chosen.id] if chosen else [course.id for course in courses]
    if asked and (training := trainings.get(COURSE)):
        for _, on, count in training.per_day(asked, people, firsts[0]):
            if month := months.get(on.replace(day=1)):
                month.done += count
    return Figures(list(months.values()), courses, chosen)


def _courses(ids: set[int]) -> list[Document]:
    if not ids:
        return []
    return list(Document.select().where(Document.id.in_(sorted(ids))).order_by(Document.folded))
