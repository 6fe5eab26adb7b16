"""The paths somebody finds: those they are on, those they have finished, and those to begin."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import peewee

from portal.documents.models import Document, Revision
from portal.paths import access, progress
from portal.paths.models import Enrollment
from portal.paths.progress import Progress
from portal.people.models import Person


@dataclass(frozen=True)
class Entry:
    """A path in the catalog, with the viewer's own way on it if they are or were on it."""

    path: Document
    own: Progress | None

    @property
    def state(self) -> str:
        return self.own.enrollment.state if self.own else ""

    @property
    def steps(self) -> int:
        """How many there are in the text in force."""
        said = self.path.current.parsed if self.path.current else {}
        return sum(len(section["steps"]) for section in said.get("sections", ()))

    @property
    def days(self) -> int | None:
        return self.path.current.parsed["due"] if self.path.current else None


@dataclass(frozen=True)
class Catalog:
    """What the page shows, each list in its order."""

    under_way: list[Entry] = field(default_factory=list)
    to_begin: list[Entry] = field(default_factory=list)
    finished: list[Entry] = field(default_factory=list)
    others: list[Entry] = field(default_factory=list)


def rows(viewer: Person) -> Catalog:
    """Every path the viewer may know of, sorted by where they stand with it; four queries."""
    paths = Document.with_current(access.visible_to(viewer)).order_by(Document.folded, Document.id)
    own = {one.enrollment.path_id: one for one in progress.of_all(_newest_of(viewer))}
    catalog = Catalog()
    for path in list(paths):
        entry = Entry(path, own.get(path.id))
        if entry.state == "under way":
            catalog.under_way.append(entry)
        elif entry.state == "finished":
            catalog.finished.append(entry)
        elif path.current and not path.retired_at and access.can_begin(viewer, path):
            catalog.to_begin.append(entry)
        else:
            catalog.others.append(entry)
    catalog.under_way.sort(key=_urgency)
    return catalog


def _urgency(entry: Entry) -> date:
    due_on = entry.own.enrollment.due_on if entry.own else None
    return due_on or date.max


def _newest_of(viewer: Person) -> list[Enrollment]:
    """Their newest on each path, with the text they go."""
    rows = (
        Enrollment.select(Enrollment, Revision)
        .join(Revision, on=(Enrollment.revision == Revision.id))
        .where(Enrollment.person == viewer.id)
        .order_by(Enrollment.id)
    )
    return list({row.path_id: row for row in rows}.values())


def followed(viewer: Person) -> dict[int, dict[str, int]]:
    """By path, how many others the viewer follows are under way and have finished: one query."""
    if not access.can_follow(viewer):
        return {}
    state = peewee.Case(
        None,
        [(Enrollment.ended_at.is_null(False), "ended"), (Enrollment.finished_at.is_null(), "on")],
        "finished",
    ).alias("state")
    rows: Any = (
        access.enrollments_visible_to(viewer)
        .select(Enrollment.path, state, peewee.fn.COUNT(Enrollment.id))
        .where(Enrollment.person != viewer.id)
        .group_by(Enrollment.path, peewee.SQL("state"))
        .tuples()
    )
    found: dict[int, dict[str, int]] = {}
    for path, name, number in rows:
        found.setdefault(path, {})[name] = number
    return found
