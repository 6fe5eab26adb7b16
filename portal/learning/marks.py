"""What stands between somebody and every course at once: one query for a list of any length."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from portal.assignments.models import Assignment
from portal.compliance.models import Coverage, Requirement
from portal.learning.models import KIND, Attempt, Completion
from portal.people.models import Person


@dataclass
class Mark:
    """What there is between somebody and a course, as far as a list says it."""

    done_on: date | None = None
    expires_on: date | None = None
    is_begun: bool = False
    is_owed: bool = False
    due_on: date | None = None
    is_required: bool = False


def marks_of(person: Person) -> dict[int, Mark]:
    """By course what the person has completed, begun, owes, and is required to take: one query."""
    nothing = peewee.Value(None).cast("date")
    done: Any = Completion.select(
        Completion.course, peewee.Value("done"), Completion.done_on, Completion.expires_on
    ).where(Completion.person == person.id, Completion.stands())
    begun = Attempt.select(Attempt.course, peewee.Value("begun"), nothing, nothing)
    owed = Assignment.select(
        Assignment.target, peewee.Value("owed"), Assignment.due_on, nothing
    ).where(Assignment.is_open(), Assignment.kind == KIND, Assignment.person == person.id)
    required = (
        Coverage.select(Requirement.target, peewee.Value("required"), nothing, nothing)
        .join(Requirement)
        .where(Requirement.kind == KIND, Coverage.person == person.id)
        .where(Coverage.is_known(), Coverage.is_ahead(person.today()))
    )
    rows = done.union_all(begun.where(Attempt.person == person.id, Attempt.is_open()))
    rows = rows.union_all(owed).union_all(required)
    found: dict[int, Mark] = {}
    for course, what, on, until in rows.tuples():
        _put(found.setdefault(course, Mark()), what, on, until)
    return found


def _put(mark: Mark, what: str, on: date | None, until: date | None) -> None:
    if what == "done":
        if on and on >= (mark.done_on or on):
            mark.done_on, mark.expires_on = on, until
    elif what == "begun":
        mark.is_begun = True
    elif what == "owed":
        mark.is_owed, mark.due_on = True, on
    else:
        mark.is_required = True
