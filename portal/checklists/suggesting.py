"""Which colleagues to suggest where an address is typed: some in the page, more on typing."""

from dataclasses import dataclass

import peewee

from portal.people import access as people_access
from portal.people.models import Person, Position

# A page stays light at ten thousand people; whoever is not among these is found by typing.
MAX_SUGGESTED = 150


@dataclass(frozen=True)
class Colleagues:
    """Who is suggested, and whether there are more than are listed."""

    people: list[Person]
    has_more: bool


def colleagues(viewer: Person, words: str = "") -> Colleagues:
    """Whom the viewer may know of and who has not left, those with a team first: one query."""
    today = viewer.today()
    leads = Position.select(Position.manager).where(
        Position.manager.is_null(False), Position.is_held(today)
    )
    leads_first = peewee.Case(None, [(Person.id.in_(leads), 0)], 1)
    stays = Person.last_day_on.is_null() | (Person.last_day_on >= today)
    found = (
        people_access.visible_to(viewer)
        .where(Person.hired_on.is_null(False), stays, Person.matches(words))
        .order_by(leads_first, Person.folded, Person.id)
        .limit(MAX_SUGGESTED + 1)
    )
    people = list(found)
    return Colleagues(people[:MAX_SUGGESTED], len(people) > MAX_SUGGESTED)
