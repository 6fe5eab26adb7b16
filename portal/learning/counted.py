"""Completions counted by day, for rooms that show them beside something else."""

from collections.abc import Collection
from datetime import date
from typing import Any

import peewee

from portal import db
from portal.learning.models import Completion


def per_day(courses: Collection[int], people: Any, since: date) -> list[tuple[int, date, int]]:
    """(course id, day, how many completed it that day), of these people (None: everybody)."""
    rows: Any = Completion.select(
        Completion.course, Completion.done_on, peewee.fn.COUNT(Completion.id)
    ).where(
        Completion.course.in_(sorted(courses)), Completion.done_on >= since, Completion.stands()
    )
    if people is not None:
        rows = rows.where(db.among(Completion.person, people))
    return list(rows.group_by(Completion.course, Completion.done_on).tuples())
