"""The grammar of a policy and of its questions: what is understood, and what is said by line."""

from typing import Any

from portal.documents.parser import read
from portal.policies.parser import parse_policy
from portal.questionnaires.quiz import text_of
from tests.policies.conftest import CONDUCT, PLAIN


def problems(source: str) -> list[tuple[int, str]]:
    found = parse_policy(read(source)).problems
    return [(problem.line, problem.message) for problem in found if problem.level == "error"]


def structure(source: str) -> dict[str, Any]:
    return parse_policy(read(source)).structure


def line_of(source: str, words: str) -> int:
    return next(n for n, line in enumerate(source.split("\n"), 1) if words in line)


def test_what_a_policy_says_is_understood():
    said = structure(CONDUCT.replace("---\n##", "sign-again: 2 years\nminutes: 9 min\n---\n##", 1))
    assert (said["sign_within"], said["joiners_within"]) == (14, 7)
    assert (said["sign_again"], said["minutes"]) == (24, 9)
    assert said["statement"] == "I have read this and will follow it."
    assert [q["key"] for q in said["questions"]] == [
        "what-is-the-most-a-gift-may-be-worth", "whom-may-you-tell",
    ]  # fmt: skip
    assert [q["see"] for q in said["questions"]] == ["Gifts", "Whom to tell"]
    assert [q["is_new"] for q in said["questions"]] == [False, False]
    assert problems(CONDUCT) == []


def test_what_is_left_out_is_the_usual():
    bare = "---\nkind: policy\ntitle: A\n---\n" + "word " * 800
    said = structure(bare)
    assert (said["sign_within"], said["joiners_within"], said["sign_again"]) == (14, 7, 0)
    assert said["statement"] == "I have read this policy and will follow it."
    assert said["minutes"] == 4
    assert said["questions"] == []


def test_the_questions_are_no_part_of_the_text_that_is_read():
    words = text_of(read(CONDUCT))
    assert "Your manager, or HR." in words
    assert "Questions" not in words and "50-euros" not in words and "(x)" not in words
    assert text_of(read(PLAIN)).strip() == words.strip()


def test_a_heading_inside_the_text_that_merely_mentions_questions_ends_nothing():
    source = PLAIN + "## Questions and answers\nAsk HR.\n"
    assert "Ask HR." in text_of(read(source))
    assert structure(source)["questions"] == []


def test_values_nobody_can_use_are_told_at_their_line():
    source = CONDUCT.replace("sign-within: 14", "sign-within: soon").replace(
        "joiners-within: 7", "joiners-within: 0\nsign-again: always\nminutes: 500"
    )
    assert [line for line, _ in problems(source)] == [
        line_of(source, key) for key in ("sign-within", "joiners-within", "sign-again", "minutes")
    ]


def test_a_passage_nobody_finds_is_told_at_its_line():
    source = CONDUCT.replace("see: Gifts", "see: Presents")
    assert problems(source) == [
        (line_of(source, "see: Presents"), "No heading of this text is called “Presents”.")
    ]


def test_a_passage_is_found_whatever_its_marks_and_case():
    source = CONDUCT.replace("## Gifts", "## *Gifts* & `more`").replace(
        "see: Gifts", "see: gifts & MORE"
    )
    assert problems(source) == []
    assert structure(source)["questions"][0]["see"] == "Gifts & more"


def test_a_heading_with_a_line_under_it_is_one_too():
    source = CONDUCT.replace("## Gifts", "Gifts\n-----")
    assert problems(source) == []


def test_a_question_needs_its_right_answers():
    none = CONDUCT.replace("- (x) 50", "- ( ) 50")
    assert problems(none) == [
        (
            line_of(none, "What is the most"),
            "No answer is marked as right: write x between its brackets.",
        )
    ]
    two = CONDUCT.replace("- ( ) 500", "- (x) 500")
    assert "more than one right answer" in problems(two)[0][1]


def test_only_choices_can_be_graded():
    source = CONDUCT + "\n> What do you think of it?\n\nIs it so? (optional)\n- ( ) No\n- (x) Yes\n"
    found = problems(source)
    assert [line for line, _ in found] == [
        line_of(source, "What do you think"), line_of(source, "Is it so?"),
    ]  # fmt: skip


def test_what_is_new_is_marked_at_the_end_of_the_question():
    source = CONDUCT.replace("Whom may you tell?", "Whom may you tell? (new)")
    said = structure(source)["questions"]
    assert [(q["title"], q["is_new"]) for q in said] == [
        ("What is the most a gift may be worth?", False), ("Whom may you tell?", True),
    ]  # fmt: skip
    astray = CONDUCT.replace("- [x] HR", "- [x] HR (new)")
    assert problems(astray) == [
        (line_of(astray, "HR (new)"), "“(new)” counts only at the end of a question’s line.")
    ]


def test_the_questions_stand_last():
    source = CONDUCT + "\n## Who keeps this\nHR.\n"
    lines = [line for line, _ in problems(source)]
    assert line_of(source, "## Who keeps this") in lines


def test_a_section_of_questions_without_any_is_told():
    source = PLAIN + "## Questions\n\n"
    assert "No question stands here yet" in problems(source)[0][1]


def test_a_policy_without_a_text_is_told():
    source = "---\nkind: policy\ntitle: A\n---\n\n## Questions\nIs it?\n- (x) Yes\n- ( ) No\n"
    assert any("There is no text to sign yet." in message for _, message in problems(source))


def test_a_see_line_above_every_question_belongs_nowhere():
    source = CONDUCT.replace("## Questions\n", "## Questions\nsee: Gifts\n")
    assert problems(source)[0][0] == line_of(source, "see: Gifts")
