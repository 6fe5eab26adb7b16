"""What an import would do, and every reason for which it will not; nothing is written here.

A row finds its person by employee number, else by e-mail, or by the one of them that was chosen.
Empty cells change nothing.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import available_timezones

from portal import text
from portal.forms import is_email, problem_of_line
from portal.people.dates import parse_date
from portal.people.known import EMAIL, NUMBER, Known
from portal.people.models import Person, fold_email
from portal.people.positions import EMPLOYMENT_TYPES
from portal.people.tables import MAX_PROBLEMS, Row, RowProblem, Table

REQUIRED = ("email", "name")
DETAILS = ("name", "preferred_name", "pronouns", "phone", "number", "zone", "language")
LIMITS = {
    "name": 120, "preferred_name": 60, "pronouns": 40, "phone": 40, "number": 40, "zone": 60,
    "language": 12, "role": 120, "level": 20, "department": 120, "team": 120, "location": 120,
}  # fmt: skip
ZONES = frozenset(available_timezones())
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{2,4})?")
STEP = 250
# Of so many who are not in the file the names are said: more of them, and it is not a full one.
MOST_ABSENT = 25


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
    probation_ends_on: date | None = None

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
    absentees: list[Person] = field(default_factory=list)
    key_sentence: str = ""
    problems: list[RowProblem] = field(default_factory=list)
    # Whether it would do something else than was shown the last time.
    differs: bool = False

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


def dry_run(
    table: Table,
    by: Person | None = None,
    key: str = "",
    told: Callable[[int], None] | None = None,
) -> DryRun:
    """Read every row against the people there are. Nobody changes their own file: not even `by`.

    `key` is `email` or `number` where that alone says who a row is. `told` hears how many rows
    have been read, every now and then.
    """
    found = DryRun(table, problems=list(table.problems))
    known = Known(table, key)
    known.importer = by
    for number, row in enumerate(table.rows, 1):
        _read_row(row, known, found)
        if told is not None and number % STEP == 0:
            told(number)
    for row, on in known.rows_in_circles():
        when = f" from {on} on" if on else ""
        message = f"{row.cells['name']} would report to themselves through their own line{when}."
        found.problems.append(RowProblem(row.line, "manager", message))
    found.problems += _new_places(known)
    absent = known.colleagues - {known.identity(row) for row in table.rows}
    found.absent = len(absent)
    if len(absent) <= MOST_ABSENT:
        found.absentees = [known.by_id[one] for one in absent if one in known.by_id]
        found.absentees.sort(key=lambda person: person.folded)
    found.key_sentence = known.key_sentence
    found.problems = _first(found.problems)
    return found


def _new_places(known: Known) -> Iterator[RowProblem]:
    """Names of places and teams that are new; one that looks like a slip asks about it."""
    for line, column, typed, near in known.new_names():
        noun = "place" if column == "location" else column
        doubt = f"; did you mean {near}?" if near else "."
        yield RowProblem(line, column, f"New {noun}: {typed}{doubt}", "warning")


def _first(problems: list[RowProblem]) -> list[RowProblem]:
    """By line; beyond what anybody reads only their number. Errors come before remarks."""
    ordered = sorted(problems, key=lambda problem: (problem.level != "error", problem.line))
    shown, more = ordered[:MAX_PROBLEMS], len(ordered) - MAX_PROBLEMS
    shown.sort(key=lambda problem: problem.line)
    if more > 0:
        message = f"There are {text.count(more, 'more problem')} besides these."
        shown.append(RowProblem(shown[-1].line, None, message, ordered[MAX_PROBLEMS].level))
    return shown


def _read_row(row: Row, known: Known, found: DryRun) -> None:
    person = known.person(row)
    problems = [*_wrong_cells(row.cells), *_wrong_person(row, person, known)]
    starts_on, probation, wrong = _dates(row, person)
    problems += wrong
    if person is None and not row.cells.get("start"):
        problems.append(("start", "Somebody new needs a start date."))
    # A column that is missing was said once, for the header.
    said = [(column, message) for column, message in problems if column not in known.lacks]
    found.problems += [RowProblem(row.line, column, message) for column, message in said]
    if problems:
        return
    team = known.team(row, person)
    if person is None or not person.is_staff:
        found.joiners.append(Change(row, person, [], starts_on, team, probation))
        return
    if starts_on and starts_on != person.hired_on:
        message = f"{person.called} is here since {person.hired_on}; that day is not changed."
        found.problems.append(RowProblem(row.line, "start", message, "warning"))
    fields = [*_different_details(row, person), *_different_position(row, person, team, known)]
    if probation and probation != person.probation_ends_on:
        fields.append("probation")
    if fields and known.importer is not None and person.id == known.importer.id:
        message = "This is you. Somebody else in HR changes your file: take this row out."
        found.problems.append(RowProblem(row.line, "email", message))
    elif fields:
        found.changes.append(Change(row, person, fields, None, team, probation))
    else:
        found.unchanged += 1


def _dates(
    row: Row, person: Person | None
) -> tuple[date | None, date | None, list[tuple[str, str]]]:
    """First day and end of probation of a row, and what is wrong with them."""
    dates: dict[str, date | None] = {}
    problems = []
    for column in ("start", "probation"):
        try:
            dates[column] = parse_date(row.cells[column]) if row.cells.get(column) else None
        except ValueError as error:
            problems.append((column, str(error)))
    starts_on, probation = dates.get("start"), dates.get("probation")
    began = starts_on or (person.hired_on if person else None)
    if probation and began and probation < began:
        problems.append(("probation", "Probation ends after the first day."))
    return starts_on, probation, problems


Found = Iterator[tuple[str, str]]


def _wrong_cells(cells: dict[str, str]) -> Found:
    """What is wrong with a row by itself, as pairs of column and sentence."""
    for column in REQUIRED:
        if not cells.get(column):
            yield column, f"The {column} is missing."
    email, kind, zone = (cells.get(name, "") for name in ("email", "type", "zone"))
    if email and not is_email(email):
        yield "email", f"“{email}” is not an e-mail address."
    language = cells.get("language", "")
    if language and not LANGUAGE.fullmatch(language):
        yield "language", f"“{language}” is no code of a language, like en, de or pt-BR."
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
    if known.key == NUMBER and not row.cells.get("number"):
        yield "number", "Rows are told apart by their number, and here it is missing."
    by_email = known.by_email.get(fold_email(row.cells.get("email", "")))
    yield from _wrong_identity(row, person, by_email, known)
    if person is not None:
        if person.has_left(known.today):
            message = f"{person.called} left on {person.last_day_on}: rehire them on their page,"
            yield "email", f"{message} and take this row out."
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


def _wrong_identity(
    row: Row, person: Person | None, by_email: Person | None, known: Known
) -> Found:
    number = row.cells.get("number", "")
    twin = known.by_number.get(number) if number else None
    if by_email and person and by_email.id != person.id:
        yield "number", f"Number {number} is {person.name}, not {by_email.name}."
    elif by_email and person is None:
        yield "email", f"{by_email.name} has this address, under another number."
    elif twin and person and twin.id != person.id:
        yield "number", f"{twin.name} has the number {number}."
    elif known.key != EMAIL and number and person and person.number and person.number != number:
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
