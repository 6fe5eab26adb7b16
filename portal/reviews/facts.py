"""What a review begins with by itself: a first day, the end of a probation, another role."""

from datetime import date
from typing import Any

import peewee

from portal.checklists import happenings
from portal.checklists.happenings import MAX_FOUND, Happening
from portal.people.leaving import Stint
from portal.people.models import Person
from portal.people.positions import Position


def between(event: str, first: date, last: date) -> list[Happening]:
    """What of this event falls on these days, both included, in order of the day."""
    found = _OWN[event](first, last) if event in _OWN else happenings.between(event, first, last)
    return sorted(found, key=lambda one: (one.on, one.person.id))


def _probations(first: date, last: date) -> list[Happening]:
    """Probations that end on these days and are not passed yet."""
    earlier = Stint.select(peewee.fn.COUNT(Stint.id)).where(Stint.person == Person.id)
    here = Person.hired_on.is_null(False) & Person.withdrawn_at.is_null()
    ends = Person.probation_ends_on.between(first, last) & Person.probation_passed_on.is_null()
    rows: Any = Person.select(Person, earlier.alias("earlier")).where(here, ends)
    return [
        Happening(one, f"probation:{one.earlier}", one.probation_ends_on)
        for one in rows.order_by(Person.id).limit(MAX_FOUND)
    ]


def _roles(first: date, last: date) -> list[Happening]:
    """Positions that begin on these days with another role than the one held just before."""
    began = Position.select(Position.person).where(
        Position.is_known(), Position.starts_on.between(first, last), ~Position.is_hire
    )
    rows = (
        Position.select(Position, Person)
        .join(Person, on=(Position.person == Person.id))
        .where(Position.is_known(), Position.person.in_(began), Person.withdrawn_at.is_null())
        .order_by(Position.person, Position.starts_on, Position.id)
    )
    found, times, before = [], 0, None
    for row in rows:
        if before is None or before.person_id != row.person_id:
            times = 0
        elif not row.is_hire and row.role != before.role:
            times += 1
            if first <= row.starts_on <= last:
                found.append(Happening(row.person, f"role:{times}", row.starts_on))
        before = row
    return found[:MAX_FOUND]


_OWN = {"probation": _probations, "role": _roles}
