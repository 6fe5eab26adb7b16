"""Who answers whether a course helped, and how that question is a duty."""

from typing import Any

from portal import db
from portal.assignments.duties import AssignmentKind
from portal.assignments.models import Assignment
from portal.learning.helped import ASKED, Helped
from portal.learning.models import Completion
from portal.people.models import Person


def asked_of(viewer: Person) -> Any:
    """Completions of which the viewer was asked, and still is or has answered, as a query."""
    if viewer.came_by_pass:
        return Completion.select().where(Completion.id == 0)
    owed = Assignment.select(Assignment.target).where(
        Assignment.kind == ASKED, Assignment.person == viewer.id, Assignment.is_open()
    )
    said = Helped.select(Helped.completion).where(Helped.manager == viewer.id)
    mine = db.among(Completion.id, owed) | db.among(Completion.id, said)
    return Completion.select().where(mine)


ASSIGNMENTS = [
    AssignmentKind(
        name=ASKED,
        title="Did it help",
        icon="message-circle-question-mark",
        url=lambda duty: f"/learning/helped/{duty.target}",
        act=lambda duty: f"/learning/helped/{duty.target}/yes",
        act_label="Yes, clearly",
        # Nobody has to have an opinion.
        may_waive=lambda viewer, duty: viewer.id == duty.person_id or viewer.is_hr,
        # Whoever leads them answers; another manager is asked by itself.
        may_hand_over=lambda viewer, duty: False,
    )
]
