"""Writing what a dry run found: everybody new in a few statements, with an event for each.

Of each row is kept what it did, so that it can be taken back.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import peewee

from portal import db, text
from portal.people.dry_run import DETAILS, Change, DryRun, employment
from portal.people.models import Person, fold_email
from portal.people.org import Company, Location, Team
from portal.people.positions import Position

JOINED, EMPLOYED, CHANGED = "joined", "employed", "changed"
BATCH = 100


class Applied(db.Model):
    """What one row of an import did to one person: values and positions, before and after."""

    # `Import` stands on this file; the id is enough, as nobody joins them.
    import_id = peewee.BigIntegerField(index=True)
    person = peewee.ForeignKeyField(Person)
    line = peewee.IntegerField()
    did = peewee.CharField(max_length=10)
    before = peewee.TextField(default="{}")
    after = peewee.TextField(default="{}")
    held_before = peewee.TextField(default="[]")
    held_after = peewee.TextField(default="[]")

    class Meta:
        table_name = "people_import_row"

    @classmethod
    def note(cls, kept: Any, did: list["Done"]) -> None:
        rows = [done.row(kept.id) for done in did]
        for batch in peewee.chunked(rows, BATCH):
            cls.insert_many(batch).execute()

    @classmethod
    def of(cls, kept: Any) -> list["Applied"]:
        """What an import did, in the order of its lines."""
        rows = cls.select(cls, Person).join(Person).where(cls.import_id == kept.id)
        return list(rows.order_by(cls.line))


@dataclass
class Done:
    """`Applied` before it is written."""

    change: Change
    person: Person
    did: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    held_before: set[int] = field(default_factory=set)
    held_after: set[int] = field(default_factory=set)

    def row(self, import_id: int) -> dict[str, Any]:
        return {
            "import_id": import_id,
            "person": self.person.id,
            "line": self.change.row.line,
            "did": self.did,
            "before": json.dumps(self.before, default=str),
            "after": json.dumps(self.after, default=str),
            "held_before": json.dumps(sorted(self.held_before)),
            "held_after": json.dumps(sorted(self.held_after)),
        }


def apply(found: DryRun, *, by: Any) -> list[Done]:
    """Write what a dry run without problems found: persons first, then where they stand."""
    with db.write():
        places = _Places(by)
        did = [_joining(change, places) for change in found.joiners]
        joined = [done.person for done in did]
        known = [person for person in joined if person.id]
        Person.enroll([person for person in joined if not person.id], by=by)
        for person in known:
            person.employ(by=by)
        ids = _ids(found)
        Position.begin(
            [
                Position(person=person, starts_on=person.hired_on, **places.position(change, ids))
                for change, person in zip(found.joiners, joined, strict=True)
            ],
            by=by,
        )
        did += [Done(change, change.person, CHANGED) for change in found.changes if change.person]
        held = Position.known_ids([done.person.id for done in did if done.did == CHANGED])
        moves = []
        for done in did:
            if done.did == CHANGED:
                done.held_before = held[done.person.id]
                moves += _change(done, places, ids, by)
        Position.take_many(moves, by=by)
        held = Position.known_ids([done.person.id for done in did])
        for done in did:
            done.held_after = held[done.person.id]
    return did


def _ids(found: DryRun) -> dict[str, int]:
    """Person ids by e-mail, by the new one too where a row changes it."""
    rows: Any = Person.select(Person.folded_email, Person.id).tuples()
    ids = dict(rows)
    changed = {
        fold_email(change.row.cells["email"]): change.person.id
        for change in found.changes
        if change.person is not None
    }
    return ids | changed


def _joining(change: Change, places: "_Places") -> Done:
    cells = change.row.cells
    details: dict[str, Any] = {name: cells[name] for name in DETAILS if cells.get(name)}
    location = places.location(cells.get("location", ""), cells.get("zone", ""))
    details.setdefault("zone", location.zone if location else places.zone)
    details |= {"probation_ends_on": change.probation_ends_on} if change.probation_ends_on else {}
    details["hired_on"] = change.starts_on
    if change.person is None:
        return Done(change, Person.draft(email=cells["email"], **details), JOINED)
    # A guest until now: the same person, who works here from their first day on.
    person = change.person
    did = JOINED if person.withdrawn_at else EMPLOYED
    before = {name: getattr(person, name) for name in details}
    for name, value in details.items():
        setattr(person, name, value)
    return Done(change, person, did, before, details)


Moving = tuple[Person, date, dict[str, Any]]


def _change(done: Done, places: "_Places", ids: dict[str, int], by: Any) -> list[Moving]:
    """Correct the details; returns the change of position, if the row says one."""
    change, person, cells = done.change, done.person, done.change.row.cells
    details: dict[str, Any] = {
        name: cells[name] for name in change.fields if name in (*DETAILS, "email")
    }
    columns = set(details)
    if "probation" in change.fields:
        columns.add("probation")
        details["probation_ends_on"] = change.probation_ends_on
    if details:
        done.before = {name: getattr(person, name) for name in details}
        done.after = details
        person.correct(by=by, **details)
    if not set(change.fields) - columns:
        return []
    # What a joiner is hired into changes before it begins, not beside it.
    starts_on = max(person.today(), person.hired_on or person.today())
    return [(person, starts_on, places.position(change, ids))]


class _Places:
    """Teams and locations by name, founded when a row names a new one."""

    def __init__(self, by: Any) -> None:
        self.by, self.zone = by, Company.settings().zone
        self.locations = {text.fold(place.name): place for place in Location.select()}
        self.teams: dict[tuple[str, str], Team | None] = {}

    def location(self, name: str, zone: str = "") -> Location | None:
        if not name:
            return None
        key = text.fold(name)
        if key not in self.locations:
            self.locations[key] = Location.open(by=self.by, name=name, zone=zone or self.zone)
        return self.locations[key]

    def team(self, department: str, name: str) -> Team | None:
        key = (text.fold(department), text.fold(name))
        if key not in self.teams:
            self.teams[key] = Team.named(department, name, by=self.by)
        return self.teams[key]

    def position(self, change: Change, ids: dict[str, int]) -> dict[str, Any]:
        """The cells that say where somebody stands; empty ones, and what stays, are left out."""
        cells = change.row.cells
        moves = change.starts_on is not None or {"department", "team"} & set(change.fields)
        values: dict[str, Any] = {
            "role": cells.get("role"),
            "level": cells.get("level"),
            "team": self.team(*change.team) if moves else None,
            "location": self.location(cells.get("location", ""), cells.get("zone", "")),
            "employment": employment(cells.get("type", "")) or None,
            "manager": ids.get(fold_email(cells.get("manager", ""))),
            "buddy": ids.get(fold_email(cells.get("buddy", ""))),
        }
        return {name: value for name, value in values.items() if value}
