"""Whoever has left mentors nobody, waits for nothing and owes no plan."""

from datetime import timedelta
from typing import Any

from portal import clock, db
from portal.growth.mentoring import Mentor
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.seats import StretchSeat
from portal.growth.stretches import Stretch
from portal.people.models import Person


def end_of_leavers() -> int:
    """End what is open of them, by the portal itself; returns how much. What somebody did for a
    task of theirs is confirmed by HR."""
    # A day later than the portal's own calendar, so that it is over wherever they are.
    yesterday = clock.today() - timedelta(days=1)
    has_gone = (Person.last_day_on < yesterday) | Person.withdrawn_at.is_null(False)
    gone = Person.select(Person.id).where(has_gone)
    ended = sum(
        1
        for rows, verb in (
            (_of(Mentor, Mentor.stands(), gone, Mentor.person), _end),
            (
                _of(Mentorship, Mentorship.is_open(), gone, Mentorship.person, Mentorship.mentor),
                _end_or_withdraw,
            ),
            (_of(StretchSeat, StretchSeat.is_open(), gone, StretchSeat.person), _withdraw),
            (_of(Stretch, Stretch.closed_at.is_null(), gone, Stretch.posted_by), _close),
            (
                _of(DevelopmentPlan, DevelopmentPlan.is_open(), gone, DevelopmentPlan.person),
                _end_or_withdraw,
            ),
        )
        for row in rows
        if verb(row)
    )
    theirs = Stretch.select(Stretch.id).where(db.among(Stretch.posted_by, gone))
    said_done = StretchSeat.is_said_done() & db.among(StretchSeat.stretch, theirs)
    for seat in list(StretchSeat.whole(StretchSeat.select().where(said_done))):
        seat.ask_to_confirm(by=None)
    return ended


def _of(model: Any, is_open: Any, gone: Any, *people: Any) -> list[Any]:
    theirs = db.among(people[0], gone)
    for person in people[1:]:
        theirs |= db.among(person, gone)
    return list(model.select().where(is_open, theirs).order_by(model.id))


def _end(one: Any) -> bool:
    return bool(one.end(by=None))


def _withdraw(one: Any) -> bool:
    return bool(one.withdraw(by=None))


def _end_or_withdraw(one: Any) -> bool:
    return _end(one) or _withdraw(one)


def _close(one: Stretch) -> bool:
    return one.close(by=None)
