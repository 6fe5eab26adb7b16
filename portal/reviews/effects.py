"""What helped: what reviews say of what was taken on, summed up without anybody's name.

An answer is counted once everybody has read it who is to: a self-review when it is shared, a
manager's when it is released. So the sums tell nobody, in HR or elsewhere, what they will only read
later, or never.
"""

from dataclasses import dataclass
from typing import Any

import peewee

from portal import db
from portal.documents.models import Document
from portal.growth.steps import COURSE, MENTOR, READ, STRETCH_TASK, TASK, PlanStep
from portal.learning.helped import whole_fives
from portal.questionnaires.models import Submission
from portal.reviews.models import Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.proposed import ANSWERS, answered
from portal.reviews.steps import MANAGER, SELF

BATCH = 10
NAMES = {
    MENTOR: "Mentoring",
    STRETCH_TASK: "Stretch tasks",
    TASK: "Tasks of their own",
    READ: "Reading",
}


class Effect(db.Model):
    """One answer, of whatever person and in whatever review: neither stands here. `side` is whose
    form it stood in. `course` where it was one."""

    sort = peewee.CharField(max_length=10)
    course = peewee.ForeignKeyField(Document, null=True)
    side = peewee.CharField(max_length=12)
    answer = peewee.CharField(max_length=10)


def gather() -> int:
    """Count what everybody concerned has read by now, some at a time; returns how many forms."""
    found = 0
    while some := _gather():
        found += some
    return found


def _gather() -> int:
    with db.write():
        parts = list(_ripe().limit(BATCH))
        said = {part.id: answered(part.submission.given) for part in parts}
        asked = {number for one in said.values() for number in one}
        steps = {one.id: one for one in PlanStep.select().where(PlanStep.id.in_(asked or {0}))}
        for part in parts:
            for number, answer in said[part.id].items():
                if step := steps.get(number):
                    course = step.document_id if step.sort == COURSE else None
                    Effect.create(
                        sort=step.sort, course=course, side=part.phase.name, answer=answer
                    )
        done = [part.id for part in parts]
        ReviewPart.update(is_to_count=False).where(ReviewPart.id.in_(done or [0])).execute()
    return len(parts)


def _ripe() -> Any:
    """Forms that were sent and that all who are to read them may read."""
    own = (Phase.name == SELF) & Review.shared_at.is_null(False)
    theirs = (Phase.name == MANAGER) & Review.released_at.is_null(False)
    return (
        ReviewPart.select(ReviewPart, Phase, Submission)
        .join(Phase)
        .switch(ReviewPart)
        .join(Review)
        .switch(ReviewPart)
        .join(Submission)
        .where(ReviewPart.is_to_count, ReviewPart.is_current(), own | theirs)
        .where(Submission.submitted_at.is_null(False), Submission.purged_at.is_null())
        .order_by(ReviewPart.id)
    )


# -- the table ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """What was taken on, and how many said what of it. `shown` of them are in the counts: whole
    fives, always the same; none where there are fewer."""

    title: str
    course: Document | None
    shown: int
    counts: list[int]


def table(side: str) -> list[Row]:
    """What that side said, course by course and sort by sort: each for itself, without a sum of
    them, so that there is nothing to subtract."""
    rows: Any = (
        Effect.select(Effect.sort, Effect.course, Effect.answer)
        .where(Effect.side == side)
        .order_by(Effect.id)
        .tuples()
    )
    answers: dict[tuple[str, int | None], list[tuple[str, ...]]] = {}
    for sort, course, answer in rows:
        answers.setdefault((sort, course), []).append((answer,))
    ids = [course for _, course in answers if course]
    courses = Document.select().where(Document.id.in_(ids or [0])).order_by(Document.folded)
    found = [_row(one.title, one, answers[COURSE, one.id]) for one in courses]
    sorts = [(sort, name) for sort, name in NAMES.items() if (sort, None) in answers]
    return found + [_row(name, None, answers[sort, None]) for sort, name in sorts]


def _row(title: str, course: Document | None, answers: list[tuple[str, ...]]) -> Row:
    said = [answer for (answer,) in whole_fives(answers)]
    return Row(title, course, len(said), [said.count(name) for name in ANSWERS])
