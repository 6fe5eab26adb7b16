"""What stands of feedback on pages that gather."""

from datetime import timedelta
from typing import Any

import peewee

from portal import clock
from portal.assignments.models import Assignment
from portal.feedback import access
from portal.feedback.asking import DUTY
from portal.feedback.models import Note
from portal.feedback.praise import Praise
from portal.people.models import Person

PRAISE_DAYS = 90


def columns(viewer: Person) -> dict[str, Any]:
    """What there is for one person: unread, in all, praised lately, and asked of them; each a
    column of the page's one query."""
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
    }
    return {name: _count(query) for name, query in counted.items()}


def _count(query: Any) -> Any:
    return query.select(peewee.fn.COUNT(query.model.id))
