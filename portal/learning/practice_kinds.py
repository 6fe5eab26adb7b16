"""Practice on the job: as a format of course, as a duty to confirm, as a file, and as a letter."""

from typing import Any

from portal.assignments.duties import AssignmentKind
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.documents.passages import with_places
from portal.learning import practice_access
from portal.learning.formats import Format
from portal.learning.models import Attempt
from portal.learning.practice import (
    ANSWER,
    PRACTICE,
    SENT_BACK,
    Practice,
    named_by,
    read_practice,
)
from portal.mail.letters import draw
from portal.mail.models import Letter, LetterKind, Message
from portal.people.models import Person
from portal.uploads.models import MEGABYTE, UploadKind
from portal.uploads.sniffing import JPEG, MP4, PDF, PNG, WEBP

TEMPLATE = """---
kind: course
title: Something done on the job
summary: What one has done after it, in a sentence
audience: everyone
owner: @hr
review-every: 12 months
format: practice
confirmed-by: manager
topic: Work
level: beginner
minutes: 30
---
## What to do
One thing a line, with a verb in it.

## What to show
What whoever confirms it wants to read or see.
"""


def shown(viewer: Person, course: Document, attempt: Attempt | None) -> dict[str, Any]:
    """What to show, who confirms it, and what was sent so far."""
    revision = attempt.revision if attempt else course.current
    history = _sent(course.id, viewer.id, attempt) if viewer.is_staff else []
    newest = history[0] if history else None
    return {
        "text": with_places(revision.html) if revision else "",
        "history": history,
        "waiting": newest if newest and newest.is_waiting else None,
        "sent_back": newest if newest and newest.outcome == SENT_BACK else None,
        "with_whom": newest.with_whom if newest and newest.is_waiting else "",
        "confirmer": named_by(revision) if revision else "",
    }


def _sent(course_id: int, person_id: int, attempt: Attempt | None) -> list[Practice]:
    """What somebody sent; asked once for a page that shows it and says why it is not complete."""
    if attempt is None:
        return Practice.of(course_id, person_id)
    if "_sent" not in attempt.__dict__:
        attempt.__dict__["_sent"] = Practice.of(course_id, person_id)
    return list(attempt.__dict__["_sent"])


def reasons(attempt: Attempt) -> list[str]:
    """Until it is confirmed: nothing was sent, it waits, or it came back."""
    sent = _sent(attempt.course_id, attempt.person_id, attempt)
    last = next((one for one in sent if one.attempt_id == attempt.id), None)
    if last is not None and last.is_waiting:
        return [f"It waits for {last.with_whom} to confirm it."]
    if last is not None and last.outcome == SENT_BACK:
        return ["It was sent back, and not sent again yet."]
    return ["Nobody has said yet what was done."]


def write_answer(letter: Letter) -> Message | None:
    """It was confirmed or sent back, to whoever sent it."""
    person = Person.get_or_none(Person.id == letter.person_id)
    practice = Practice.get_or_none(Practice.id == letter.facts["practice"])
    if person is None or not person.is_active or practice is None or practice.is_waiting:
        return None
    is_back = practice.outcome == SENT_BACK
    return draw(
        "learning/practice",
        to=person.email,
        # The outbox shows subjects, so it does not say which course.
        subject="What you did was sent back" if is_back else "What you did is confirmed",
        person=person,
        practice=practice,
        course=practice.attempt.course,
        is_back=is_back,
    )


def _never(viewer: Person, duty: Assignment) -> bool:
    """It goes to whoever the course names, and ends with an answer."""
    return False


FORMATS = [
    Format(
        name=PRACTICE,
        title="Practice on the job",
        icon="briefcase",
        panel="learning/_practice_panel.html",
        keys=frozenset({"confirmed-by"}),
        template=TEMPLATE,
        read=read_practice,
        shown=shown,
        reasons=reasons,
        begin_label="Say what you did",
        is_begun_by_hand=False,
        url=lambda course: f"/learning/courses/{course.id}/practice",
    )
]

ASSIGNMENTS = [
    AssignmentKind(
        name=PRACTICE,
        title="Practice to confirm",
        icon="briefcase",
        url=lambda duty: f"/learning/practice/{duty.target}",
        may_waive=_never,
        may_hand_over=_never,
    )
]

UPLOADS = [
    UploadKind(
        PRACTICE,
        "What shows what you did",
        may=practice_access.can_send,
        max_bytes=100 * MEGABYTE,
        sorts=(JPEG, PNG, WEBP, PDF, MP4),
    )
]

LETTERS = [LetterKind(ANSWER, write_answer, title="Answer to practice")]
