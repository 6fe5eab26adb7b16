"""What becomes of what was said without names: gathered when its step is over, and gone when the
form says so; and the duties of those who are asked, without a trace of who answered when."""

from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db, queue
from portal.assignments.models import Assignment, Reminder
from portal.people.models import Person
from portal.questionnaires.terms import parse_keep
from portal.reviews.answers import DUTY, LEAST, Nominee, Response
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.steering import REGRET_MINUTES

# Duties that are written in one go.
BATCH = 200


def gather() -> int:
    """What was said in steps that are over, or whose cycle was ended for good; one small write a
    review. Returns how many."""
    ended = Cycle.ended_at < clock.now() - timedelta(minutes=REGRET_MINUTES)
    rows: Any = (
        Nominee.select(Nominee.review, Nominee.phase)
        .join(Phase)
        .join(Cycle)
        .where(Phase.closed_at.is_null(False) | ended, ~Nominee.is_over)
        .distinct()
        .tuples()
    )
    gathered = 0
    for review_id, phase_id in list(rows):
        if queue.must_stop():
            break
        gathered += _gather(review_id, phase_id)
    return gathered


def _gather(review_id: int, phase_id: int) -> bool:
    """All that is readable of one review and step, written anew; the rest goes. A step that never
    came to its end, or whose review is left out by then, is read by nobody."""
    with db.write():
        phase = Phase.select(Phase, Cycle).join(Cycle).where(Phase.id == phase_id).get()
        of_step = (Nominee.review == review_id) & (Nominee.phase == phase)
        waiting = Nominee.select(Nominee.id).where(of_step, ~Nominee.is_over)
        if not waiting.exists() or (phase.closed_at is None and phase.cycle.ended_at is None):
            return False
        answered = Nominee.select().where(of_step, Nominee.has_answered).count()
        is_off = phase.closed_at is None or Review.get_by_id(review_id).skipped_at
        if is_off or answered < LEAST:
            Response.forget(review_id, phase)
        else:
            Response.write_anew(review_id, phase, least=LEAST)
        # One by one and by number, so that where a row stands on the disk says no more than that.
        ids = [row_id for (row_id,) in Nominee.select(Nominee.id).where(of_step).tuples()]
        for row_id in sorted(ids):
            Nominee.update(is_over=True).where(Nominee.id == row_id).execute()
        _level(ids, phase)
    return True


def _level(nominees: list[int], phase: Phase) -> None:
    """Their duties say nothing any more: neither who has answered, nor when, nor until when not."""
    duties = Assignment.select().where(Assignment.kind == DUTY, Assignment.target.in_(nominees))
    Reminder.delete().where(db.among(Reminder.assignment, duties.select(Assignment.id))).execute()
    for duty in duties.order_by(Assignment.id):
        Assignment.update(
            settled_at=phase.opened_at,
            settled_by=None,
            outcome="ended",
            reason="",
            remind_on=None,
            snoozed_until=None,
            moved=0,
        ).where(Assignment.id == duty.id).execute()


# -- reminding ---------------------------------------------------------------------------------


def remind(phase: Phase, *, by: Person) -> bool:
    """Everybody who is asked hears of it in their next daily letter, answered or not: so nobody
    learns from a letter who has. False when the step is not under way."""
    with db.write():
        if not Phase.get_by_id(phase.id).is_under_way:
            return False
        data = {"cycle": phase.cycle_id, "step": phase.name}
        audit.record(by, "reminded", phase, about=phase.cycle.person, data=data)
    today = clock.today()
    later = Assignment.remind_on.is_null() | (Assignment.remind_on > today)
    named: Any = Nominee.select(Nominee.id).where(Nominee.phase == phase).tuples()
    for some in peewee.chunked([row_id for (row_id,) in named], BATCH):
        theirs = (Assignment.kind == DUTY) & Assignment.target.in_(list(some))
        with db.write():
            Assignment.update(remind_on=today).where(theirs, later).execute()
    return True


# -- in time -----------------------------------------------------------------------------------


def erase_past() -> int:
    """What was said to a form that names its own time (“keep:”) goes when that is over, counted
    from the day the step closed; returns of how many steps."""
    gone = 0
    kept: Any = Phase.select().where(
        Phase.closed_at.is_null(False), db.among(Phase.id, Response.select(Response.phase))
    )
    for phase in list(kept):
        typed = phase.form.parsed.get("keep", "")
        if not typed:
            continue
        if parse_keep(typed).after(phase.closed_at.date()) >= clock.today():
            continue
        said: Any = Response.select(Response.review).where(Response.phase == phase).distinct()
        for (review_id,) in list(said.tuples()):
            with db.write():
                Response.forget(review_id, phase)
        gone += 1
    return gone
