"""A manager's people and their learning: a row each, counted for one page at a time."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import peewee

from portal import db
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.learning.certificates import ENDING_DAYS
from portal.learning.models import KIND, Attempt, Completion
from portal.people.models import Person

MOST_COURSES = 50


@dataclass
class Row:
    """One of them: how many courses they owe, are late with, have under way and have completed."""

    person: Person
    owed: int
    overdue: int
    due_on: date | None
    under_way: list[str] = field(default_factory=list)
    completed: int = 0
    ending: int = 0


def listed(viewer: Person, on: date) -> Any:
    """Everyone in the viewer's line, as a query of dicts for `web.Page`: the most overdue first."""
    owed = (
        Assignment.select(
            Assignment.person.alias("person_id"),
            peewee.fn.COUNT(Assignment.id).alias("owed"),
            peewee.fn.SUM(peewee.Case(None, [(Assignment.due_on < on, 1)], 0)).alias("overdue"),
            peewee.fn.MIN(Assignment.due_on).alias("due_on"),
        )
        .where(Assignment.is_open(), Assignment.kind == KIND)
        .group_by(Assignment.person)
        .alias("owed")
    )
    late = peewee.fn.COALESCE(owed.c.overdue, 0)
    many = peewee.fn.COALESCE(owed.c.owed, 0)
    stays = Person.last_day_on.is_null() | (Person.last_day_on >= on)
    return (
        Person.select(
            *Person.names(Person),
            many.alias("owed"),
            late.alias("overdue"),
            owed.c.due_on.alias("due_on"),
        )
        .join(owed, peewee.JOIN.LEFT_OUTER, on=(owed.c.person_id == Person.id))
        .where(db.among(Person.id, viewer.line()), Person.withdrawn_at.is_null(), stays)
        .order_by(late.desc(), many.desc(), Person.folded, Person.id)
        .dicts()
    )


def rows_of(viewer: Person, found: list[dict[str, Any]], on: date) -> list[Row]:
    """The people of one page, with what they have under way and completed: two queries."""
    rows = {row["id"]: _row(row) for row in found}
    if not rows:
        return []
    begun = (
        Attempt.select(Attempt.person, Document.title)
        .join(Document, on=(Attempt.course == Document.id))
        .where(Attempt.person.in_(list(rows)), Attempt.is_open(), Attempt.completed_at.is_null())
        .order_by(Attempt.touched_at.desc())
    )
    for person_id, title in begun.tuples():
        rows[person_id].under_way.append(title)
    until = peewee.fn.COALESCE(Completion.expires_on, date.max)
    newest = (
        Completion.select(Completion.person.alias("person_id"), peewee.fn.MAX(until).alias("until"))
        .where(Completion.person.in_(list(rows)), Completion.stands())
        .group_by(Completion.person, Completion.course)
        .alias("newest")
    )
    soon = newest.c.until.between(on, on + timedelta(days=ENDING_DAYS))
    done = (
        Completion.select(
            newest.c.person_id,
            peewee.fn.COUNT(newest.c.until),
            peewee.fn.SUM(peewee.Case(None, [(soon, 1)], 0)),
        )
        .from_(newest)
        .where(newest.c.until >= on)
        .group_by(newest.c.person_id)
    )
    for person_id, completed, ending in done.tuples():
        rows[person_id].completed, rows[person_id].ending = int(completed), int(ending)
    return list(rows.values())


def _row(row: dict[str, Any]) -> Row:
    due_on = row["due_on"]
    return Row(
        person=Person(**{field.name: row[field.name] for field in Person.names(Person)}),
        owed=int(row["owed"]),
        overdue=int(row["overdue"]),
        # Out of a subquery SQLite gives a date as it keeps it.
        due_on=date.fromisoformat(due_on) if isinstance(due_on, str) else due_on,
    )


@dataclass(frozen=True)
class Course:
    """A course somebody of them owes: how many do, and how many are late."""

    id: int
    title: str
    owed: int
    overdue: int


def courses(viewer: Person, on: date) -> list[Course]:
    """What the viewer's line owes, the most overdue first; one query."""
    late = peewee.fn.SUM(peewee.Case(None, [(Assignment.due_on < on, 1)], 0))
    number = peewee.fn.COUNT(Assignment.id)
    rows = (
        Assignment.select(Document.id, Document.title, number, late)
        .join(Document, on=(Assignment.target == Document.id))
        .where(
            Assignment.is_open(),
            Assignment.kind == KIND,
            db.among(Assignment.person, viewer.line()),
        )
        .group_by(Document.id, Document.title)
        .order_by(late.desc(), number.desc(), Document.title)
        .limit(MOST_COURSES)
    )
    return [Course(one, title, many, int(overdue)) for one, title, many, overdue in rows.tuples()]
