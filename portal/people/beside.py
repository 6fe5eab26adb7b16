"""What stands beside a person's position, read in one query: leave and dotted lines."""

from datetime import date
from typing import Any

import peewee

from portal.people.dotted import DottedLine
from portal.people.leave import Leave
from portal.people.models import Person
from portal.prepared import Prepared, blank

LEAVE, DOTTED = 1, 2


def beside(person: Person, on: date) -> tuple[list[Leave], list[DottedLine]]:
    """Every leave of a person, the latest first, and the dotted lines that hold then or later."""
    leaves, dotted = [], []
    for what, id_, starts_on, ends_on, said, note, returned_on, other, preferred in _beside(
        person=person.id, on=on
    ):
        if what == LEAVE:
            leave = Leave(id=id_, kind=said, starts_on=starts_on, ends_on=ends_on, note=note)
            leave.person, leave.returned_on = person, returned_on
            leaves.append(leave)
        else:
            line = DottedLine(id=id_, purpose=said, starts_on=starts_on, ends_on=ends_on)
            line.lead = Person(id=other, name=note, preferred_name=preferred)
            dotted.append(line)
    return sorted(leaves, key=lambda leave: leave.starts_on, reverse=True), dotted


def _build() -> Any:
    leaves = Leave.select(
        peewee.Value(LEAVE), Leave.id, Leave.starts_on, Leave.ends_on, Leave.kind, Leave.note,
        # The last two only have the type of what stands there in the other half.
        Leave.returned_on, Leave.person, Leave.note,
    ).where(Leave.person == blank("person"), Leave.counts())  # fmt: skip
    lasts = DottedLine.ends_on.is_null() | (DottedLine.ends_on >= blank("on"))
    dotted = (
        DottedLine.select(
            peewee.Value(DOTTED), DottedLine.id, DottedLine.starts_on, DottedLine.ends_on,
            DottedLine.purpose, Person.name, DottedLine.ends_on, DottedLine.lead,
            Person.preferred_name,
        )
        .join(Person, on=(DottedLine.lead == Person.id))
        .where(DottedLine.person == blank("person"), lasts)
    )  # fmt: skip
    return leaves.union_all(dotted).order_by(peewee.SQL("3")).tuples()


_beside = Prepared(_build)
