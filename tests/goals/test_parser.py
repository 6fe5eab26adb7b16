"""Goal templates as HR writes them, and every mistake at its line."""

import pytest

from portal.documents.models import check
from portal.goals.parser import goals_of

pytestmark = pytest.mark.one_database

HEAD = "---\nkind: goals\ntitle: Some\n---\n"


@pytest.fixture(autouse=True)
def kinds(app: object) -> None:
    """The kinds are gathered."""


def test_goals_have_words_and_numbers() -> None:
    body = (
        "## Customers stay\nWhy.\n- key result: who leave in a year from 9 to 5 %\n"
        "- Key result: visits from 0 to 12\n"
        "## On time\n- measure: from here to there from 88,5 to 95%\n"
    )
    found = check("goals", HEAD + body)
    assert found.errors == []
    stay, time = goals_of(found.parsed.structure)
    assert (stay.title, stay.words, stay.sort) == ("Customers stay", "Why.", "okr")
    assert [(r.title, r.start, r.target, r.unit, r.direction) for r in stay.results] == [
        ("who leave in a year", 9, 5, "%", "down"), ("visits", 0, 12, "", "up"),
    ]  # fmt: skip
    assert time.sort == "kpi" and time.results[0].title == "from here to there"
    assert (time.results[0].start, time.results[0].unit) == (88.5, "%")


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("", 5, "There is no goal yet"),
        ("Words alone", 5, "No goal begins above"),
        ("# Large\n", 5, "A goal begins with ##"),
        ("## A\n- key result: no numbers\n", 6, "Write it as"),
        ("## A\n- something\n", 6, "begins with “- key result:”"),
        ("## A\n- key result: calls from 1,000 to 2,000\n", 6, "thousands"),
        ("## A\n- key result: calls from 1.200 to 400\n", 6, "thousands"),
        ("## A\n- key result: calls from 1 to 2\n- measure: x from 1 to 2\n", 7, "one measure"),
        ("## A\n- measure: x from 1 to 2\n- key result: calls from 1 to 2\n", 7, "one measure"),
        ("## A\n" + "- key result: calls from 1 to 2\n" * 6, 11, "5 key results at most"),
        ("## A\n- key result: calls from 1 to 2 " + "x" * 21, 6, "20 characters"),
        (f"## {'x' * 201}\n", 5, "200 characters"),
        ("## A\n" * 41, 45, "40 goals at most"),
        ("## A\n- key result: " + " " * 5_000 + "x", 6, "Write it as"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said_at_its_line(body: str, line: int, said: str) -> None:
    found = [problem for problem in check("goals", HEAD + body).errors if said in problem.message]
    assert [problem.line for problem in found] == [line]
