"""A plan as something that is required: it is started when its turn opens, and done at its end."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import peewee

from portal import clock
from portal.assignments.duties import NothingToOpen, Opening
from portal.checklists import finishes
from portal.checklists.finishes import Finish
from portal.checklists.models import AlreadyRuns, Checklist
from portal.checklists.planning import published_plans
from portal.checklists.steps import Step
from portal.compliance.needs import Fact, Moment
from portal.documents.models import Document, Revision
from portal.people.models import Person

AT_ONCE = 200


def targets() -> list[tuple[int, str]]:
    """The plans in force, by name."""
    plans = sorted(published_plans(), key=lambda plan: (plan.folded, plan.id))
    return [(plan.id, plan.title) for plan in plans]


def title_of(plan_id: int) -> str:
    return str(Document.get_by_id(plan_id).title)


def url_of(plan_id: int) -> str:
    return str(Document.get_by_id(plan_id).url)


def since(plan_id: int, moment: Moment) -> date | None:
    """The day the plan was first published; a newer text does not undo what was finished.

    Revisions alone are read: that a plan was retired may be undone, and the past must not change.
    """
    mine = (Revision.document == plan_id) & (Revision.published_at <= moment.latest)
    first = Revision.select(Revision.published_at).where(mine).order_by(Revision.number).first()
    return first.published_at.date() if first else None


def facts(plan_id: int, people: Collection[int] | None, moment: Moment) -> dict[int, Fact]:
    """The newest finished list of the plan for each of these people, or of everyone."""
    rows = Finish.select().where(
        Finish.plan == plan_id, Finish.is_known(moment.known_at), Finish.finished_on <= moment.on
    )
    if people is not None:
        rows = rows.where(Finish.person.in_(list(people)))
    return {
        row.person_id: Fact(row.finished_on, f"finish:{row.id}", row.record)
        for row in rows.order_by(Finish.finished_on, Finish.id)
    }


def open_for(person: Person, plan_id: int, opening: Opening) -> None:
    """Start the plan for them around today; not twice while one runs.

    What is owed are its steps, so there is no duty besides. Raises NothingToOpen where the plan
    is not in force.
    """
    plan = Document.get_or_none(Document.id == plan_id)
    if plan is None or plan.retired_at is not None or plan.current is None:
        raise NothingToOpen
    try:
        Checklist.start(plan.current, person, person.today(), by=opening.by)
    except AlreadyRuns:
        return


def record_earlier() -> int:
    """Lists that were finished before finishes were written down get theirs; returns how many.

    Safe to run again and again: a list that has its finish is left alone.
    """
    one = peewee.SQL("1")
    mine = Step.checklist == Checklist.id
    has_steps = peewee.fn.EXISTS(Step.select(one).where(mine))
    known = Finish.select(one).where(Finish.checklist == Checklist.id, Finish.is_known())
    behind = (
        Checklist.select()
        .where(Checklist.stopped_at.is_null(), has_steps, ~Checklist.is_running())
        .where(~peewee.fn.EXISTS(known))
        .order_by(Checklist.id)
        .limit(AT_ONCE)
    )
    found = list(behind)
    for checklist in found:
        finishes.follow(checklist, Step, by=None, finished_on=_last_settled(checklist))
    return len(found)


def _last_settled(checklist: Checklist) -> date:
    """The day on which the last step was done or skipped, where the person is."""
    settled: Any = peewee.fn.COALESCE(Step.completed_at, Step.skipped_at)
    last = Step.select().where(Step.checklist == checklist).order_by(settled.desc()).get()
    at: datetime = last.completed_at or last.skipped_at
    return at.astimezone(clock.zone_of(checklist.person.zone or "UTC")).date()
