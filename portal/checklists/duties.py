"""What is owed for a step: its own duty, or the duty of another domain that it stands for."""

from typing import TYPE_CHECKING, Any

from portal.assignments.duties import AssignmentKind, Cause, NothingToOpen, Opening
from portal.assignments.models import Assignment, CauseRow
from portal.people.functions import HR, Function
from portal.people.org import Company

if TYPE_CHECKING:
    from portal.checklists.steps import Step

KIND = "step"
CAUSE = "checklist"
# Of a duty of another domain that a step stands for; its `ref` is the step.
OPENED = "step"


def owe(step: "Step", *, by: Any) -> None:
    """Open what is owed: the duty the step stands for, or its own: the owner's, the function's, or
    HR's to find an owner."""
    if step.opens:
        _open_what_it_stands_for(step, step.opens, by)
    else:
        _open_its_own(step, by)


def _open_what_it_stands_for(step: "Step", kind: AssignmentKind, by: Any) -> None:
    opening = Opening(
        cause=Cause(OPENED, step.id),
        about=step.checklist.person,
        due_on=step.due_on,
        by=by,
        minutes=step.minutes,
    )
    assert kind.open is not None
    try:
        duty = kind.open(step.owner, step.opens_slug, opening)
    except NothingToOpen:
        # Retired since the plan was published: somebody is to see to it all the same.
        step.become_plain()
        _open_its_own(step, by)
        return
    if duty is None:
        # What it asks for has been done already, so there is nothing to owe.
        step.complete(by=by)


def _open_its_own(step: "Step", by: Any) -> None:
    function = Function.named(HR) if step.missing else step.function
    Assignment.assign(
        kind=KIND,
        target=step.id,
        title=step.duty_title(),
        cause=Cause(CAUSE, step.checklist_id),
        by=by,
        person=step.owner,
        function=None if step.owner_id else function,
        location=step.checklist.location_id,
        about=step.checklist.person,
        due_on=step.due_on,
        zone=(step.owner.zone if step.owner_id else "") or Company.settings().zone,
        minutes=step.minutes,
        at=step.at,
    )


def opened(step: "Step") -> Any:
    """The duties of other domains that the step stood or stands for, as a query."""
    mine = (CauseRow.kind == OPENED) & (CauseRow.ref == step.id)
    return Assignment.select().join(CauseRow).where(mine).switch(Assignment)


def find(steps: list["Step"]) -> None:
    """Give each step `.duty`: the newest duty it stands for, or None. One query at most."""
    standing = {step.id: step for step in steps if step.opens_kind}
    for step in steps:
        step.duty = None
    if not standing:
        return
    mine = (CauseRow.kind == OPENED) & CauseRow.ref.in_(list(standing))
    rows: Any = Assignment.select(Assignment, CauseRow.ref.alias("step_id")).join(CauseRow)
    for duty in rows.where(mine).order_by(Assignment.id).objects():
        standing[duty.step_id].duty = duty


def let_go(step: "Step", by: Any, outcome: str, reason: str) -> None:
    """What was owed in another domain only because of this step is owed no more."""
    for duty in list(opened(step).where(Assignment.is_open())):
        if duty.causes.count() > 1:
            CauseRow.delete().where(
                CauseRow.assignment == duty, CauseRow.kind == OPENED, CauseRow.ref == step.id
            ).execute()
        elif outcome == "waived" and by is not None:
            duty.waive(reason, by=by)
        else:
            duty.settle(by=by, outcome=outcome, reason=reason)


def owe_again(step: "Step", *, by: Any) -> None:
    """The present owner's duty opens again; those that ended with an earlier owner stay so."""
    if step.opens:
        _owe_opened_again(step, by)
        return
    theirs = Assignment.person == step.owner_id if step.owner_id else Assignment.person.is_null()
    last = (
        step.assignments()
        .where(theirs, Assignment.outcome.in_(["done", "waived"]))
        .order_by(Assignment.id.desc())
        .first()
    )
    if last is None or not last.reopen(by=by):
        _open_its_own(step, by)


def _owe_opened_again(step: "Step", by: Any) -> None:
    waived = opened(step).where(Assignment.person == step.owner_id, Assignment.outcome == "waived")
    last = waived.order_by(Assignment.id.desc()).first()
    if last is not None:
        last.unwaive(by=by)
    elif not opened(step).where(Assignment.is_open()).exists():
        owe(step, by=by)
