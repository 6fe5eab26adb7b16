"""What an import would do, and every reason for which it will not; nothing is written here.

A row finds its person by employee number, else by e-mail. Empty cells change nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from portal import clock, text
from portal.forms import is_email, problem_of_line
from portal.people.models import Person, fold_email
from portal.people.org import Company, Teams
from portal.people.positions import EMPLOYMENT_TYPES
from portal.people.tables import MAX_PROBLEMS, Row, RowProblem, Table, parse_date

REQUIRED = ("email", "name")
DETAILS = ("name", "preferred_name", "pronouns", "phone", "number", "zone")
LIMITS = {
    "name": 120, "preferred_name": 60, "pronouns": 40, "phone": 40, "number": 40, "zone": 60,
    "role": 120, "level": 20, "department": 120, "team": 120, "location": 120,
}  # fmt: skip
ZONES = frozenset(available_timezones())


@dataclass
class Change:
    """What one row would do: hire somebody new, or change these fields of somebody known.

    `team` is the department and the team in it, `manager` and `buddy` the e-mail by which each is
    known here or will be.
    """

    row: Row
    person: Person | None
    fields: list[str] = field(default_factory=list)
    starts_on: date | None = None
    team: tuple[str, str] = ("", "")

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
    absent: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def errors(self) -> list[RowProblem]:
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def sentence(self) -> str:
        """`12 new, 3 changed, 45 unchanged.`"""
        return f"{len(self.joiners)} new, {len(self.changes)} changed, {self.unchanged} unchanged."

    @property
    def remark(self) -> str:
        """Who of the people here is not in the file; empty when all are."""
        if not self.absent:
            return ""
        are, them = ("is", "that person") if self.absent == 1 else ("are", "them")
        who = text.count(self.absent, "person")
        return f"{who} here {are} not in this file; nothing happens to {them}."


def dry_run(table: Table, by: Person | None = None) -> DryRun:
    """Read every row against the people there are. Nobody changes their own file: not even `by`."""
    found = DryRun(table, problems=list(table.problems))
    known = Known(table)
    known.importer = by
    for row in table.rows:
        _read_row(row, known, found)
    for row in known.rows_in_circles():
        message = f"{row.cells['name']} would report to themselves through their own line."
        found.problems.append(RowProblem(row.line, "manager", message))
    found.absent = len(known.colleagues - {known.identity(row) for row in table.rows})
    found.problems = _first(found.problems)
    return found


def _first(problems: list[RowProblem]) -> list[RowProblem]:
    """By line; beyond what anybody reads only their number. Errors come before remarks."""
    ordered = sorted(problems, key=lambda problem: (problem.level != "error", problem.line))
    shown, more = ordered[:MAX_PROBLEMS], len(ordered) - MAX_PROBLEMS
    shown.sort(key=lambda problem: problem.line)
    if more > 0:
        message = f"There are {text.count(more, 'more problem')} besides these."
        shown.append(RowProblem(shown[-1].line, None, message, ordered[MAX_PROBLEMS].level))
    return shown


class Known:
    """Who is known here, by number and by e-mail, and who is in the file: three queries.

    An identity is a person's id, or the e-mail of somebody who is only in the file.
    """

    def __init__(self, table: Table) -> None:
        self.today = clock.today(Company.settings().zone)
        people = list(Person.listing(Person.select(), self.today))
        self.by_email = {person.folded_email: person for person in people}
        self.by_number = {person.number: person for person in people if person.number}
        self.colleagues = {p.id for p in people if p.hired_on and not p.has_left(self.today)}
        self.teams = Teams()
        self.table = table
        self.identities: dict[str, Any] = {email: p.id for email, p in self.by_email.items()}
        self.twins: dict[int, list[tuple[str, str]]] = {}
        self.importer: Person | None = None
        self._note_rows()

    def _note_rows(self) -> None:
        """Every e-mail of the file with whose it is; a second row for somebody is a twin."""
        lines: dict[tuple[str, Any], int] = {}
        for row in self.table.rows:
            email, number = fold_email(row.cells.get("email", "")), row.cells.get("number", "")
            told = f"The email {email}", f"The number {number}", "This person"
            keys = ("email", email), ("number", number), ("person", self.identity(row))
            for said, (column, key) in zip(told, keys, strict=True):
                if not key:
                    continue
                first = lines.setdefault((column, key), row.line)
                if first != row.line and row.line not in self.twins:
                    where = "email" if column == "person" else column
                    message = f"{said} stands in line {first} already."
                    self.twins[row.line] = [(where, message)]
            if email:
                self.identities.setdefault(email, self.identity(row))
            guest = self.person(row)
            if guest is not None and not guest.is_staff and row.cells.get("start"):
                self.colleagues.add(guest.id)

    def person(self, row: Row) -> Person | None:
        by_number = self.by_number.get(row.cells.get("number", ""))
        return by_number or self.by_email.get(fold_email(row.cells.get("email", "")))

    def identity(self, row: Row) -> Any:
        person = self.person(row)
        return person.id if person else fold_email(row.cells.get("email", ""))

    def named(self, email: str) -> Any:
        """Whose address it is, here or in the file; None when nobody's."""
        return self.identities.get(fold_email(email))

    def team(self, row: Row, person: Person | None) -> tuple[str, str]:
        """Department and team a row means. A team alone is one there is, else a new one beside."""
        department, team = row.cells.get("department", ""), row.cells.get("team", "")
        if department or not team:
            return department, team
        stands = getattr(person, "stands", None)
        here = self.teams.department(stands.team_id) if stands else ""
        paths = self.teams.paths_of(team)
        if (here, team) in paths or len(paths) != 1:
            return here, team
        return paths[0]

    def rows_in_circles(self) -> list[Row]:
        """Rows whose line of managers comes back to them, with the file's managers in force."""
        above = {
            person.id: boss.id
            for person in self.by_email.values()
            if (boss := getattr(getattr(person, "stands", None), "boss", None))
        }
        for row in self.table.rows:
            if row.cells.get("manager"):
                above[self.identity(row)] = self.named(row.cells["manager"])
        circles = _in_circles(above)
        return [
            row
            for row in self.table.rows
            if row.cells.get("name") and self.identity(row) in circles
        ]


def _in_circles(above: dict[Any, Any]) -> set[Any]:
    """Everybody whose line of managers comes back to them; each line is walked once."""
    circles: set[Any] = set()
    done: set[Any] = set()
    for start in above:
        path: dict[Any, int] = {}
        step = start
        while step is not None and step not in done and step not in path:
            path[step] = len(path)
            step = above.get(step)
        if step in path and above.get(step) != step:
            circles |= {one for one, place in path.items() if place >= path[step]}
        done |= path.keys()
    return circles


def _read_row(row: Row, known: Known, found: DryRun) -> None:
    person = known.person(row)
    problems = [*_wrong_cells(row.cells), *_wrong_person(row, person, known)]
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
    team = known.team(row, person)
    if person is None or not person.is_staff:
        found.joiners.append(Change(row, person, starts_on=starts_on, team=team))
        return
    if starts_on and starts_on != person.hired_on:
        message = f"{person.called} is here since {person.hired_on}; that day is not changed."
        found.problems.append(RowProblem(row.line, "start", message, "warning"))
    fields = [*_different_details(row, person), *_different_position(row, person, team, known)]
    if fields and known.importer is not None and person.id == known.importer.id:
        message = "This is you. Somebody else in HR changes your file: take this row out."
        found.problems.append(RowProblem(row.line, "email", message))
    elif fields:
        found.changes.append(Change(row, person, fields, team=team))
    else:
        found.unchanged += 1


Found = Iterator[tuple[str, str]]


def _wrong_cells(cells: dict[str, str]) -> Found:
    """What is wrong with a row by itself, as pairs of column and sentence."""
    for column in REQUIRED:
        if not cells.get(column):
            yield column, f"The {column} is missing."
    email, kind, zone = (cells.get(name, "") for name in ("email", "type", "zone"))
    if email and not is_email(email):
        yield "email", f"“{email}” is not an e-mail address."
    if kind and employment(kind) not in EMPLOYMENT_TYPES:
        yield "type", f"“{kind}” is none of: {', '.join(EMPLOYMENT_TYPES)}."
    if zone and zone not in ZONES:
        yield "zone", f"“{zone}” is not a time zone, like Europe/Berlin."
    for column, value in cells.items():
        if len(value) > LIMITS.get(column, 254):
            yield column, f"The {column} is longer than {LIMITS.get(column, 254)} characters."
        elif problem := problem_of_line(value):
            yield column, problem


def employment(typed: str) -> str:
    """`Part-time` is `part time`."""
    return text.fold(typed.replace("-", " "))


def _wrong_person(row: Row, person: Person | None, known: Known) -> Found:
    """What keeps a row from being about this person, or its manager and buddy from being those."""
    yield from known.twins.get(row.line, [])
    by_email = known.by_email.get(fold_email(row.cells.get("email", "")))
    if person is not None:
        yield from _wrong_identity(row, person, by_email)
        if person.has_left(known.today):
            yield "email", f"{person.called} left on {person.last_day_on}: take this row out."
        elif not person.is_staff and not row.cells.get("start"):
            yield "start", f"{person.called} is a guest here; a start date makes them a colleague."
    for column in ("manager", "buddy"):
        email = row.cells.get(column, "")
        named = known.named(email) if email else None
        if email and named is None:
            yield column, f"Nobody has the address “{email}”, neither here nor in this file."
        elif email and named == known.identity(row):
            yield column, f"{row.cells.get('name', 'Somebody')} cannot be their own {column}."
        elif email and isinstance(named, int) and named not in known.colleagues:
            yield column, f"“{email}” is not a colleague any more, or never was."


def _wrong_identity(row: Row, person: Person, by_email: Person | None) -> Found:
    number = row.cells.get("number", "")
    if by_email and by_email.id != person.id:
        yield "number", f"Number {number} is {person.name}, not {by_email.name}."
    elif number and person.number and person.number != number:
        yield "number", f"{person.name} has the number {person.number} here, not {number}."


def _different_details(row: Row, person: Person) -> Iterator[str]:
    for name in DETAILS:
        if row.cells.get(name) and row.cells[name] != (getattr(person, name) or ""):
            yield name
    if fold_email(row.cells["email"]) != person.folded_email:
        yield "email"


def _different_position(
    row: Row, person: Person, team: tuple[str, str], known: Known
) -> Iterator[str]:
    """Columns in which the file says otherwise than where they stand today."""
    stands, cells = getattr(person, "stands", None), row.cells
    location = stands.location.name if stands and stands.location_id else ""
    for column, now in (
        ("role", stands.role if stands else ""),
        ("level", stands.level if stands else ""),
        ("location", location),
        ("type", stands.employment if stands else ""),
    ):
        if cells.get(column) and not _same(cells[column], now):
            yield column
    department = known.teams.department(stands.team_id) if stands else ""
    if team[0] and not _same(team[0], department):
        yield "department" if cells.get("department") else "team"
    elif team[1] and not _same(team[1], stands.team.name if stands and stands.team_id else ""):
        yield "team"
    for column in ("manager", "buddy"):
        now = getattr(stands, f"{column}_id", None)
        if cells.get(column) and known.named(cells[column]) != now:
            yield column


def _same(one: str, other: str) -> bool:
    return text.fold(one.replace("-", " ")) == text.fold(other.replace("-", " "))
