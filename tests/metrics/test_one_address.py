"""One address, one answer: the page, both files and the list of people hold the same rows, however
strange the rest of the address is."""

import csv
import html
import io
import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest

from portal.metrics import exporting
from portal.metrics.exporting import Sheet
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position
from tests import cast
from tests.metrics.told import NIGHT, OCTOBER, ON_TIME, tell, tell_share

RTL = "\N{RIGHT-TO-LEFT OVERRIDE}"
# Names as somebody may have them who means harm.
EVIL = (
    '=HYPERLINK("http://evil.example","x")', "+1-1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1",
    f"{RTL}fdp.exe", "a\nb,c;d\te", "'=1", '"', "A" * 110, "<b>&amp;</b>", "_x0041_", "\x01\x0b",
)  # fmt: skip
NONE: list[tuple[str, str]] = []
STRANGE = (
    NONE,
    [("by", "role")],
    [("by", "department")],
    # Of two filters the first that is named counts, and of two names the first.
    [("by", "role"), ("by", "department")],
    [("by", "department"), ("location", "1"), ("role", "Engineer"), ("by[]", "role")],
    [("by", "role"), ("cell", "Engineer")],
    [("by", "role"), ("cell", "nobody")],
    [("by", "role"), ("cell", "x" * 10_000)],
    [("by", "x" * 10_000)],
    [("by", "role,department")],
    [("by", "salary")],
    [("by", "__class__")],
    [("cell", "Engineer")],
    [("on", str(OCTOBER)), ("by", "role")],
    [("on", str(OCTOBER)), ("on", str(NIGHT))],
    *(
        [("on", day)]
        for day in ("9999-99", "9999-12-31", "0001-01-01", "NaN", "1e400", "٢٠٢٦-١٠-٣١")
    ),
    [("month", "9999-99"), ("group", "x"), ("page", "-1"), ("name", "unknown"), ("", "")],
    [("page", "99999999999"), ("only", "x"), ("form", "xlsx"), ("name", "goals_met")],
    [("by", "level"), ("by", "manager"), ("cell", "1"), ("cell", "2")],
)


CELL = r'<c r="([A-Z])\d+"[^>]*>(?:<is><t[^>]*>(.*?)</t></is>|<v>(.*?)</v>)</c>'


def table_of(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.request.path
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    return rows[1:]


def book_of(answer: Any, columns: int) -> list[list[str]]:
    """The rows of the sheet below its head; of each as many cells as there are."""
    assert answer.status_code == 200
    with ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet.lower().replace("=hyperlink(", "")
    rows = []
    for row in re.findall(r"<row .*?</row>", sheet, re.DOTALL)[1:]:
        cells = [""] * columns
        for place, words, value in re.findall(CELL, row, re.DOTALL):
            cells[ord(place) - ord("A")] = _meant(html.unescape(words)) or value
        rows.append(cells)
    return rows


def _meant(words: str) -> str:
    """What a spreadsheet reads: signs that XML has not are written as `_x0001_`."""
    return re.sub(r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), words)


def page_of(answer: Any) -> list[list[str]]:
    """The rows of the table of numbers: the head of each and its cells, without markup."""
    assert answer.status_code == 200, answer.request.path
    found = re.search(r"<tbody>(.*?)</tbody>", answer.text, re.DOTALL)
    rows = re.findall(r"<tr.*?</tr>", found[1], re.DOTALL) if found else []
    cells = (re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows)
    return [[_plain(cell) for cell in row] for row in cells]


def _plain(markup: str) -> str:
    words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", markup, flags=re.DOTALL)
    return " ".join(html.unescape(words).split())


def _typed(cell: str) -> str:
    """A cell of a CSV file as it was before it was quoted."""
    return cell[1:] if re.match(r"'+[=+\-@\t\r＝＋－＠]", cell) else cell


def same(page: list[list[str]], table: list[list[str]], book: list[list[str]]) -> None:
    assert [[_typed(cell) for cell in row] for row in table] == book
    assert len(page) == len(table)
    for (head, said, *_), (label, value, *_) in zip(page, table, strict=True):
        is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", label)
        day = date.fromisoformat(label) if is_day else None
        assert head == (f"{day.day} {day:%b %Y}" if day else " ".join(_typed(label).split()))
        assert said in ("not told", "Too few people") or " ".join(value.split()) in said


def asked(client: Any, address: str, query: Iterable[tuple[str, str]]) -> None:
    said = f"?{urlencode(list(query))}"
    page = page_of(client.get(f"{address}{said}"))
    table = table_of(client.get(f"{address}/figures.csv{said}"))
    same(page, table, book_of(client.get(f"{address}/figures.xlsx{said}"), 7))


@pytest.fixture
def company(who: Any) -> None:
    """Two months; by department, and by roles whose names mean harm."""
    for on in (NIGHT, OCTOBER):
        tell_share(ON_TIME, 8, 10, on)
        for team in Team.select().where(Team.parent.is_null()):
            tell_share(ON_TIME, 3, 4, on, by="department", cell=str(team.id))
        tell(ON_TIME, on, by="role", cell="Engineer")
        for place, role in enumerate(EVIL):
            tell_share(ON_TIME, place, 20, on, by="role", cell=role)


@pytest.mark.one_database
def test_a_number_is_the_same_on_its_page_and_in_its_files(as_: Any, company: None) -> None:
    helen, mara = as_("helen"), as_("mara")
    for query in STRANGE:
        asked(helen, f"/metrics/{ON_TIME}", query)
    for query in (*STRANGE, [("by", "manager")], [("by", "location"), ("cell", "1")]):
        asked(mara, "/metrics/headcount", query)
    for address in ("/metrics", f"/metrics/{ON_TIME}"):
        for ending in ("?by=%00", "?%00=1", "?cell=%ff&by=role", "?by=role&cell=%ed%a0%80"):
            assert helen.get(f"{address}{ending}").status_code in (200, 400), ending


def test_of_two_filters_one_is_applied(as_: Any, company: None) -> None:
    helen, address = as_("helen"), f"/metrics/{ON_TIME}/figures.csv"
    by_role = table_of(helen.get(f"{address}?by=role"))
    assert len(by_role) == len(EVIL) + 1
    for more in ("&by=department", "&department=1", "&location=1&level=L1", "&by=role&by=manager"):
        assert table_of(helen.get(f"{address}?by=role{more}")) == by_role
    assert table_of(helen.get(f"{address}?by=role&on={OCTOBER}")) == by_role, "told alike"


def test_all_numbers_are_the_same_on_the_page_and_in_its_files(as_: Any, company: None) -> None:
    for name in ("helen", "mara"):
        client = as_(name)
        for query in (
            "",
            f"?on={OCTOBER}",
            "?on=9999-99",
            "?group=people",
            "?group=x&group=people",
        ):
            page = client.get(f"/metrics{query}").text
            heads = re.findall(r'<h3 class="figure__title">.*?</h3>', page)
            table = table_of(client.get(f"/metrics/figures.csv{query}"))
            assert [_plain(head) for head in heads] == [row[1] for row in table], (name, query)
            book = book_of(client.get(f"/metrics/figures.xlsx{query}"), 12)
            assert [[_typed(cell) for cell in row] for row in table] == book


@pytest.mark.one_database
def test_the_people_behind_a_number_are_the_same_in_the_list_and_the_file(
    as_: Any, who: Any
) -> None:
    for place, role in enumerate(EVIL):
        person = Person.hire(
            by=None, name=role, email=f"evil{place}@halden.example", starts_on=date(2025, 1, 1),
            details={}, role=role[:100], team=None, manager=who.mara,
        )  # fmt: skip
        assert Position.of(person.id, cast.TODAY)
    groups = [[("by", "role"), ("cell", role[:100])] for role in EVIL[:4]]
    for name in ("helen", "mara"):
        client = as_(name)
        for query in (*STRANGE, *groups, [("by", "manager"), ("cell", str(who.mara.id))]):
            said = f"?{urlencode(query)}"
            base = "/metrics/headcount/people"
            page = page_of(client.get(f"{base}{said}"))
            table = table_of(client.post(f"{base}.csv{said}"))
            book = book_of(client.post(f"{base}.xlsx{said}"), 4)
            assert [[_typed(cell) for cell in row] for row in table] == book
            if not any(key == "page" for key, _ in query):
                assert [row[0] for row in page] == [" ".join(row[0].split()) for row in book]


def test_a_sum_is_the_same_in_both_files(database: Any) -> None:
    """Costs of courses have cents, also above a million."""
    numbers = [0.0, 0.5, 12345.67, 123456.78, 1234567.89, 99.999, 20.0]
    sheet = Sheet("Costs", ("n",), [[round(one, 2)] for one in numbers])
    [_, *told] = exporting.comma_separated(sheet).decode("utf-8-sig").split()
    assert told == ["0", "0.5", "12345.67", "123456.78", "1234567.89", "100", "20"]
