"""The plans that ship: read without a remark, each with a guide, and what the product promises."""

from pathlib import Path

import pytest

from portal.documents.parser import Source, read
from portal.people.functions import STANDARD
from portal.questionnaires import parser as forms
from portal.questionnaires.parser import RATING
from portal.reviews import parser
from portal.reviews.parser import KnownForm

pytestmark = pytest.mark.one_database

CONTENT = Path(__file__).resolve().parents[2] / "content"
PLANS = {path.stem: path for path in sorted((CONTENT / "reviews").glob("*.md"))}


def known_form(path: Path) -> KnownForm:
    known = forms.Known(frozenset(STANDARD), frozenset(), {"competency": lambda slug: True})
    sections = forms.parse(read(path.read_text()), known).sections
    asked = [question for section in sections for question in section["questions"]]
    ratings = frozenset(one["title"] for one in asked if one["kind"] == RATING)
    return KnownForm(ratings, len(asked))


FORMS = {path.stem: known_form(path) for path in sorted((CONTENT / "forms").glob("*.md"))}


def source_of(name: str) -> Source:
    return read(PLANS[name].read_text())


def test_the_whole_list_ships() -> None:
    assert set(PLANS) == {
        "annual-review", "mid-year-review", "thirty-days", "sixty-days", "ninety-days",
        "probation", "new-role", "upward-review", "peer-review", "improvement-plan",
    }  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_it_is_read_without_a_remark_and_ends_with_a_guide(name: str) -> None:
    source = source_of(name)
    found = parser.parse(source, FORMS)
    assert source.problems == [] and found.problems == []
    assert source.meta["owner"] == "@hr" and source.meta["review-every"] == "12 months"
    assert found.structure["guide"].startswith("## The conversation")
    assert found.structure["intro"] and found.structure["summary"].endswith(".")


@pytest.mark.parametrize("name", PLANS)
def test_its_steps_follow_each_other(name: str) -> None:
    steps = parser.parse(source_of(name), FORMS).structure["steps"]
    opens = [step["opens"] for step in steps]
    assert opens == sorted(opens)
    days = {step["name"]: step for step in steps}
    if "release" in days:
        assert days["release"]["opens"] > days["manager"]["closes"]
        assert days["reply"]["closes"] >= days["release"]["opens"] + 6


def test_what_begins_by_itself_is_what_happens_to_people() -> None:
    begins = {name: source_of(name).meta.get("begins", "") for name in PLANS}
    assert {name: event for name, event in begins.items() if event} == {
        "thirty-days": "hired", "sixty-days": "hired", "ninety-days": "hired",
        "probation": "probation", "new-role": "role",
    }  # fmt: skip


def test_a_step_without_days_before_the_event_opens_after_the_one_before() -> None:
    plan = "---\nkind: review\ntitle: T\n---\n- manager form:annual-review opens:-20 closes:-10\n"
    found = parser.parse(read(plan + "- reply closes:-2\n"), FORMS)
    assert found.problems == []
    assert [step["opens"] for step in found.structure["steps"]] == [-20, -9]
