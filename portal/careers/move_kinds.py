"""What moves ask of those who decide them, known to its owner alone; and the letter that tells."""

from typing import Any

from portal.assignments.duties import AssignmentKind
from portal.assignments.models import Assignment
from portal.careers.deciding import LETTER
from portal.careers.move_letters import write_decided
from portal.careers.proposing import MOVE
from portal.mail.letters import PRIVATE, only_that
from portal.mail.models import LetterKind
from portal.people.models import Person


def _never(viewer: Person, duty: Assignment) -> bool:
    """It ends where it is decided, and goes to whoever may by itself."""
    return False


def _kind(**more: Any) -> AssignmentKind:
    return AssignmentKind(may_waive=_never, may_hand_over=_never, may_reopen=_never, **more)


ASSIGNMENTS = [
    _kind(
        name=MOVE, title="Proposed move", icon="milestone", is_private=True,
        url=lambda duty: f"/careers/moves/{duty.target}",
    ),
]  # fmt: skip
LETTERS = [LetterKind(LETTER, write_decided, title=PRIVATE, shown=only_that(write_decided))]
