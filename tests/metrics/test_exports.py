"""A file holds what the page shows, and no more; nothing in it is computed by a spreadsheet."""

import csv
import io
import re
from typing import Any
from zipfile import ZipFile

from portal.metrics import exporting
from portal.metrics.exporting import Sheet
from portal.people.org import Team
from tests.cast import TODAY
from tests.metrics.told import NIGHT, OCTOBER, ON_TIME, tell, tell_share


def rows_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def cells_of(content: bytes) -> tuple[str, list[str]]:
    """The sheet's XML, and its words."""
    with ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    words = re.findall(r"<is><t[^>]*>(.*?)</t>|<v>(.*?)</v>", sheet)
    return sheet, ["".join(pair) for pair in words]


def test_the_file_of_all_numbers_is_the_page(as_: Any) -> None:
    tell_share(ON_TIME, 8, 10)
    tell("comment_length")
    helen = as_("helen")
    head, *rows = rows_of(helen.get("/metrics/figures.csv"))
    by_title = {row[1]: dict(zip(head, row, strict=True)) for row in rows}
    on_time = by_title["Onboarding on time"]
    assert (on_time["value"], on_time["counted"], on_time["of"]) == ("80", "8", "10")
    assert on_time["misses its target"] == "yes"
    hidden = by_title["Comments that say something"]
    assert hidden["said"] == "Too few people" and hidden["value"] == hidden["people"] == ""
    assert hidden["target"] == hidden["misses its target"] == "", "of no target nothing is missed"
    _, words = cells_of(helen.get("/metrics/figures.xlsx").data)
    assert "Onboarding on time" in words and "80" in words


def test_the_file_of_one_number_is_its_table_of_one_filter(as_: Any, who: Any) -> None:
    teams = {team.name: str(team.id) for team in Team.select()}
    tell_share(ON_TIME, 8, 10)
    tell_share(ON_TIME, 9, 10, OCTOBER)
    tell_share(ON_TIME, 5, 6, by="department", cell=teams["Engineering"])
    tell(ON_TIME, by="department", cell=teams["Sales"])
    helen, address = as_("helen"), f"/metrics/{ON_TIME}/figures.csv"
    months = rows_of(helen.get(address))
    assert [row[:2] for row in months[1:]] == [
        [str(NIGHT), "80\N{NO-BREAK SPACE}%"], [str(OCTOBER), "90\N{NO-BREAK SPACE}%"],
    ]  # fmt: skip
    answer = helen.get(f"{address}?by=department")
    groups = rows_of(answer)
    # Two evenings of the same groups are two files that one can tell apart.
    assert f"by-department-{NIGHT}.csv" in answer.headers["Content-Disposition"]
    assert groups[1][:1] == ["Engineering"] and groups[1][4:] == ["5", "6", "6"]
    assert groups[2] == ["Sales", "Too few people", "", "%", "", "", ""]
    page = helen.get(f"/metrics/{ON_TIME}?by=department").text
    assert "1 group is not told" in page
    # A filter nobody knows is none, and two are one.
    assert rows_of(helen.get(f"{address}?by=salary")) == months
    assert rows_of(helen.get(f"{address}?by=department&location=1")) == groups


def test_what_looks_like_a_formula_is_words(as_: Any, who: Any) -> None:
    evil = '=HYPERLINK("http://evil.example","x")'
    tell_share(ON_TIME, 8, 10)
    tell_share(ON_TIME, 5, 6, by="role", cell=evil)
    tell_share(ON_TIME, 3, 4, by="role", cell="@SUM(A1)")
    helen, address = as_("helen"), f"/metrics/{ON_TIME}/figures"
    names = {row[0] for row in rows_of(helen.get(f"{address}.csv?by=role"))}
    assert {f"'{evil}", "'@SUM(A1)"} <= names
    content = helen.get(f"{address}.xlsx?by=role").data
    sheet, words = cells_of(content)
    assert "<f>" not in sheet
    assert "@SUM(A1)" in words
    with ZipFile(io.BytesIO(content)) as book:
        assert not [name for name in book.namelist() if "rels" in name and "sheet1" in name]


def test_two_files_of_the_same_numbers_are_the_same(database: Any) -> None:
    sheet = Sheet("Any: of [them]", ("a", "b"), [["x", 1.5], [None, 2]])
    assert exporting.workbook(sheet) == exporting.workbook(sheet)
    assert exporting.comma_separated(sheet).decode("utf-8-sig") == "a,b\r\nx,1.5\r\n,2\r\n"


def test_the_people_behind_a_number_leave_as_the_list_shows_them(as_: Any, who: Any) -> None:
    helen = as_("helen")
    page = helen.get("/metrics/headcount/people").text
    rows = rows_of(helen.post("/metrics/headcount/people.csv"))
    assert rows[0] == ["person", "e-mail", "counted", "of"]
    names = {row[0] for row in rows[1:]}
    assert "Erin Castellanos" in names and "Audrey Lemaire" not in names
    assert all(name in page for name in names)
    mara = {row[0] for row in rows_of(as_("mara").post("/metrics/headcount/people.csv"))[1:]}
    assert mara == {"Erin Castellanos", "Ben Hartmann"}
    assert (
        f"{TODAY}"
        in as_("mara").post("/metrics/headcount/people.csv").headers["Content-Disposition"]
    )
