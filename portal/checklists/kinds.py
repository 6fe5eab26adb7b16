"""The plan as a kind of document, and the step as a kind of duty."""

import re
from functools import cache
from typing import Any

from flask import current_app

from portal import web
from portal.assignments.duties import AssignmentKind, CauseKind
from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.checklists import access, attestations, finishes, firings, requiring, welcome
from portal.checklists.advice import advise
from portal.checklists.duties import KIND, OPENED
from portal.checklists.firings import Firing
from portal.checklists.forms import PROOF
from portal.checklists.parser import STEP_TEMPLATE, Known, parse
from portal.checklists.steps import Step
from portal.compliance.needs import RequirementKind
from portal.documents.models import DocumentKind, Parsed
from portal.documents.parser import Source
from portal.mail.letters import draw
from portal.mail.models import Letter, LetterKind, Message
from portal.people.functions import Function
from portal.people.models import Person
from portal.people.passes import Pass
from portal.uploads.models import MEGABYTE, UploadKind

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
        opens={kind.name: _has(kind) for kind in assignment_kinds.values() if kind.has},
    )


def _has(kind: AssignmentKind) -> Any:
    """Whether there is such a target: where the kind can say all at once, asked once a plan."""
    if kind.slugs is None:
        return kind.has
    known_ones = cache(kind.slugs)
    return lambda slug: slug in known_ones()


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
        advice=advise,
        inserts={
            "Step": STEP_TEMPLATE,
            "Phase": "\n## A phase\n",
            "Meeting": "- [ ] Meet @manager due:start at:10:00 minutes:30\n",
            "Access": "- [ ] Give access to GitHub @it due:start-1 minutes:10 access:github\n",
            "Equipment": "- [ ] Hand out the laptop @it due:start minutes:10 equipment:laptop\n",
        },
    )
]


def _step(assignment: Assignment) -> Step:
    return Step.get_by_id(assignment.target)


def _firing(assignment: Assignment) -> Firing:
    found = Firing.find(assignment.target)
    assert found is not None
    return found


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
    ),
    AssignmentKind(
        name=firings.KIND,
        title="Proposal of a rule",
        icon="workflow",
        url=lambda assignment: f"/checklists/proposals/{assignment.target}",
        waive=lambda assignment, reason, by: _firing(assignment).dismiss(reason, by=by),
        reopen=lambda assignment, by: _firing(assignment).reconsider(by=by),
        may_waive=lambda viewer, assignment: access.can_decide(viewer, _firing(assignment)),
        may_hand_over=lambda viewer, assignment: False,
        may_reopen=lambda viewer, assignment: access.can_decide(viewer, _firing(assignment)),
    ),
    AssignmentKind(
        name=attestations.KIND,
        title="Time to productivity",
        icon="sprout",
        url=lambda assignment: f"/checklists/{assignment.target}/productivity",
    ),
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


REQUIREMENTS = [
    RequirementKind(
        name=finishes.KIND,
        title="Checklist",
        icon="list-checks",
        # Its steps are duties of their own.
        duty="",
        targets=requiring.targets,
        title_of=requiring.title_of,
        url_of=requiring.url_of,
        since=requiring.since,
        facts=requiring.facts,
        open=requiring.open_for,
    )
]


def write_welcome(letter: Letter) -> Message | None:
    """The link is computed here, at sending. None once it would open nothing."""
    given = Pass.get_or_none(Pass.id == letter.facts["given"])
    if given is None or not given.is_open:
        return None
    token = given.token(current_app.config["SECRET_KEY"])
    today = given.person.today()
    return draw(
        "checklists/welcome",
        to=given.address,
        subject="Before your first day",
        person=given.person,
        first_day=web.day_full(given.person.hired_on, today),
        link=f"{current_app.config['APP_URL']}/pass/{token}",
        until=web.day(given.expires_at.date(), today),
    )


LETTERS = [LetterKind("welcome", write_welcome, title="Welcome link")]
PASSES = [welcome.KIND]
UPLOADS = [
    UploadKind(
        PROOF,
        "A photo or a file that proves it",
        may=lambda viewer: viewer.is_staff,
        max_bytes=20 * MEGABYTE,
    )
]
