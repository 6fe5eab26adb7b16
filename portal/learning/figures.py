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
    """Three queries; who leads others is not counted among them."""
    theirs = _followed(viewer, access.attempts_visible_to(viewer), Attempt, course)
    is_first = Attempt.number == 1
    # Without the time nothing was measured: a day that somebody attended, a word of a manager.
    is_timed = Attempt.completed_at.is_null(False) & (Attempt.seconds > 0)
    begun, passed, failed, timed = (
        theirs.select(
            peewee.fn.COUNT(Attempt.person.distinct()),
            _sum(is_first & (Attempt.success == PASSED)),
            _sum(is_first & (Attempt.success == FAILED)),
            _sum(is_timed),
        )
        .tuples()
        .first()
    )
    done = _followed(viewer, access.completions_visible_to(viewer), Completion, course)
    people: Any = done.select(peewee.fn.COUNT(Completion.person.distinct()))
    graded = int(passed or 0) + int(failed or 0)
    return Figures(
        begun=int(begun),
        completed=int(people.where(Completion.stands()).scalar() or 0),
        median=_median(theirs.where(is_timed), int(timed or 0)),
        first=int(passed) * 100 // graded if graded else None,
    )


def _followed(viewer: Person, visible: Any, model: Any, course: Document) -> Any:
    rows = visible.where(model.course == course.id)
    sees_all = viewer.is_hr or viewer.is_auditor
    return rows if sees_all else rows.where(model.person != viewer.id)


def _sum(condition: Any) -> Any:
    return peewee.fn.SUM(peewee.Case(None, [(condition, 1)], 0))


def _median(timed: Any, number: int) -> int | None:
    """The middle one, or of two the longer, in whole minutes and at least one."""
    if not number:
        return None
    rows = timed.select(Attempt.seconds).order_by(Attempt.seconds)
    (seconds,) = rows.limit(1).offset(number // 2).tuples().first()
    return max(1, round(seconds / 60))
