"""The short block of one-on-ones on the hub: what comes next, and where it went quiet."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from portal import db
from portal.oneonones import access
from portal.oneonones.models import OneOnOne, Talk
from portal.people.models import Person

SHOWN = 5


@dataclass(frozen=True)
class Line:
    """One talk that comes: with whom, when, and that it is overdue, in words."""

    one: OneOnOne
    other: Person
    next_on: date | None
    silence: str


@dataclass(frozen=True)
class Overview:
    """The next talks of somebody, the nearest first, and how many there are in all."""

    lines: list[Line]
    total: int
    url: str = "/one-on-ones"


def columns(viewer: Person) -> dict[str, Any]:
    """The day of the next talk, as a column of the hub's one query."""
    if not access.can_have(viewer):
        return {}
    mine = OneOnOne.of(viewer).where(OneOnOne.is_open()).select(OneOnOne.id)
    coming = Talk.select(peewee.fn.MIN(Talk.planned_on)).where(
        Talk.held_on.is_null(), db.among(Talk.one_on_one, mine)
    )
    return {"next_talk_on": coming}


def of(viewer: Person) -> Overview:
    """One query."""
    today = viewer.today()
    found = [one for one in access.listed_for(viewer) if one.goes_on]
    lines = [
        Line(one, one.other(viewer), one.next.planned_on, one.silence(today))
        for one in found[:SHOWN]
    ]
    return Overview(lines, len(found))
