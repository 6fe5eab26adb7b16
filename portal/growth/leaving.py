"""Whoever has left mentors nobody, waits for nothing and owes no plan."""

from typing import Any

from portal import clock, db
from portal.growth.mentoring import WITHDRAWN, Mentor, Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.stretches import Stretch, StretchSeat
from portal.people.models import Person


def end_of_leavers() -> int:
    """End what is open of them, by the portal itself; returns how much."""
    gone = Person.select(Person.id).where(Person.last_day_on < clock.today())
    return sum(
        1
        for rows, verb in (
            (_of(Mentor, Mentor.stands(), gone, Mentor.person), lambda one: one.end(by=None)),
            (
                _of(Mentorship, Mentorship.is_open(), gone, Mentorship.person, Mentorship.mentor),
                _end_mentorship,
            ),
            (
                _of(StretchSeat, StretchSeat.is_open(), gone, StretchSeat.person),
                lambda one: one.end(WITHDRAWN, by=None),
            ),
            (
                _of(Stretch, Stretch.closed_at.is_null(), gone, Stretch.posted_by),
                lambda one: one.close(by=None),
            ),
            (
                _of(DevelopmentPlan, DevelopmentPlan.is_open(), gone, DevelopmentPlan.person),
                lambda one: one.end(by=None) or one.withdraw(by=None),
            ),
        )
        for row in rows
        if verb(row)
    )


def _of(model: Any, is_open: Any, gone: Any, *people: Any) -> list[Any]:
    theirs = db.among(people[0], gone)
    for person in people[1:]:
        theirs |= db.among(person, gone)
    return list(model.select().where(is_open, theirs).order_by(model.id))


def _end_mentorship(one: Mentorship) -> bool:
    return one.end(by=None) or one.withdraw(by=None)
