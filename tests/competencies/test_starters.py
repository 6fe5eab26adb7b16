"""The competencies and matrices that ship: what they promise, held for each cell of them."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from portal.competencies import matrix_parser
from portal.competencies.parser import parse
from portal.documents.parser import Source, read
from portal.people import audience

pytestmark = pytest.mark.one_database

CONTENT = Path(__file__).resolve().parents[2] / "content"
COMPETENCIES = {path.stem: path for path in sorted((CONTENT / "competencies").glob("*.md"))}
MATRICES = {path.stem: path for path in sorted((CONTENT / "matrices").glob("*.md"))}

LEVELS = ["L1", "L2", "L3", "L4"]
ROWS = [(1, "Developing"), (2, "Proficient"), (3, "Advanced")]
SHARED = {"communication", "collaboration", "ownership"}
# What a cell holds is read on a phone, beside the two others.
MAX_ROW_CHARS = 140
MAX_WORDS_CHARS = 150

# What they say could mean anything, so nobody could see or hear it, and nobody could practice it.
EMPTY_WORDS = frozenset(
    """
    able appropriate appropriately consistently demonstrates drives effective effectively
    efficient efficiently ensures excellent exceptional exhibits good great leverages mindset
    possesses proactive proactively robust skilled strong strongly synergy
    understands
    """.split()
)


def has(folder: str) -> Any:
    return {path.stem for path in (CONTENT / folder).glob("*.md")}.__contains__


KNOWN = {"course": has("courses"), "page": has("pages")}


def source_of(path: Path) -> Source:
    return read(path.read_text(encoding="utf-8"))


def levels_of(name: str) -> list[dict[str, Any]]:
    return parse(source_of(COMPETENCIES[name]), KNOWN).levels


def matrix_of(name: str) -> Any:
    return matrix_parser.parse(source_of(MATRICES[name]), dict.fromkeys(COMPETENCIES, WRITTEN))


WRITTEN = frozenset(level.casefold() for level in LEVELS)
CELLS = [(name, level) for name in COMPETENCIES for level in levels_of(name)]
EVERY_ROW = [text for _, level in CELLS for _, _, text in level["anchors"]]

every_competency = pytest.mark.parametrize("name", COMPETENCIES)
every_matrix = pytest.mark.parametrize("name", MATRICES)


# -- competencies ------------------------------------------------------------------------------


@every_competency
def test_a_competency_is_read_without_a_remark(name: str) -> None:
    source = source_of(COMPETENCIES[name])
    assert source.problems == []
    assert parse(source, KNOWN).problems == []
    assert source.meta["summary"] and source.meta["title"]
    assert source.meta["owner"] == "@hr" and source.meta["review-every"] == "12 months"


@every_competency
def test_every_cell_is_filled(name: str) -> None:
    levels = levels_of(name)
    assert [level["level"] for level in levels] == LEVELS
    for level in levels:
        assert [(value, label) for value, label, _ in level["anchors"]] == ROWS
        assert len(level["probes"]) == 2, level["level"]
        # A development plan proposes one thing to learn from, and one to do.
        sorts = {one["sort"] for one in level["helps"]}
        assert "task" in sorts and sorts & {"course", "read"}, level["level"]


def test_no_two_cells_say_the_same() -> None:
    probes = [words for _, level in CELLS for words in level["probes"]]
    tasks = [one["words"] for _, level in CELLS for one in level["helps"] if one["words"]]
    for said in (EVERY_ROW, probes, tasks):
        again = [words for words, times in Counter(map(str.casefold, said)).items() if times > 1]
        assert said and again == []


@every_competency
def test_what_a_cell_says_fits_a_phone(name: str) -> None:
    for level in levels_of(name):
        rows = [text for _, _, text in level["anchors"]]
        words = [*level["probes"], *(one["words"] for one in level["helps"])]
        assert [text for text in rows if len(text) > MAX_ROW_CHARS] == []
        assert [text for text in words if len(text) > MAX_WORDS_CHARS] == []


@every_competency
def test_a_row_says_what_one_would_see_somebody_do(name: str) -> None:
    """It begins with what they do, goes on for some words, and needs no other row to be read."""
    for level in levels_of(name):
        for _, _, text in level["anchors"]:
            first, *rest = text.split()
            assert first.islower() and first.endswith("s"), text
            assert len(rest) >= 4 and not text.endswith("."), text
            assert EMPTY_WORDS.isdisjoint(re.findall(r"[a-z-]+", text.casefold())), text


@every_competency
def test_a_probe_asks_for_something_that_happened(name: str) -> None:
    for level in levels_of(name):
        for words in level["probes"]:
            assert words.startswith("Tell me about ") and words[-1] in ".?", words


@every_competency
def test_a_task_can_be_done_in_a_month(name: str) -> None:
    for level in levels_of(name):
        tasks = [one["words"] for one in level["helps"] if one["sort"] == "task"]
        assert all(words[0].isupper() and words.endswith(".") for words in tasks), tasks
        assert not [words for words in tasks if re.search(r"\b(half a year|next year)\b", words)]


# -- matrices ----------------------------------------------------------------------------------


def test_the_families_ship_and_one_for_everybody_else() -> None:
    assert set(MATRICES) == {"engineering", "hardware", "sales", "support", "hr", "every-job"}


@every_matrix
def test_a_matrix_is_read_without_a_remark(name: str) -> None:
    source = source_of(MATRICES[name])
    assert source.problems == [] and matrix_of(name).problems == []
    assert source.meta["owner"] == "@hr" and source.meta["summary"].endswith(".")


@every_matrix
def test_a_matrix_has_four_levels_with_names_and_the_three_of_everybody(name: str) -> None:
    found = matrix_of(name).structure
    assert [level["name"] for level in found["levels"]] == LEVELS
    assert all(level["title"] for level in found["levels"])
    assert all(section["intro"] for section in found["sections"])
    slugs = [slug for section in found["sections"] for slug in section["competencies"]]
    assert set(slugs) == SHARED if name == "every-job" else set(slugs) > SHARED
    assert len(slugs) <= 6


def test_every_competency_that_ships_stands_in_a_matrix() -> None:
    named = set()
    for name in MATRICES:
        for section in matrix_of(name).structure["sections"]:
            named |= set(section["competencies"])
    assert named == set(COMPETENCIES)


def test_nobody_has_two_matrices() -> None:
    """Each rule names roles, and no role stands in two of them; one is for all others."""
    roles: Counter[str] = Counter()
    for name in MATRICES:
        rule = audience.parse(matrix_of(name).structure["for"])
        if name == "every-job":
            assert isinstance(rule, audience.Everyone)
            continue
        assert isinstance(rule, audience.Compare) and rule.field == "role"
        roles.update(rule.folded)
    assert [role for role, times in roles.items() if times > 1] == []


def test_what_two_professions_share_speaks_of_neither_alone() -> None:
    """Whoever builds instruments is not asked about tickets, and nobody sends a lens twice."""
    found = [_slugs(name) - SHARED for name in ("engineering", "hardware")]
    rows = [
        text
        for name in found[0] & found[1]
        for level in levels_of(name)
        for _, _, text in level["anchors"]
    ]
    assert rows
    assert [
        text for text in rows if re.search(r"\b(tickets?|sent twice|code|deploys?)\b", text)
    ] == []


def _slugs(name: str) -> set[str]:
    sections = matrix_of(name).structure["sections"]
    return {slug for section in sections for slug in section["competencies"]}
