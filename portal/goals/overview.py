"""What stands of goals on pages that gather."""

from typing import Any

import peewee

from portal.goals import access
from portal.goals.models import Goal
from portal.people.models import Person


def columns(viewer: Person) -> dict[str, Any]:
    """How many open goals one has, as a column of the page's one query."""
    if not access.is_inside(viewer):
        return {}
    mine = Goal.select(peewee.fn.COUNT(Goal.id)).where(Goal.person == viewer.id, Goal.is_open())
    return {"goals": mine}
