"""The grammar of a competency: levels, and under each the rows of a rating."""

import pytest

from portal.competencies.parser import parse
from portal.documents.parser import read

pytestmark = pytest.mark.one_database

HEAD = "---\nkind: competency\ntitle: Code quality\n---\n"
GOOD = (
    "## L1\nHere first.\n( ) 1 Developing: a\n( ) 2 Proficient\n## L2\n( ) 1 Developing\n( ) 2 B\n"
)


def mistakes(body: str) -> list[tuple[int, str]]:
    return [(p.line - 4, p.message) for p in parse(read(HEAD + body)).problems]


def test_levels_stand_in_their_order_with_their_rows() -> None:
    found = parse(read(HEAD + GOOD))
    assert found.problems == []
    assert [level["level"] for level in found.levels] == ["L1", "L2"]
    assert found.levels[0]["intro"] == "Here first."
    assert found.levels[0]["anchors"] == [[1, "Developing", "a"], [2, "Proficient", ""]]


MISTAKES = {
    "no level": ("Words.\n", 1, "no row"),
    "nothing": ("", 1, "has levels"),
    "a row before a level": ("( ) 1 A\n## L1\n( ) 1 A\n( ) 2 B\n", 1, "no level above"),
    "the same level twice": (GOOD + "## l1\n( ) 1 A\n( ) 2 B\n", 8, "Line 5 has the level"),
    "one row": ("## L1\n( ) 1 A\n", 1, "2 to 7 rows"),
    "rows out of order": ("## L1\n( ) 2 A\n( ) 1 B\n( ) 2 C\n", 2, "this one is 1"),
    "a level without a name": ("##\n( ) 1 A\n( ) 2 B\n", 1, "has a name"),
    "another heading": ("# L1\n( ) 1 A\n( ) 2 B\n", 1, "begins with ##"),
    "words after rows": (GOOD + "And so on.\n", 8, "no row"),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_told_on_its_line(what: str) -> None:
    body, line, words = MISTAKES[what]
    assert [(at, words) for at, said in mistakes(body) if words in said] == [(line, words)], (
        mistakes(body)
    )


@pytest.mark.parametrize("body", ["## L\n" * 4_000, "( ) 1 a\n" * 4_000, "[" * 20_000])
def test_hostile_text_raises_nothing(body: str) -> None:
    parse(read(HEAD + body))
