"""A newer text of a path: what would change for whom, before anybody is moved to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import peewee

from portal import db
from portal.documents.models import Document, Revision
from portal.paths import progress, route
from portal.paths.models import Enrollment
from portal.people.models import Person
from portal.text import count


@dataclass(frozen=True)
class Move:
    """Those on one earlier text, and what the text in force would change for them."""

    revision: Revision
    people: int
    lines: list[str]


def moves(path: Document) -> list[Move]:
    """One for each earlier text that somebody is on, the oldest first."""
    rows = (
        Revision.select(Revision, peewee.fn.COUNT(Enrollment.id).alias("people"))
        .join(Enrollment, on=(Enrollment.revision == Revision.id))
        .where(Enrollment.path == path.id, Enrollment.is_under_way())
        .group_by(Revision)
        .order_by(Revision.number)
    )
    current = path.current
    earlier = [row for row in rows if current and row.id != current.id]
    if not earlier or current is None:
        return []
    titles = progress.titles_of([current.parsed, *(row.parsed for row in earlier)])
    return [
        Move(row, row.people, _lines(route.differences(row.parsed, current.parsed), titles))
        for row in earlier
    ]


def behind(path: Document) -> int:
    """How many are under way on an earlier text."""
    if path.current is None:
        return 0
    rows = Enrollment.select().where(
        Enrollment.path == path.id,
        Enrollment.is_under_way(),
        Enrollment.revision != path.current.id,
    )
    return rows.count()  # type: ignore[no-any-return]


def _lines(found: route.Differences, titles: progress.Titles) -> list[str]:
    def named(steps: Iterable[Any]) -> str:
        return ", ".join(f"“{progress.title_of(step, titles)}”" for step in steps)

    said = []
    if found.added:
        said.append(f"New: {named(found.added)}.")
    if found.gone:
        said.append(f"Left out: {named(found.gone)}. What was done stays on record.")
    if found.changed:
        said.append(f"Asked otherwise (days, gate or optional): {named(found.changed)}.")
    if found.is_reordered:
        said.append("The order is another.")
    if found.due:
        before, after = (f"{days} days" if days else "no end" for days in found.due)
        said.append(f"Time for the whole: {after} in place of {before}.")
    return said or ["No step changes, only words."]


def move_all(path: Document, numbers: dict[int, int], *, by: Person) -> int | None:
    """Everybody on an earlier text goes on with the one in force. `numbers` is how many were shown
    on which text; where that is not so any more nothing is done, and None is returned."""
    with db.write():
        path.read_again()
        current = path.current
        found = {move.revision.id: move.people for move in moves(path)}
        if found != numbers or current is None:
            return None
        rows = Enrollment.select().where(
            Enrollment.path == path.id,
            Enrollment.is_under_way(),
            Enrollment.revision != current.id,
        )
        return sum(row.move_to(current, by=by) for row in list(rows))


def said(moved: int) -> str:
    return f"{count(moved, 'person goes', 'people go')} on with the newest text."
