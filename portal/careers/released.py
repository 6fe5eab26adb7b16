"""Ratings of reviews that were released: the only ones that count for anything here.

Never one that is still being written, waits for its day, was left out, or is an improvement plan;
nor a form that not all three read: the person, whoever leads them, and HR.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import peewee

from portal.documents.models import Document, Revision
from portal.prepared import Prepared, blank
from portal.questionnaires.models import Submission
from portal.questionnaires.parser import RATING
from portal.questionnaires.terms import HR, SUBJECT
from portal.questionnaires.terms import MANAGER as LINE
from portal.reviews.calibration import Placement
from portal.reviews.improvement import FACT, PLAN_SLUG
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.placing import question_of
from portal.reviews.steps import MANAGER

MOST_PER_PERSON = 10


@dataclass(frozen=True)
class Rated:
    """One review with its rating as everybody concerned reads it, and since when."""

    title: str
    rating: int
    on: date


def ratings_of(ids: Collection[int]) -> dict[int, list[Rated]]:
    """By person the rated reviews that were released, the newest first: one query."""
    found: dict[int, list[Rated]] = {}
    named = {f"person-{place}": one for place, one in enumerate(ids)}
    for part in _released(len(named))(**named):
        rating = rating_of(part)
        theirs = found.setdefault(part.review.person_id, [])
        if rating is not None and len(theirs) < MOST_PER_PERSON:
            cycle = part.review.cycle
            theirs.append(Rated(cycle.title, rating, part.review.released_at.date()))
    return found


@lru_cache
def _released(many: int) -> Prepared:
    """The managers' forms of released reviews of so many people, the last released first."""
    people = [blank(f"person-{place}") for place in range(many)]
    return Prepared(lambda: _forms_of(people))


def _forms_of(people: list[Any]) -> Any:
    plan = Revision.alias()
    readers = (Submission.is_read_by(name) for name in (HR, LINE, SUBJECT))
    placed = Placement.submission == Submission.id
    return (
        ReviewPart.select(ReviewPart, Phase, Review, Cycle, plan, Submission, Revision, Placement)
        .join(Phase)
        .switch(ReviewPart)
        .join(Review)
        .join(Cycle)
        .join(Document)
        .switch(Cycle)
        .join(plan, on=(Cycle.revision == plan.id), attr="revision")
        .switch(ReviewPart)
        .join(Submission)
        .join(Revision, on=(Submission.revision == Revision.id), attr="revision")
        .switch(Submission)
        .join(Placement, peewee.JOIN.LEFT_OUTER, on=placed, attr="placed")
        .where(Review.person.in_(people), Review.released_at.is_null(False), Review.counts())
        .where(Phase.name == MANAGER, ReviewPart.is_current())
        .where(Submission.submitted_at.is_null(False), Submission.withdrawn_at.is_null())
        .where(Submission.purged_at.is_null(), *readers)
        .where(Document.slug != PLAN_SLUG, ~Cycle.fact.startswith(FACT))
        .order_by(Review.released_at.desc(), Review.id.desc())
    )


def rating_of(part: ReviewPart) -> int | None:
    """The one that is compared in its cycle, as it was calibrated; else the mean of all it gave,
    a half rounded up. None where nothing was rated."""
    submission = part.submission
    question = question_of(submission, part.review.cycle)
    if question is not None:
        placed = submission.__dict__.get("placed")
        if placed is not None and placed.id:
            return int(placed.rating)
        return _number(submission.given.get(question.key))
    asked = [one for one in submission.questionnaire.questions if one.kind == RATING]
    given = [_number(submission.given.get(one.key)) for one in asked]
    numbers = [one for one in given if one is not None]
    return (2 * sum(numbers) + len(numbers)) // (2 * len(numbers)) if numbers else None


def _number(answer: Any) -> int | None:
    return int(answer) if isinstance(answer, str) and answer.isdecimal() else None
