"""The agendas that ship: short enough for a talk, and written for both who hold it."""

from pathlib import Path

import pytest

from portal.documents.parser import Source, read
from portal.documents.terms import COMMON_KEYS
from portal.oneonones import parser

pytestmark = pytest.mark.one_database

CONTENT = Path(__file__).resolve().parents[2] / "content"
AGENDAS = {path.stem: path for path in sorted((CONTENT / "agendas").glob("*.md"))}
# More is not talked about in half an hour, and longer is not read on a phone.
MAX_POINTS, MAX_POINT_CHARS = 7, 110

every_agenda = pytest.mark.parametrize("name", AGENDAS)


def source_of(name: str) -> Source:
    return read(AGENDAS[name].read_text(encoding="utf-8"))


def points_of(name: str) -> list[str]:
    return parser.parse(source_of(name)).points


def test_an_agenda_ships_for_each_occasion() -> None:
    assert set(AGENDAS) == {
        "first-one-on-one", "every-week", "monthly", "first-month", "after-an-absence",
        "what-comes-next",
    }  # fmt: skip


@every_agenda
def test_an_agenda_is_read_without_a_remark(name: str) -> None:
    source = source_of(name)
    assert source.problems == [] and parser.parse(source).problems == []
    assert source.meta["kind"] == "agenda" and set(source.meta) <= COMMON_KEYS
    assert source.meta["owner"] == "@hr" and source.meta["review-every"] == "12 months"
    assert source.meta["summary"].endswith(".")


@every_agenda
def test_every_line_of_an_agenda_is_a_point(name: str) -> None:
    lines = [line for line in source_of(name).body.splitlines() if line.strip()]
    assert [line.removeprefix("- ") for line in lines] == points_of(name)


@every_agenda
def test_an_agenda_can_be_got_through_in_one_talk(name: str) -> None:
    points = points_of(name)
    assert 5 <= len(points) <= MAX_POINTS
    assert [words for words in points if len(words) > MAX_POINT_CHARS] == []


def test_no_two_agendas_share_a_point() -> None:
    points = [words.casefold() for name in AGENDAS for words in points_of(name)]
    assert len(points) == len(set(points))
