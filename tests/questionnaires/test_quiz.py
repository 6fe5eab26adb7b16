"""Questions with right answers: what a quiz asks, and how it is graded."""

from typing import Any

from portal.documents.parser import Source
from portal.questionnaires.quiz import Quiz, Sheet, headings_of, read_quiz

QUIZ = """
What comes first?
_When you arrive._
- ( ) Coffee
- (x) The helmet
see: On site

Which are exits? (new)
- [x] North
- [ ] The lift
- [x] South
"""


def quiz(body: str, headings: list[str] | None = None) -> Quiz:
    return read_quiz(Source({}, body, 10, []), headings)


def told(body: str, headings: list[str] | None = None) -> list[tuple[int, str]]:
    return [(problem.line, problem.level) for problem in quiz(body, headings).problems]


def sheet(**more: Any) -> Sheet:
    questions = quiz(QUIZ).questions
    only_new = more.get("only_new", False)
    return Sheet.of([q for q in questions if q["is_new"] or not only_new])


def test_a_quiz_is_understood_with_its_lines_hints_and_passages():
    found = quiz(QUIZ, ["On site", "Exits"])
    first, second = found.questions
    assert (first["line"], first["kind"], first["hint"]) == (11, "one", "When you arrive.")
    assert (first["see"], first["is_new"]) == ("On site", False)
    assert (second["kind"], second["title"], second["is_new"]) == ("many", "Which are exits?", True)
    # The second one names no passage, which is worth a remark and stops nobody.
    assert told(QUIZ, ["On site", "Exits"]) == [(17, "warning")]
    assert told(QUIZ) == []


def test_an_answer_is_right_when_it_is_all_that_is_right_and_nothing_else():
    asked = sheet()
    assert (
        asked.grade({"what-comes-first": "the-helmet", "which-are-exits": ["north", "south"]})
        == set()
    )
    assert asked.grade({"what-comes-first": "coffee"}) == {"what-comes-first", "which-are-exits"}
    assert asked.grade(
        {"what-comes-first": "the-helmet", "which-are-exits": ["north", "south", "the-lift"]}
    ) == {"which-are-exits"}
    assert asked.grade({"what-comes-first": ["the-helmet"], "which-are-exits": ["north"]}) == {
        "which-are-exits"
    }


def test_what_is_drawn_knows_nothing_of_what_is_right():
    for question in sheet().questions:
        assert "right" not in repr(question)
    assert [q.key for q in sheet(only_new=True).questions] == ["which-are-exits"]


def test_every_mistake_is_told_at_its_line():
    assert told("A?\n- ( ) B\n- ( ) C\n") == [(10, "error")]
    assert told("A?\n- (x) B\n- (x) C\n") == [(10, "error")]
    assert told("A?\n- [x] B\n") == [(10, "error")]
    assert told("A?\n= yes/no\n") == [(10, "error")]
    assert told("> A?\n") == [(10, "error")]
    assert told("A? (optional)\n- ( ) B\n- (x) C\n") == [(10, "error")]
    assert told("A?\n- ( ) B\n- (x) C\nsee: X\nsee: X\n", ["X"]) == [(14, "error")]
    assert told("A?\n- ( ) B\n- (x) C\nsee: Y\n", ["X"]) == [(13, "error")]
    assert told("A?\n- ( ) B\n- (x) C\nsee:\n", ["X"]) == [(13, "error")]
    assert told("  \n") == [(10, "error")]


def test_headings_are_read_as_people_read_them():
    text = "# One #\nwords\n\n## *Two* `and` [more](x)\nThree\n===\n\n- not\n---\n#hash\n"
    assert headings_of(text)[:3] == ["One", "Two and more", "Three"]
