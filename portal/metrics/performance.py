"""Measures of reviews and goals: how many take part, how long it takes, and how it comes out.

Improvement plans are reviews of one person each; nothing here counts them. Who is HR reads all
reviews but their own, and could subtract: so what they do not read yet is not counted of them.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import peewee

from portal import db
from portal.documents.models import Revision
from portal.metrics.here import by, not_by, one_if, within
from portal.metrics.measure import DOWN, GROUPED, MEDIAN, Measure, Scope, Tally
from portal.people.grants import Grant
from portal.questionnaires.models import Submission
from portal.questionnaires.parser import TEXT
from portal.questionnaires.terms import HR
from portal.reviews.answers import LEAST, Nominee
from portal.reviews.control import PARTICIPATION_TARGET
from portal.reviews.figures import SHORT_WORDS
from portal.reviews.improvement import FACT
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER, PEERS, SELF, UPWARD

A_YEAR = 365
SUM, COUNT = peewee.fn.SUM, peewee.fn.COUNT


def _url(person: int) -> str:
    return f"/reviews/people/{person}"


def _is_ordinary() -> Any:
    """No improvement plan, of a query that has joined `Cycle`."""
    improving = f"{FACT}:"
    return peewee.fn.SUBSTR(Cycle.fact, 1, len(improving)) != improving


def counted(scope: Scope) -> Any:
    """Reviews of these people that were not left out by then."""
    return not_by(scope, Review.skipped_at) & _is_ordinary() & scope.among(Review.person)


def is_not_hr(scope: Scope) -> Any:
    hr = Grant.select(Grant.person).where(Grant.kind == HR, Grant.is_valid(scope.last))
    return ~db.among(Review.person, hr)


def stands(scope: Scope) -> Any:
    """The form was its author's still."""
    return not_by(scope, ReviewPart.replaced_at)


# -- taking part -------------------------------------------------------------------------------


def participation(scope: Scope) -> Iterator[Tally]:
    """Forms and answers owed in steps that closed, about each person; and how many were sent."""
    hits: dict[int, float] = defaultdict(float)
    owed: dict[int, float] = defaultdict(float)
    for rows in (_written(scope), _without_names(scope)):
        for person, sent, of in rows:
            hits[person] += sent or 0
            owed[person] += of or 0
    return (Tally(person, hits[person], of) for person, of in owed.items() if of)


def _closed_in(scope: Scope, *names: str) -> Any:
    return Phase.name.in_(names) & within(scope, Phase.closed_at)


def _written(scope: Scope) -> Any:
    """What is written under a name. Where nobody leads a person nobody owes the manager's form."""
    sent = _sent_in_steps(scope)
    is_sent = sent.c.phase_id.is_null(False)
    is_owed = (Phase.name == SELF) | Review.lead.is_null(False) | is_sent
    of_it = (sent.c.review_id == Review.id) & (sent.c.phase_id == Phase.id)
    return (
        Review.select(Review.person, SUM(one_if(is_sent)), SUM(one_if(is_owed)))
        .join(Cycle)
        .join(Phase, on=(Phase.cycle == Cycle.id))
        .switch(Review)
        .join(sent, peewee.JOIN.LEFT_OUTER, on=of_it)
        .where(_closed_in(scope, SELF, MANAGER), counted(scope), is_not_hr(scope))
        .group_by(Review.person)
        .tuples()
    )


def _sent_in_steps(scope: Scope) -> Any:
    """Of which review in which step a form was sent, as a table. Asked for each pair by itself it
    took seconds for a few thousand reviews."""
    return (
        ReviewPart.select(ReviewPart.review.alias("review_id"), ReviewPart.phase.alias("phase_id"))
        .join(Phase)
        .switch(ReviewPart)
        .join(Submission)
        .switch(ReviewPart)
        .join(Review)
        .where(_closed_in(scope, SELF, MANAGER), scope.among(Review.person), stands(scope))
        .where(by(scope, Submission.submitted_at))
        .group_by(ReviewPart.review, ReviewPart.phase)
        .alias("sent")
    )


def _without_names(scope: Scope) -> Any:
    """What is said without a name, by the rule of a cycle's own page: where too few answered to
    show it, none has."""
    same = Nominee.alias()
    answered = same.select(COUNT(same.id)).where(
        same.review == Nominee.review, same.phase == Nominee.phase, same.has_answered
    )
    is_asked = by(scope, Nominee.approved_at) & not_by(scope, Nominee.removed_at)
    has_answered = Nominee.has_answered & (answered >= LEAST)
    return (
        Nominee.select(Review.person, SUM(one_if(has_answered)), COUNT(Nominee.id))
        .join(Phase)
        .switch(Nominee)
        .join(Review)
        .join(Cycle)
        .where(_closed_in(scope, PEERS, UPWARD), counted(scope), is_not_hr(scope), is_asked)
        .group_by(Review.person)
        .tuples()
    )


# -- how long, and how much is written ---------------------------------------------------------


def days_to_close(scope: Scope) -> Iterator[Tally]:
    """A row for each review that ended: days from its cycle's day to its release; where no manager
    writes, to the day it was sent."""
    for rows in (_released(scope), _sent(scope)):
        for person, day, at in rows:
            yield Tally(person, max((at.date() - day).days, 0))


def _has_manager() -> Any:
    step = Phase.alias()
    asked = step.select(peewee.SQL("1")).where(step.cycle == Cycle.id, step.name == MANAGER)
    return peewee.fn.EXISTS(asked)


def _released(scope: Scope) -> Any:
    rows = Review.select(Review.person, Cycle.day, Review.released_at).join(Cycle)
    is_in = within(scope, Review.released_at)
    return rows.where(is_in, _has_manager(), counted(scope)).tuples()


def _sent(scope: Scope) -> Any:
    return (
        ReviewPart.select(Review.person, Cycle.day, Submission.submitted_at)
        .join(Submission)
        .switch(ReviewPart)
        .join(Review)
        .join(Cycle)
        .where(within(scope, Submission.submitted_at), stands(scope))
        .where(~_has_manager(), counted(scope))
        .tuples()
    )


def comment_length(scope: Scope) -> Iterator[Tally]:
    """Texts managers wrote about each person, and how many are of twenty words or more. Those that
    were erased are not among them."""
    keys = _text_keys()
    rows: Any = (
        ReviewPart.select(Review.person, Phase.form, Submission.answers)
        .join(Phase)
        .switch(ReviewPart)
        .join(Submission)
        .switch(ReviewPart)
        .join(Review)
        .join(Cycle)
        .where(Phase.name == MANAGER, within(scope, Submission.submitted_at), stands(scope))
        .where(Submission.purged_at.is_null(), Submission.is_read_by(HR))
        .where(counted(scope), is_not_hr(scope))
        .tuples()
    )
    long: dict[int, int] = defaultdict(int)
    texts: dict[int, int] = defaultdict(int)
    for person, form, answers in rows.iterator():
        for key, words in json.loads(answers).items():
            if key in keys.get(form, ()):
                texts[person] += 1
                long[person] += len(str(words).split()) >= SHORT_WORDS
    return (Tally(person, long[person], of) for person, of in texts.items())


def _text_keys() -> dict[int, set[str]]:
    """Of each form a manager fills, which answers are texts."""
    asked = Phase.select(Phase.form).where(Phase.name == MANAGER, Phase.form.is_null(False))
    rows: Any = Revision.select(Revision.id, Revision.structure)
    return {
        form: {
            question["key"]
            for section in json.loads(structure).get("sections", ())
            for question in section["questions"]
            if question["kind"] == TEXT
        }
        for form, structure in rows.where(db.among(Revision.id, asked)).tuples()
    }


MEASURES = [
    Measure(
        name="review_participation",
        title="Taking part in reviews",
        group="performance",
        definition="Of all that was to be written in review steps that closed within a year, how"
        " much was sent. Who was left out owes nothing, nor does anybody for a person whom nobody"
        " leads. Answers without a name count from three on a person. Improvement plans do not"
        " count, nor reviews of people who are HR: they read all others, and could subtract.",
        formula="forms and answers sent ÷ forms and answers asked for",
        tallies=participation,
        target=PARTICIPATION_TARGET,
        days=A_YEAR,
        for_lines=True,
        where=_url,
    ),
    Measure(
        name="review_days",
        title="Time to close a review",
        group="performance",
        definition="Days from the first day of a cycle to the release of a review, the middle one"
        " of those released within a year. Where no manager writes, to the day it was sent."
        " Improvement plans do not count.",
        formula="median of (day of release − day of the cycle)",
        tallies=days_to_close,
        kind=MEDIAN,
        unit="days",
        better=DOWN,
        days=A_YEAR,
        for_lines=True,
        where=_url,
    ),
    Measure(
        name="comment_length",
        title="Comments that say something",
        group="performance",
        definition=f"Of the texts managers sent in reviews within a year, how many have at least"
        f" {SHORT_WORDS} words. Only forms that HR reads and that were not erased; without those"
        " about people who are HR.",
        formula=f"texts of {SHORT_WORDS} words or more ÷ texts",
        tallies=comment_length,
        days=A_YEAR,
        privacy=GROUPED,
        caution="Length is not quality: read some before you praise or ask for more.",
    ),
]
