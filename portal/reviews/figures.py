"""Figures of a cycle: how much managers wrote, how long reviews took, who writes how many."""

import json
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

import peewee

from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.questionnaires.parser import TEXT
from portal.questionnaires.terms import HR
from portal.reviews.control import one_if
from portal.reviews.models import Cycle, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER
from portal.text import fold

# Under so many nothing is said of comments: it would be about somebody.
LEAST_COMMENTED = 5
SHORT_WORDS = 20
COUNT = peewee.fn.COUNT


@dataclass(frozen=True)
class Comments:
    """How much managers wrote, over `n` of their reviews: words of all texts of one together, the
    middle one; and of single texts how many were short."""

    n: int
    words: int = 0
    texts: int = 0
    short: int = 0

    @property
    def is_shown(self) -> bool:
        return self.n >= LEAST_COMMENTED


def comments(cycle: Cycle, viewer: Person) -> Comments:
    """Of what managers have sent and HR reads anyway, without what is about the viewer."""
    phase = cycle.phase(MANAGER)
    if phase is None or phase.form_id is None:
        return Comments(0)
    structure = phase.form.parsed
    keys = {
        one["key"]
        for section in structure.get("sections", ())
        for one in section["questions"]
        if one["kind"] == TEXT
    }
    rows: Any = (
        ReviewPart.select(Submission.answers)
        .join(Submission)
        .switch(ReviewPart)
        .join(Review)
        .where(ReviewPart.phase == phase, ReviewPart.is_current(), Review.counts())
        .where(Submission.submitted_at.is_null(False), Submission.purged_at.is_null())
        .where(Submission.is_read_by(HR), Review.person != viewer.id)
        .tuples()
    )
    totals, texts, short = [], 0, 0
    for (answers,) in rows:
        counts = [
            len(str(words).split()) for key, words in json.loads(answers).items() if key in keys
        ]
        totals.append(sum(counts))
        texts += len(counts)
        short += sum(number < SHORT_WORDS for number in counts)
    if not totals:
        return Comments(0)
    return Comments(len(totals), int(median(totals)), texts, short)


@dataclass(frozen=True)
class Closing:
    """How many days `n` reviews took from the cycle's day to their end, the middle one."""

    n: int
    of: int
    days: int | None = None


def closing(cycle: Cycle, viewer: Person, people: int) -> Closing:
    """A review ends with its release; without a manager’s, when it is sent."""
    others = Review.person != viewer.id
    found = _released(cycle, others) if cycle.phase(MANAGER) else _sent_days(cycle, others)
    days = [max((on - cycle.day).days, 0) for on in found]
    return Closing(len(days), people, int(median(days)) if days else None)


def _released(cycle: Cycle, others: Any) -> list[date]:
    rows: Any = Review.select(Review.released_at).where(Review.cycle == cycle, Review.counts())
    released = rows.where(Review.released_at.is_null(False), others)
    return [at.date() for (at,) in released.tuples()]


def _sent_days(cycle: Cycle, others: Any) -> list[date]:
    rows: Any = (
        ReviewPart.select(Submission.submitted_at)
        .join(Submission)
        .switch(ReviewPart)
        .join(Review)
        .where(Review.cycle == cycle, Review.counts(), ReviewPart.is_current())
        .where(Submission.submitted_at.is_null(False), others)
    )
    return [at.date() for (at,) in rows.tuples()]


@dataclass
class Writer:
    """How far one manager is with the reviews they write."""

    lead: Person
    total: int
    sent: int
    late: int


def writers(cycle: Cycle, viewer: Person) -> list[Writer]:
    """Whoever writes about others, those with most missing first; never who writes about the
    viewer alone."""
    phase = cycle.phase(MANAGER)
    if phase is None:
        return []
    sent, late = Submission.submitted_at.is_null(False), peewee.Value(0)
    if phase.closed_at:
        is_past = ReviewPart.is_past(viewer.today())
        late = one_if(~sent & Submission.withdrawn_at.is_null() & is_past)
    rows: Any = (
        Review.select(*Person.names(Person), COUNT(Review.id), one_if(sent), late)
        .join(
            ReviewPart,
            peewee.JOIN.LEFT_OUTER,
            on=(
                (ReviewPart.review == Review.id)
                & (ReviewPart.phase == phase)
                & ReviewPart.is_current()
            ),
        )
        .join(Submission, peewee.JOIN.LEFT_OUTER, on=(ReviewPart.submission == Submission.id))
        .join(Person, on=(peewee.fn.COALESCE(ReviewPart.author, Review.lead) == Person.id))
        .where(Review.cycle == cycle, Review.counts(), Review.person != viewer.id)
        .group_by(*Person.names(Person))
        .tuples()
    )
    names = [column.name for column in Person.names(Person)]
    found = []
    for *facts, total, done, behind in rows:
        lead = Person(**dict(zip(names, facts, strict=True)))
        found.append(Writer(lead, total, done or 0, behind or 0))
    return sorted(found, key=lambda one: (one.sent - one.total, fold(one.lead.called)))
