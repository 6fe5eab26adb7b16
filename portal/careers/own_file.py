"""One's own data of these pages as a file: what one hopes for and does, for oneself alone."""

from portal.careers import access
from portal.careers.aspirations import Aspiration
from portal.careers.plan_steps import CareerStep
from portal.careers.plans import CareerPlan
from portal.people.models import Person
from portal.people.tables import write_table

COLUMNS = ("what", "track", "rung", "words", "who reads it", "since", "until", "state")
READ = "those I report to, and HR"


def of(viewer: Person) -> bytes:
    """The viewer's aspirations and career plans, open and over."""
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
        for step in CareerStep.of(plan.id):
            until = str(step.due_on or "")
            rows.append(["point", *named, step.title, READ, "", until, step.state])
    return write_table(COLUMNS, rows)


def _day(at: object) -> str:
    return str(at)[:10]
