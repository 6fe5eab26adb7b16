"""What improvement plans do by the clock: both are asked how it goes, whoever leads decides in the
end, and whatever is owed follows who leads whom."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock, db, queue
from portal.assignments.models import Assignment
from portal.people.models import Person
from portal.people.org import Company
from portal.people.positions import Position
from portal.reviews.improvement import AHEAD_DAYS, CHECK, DECIDE, Improvement, ImprovementCheck
from portal.reviews.improvement_said import ImprovementWord
from portal.reviews.models import Review


def follow() -> int:
    """All that is due, in small writes; returns how much changed."""
    on = clock.today(Company.settings().zone)
    running = _running(on)
    changed = close_of_leavers(running, on)
    changed += follow_leads(running)
    changed += ask_how_it_goes(running, on)
    return changed + ask_to_decide(running, on)


def _running(on: date) -> dict[int, Any]:
    """By id the plans that go on, each with `leads_now`."""
    lead = Person.alias()
    leads_now = (
        Position.select(Position.manager)
        .join(lead, on=(Position.manager == lead.id))
        .where(Position.person == Review.person, Position.is_held(on))
        .where(lead.last_day_on.is_null() | (lead.last_day_on >= on))
    )
    rows: Any = Improvement.whole(Improvement.select())
    rows = rows.select_extend(leads_now.alias("leads_now"), Person.last_day_on)
    return {plan.id: plan for plan in rows.where(Improvement.is_running())}


def close_of_leavers(running: dict[int, Any], on: date) -> int:
    """Whoever has left has nothing to reach any more."""
    gone = [plan for plan in running.values() if plan.review.person.has_left(on)]
    for plan in gone:
        with db.write():
            this = (Improvement.id == plan.id) & Improvement.closed_at.is_null()
            if Improvement.update(closed_at=clock.now()).where(this).execute():
                plan.said(None, "ended")
        del running[plan.id]
    return len(gone)


def follow_leads(running: dict[int, Any]) -> int:
    """What whoever led them owed goes to whoever leads them now; what is owed for a plan that is
    over ends. Returns how much changed."""
    changed = 0
    for duty, plan_id in _owed():
        if queue.must_stop():
            return changed
        plan = running.get(plan_id)
        if plan is not None and duty.person_id in (plan.review.person_id, plan.leads_now):
            continue
        with db.write():
            if plan is None or plan.leads_now is None:
                duty.settle(by=None, outcome="ended")
            else:
                duty.hand_to(Person.get_by_id(plan.leads_now), by=None)
        changed += 1
    return changed


def _owed() -> list[tuple[Assignment, int]]:
    """What is still owed of check-ins and decisions, each with the id of its plan."""
    check = Assignment.kind == CHECK
    plan = peewee.Case(None, [(check, ImprovementCheck.plan)], Assignment.target)
    rows: Any = (
        Assignment.select(Assignment, plan.alias("plan_id"))
        .join(
            ImprovementCheck,
            peewee.JOIN.LEFT_OUTER,
            on=(check & (ImprovementCheck.id == Assignment.target)),
        )
        .where(Assignment.kind.in_((CHECK, DECIDE)), Assignment.is_open())
    )
    return [(duty, int(duty.plan_id)) for duty in rows.objects()]


def ask_how_it_goes(running: dict[int, Any], on: date) -> int:
    """Both sides, some days before; returns how many check-ins were asked."""
    rows = ImprovementCheck.select().where(
        ImprovementCheck.asked_at.is_null(),
        ImprovementCheck.due_on <= on + timedelta(days=AHEAD_DAYS),
        ImprovementCheck.plan.in_(list(running) or [0]),
    )
    asked = 0
    for check in rows.order_by(ImprovementCheck.due_on, ImprovementCheck.id):
        if queue.must_stop():
            break
        check.plan = running[check.plan_id]
        with db.write():
            asked += check.ask(_lead(check.plan), ImprovementWord.authors_at(check))
    return asked


def ask_to_decide(running: dict[int, Any], on: date) -> int:
    """Whoever leads them, some days before the end; returns how many were asked."""
    owed = Assignment.select(Assignment.target).where(
        Assignment.kind == DECIDE, Assignment.is_open()
    )
    known = {target for (target,) in owed.tuples()}
    asked = 0
    for plan in running.values():
        is_near = plan.ends_on <= on + timedelta(days=AHEAD_DAYS)
        lead = _lead(plan) if is_near and plan.id not in known else None
        if lead is not None and not queue.must_stop():
            with db.write():
                plan.ask_to_decide(lead)
            asked += 1
    return asked


def _lead(plan: Any) -> Person | None:
    return Person.get_by_id(plan.leads_now) if plan.leads_now else None
