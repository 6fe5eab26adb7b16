"""Whom a path means is put on it by the portal, once; whoever has left is on no path any more.

Nobody is taken off because a rule means them no longer: HR ends what is to end. Whoever was put on
a path and taken off it is not put on it again, unless they had left the company.
"""

from datetime import timedelta
from typing import Any

import peewee

from portal import clock, db, queue
from portal.audit import Cursor
from portal.documents.models import Document
from portal.paths import meant
from portal.paths.models import KIND, LEFT, RULE, Enrollment
from portal.people.models import Person
from portal.people.org import Company

CURSOR = "paths"
# What decides whom a rule means, and what puts a path in force.
WATCHED = frozenset({"position", "person", "team", "location", "import", "revision", "document"})
# So few that nobody who writes waits long.
BATCH = 4


def follow_news() -> int:
    """When something happened that may decide whom a path means; returns how many were put on."""
    news, read_to = Cursor.news(CURSOR, WATCHED)
    if news is not None and not news:
        return 0
    changed = follow_all()
    if not queue.must_stop():
        Cursor.has_read(CURSOR, read_to)
    return changed


def follow_all() -> int:
    """Every path in force is looked through, and every leaver; returns how many were put on."""
    end_of_leavers()
    paths = Document.with_current(Document.select()).where(
        Document.kind == KIND, Document.is_published()
    )
    return sum(follow(path) for path in list(paths))


def follow(path: Document) -> int:
    """Whoever it means and was never on it is put on it."""
    changed = 0
    for batch in peewee.chunked(waiting(path), BATCH):
        if queue.must_stop():
            break
        with db.write():
            path.read_again()
            # Worked out once more: somebody may have been put on it, or the text be another.
            still = set(waiting(path, among=batch)) if path.state == "published" else set()
            for person in Person.select().where(Person.id.in_(sorted(still))):
                Enrollment.begin(path, person, cause=RULE, by=None)
                changed += 1
    return changed


def waiting(path: Document, among: Any = None) -> list[int]:
    """Ids of those it means today who are not on it and never were."""
    current = path.current
    who = meant.who_of(current.parsed) if current else None
    since = meant.in_force_since(path) if who else None
    if who is None or since is None:
        return []
    ids = meant.whom(who, since, clock.today(Company.settings().zone))
    rows: Any = Enrollment.select(Enrollment.person).where(
        Enrollment.path == path.id, Enrollment.ended_why != LEFT
    )
    before = {person for (person,) in rows.tuples()}
    wanted = set(ids) if among is None else set(ids) & set(among)
    return [person for person in ids if person in wanted and person not in before]


def end_of_leavers() -> int:
    """Whoever left is on no path any more; returns how many enrollments ended."""
    near = clock.today() + timedelta(days=1)
    rows = (
        Enrollment.select(Enrollment, Person)
        .join(Person, on=(Enrollment.person == Person.id))
        .where(Enrollment.is_under_way(), Person.last_day_on < near)
        .order_by(Enrollment.id)
    )
    left = [row for row in rows if row.person.has_left(row.person.today())]
    for row in left:
        row.end(LEFT, by=None)
    return len(left)
