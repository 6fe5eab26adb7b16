"""What HR types into a document's head, and what the portal says about it."""

import time

import pytest

from portal import text
from portal.documents import parser
from portal.documents.parser import Problem

GOOD = """---
kind: policy
title: Travel
audience: department = Sales and location in (Berlin, Paris)
review-by: 2027-01-31
---
# Travel

By train.
"""


def head(*lines):
    return "\n".join(["---", *lines, "---", "Body."])


def messages(source):
    return [problem.message for problem in parser.read(source).problems]


def test_a_good_document_is_taken_apart_without_a_problem():
    source = parser.read(GOOD)
    assert source.problems == []
    assert source.meta["title"] == "Travel"
    assert source.meta["audience"] == "department = Sales and location in (Berlin, Paris)"
    assert source.meta["review-by"] == "2027-01-31"
    assert source.body == "# Travel\n\nBy train.\n"
    assert GOOD.split("\n")[source.body_line - 1] == "# Travel"
    assert source.line_of("audience") == 4
    assert source.line_of("nothing") == 1


def test_read_and_join_give_the_same_bytes_back():
    source = parser.read(GOOD)
    assert parser.join(source.meta, source.body) == GOOD


@pytest.mark.parametrize(
    "value",
    ["Onboarding: sales", "#1 rule", "", "yes", "1.10", "2026-11-21", '"quoted" words', "it's",
     "[draft] x", "*x*", "@hr", "null", "~", "a # b", "two\nlines", "ends:", "- x", "\x7f", "😀",
     "x" * 300, "a, b", "{a}", "|", ">", "!", "%", "back\\slash", "? q"],
)  # fmt: skip
def test_join_writes_any_value_so_that_it_is_read_again(value):
    meta = {"kind": "policy", "title": "T", "summary": value}
    again = parser.read(parser.join(meta, "\nBody\n"))
    assert again.meta == meta
    assert again.body == "\nBody\n"
    assert again.problems == []


def test_values_stay_as_typed():
    source = parser.read(head("kind: x", "title: 1.10", "a: yes", "b: 2026-11-21", "c: No"))
    assert source.meta == {"kind": "x", "title": "1.10", "a": "yes", "b": "2026-11-21", "c": "No"}


def test_a_list_of_words_becomes_one_line():
    assert parser.read(head("kind: x", "title: T", "a: [one, two]")).meta["a"] == "one, two"


def test_keys_are_folded():
    source = parser.read(head("Kind: x", "TITLE: T", "Review by: 2027-01-31"))
    assert set(source.meta) == {"kind", "title", "review-by"}


def test_a_colon_in_a_title_is_answered_with_the_line_to_write():
    source = parser.read(head("kind: checklist", "title: Onboarding: sales"))
    assert source.problems == [
        Problem(
            3, 'The value contains a colon, so put it in quotes: title: "Onboarding: sales"'
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["kind: x", "owner: @hr and more", "title: T"], 3),
        (["kind: x", "title: [draft] x"], 3),
        (["kind: x", 'title: "never closed', "owner: me"], 3),
        (["kind: x", "title: *important* rule"], 3),
        (["kind: x", "title: T", "just words"], 4),
        (["kind: x", "title: T", "\towner: me"], 4),
        (["kind: x", "title: a\x07b"], 3),
    ],
)
def test_unreadable_front_matter_is_a_problem_on_its_line(lines, line):
    problems = parser.read(head(*lines)).problems
    assert [problem.line for problem in problems] == [line]
    assert problems[0].level == "error"


@pytest.mark.parametrize("lines", [["- a", "- b"], ["just a sentence"], ["42"]])
def test_front_matter_that_is_no_mapping_is_a_problem(lines):
    assert messages(head(*lines)) == ["The front matter is lines of the form “title: Welcome”."]


def test_kind_and_title_are_asked_for():
    assert messages(head("summary: hr")) == [
        "The front matter lacks “kind: …”.",
        "The front matter lacks “title: …”.",
    ]
    assert messages("---\n---\n") == messages(head("summary: hr"))


def test_an_empty_title_says_why():
    assert messages(head("kind: x", "title:")) == ["“title” is empty."]
    assert "# begins a remark" in messages(head("kind: x", "title: #1 rule"))[0]


def test_a_key_given_twice_names_the_other_line():
    problem = parser.read(head("kind: x", "title: T", "title: U")).problems[0]
    assert problem == Problem(4, "“title” is given twice; line 3 has it.")


def test_a_text_without_front_matter_is_told_how_to_begin():
    source = parser.read("# Hello\n")
    assert source.problems[0].line == 1
    assert "begins with its front matter" in source.problems[0].message
    assert source.body == "# Hello\n"
    assert parser.read("").problems


def test_front_matter_that_never_ends_is_a_problem():
    assert "never ends" in messages("---\nkind: x\ntitle: T\n\nBody")[0]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing():
    assert parser.read("\ufeff" + GOOD.replace("\n", "\r\n")) == parser.read(GOOD)


def test_a_rule_in_the_body_does_not_end_it():
    assert parser.read(GOOD + "\n---\nmore").body.endswith("\n---\nmore")


def test_an_audience_that_cannot_be_read_says_where():
    problem = parser.read(head("kind: x", "title: T", "audience: departmint = Sales")).problems[0]
    assert problem.line == 4
    assert problem.message == (
        "The audience cannot be read at column 1. “departmint” is not known. "
        "Did you mean “department”?"
    )
    assert messages(head("kind: x", "title: T", "audience:")) == []


@pytest.mark.parametrize("day", ["soon", "2027-02-29", "31.01.2027", "20270131"])
def test_review_by_is_a_date(day):
    assert messages(head("kind: x", "title: T", f"review-by: {day}")) == [
        f"“{day}” is not a date such as 2026-01-31."
    ]


def test_unknown_keys_are_warnings_with_a_suggestion():
    source = parser.read(head("kind: x", "title: T", "audiense: everyone", "color: red"))
    close, far = parser.unknown_keys(source)
    assert close == Problem(4, "“audiense” is not read here. Did you mean “audience”?", "warning")
    assert far.line == 5 and "Known are: approver, audience" in far.message
    assert source.errors == []


def test_nesting_and_aliases_are_refused_in_time():
    bomb = [
        "a: &a [x,x,x,x]",
        *(f"{n}: &{n} [*{p},*{p},*{p}]" for p, n in zip("abcd", "bcde", strict=True)),
    ]
    for lines in (bomb, ["a: " + "[" * 5000], ["a: {b: c}"], ["x" * 20_000]):
        began = time.perf_counter()
        assert parser.read(head("kind: x", "title: T", *lines)).errors
        assert time.perf_counter() - began < 1


def test_long_values_are_refused_on_their_line():
    problem = parser.read(head("kind: x", "title: " + "x" * 201)).problems[0]
    assert problem == Problem(3, "“title” has 201 characters; 200 at most.")


def test_a_megabyte_is_one_problem():
    source = parser.read(GOOD + "x" * 2**20)
    assert len(source.problems) == 1 and "256 kB" in source.problems[0].message


def test_what_cannot_be_stored_is_a_problem_on_its_line():
    assert parser.read(GOOD + "a\0").problems[0].line == 10
    assert parser.read(GOOD + "a\ud800").problems[0].line == 10


def test_a_deep_list_is_a_problem_on_its_line_of_the_whole_source():
    deep = "\n".join("    " * n + "- x" for n in range(300))
    problem = parser.read(GOOD + deep).problems[0]
    assert problem.line == 10 + text.MAX_DEPTH
