"""Paths of the sample company: the starters in force, and people at different places on them."""

from datetime import timedelta
from pathlib import Path

from portal import clock
from portal.documents import exchange
from portal.documents.models import Document
from portal.learning.models import TAKEN, Completion
from portal.learning.taking import complete
from portal.paths import following
from portal.paths.models import HAND, SELF, Enrollment, PathStep
from portal.people.models import Person

CONTENT = Path(__file__).resolve().parent.parent.parent / "content" / "paths"
BEGAN_DAYS_AGO = 34
MANAGERS, NEWCOMERS = "first-ninety-days-as-a-manager", "new-colleagues-first-month"
# Who is on the managers' path, how many days ago they began, and how many courses they did since.
ON_IT = (("mara", 30, 2), ("otto", 26, 1), ("dora", 3, 0))


def fill() -> None:
    """By the verbs the portal has, with the clock moved back."""
    helen = _person("helen")
    if helen is None:
        return
    with clock.shifted(timedelta(days=-BEGAN_DAYS_AGO)):
        for path in sorted(CONTENT.glob("*.md")):
            exchange.publish_file(path, by=helen, note="Starter text")
    path = Document.named("path", MANAGERS)
    if path is None or path.current is None:
        return
    for name, days_ago, courses in ON_IT:
        person = _person(name)
        if person is not None:
            with clock.shifted(timedelta(days=-days_ago)):
                way = Enrollment.begin(path, person, cause=HAND, by=helen)
            _go(way, days_ago, courses)
    following.follow_all()
    newest = Document.named("path", NEWCOMERS)
    ben = _person("ben")
    if newest and ben:
        Enrollment.begin(newest, ben, cause=SELF, by=ben)


def _go(way: Enrollment, days_ago: int, courses: int) -> None:
    """They sign and take what is open, some days after one another, until so many courses are
    done."""
    left = courses
    for number in range(1, 8):
        step = next((row for row in PathStep.of(way) if not row.settled_at), None)
        if step is None or step.assignment is None or (step.key.startswith("course:") and not left):
            return
        with clock.shifted(timedelta(days=min(0, 4 * number - days_ago))):
            if step.key.startswith("course:"):
                _take(step.key.partition(":")[2], way.person)
                left -= 1
            else:
                step.skip("Signed on paper before the portal came.", by=_person("helen"))


def _take(slug: str, person: Person) -> None:
    course = Document.named("course", slug)
    assert course is not None and course.current is not None
    if (
        not Completion.select()
        .where(Completion.course == course.id, Completion.person == person.id)
        .exists()
    ):
        complete(course, course.current, person, how=TAKEN, by=person, score=90, seconds=900)


def _person(name: str) -> Person | None:
    return Person.by_email(f"{name}@halden.example")
