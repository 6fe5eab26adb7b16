"""Who may choose among those who ask for an opening, read off facts; the permissions ask it, too.

Whoever leads the vacancy, and HR: but nobody who asks or ever asked for the same opening, and not
those in HR whom the person reports to, unless they were told.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from portal import clock
from portal.people.grants import Grant
from portal.people.models import Person

NOBODY_ELSE = (
    "Whoever could answer you is somebody you report to. If they may know, tick that;"
    " otherwise nobody would read it."
)


def may_choose(viewer: Person, interest: Any) -> bool:
    """Read what somebody asks and answer it."""
    opening = interest.opening
    if viewer.id == interest.person_id or opening.has_asked(viewer):
        return False
    if opening.vacancy.manager_id == viewer.id:
        return True
    return viewer.is_hr and (interest.for_line or not viewer.leads(interest.person_id))


def first_of(interest: Any) -> Person | None:
    """Who owes the answer: whoever leads the vacancy, whoever posted it, somebody else in HR."""
    candidates = _candidates(interest.opening)
    return next((person for person in candidates if may_choose(person, interest)), None)


def _candidates(opening: Any) -> Iterator[Person]:
    if (leads := opening.vacancy.manager) and _is_here(leads):
        yield Person.get_by_id(leads.id)
    in_hr = Grant.holders_of("hr", clock.today()).order_by(Person.id)
    rest = [person for person in in_hr if _is_here(person) or not person.is_staff]
    yield from sorted(rest, key=lambda person: person.id != opening.posted_by_id)


def _is_here(person: Person) -> bool:
    return bool(person.is_active and person.is_staff and not person.has_left(person.today()))


def has_gone() -> Any:
    """Whoever has left, as a condition; a day later than the portal's own calendar, so that it is
    over wherever they are."""
    yesterday = clock.today() - timedelta(days=1)
    return (Person.last_day_on < yesterday) | Person.withdrawn_at.is_null(False)
