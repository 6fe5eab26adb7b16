"""Who rests today: the digest does not follow anybody into a weekend or a holiday."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import peewee

from portal.people.models import Position
from portal.people.org import PLAIN_WEEK, Holiday, Location


def at_rest(people: Iterable[int], today: date) -> set[int]:
    """Those among the persons' ids at whose place nobody works that day.

    Who has no place works from Monday to Friday.
    """
    ids = sorted(people)
    if not ids:
        return set()
    working = _working_places(today)
    place_of: dict[int, int | None] = {}
    for batch in peewee.chunked(ids, 1_000):
        held: Any = Position.select(Position.person, Position.location).where(
            Position.person.in_(batch), Position.is_held(today)
        )
        place_of.update(held.tuples())
    plain = PLAIN_WEEK.is_working(today)
    return {person for person in ids if not working.get(place_of.get(person), plain)}


def _working_places(today: date) -> dict[int | None, bool]:
    free: Any = Holiday.select(Holiday.location).where(Holiday.on == today).tuples()
    kept = {place for (place,) in free}
    places: Any = Location.select()
    return {
        place.id: str(today.weekday()) in place.weekdays and place.id not in kept
        for place in places
    }
