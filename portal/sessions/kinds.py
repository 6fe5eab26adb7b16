"""The live session: as a format of course, as a duty to say who came, and in the calendar."""

from portal.assignments.duties import AssignmentKind
from portal.assignments.feed import Dates
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.learning.formats import Format
from portal.people.models import Person
from portal.sessions import calendars, listing
from portal.sessions.letters import LETTERS
from portal.sessions.planning import ATTENDANCE

TEMPLATE = """---
kind: course
title: A course with dates
summary: What one can do after it, in a sentence
audience: everyone
owner: @hr
review-every: 12 months
format: live
topic: Work
level: beginner
minutes: 120
---
## What you will do
Say in a few lines what happens, and what to bring.

## Afterwards
Whoever holds it ticks who was there, and that completes the course.
"""


def _never(viewer: Person, duty: Assignment) -> bool:
    """Whoever gets it would have to hold the session."""
    return False


def _url(course: Document) -> str:
    return f"/learning/courses/{course.id}#dates"


FORMATS = [
    Format(
        name="live",
        title="Live session",
        icon="calendar-days",
        panel="sessions/_panel.html",
        template=TEMPLATE,
        shown=listing.panel,
        begin_label="Choose a date",
        is_begun_by_hand=False,
        url=_url,
    )
]

ASSIGNMENTS = [
    AssignmentKind(
        name=ATTENDANCE,
        title="Who was at a session",
        icon="user-check",
        url=lambda duty: f"/learning/sessions/{duty.target}/attendance",
        may_hand_over=_never,
    )
]

DATES = [Dates("sessions", calendars.feed)]

__all__ = ["ASSIGNMENTS", "DATES", "FORMATS", "LETTERS"]
