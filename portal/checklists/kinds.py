"""The plan as a kind of document, and the step as a kind of duty."""

import re
from typing import Any

from portal.assignments.duties import AssignmentKind, CauseKind
from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.checklists import access
from portal.checklists.duties import KIND, OPENED
from portal.checklists.parser import STEP_TEMPLATE, Known, parse
from portal.checklists.steps import Step
from portal.documents.models import DocumentKind, Parsed
from portal.documents.parser import Source
from portal.people.functions import Function
from portal.people.models import Person

PLAN_TEMPLATE = """---
kind: checklist
title: Onboarding
transition: onboarding
audience: everyone
success: First piece of real work finished
---
## Before day one
- [ ] Order laptop @it due:start-10 minutes:10
- [ ] Send the welcome message @manager due:start-5 minutes:10

## First day
- [ ] Welcome and tour of the office @buddy due:start minutes:45
"""


MAX_ADDRESSES = 2_000
_ADDRESS = re.compile(r"@([\w.+-]+@[\w.-]+)")


def known(body: str) -> Known:
    """What a plan may name: the functions, the people, the duties other domains offer.

    The addresses in the plan's body are looked up together, not line by line.
    """
    slugs = frozenset(slug for (slug,) in Function.select(Function.slug).tuples())
    named = {address.rstrip(".").lower() for address in _ADDRESS.findall(body)}
    found: Any = Person.select().where(Person.folded_email.in_(sorted(named)[:MAX_ADDRESSES]))
    people = {person.folded_email for person in found if person.is_active} if named else set()
    return Known(
        functions=slugs,
        has_person=lambda email: email in people,
        opens={kind.name: kind.has for kind in assignment_kinds.values() if kind.has},
    )


def parse_plan(source: Source) -> Parsed:
    plan = parse(source, known(source.body))
    return Parsed(plan.structure, plan.problems)


def _url(assignment: Assignment) -> str:
    return f"/checklists/steps/{assignment.target}"


def _act(assignment: Assignment) -> str:
    return f"/checklists/steps/{assignment.target}/completion"


DOCUMENTS = [
    DocumentKind(
        name="checklist",
        title="Checklist plan",
        plural="Checklist plans",
        parse=parse_plan,
        preview="checklists/_plan.html",
        template=PLAN_TEMPLATE,
        icon="list-checks",
        inserts={"Step": STEP_TEMPLATE, "Phase": "\n## A phase\n"},
    )
]


def _step(assignment: Assignment) -> Step:
    return Step.get_by_id(assignment.target)


ASSIGNMENTS = [
    AssignmentKind(
        name=KIND,
        title="Checklist step",
        icon="list-checks",
        url=_url,
        act=_act,
        act_label="Done",
        waive=lambda assignment, reason, by: _step(assignment).skip(reason, by=by),
        reopen=lambda assignment, by: _step(assignment).reopen(by=by),
        hand_to=lambda assignment, person, by: _step(assignment).hand_to(person, by=by),
        may_waive=lambda viewer, assignment: access.can_skip(viewer, _step(assignment)),
        may_hand_over=lambda viewer, assignment: access.can_hand_over(viewer, _step(assignment)),
        may_reopen=lambda viewer, assignment: access.can_reopen(viewer, _step(assignment)),
    )
]


def _duty_settled(duty: Assignment, step_id: int, by: Person | None) -> None:
    """The step goes with the duty it stands for; where that just ended, its owner is sought."""
    step = Step.get_by_id(step_id)
    if duty.outcome == "done":
        step.complete(by=by)
    elif duty.outcome == "waived":
        step.skip(duty.reason, by=by)


def _duty_reopened(duty: Assignment, step_id: int, by: Person | None) -> None:
    Step.get_by_id(step_id).reopen(by=by)


CAUSES = [CauseKind(OPENED, settled=_duty_settled, reopened=_duty_reopened)]
