"""Taking an import back: all of it, and only while nothing it touched was changed since.

Values go back to what they were; positions it made are closed and what held before is recorded
anew. Persons it brought stay as rows that are nowhere shown, because the trail says they were
hired: so undoing is the honest opposite of importing, not a pretence that it never was.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.audit import Event
from portal.people.applying import CHANGED, JOINED, Applied
from portal.people.importing import UNDONE, Import
from portal.people.models import Person
from portal.people.positions import Position

BATCH = 500
MOST_SHOWN = 100


@dataclass(frozen=True)
class Hindrance:
    """Why one row cannot be taken back."""

    line: int
    person: Person
    message: str


def in_the_way(kept: Import, *, by: Person | None = None) -> list[Hindrance]:
    """What stands in the way of taking the import back, by the lines of its file."""
    rows = Applied.of(kept)
    ids = [row.person_id for row in rows]
    held = Position.known_ids(ids)
    joined = [row.person_id for row in rows if row.did == JOINED]
    acted, concerned = _acted(joined), _concerned(joined, kept)
    led = _named_by_others(joined, set(ids), held)
    found = []
    for row in rows:
        person = row.person
        if by is not None and by.id == person.id:
            found.append(
                Hindrance(row.line, person, "This is you: somebody else in HR takes it back.")
            )
        elif held[person.id] != set(json.loads(row.held_after)):
            found.append(
                Hindrance(row.line, person, f"{person.called}’s position was changed since.")
            )
        elif changed := _changed_since(row):
            found.append(Hindrance(row.line, person, f"{person.called}’s {changed} changed since."))
        elif person.id in acted:
            found.append(Hindrance(row.line, person, f"{person.called} has used the portal."))
        elif person.id in concerned:
            found.append(
                Hindrance(row.line, person, f"Something was done about {person.called} since.")
            )
        elif person.id in led:
            found.append(
                Hindrance(row.line, person, f"{person.called} is the manager or buddy of others.")
            )
    return found


def _changed_since(row: Applied) -> str:
    """Names of what is no longer as the import left it, as `phone and e-mail were`."""
    now = row.person
    after = json.loads(row.after)
    names = [name for name, value in after.items() if _plain(getattr(now, name)) != _plain(value)]
    if row.did == JOINED and now.last_day_on is not None:
        names.append("departure")
    said = " and ".join(name.replace("_", " ") for name in names)
    return f"{said} {'was' if len(names) == 1 else 'were'}" if names else ""


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _acted(ids: list[int]) -> set[int]:
    """Who of these did anything that is in the trail."""
    return _in_batches(ids, lambda batch: Event.select(Event.by_id).where(Event.by_id.in_(batch)))


def _concerned(ids: list[int], kept: Import) -> set[int]:
    """About whom of these something was recorded since, by anybody."""
    return _in_batches(
        ids,
        lambda batch: Event.select(Event.about_id).where(
            Event.about_id.in_(batch), Event.at > kept.applied_at
        ),
    )


def _named_by_others(joined: list[int], own: set[int], held: dict[int, set[int]]) -> set[int]:
    """Who of the joined leads or welcomes somebody in a position this import did not make."""
    made = set().union(*held.values()) if held else set()
    found: Counter[int] = Counter()
    for batch in peewee.chunked(joined, BATCH):
        rows: Any = Position.select(Position.id, Position.manager, Position.buddy).where(
            Position.is_known(), Position.manager.in_(batch) | Position.buddy.in_(batch)
        )
        for position_id, manager, buddy in rows.tuples():
            if position_id not in made:
                found.update({manager: 1, buddy: 1})
    return set(found) & set(joined)


def _in_batches(ids: list[int], query: Any) -> set[int]:
    found: set[int] = set()
    for batch in peewee.chunked(ids, BATCH):
        found |= {one for (one,) in query(batch).distinct().tuples()}
    return found


def undo(kept: Import, *, by: Person | None) -> list[Hindrance]:
    """Take it back, or say what stands in the way and change nothing. Twice is once."""
    with db.write():
        fresh = Import.get_by_id(kept.id)
        if fresh.applied_at is None or fresh.undone_at is not None:
            return []
        if hindrances := in_the_way(fresh, by=by):
            return hindrances
        for row in Applied.of(fresh):
            _take_back(row, by)
        fresh.undone_at, fresh.phase = clock.now(), UNDONE
        fresh.save()
        data = {"new": fresh.joined, "changed": fresh.changed}
        audit.record(by, "undone", fresh, data=data)
    return []


def _take_back(row: Applied, by: Any) -> None:
    person = row.person
    if row.did == JOINED:
        person.withdraw(by=by)
        return
    before = json.loads(row.before)
    for name in ("hired_on", "probation_ends_on"):
        if before.get(name):
            before[name] = date.fromisoformat(before[name])
    Position.put_back(person.id, set(json.loads(row.held_before)))
    if before:
        person.correct(by=by, quietly=True, **before)
    if row.did != CHANGED or not before:
        audit.record(by, "put_back", person, about=person)
