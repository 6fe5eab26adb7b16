"""The goal templates that ship: a reason for each goal, and figures one can count."""

from pathlib import Path
from typing import Any

import pytest

from portal.documents.parser import Source, read
from portal.goals import parser

pytestmark = pytest.mark.one_database

CONTENT = Path(__file__).resolve().parents[2] / "content"
TEMPLATES = {path.stem: path for path in sorted((CONTENT / "goals").glob("*.md"))}
# What is measured stands beside its bar on a phone.
MAX_TITLE_CHARS, MAX_RESULT_CHARS = 50, 60

every_template = pytest.mark.parametrize("name", TEMPLATES)


def source_of(name: str) -> Source:
    return read(TEMPLATES[name].read_text(encoding="utf-8"))


def goals_of(name: str) -> list[dict[str, Any]]:
    return parser.parse(source_of(name))[0]


def test_templates_ship_for_the_company_for_teams_and_for_a_person() -> None:
    assert set(TEMPLATES) == {
        "company", "engineering", "sales", "support", "hr", "leading-people", "first-quarter",
    }  # fmt: skip


@every_template
def test_a_template_is_read_without_a_remark(name: str) -> None:
    source = source_of(name)
    assert source.problems == [] and parser.parse(source)[1] == []
    assert source.meta["kind"] == "goals" and "period" not in source.meta, "it fits every quarter"
    assert source.meta["owner"] == "@hr" and source.meta["summary"].endswith(".")


@every_template
def test_a_template_offers_four_goals_of_both_sorts(name: str) -> None:
    goals = goals_of(name)
    assert len(goals) == 4
    assert {goal["sort"] for goal in goals} == {"okr", "kpi"}


@every_template
def test_a_goal_says_why_and_how_one_will_know(name: str) -> None:
    for goal in goals_of(name):
        assert len(goal["title"]) <= MAX_TITLE_CHARS, goal["title"]
        assert len(goal["words"].split()) >= 6 and goal["words"].endswith("."), goal["title"]
        assert 1 <= len(goal["results"]) <= 3, goal["title"]
        for result in goal["results"]:
            assert len(result["title"]) <= MAX_RESULT_CHARS, result["title"]
            assert result["start"] != result["target"], result["title"]


def test_no_two_templates_offer_the_same_goal() -> None:
    titles = [goal["title"].casefold() for name in TEMPLATES for goal in goals_of(name)]
    assert len(titles) == len(set(titles))
