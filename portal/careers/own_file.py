"""One's own data of these pages as a file: what one hopes for, does, asked for and became, for
oneself alone."""

from typing import Any

from portal.careers import access, move_access, opening_access
from portal.careers.aspirations import Aspiration
from portal.careers.interests import Interest
from portal.careers.models import Move
from portal.careers.plan_steps import CareerStep
from portal.careers.plans import CareerPlan
from portal.people.models import Person
from portal.people.tables import write_table

COLUMNS = ("what", "track", "rung", "words", "who reads it", "since", "until", "state")
READ = "those I report to, and HR"


def of(viewer: Person) -> bytes:
    """The viewer's aspirations and career plans, open and over; what they asked for, and the moves
    about them that were agreed to."""
    rows = [
        ["aspiration", one.document.title, one.rung, one.note, one.shared, _day(one.set_at), "", ""]
        for one in Aspiration.whole(access.aspirations_of(viewer))
    ]
    plans = CareerPlan.whole(CareerPlan.select().where(CareerPlan.person == viewer.id))
    for plan in plans.order_by(CareerPlan.id):
        ended = _day(plan.ended_at) if plan.ended_at else ""
        named = [plan.document.title, plan.rung]
        state = plan.outcome or "under way"
        rows.append(["plan", *named, "", READ, _day(plan.made_at), ended, state])
        # What was left out is kept for them alone, so it is theirs to have.
        for step in CareerStep.whole(CareerStep.select().where(CareerStep.plan == plan.id)):
            until = str(step.due_on or "")
            reads, state = ("nobody", "left out") if step.left_out_at else (READ, step.state)
            rows.append(["point", *named, step.title, reads, "", until, state])
    return write_table(COLUMNS, rows + _asked(viewer) + _moves(viewer))


def _asked(viewer: Person) -> list[list[Any]]:
    asked = Interest.whole(opening_access.own_interests(viewer))
    return [
        ["opening", "", one.opening.role, one.wish, "whoever leads it, and HR",
         _day(one.asked_at), _day(one.answered_at) if one.outcome else "", one.said or one.state]
        for one in asked
    ]  # fmt: skip


def _moves(viewer: Person) -> list[list[Any]]:
    """Those the person reads; why, they ask whoever decided it."""
    mine = Move.whole(move_access.visible_to(viewer).where(Move.person == viewer.id))
    return [
        [one.sort, "", " ".join(word for word in (one.role, one.level) if word), "", READ,
         str(one.starts_on), str(one.ends_on or ""), one.state]
        for one in mine.order_by(Move.starts_on)
    ]  # fmt: skip


def _day(at: object) -> str:
    return str(at)[:10]
