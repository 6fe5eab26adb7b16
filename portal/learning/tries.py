"""How often a course may be tried, and that HR has given somebody another try."""

from typing import Any

import peewee

from portal import audit, clock, db
from portal.documents.models import Document
from portal.learning.models import UNKNOWN, Attempt, Completion
from portal.people.models import Person


class NoTryLeft(RuntimeError):
    """Every graded try was used. HR may give another."""


class GivenTry(db.Model):
    """HR has given somebody one more try at a course than its text allows."""

    course = peewee.ForeignKeyField(Document)
    person = peewee.ForeignKeyField(Person)
    given_by = peewee.ForeignKeyField(Person)
    given_at = db.UtcField()

    class Meta:
        indexes = ((("course", "person"), False),)

    @classmethod
    def give(cls, course: Document, person: Person, *, by: Person) -> "GivenTry | None":
        """One more; None where there is a try left already, so that a click too much gives none."""
        with db.write():
            left = tries_left(course, person)
            if left is None or left > 0:
                return None
            given_try = cls.create(course=course, person=person, given_by=by, given_at=clock.now())
            audit.record(by, "given", given_try, about=person, data={"course": course.id})
        return given_try


def most_tries(course: Document) -> int | None:
    """How many graded tries the text in force allows; None for as many as needed."""
    most: int | None = course.current.parsed.get("attempts") if course.current else None
    return most


def tries_left(course: Document, person: Person) -> int | None:
    """How many graded tries are left; None where there are as many as needed.

    They count from the last time the course was completed: who takes it again next year begins
    with all of them.
    """
    most = most_tries(course)
    if most is None:
        return None
    mine = (Completion.course == course.id) & (Completion.person == person.id)
    since = Completion.select(peewee.fn.MAX(Completion.recorded_at)).where(
        mine, Completion.stands()
    )
    rows = Document.select(
        _since(GivenTry, GivenTry.given_at, since, course, person),
        _since(Attempt, Attempt.started_at, since, course, person).where(is_used()),
    )
    given, used = rows.where(Document.id == course.id).tuples().first()
    return max(0, most + int(given) - int(used))


def _since(model: Any, moment: Any, since: Any, course: Document, person: Person) -> Any:
    """How many rows of theirs there are from that moment on, or all of them, as a column."""
    return model.select(peewee.fn.COUNT(model.id)).where(
        model.course == course.id,
        model.person == person.id,
        moment >= peewee.fn.COALESCE(since, moment),
    )


def is_used() -> Any:
    """A graded try that did not complete the course, as a condition."""
    return ~Attempt.is_open() & (Attempt.success != UNKNOWN) & Attempt.completed_at.is_null()


def out_of_tries(course: Document) -> list[tuple[Person, int]]:
    """Who has used all their tries and has not completed it, with how many those were."""
    most = most_tries(course)
    if most is None:
        return []
    tried: Any = (
        Attempt.select(Attempt.person, peewee.fn.COUNT(Attempt.id))
        .where(Attempt.course == course.id, is_used())
        .group_by(Attempt.person)
        .having(peewee.fn.COUNT(Attempt.id) >= most)
    )
    used = dict(tried.tuples())
    people = Person.select().where(Person.id.in_(list(used)), Person.is_here(clock.today()))
    found = list(people.order_by(Person.folded, Person.id))
    return [(one, used[one.id]) for one in found if tries_left(course, one) == 0]
