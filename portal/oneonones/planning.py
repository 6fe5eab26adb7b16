"""On which day the two talk next: agreed on, moved, skipped, put back, or put off by a leave."""

from datetime import date

from portal import audit, clock, db
from portal.oneonones import rhythm
from portal.oneonones.models import OneOnOne
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.org import PLAIN_WEEK
from portal.people.positions import Position


def next_day(one_on_one: OneOnOne, anchor: date, after: date) -> date | None:
    """The next day of their rhythm on which both work, once they met (or did not) on `after`."""
    return rhythm.next_day(anchor, one_on_one.weeks, after, _is_free(one_on_one))


def _is_free(one_on_one: OneOnOne) -> rhythm.IsFree:
    """Tells the days on which one of the two is off: by the calendars of where they are, and by a
    leave that has begun. Of one that is still to come the other might not know."""
    today = clock.today()
    away = Leave.now(today)
    calendars, back_after = [], []
    for person_id in (one_on_one.report_id, one_on_one.lead_id):
        held = Position.of(person_id, today)
        place = held.location if held else None
        calendars.append(place.calendar() if place else PLAIN_WEEK)
        if person_id in away:
            back_after.append(away[person_id][0] or date.max)
    return lambda day: (
        any(day <= last for last in back_after)
        or not all(each.is_working(day) for each in calendars)
    )


# -- verbs -------------------------------------------------------------------------------------


def change_rhythm(one_on_one: OneOnOne, weeks: int, next_on: date | None, *, by: Person) -> None:
    """How often from now on, and when next: the rhythm counts from that day."""
    with db.write():
        one_on_one.agree(weeks, next_on)
        one_on_one.coming().plan(next_on)
        data = {"weeks": weeks, "next_on": next_on}
        audit.record(by, "rhythm_changed", one_on_one, about=one_on_one.report, data=data)
        one_on_one.ask(by=by)


def move(one_on_one: OneOnOne, day: date, *, by: Person) -> None:
    """The next talk is on another day; the rhythm stays what it is. A day they choose while one of
    them is away is meant so."""
    with db.write():
        away = Leave.now(clock.today())
        despite_leave = one_on_one.report_id in away or one_on_one.lead_id in away
        one_on_one.coming().plan(day, despite_leave=despite_leave)
        if one_on_one.anchor_on is None:
            one_on_one.agree(one_on_one.weeks, day)
        audit.record(by, "moved", one_on_one, about=one_on_one.report, data={"next_on": day})
        one_on_one.ask(by=by)


def skip(one_on_one: OneOnOne, planned_on: date | None, *, by: Person) -> bool:
    """Not the talk of that day: the next one is where the rhythm has it, or nowhere without one.
    False where it is on another day by now: the other one was faster."""
    with db.write():
        talk = one_on_one.coming()
        if talk.planned_on != planned_on:
            return False
        after = max(planned_on or clock.today(), clock.today())
        day = next_day(one_on_one, one_on_one.anchor_on or after, after)
        talk.plan(day)
        audit.record(by, "skipped", one_on_one, about=one_on_one.report, data={"next_on": day})
        one_on_one.ask(by=by)
    one_on_one.next = talk
    return True


def put_back(one_on_one: OneOnOne, *, by: Person) -> bool:
    """The next talk is on the day it was before it was moved or skipped. False without one."""
    with db.write():
        talk = one_on_one.coming()
        if not talk.was_moved:
            return False
        talk.plan(talk.was_on, is_undone=True)
        audit.record(by, "put_back", one_on_one, about=one_on_one.report)
        one_on_one.ask(by=by)
    return True


def follow_leaves() -> int:
    """Nobody is asked to talk with somebody who is away: such a talk goes to the first day on which
    both are back, and waits without a day where nobody knows when that is. Returns how many."""
    today = clock.today()
    away = Leave.now(today)
    moved = 0
    for one_on_one in OneOnOne.whole(OneOnOne.select(), today).where(OneOnOne.is_open()):
        ends = [
            away[each][0] for each in (one_on_one.report_id, one_on_one.lead_id) if each in away
        ]
        day = one_on_one.next.planned_on
        if one_on_one.next.despite_leave:
            continue
        if day is not None and any(last is None or day <= last for last in ends):
            moved += _plan_anew(one_on_one, None if None in ends else today)
        elif day is None and one_on_one.weeks and not ends:
            moved += _plan_anew(one_on_one, today)
    return moved


def _plan_anew(one_on_one: OneOnOne, after: date | None) -> bool:
    """By the rhythm after that day; without one, nowhere for now."""
    with db.write():
        talk = one_on_one.coming()
        day = next_day(one_on_one, one_on_one.anchor_on or after, after) if after else None
        if day == talk.planned_on:
            return False
        talk.plan(day)
        audit.record(None, "moved", one_on_one, about=one_on_one.report, data={"next_on": day})
        one_on_one.ask(by=None)
    return True
