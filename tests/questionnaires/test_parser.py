"""The grammar of questions: one rule for each thing, and every mistake on its line."""

import random
import time

import pytest

from portal.documents.parser import read
from portal.questionnaires.parser import (
    INSERTS,
    KINDS,
    MAX_QUESTIONS,
    Known,
    Questions,
    parse,
)
from portal.questionnaires.questionnaire import Questionnaire

pytestmark = pytest.mark.one_database

HEAD = "---\nkind: form\ntitle: A form\n---\n"
FIRST = 5
KNOWN = Known(frozenset({"finance"}), sources={"competency": lambda slug: slug == "code-quality"})


def ask(body: str, is_graded: bool = False) -> Questions:
    return parse(read(HEAD + body), KNOWN, is_graded=is_graded)


def questions(body: str) -> list[dict]:
    found = ask(body)
    assert not [p for p in found.problems if p.level == "error"], found.problems
    return [question for section in found.sections for question in section["questions"]]


def mistakes(body: str, level: str = "error") -> list[tuple[int, str]]:
    """Line (of the body, from 1) and sentence."""
    return [(p.line - FIRST + 1, p.message) for p in ask(body).problems if p.level == level]


def one(body: str) -> dict:
    (found,) = questions(body)
    return found


RATING = "How is it?\n( ) 1 Poor: one is sorry\n( ) 2 Good\n"


def test_a_rating_has_rows_with_a_number_a_name_and_what_it_looks_like() -> None:
    found = one(RATING)
    assert (found["kind"], found["title"], found["key"]) == ("rating", "How is it?", "how-is-it")
    assert found["anchors"] == [[1, "Poor", "one is sorry"], [2, "Good", ""]]


def test_the_text_of_a_row_may_hold_colons() -> None:
    assert one("Q\n( ) 1 A: so: and so\n( ) 2 B\n")["anchors"][0] == [1, "A", "so: and so"]


def test_a_rating_may_name_where_its_rows_are_kept() -> None:
    found = one("How good is the code?\n( ) competency:code-quality\n")
    assert found["source"] == {"name": "competency", "slug": "code-quality"}
    assert found["anchors"] == []


def test_one_of_several_and_any_of_several() -> None:
    assert one("Which?\n- ( ) This\n- ( ) That\n")["kind"] == "one"
    found = one("Which?\n* [ ] This one\n* [x] That one\n")
    assert found["kind"] == "many"
    assert [(o["key"], o["label"], o["right"]) for o in found["options"]] == [
        ("this-one", "This one", False), ("that-one", "That one", True),
    ]  # fmt: skip


def test_options_that_differ_in_signs_only_have_keys_of_their_own() -> None:
    keys = [option["key"] for option in one("Which?\n- [ ] C\n- [ ] C++\n")["options"]]
    assert keys == ["c", "c-2"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [("= yes/no", "yes-no"), ("=Yes / No", "yes-no"), ("= date", "date"), ("= line", "line"),
     ("= number", "number")],
)  # fmt: skip
def test_the_short_answers_say_what_they_are(line: str, kind: str) -> None:
    assert one(f"Is it?\n{line}\n")["kind"] == kind


def test_a_number_has_bounds_where_they_are_given() -> None:
    found = one("How many?\n= number -5 .. 10\n")
    assert (found["low"], found["high"]) == (-5, 10)
    assert one("How many?\n= number\n")["low"] is None


def test_a_text_is_asked_by_its_own_line() -> None:
    found = one("> What went well?\n")
    assert (found["kind"], found["title"]) == ("text", "What went well?")


def test_optional_and_hint_stand_with_the_question() -> None:
    found = one("> Anything else? (Optional)\n_One line is enough._\n")
    assert (found["optional"], found["hint"]) == (True, "One line is enough.")
    found = one("How is it? (optional)\n_Think of May._\n( ) 1 A\n( ) 2 B\n")
    assert (found["title"], found["optional"], found["hint"]) == (
        "How is it?",
        True,
        "Think of May.",
    )


def test_blank_lines_never_matter() -> None:
    tight = "## S\nHow?\n_h_\n- ( ) a\n- ( ) b\n> Why?\n_k_\nWhen?\n= date\n"
    loose = tight.replace("\n", "\n\n\n")
    strip = [dict(q, line=0) for q in questions(tight)]
    assert [dict(q, line=0) for q in questions(loose)] == strip


def test_a_section_begins_with_two_hashes_and_its_introduction() -> None:
    found = ask("Before all.\n\n## One\nSome *words*.\n\nMore.\n\nHow?\n= line\n## Two\n> Why?\n")
    assert [section["title"] for section in found.sections] == ["", "One", "Two"]
    assert "<em>words</em>" in found.sections[1]["html"]
    assert "More." in found.sections[1]["html"] and "How?" not in found.sections[1]["html"]
    assert found.problems == []


def test_the_house_example_is_understood() -> None:
    body = (
        "## Code quality\nHow did they raise the quality of our code?\n"
        "( ) 1 Developing: fixes what reviewers point out\n"
        "( ) 2 Proficient: leaves code better than found\n"
        "( ) 3 Advanced: others copy how they work\n> One example, please.\n"
    )
    assert [q["kind"] for q in questions(body)] == ["rating", "text"]


def test_every_button_of_the_editor_inserts_something_that_reads() -> None:
    for name, inserted in INSERTS.items():
        found = ask("> A first one?\n" + inserted)
        assert not [p for p in found.problems if p.level == "error"], name
    assert {q["kind"] for text in INSERTS.values() for q in _any(text)} == set(KINDS)


def _any(body: str) -> list[dict]:
    return [question for section in ask(body).sections for question in section["questions"]]


MISTAKES = {
    "no question above a rating": ("( ) 1 A\n( ) 2 B\n", 1, "no question above"),
    "no question above options": ("> A?\n- [ ] A\n- [ ] B\n", 2, "no question above"),
    "a second rating without its question": (RATING + "( ) 1 A\n", 4, "no question above"),
    "a question without an answer": (RATING + "And why?\n", 4, "how it is answered"),
    "words between questions": (RATING + "By the way.\n> Why?\n", 4, "neither a question nor"),
    "a row without a number": ("Q\n( ) Good\n", 2, "a number and a name"),
    "a row without a name": ("Q\n( ) 1\n", 2, "has no name"),
    "rows out of order": ("Q\n( ) 1 A\n( ) 3 B\n", 3, "this one is 2"),
    "rows that begin at zero": ("Q\n( ) 0 A\n( ) 1 B\n", 2, "this one is 1"),
    "rows with one name": ("Q\n( ) 1 A\n( ) 2 a\n", 3, "another row"),
    "a rating of one": ("Q\n( ) 1 A\n", 1, "2 to 7 rows"),
    "a rating of eight": (
        "Q\n" + "".join(f"( ) {n} L{n}\n" for n in range(1, 9)), 9, "7 rows at most",
    ),
    "a marked row": ("Q\n( ) 1 A\n(x) 2 B\n", 3, "no right answer"),
    "an unknown source": ("Q\n( ) skill:x\n", 2, "competency:"),
    "an unknown competency": ("Q\n( ) competency:nothing\n", 2, "no competency “nothing”"),
    "rows beside a source": ("Q\n( ) competency:code-quality\n( ) 1 A\n", 3, "elsewhere"),
    "a source beside rows": ("Q\n( ) 1 A\n( ) competency:code-quality\n", 3, "only row"),
    "an empty option": ("Q\n- ( )\n- ( ) B\n- ( ) C\n", 2, "says nothing"),
    "the same option twice": ("Q\n- ( ) B\n- ( ) b\n- ( ) C\n", 3, "stands above"),
    "a choice of one": ("Q\n- ( ) B\n", 1, "choice of one"),
    "two kinds of option": ("Q\n- ( ) B\n- ( ) C\n- [ ] D\n", 4, "any of them"),
    "an unknown answer": ("Q\n= colour\n", 2, "no kind of answer"),
    "nearly an answer": ("Q\n= dat\n", 2, "“= date”"),
    "a text the long way": ("Q\n= text\n", 2, "begin the question’s line with >"),
    "yes/no as a row": ("Q\n( ) yes/no\n", 2, "= yes/no"),
    "bounds the wrong way": ("Q\n= number 10..0\n", 2, "smaller number"),
    "bounds that are none": ("Q\n= number big\n", 2, "no range"),
    "bounds for a date": ("Q\n= date 1..2\n", 2, "no kind of answer"),
    "an empty prompt": (">\n", 1, "says nothing"),
    "the same question twice": ("> Why?\n> why\n", 2, "Line 5 asks the same"),
    "a hint in the wrong place": ("Q\n= date\n_hint_\n> Why?\n", 3, "directly under"),
    "a heading of another level": ("### Three\n> Why?\n", 1, "begins with ##"),
    "a section without a name": ("##\n> Why?\n", 1, "no name"),
    "nothing at all": ("Some words.\n", 1, "asks nothing"),
    "a long question": ("> " + "a" * 301 + "\n", 1, "300 characters"),
    "a long option": ("Q\n- ( ) " + "a" * 301 + "\n- ( ) b\n", 2, "300 characters"),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_told_on_its_line(what: str) -> None:
    body, line, words = MISTAKES[what]
    assert [(at, words) for at, said in mistakes(body) if words in said] == [(line, words)], (
        mistakes(body)
    )


REMARKS = {
    "a right answer where nothing is graded": ("Q\n- [x] A\n- [x] B\n", 2, "graded"),
    "optional in an option": ("Q\n- ( ) A (optional)\n- ( ) B\n", 2, "counts only at the end"),
    "a question in an introduction": ("How are you?\n\n## S\n> Why?\n", 1, "only text"),
    "an empty section": ("> Why?\n## Empty\n", 2, "asks nothing"),
}


@pytest.mark.parametrize("what", REMARKS)
def test_a_remark_is_told_on_its_line_and_stops_nothing(what: str) -> None:
    body, line, words = REMARKS[what]
    assert mistakes(body) == []
    assert [(at, words) for at, said in mistakes(body, "warning") if words in said] == [
        (line, words)
    ]


def test_a_quiz_marks_right_answers_without_a_remark() -> None:
    assert ask("Q\n- (x) A\n- ( ) B\n", is_graded=True).problems == []


def test_a_key_is_made_of_the_words_alone() -> None:
    assert one("## Before\nSome words.\n\n> What went wéll?\n_Short._\n")["key"] == "what-went-well"
    long = "word " * 50
    keys = {one(f"> {long}{end}\n")["key"] for end in ("one", "other")}
    assert len(keys) == 2 and all(len(key) <= 60 for key in keys)


def test_a_form_says_how_long_it_takes() -> None:
    assert ask("> Why?\n").minutes == 2
    assert ask("Q\n= date\n").minutes == 1
    assert ask("".join(f"> {n}?\n" for n in range(10))).minutes == 15


def test_too_many_questions_are_refused_politely_and_soon() -> None:
    began = time.perf_counter()
    found = ask("".join(f"> Question {n}?\n" for n in range(4_900)))
    assert time.perf_counter() - began < 1
    assert [p.message for p in found.problems if "at most" in p.message] == [
        f"There are {MAX_QUESTIONS} questions at most; this is one more."
    ]
    assert len([q for s in found.sections for q in s["questions"]]) == MAX_QUESTIONS


@pytest.mark.parametrize(
    "body",
    [
        "[" * 20_000,
        "Q\n- [ ] " + "[" * 20_000,
        "> " + "_" * 30_000,
        "Q\n( ) 1 a" + " " * 30_000 + ":",
        "- ( ) a\n" * 4_900,
        "( ) 1 a\n" * 4_900,
        "words\n" * 4_900,
        "Q?\n= date\n" * 2_400,
        "## s\n" * 4_900,
        "_" * 30_000 + "\n= date",
        "=" * 30_000,
        "> a (optional)" + " " * 30_000,
        "Q\n- ( ) " + "x" * 30_000,
        "\n" * 4_990 + "= date",
        "#" * 20_000,
        "- [" + " " * 20_000 + "]",
    ],
)
def test_hostile_text_costs_little_and_raises_nothing(body: str) -> None:
    began = time.perf_counter()
    ask(body)
    assert time.perf_counter() - began < 1


PIECES = (
    "## Section",
    "##",
    "# One",
    "Words that stand alone.",
    "A question?",
    "_a hint_",
    "( ) 1 A: b",
    "( ) 2 B",
    "( ) 3 C",
    "( ) x",
    "( ) competency:code-quality",
    "( ) competency:no",
    "- ( ) This",
    "- ( ) That",
    "- [ ] Some",
    "- [x] More",
    "- ( )",
    "> Prompt?",
    "> Other (optional)",
    ">",
    "= date",
    "= number 0..9",
    "= nothing",
    "= yes/no",
    "",
    "",
    "   indented",
    "- a list",
    "**bold**",
    "=",
)


def test_whatever_stands_in_a_form_is_a_question_text_or_a_problem() -> None:
    """Three hundred random forms: nothing raises, nothing is lost without a word."""
    for seed in range(300):
        draw = random.Random(seed)
        lines = [draw.choice(PIECES) for _ in range(draw.randrange(1, 25))]
        source = read(HEAD + "\n".join(lines))
        found = parse(source, KNOWN)
        assert all(FIRST <= p.line <= FIRST + len(lines) for p in found.problems), (seed, lines)
        keys = [q["key"] for s in found.sections for q in s["questions"]]
        assert len(keys) == len(set(keys))
        Questionnaire.of({"sections": found.sections}, {})
        if not [p for p in found.problems if p.level == "error"]:
            _nothing_is_lost(lines, found)


def _nothing_is_lost(lines: list[str], found: Questions) -> None:
    asked = [q for s in found.sections for q in s["questions"]]
    said = " ".join(
        [s["title"] + s["html"] for s in found.sections]
        + [q["title"] + q["hint"] + str(q.get("anchors")) + str(q.get("options")) for q in asked]
    )
    for line in lines:
        words = line.strip(" #>_-()[]=x123*").removesuffix("(optional").split(":")[0].strip()
        if words and not line.startswith("=") and "competency" not in line:
            assert words in said, (line, said)


def test_the_same_text_means_the_same_again() -> None:
    body = "## S\nWords.\n\n" + RATING + "> Why?\n"
    assert ask(body) == ask(body.replace("\n", "\r\n"))
