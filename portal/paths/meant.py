"""Who a path is assigned to by itself, among those who are here: read for everyone at once."""

from datetime import date
from typing import Any

from portal.documents import meant
from portal.documents.models import Document, Revision
from portal.paths.who import MANAGERS, NEW_MANAGERS, NEWCOMERS, Who
from portal.people.models import Person
from portal.people.positions import Position


def whom(who: Who, since: date, on: date) -> list[int]:
    """Ids of those it means on that day; `since` is when the path came into force."""
    found = meant.whom(who.rule, on)
    if found is None:
        return []
    here = _here(on, hired_since=since if who.group == NEWCOMERS else None)
    if who.group in (MANAGERS, NEW_MANAGERS):
        here &= _leading(on)
    if who.group == NEW_MANAGERS:
        here -= _leading(since)
    return [person for person in found.ids if person in here]


def _here(on: date, hired_since: date | None) -> set[int]:
    rows: Any = Person.select(Person.id).where(Person.is_here(on))
    if hired_since:
        rows = rows.where(Person.hired_on >= hired_since)
    return {person for (person,) in rows.tuples()}


def _leading(on: date) -> set[int]:
    """Who leads somebody that day, as is known now."""
    rows: Any = Position.select(Position.manager).where(
        Position.is_held(on), Position.manager.is_null(False), Position.starts_on <= on
    )
    return {person for (person,) in rows.distinct().tuples()}


def in_force_since(path: Document) -> date | None:
    """The day of its first text."""
    first = Revision.select(Revision.published_at).where(Revision.document == path.id)
    row = first.order_by(Revision.number).first()
    return row.published_at.date() if row else None


def who_of(structure: dict[str, Any]) -> Who | None:
    """Whom the text assigns it to; None where only by hand."""
    said = structure.get("assigned_to")
    return Who(said["group"], said["rule"]) if said else None
