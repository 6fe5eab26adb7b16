"""What follows when people move and leave: talks end, private notes go with whoever wrote them."""

from datetime import timedelta
from typing import Any

from portal import clock, db
from portal.assignments.models import Assignment
from portal.oneonones.actions import ACTION, Action
from portal.oneonones.models import DUTY, OneOnOne, Talk
from portal.oneonones.notes import PrivateNote
from portal.oneonones.points import TalkPoint
from portal.people.models import Person
from portal.privacy import midnight
from portal.retention.models import LegalHold

KEPT_DAYS = 3 * 365
BATCH = 50


def end_out_of_line() -> int:
    """End what goes on although another leads now, or one has left; returns how many."""
    today = clock.today()
    return sum(one.end(by=None) for one in OneOnOne.out_of_line(today))


def forget_leavers() -> int:
    """Private notes of whoever can sign in no more go, unless a hold protects all of them."""
    gone = Person.select(Person.id).where(
        Person.access_ends_at < clock.now(), Person.id.not_in(LegalHold.people())
    )
    found: Any = PrivateNote.select(PrivateNote.id).where(db.among(PrivateNote.author, gone))
    ids = [note for (note,) in found.limit(500).tuples()]
    if not ids:
        return 0
    with db.write():
        return int(PrivateNote.delete().where(PrivateNote.id.in_(ids)).execute())


def forget_ended() -> int:
    """What ended three years ago goes, unless a hold protects one of the two."""
    before = midnight(clock.today() - timedelta(days=KEPT_DAYS))
    held = LegalHold.people()
    found: Any = OneOnOne.select(OneOnOne.id).where(
        OneOnOne.ended_at < before, OneOnOne.report.not_in(held), OneOnOne.lead.not_in(held)
    )
    ids = [one for (one,) in found.limit(BATCH).tuples()]
    erase(ids)
    return len(ids)


def erase(ids: list[int], by: Any = None) -> None:
    """Let these go with all that was written in them; their duties keep no word of it."""
    if not ids:
        return
    with db.write():
        talks = Talk.select(Talk.id).where(Talk.one_on_one.in_(ids))
        actions: Any = Action.select(Action.id).where(Action.one_on_one.in_(ids)).tuples()
        targets = [action for (action,) in actions]
        theirs = (Assignment.kind == ACTION) & Assignment.target.in_(targets)
        theirs |= (Assignment.kind == DUTY) & Assignment.target.in_(ids)
        for duty in Assignment.select().where(theirs, Assignment.is_open()):
            duty.settle(by=by, outcome="ended")
        Assignment.update(title="One-on-one").where(theirs).execute()
        Action.delete().where(Action.one_on_one.in_(ids)).execute()
        TalkPoint.delete().where(TalkPoint.one_on_one.in_(ids)).execute()
        PrivateNote.delete().where(db.among(PrivateNote.talk, talks)).execute()
        Talk.delete().where(Talk.one_on_one.in_(ids)).execute()
        OneOnOne.delete().where(OneOnOne.id.in_(ids)).execute()
