"""A form that names a competency shows the rows for the level of whom it is about."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from portal.documents.models import Document, check
from portal.people.models import Position
from portal.questionnaires.models import Submission
from tests import cast

CODE = """---
kind: competency
title: Code quality
---
## L1
( ) 1 Developing: fixes what reviewers point out
( ) 2 Proficient: leaves it better
## L2
( ) 1 Developing: leaves it better
( ) 2 Proficient: others copy it
"""
REVIEW = """---
kind: form
title: Review
about: other
---
How good is the code?
( ) competency:code-quality
"""


@pytest.fixture
def code(who: SimpleNamespace) -> Document:
    document = Document.start("competency", "Code quality", by=who.helen)
    document.publish(CODE, by=who.helen)
    return document


@pytest.fixture
def review(who: SimpleNamespace, code: Document) -> Document:
    document = Document.start("form", "Review", by=who.helen)
    document.publish(REVIEW, by=who.helen)
    return document


def on_level(name: str, level: str) -> None:
    Position.take(cast.person(name), by=None, starts_on=date(2026, 1, 1), level=level)


def give(review: Document) -> Submission:
    duty = Submission.open(review.current, cast.person("mara"), cast.person("ben"), by=None)
    return Submission.get_by_id(duty.target)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("level", "rows", "note"),
    [
        ("L2", "others copy it", "for level L2."),
        ("l1", "fixes what reviewers", "for level L1."),
        ("L9", "others copy it", "for level L2, as nothing is written for L9."),
        ("M9", "fixes what reviewers", "for level L1, as nothing is written for M9."),
        ("", "fixes what reviewers", "for level L1, as no level is known."),
    ],
)
def test_the_rows_are_those_of_the_level_and_said_to_be(
    as_: Any, review: Document, level: str, rows: str, note: str
) -> None:
    on_level("ben", level)
    page = as_("mara").get(f"/forms/{give(review).id}").text
    assert rows in page and note in page


def test_the_rows_one_was_shown_stay_when_the_competency_changes(
    as_: Any, review: Document, code: Document, who: Any
) -> None:
    on_level("ben", "L2")
    one = give(review)
    code.publish(CODE.replace("others copy it", "writes the standard"), by=who.helen)
    assert "others copy it" in as_("mara").get(f"/forms/{one.id}").text
    one.submit({"how-good-is-the-code": "2"}, 0, by=who.mara)
    assert "2 Proficient" in as_("helen").get(f"/forms/{one.id}/answers").text


def test_a_form_cannot_name_a_competency_that_is_not_there(code: Document) -> None:
    found = check("form", REVIEW.replace("code-quality", "charm"))
    assert [problem.line for problem in found.errors] == [7]


def test_a_competency_that_is_gone_leaves_plain_rows(
    as_: Any, review: Document, code: Document, who: Any
) -> None:
    code.retire(by=who.helen)
    page = as_("mara").get(f"/forms/{give(review).id}").text
    assert "1 Developing" in page


def test_the_preview_shows_how_it_will_look(as_: Any, review: Document) -> None:
    page = as_("helen").get("/documents/form/review").text
    assert "Here stand the rows for the level" in page and "2 Proficient" in page
    assert 'name="q-' not in page, "what it shows is not part of the editor’s form"


def test_a_competency_is_drawn_with_its_levels(as_: Any, code: Document) -> None:
    page = as_("helen").get("/documents/competency/code-quality").text
    assert "L2" in page and "others copy it" in page
