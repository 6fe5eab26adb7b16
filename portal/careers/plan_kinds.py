"""The duty a career plan hands out: a point in one's own words, ticked by whose it is."""

from portal.assignments.duties import AssignmentKind
from portal.assignments.models import Assignment
from portal.careers.plan_steps import OWN_STEP
from portal.people.models import Person


def _never(viewer: Person, duty: Assignment) -> bool:
    """It ends where it stands: in the plan of whoever took it on."""
    return False


ASSIGNMENTS = [
    AssignmentKind(
        name=OWN_STEP,
        title="Point of a career plan",
        icon="signpost",
        url=lambda duty: f"/careers/steps/{duty.target}",
        act=lambda duty: f"/careers/steps/{duty.target}/completion",
        act_label="Done",
        may_waive=_never,
        may_hand_over=_never,
        may_reopen=_never,
    )
]
