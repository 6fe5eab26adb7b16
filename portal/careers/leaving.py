"""Whoever has left hopes for nothing here and owes no plan; who got there needs it no more."""

from datetime import timedelta
from typing import Any

from portal import clock, db
from portal.careers import facts, tracks
from portal.careers.aspirations import Aspiration
from portal.careers.plans import LEFT, REACHED, CareerPlan
from portal.people.models import Person


def _gone() -> Any:
    """Ids of whoever has left, as a query."""
    # A day later than the portal's own calendar, so that it is over wherever they are.
    yesterday = clock.today() - timedelta(days=1)
    has_gone = (Person.last_day_on < yesterday) | Person.withdrawn_at.is_null(False)
    return Person.select(Person.id).where(has_gone)


def end_of_leavers() -> int:
    """Forget their aspirations and end their plans; returns how many plans."""
    if Aspiration.select().where(db.among(Aspiration.person, _gone())).exists():
        Aspiration.forget_of(_gone())
    theirs = CareerPlan.select().where(CareerPlan.is_open(), db.among(CareerPlan.person, _gone()))
    return sum(1 for plan in list(theirs) if plan.end(by=None, outcome=LEFT))


def end_of_arrived() -> int:
    """End the plans of whoever stands on the rung they led to; returns how many."""
    plans = list(CareerPlan.whole(CareerPlan.select().where(CareerPlan.is_open())))
    if not plans:
        return 0
    known, held = tracks.all_in_force(), facts.read([plan.person_id for plan in plans]).now
    there = [plan for plan in plans if _is_there(plan, held.get(plan.person_id), known)]
    return sum(1 for plan in there if plan.end(by=None, outcome=REACHED))


def _is_there(plan: CareerPlan, held: tuple[str, str] | None, known: list[tracks.Track]) -> bool:
    rung = tracks.of_position(*held, known) if held else None
    return rung is not None and plan.is_for(rung)
