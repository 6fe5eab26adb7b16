"""Files of people: whatever a spreadsheet saves is read, and what is wrong is said on its line."""

import csv
import io
import time
import tracemalloc
from datetime import date

import pytest

from portal.people import tables
from portal.people.dates import parse_date
from portal.people.tables import read_table, write_table

PLAIN = (
    "email,name,start\n"
    "zoe@halden.example,Zoë Papadaki,2026-12-01\n"
    "soren@halden.example,Søren Kjær,2017-10-02\n"
)
NAMES = ["Zoë Papadaki", "Søren Kjær"]


def problems_of(text, level="error"):
    data = text.encode() if isinstance(text, str) else text
    return [
        (problem.line, problem.column, problem.message)
        for problem in read_table(data).problems
        if problem.level == level
    ]


def cells_of(text):
    table = read_table(text.encode())
    assert table.errors == []
    return [row.cells for row in table.rows]


# ---------------------------------------------------------------- encodings and delimiters


def test_a_plain_file_is_read_without_a_problem():
    table = read_table(PLAIN.encode())
    assert table.columns == ["email", "name", "start"]
    assert table.problems == []
    assert [row.line for row in table.rows] == [2, 3]
    assert table.rows[0].cells == {
        "email": "zoe@halden.example", "name": "Zoë Papadaki", "start": "2026-12-01",
    }  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode("utf-8"),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        b"\xff\xfe" + PLAIN.encode("utf-16-le"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace(",", "|").encode(),
        ("sep=;\r\n" + PLAIN.replace(",", ";")).encode(),
        ("\n\n" + PLAIN).encode(),
        PLAIN.replace("\n", ",,\n").encode(),
        (PLAIN + ",,\n\n").encode(),
    ],
)
def test_every_way_a_spreadsheet_saves_is_read(data):
    table = read_table(data)
    assert [row.cells["name"] for row in table.rows] == NAMES
    assert table.problems == []


def test_windows_text_is_read_with_a_warning():
    table = read_table(PLAIN.encode("cp1252"))
    assert [row.cells["name"] for row in table.rows] == NAMES
    assert table.errors == []
    assert "check letters like ä" in table.problems[0].message


def test_semicolons_are_found_although_there_are_more_commas():
    text = 'name;email;start\n"Papadaki, Zoë, Dr., MA";z@x.example;2026-12-01\n'
    assert cells_of(text)[0]["name"] == "Papadaki, Zoë, Dr., MA"


def test_quoted_line_breaks_keep_the_line_a_row_begins_on():
    text = 'email,name,start\na@x.example,"A\nB\nC",2026-12-01\n\nb@x.example,D\n'
    table = read_table(text.encode())
    assert [row.line for row in table.rows] == [2, 6]
    assert table.rows[0].cells["name"] == "A\nB\nC"
    assert [problem.line for problem in table.problems] == [6]
    assert [row.line for row in read_table(b"sep=,\n" + text.encode()).rows] == [3, 7]


@pytest.mark.parametrize(
    ("data", "line", "sentence"),
    [
        (b"", 1, "The file is empty."),
        (b" \n\n", 1, "The file is empty."),
        (b"\xef\xbb\xbf", 1, "The file is empty."),
        (b"PK\x03\x04rest", 1, "save it as CSV UTF-8"),
        (b"email,name,start\na\0b,c,d\n", 2, "NUL"),
        (PLAIN.encode("utf-16-le"), 1, "NUL"),
        (b"\xff\xfea", 1, "cannot be read"),
        (b"\x81\x8d", 1, "cannot be read"),
        (b'email,name,start\na,"b,c\nd,e,f\n', 2, "never closed"),
        (b'email,name,start\na,"b"x,c\n', 2, "stands inside a cell"),
        (b"email,name,start\n" + b"x" * 200_000, 2, "far too long"),
        (b"zoe@x.example,Zoe,2026-12-01\n", 1, "The first line names the columns"),
        (b"x" * (5 * 2**20 + 1), 1, "5 MB at most"),
        (b"email," * 65 + b"\n", 1, "64 columns at most"),
        (b"email,name,start\n" + b"a,b,c\n" * 20_001, 20_002, "20,000 rows at most"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_and_no_rows(data, line, sentence):
    table = read_table(data)
    assert table.rows == []
    assert table.errors[-1].line == line
    assert sentence in table.errors[-1].message


def test_a_workbook_is_named():
    assert (
        "“people.xlsx” is a workbook" in read_table(b"PK\x03\x04", "people.xlsx").errors[0].message
    )


def test_a_header_alone_is_a_warning():
    assert (
        problems_of("email,name,start\n", "warning")[0][2] == "The file has a header and no rows."
    )


# ---------------------------------------------------------------- columns


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        ("E-mail", "email"), ("Email address", "email"), ("E-MAIL ADDRESS *", "email"),
        ("Start date", "start"), ("start_date", "start"), ("Hire Date", "start"),
        ("Job title", "role"), ("Reports to", "manager"), ("Manager (e-mail)", "manager"),
        ("Standort", "location"), ("Employee ID", "number"), ("Preferred name", "preferred_name"),
        ("preferred_name", "preferred_name"), ("Time zone", "zone"), ("Employment type", "type"),
    ],
)  # fmt: skip
def test_columns_are_known_by_what_people_call_them(typed, column):
    assert column in read_table(f"{typed},x\n1,2\n".encode()).columns


def test_no_name_of_a_column_means_two():
    spellings = [
        tables._key(spelling)
        for column, others in tables.COLUMNS.items()
        for spelling in {tables._key(name) for name in (column, *others)}
    ]
    assert len(spellings) == len(set(spellings))


def test_first_and_last_name_are_joined():
    text = "First name,Last name,email,start\nAna,Prates,a@x.example,2026-12-01\nBo,,b@x.example,\n"
    assert [cells["name"] for cells in cells_of(text)] == ["Ana Prates", "Bo"]
    assert read_table(text.encode()).columns == ["name", "email", "start"]


def test_a_full_name_wins_over_its_parts():
    text = "name,first name,email,start\nAna Lúcia,Ana,a@x.example,\n,Bo,b@x.example,\n"
    assert [cells["name"] for cells in cells_of(text)] == ["Ana Lúcia", "Bo"]


def test_unknown_columns_are_ignored_with_a_warning():
    text = "email,Shoe size,,name,start\na@x.example,42,,A,2026-12-01\n"
    assert problems_of(text, "warning") == [
        (1, "Shoe size", "The column “Shoe size” is ignored."),
        (1, None, "Column 3 has no name and is ignored."),
    ]
    assert cells_of(text)[0]["name"] == "A"


def test_two_columns_of_one_meaning_are_a_problem():
    assert problems_of("email,E-Mail,name,start\na,b,c,d\n") == [
        (1, "email", "Columns 1 and 2 both mean “email”.")
    ]


def test_missing_columns_say_what_they_may_be_called():
    assert problems_of("email,team\na,b\n") == [
        (1, "name", "The column “name” is missing; it may also be called "
                    "“full name”, “display name”, “employee name”, “employee”."),
        (1, "start", "The column “start” is missing; it may also be called "
                     "“start date”, “first day”, “hire date”, “hired”."),
    ]  # fmt: skip


def test_rows_of_another_width_are_problems_and_still_rows():
    table = read_table(b"email,name,start\na,b\nc,d,e,f\ng,h,i,,\n")
    assert [(problem.line, problem.message) for problem in table.problems] == [
        (2, "This row has 2 cells, and the header has 3."),
        (3, "This row has 4 cells, and the header has 3."),
    ]
    assert [row.cells for row in table.rows] == [
        {"email": "a", "name": "b", "start": ""},
        {"email": "c", "name": "d", "start": "e"},
        {"email": "g", "name": "h", "start": "i"},
    ]


def test_a_cell_far_too_long_is_a_problem_of_its_column():
    assert problems_of("email,name,start\na," + "b" * 3_000 + ",c\n") == [
        (2, "name", "This cell has more than 2,000 characters.")
    ]


def test_many_problems_end_in_their_number():
    problems = read_table(b"email,name,start\n" + b"a,b\n" * 500).problems
    assert len(problems) == tables.MAX_PROBLEMS + 1
    assert problems[-1].message == "There are 300 more problems after these."


def test_the_largest_file_stays_within_a_second_and_fifty_megabytes():
    row = ",".join(["person%d@halden.example", *["some words"] * 14])
    header = "email,name,start,number,preferred_name,pronouns,role,level,department,team,location"
    text = header + ",manager,buddy,type,zone\n" + "\n".join(row % n for n in range(20_000))
    data = text.encode()
    began = time.process_time()
    assert len(read_table(data).rows) == 20_000
    assert time.process_time() - began < 1
    tracemalloc.start()
    read_table(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * 2**20


# ---------------------------------------------------------------- formulas and the way back

ACTIVE = ["=1+1", "+49 30 1", "-5", "@x", "'=1", "''+", '="a"', "'", "'plain", "=a,b;c\nd",
          "＝1+1", "＋49", "－5", "＠x", "'＝1"]  # fmt: skip


def test_nothing_that_is_written_can_compute():
    written = write_table(["=name"], [[cell] for cell in [*ACTIVE, "\tx", "\rx"]]).decode(
        "utf-8-sig"
    )
    for (cell,) in csv.reader(io.StringIO(written, newline="")):
        assert cell[0] not in "=+-@\t\r＝＋－＠"


def test_what_is_written_is_read_again_as_it_was():
    columns = ["email", "name", "start", "number"]
    rows = [[f"a{n}@x.example", cell, "2026-12-01", "ä"] for n, cell in enumerate(ACTIVE)]
    data = write_table(columns, rows)
    assert data.startswith(b"\xef\xbb\xbfemail,name,start,number\r\n")
    table = read_table(data)
    assert table.problems == []
    assert [[row.cells[column] for column in columns] for row in table.rows] == rows
    assert write_table(columns, [list(row.cells.values()) for row in table.rows]) == data


def test_only_what_an_export_adds_is_taken_away():
    text = "email,name,start\na@x.example,'Abu,'2026\nb@x.example,'=1,'@x\n"
    assert [cells["name"] for cells in cells_of(text)] == ["'Abu", "=1"]


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-21", date(2026, 11, 21)),
        (" 2026-11-21 ", date(2026, 11, 21)),
        ("2026-1-5", date(2026, 1, 5)),
        ("2026-11-21 00:00:00", date(2026, 11, 21)),
        ("21.11.2026", date(2026, 11, 21)),
        ("1.2.2026", date(2026, 2, 1)),
        ("21/11/2026", date(2026, 11, 21)),
        ("11/21/2026", date(2026, 11, 21)),
        ("05/05/2026", date(2026, 5, 5)),
        ("29.02.2028", date(2028, 2, 29)),
    ],
)
def test_dates_are_read_as_written(typed, day):
    assert parse_date(typed) == day


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("29.02.2027", "29.02.2027 is not a date: February 2027 has 28 days."),
        ("2027-02-29", "2027-02-29 is not a date: February 2027 has 28 days."),
        ("31/04/2026", "31/04/2026 is not a date: April 2026 has 30 days."),
        ("0.1.2026", "0.1.2026 is not a date: January 2026 has 31 days."),
        ("05/04/2026", "05/04/2026 can be 2026-04-05 or 2026-05-04: write the year first."),
        ("2026-13-01", "2026-13-01 is not a date: there is no month 13."),
        ("13/13/2026", "13/13/2026 is not a date: there is no month 13."),
        ("0026-01-01", "0026-01-01 is not between 1900 and 2200."),
        ("21.11.26", "“21.11.26” is not a date such as 2026-11-21."),
        ("46347", "“46347” is not a date such as 2026-11-21."),
        ("", "“” is not a date such as 2026-11-21."),
        ("٢٠٢٦-٠١-٠١", "“٢٠٢٦-٠١-٠١” is not a date such as 2026-11-21."),
        ("x" * 500, "“" + "x" * 40 + "” is not a date such as 2026-11-21."),
    ],
)
def test_what_is_no_date_says_why(typed, sentence):
    with pytest.raises(ValueError) as caught:
        parse_date(typed)
    assert str(caught.value) == sentence
