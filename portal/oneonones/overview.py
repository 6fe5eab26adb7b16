"""What stands of one-on-ones on pages that gather."""

from typing import Any

import peewee

from portal import db
from portal.oneonones import access
from portal.oneonones.models import OneOnOne, Talk
from portal.people.models import Person


def columns(viewer: Person) -> dict[str, Any]:
    """The day of the next talk, as a column of the page's one query."""
    if not access.can_have(viewer):
        return {}
    mine = OneOnOne.of(viewer).where(OneOnOne.is_open()).select(OneOnOne.id)
    coming = Talk.select(peewee.fn.MIN(Talk.planned_on)).where(
        Talk.held_on.is_null(), db.among(Talk.one_on_one, mine)
    )
    return {"next_talk_on": coming}
