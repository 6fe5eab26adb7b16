"""What people of the sample company took on some weeks ago; their next review asks about it."""

from datetime import timedelta

from portal import clock
from portal.documents.models import Document
from portal.growth.models import DevelopmentPlan
from portal.growth.steps import COURSE, TASK, Choice
from portal.learning.models import Completion
from portal.people.models import Person

TASKS = (
    "Hold the team meeting twice",
    "Write up what we learned from the recall",
    "Give one colleague feedback each week",
)
# So long it took to do what they could do by themselves.
DAYS = 20


def fill() -> None:
    """Those who have taken the course by now took it on then, with a task of their own."""
    course = Document.named("course", "giving-feedback")
    competency = Document.named("competency", "communication")
    if course is None or competency is None:
        return
    rows = Completion.select(Completion.person).where(Completion.course == course)
    people = Person.select().where(Person.id.in_(rows)).order_by(Person.id)
    for number, person in enumerate(people):
        position = person.position()
        level = position.level if position else ""
        choices = [Choice(COURSE, document=course), Choice(TASK, words=TASKS[number % len(TASKS)])]
        plan = DevelopmentPlan.take_on(person, competency, level, choices)
        with clock.shifted(timedelta(days=DAYS)):
            for step in plan.steps():
                step.complete(by=person)
