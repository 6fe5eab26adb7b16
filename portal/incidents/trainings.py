"""What is completed beside what happens: the room of courses brings it, through the frame."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.registry import Registry


@dataclass(frozen=True)
class Training:
    """`per_day(courses, people, since)` gives (course id, day, how many completed it that day); of
    these people (a query of ids) or of everybody (None)."""

    name: str
    per_day: Callable[[Collection[int], Any, date], list[tuple[int, date, int]]]


trainings: Registry[Training] = Registry("trainings beside incidents")
