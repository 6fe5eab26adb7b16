"""Whom one may praise, ask and write to, and how one of them is chosen by typing."""

import re
from typing import Any

from portal.feedback import access
from portal.people import access as people_access
from portal.people.models import Person
from portal.text import fold

MAX_OFFERED = 150
BETWEEN = re.compile(r"[,;]")
# What stands before the last comma, and what is being typed behind it.
_TYPED = re.compile(r"(?P<before>(?:.*[,;]\s*)?)(?P<last>[^,;]*)", re.DOTALL)


def of(viewer: Person) -> Any:
    """As a query: who is here, and not oneself. Somebody who starts soon belongs to them for
    whoever may know of that."""
    if not access.can_use(viewer):
        return Person.select().where(Person.id.is_null())
    today = viewer.today()
    stays = Person.last_day_on.is_null() | (Person.last_day_on >= today)
    known = people_access.visible_to(viewer)
    return known.where(
        Person.hired_on.is_null(False), Person.withdrawn_at.is_null(), stays, Person.id != viewer.id
    )


def called(viewer: Person, typed: str) -> Person | None:
    """Who is meant by a name or an address, among those; None for nobody, or more than one."""
    found = Person.colleague(typed)
    if found is None:
        return None
    return of(viewer).where(Person.id == found.id).first()  # type: ignore[no-any-return]


def name_of(viewer: Person, person_id: int | None) -> str:
    """How one of them is chosen; empty for nobody the viewer may choose."""
    found = of(viewer).where(Person.id == person_id).first() if person_id else None
    return _spelled([found])[0] if found else ""


def offered(viewer: Person, typed: str = "") -> list[str]:
    """What to choose from while a name is typed; behind a comma the next one, with what stands
    before it, so that one field takes several."""
    parts = _TYPED.fullmatch(typed)
    before, last = (parts["before"], parts["last"].strip()) if parts else ("", "")
    query = of(viewer).where(Person.matches(last)).order_by(Person.folded, Person.id)
    return [before + word for word in _spelled(list(query.limit(MAX_OFFERED)))]


def _spelled(people: list[Person]) -> list[str]:
    """Each by name; by address where two share a name, or a name holds a comma."""
    names = [fold(person.called) for person in people]
    return [
        person.email if names.count(name) > 1 or BETWEEN.search(person.called) else person.called
        for person, name in zip(people, names, strict=True)
    ]
