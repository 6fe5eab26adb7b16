"""How the ratings somebody gives lie beside the company's, said while they rate.

The company's side is told in halves, never as an end of the scale, and moves in fives: forms count
in the order in which they were sent, five at a time, and only once nobody can take them back. Five
of which the viewer knows some but not all are left out, as are five with the viewer's own review
among them, so neither one number nor the difference of two leads to a single rating. Nor does it to
one manager's: at least three others gave them.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.people.models import Person
from portal.questionnaires import access as forms
from portal.questionnaires.models import TAKE_BACK_HOURS, Submission
from portal.questionnaires.parser import RATING
from portal.questionnaires.questionnaire import Question
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.placing import question_of
from portal.reviews.spread import FEWEST
from portal.reviews.steps import MANAGER

FEWEST_AUTHORS = 3
APART = 0.5
# The first of a large company are enough: nobody who types waits for all of them.
MOST_READ = 200


@dataclass(frozen=True)
class Rated:
    """One form of others: by whom, the mean of its ratings, and whether the viewer may know it."""

    author: int
    value: float | None
    is_known: bool = False
    is_own_review: bool = False


def sentence(viewer: Person, submission: Submission, part: ReviewPart | None = None) -> str:
    """For whoever fills this form (`part`: of which review, where it is at hand). Nothing for
    anybody else, for a form about oneself, below five of one's own, and where the company's side is
    too small or could be solved."""
    if submission.person_id != viewer.id or not submission.is_about_another:
        return ""
    part = part or ReviewPart.of_submission(submission.id)
    if part is None or part.phase.name != MANAGER:
        return ""
    asked = _asked(submission, part.review.cycle)
    own = _own(viewer, submission, part, asked) if asked else []
    if len(own) < FEWEST:
        return ""
    theirs = usable(_others(viewer, submission, part, asked))
    return _said(own, theirs, _ends(asked)) if theirs else ""


def usable(rows: Iterable[Rated]) -> list[float]:
    """What counts of these, which stand in the order in which they were sent: pure."""
    rows = list(rows)
    kept: list[Rated] = []
    for first in range(0, len(rows) - FEWEST + 1, FEWEST):
        five = rows[first : first + FEWEST]
        known = sum(row.is_known for row in five)
        is_whole = all(row.value is not None and not row.is_own_review for row in five)
        if is_whole and known in (0, FEWEST):
            kept += five
    authors = {row.author for row in kept}
    return [row.value or 0.0 for row in kept] if len(authors) >= FEWEST_AUTHORS else []


def _said(own: list[float], theirs: list[float], scale: tuple[int, int]) -> str:
    mine = sum(own) / len(own)
    company, words = _in_halves(sum(theirs) / len(theirs), *scale)
    elsewhere = f"elsewhere in the company it is {words}"
    if min(own) == max(own):
        return (
            f"You have given all {len(own)} people the same: {mine:.1f}; {elsewhere}. Look once"
            " more whether their years were that much alike."
        )
    begins = f"You have rated {len(own)} people, {mine:.1f} on average; {elsewhere}."
    if mine - company >= APART and not words.endswith("more"):
        return f"{begins} Higher can be right: one example for each shows why."
    if company - mine >= APART and not words.endswith("less"):
        return f"{begins} Lower can be right: one example for each shows why."
    return f"{begins} That is close."


def _in_halves(mean: float, low: int, high: int) -> tuple[float, str]:
    """A mean as it is told, and compared. Never the end of the scale itself: a mean of 4 out of 4
    would say of everybody what they were given."""
    near = math.floor(mean * 2 + 0.5) / 2
    if near >= high - 0.5:
        return high - 0.5, f"{high - 0.5:g} or more"
    if near <= low + 0.5:
        return low + 0.5, f"{low + 0.5:g} or less"
    return near, f"about {near:g}"


# -- which ratings -----------------------------------------------------------------------------


def _asked(submission: Submission, cycle: Cycle) -> list[Question]:
    """The rating that is compared in this cycle; without one all of the form, if they have one
    scale."""
    if question := question_of(submission, cycle):
        return [question]
    found = [one for one in submission.questionnaire.questions if one.kind == RATING]
    scales = {tuple(value for value, _, _ in one.choices) for one in found}
    return found if len(scales) == 1 else []


def _ends(asked: list[Question]) -> tuple[int, int]:
    values = [int(value) for value, _, _ in asked[0].choices]
    return min(values), max(values)


def _value(answers: str, asked: list[Question]) -> float | None:
    """The mean of what was chosen; None where something was not."""
    given = json.loads(answers)
    chosen = [str(given.get(question.key) or "") for question in asked]
    if not all(one.isdecimal() for one in chosen):
        return None
    return sum(map(int, chosen)) / len(chosen)


def _alike(submission: Submission, part: ReviewPart) -> Any:
    """Managers' forms with the same questions, in this cycle; where each has a cycle of their own,
    in all of this plan: as a query of tuples."""
    cycle = part.review.cycle
    same = Cycle.id == cycle.id
    if cycle.is_for_one:
        same = (Cycle.document == cycle.document_id) & Cycle.person.is_null(False)
    return (
        Submission.select()
        .join(ReviewPart, on=(ReviewPart.submission == Submission.id))
        .join(Phase)
        .switch(ReviewPart)
        .join(Review)
        .join(Cycle)
        .where(same, Phase.name == MANAGER, Submission.revision == submission.revision_id)
    )


def _own(
    viewer: Person, submission: Submission, part: ReviewPart, asked: list[Question]
) -> list[float]:
    """What the viewer has given, sent or not yet: one for each person."""
    rows = _alike(submission, part).select(Submission.about, Submission.answers).tuples()
    mine = rows.where(Submission.person == viewer.id, Submission.withdrawn_at.is_null())
    found = {about: _value(answers, asked) for about, answers in mine.limit(MOST_READ)}
    return [value for value in found.values() if value is not None]


def _others(
    viewer: Person, submission: Submission, part: ReviewPart, asked: list[Question]
) -> list[Rated]:
    """What others have sent, in the order of sending, once for each form. A form that was sent
    before it was asked for here would come in between, so it does not count."""
    sealed = clock.now() - timedelta(hours=TAKE_BACK_HOURS)
    alike = Submission.revision == submission.revision_id
    readable = forms.readable_to(viewer).select(Submission.id).where(alike)
    is_known = peewee.Case(None, [(db.among(Submission.id, readable), 1)], 0)
    rows = (
        _alike(submission, part)
        .select(Submission.id, Submission.person, Submission.about, Submission.answers, is_known)
        .where(Submission.person != viewer.id, Submission.submitted_at <= sealed)
        .where(Submission.submitted_at >= Phase.opened_at)
        .order_by(Submission.submitted_at, Submission.id)
        .limit(MOST_READ)
        .tuples()
    )
    found = {
        number: Rated(author, _value(answers, asked), bool(known), about == viewer.id)
        for number, author, about, answers, known in rows
    }
    return list(found.values())
