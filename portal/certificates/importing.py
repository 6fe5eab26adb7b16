"""Certificates from a file: read and shown first, then all of them or none."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal import audit, db, forms, text
from portal.certificates.models import Certificate
from portal.certificates.types import KIND, CertificateType
from portal.compliance import following
from portal.people.models import Person, fold_email
from portal.people.tables import Layout, Row, RowProblem, read_table, write_table

COLUMNS: dict[str, tuple[str, ...]] = {
    "email": ("e-mail", "email address", "e-mail address", "mail", "person", "work email"),
    "certificate": ("type", "certificate type", "licence", "license", "kind"),
    "issued": ("issued on", "issue date", "date of issue", "valid from", "from"),
    "expires": ("expires on", "expiry", "expiry date", "valid until", "ends", "until"),
    "number": ("certificate number", "licence number", "license number", "no"),
    "issuer": ("issued by", "authority", "issuing authority"),
}
LAYOUT = Layout(COLUMNS, ("email", "certificate", "issued", "expires"))
NEVER = "never"
# What one request can record in a second; a longer file is divided.
MOST_ROWS = 200
MAX_CHARS = {"number": 80, "issuer": 120}


@dataclass(frozen=True)
class Line:
    """One row that can be recorded; `is_known` when the very same is here already."""

    line: int
    person: Person
    type: CertificateType
    issued_on: date
    expires_on: date | None
    number: str
    issuer: str
    is_known: bool

    @property
    def key(self) -> tuple[int, int, date, date | None]:
        return self.person.id, self.type.id, self.issued_on, self.expires_on


@dataclass
class Findings:
    """What a file would do: its lines, what is wrong with it, and a hash of all of that."""

    lines: list[Line] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    # The same rows in one spelling, to be sent again with the order to record them.
    rows: str = ""
    differs: bool = False

    @property
    def new(self) -> list[Line]:
        return [line for line in self.lines if not line.is_known]

    @property
    def errors(self) -> list[RowProblem]:
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def digest(self) -> str:
        said = [
            [*map(str, line.key), line.number, line.issuer, line.is_known] for line in self.lines
        ]
        return audit.binding({"lines": said})


def look(content: bytes, name: str, *, by: Person) -> Findings:
    """The dry run. Nothing is changed."""
    table = read_table(content, name, layout=LAYOUT)
    found = Findings(problems=list(table.problems))
    if found.errors:
        return found
    if len(table.rows) > MOST_ROWS:
        message = f"A file has {MOST_ROWS} rows at most; divide it."
        found.problems.append(RowProblem(table.rows[MOST_ROWS].line, None, message))
        return found
    reader = _Reader(table.rows, by)
    for row in table.rows:
        if line := reader.read(row):
            found.lines.append(line)
    found.problems += reader.problems
    columns = list(COLUMNS)
    cells = [[row.cells.get(column, "") for column in columns] for row in table.rows]
    found.rows = write_table(columns, cells).decode("utf-8-sig")
    return found


def apply(rows: str, digest: str, *, by: Person) -> Findings:
    """Record what was shown, all of it; nothing where something is wrong or `differs` since."""
    with db.write():
        found = look(rows.encode(), "", by=by)
        found.differs = found.digest != digest
        if found.errors or found.differs:
            return found
        people: dict[int, set[int]] = defaultdict(set)
        for line in found.new:
            people[line.type.id].add(line.person.id)
            Certificate.bring(
                line.type, line.person, by=by, issued_on=line.issued_on,
                expires_on=line.expires_on, number=line.number, issuer=line.issuer,
                follows=False,
            )  # fmt: skip
        for type_id, ids in people.items():
            following.refresh(KIND, type_id, ids)
    return found


class _Reader:
    """Rows against the people and types that are here, looked up together."""

    def __init__(self, rows: list[Row], by: Person) -> None:
        self.problems: list[RowProblem] = []
        self.today = by.today()
        emails = sorted({fold_email(row.cells.get("email", "")) for row in rows})
        known: Any = Person.select().where(
            Person.folded_email.in_(emails), Person.withdrawn_at.is_null(),
            Person.hired_on.is_null(False),
        )  # fmt: skip
        self.people = {person.folded_email: person for person in known}
        self.types: dict[str, CertificateType] = {}
        for one in CertificateType.in_use():
            self.types |= {one.folded: one, one.slug: one}
        ids = [person.id for person in self.people.values()]
        held = Certificate.select().where(Certificate.person.in_(ids), Certificate.is_known())
        self.seen = {(row.person_id, row.type_id, row.issued_on, row.expires_on) for row in held}

    def read(self, row: Row) -> Line | None:
        before = len(self.problems)
        person = self.people.get(fold_email(row.cells["email"]))
        if person is None:
            self._wrong(row, "email", "Nobody here has this address.")
        found = self.types.get(text.fold(row.cells["certificate"])[:160])
        if found is None:
            self._wrong(row, "certificate", "There is no such type. Set it up first.")
        issued = self._day(row, "issued")
        ends = None if text.fold(row.cells["expires"]) == NEVER else self._day(row, "expires")
        if issued and issued > self.today:
            self._wrong(row, "issued", "That day is still to come.")
        if issued and ends and ends < issued:
            self._wrong(row, "expires", "It ends before it was issued.")
        words = {name: self._words(row, name, found) for name in MAX_CHARS}
        if len(self.problems) > before or not (person and found and issued):
            return None
        key = (person.id, found.id, issued, ends)
        is_known = key in self.seen
        self.seen.add(key)
        return Line(row.line, person, found, issued, ends, **words, is_known=is_known)

    def _day(self, row: Row, column: str) -> date | None:
        try:
            return forms.parse_day(row.cells[column])
        except ValueError as error:
            if column == "expires" and not row.cells[column]:
                self._wrong(row, column, f"Say until when, or write “{NEVER}”.")
            else:
                self._wrong(row, column, str(error))
        return None

    def _words(self, row: Row, name: str, found: CertificateType | None) -> str:
        typed = row.cells.get(name, "")
        if len(typed) > MAX_CHARS[name]:
            self._wrong(row, name, f"At most {MAX_CHARS[name]} characters, please.")
        if problem := forms.problem_of_line(typed):
            self._wrong(row, name, problem)
        if found and not typed and getattr(found, f"needs_{name}"):
            self._wrong(row, name, f"{found.name} needs its {name}.")
        return typed

    def _wrong(self, row: Row, column: str, message: str) -> None:
        self.problems.append(RowProblem(row.line, column, message))
