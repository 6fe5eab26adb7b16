"""Holding a talk: it closes, the next one opens by the rhythm; and taking that back."""

from datetime import date

from portal import audit, clock, db
from portal.assignments.models import Assignment
from portal.oneonones import planning
from portal.oneonones.actions import Action
from portal.oneonones.models import DUTY, OneOnOne, Talk
from portal.oneonones.notes import PrivateNote
from portal.oneonones.points import TalkPoint
from portal.people.models import Person


def hold(one_on_one: OneOnOne, on: date, *, by: Person, number: int) -> Talk | None:
    """They met. The next day follows the rhythm; what is not ticked off stands on the next agenda.
    None when talk `number` was held already: the other one was faster.
    """
    with db.write():
        talk = one_on_one.coming()
        if talk.number != number:
            return None
        Talk.update(held_on=on, held_at=clock.now()).where(Talk.id == talk.id).execute()
        talk.held_on = on
        Assignment.settle_all(DUTY, one_on_one.id, by=by)
        anchor = one_on_one.anchor_on or on
        day = planning.next_day(one_on_one, anchor, on)
        Talk.create(one_on_one=one_on_one, number=talk.number + 1, planned_on=day)
        data = {"held_on": on, "next_on": day}
        audit.record(by, "held", one_on_one, about=one_on_one.report, data=data)
        one_on_one.ask(by=by)
    return talk


def take_back(talk: Talk, *, by: Person) -> bool:
    """They did not meet after all: the talk is the next one again, with whatever was written since.
    False unless it is the last one that was held.
    """
    with db.write():
        one_on_one = talk.one_on_one
        later = one_on_one.coming()
        if later.number != talk.number + 1 or talk.held_on is None:
            return False
        Assignment.settle_all(DUTY, one_on_one.id, by=by, outcome="ended")
        TalkPoint.update(talk=talk).where(TalkPoint.talk == later).execute()
        TalkPoint.update(done_in=talk).where(TalkPoint.done_in == later).execute()
        Action.update(talk=talk).where(Action.talk == later).execute()
        PrivateNote.join_into(talk, later)
        notes = "\n\n".join(each for each in (Talk.get_by_id(talk.id).notes, later.notes) if each)
        later.delete_instance()
        again = {Talk.held_on: None, Talk.held_at: None, Talk.notes: notes}
        Talk.update({**again, Talk.version: Talk.version + 1}).where(Talk.id == talk.id).execute()
        audit.record(by, "taken_back", one_on_one, about=one_on_one.report)
        if duty := _duty_of(talk):
            duty.reopen(by=by)
        one_on_one.ask(by=by)
    return True


def _duty_of(talk: Talk) -> Assignment | None:
    """The duty that holding it had settled."""
    mine = (Assignment.kind == DUTY) & (Assignment.target == talk.one_on_one_id)
    mine &= (Assignment.period == str(talk.number)) & (Assignment.outcome == "done")
    return Assignment.select().where(mine).order_by(Assignment.id.desc()).first()  # type: ignore[no-any-return]
