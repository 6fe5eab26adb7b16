"""Certificates from a file: shown first, then all of them or none."""

import io
import re
from html import unescape
from typing import Any

import pytest

from portal.certificates.importing import MOST_ROWS
from portal.certificates.models import Certificate
from tests.reach import knock

HEAD = "email,certificate,issued,expires,number,issuer\r\n"
ERIN = "erin@halden.example,First aid certificate,2026-01-05,2028-01-04,FA-1,Red Cross\r\n"
BEN = "Ben@Halden.example,first-aid-certificate,2025-05-05,never,,\r\n"


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(rows|digest)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def test_a_file_is_shown_and_then_recorded(as_: Any, who: Any, first_aid: Any) -> None:
    helen = as_("helen")
    file = (io.BytesIO((HEAD + ERIN + BEN).encode()), "list.csv")
    page = helen.post("/certificates/import", data={"file": file, "pasted": ""}).text
    assert "2 to record" in page and "FA-1" in page and Certificate.select().count() == 0
    answer = helen.post("/certificates/import/application", data=hidden(page))
    assert (answer.status_code, answer.location) == (303, "/certificates/everybody")
    rows = {row.person_id: row for row in Certificate.select()}
    assert rows[who.erin.id].details.number == "FA-1"
    assert rows[who.ben.id].expires_on is None
    assert {row.stands.outcome for row in rows.values()} == {"confirmed"}
    again = helen.post("/certificates/import", data={"pasted": HEAD + ERIN + BEN}).text
    assert "0 to record" in again and "2 of them are here already" in again


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("x@halden.example,First aid certificate,2026-01-05,never,,", "Nobody here has this"),
        ("audrey@halden.example,First aid certificate,2026-01-05,never,,", "Nobody here has this"),
        ("erin@halden.example,Flying,2026-01-05,never,,", "There is no such type"),
        ("erin@halden.example,First aid certificate,5.1.2026,never,,", "This is not a date"),
        ("erin@halden.example,First aid certificate,2026-01-05,,,", "Say until when"),
        ("erin@halden.example,First aid certificate,2027-01-05,never,,", "still to come"),
        (
            "erin@halden.example,First aid certificate,2026-01-05,2025-01-01,,",
            "before it was issued",
        ),
        (f"erin@halden.example,First aid certificate,2026-01-05,never,{'x' * 81},", "At most 80"),
        ('erin@halden.example,First aid certificate,2026-01-05,never,"a\nb",', "on one line"),
        ("erin@halden.example,Forklift licence,2026-01-05,never,,TÜV", "needs its number"),
        ("erin@halden.example", "This row has 1 cell"),
    ],
)
def test_one_wrong_row_stops_all(
    as_: Any, first_aid: Any, forklift: Any, row: str, sentence: str
) -> None:
    helen = as_("helen")
    answer = helen.post("/certificates/import", data={"pasted": f"{HEAD}{ERIN}{row}"})
    assert answer.status_code == 422 and sentence in answer.text and "Line 3" in answer.text
    assert "<title>Error: " in answer.text and hidden(answer.text) == {}
    answer = helen.post(
        "/certificates/import/application", data={"rows": f"{HEAD}{ERIN}{row}", "digest": "0" * 64}
    )
    assert answer.status_code == 422 and Certificate.select().count() == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose a file"),
        (b"PK\x03\x04", "is a workbook"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"a\0b", "NUL"),
        (b"email,certificate\r\nx,y\r\n", "is missing"),
        (HEAD.encode() + b'"', "never closed"),
        (HEAD.encode() + ERIN.encode() * (MOST_ROWS + 1), "rows at most"),
    ],
)
def test_a_file_that_is_none_is_said_so(
    as_: Any, first_aid: Any, content: bytes, sentence: str
) -> None:
    answer = as_("helen").post(
        "/certificates/import", data={"file": (io.BytesIO(content), "list.csv"), "pasted": ""}
    )
    assert answer.status_code == 422 and sentence in answer.text


def test_what_changed_since_it_was_shown_is_shown_again(
    as_: Any, who: Any, first_aid: Any, bring: Any
) -> None:
    helen = as_("helen")
    shown = hidden(helen.post("/certificates/import", data={"pasted": HEAD + ERIN}).text)
    forged = shown | {"rows": shown["rows"].replace("2028", "2038")}
    answer = helen.post("/certificates/import/application", data=forged)
    assert answer.status_code == 422 and "This is not what you were shown before" in answer.text
    helen.post("/certificates/import/application", data=shown)
    twice = helen.post("/certificates/import/application", data=shown)
    assert twice.status_code == 422 and Certificate.select().count() == 1


def test_hrs_own_row_waits_for_somebody_else(as_: Any, who: Any, first_aid: Any) -> None:
    helen = as_("helen")
    row = ERIN.replace("erin@", "helen@")
    page = helen.post("/certificates/import", data={"pasted": HEAD + row}).text
    helen.post("/certificates/import/application", data=hidden(page))
    assert Certificate.get().stands is None


def test_importing_is_hrs(as_: Any, first_aid: Any) -> None:
    others = {
        **dict.fromkeys(("dora", "mara", "erin", "otto", "ida", "adam", "audrey", "nia"), 404),
        "lev": 303,
    }  # fmt: skip
    knock(as_, others | {"helen": 200}, "/certificates/import", nowhere="/certificates/nothing")
    for address in ("/certificates/import", "/certificates/import/application"):
        data = {"pasted": HEAD + ERIN}
        for name, status in others.items():
            assert as_(name).post(address, data=data).status_code == status, name
    assert Certificate.select().count() == 0
