"""The grammar of a matrix: whom it is for, its levels, sections, and competencies in them."""

import pytest

from portal.competencies.matrix_parser import parse
from portal.documents.parser import read

pytestmark = pytest.mark.one_database

KNOWN = {
    "code-quality": frozenset({"l1", "l2"}),
    "communication": frozenset({"l1", "l2"}),
    "selling": frozenset({"l2"}),
}
HEAD = "---\nkind: matrix\ntitle: Engineering\nfor: team = Platform\nlevels: {}\n---\n"
LEVELS = "L1 = Junior, L2"
GOOD = "Read it together.\n\n## Craft\nHow one builds.\n- competency:code-quality\n## Others\n\n"
GOOD += "* competency:communication\n"


def parsed(body: str, levels: str = LEVELS, head: str = HEAD):
    return parse(read(head.format(levels) + body), KNOWN)


def test_a_matrix_is_sections_of_competencies_on_levels_for_somebody() -> None:
    found = parsed(GOOD)
    assert found.problems == []
    assert found.structure == {
        "summary": "",
        "for": "team = Platform",
        "levels": [{"name": "L1", "title": "Junior"}, {"name": "L2", "title": ""}],
        "intro": "Read it together.",
        "sections": [
            {"title": "Craft", "intro": "How one builds.", "competencies": ["code-quality"]},
            {"title": "Others", "intro": "", "competencies": ["communication"]},
        ],
    }


def test_competencies_without_a_section_have_one_all_the_same() -> None:
    found = parsed("- competency:communication\n").structure["sections"]
    assert [(one["title"], one["competencies"]) for one in found] == [
        ("Competencies", ["communication"])
    ]


MISTAKES = {
    "an unknown competency": ("- competency:charm\n", 1, "no competency “charm”"),
    "a typing mistake": ("- competency:code-qualty\n", 1, "Did you mean “code-quality”?"),
    "a space": ("- competency: code-quality x\n", 1, "competency:code-quality-x"),
    "no address": ("- competency:\n", 1, "is no address"),
    "another thing": ("- course:clean-code\n", 1, "no “course:” in it"),
    "twice": (GOOD + "- competency:code-quality\n", 9, "Line 11 has this"),
    "words after": (GOOD + "And so on.\n", 9, "names no competency"),
    "nothing": ("Words.\n", 1, "needs a competency"),
    "no name": ("##\n- competency:selling\n", 1, "no name"),
    "empty": (GOOD + "## More\n", 9, "has no competencies"),
    "too many": ("- competency:x\n" * 61, 61, "60 competencies at most"),
    "a level of which nothing is said": ("- competency:selling\n", 1, "says nothing for L1"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_told_on_its_line(what: str) -> None:
    body, line, words = MISTAKES[what]
    found = [(p.line - 6, p.message) for p in parsed(body).problems]
    assert [at for at, said in found if words in said] == [line], found


def test_a_competency_that_is_not_there_is_all_that_is_missing() -> None:
    found = parsed("- competency:charm\n").problems
    assert [(p.level, p.needs) for p in found] == [("error", "competency:charm")]


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ("", "Say which levels"),
        ("L1, L1", "twice"),
        ("L1, l1 = Junior", "twice"),
        ("= Junior", "a name before the ="),
        (f"{'a' * 21}", "20 characters"),
        (f"L1 = {'a' * 61}", "60 characters"),
        (", ".join(f"L{n}" for n in range(13)), "12 levels"),
    ],
)
def test_levels_have_names_of_their_own(levels: str, words: str) -> None:
    found = [p for p in parsed(GOOD, levels).problems if p.level == "error"]
    assert [p.line for p in found if words in p.message] == [5], found


@pytest.mark.parametrize(
    ("line", "words"),
    [("", "Say whose matrix"), ("for:", "Say whose matrix"), ("for: rank = 3", "at column 1")],
)
def test_it_says_whose_matrix_it_is(line: str, words: str) -> None:
    head = HEAD.replace("for: team = Platform", line or "owner: @hr")
    assert [p.message for p in parsed(GOOD, head=head).problems if words in p.message]


def test_everybody_reads_it_so_an_audience_is_a_remark() -> None:
    head = HEAD.replace("title:", "audience: department = HR\ntitle:")
    assert ["audience" in p.message for p in parsed(GOOD, head=head).problems] == [True]


@pytest.mark.parametrize(
    "body", ["## S\n" * 9_000, "- competency:a\n" * 9_000, "- " + "a" * 90_000, "#" * 90_000]
)
def test_hostile_text_raises_nothing(body: str) -> None:
    parsed(body)
