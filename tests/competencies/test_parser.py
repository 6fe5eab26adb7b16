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


WHOLE = GOOD + (
    "? Tell me about a change.\n?Which one first?\n- course:clean-code\n"
    "- read:how-we-review the part about size\n* Task: review one change a day\n"
)


def test_a_level_says_what_to_ask_and_what_helps() -> None:
    found = parse(read(HEAD + WHOLE))
    assert found.problems == []
    first, second = found.levels
    assert first["probes"] == [] and first["helps"] == []
    assert second["probes"] == ["Tell me about a change.", "Which one first?"]
    assert second["helps"] == [
        {"sort": "course", "target": "clean-code", "words": ""},
        {"sort": "read", "target": "how-we-review", "words": "the part about size"},
        {"sort": "task", "target": "", "words": "review one change a day"},
    ]


def test_what_is_not_in_force_is_a_remark_that_says_what_it_needs() -> None:
    known = {"course": {"clean-code"}.__contains__, "page": set[str]().__contains__}
    found = parse(read(HEAD + WHOLE), known)
    assert [(p.line - 4, p.level, p.needs) for p in found.problems] == [
        (11, "warning", "page:how-we-review")
    ]
    assert len(found.levels[1]["helps"]) == 3, "it is shown as soon as it is in force"


def test_a_plain_list_may_introduce_a_level_as_it_always_could() -> None:
    found = parse(read(HEAD + "## L1\n- small things\n- large things\n( ) 1 A\n( ) 2 B\n"))
    assert found.problems == [] and found.levels[0]["intro"] == "- small things\n- large things"


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
    "words after a question": (GOOD + "? Why?\nAnd so on.\n", 9, "no row"),
    "a question before a level": ("? Why?\n" + GOOD, 1, "no row"),
    "a question without words": (GOOD + "?\n", 8, "after the ?"),
    "a question too long": (GOOD + f"? {'a' * 301}\n", 8, "300 characters"),
    "the same question twice": (GOOD + "? Why?\n? Why?\n", 9, "Line 12 asks this"),
    "too many questions": (GOOD + "".join(f"? Why {n}?\n" for n in range(13)), 20, "12 questions"),
    "a strange help": (GOOD + "- curse:clean-code\n", 8, "Did you mean “course:”?"),
    "another strange help": (GOOD + "- film:clean-code\n", 8, "There are course, read and task"),
    "a help without an address": (GOOD + "- course:\n", 8, "Write its address"),
    "a help that is no address": (GOOD + "- read:How_we_review\n", 8, "read:how-we-review"),
    "a task without words": (GOOD + "- task:\n", 8, "Write what to do"),
    "the same help twice": (GOOD + "- course:a\n- course:a why\n", 9, "on this level already"),
    "too many helps": (GOOD + "".join(f"- task: {n}\n" for n in range(13)), 20, "12 things"),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_told_on_its_line(what: str) -> None:
    body, line, words = MISTAKES[what]
    assert [(at, words) for at, said in mistakes(body) if words in said] == [(line, words)], (
        mistakes(body)
    )


@pytest.mark.parametrize(
    "body",
    [
        "## L\n" * 4_000,
        "( ) 1 a\n" * 4_000,
        "[" * 20_000,
        "## L\n" + "? a\n" * 9_000,
        "## L\n" + "- task: a\n" * 9_000,
        "## L\n- task:" + "a" * 90_000,
    ],
)
def test_hostile_text_raises_nothing(body: str) -> None:
    parse(read(HEAD + body))
