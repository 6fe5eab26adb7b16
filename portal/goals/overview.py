"""The short block on goals for pages that gather: one’s open goals and how they go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import peewee

from portal.goals import access, listing
from portal.goals.listing import Line
from portal.goals.models import Goal
from portal.people.models import Person

SHOWN = 20


@dataclass(frozen=True)
class Overview:
    """One's own open goals: two queries."""

    lines: list[Line]

    @property
    def open(self) -> int:
        return len(self.lines)

    @property
    def quiet(self) -> int:
        """Of how many nobody has said for four weeks how they go."""
        return sum(line.is_quiet for line in self.lines)

    @property
    def last_said_at(self) -> datetime | None:
        return max((line.said_at for line in self.lines if line.said_at), default=None)


def columns(viewer: Person) -> dict[str, Any]:
    """What the hub counts of it, as a column of its one query."""
    if not access.is_inside(viewer):
        return {}
    mine = Goal.select(peewee.fn.COUNT(Goal.id)).where(Goal.person == viewer.id, Goal.is_open())
    return {"goals": mine}


def of(viewer: Person) -> Overview:
    """What stands on the hub; nothing for whoever goals are not for."""
    if not access.is_inside(viewer):
        return Overview([])
    mine = Goal.select().where(Goal.person == viewer.id, Goal.is_open())
    return Overview(listing.lines(mine.order_by(Goal.ends_on.asc(nulls="last"), Goal.id), SHOWN))
