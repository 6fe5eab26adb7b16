"""Who stands where on a path, and for how long: listed, counted, asked for, as a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments import nudges
from portal.assignments.models import Assignment
from portal.compliance import access as compliance_access
from portal.documents.models import Document, Revision
from portal.paths import access, progress
from portal.paths.models import LEFT, Enrollment, PathStep
from portal.paths.progress import Progress
from portal.people.models import Person
from portal.people.tables import write_table
from portal.text import count
from portal.web import day

# Nothing done for so long, and it is worth a question.
STUCK_DAYS = 14
MOST_ROWS = 20_000
# The rows of a file are worked out so many at a time.
BATCH = 500
FILTERS = {
    "": "Under way",
    "late": "Late",
    "stuck": "Stuck",
    "finished": "Finished",
    "ended": "Taken off",
}


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for."""

    words: str = ""
    state: str = ""


def _is(name: str, today: date) -> Any:
    """The condition of a filter."""
    if name == "finished":
        return Enrollment.finished_at.is_null(False) & Enrollment.ended_at.is_null()
    if name == "ended":
        return Enrollment.ended_at.is_null(False)
    condition = Enrollment.is_under_way()
    if name == "late":
        condition &= Enrollment.due_on < today
    if name == "stuck":
        condition &= Enrollment.moved_at < clock.now() - timedelta(days=STUCK_DAYS)
    return condition


def counts(viewer: Person, path: Document, today: date) -> dict[str, int]:
    """How many each filter shows, in one query."""
    sums = [
        peewee.fn.COALESCE(peewee.fn.SUM(peewee.Case(None, [(_is(name, today), 1)], 0)), 0)
        for name in FILTERS
    ]
    rows = _of(viewer, path).select(*sums).tuples()
    return dict(zip(FILTERS, map(int, rows.first()), strict=True))


def _of(viewer: Person, path: Document) -> Any:
    """Those the viewer follows: never their own, which has a page of its own."""
    visible = access.enrollments_visible_to(viewer)
    return visible.where(Enrollment.path == path.id, Enrollment.person != viewer.id)


def listed(viewer: Person, path: Document, asked: Asked, today: date) -> Any:
    """Whom the address asks for, those first who have not moved for longest."""
    putter = Person.alias()
    rows = (
        _of(viewer, path)
        .select(Enrollment, *Person.names(Person), *Person.names(putter), Revision)
        .join(Person, on=(Enrollment.person == Person.id), attr="person")
        .switch(Enrollment)
        .join(putter, peewee.JOIN.LEFT_OUTER, on=(Enrollment.put_by == putter.id), attr="put_by")
        .switch(Enrollment)
        .join(Revision, on=(Enrollment.revision == Revision.id))
        .where(_is(asked.state, today))
    )
    newest_first = asked.state in ("finished", "ended")
    order = Enrollment.moved_at.desc() if newest_first else Enrollment.moved_at
    rows = rows.order_by(order, Enrollment.id)
    return rows.where(Person.matches(asked.words)) if asked.words else rows


def rows_of(enrollments: Iterable[Enrollment]) -> list[Progress]:
    """The people of one page with how far each has come."""
    return progress.of_all(enrollments)


def since(row: Progress, today: date) -> str:
    """For how long nothing has moved, in words."""
    days = (today - row.enrollment.moved_at.date()).days
    return f"for {count(days, 'day')}" if days > 0 else "since today"


def is_stuck(row: Progress) -> bool:
    moved = row.enrollment.moved_at
    limit = clock.now() - timedelta(days=STUCK_DAYS)
    return row.enrollment.state == "under way" and moved < limit


# -- asked for, and as a file ------------------------------------------------------------------


def askable(viewer: Person, path: Document, person: int | None = None) -> list[Assignment]:
    """What others owe on this path that the viewer may ask for now, the longest overdue first."""
    near = viewer.today() + timedelta(days=nudges.NEAR_DAYS)
    steps = (
        PathStep.select(PathStep.assignment)
        .join(Enrollment)
        .where(Enrollment.path == path.id, Enrollment.is_under_way(), PathStep.settled_at.is_null())
    )
    duties = (
        compliance_access.duties_to_nudge(viewer)
        .select(Assignment, Person)
        .join(Person, on=(Assignment.person == Person.id))
        .where(db.among(Assignment.id, steps), Assignment.due_on <= near)
        .order_by(Assignment.due_on, Assignment.id)
    )
    if person:
        duties = duties.where(Assignment.person == person)
    return list(duties.limit(nudges.MAX_DUTIES))


COLUMNS = (
    "name", "email", "state", "begun on", "due on", "steps done", "steps", "percent", "next step",
    "has not moved since", "finished on", "text",
)  # fmt: skip


def export(viewer: Person, path: Document, asked: Asked) -> bytes:
    """Whom the page shows as CSV; that it was taken, and how many, is in the trail."""
    query, document = listed(viewer, path, asked, viewer.today()).limit(MOST_ROWS), path
    table = []
    for batch in peewee.chunked(list(query), BATCH):
        table += [_line(row) for row in progress.of_all(batch)]
    with db.write():
        audit.record(viewer, "exported", document, data={"people": len(table)})
    return write_table(COLUMNS, table)


def _line(row: Progress) -> list[str]:
    one = row.enrollment
    return [
        one.person.name,
        one.person.email,
        one.state,
        str(one.begun_on),
        str(one.due_on or ""),
        str(row.done),
        str(row.total),
        str(row.percent),
        row.next.title if row.next else "",
        str(one.moved_at.date()),
        str(one.finished_on or ""),
        str(one.revision.number),
    ]


def ended_words(enrollment: Enrollment) -> str:
    """Why it ended, as one reads it."""
    if enrollment.ended_why == LEFT:
        return "Left the company."
    return enrollment.ended_why or f"Taken off on {day(enrollment.ended_at.date())}."
