"""Which ratings can be compared in a session, and in which group each of them stands."""

from dataclasses import dataclass
from typing import Any

import peewee

from portal import clock, db
from portal.people.models import Person
from portal.people.org import Teams
from portal.people.positions import Position
from portal.questionnaires.models import Submission
from portal.questionnaires.parser import RATING
from portal.questionnaires.questionnaire import Question
from portal.questionnaires.terms import HR, SUBJECT
from portal.questionnaires.terms import MANAGER as LINE
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER

DEPARTMENT, TEAM, LEVEL = "department", "team", "level"
GROUPINGS = {DEPARTMENT: "Department", TEAM: "Team", LEVEL: "Level"}
NO_GROUP = "—"


@dataclass(frozen=True)
class Found:
    """A form that can be placed, as it was when it was looked at."""

    part: int
    version: int
    placement: dict[str, Any]


def question_of(submission: Submission, cycle: Cycle) -> Question | None:
    """The rating of a form that is calibrated in this cycle."""
    asked = str(cycle.plan.get("rating") or "")
    found = (one for one in submission.questionnaire.questions if one.kind == RATING)
    return next((one for one in found if one.title == asked), None)


def sent(cycle: Cycle, *, without: Any) -> Any:
    """Forms of managers that are sent and not released, as a query; not those of reviews among
    `without`, a query of ids. Of a form that was asked for otherwise, with readers of its own, only
    what HR and the line read and the person does not: nobody compares what was read already."""
    readable = Submission.is_read_by(HR) & Submission.is_read_by(LINE)
    return (
        ReviewPart.select(ReviewPart, Review, Submission)
        .join(Phase)
        .switch(ReviewPart)
        .join(Review)
        .switch(ReviewPart)
        .join(Submission)
        .where(Phase.name == MANAGER, Review.cycle == cycle, Review.counts())
        .where(ReviewPart.is_current(), Submission.submitted_at.is_null(False))
        .where(Submission.purged_at.is_null(), Review.released_at.is_null())
        .where(readable, ~Submission.is_read_by(SUBJECT))
        .where(~db.among(Review.id, without))
    )


def late(cycle: Cycle, viewer: Person, *, without: Any) -> Any:
    """The same about others than the viewer, as a query."""
    return sent(cycle, without=without).where(Review.person != viewer.id)


def versions(cycle: Cycle, *, without: Any) -> Any:
    """Of what can be placed now: which form it is, and which sending of it."""
    return sent(cycle, without=without).select(ReviewPart.id, Submission.version).tuples()


def found(
    cycle: Cycle, grouping: str, departments: set[int] | None, *, without: Any
) -> list[Found]:
    """Form by form what is placed: the review, its group, and what was given."""
    parts = list(sent(cycle, without=without).order_by(Review.id))
    teams, held = Teams(), _held([part.review.person_id for part in parts])
    structures: dict[int, Any] = {}
    rows = []
    for part in parts:
        submission, position = part.submission, held.get(part.review.person_id)
        team = position.team_id if position else None
        if departments is not None and teams.top(team) not in departments:
            continue
        # A thousand forms of one text read it once.
        known = structures.get(submission.revision_id)
        structures[submission.revision_id] = known = known or submission.structure
        submission.__dict__["structure"] = known
        question = question_of(submission, cycle)
        given = submission.given.get(question.key) if question else None
        if not isinstance(given, str) or not given.isdecimal():
            continue
        placement = {
            "review": part.review.id,
            "submission": submission.id,
            "team": _group(grouping, teams, team, part.review)[:200],
            "given": int(given),
            "rating": int(given),
        }
        rows.append(Found(part.id, submission.version, placement))
    return rows


def _group(grouping: str, teams: Teams, team: int | None, review: Review) -> str:
    """What somebody's group is called."""
    if grouping == LEVEL:
        return review.level or NO_GROUP
    if grouping == TEAM:
        return teams.path(team) if team in teams.by_id else NO_GROUP
    return teams.department(team) or NO_GROUP


def _held(people: list[int]) -> dict[int, Position]:
    """By person what they hold today."""
    found = {}
    for batch in peewee.chunked(people, 500):
        rows = Position.select().where(
            Position.person.in_(list(batch)), Position.is_held(clock.today())
        )
        found |= {row.person_id: row for row in rows}
    return found
