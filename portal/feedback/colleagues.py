"""Whom one may praise, ask and write to, and how one of them is chosen by typing."""

import re
from typing import Any

from portal.feedback import access
from portal.people import access as people_access
from portal.people.models import Person, fold_email
from portal.text import enumerated, fold

MAX_OFFERED = 150
MAX_NAMED = 5
NOBODY = "Nobody here is called “{}”. Choose a name that is offered."
SEVERAL = "“{}” may be {}. Write one of them in full."
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


class Unclear(ValueError):
    """Nobody is meant, or several may be: a sentence that says what to do."""


def called(viewer: Person, typed: str) -> Person:
    """Who is meant by an address, a name or a part of one, among those; the whole name goes before
    a part of it. Raises Unclear for nobody, and for several, whom it names."""
    words = fold(typed)
    if not words:
        raise Unclear(NOBODY.format(typed[:60]))
    if "@" in typed:
        found = list(of(viewer).where(Person.folded_email == fold_email(typed)))
    else:
        near = list(of(viewer).where(Person.matches(words)).order_by(Person.folded, Person.id))
        found = [one for one in near if words in _names(one)]
        parts = set(words.split())
        found = found or [
            one for one in near if any(parts <= set(name.split()) for name in _names(one))
        ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Unclear(NOBODY.format(typed[:60]))
    named = enumerated(_spelled(found)[:MAX_NAMED], len(found))
    raise Unclear(SEVERAL.format(typed[:60], named))


def _names(person: Person) -> tuple[str, str]:
    return fold(person.name), fold(person.called)


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
