"""Importing people: a dry run that says what would happen, then all of it or nothing.

A row finds its person by employee number, else by e-mail. Empty cells change nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import peewee

from portal import audit, clock, db, text
from portal.forms import is_email
from portal.people.models import EMPLOYMENT_TYPES, Person, Position, fold_email
from portal.people.org import Company, Location, Team
from portal.people.tables import Row, RowProblem, Table, parse_date, read_table

REQUIRED = ("email", "name")
DETAILS = ("name", "preferred_name", "pronouns", "phone", "number", "zone")


class Import(db.Model):
    """A file that was read and waits to be applied. Its content is dropped once it was."""

    file_name = peewee.CharField(max_length=200, default="")
    content = peewee.BlobField()
    created_at = db.UtcField()
    created_by = peewee.ForeignKeyField(Person, null=True)
    applied_at = db.UtcField(null=True)
    joined = peewee.IntegerField(default=0)
    changed = peewee.IntegerField(default=0)

    class Meta:
        table_name = "people_import"

    @classmethod
    def keep(cls, content: bytes, file_name: str, *, by: Person) -> "Import":
        """Keep a read file until it is applied; what the same person left waiting goes."""
        with db.write():
            waiting = (cls.created_by == by) & cls.applied_at.is_null()
            cls.delete().where(waiting).execute()
            return cls.create(
                content=content,
                file_name=file_name[:200],
                created_at=clock.now(),
                created_by=by,
            )

    @classmethod
    def waiting_of(cls, person: Person) -> Any:
        """What this person read in and has not applied, as a query."""
        return cls.select().where(cls.created_by == person, cls.applied_at.is_null())

    def dry_run(self) -> "DryRun":
        return dry_run(read_table(bytes(self.content), self.file_name))

    def apply(self, *, by: Any) -> "DryRun":
        """Do what the dry run says, all of it. With any problem, or a second time, nothing."""
        with db.write():
            fresh = Import.get_by_id(self.id)
            found = fresh.dry_run()
            if found.errors or fresh.applied_at:
                return found
            apply(found, by=by)
            fresh.applied_at, fresh.content = clock.now(), b""
            fresh.joined, fresh.changed = len(found.joiners), len(found.changes)
            fresh.save()
            audit.record(by, "applied", fresh, data={"new": fresh.joined, "changed": fresh.changed})
        return found


@dataclass
class Change:
    """What one row would do: hire somebody new, or change these fields of somebody known."""

    row: Row
    person: Person | None
    fields: list[str] = field(default_factory=list)
    starts_on: Any = None

    @property
    def name(self) -> str:
        return self.row.cells.get("name", "")


@dataclass
class DryRun:
    """Everything an import would do, and every reason for which it will not."""

    table: Table
    joiners: list[Change] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def errors(self) -> list[RowProblem]:
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def sentence(self) -> str:
        """`12 new, 3 changed, 45 unchanged.`"""
        return f"{len(self.joiners)} new, {len(self.changes)} changed, {self.unchanged} unchanged."


def dry_run(table: Table) -> DryRun:
    """Read every row against the people there are; nothing is written."""
    found = DryRun(table, problems=list(table.problems))
    known = _Known(table)
    for row in table.rows:
        _check_row(row, known, found)
    for row in _in_circles(table, known):
        found.problems.append(
            RowProblem(
                row.line,
                "manager",
                f"{row.cells['name']} would report to themselves through their own line.",
            )
        )
    found.problems.sort(key=lambda problem: problem.line)
    return found


class _Known:
    """Who is known already, by number and by e-mail, and who is in the file: one query."""

    def __init__(self, table: Table) -> None:
        people = list(Person.listing(Person.select(), clock.today(Company.settings().zone)))
        self.by_email = {person.folded_email: person for person in people}
        self.by_number = {person.number: person for person in people if person.number}
        self.in_file: dict[str, Row] = {}
        self.numbers: dict[str, Row] = {}
        self.twins: dict[int, str] = {}
        for row in table.rows:
            self._note(row, "email", fold_email(row.cells.get("email", "")), self.in_file)
            self._note(row, "number", row.cells.get("number", ""), self.numbers)

    def _note(self, row: Row, column: str, key: str, seen: dict[str, Row]) -> None:
        if key and key in seen:
            self.twins[row.line] = f"{column} {key} stands in line {seen[key].line} already."
        elif key:
            seen[key] = row

    def person(self, row: Row) -> Person | None:
        by_number = self.by_number.get(row.cells.get("number", ""))
        return by_number or self.by_email.get(fold_email(row.cells.get("email", "")))

    def has(self, email: str) -> bool:
        return fold_email(email) in self.by_email or fold_email(email) in self.in_file


def _check_row(row: Row, known: _Known, found: DryRun) -> None:
    problems = list(_problems(row, known))
    person = known.person(row)
    starts_on = None
    try:
        starts_on = parse_date(row.cells["start"]) if row.cells.get("start") else None
    except ValueError as error:
        problems.append(("start", str(error)))
    if person is None and not row.cells.get("start"):
        problems.append(("start", "Somebody new needs a start date."))
    found.problems += [RowProblem(row.line, column, message) for column, message in problems]
    if problems:
        return
    if person is None:
        found.joiners.append(Change(row, None, starts_on=starts_on))
        return
    fields = _differences(row, person)
    if fields:
        found.changes.append(Change(row, person, fields))
    else:
        found.unchanged += 1


Found = Iterator[tuple[str, str]]


def _problems(row: Row, known: _Known) -> Found:
    """What is wrong with a row, as pairs of column and sentence."""
    yield from _wrong_cells(row.cells)
    yield from _wrong_identity(row, known)
    for column in ("manager", "buddy"):
        named, email = row.cells.get(column, ""), row.cells.get("email", "")
        if named and not known.has(named):
            yield column, f"Nobody has the address “{named}”, neither here nor in this file."
        elif named and fold_email(named) == fold_email(email):
            yield column, f"{row.cells.get('name', 'Somebody')} cannot be their own {column}."


def _wrong_cells(cells: dict[str, str]) -> Found:
    for column in REQUIRED:
        if not cells.get(column):
            yield column, f"The {column} is missing."
    email, kind, zone = (cells.get(name, "") for name in ("email", "type", "zone"))
    if email and not is_email(email):
        yield "email", f"“{email}” is not an e-mail address."
    if kind and _employment(kind) not in EMPLOYMENT_TYPES:
        yield "type", f"“{kind}” is none of: {', '.join(EMPLOYMENT_TYPES)}."
    if zone and str(clock.zone_of(zone)) != zone:
        yield "zone", f"“{zone}” is not a time zone, like Europe/Berlin."
    for column, limit in LIMITS.items():
        if len(cells.get(column, "")) > limit:
            yield column, f"The {column} is longer than {limit} characters."


LIMITS = {
    "name": 120, "preferred_name": 60, "pronouns": 40, "phone": 40, "number": 40, "role": 120,
    "level": 20, "department": 120, "team": 120, "location": 120,
}  # fmt: skip


def _employment(typed: str) -> str:
    """`Part-time` is `part time`."""
    return text.fold(typed.replace("-", " "))


def _wrong_identity(row: Row, known: _Known) -> Found:
    if row.line in known.twins:
        yield "email", f"The {known.twins[row.line]}"
    by_number = known.by_number.get(row.cells.get("number", ""))
    by_email = known.by_email.get(fold_email(row.cells.get("email", "")))
    if by_number and by_email and by_number.id != by_email.id:
        yield "number", f"Number {by_number.number} is {by_number.name}, not {by_email.name}."


def _differences(row: Row, person: Person) -> list[str]:
    cells = row.cells
    different = [
        name for name in DETAILS if cells.get(name) and cells[name] != (getattr(person, name) or "")
    ]
    if cells.get("email") and fold_email(cells["email"]) != person.folded_email:
        different.append("email")
    return different + _position_differences(row, person)


def _position_differences(row: Row, person: Person) -> list[str]:
    stands = getattr(person, "stands", None)
    cells = row.cells
    boss = getattr(stands, "boss", None)
    now = {
        "role": stands.role if stands else "",
        "level": stands.level if stands else "",
        "team": stands.team.name if stands and stands.team_id else "",
        "location": stands.location.name if stands and stands.location_id else "",
        "type": stands.employment if stands else "",
    }
    different = [
        name for name, value in now.items() if cells.get(name) and not _same(cells[name], value)
    ]
    manager = cells.get("manager", "")
    if manager and (boss is None or fold_email(manager) != boss.folded_email):
        different.append("manager")
    return different


def _same(one: str, other: str) -> bool:
    return text.fold(one.replace("-", " ")) == text.fold(other.replace("-", " "))


def _in_circles(table: Table, known: _Known) -> list[Row]:
    """Rows whose line of managers comes back to them, with the file's managers in force."""
    above = {
        email: boss.folded_email
        for email, person in known.by_email.items()
        if (stands := getattr(person, "stands", None)) and (boss := getattr(stands, "boss", None))
    }
    for row in table.rows:
        if row.cells.get("manager"):
            above[fold_email(row.cells.get("email", ""))] = fold_email(row.cells["manager"])
    return [
        row
        for row in table.rows
        if row.cells.get("name") and _comes_back(fold_email(row.cells.get("email", "")), above)
    ]


def _comes_back(start: str, above: dict[str, str]) -> bool:
    seen = {start}
    step = above.get(start)
    while step is not None and step not in seen:
        seen.add(step)
        step = above.get(step)
    return step == start and above.get(start) != start


def apply(found: DryRun, *, by: Any) -> None:
    """Write what a dry run without problems found: persons first, then where they stand."""
    with db.write():
        places = _Places(by)
        for change in found.joiners:
            change.person = _enroll(change, places, by)
        everyone = {
            person.folded_email: person.id
            for person in Person.select(Person.id, Person.folded_email)
        }
        for change in found.joiners:
            values = places.position(change.row, everyone)
            assert change.person is not None and change.starts_on is not None
            Position.take(change.person, by=by, starts_on=change.starts_on, is_hire=True, **values)
        for change in found.changes:
            _change(change, places, everyone, by)


def _enroll(change: Change, places: "_Places", by: Any) -> Person:
    cells = change.row.cells
    details = {name: cells[name] for name in DETAILS if name != "name" and cells.get(name)}
    location = places.location(cells.get("location", ""), cells.get("zone", ""))
    details.setdefault("zone", location.zone if location else places.zone)
    return Person.enroll(
        by=by, name=cells["name"], email=cells["email"], hired_on=change.starts_on, **details
    )


def _change(change: Change, places: "_Places", everyone: dict[str, int], by: Any) -> None:
    person, cells = change.person, change.row.cells
    assert person is not None
    details = {name: cells[name] for name in change.fields if name in (*DETAILS, "email")}
    if details:
        person.correct(by=by, **details)
    if len(details) < len(change.fields):
        values = places.position(change.row, everyone)
        Position.take(person, by=by, starts_on=person.today(), **values)


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

    def position(self, row: Row, everyone: dict[str, int]) -> dict[str, Any]:
        """The cells that say where somebody stands; empty ones are left out."""
        cells = row.cells
        values: dict[str, Any] = {
            "role": cells.get("role"),
            "level": cells.get("level"),
            "team": self.team(cells.get("department", ""), cells.get("team", "")),
            "location": self.location(cells.get("location", ""), cells.get("zone", "")),
            "employment": _employment(cells.get("type", "")) or None,
            "manager": everyone.get(fold_email(cells.get("manager", ""))),
            "buddy": everyone.get(fold_email(cells.get("buddy", ""))),
        }
        return {name: value for name, value in values.items() if value}
