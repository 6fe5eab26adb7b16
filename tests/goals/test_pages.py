"""What the pages show, how many questions they ask, and that a template fills the form."""

import csv
import io
from typing import Any

import pytest

from portal import db
from portal.documents.models import Document, check
from portal.goals import access, tree
from portal.goals import kinds as goal_kinds
from portal.goals.checkins import CheckIn
from portal.goals.log import Accomplishment
from portal.goals.models import EVERYONE, Goal
from tests import cast
from tests.goals.conftest import counted

TEMPLATES = """---
kind: goals
title: To begin with
audience: everyone
period: 2027 Q1
---
## Customers stay
Why it matters.
- key result: customers who leave from 9 to 5 %
- key result: who recommend us from 30 to 45.5

## On time
- measure: deliveries on time from 88 to 95 %

## Paid
- measure: sold in a year from 250000 to 1200000 €
"""


@pytest.fixture
def template(who: Any) -> Document:
    document = Document.start("goals", "To begin with", by=who.helen)
    document.publish(TEMPLATES, by=who.helen)
    return document


def test_use_this_fills_the_form(as_: Any, template: Document) -> None:
    page = as_("erin").get("/goals/templates").text
    link = f"/goals/new?for=person-{cast.person('erin').id}&amp;template={template.id}&amp;goal=0"
    assert link in page and "from 9 to 5 %" in page and "from 250,000 to 1,200,000 €" in page
    form = as_("erin").get(link.replace("&amp;", "&")).text
    for said in ('value="Customers stay"', ">\nWhy it matters.", 'value="45.5"', 'value="2027 Q1"'):
        assert said in form, said
    beyond = link.replace("&amp;", "&").replace("goal=0", "goal=9")
    assert as_("erin").get(beyond).status_code == 404
    measure = as_("erin").get(f"/goals/new?template={template.id}&goal=1").text
    assert 'value="kpi" checked' in measure


def test_hr_is_told_which_templates_wait_as_drafts(as_: Any, who: Any, template: Document) -> None:
    assert "as drafts" not in as_("helen").get("/goals/templates").text
    Document.start("goals", "For sales", by=who.helen)
    Document.start("goals", "For support", by=who.helen)
    Document.start("page", "Some page", by=who.helen)
    gone = Document.start("goals", "Given up", by=who.helen)
    gone.retire(by=who.helen)
    page = as_("helen").get("/goals/templates").text
    assert "2 texts wait as drafts: For sales, For support." in page
    assert '<a href="/documents">' in page
    template.retire(by=who.helen)
    page = as_("helen").get("/goals/templates").text
    assert 'href="/documents/new?kind=goals"' in page and "For sales" in page
    assert "For sales" not in as_("erin").get("/goals/templates").text
    form = as_("helen").get("/documents/new?kind=goals").text
    assert '<option value="goals" selected>' in form


def test_the_example_of_templates_has_an_owner_who_looks_at_it_again(database: Any) -> None:
    (kind,) = goal_kinds.DOCUMENTS
    found = check("goals", kind.template)
    assert found.errors == []
    assert "\nowner: @hr\nreview-every: 12 months\n---" in kind.template


def test_the_tree_says_what_its_percentage_is_of(as_: Any, who: Any, goal: Any) -> None:
    made = goal(by=who.helen, results=[counted("calls", 0, 100)])
    CheckIn.say(made, "on_track", values={made.results()[0].id: 29}, by=who.helen)
    hers = goal(who.erin, results=[counted("calls", 0, 100)])
    CheckIn.say(hers, "on_track", values={hers.results()[0].id: 31}, by=who.erin)
    assert "<span>29 % of the way</span>" in as_("erin").get("/goals/tree").text
    assert "<span>31 % of the way</span>" in as_("mara").get("/goals/team").text


def test_a_template_that_is_not_for_one_is_none(as_: Any, who: Any, template: Document) -> None:
    template.publish(TEMPLATES.replace("everyone", "department = Sales"), by=who.helen)
    address = f"/goals/new?template={template.id}&goal=0"
    assert as_("erin").get(address).status_code == 404
    assert as_("olga").get(address).status_code == 200
    template.retire(by=who.helen)
    assert as_("olga").get(address).status_code == 404


def _many(who: Any, goal: Any, number: int) -> None:
    above = goal(by=who.helen, title="Above")
    for each in range(number):
        person = (who.erin, who.ben, who.mara)[each % 3]
        made = goal(person, parent=above, visibility=EVERYONE, by=who.mara, period="2026 Q4")
        CheckIn.say(made, "on_track", f"Said {each}", by=person)
        Accomplishment.note(f"Line {each}", by=person, goal=made)


@pytest.mark.parametrize("name", ["erin", "mara"])
def test_no_page_asks_more_where_there_is_more(
    as_: Any, who: Any, goal: Any, queries: Any, name: str
) -> None:
    pages = ["/goals", "/goals/tree", "/goals/log", f"/goals/people/{who.erin.id}", "/goals/new",
             "/goals/templates", "/goals/1", "/goals/2", "/goals/2/edit", "/goals/tree/1",
             ]  # fmt: skip
    pages += ["/goals/team"] if name == "mara" else []
    asked: list[dict[str, int]] = []
    for size in (3, 27):
        _many(who, goal, size)
        client, counts = as_(name), {}
        for page in pages:
            client.get(page)
            with queries() as seen:
                assert client.get(page).status_code == 200, page
            counts[page] = len(seen)
        asked.append(counts)
    assert asked[0] == asked[1]
    assert max(asked[1].values()) <= 8, asked[1]


def test_the_tree_draws_two_thousand_goals_level_by_level(
    as_: Any, who: Any, goal: Any, teams: Any, queries: Any
) -> None:
    top = [goal(by=who.helen, title=f"Company {n}", results=[]) for n in range(3)]
    rows = [
        {
            "person": who.erin, "parent": top[n % 3].id, "sort": "okr", "title": f"Goal {n}",
            "visibility": EVERYONE, "set_by": who.erin, "set_at": cast.NOW, "open_since": cast.NOW,
        }
        for n in range(300)
    ]  # fmt: skip
    with db.write():
        Goal.insert_many(rows).execute()
    page = as_("otto").get("/goals/tree").text
    assert page.count("100 goals hang on it") == 3 and "Goal 7<" not in page
    assert f'href="/goals/tree?from={top[0].id}&amp;' in page
    branch = as_("otto").hx_get(f"/goals/tree/{top[0].id}", f"below-{top[0].id}").text
    assert branch.lstrip().startswith("<ul") and f'id="below-{top[0].id}"' in branch
    assert branch.count('class="branch"') == 41 and "All 100 of them" in branch
    second = as_("otto").get(f"/goals/tree?from={top[0].id}&page=2").text
    assert second.count('class="branch"') == 40 and "What hangs on it: Company 0" in second


def test_the_tree_keeps_what_a_periods_goals_hang_on(who: Any, goal: Any) -> None:
    top = goal(by=who.helen, period="2026")
    goal(by=who.helen, period="2025")
    low = goal(who.erin, parent=top, period="2026 Q4")
    alone = goal(who.erin, period="2026 Q4")
    found = tree.skeleton(access.visible_to(who.erin), "2026 Q4")
    assert found.children == {None: [top.id], top.id: [low.id]}
    low.end("met", "", by=who.erin)
    assert tree.skeleton(access.visible_to(who.erin), "2026 Q4").children == {}
    ended = tree.skeleton(access.visible_to(who.erin), "2026 Q4", True)
    assert ended.children == found.children and alone.id not in ended.children[top.id]


def test_a_small_tree_is_drawn_open_and_a_large_one_level_by_level(
    as_: Any, who: Any, goal: Any
) -> None:
    top = goal(by=who.helen, title="Top")
    low = [goal(by=who.helen, title=f"Low {n}", parent=top) for n in range(2)]
    goal(who.erin, title="Lowest", parent=low[0], visibility=EVERYONE)
    page = as_("otto").get("/goals/tree").text
    assert page.count('class="branch__more" open') == 2 and "Lowest" in page
    for number in range(30):
        goal(who.ben, title=f"Ben’s {number}", parent=low[1], visibility=EVERYONE)
    page = as_("otto").get("/goals/tree").text
    assert page.count('class="branch"') == 1 and " open>" not in page and "Low 0" not in page
    assert "2 goals hang on it, 33 in all" in page


def test_goals_of_the_teams_one_leads_stand_beside_ones_own(
    as_: Any, who: Any, goal: Any, teams: Any
) -> None:
    goal(by=who.helen, team=teams["Platform"], title="The platform’s")
    goal(by=who.helen, title="The company’s")
    said = {name: as_(name).get("/goals").text for name in ("mara", "erin", "helen")}
    assert ["The platform’s" in said[name] for name in said] == [True, False, True]
    assert ["The company’s" in said[name] for name in said] == [False, False, True]


def test_the_log_of_somebody_in_ones_line_is_read_to_its_end(as_: Any, who: Any) -> None:
    for number in range(25):
        Accomplishment.note(f"Line {number}.", by=who.erin)
    address = f"/goals/people/{who.erin.id}"
    assert "Line 0." not in as_("mara").get(address).text
    assert "Line 0." in as_("mara").get(f"{address}?page=2").text


def test_goals_are_filtered_by_period(as_: Any, who: Any, goal: Any) -> None:
    goal(who.erin, title="This quarter", period="2026 Q4")
    goal(who.erin, title="Whenever")
    page = as_("erin").get("/goals?period=2026+Q4").text
    assert "This quarter" in page and "Whenever" not in page
    assert ">2026 Q4<" in as_("erin").get("/goals?period=1999").text
    assert "None of your goals is open for 1999" in as_("erin").get("/goals?period=1999").text


def test_empty_pages_teach(as_: Any) -> None:
    client = as_("mara")
    assert "A good one says in a line" in client.get("/goals").text
    assert "HR and whoever leads" in as_("erin").get("/goals/tree").text
    assert "Begin at the top" in as_("helen").get("/goals/tree").text
    assert "Small things count" in client.get("/goals/log").text
    assert "No goal is open." in client.get("/goals/team").text
    assert "No templates are published yet" in client.get("/goals/templates").text


def test_ones_own_file_says_it_all(as_: Any, who: Any, goal: Any) -> None:
    made = goal(who.erin, by=who.mara, title="=Stay", period="2026 Q4")
    (row,) = made.results()
    CheckIn.say(made, "at_risk", "Two left.", {row.id: 7.5}, by=who.erin)
    text = as_("erin").get("/goals/file").data.decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text))
    assert line["goal"].endswith("=Stay") and not line["goal"].startswith("=")
    said = {name: line[name] for name in ("start", "target", "now", "unit", "share", "state")}
    assert said == {
        "start": "9", "target": "5", "now": "7.5", "unit": "%", "share": "37", "state": "At risk",
    }  # fmt: skip
    assert line["sentence"] == "Two left." and line["set by"] == "Mara Okafor"
