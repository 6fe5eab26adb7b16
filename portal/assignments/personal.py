"""Duties: whom they name, and what of it goes when somebody is erased."""

from typing import Any

from portal import db
from portal.assignments.models import Assignment, Reminder, kinds
from portal.people.models import Person
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted

EVER = "as long as the portal"


def _is_of_shared() -> Any:
    """Reminders of what others may know of."""
    shared = Assignment.select(Assignment.id).where(Assignment.is_shared())
    return db.among(Reminder.assignment, shared)


COLUMNS = [
    Column("assignment.person", "Who owes it", EVER, PSEUDONYMISE, Assignment.is_shared),
    Column("assignment.about", "Whom it concerns", EVER, PSEUDONYMISE, Assignment.is_shared),
    *acted("assignment", "settled_by", shown=Assignment.is_shared),
    Column("reminder.person", "Who was reminded of it", EVER, PSEUDONYMISE, _is_of_shared),
    Column("nudge.person", "Who was asked for it", EVER, PSEUDONYMISE),
    *acted("nudge", "by", purpose="Who asked for it"),
]


def _goes(person_id: int) -> Any:
    """Duties that name them in their title or say why of them, and whatever is still open."""
    person = Person.get_or_none(Person.id == person_id)
    if person is None:
        return Assignment.id.is_null()
    theirs = (Assignment.person == person_id) | (Assignment.about == person_id)
    named = Assignment.title.contains(person.name) | Assignment.title.contains(person.called)
    return theirs & (named | (Assignment.reason != "") | Assignment.is_open())


def _blank(ids: list[int], by: Any) -> None:
    with db.write():
        for duty in Assignment.select().where(Assignment.id.in_(ids)):
            duty.settle(by=by, outcome="ended")
            kind = kinds.get(duty.kind)
            values = {Assignment.title: kind.title if kind else "Duty", Assignment.reason: ""}
            Assignment.update(values).where(Assignment.id == duty.id).execute()


RECORDS = [
    RecordClass(
        name="duties",
        title="Duties",
        holds="What somebody owes or owed. Titles that name them and reasons go, the days stay;"
        " what is still open ends.",
        model=Assignment,
        people=(Assignment.person, Assignment.about),
        goes=_goes,
        erase=_blank,
        shown=Assignment.is_shared,
        batch=20,
    ),
]
