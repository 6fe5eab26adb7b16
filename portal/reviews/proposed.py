"""What somebody took on since their last review, asked about in this one: did it help?

The questions are a section of the person's own form and of whoever leads them. They are kept, read
and erased with the form; what they come to is summed up in `effects`.
"""

from datetime import timedelta
from html import escape
from typing import Any

from portal.growth import overview
from portal.growth.steps import COURSE, MENTOR, READ, STRETCH_TASK, TASK, PlanStep
from portal.learning import helped
from portal.people.models import Person
from portal.questionnaires.parser import LINE, ONE
from portal.questionnaires.questionnaire import Answers
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.steps import MANAGER, SELF

ANSWERS = {
    "helped": "It helped",
    "somewhat": "Somewhat",
    "not": "It did not help",
    "undone": "Not done",
}
SECTION = "Did it help?"
# So few that the phone form stays short; what one can give most to comes first.
MOST = 3
ORDER = (COURSE, MENTOR, STRETCH_TASK, TASK, READ)
# What was taken on a few days before nobody can tell yet: the review after asks about it.
RIPE_DAYS = 21
# Of somebody’s first review, how far it looks back.
BACK_DAYS = 365

KEY = "helped-"
WORDS = "helped-words"


def sections(reviews: list[Review], cycle: Cycle, name: str) -> dict[int, list[dict[str, Any]]]:
    """By review what its form of that step asks as well, where there is anything to ask."""
    found = {}
    steps = _steps(reviews, cycle)
    known = helped.asked_about(list(steps)) if steps and name != SELF else set()
    for review in reviews:
        asked = [
            step
            for step in steps.get(review.person_id, ())
            # Whoever leads them was asked about that course by itself, some weeks after it.
            if step.sort != COURSE or (review.person_id, step.document_id) not in known
        ]
        if asked:
            found[review.id] = [_section(asked[:MOST], review.person, is_own=name == SELF)]
    return found


def _steps(reviews: list[Review], cycle: Cycle) -> dict[int, list[PlanStep]]:
    """By person what they took on since the review before, the weightiest first."""
    ripe = timedelta(days=RIPE_DAYS)
    until = cycle.begun_at - ripe
    first = until - timedelta(days=BACK_DAYS)
    people = [review.person_id for review in reviews]
    rows = overview.taken_on(people, first, until)
    if not rows:
        return {}
    before = _before(people, cycle)
    found: dict[int, list[PlanStep]] = {}
    for step in sorted(rows, key=lambda one: (ORDER.index(one.sort), one.id)):
        since = before.get(step.plan.person_id)
        if since is None or step.plan.accepted_at >= since - ripe:
            found.setdefault(step.plan.person_id, []).append(step)
    return found


def _before(people: list[int], cycle: Cycle) -> dict[int, Any]:
    """By person when the last cycle before this one began in which they were asked about."""
    rows: Any = (
        Review.select(Review.person, Cycle.begun_at)
        .join(Cycle)
        .join(Phase, on=(Phase.cycle == Cycle.id))
        .where(Review.person.in_(people), Review.counts(), Cycle.begun_at < cycle.begun_at)
        .where(Phase.name.in_((SELF, MANAGER)), Phase.opened_at.is_null(False))
        .where(Cycle.id != cycle.id)
        .order_by(Cycle.begun_at)
        .tuples()
    )
    return dict(rows)


def _section(steps: list[PlanStep], person: Person, *, is_own: bool) -> dict[str, Any]:
    who = "You" if is_own else escape(person.first_name)
    said = f"<p>{who} took this on since the review before. One tap each; none is needed.</p>"
    options = [{"key": key, "label": label} for key, label in ANSWERS.items()]
    questions = [_question(f"{KEY}{step.id}", ONE, titled(step), options=options) for step in steps]
    questions.append(_question(WORDS, LINE, "What made the difference, or was missing?"))
    return {"title": SECTION, "html": said, "questions": questions}


def _question(key: str, kind: str, title: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "title": title, "hint": "", "optional": True, **more}


def titled(step: PlanStep) -> str:
    """A step as it is asked about; a mentor is not named in it, nor whether one was found."""
    if step.sort == COURSE:
        return f"The course “{step.title}”"
    if step.sort == READ:
        return f"Reading “{step.title}”"
    if step.sort == STRETCH_TASK:
        return f"The task “{step.title}”"
    if step.sort == MENTOR:
        return f"Mentoring for “{step.plan.competency.title}”"
    return step.title


def answered(answers: Answers) -> dict[int, str]:
    """By step what was said of it."""
    return {
        int(key.removeprefix(KEY)): str(answer)
        for key, answer in answers.items()
        if key.startswith(KEY) and answer in ANSWERS
    }
