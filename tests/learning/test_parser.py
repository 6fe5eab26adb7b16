"""The grammar of a course: what is understood, and what is said by line."""

import pytest

from portal.documents.models import Document, check
from portal.documents.parser import read
from portal.learning.parser import parse_course
from tests.learning.conftest import READING, SAFETY

pytestmark = pytest.mark.usefixtures("app")


def structure(source):
    return parse_course(read(source)).structure


def said(source, level="error"):
    found = check("course", source, draw=False).problems
    return [(one.line, one.message) for one in found if one.level == level]


def with_line(line, source=SAFETY):
    return source.replace("pass: 80", line)


def test_what_a_course_says_is_understood():
    source = with_line(
        "pass: 75 %\nattempts: 3\nquestions: 1\nfor: department = Sales\nskills: a-b"
    )
    found = structure(source)
    assert (found["format"], found["topic"], found["level"]) == ("page", "Compliance", "beginner")
    assert (found["minutes"], found["pass_mark"], found["attempts"]) == (15, 75, 3)
    assert (found["draw"], found["for"], found["skills"]) == (1, "department = Sales", ["a-b"])
    assert found["certificate"] == {"months": 12}
    assert found["passes_when"] == {"rule": "completed", "score": None}
    assert [one["see"] for one in found["questions"]] == ["Fire", "Accidents"]


def test_what_is_left_out_is_what_one_expects():
    found = structure(READING)
    assert (found["pass_mark"], found["attempts"], found["draw"]) == (None, None, None)
    assert (found["certificate"], found["before"], found["level"]) == (None, [], "")
    assert structure(SAFETY.replace("pass: 80\n", ""))["pass_mark"] == 80
    assert structure(SAFETY.replace("minutes: 15\n", ""))["minutes"] == 1


def test_the_questions_are_no_part_of_the_text_that_is_read():
    html = check("course", SAFETY).html
    assert "Leave the house, then call." in html and "What comes first" not in html


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("format: film", "“film” is no format of course. Known are: "),
        ("level: expert", "“expert” is no level. Write beginner, intermediate or advanced."),
        ("minutes: long", "“long” is no number of minutes."),
        ("minutes: 9000", "Write a number from 1 to 2,400."),
        ("attempts: 0", "Write a number from 1 to 20."),
        ("pass: 101", "Write a number from 1 to 100."),
        ("questions: 3", "There are 2 to draw from: write as many at most."),
        ("certificate: soon", "Write how long it holds: “24 months”, or “for ever”."),
        ("passes-when: lucky", "Write “completed”, “passed” or, for example, “score 80”."),
        ("for: is tall", "“for” cannot be read at column 1."),
        ("before: nowhere", "There is no course “nowhere”."),
        ("before: First Week", "“First Week” is not how a course is named."),
    ],
)
def test_each_mistake_is_said_at_its_line(line, message):
    key = line.partition(":")[0]
    lines = [one for one in SAFETY.split("\n") if not one.startswith(f"{key}:")]
    source = "\n".join([*lines[:2], line, *lines[2:]])
    found = said(source)
    assert [number for number, _ in found][:1] == [3], found
    assert found[0][1].startswith(message)


def test_a_key_of_another_format_is_no_error_and_is_spoken_of():
    assert said(with_line("pass: 80\nlink: https://example.com"), "warning") == [
        (10, "“link” counts only with “format: link”.")
    ]
    assert said(with_line("pass: 80\ncolour: red"), "warning")[0][1].startswith("“colour” is not")


def test_without_questions_nobody_scores():
    found = said(READING.replace("minutes: 10", "passes-when: score 80\nminutes: 10"))
    assert found == [
        (7, "Without questions nobody passes or scores: add some, or write “completed”.")
    ]


def test_a_course_elsewhere_has_an_address_and_no_questions():
    source = READING.replace("topic: Culture", "format: link\nlink: http://example.com")
    assert said(source) == [(7, "The address begins with https:// and holds no spaces.")]
    source = SAFETY.replace("topic: Compliance", "format: link\nlink: https://example.com/a")
    assert [message for _, message in said(source)] == [
        "Only a course of the format page is asked questions."
    ]


def test_courses_that_wait_for_one_another_are_refused(who, publish):
    publish(SAFETY)
    publish(READING.replace("minutes: 10", "minutes: 10\nbefore: safety-basics"))
    found = said(with_line("pass: 80\nbefore: first-week"))
    assert len(found) == 1 and found[0][0] == 10
    assert found[0][1].startswith("These wait for one another, so that nobody could begin:")
    found = said(with_line("pass: 80\nbefore: safety-basics"))
    assert found == [(10, "A course cannot come before itself.")]


def test_publishing_says_whom_a_material_text_asks(who, safety):
    kind = Document.get_by_id(safety.id).kind_of
    assert kind.asks(safety).startswith("A material text asks nobody to take it again")
