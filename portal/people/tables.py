"""Tables of people as files: any CSV a spreadsheet writes is read, and one it can open is written.

Reading says what each cell is called here and what is wrong with the file, line by line. It never
judges the people in it: whether a manager exists or a date is sensible is the import's business.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from portal.text import count, fold

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 64
MAX_CELL_CHARS = 2_000
MAX_PROBLEMS = 200

COLUMNS: dict[str, tuple[str, ...]] = {
    "number": (
        "employee number", "employee id", "employee no", "personnel number", "staff number", "id",
        "person number", "personalnummer",
    ),
    "email": (
        "e-mail", "email address", "e-mail address", "mail", "work email", "work e-mail",
        "company email", "e-mail-adresse",
    ),
    "name": ("full name", "display name", "employee name", "employee"),
    "first_name": ("first name", "given name", "forename", "vorname"),
    "last_name": ("last name", "surname", "family name", "nachname"),
    "preferred_name": ("preferred name", "called", "nickname", "known as", "rufname"),
    "pronouns": ("pronoun",),
    "start": (
        "start date", "first day", "hire date", "hired", "hired on", "date of hire", "starts on",
        "starting date", "joined", "entry date", "eintrittsdatum", "eintritt",
    ),
    "role": ("job title", "title", "job", "position", "job role", "stelle"),
    "level": ("grade", "job level", "career level", "stufe"),
    "department": ("dept", "division", "abteilung"),
    "team": ("group", "unit", "gruppe"),
    "location": ("place", "office", "site", "city", "standort", "ort"),
    "manager": (
        "reports to", "manager email", "manager e-mail", "line manager", "supervisor",
        "email of manager", "vorgesetzter", "vorgesetzte",
    ),
    "buddy": ("buddy email", "buddy e-mail", "onboarding buddy", "pate", "patin"),
    "type": ("employment type", "employment", "contract type", "contract", "vertragsart"),
    "phone": ("phone number", "telephone", "work phone", "mobile", "mobile phone", "telefon"),
    "zone": ("time zone", "timezone", "zeitzone"),
    "language": ("preferred language", "sprache"),
    "probation": (
        "probation ends", "probation end", "probation until", "end of probation",
        "ende der probezeit", "probezeit bis",
    ),
}  # fmt: skip
"""What a column is called here, and what else people call it."""

REQUIRED = ("email", "name", "start")
PARTS_OF_NAME = ("first_name", "last_name")


class Layout:
    """What the columns of a kind of table are called, and which of them it has to have."""

    def __init__(self, columns: Mapping[str, tuple[str, ...]], required: Sequence[str]) -> None:
        self.columns, self.required = columns, required
        self._by_key = {
            _key(spelling): column
            for column, others in columns.items()
            for spelling in (column, *others)
        }

    def canonical(self, name: str) -> str | None:
        return self._by_key.get(_key(name))


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", fold(name)).strip()


PEOPLE = Layout(COLUMNS, REQUIRED)


@dataclass(frozen=True)
class RowProblem:
    """A sentence about a line of the file, and about one column of it when one is to blame."""

    line: int
    column: str | None
    message: str
    level: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line it begins on, and its cells by column, with none left out."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    """The columns as the file names them."""
    meant: dict[str, str] = field(default_factory=dict)
    """What each of them is called here; those that are not in it are ignored."""

    @property
    def errors(self) -> list[RowProblem]:
        return [problem for problem in self.problems if problem.level == "error"]


# ---------------------------------------------------------------- reading


class _Unreadable(ValueError):
    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


Naming = Callable[[list[str]], Mapping[str, str]]


def read_table(
    data: bytes, filename: str = "", naming: Naming | None = None, layout: Layout = PEOPLE
) -> Table:
    """The table in a CSV file, of people unless `layout` says otherwise. Never raises over what the
    file holds.

    Rows with problems are among the rows, so that one mistake does not look like several.
    `naming` is given the header and says of some of its names which column they mean ("": none).
    """
    problems = _Problems()
    typed: list[str] = []
    try:
        text = _decoded(data, filename, problems)
        delimiter, text, first_line = _delimited(text, layout)
        records = _records(text, delimiter, first_line)
        header = next(records, None)
        if header is None:
            raise _Unreadable("The file is empty.")
        typed = _typed(header[1])
        named = naming(typed) if naming else {}
        columns = _Header(header[0], typed, problems, named, layout)
        rows = [columns.row(line, cells) for line, cells in islice(records, MAX_ROWS)]
        if extra := next(records, None):
            raise _Unreadable(f"A file has {count(MAX_ROWS, 'row')} at most; divide it.", extra[0])
    except _Unreadable as error:
        problems.add(error.line, None, str(error))
        return Table(problems=problems.listed(), header=typed)
    if not rows:
        problems.add(1, None, "The file has a header and no rows.", "warning")
    return Table(columns.names, rows, problems.listed(), typed, columns.meant)


def _typed(cells: list[str]) -> list[str]:
    """The header's names, without the empty cells a spreadsheet leaves at the end."""
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


class _Problems:
    """The first problems in full, the rest as a number."""

    def __init__(self) -> None:
        self.found: list[RowProblem] = []
        self.more = 0

    def add(
        self,
        line: int,
        column: str | None,
        message: str,
        level: Literal["error", "warning"] = "error",
    ) -> None:
        if len(self.found) < MAX_PROBLEMS:
            self.found.append(RowProblem(line, column, message, level))
        else:
            self.more += 1

    def listed(self) -> list[RowProblem]:
        listed = sorted(self.found, key=lambda problem: problem.line)
        if self.more:
            message = f"There are {count(self.more, 'more problem')} after these."
            listed.append(RowProblem(listed[-1].line, None, message))
        return listed


def _decoded(data: bytes, filename: str, problems: _Problems) -> str:
    if len(data) > MAX_BYTES:
        raise _Unreadable(f"A file has {MAX_BYTES // 1024**2} MB at most; divide it.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        name = f"“{filename[:80]}”" if filename else "This"
        raise _Unreadable(f"{name} is a workbook: in the spreadsheet, save it as CSV UTF-8.")
    text = _text_of(data, problems)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _Unreadable("The file contains NUL characters: save it again as CSV UTF-8.", line)
    return text


def _text_of(data: bytes, problems: _Problems) -> str:
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        if is_utf16:
            raise _Unreadable(_LETTERS) from None
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise _Unreadable(_LETTERS) from None
    message = "The file is not UTF-8, so it was read as Windows text: check letters like ä and é."
    problems.add(1, None, message, "warning")
    return text


_LETTERS = "The letters of this file cannot be read: save it as CSV UTF-8."


def _delimited(text: str, layout: Layout) -> tuple[str, str, int]:
    """The delimiter, the text after a possible `sep=` line of Excel's, and its first line."""
    if found := re.match(r"sep=([,;|\t])\r?\n", text, re.IGNORECASE):
        return found[1], text[found.end() :], 2
    begin = text.lstrip("\r\n")[:20_000]
    return max(",;\t|", key=lambda delimiter: _fit(begin, delimiter, layout)), text, 1


def _fit(begin: str, delimiter: str, layout: Layout) -> tuple[int, int]:
    """How well the first record looks like a header when divided so."""
    try:
        _, cells = next(_records(begin, delimiter, 1), (1, []))
    except _Unreadable:
        return 0, 0
    return sum(layout.canonical(cell) is not None for cell in cells), len(cells)


def _records(text: str, delimiter: str, first_line: int) -> Iterator[tuple[int, list[str]]]:
    """Records that are not empty, each with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = first_line + reader.line_num
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _Unreadable(_quote_problem(error), line) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _quote_problem(error: csv.Error) -> str:
    if "field larger" in str(error):
        return "A cell of this row is far too long; is a quotation mark missing?"
    if "end of data" in str(error):
        return "A quotation mark that opens in this row is never closed."
    return "A quotation mark stands inside a cell of this row: double it, or remove it."


class _Header:
    """The first record: which cell of a row is which column."""

    def __init__(
        self,
        line: int,
        cells: list[str],
        problems: _Problems,
        named: Mapping[str, str],
        layout: Layout,
    ) -> None:
        self.line, self.problems, self.named, self.layout = line, problems, named, layout
        if len(cells) > MAX_COLUMNS:
            raise _Unreadable(f"A file has {MAX_COLUMNS} columns at most.", line)
        self.width = len(cells)
        self.places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            self._name(place, cell)
        self.meant = {cells[place]: column for column, place in self.places.items()}
        self.joins_name = any(part in self.places for part in PARTS_OF_NAME)
        self.names = self._names()
        self._ask_for_required()

    def _name(self, place: int, typed: str) -> None:
        column = self.named[typed] or None if typed in self.named else self.layout.canonical(typed)
        if column is None:
            name = f"The column “{typed[:80]}”" if typed else f"Column {place + 1} has no name and"
            self.problems.add(self.line, typed or None, f"{name} is ignored.", "warning")
        elif column in self.places:
            message = f"Columns {self.places[column] + 1} and {place + 1} both mean “{column}”."
            self.problems.add(self.line, column, message)
        else:
            self.places[column] = place

    def _names(self) -> list[str]:
        names = [column for column in self.places if column not in PARTS_OF_NAME]
        return ["name", *names] if self.joins_name and "name" not in names else names

    def _ask_for_required(self) -> None:
        if not self.places:
            needed = ", ".join(self.layout.required)
            message = f"The first line names the columns, at least {needed}."
            raise _Unreadable(message, self.line)
        for column in self.layout.required:
            if column not in self.names:
                also = ", ".join(f"“{name}”" for name in self.layout.columns[column][:4])
                message = f"The column “{column}” is missing; it may also be called {also}."
                self.problems.add(self.line, column, message)

    def row(self, line: int, cells: list[str]) -> Row:
        self._judge(line, cells)
        read = {
            column: _plain(cells[place]) if place < len(cells) else ""
            for column, place in self.places.items()
        }
        parts = [read.pop(part, "") for part in PARTS_OF_NAME]
        if self.joins_name and not read.get("name"):
            read["name"] = " ".join(part for part in parts if part)
        return Row(line, read)

    def _judge(self, line: int, cells: list[str]) -> None:
        used = len(cells)
        while used > self.width and not cells[used - 1].strip():
            used -= 1
        if used != self.width:
            message = f"This row has {count(used, 'cell')}, and the header has {self.width}."
            self.problems.add(line, None, message)
        for column, place in self.places.items():
            if place < len(cells) and len(cells[place]) > MAX_CELL_CHARS:
                message = f"This cell has more than {MAX_CELL_CHARS:,} characters."
                self.problems.add(line, column, message)


def _plain(cell: str) -> str:
    return _restored(cell).strip()


# ---------------------------------------------------------------- formulas

# Full-width signs too: some spreadsheets compute what follows them.
_ACTIVE = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def _neutralized(cell: str) -> str:
    """A quote before what a spreadsheet would compute, and before a cell that already has one."""
    return "'" + cell if _ACTIVE.match(cell) else cell


def _restored(cell: str) -> str:
    """Exactly what was neutralized, undone."""
    return cell[1:] if cell.startswith("'") and _ACTIVE.match(cell) else cell


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file that Excel opens by double click: UTF-8 with its mark, CRLF, nothing computed."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    for row in (columns, *rows):
        writer.writerow([_neutralized(cell) for cell in row])
    return file.getvalue().encode("utf-8-sig")
