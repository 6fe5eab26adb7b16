"""What is wrong with a file of people is said by line and column, and changes nothing."""

# ruff: noqa: E501 - the rows of a table are read across, and so are those of a CSV file.

from typing import Any

import pytest

from tests import cast
from tests.people.files import apply, read, rows, state

NEW = "901,tove@halden.example,Tove Øst,2026-12-01,Engineer,Engineering,Platform,Berlin,mara@halden.example,"
ERIN = "erin@halden.example,Erin Castellanos,2024-03-01"

P = "email,name,start,manager"
WRONG: list[tuple[str, str | bytes, int, str, str]] = [
    ("missing column", "email,name\na@b.cc,A\n", 1, "start", "is missing"),
    ("missing cell", rows("a@b.cc,,2026-12-01", head="email,name,start"), 2, "name", "missing"),
    ("no start", rows("a@b.cc,A B,", head="email,name,start"), 2, "start", "start date"),
    ("extra cells", rows("a@b.cc,A,2026-12-01,x,y", head="email,name,start"), 2, "", "5 cells"),
    ("two columns alike", "email,e-mail,name,start\na@b.cc,,A,2026-12-01\n", 1, "email", "both"),
    ("leap day", rows("a@b.cc,A B,29.02.2027", head="email,name,start"), 2, "start", "28 days"),
    ("either date", rows("a@b.cc,A B,03/04/2026", head="email,name,start"), 2, "start", "year first"),
    ("no address", rows("a.b.cc,A B,2026-12-01", head="email,name,start"), 2, "email", "not an e-mail"),
    ("unknown manager", rows("a@b.cc,A B,2026-12-01,no@b.cc", head=P), 2, "manager", "Nobody has"),
    ("manager has left", rows("a@b.cc,A B,2026-12-01,lev@halden.example", head=P), 2, "manager", "any more"),
    ("manager is a guest", rows("a@b.cc,A B,2026-12-01,audrey@halden.example", head=P), 2, "manager", "never was"),
    ("own manager", rows("a@b.cc,A B,2026-12-01,A@b.cc", head=P), 2, "manager", "their own"),
    ("circle in the file", rows("a@b.cc,A,2026-12-01,c@b.cc", "c@b.cc,C,2026-12-01,a@b.cc", head=P), 3, "manager", "themselves"),
    ("circle through the portal", rows("dora@halden.example,Dora Lindqvist,2024-03-01,erin@halden.example", head=P), 2, "manager", "themselves"),
    ("circle through both", rows("a@b.cc,A,2026-12-01,erin@halden.example", "dora@halden.example,Dora Lindqvist,2024-03-01,a@b.cc", head=P), 3, "manager", "themselves"),
    ("circle by a new address", rows("77,mara.new@b.cc,Mara Okafor,2024-03-01,erin@halden.example", head="number,"+P), 2, "manager", "themselves"),
    ("twice by case", rows("a@b.cc,A B,2026-12-01", "A@B.cc,A C,2026-12-01", head="email,name,start"), 3, "email", "line 2 already"),
    ("number twice", rows("9,a@b.cc,A,2026-12-01", "9,c@b.cc,C,2026-12-01", head="number,email,name,start"), 3, "number", "line 2 already"),
    ("one person twice", rows("77,m@b.cc,Mara O,2024-03-01", ",mara@halden.example,Mara,2024-03-01", head="number,email,name,start"), 3, "email", "line 2 already"),
    ("number of another", rows(f"77,{ERIN}", head="number,email,name,start"), 2, "number", "Mara Okafor, not Erin"),
    ("another number", rows("78,mara@halden.example,Mara Okafor,2024-03-01", head="number,email,name,start"), 2, "number", "has the number 77"),
    ("has left", rows("lev@halden.example,Lev Abramov,2024-03-01", head="email,name,start"), 2, "email", "left on 2026-10-30"),
    ("guest", rows("audrey@halden.example,Audrey Lemaire,", head="email,name,start"), 2, "start", "is a guest"),
    ("line in a cell", rows('a@b.cc,"A\nB",2026-12-01', head="email,name,start"), 2, "name", "one line"),
    ("encoded word", rows("a@b.cc,=?utf-8?q?x?=,2026-12-01", head="email,name,start"), 2, "name", "=?"),
    ("long name", rows(f"a@b.cc,{'x' * 121},2026-12-01", head="email,name,start"), 2, "name", "120"),
    ("no zone", rows("a@b.cc,A B,2026-12-01,Europe", head="email,name,start,zone"), 2, "zone", "time zone"),
    ("no language", rows("a@b.cc,A B,2026-12-01,Klingon!", head="email,name,start,language"), 2, "language", "no code"),
    ("no type", rows("a@b.cc,A B,2026-12-01,robot", head="email,name,start,type"), 2, "type", "none of"),
    ("quote left open", 'email,name,start\na@b.cc,"A B,2026-12-01\n', 2, "", "never closed"),
    ("NUL", "email,name,start\na@b.cc,A\0B,2026-12-01\n", 2, "", "NUL"),
    ("workbook", b"PK\x03\x04" + b"\0" * 100, 1, "", "save it as CSV"),
    ("broken UTF-16", b"\xff\xfeabc", 1, "", "cannot be read"),
    ("only a blank line", "\n \n", 1, "", "empty"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "line", "column", "said"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_a_bad_file_is_answered_by_line_and_column_and_changes_nothing(
    content: str | bytes, line: int, column: str, said: str, as_: Any, who: Any
) -> None:
    who.mara.correct(by=None, number="77")
    helen = as_("helen")
    before = state()
    answer = read(helen, content)
    if said == "empty":
        assert answer.status_code == 422 and "Choose a file" in answer.text
    else:
        assert answer.status_code == 422
        items = (
            answer.text.partition('<ul class="problems">')[2].partition("</ul>")[0].split("<li>")
        )
        told = [
            item for item in items if f"Line {line}<" in item and said in item.replace("\n", " ")
        ]
        assert told, items
        assert not column or any(f'<code class="problems__code">{column}<' in item for item in told)
    # The file itself is kept, so that one can say what its columns mean.
    assert state()[:-1] == before[:-1]


@pytest.mark.parametrize(
    "data",
    [
        rows(NEW).encode("utf-8-sig"),
        rows(NEW).encode("utf-16"),
        rows(NEW).replace(",", ";").encode(),
        rows(NEW).replace(",", "\t").encode(),
        rows(NEW).replace("\n", "\r\n").encode(),
        rows(NEW).replace("Tove Øst", '"Tove Øst"').encode("cp1252"),
        ("sep=;\n" + rows(NEW).replace(",", ";")).encode(),
    ],
    ids=["BOM", "UTF-16", "semicolons", "tabs", "CRLF", "cp1252", "sep="],
)
def test_what_a_spreadsheet_saves_is_read(data: bytes, as_: Any) -> None:
    helen = as_("helen")
    assert "1 new, 0 changed" in read(helen, data).text
    apply(helen)
    assert cast.person("tove").name == "Tove Øst"


def test_a_great_many_problems_are_said_in_part(as_: Any) -> None:
    lines = [f"bad{n},Somebody {n},2026-12-01" for n in range(1_000)]
    answer = read(as_("helen"), rows(*lines, head="email,name,start"))
    assert answer.status_code == 422 and "800 more problems besides these" in answer.text
    assert len(answer.data) < 200_000
