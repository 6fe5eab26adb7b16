"""HR requires something, sees whom it hits while writing, and follows how far everyone is."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.compliance import following
from portal.compliance.models import Exemption, Requirement
from portal.documents.models import Document
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

WALK = """---
kind: checklist
title: Safety walk
transition: other
---
## On the floor
- [ ] Walk the floor @employee due:start+3
"""


@pytest.fixture
def walk(who: SimpleNamespace) -> Document:
    document = Document.start("checklist", "Safety walk", by=who.helen)
    document.publish(WALK, by=who.helen)
    return document


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_whom_it_hits_is_seen_while_it_is_written(
    walk: Document, visit: Any, size: dict[str, int]
) -> None:
    page = visit("helen", "/compliance/requirements", viewport=size)
    page.get_by_role("link", name="Require something").click()
    page.get_by_label("What", exact=True).select_option(label="Safety walk")
    page.get_by_text(re.compile(r"^1\d people$")).wait_for()
    expect(page.get_by_label("The date for everyone")).to_be_hidden()
    page.get_by_label("Of whom").fill("team = Platform")
    page.get_by_text("4 people", exact=True).wait_for()
    hits = page.locator("#hits")
    hits.get_by_text("asked today, due Wed 2 Dec").wait_for()
    page.get_by_label("Of whom").fill("team = Nowhere")
    hits.get_by_text("Nobody at work is meant by that.").wait_for()
    page.get_by_label("Of whom").fill("team = Platform")
    page.get_by_label("on the same date for everyone").check()
    page.get_by_label("The date for everyone").fill("2026-12-31")
    hits.get_by_text("first asked Tue 1 Dec").wait_for()
    page.get_by_role("button", name="Require it").click()
    page.get_by_text("Who is meant is being worked out").wait_for()
    made = Requirement.get()
    following.follow_all()
    page.goto(page.url)
    page.get_by_text("0 of 3 have it").wait_for()
    page.get_by_label("Search people by name").fill("erin")
    page.get_by_role("link", name="Ben Hartmann").wait_for(state="detached")
    page.get_by_role("checkbox", name="Excuse Erin").check()
    page.get_by_role("button", name="Excuse those ticked").click()
    page.get_by_label("Why").fill("On leave")
    page.get_by_role("button", name="Excuse Erin Castellanos").click()
    page.get_by_text("Erin Castellanos is excused for good.").wait_for()
    page.get_by_text("1 excused").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Erin Castellanos is asked again.").wait_for()
    assert not Exemption.select().where(Exemption.is_known()).exists()
    page.get_by_label("More about this requirement").click()
    page.get_by_role("link", name="Change").click()
    page.get_by_text("The same people as now.").wait_for()
    page.get_by_label("Of whom").fill("department = Sales")
    page.get_by_text("2 more, 4 fewer").wait_for()
    assert made.terms().audience == "team = Platform"


def test_without_javascript_whom_it_hits_comes_by_a_button(walk: Document, visit: Any) -> None:
    page = visit("helen", "/compliance/requirements/new", javascript=False)
    page.get_by_label("What", exact=True).select_option(label="Safety walk")
    page.get_by_label("Of whom").fill("team = Platform")
    page.get_by_role("button", name="Preview whom it hits").click()
    page.get_by_text("4 people", exact=True).wait_for()
    assert Requirement.select().count() == 0
    page.get_by_role("button", name="Require it").click()
    page.get_by_text("Required. Duties go out within a minute.").wait_for()
    following.follow_all()
    page.goto(page.url)
    page.get_by_label("Search people by name").fill("ben")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name="Ben Hartmann").wait_for()
    expect(page.get_by_role("link", name="Erin Castellanos")).to_have_count(0)
    page.get_by_role("checkbox", name="Excuse Ben").check()
    page.get_by_role("button", name="Excuse those ticked").click()
    page.get_by_label("Why").fill("Has a certificate")
    page.get_by_role("button", name="Excuse Ben Hartmann").click()
    page.get_by_text("Ben Hartmann is excused for good.").wait_for()
    page.get_by_role("button", name="Ask again").click()
    page.get_by_text("Ben Hartmann is asked again.").wait_for()
