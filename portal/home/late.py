"""What is late, one line for each thing: the names behind it have a page of their own."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal.assignments.models import Assignment
from portal.checklists.duties import KIND
from portal.checklists.steps import Step
from portal.people.functions import Function
from portal.people.models import Person


@dataclass(frozen=True)
class Pile:
    """Duties of one kind by one title: the longest overdue of them, and how many there are."""

    first: Assignment
    count: int


def of(me: Person, today: date) -> Any:
    """What is late and not about me, as a query. Steps without an owner have their own section."""
    ownerless = Step.select(Step.id).where(Step.is_open(), Step.missing != "")
    return Assignment.select().where(
        Assignment.is_open(),
        Assignment.is_due(today - timedelta(days=1)),
        Assignment.is_known_to(me),
        (Assignment.kind != KIND) | Assignment.target.not_in(ownerless),
    )


def piles(me: Person, today: date, most: int) -> tuple[list[Pile], int]:
    """The piles whose oldest is late the longest, and how many duties are late in all; one
    query."""
    alike = {"partition_by": [Assignment.kind, Assignment.title]}
    order = [Assignment.due_on, Assignment.id]
    counted = of(me, today).select(
        Assignment.id,
        peewee.fn.COUNT(Assignment.id).over(**alike).alias("alike"),
        peewee.fn.ROW_NUMBER().over(**alike, order_by=order).alias("place"),
        peewee.fn.COUNT(Assignment.id).over().alias("among"),
    )
    rows = (
        Assignment.select(
            Assignment,
            Person,
            Function,
            # As expressions, they are the duty's own attributes.
            (counted.c.alike + 0).alias("alike"),
            (counted.c.among + 0).alias("among"),
        )
        .join(counted, on=(Assignment.id == counted.c.id))
        .switch(Assignment)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Assignment.person == Person.id))
        .switch(Assignment)
        .join(Function, peewee.JOIN.LEFT_OUTER)
        .where(counted.c.place == 1)
        .order_by(*order)
        .limit(most)
    )
    found = list(rows)
    return [Pile(row, row.alike) for row in found], found[0].among if found else 0


def like(me: Person, today: date, duty_id: int) -> tuple[Assignment | None, Any]:
    """A duty that is or was late, and a query of all late ones of its kind and title, with who
    owes them, the longest overdue first."""
    seen = Assignment.select().where(Assignment.is_known_to(me), Assignment.id == duty_id)
    one = seen.first()
    if one is None:
        return None, None
    rows = (
        of(me, today)
        .select(Assignment, Person, Function)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Assignment.person == Person.id))
        .switch(Assignment)
        .join(Function, peewee.JOIN.LEFT_OUTER)
        .where(Assignment.kind == one.kind, Assignment.title == one.title)
        .order_by(Assignment.due_on, Assignment.id)
    )
    return one, rows
