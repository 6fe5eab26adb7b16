"""The short block of one-on-ones on the hub: what comes next, and where it went quiet."""

from dataclasses import dataclass
from datetime import date

from portal.oneonones import access
from portal.oneonones.models import OneOnOne
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


def of(viewer: Person) -> Overview:
    """One query."""
    today = viewer.today()
    found = [one for one in access.listed_for(viewer) if one.goes_on]
    lines = [
        Line(one, one.other(viewer), one.next.planned_on, one.silence(today))
        for one in found[:SHOWN]
    ]
    return Overview(lines, len(found))
