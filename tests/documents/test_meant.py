"""Whom a rule means: how many, who, and never another answer than the text's own door gives."""

from typing import Any

import pytest

from portal.documents import meant
from portal.documents.models import Document
from tests import cast
from tests.documents.conftest import page_source
from tests.reach import knock

HERE = [name for name in cast.NAMES if name not in ("lev", "audrey")]
RULES = [
    "everyone", "department = Engineering", "team = Platform", "location = Berlin",
    "role = Engineer", 'role in (Engineer, "Sales Lead")', "manager = mara@halden.example",
    "hired >= 2026-11-01", "not department = Sales", "department = Nowhere",
    "department = Sales or role = engineer", "type = permanent", "level = L3",
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_means_exactly_whom_the_text_lets_in(as_: Any, write: Any, rule: str) -> None:
    write(audience=rule)
    found = meant.whom(rule, cast.TODAY)
    assert found is not None
    reads = {
        name for name in HERE
        if name == "helen" or as_(name).get("/documents/page/welcome").status_code == 200
    }  # fmt: skip
    named = {name for name in HERE if cast.person(name).id in found.ids}
    assert reads == named | {"helen"}
    assert found.count == len(named)


def test_the_editor_counts_and_leads_to_the_names(as_: Any, write: Any) -> None:
    document = write()
    source = page_source(audience="department = Sales")
    helen = as_("helen")
    helen.post(f"{document.url}/draft", data={"source": source, "version": "2"})
    panes = helen.hx_get(f"{document.url}/panes", "panes").text
    here = "/documents/people?rule=department+%3D+Sales"
    assert f'hx-get="{here}"' in panes and f'href="{here}"' in panes
    counted = helen.hx_get(here, "meant").text
    assert "For 2 people." in counted and "Show the 2 people" in counted and "<html" not in counted
    nobody = helen.hx_get("/documents/people?rule=team+%3D+Nowhere", "meant").text
    assert "Nobody at work is meant." in nobody
    page = helen.get("/documents/people?rule=department+%3D+Sales").text
    assert "Olga Søndergaard" in page and "Otto Weiß" in page and "Erin" not in page


def test_the_reading_page_says_who_can_see_it(as_: Any, write: Any) -> None:
    document = write(audience="department = Sales")
    page = as_("helen").get(f"{document.url}/readers").text
    assert "2 people, and HR." in page and "Olga Søndergaard" in page


@pytest.mark.parametrize("rule", ["departmint = x", "(((", "x" * 600, "<script>", ""])
def test_a_rule_that_cannot_be_read_means_nobody_and_breaks_nothing(as_: Any, rule: str) -> None:
    answer = as_("helen").get("/documents/people", query_string={"rule": rule})
    assert answer.status_code == 200 and "<script>alert" not in answer.text
    assert ("cannot be read" in answer.text) == bool(rule)


def test_the_names_are_paged(as_: Any, database: Any) -> None:
    helen = as_("helen")
    assert helen.get("/documents/people?page=2").status_code == 200
    assert "Nobody at work" in helen.get("/documents/people?page=9").text


def test_whom_a_rule_means_is_for_hr(as_: Any, write: Any) -> None:
    document = write()
    everybody = [name for name in cast.NAMES if name != "lev"]
    table = dict.fromkeys(everybody, 404) | {"helen": 200}
    knock(as_, table, "/documents/people?rule=everyone", nowhere="/nothing")
    table = dict.fromkeys(everybody, 403) | {"helen": 200, "audrey": 404}
    knock(as_, table, f"{document.url}/readers", nowhere="/documents/page/nothing/readers")
    assert Document.select().count() == 1
