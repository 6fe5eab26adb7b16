"""The duties of this room, and what a plan hears of the duties it opened elsewhere."""

from typing import Any

from portal.assignments.duties import AssignmentKind, CauseKind
from portal.assignments.models import Assignment
from portal.growth.mentorships import MENTORING
from portal.growth.models import PLAN
from portal.growth.seats import STRETCH, STRETCH_ANSWER
from portal.growth.steps import CAUSE, PLAN_STEP, PlanStep
from portal.people.models import Person


def _never(viewer: Person, duty: Assignment) -> bool:
    """It ends where it is answered: nobody asks a mentor in another's name, or lets a task go."""
    return False


def _kind(name: str, title: str, icon: str, url: Any, **more: Any) -> AssignmentKind:
    return AssignmentKind(
        name=name, title=title, icon=icon, url=url, may_waive=_never, may_hand_over=_never,
        may_reopen=_never, **more,
    )  # fmt: skip


ASSIGNMENTS = [
    _kind(
        MENTORING, "Request to be a mentor", "handshake",
        lambda duty: f"/growth/mentorships/{duty.target}",
        # The two alone open it, so nobody else learns that somebody asked.
        is_private=True,
    ),
    _kind(STRETCH, "Stretch task", "mountain", lambda duty: f"/growth/stretch/{duty.target}"),
    _kind(
        STRETCH_ANSWER, "Stretch task to answer for", "mountain",
        lambda duty: f"/growth/stretch/{duty.target}#seats",
    ),
    _kind(
        PLAN, "Plan proposed to you", "sprout", lambda duty: f"/growth/plans/{duty.target}",
    ),
    _kind(
        PLAN_STEP, "Step of a development plan", "sprout",
        lambda duty: f"/growth/steps/{duty.target}",
        act=lambda duty: f"/growth/steps/{duty.target}/completion", act_label="Done",
    ),
]  # fmt: skip


def _goes_on(duty: Assignment, step_id: int, by: Any) -> None:
    if step := PlanStep.get_or_none(PlanStep.id == step_id):
        step.plan.go_on(by=by)


CAUSES = [CauseKind(CAUSE, settled=_goes_on, reopened=_goes_on)]
