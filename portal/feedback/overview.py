"""A few numbers about oneself, for the page that gathers what helps one grow."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import peewee

from portal import clock
from portal.assignments.models import Assignment
from portal.feedback import access
from portal.feedback.asking import DUTY
from portal.feedback.check_ins import CHECK_IN
from portal.feedback.models import Note
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
    row: Any = peewee.Select(columns=list(columns(viewer).values())).bind(Person._meta.database)
    return Overview(*next(iter(row.tuples().execute())))


def columns(viewer: Person) -> dict[str, Any]:
    """The same by name, each a column of a page's one query."""
    if not access.can_use(viewer):
        return {}
    since = clock.now() - timedelta(days=PRAISE_DAYS)
    notes = access.notes_for(viewer)
    owed = Assignment.select().where(Assignment.is_open(), Assignment.person == viewer.id)
    counted = {
        "unread": notes.where(Note.acknowledged_at.is_null()),
        "feedback": notes,
        "praised": access.praise_for(viewer).where(Praise.given_at > since),
        "asked": owed.where(Assignment.kind == DUTY),
        "silent": owed.where(Assignment.kind == CHECK_IN),
    }
    return {name: _count(query) for name, query in counted.items()}


def _count(query: Any) -> Any:
    return query.select(peewee.fn.COUNT(query.model.id))
