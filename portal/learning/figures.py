"""A course in figures: how many began and completed it, how long it took, how many passed."""

from dataclasses import dataclass
from typing import Any

import peewee

from portal.documents.models import Document
from portal.learning import access
from portal.learning.models import FAILED, PASSED, Attempt, Completion
from portal.people.models import Person


@dataclass(frozen=True)
class Figures:
    """Of the people whom the viewer follows. `median` is in minutes, `first` in percent; either
    is None where there is nothing to count."""

    begun: int
    completed: int
    median: int | None
    first: int | None


def of(viewer: Person, course: Document) -> Figures:
    """One query; who leads others is not counted among them."""
    theirs = _followed(viewer, access.attempts_visible_to(viewer), Attempt, course)
    done = _followed(viewer, access.completions_visible_to(viewer), Completion, course)
    is_first = Attempt.number == 1
    # Without the time nothing was measured: a day that somebody attended, a word of a manager.
    is_timed = Attempt.completed_at.is_null(False) & (Attempt.seconds > 0)
    begun, passed, failed, completed, seconds = (
        theirs.select(
            peewee.fn.COUNT(Attempt.person.distinct()),
            _sum(is_first & (Attempt.success == PASSED)),
            _sum(is_first & (Attempt.success == FAILED)),
            done.select(peewee.fn.COUNT(Completion.person.distinct())).where(Completion.stands()),
            _middle(theirs.where(is_timed)),
        )
        .tuples()
        .first()
    )
    graded = int(passed or 0) + int(failed or 0)
    return Figures(
        begun=int(begun),
        completed=int(completed),
        median=None if seconds is None else max(1, round(seconds / 60)),
        first=int(passed) * 100 // graded if graded else None,
    )


def _followed(viewer: Person, visible: Any, model: Any, course: Document) -> Any:
    rows = visible.where(model.course == course.id)
    sees_all = viewer.is_hr or viewer.is_auditor
    return rows if sees_all else rows.where(model.person != viewer.id)


def _sum(condition: Any) -> Any:
    return peewee.fn.SUM(peewee.Case(None, [(condition, 1)], 0))


def _middle(timed: Any) -> Any:
    """The seconds of the middle one, or of two of the longer, as a column; nothing of none."""
    place = peewee.fn.ROW_NUMBER().over(order_by=[Attempt.seconds, Attempt.id])
    number = peewee.fn.COUNT(Attempt.id).over()
    placed = timed.select(Attempt.seconds, place.alias("place"), number.alias("number"))
    placed = placed.alias("placed")
    return peewee.Select([placed], [placed.c.seconds]).where(
        placed.c.place == placed.c.number / 2 + 1
    )
