"""A few numbers about oneself, for the page that gathers what helps one grow."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import peewee

from portal import clock
from portal.assignments.models import Assignment
from portal.feedback import access
from portal.feedback.check_ins import CHECK_IN
from portal.feedback.models import DUTY, Note
from portal.feedback.praise import Praise
from portal.people.models import Person

PRAISE_DAYS = 90


@dataclass(frozen=True)
class Overview:
    """What there is of feedback for one person: unread, praised lately, asked of them; and how many
    they lead still wait for a word."""

    unread: int = 0
    feedback: int = 0
    praised: int = 0
    asked: int = 0
    silent: int = 0


def of(viewer: Person) -> Overview:
    """In one query."""
    if not access.can_use(viewer):
        return Overview()
    since = clock.now() - timedelta(days=PRAISE_DAYS)
    notes = access.notes_for(viewer)
    owed = Assignment.select().where(Assignment.is_open(), Assignment.person == viewer.id)
    counted = (
        notes.where(Note.acknowledged_at.is_null()),
        notes,
        access.praise_for(viewer).where(Praise.given_at > since),
        owed.where(Assignment.kind == DUTY),
        owed.where(Assignment.kind == CHECK_IN),
    )
    columns = [_count(query) for query in counted]
    row: Any = peewee.Select(columns=columns).bind(Person._meta.database).tuples()
    return Overview(*next(iter(row.execute())))


def _count(query: Any) -> Any:
    return query.select(peewee.fn.COUNT(query.model.id))
