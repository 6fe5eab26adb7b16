"""Measures of how reviews and goals come out: what nobody may read row by row, told by quarter.

Goals are the person's and their line's. Of how high ratings are there is one measure alone: from
two over the same people one could be subtracted from the other.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import peewee

from portal import db
from portal.documents.models import Revision
from portal.goals.models import Goal
from portal.metrics.here import by, one_if, within
from portal.metrics.measure import CLOSED, NEITHER, QUARTERLY, Measure, Scope, Tally
from portal.metrics.performance import counted, is_not_hr, stands
from portal.questionnaires.models import Submission
from portal.questionnaires.parser import RATING
from portal.questionnaires.questionnaire import Questionnaire
from portal.reviews.calibration import CalibrationSession, Placement
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER

SUM, COUNT = peewee.fn.SUM, peewee.fn.COUNT


def goals_met(scope: Scope) -> Iterator[Tally]:
    """Whoever had goals that ended in these days: whether they met at least half of them. What was
    dropped does not count."""
    met = SUM(one_if(Goal.outcome == "met"))
    rows: Any = (
        Goal.select(Goal.person, one_if(met * 2 >= COUNT(Goal.id)))
        .where(within(scope, Goal.ended_at), Goal.person.is_null(False), scope.among(Goal.person))
        .where(Goal.outcome.in_(("met", "partly", "missed")))
        .group_by(Goal.person)
        .tuples()
    )
    return (Tally(person, is_met) for person, is_met in rows)


# -- ratings -----------------------------------------------------------------------------------


def ratings_above(scope: Scope) -> Iterator[Tally]:
    """Whoever read a rating released in these days, the last if there were several: whether it is
    above what is expected."""
    texts = _texts()
    newest: dict[int, Tally] = {}
    for person, plan, form, shown, answers, calibrated in _rated(scope).iterator():
        title = str(texts[plan].get("rating") or "")
        asked = _question(texts[form], json.loads(shown), title) if title else None
        given = json.loads(answers).get(asked.key) if asked else None
        if asked is None or not isinstance(given, str) or not given.isdecimal():
            continue
        value = int(given) if calibrated is None else calibrated
        newest[person] = Tally(person, is_above((row.value for row in asked.anchors), value))
    return iter(newest.values())


def is_above(rows: Iterable[int], value: int) -> int:
    """1 where a row of a rating is above the expected one: the middle row, and of an even number
    the one just above the middle."""
    scale = sorted(rows)
    return int(bool(scale) and value > scale[len(scale) // 2])


def _texts() -> dict[int, dict[str, Any]]:
    """Every text of a plan of reviews, and of a form that a manager fills in one."""
    forms = Revision.select(Revision.document).join(Phase, on=(Phase.form == Revision.id))
    rows: Any = Revision.select(Revision.id, Revision.structure).where(
        db.among(Revision.id, Cycle.select(Cycle.revision))
        | db.among(Revision.document, forms.where(Phase.name == MANAGER))
    )
    return {number: json.loads(structure) for number, structure in rows.tuples()}


def _question(structure: dict[str, Any], shown: dict[str, Any], title: str) -> Any:
    """The rating that counts in a cycle, as this form asks it."""
    questions = Questionnaire.of(structure, shown).questions
    return next((one for one in questions if one.kind == RATING and one.title == title), None)


def _rated(scope: Scope) -> Any:
    """Managers' forms in reviews released in these days, in the order of their release."""
    return (
        Review.select(
            Review.person, Cycle.revision, Submission.revision, Submission.shown,
            Submission.answers, Placement.rating,
        )
        .join(Cycle)
        .switch(Review)
        .join(ReviewPart, on=(ReviewPart.review == Review.id))
        .join(Phase, on=(ReviewPart.phase == Phase.id))
        .switch(ReviewPart)
        .join(Submission, on=(ReviewPart.submission == Submission.id))
        .switch(Review)
        .join(Placement, peewee.JOIN.LEFT_OUTER, on=(Placement.review == Review.id))
        .where(within(scope, Review.released_at), counted(scope))
        .where(Phase.name == MANAGER, stands(scope))
        .where(by(scope, Submission.submitted_at), Submission.purged_at.is_null())
        .order_by(Review.released_at, Review.id)
        .tuples()
    )  # fmt: skip


def ratings_changed(scope: Scope) -> Iterator[Tally]:
    """Whoever had ratings compared in sessions locked in these days: whether one of them is another
    than was given."""
    changed = peewee.fn.MAX(one_if(Placement.given != Placement.rating))
    rows: Any = (
        Placement.select(Review.person, changed)
        .join(CalibrationSession)
        .switch(Placement)
        .join(Review)
        .join(Cycle)
        .where(within(scope, CalibrationSession.locked_at), counted(scope), is_not_hr(scope))
        .group_by(Review.person)
        .tuples()
    )
    return (Tally(person, is_changed) for person, is_changed in rows)


MEASURES = [
    Measure(
        name="goals_met",
        title="Goals achieved",
        group="performance",
        definition="Of the people with goals of their own that ended in the quarter, how many met"
        " at least half of them. Goals that were dropped do not count; partly met is not met.",
        formula="people who met half or more ÷ people with a goal that ended",
        tallies=goals_met,
        cadence=QUARTERLY,
        privacy=CLOSED,
        caution="Nobody reads the goals behind it but each person and their line. Goals that are"
        " always met may have been set too low.",
    ),
    Measure(
        name="ratings_above",
        title="Ratings above expectation",
        group="performance",
        definition="Of the people whose review was released in the quarter with a rating, how many"
        " were given more than is expected, after calibration. Expected is the middle row of the"
        " scale; where their number is even, the row just above the middle. Of several the last.",
        formula="people rated above the expected row ÷ people rated",
        tallies=ratings_above,
        better=NEITHER,
        cadence=QUARTERLY,
        privacy=CLOSED,
        caution="A share to be reached would be a curve to be forced: this has no target.",
    ),
    Measure(
        name="ratings_changed",
        title="Ratings changed by calibration",
        group="performance",
        definition="Of the people whose rating was compared in calibration sessions locked in the"
        " quarter, how many were given another than by their manager. Without people who are HR.",
        formula="people with a rating changed ÷ people with a rating compared",
        tallies=ratings_changed,
        better=NEITHER,
        # Told night by night, one who joins HR would subtract the night before from the night after
        # and read what became of their own.
        cadence=QUARTERLY,
        privacy=CLOSED,
        caution="Few changes can mean that managers agree, or that nobody spoke up.",
    ),
]
