"""The drawer beside a review’s form: opened, and quoted into the text one was in."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.feedback.praise import Praise
from portal.goals.log import Accomplishment
from portal.questionnaires.models import Submission
from portal.reviews import following
from portal.reviews.models import Cycle
from portal.reviews.steps import SELF
from tests import cast, servers
from tests.browser.conftest import DESKTOP, PHONE
from tests.reviews.conftest import form, part_of, plan

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

TEXT = "What went well?"


@pytest.fixture
def erins(who: SimpleNamespace) -> Submission:
    """Hers about herself, with one thing in her log and one thanks to her."""
    for slug in ("annual", "peers"):
        form(slug)
    Accomplishment.note("Wrote the importer", by=who.erin)
    Praise.give([who.erin], "Thank you for the calm.", None, is_public=True, by=who.ben)
    cycle = Cycle.begin(plan(), [who.erin], cast.TODAY, by=who.helen)
    following.run()
    return part_of(cycle, "erin", SELF)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_one_tap_quotes_into_the_text_and_its_draft(
    visit: Any, erins: Submission, size: dict[str, int]
) -> None:
    page = visit("erin", f"/forms/{erins.id}", viewport=size)
    text = page.get_by_label(TEXT)
    text.fill("First line\nand the last")
    text.evaluate("one => one.setSelectionRange(3, 3)")
    page.get_by_text("What is known of your time").click()
    page.get_by_role("button", name=re.compile("Quote.*Wrote the importer")).click()
    page.get_by_text(f"Put under “{TEXT}”").wait_for()
    log = "18 Nov 2026: Wrote the importer"
    expect(text).to_have_value(f"First line\n{log}\nand the last")
    thanks = page.get_by_role("button", name=re.compile("Quote.*Thank you for the calm"))
    thanks.focus()
    page.keyboard.press("Enter")
    praise = "18 Nov 2026, praise from Ben Hartmann: “Thank you for the calm.”"
    expect(text).to_have_value(f"First line\n{log}\n{praise}\nand the last")
    page.locator("#draft-state", has_text=re.compile(r"^Saved \d\d:\d\d$")).wait_for()
    assert praise in str(Submission.get_by_id(erins.id).given)
    # So high that the drawer lies in its own place, and nothing half below it.
    page.set_viewport_size({"width": size["width"], "height": 3000})
    faults = servers.faults(page)
    page.goto(page.url.replace("/forms/", "/reviews/evidence/"))
    faults += servers.faults(page)
    assert faults == [], "\n".join(faults)


def test_without_javascript_it_is_a_page_to_copy_from(visit: Any, erins: Submission) -> None:
    page = visit("erin", f"/forms/{erins.id}", javascript=False)
    page.get_by_text("What is known of your time").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Show it on a page of its own").click()
    opened.value.get_by_text("Wrote the importer").wait_for()
    expect(opened.value.get_by_text("praise from Ben Hartmann")).to_be_visible()
    expect(opened.value.get_by_role("button", name="Quote")).to_have_count(0)
