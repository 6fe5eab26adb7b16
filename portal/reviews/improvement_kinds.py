"""What improvement plans ask, known to its owner alone: how it goes, how it ended, the news."""

from typing import Any

from portal.assignments.duties import AssignmentKind
from portal.assignments.models import Assignment
from portal.people.models import Person
from portal.reviews.improvement import CHECK, DECIDE, NEWS


def _never(viewer: Person, duty: Assignment) -> bool:
    """It ends where it is said, and goes to whoever leads them by itself."""
    return False


def _kind(name: str, title: str, icon: str, url: Any) -> AssignmentKind:
    return AssignmentKind(
        name=name, title=title, icon=icon, url=url, is_private=True, may_waive=_never,
        may_hand_over=_never, may_reopen=_never,
    )  # fmt: skip


ASSIGNMENTS = [
    _kind(
        CHECK, "Check-in of an improvement plan", "calendar-check",
        lambda duty: f"/reviews/improvement/checks/{duty.target}",
    ),
    _kind(
        DECIDE, "End of an improvement plan", "flag",
        lambda duty: f"/reviews/improvement/{duty.target}/outcome",
    ),
    _kind(
        NEWS, "News of an improvement plan", "book-open-check",
        lambda duty: f"/reviews/improvement/{duty.target}",
    ),
]  # fmt: skip
