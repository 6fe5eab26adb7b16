"""Forms and a plan in force, and a cycle of the whole cast."""

from datetime import timedelta
from typing import Any

import pytest

from portal.documents.models import Document
from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.reviews import following
from portal.reviews.models import Cycle, Review
from portal.reviews.parts import ReviewPart
from tests import cast

FORM = """---
kind: form
title: {title}
readers: hr, manager, subject
---
How was this year?
( ) 1 Hard: much was left
( ) 2 Good: what was promised is there
( ) 3 Great: more than that
> What went well?
"""
PLAN = """---
kind: review
title: Annual review
rating: How was this year?
---
Once a year.

- self form:annual opens:0 closes:10
- peers form:peers opens:0 closes:10
- upward form:peers opens:0 closes:10
- manager form:annual opens:11 closes:20
- calibration opens:21 closes:25
- release opens:26
- reply closes:40

## The conversation
Begin with what went well.
"""


def form(slug: str) -> Document:
    helen = cast.person("helen")
    document = Document.start("form", slug.capitalize(), by=helen, slug=slug)
    document.publish(FORM.format(title=slug.capitalize()), by=helen)
    return document


def plan(source: str = PLAN) -> Document:
    helen = cast.person("helen")
    document = Document.start("review", "Annual review", by=helen)
    document.publish(source, by=helen)
    return Document.get_by_id(document.id)  # type: ignore[no-any-return]


@pytest.fixture
def forms(who: Any) -> dict[str, Document]:
    return {slug: form(slug) for slug in ("annual", "peers")}


@pytest.fixture
def cycle(forms: Any) -> Cycle:
    """Of Mara, Erin, Ben and Olga, from the day of the cast on."""
    people = [cast.person(name) for name in ("mara", "erin", "ben", "olga")]
    return Cycle.begin(plan(), people, cast.TODAY, by=cast.person("helen"))


def review_of(cycle: Cycle, name: str) -> Review:
    rows = Review.whole(Review.select())
    return rows.where(Review.cycle == cycle, Review.person == cast.person(name)).get()  # type: ignore[no-any-return]


def part_of(cycle: Cycle, name: str, step: str) -> Submission:
    part = ReviewPart.of_step(review_of(cycle, name), step)
    assert part is not None, f"nobody was asked for “{step}” of {name}"
    return Submission.find(part.submission_id)  # type: ignore[return-value]


def send(submission: Submission, rating: str = "2", words: str = "All of it.") -> None:
    keys = [question.key for question in submission.questionnaire.questions]
    answers: Any = dict(zip(keys, (rating, words), strict=True))
    submission.submit(answers, submission.version, by=Person.get_by_id(submission.person_id))


def after(move_clock: Any, days: int) -> None:
    move_clock(to=cast.NOW + timedelta(days=days))
    following.run()
