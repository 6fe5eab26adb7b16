"""Mentors, tasks on the board and a plan for everybody, in the benchmark's company."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from portal import clock
from portal.competencies import texts
from portal.growth.mentoring import Mentor, MentorSkill
from portal.growth.models import DevelopmentPlan
from portal.growth.steps import TASK, PlanStep
from portal.growth.stretches import Stretch
from portal.people.models import Person
from tests.bench.rows import insert

EVERY_MENTOR = 20
TASKS = 60
STEPS = 3


def fill(today: date) -> None:
    """The newest person's plan is the first, so that it is found under its number."""
    at = datetime.combine(today, time(0, 0, 1), clock.zone_of("UTC"))
    people = Person.select().count()
    known = [one.document.id for one in texts.all_of_them()[:STEPS]]
    mentors = range(2, people, EVERY_MENTOR)
    insert(Mentor, ({"person": one, "capacity": 3, "offered_at": at} for one in mentors))
    insert(
        MentorSkill,
        (
            {"mentor": place + 1, "competency": document}
            for place in range(len(mentors))
            for document in known
        ),
    )
    insert(Stretch, (_task(number, known[0], today, at) for number in range(TASKS)))
    insert(
        DevelopmentPlan,
        (
            {
                "person": people - place, "competency": known[0], "level": "L1", "made_at": at,
                "accepted_at": at,
            }
            for place in range(people)
        ),
    )  # fmt: skip
    insert(PlanStep, _steps(people))


def _task(number: int, competency: int, today: date, at: datetime) -> dict[str, Any]:
    return {
        "title": f"Task number {number}", "competency": competency, "takes": "two days",
        "seats": 2, "until": today + timedelta(days=90), "posted_by": 2, "posted_at": at,
    }  # fmt: skip


def _steps(people: int) -> Iterator[dict[str, Any]]:
    for plan in range(1, people + 1):
        for place in range(STEPS):
            yield {"plan": plan, "place": place, "sort": TASK, "words": f"Step {place}"}
