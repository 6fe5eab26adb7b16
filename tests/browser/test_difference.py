"""Signing what changed, on a phone and without JavaScript; who has signed, on a desktop."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.compliance import following
from portal.documents.models import Document
from portal.policies.models import Acknowledgment
from tests.browser.conftest import DESKTOP, PHONE
from tests.policies.conftest import CONDUCT, republish, signs

pytestmark = pytest.mark.browser

CHANGED = (
    CONDUCT.replace("50 euros.", "75 euros, and tell your manager.")
    + "\nWhom do you tell of a gift? (new)\n- (x) My manager\n- ( ) Nobody\nsee: Gifts\n"
)


@pytest.fixture
def changed(who: SimpleNamespace, move_clock: Any) -> Document:
    """Erin has signed the code of conduct, and two days later the limit for gifts is another."""
    document = Document.start("policy", "Code of conduct", by=who.helen)
    document.publish(CONDUCT, by=who.helen)
    following.follow_all()
    signs(document, who.erin)
    move_clock(days=2)
    republish(document, CHANGED, who.helen, is_material=True, note="A new limit for gifts")
    return document


@pytest.mark.parametrize("javascript", [True, False])
def test_what_changed_is_read_and_signed_from_today_on_a_phone(
    visit: Any, changed: Document, who: SimpleNamespace, javascript: bool
) -> None:
    page = visit("erin", viewport=PHONE, javascript=javascript)
    page.get_by_role("link", name="Code of conduct").first.click()
    page.get_by_role("heading", name="What has changed since you signed").wait_for()
    assert page.locator(".difference ins").first.inner_text() == "75"
    assert page.locator(".difference del").first.inner_text() == "50"
    expect(page.get_by_text("Everyone who works here.")).to_be_hidden()
    page.get_by_text("The whole text", exact=True).click()
    expect(page.get_by_text("Everyone who works here.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Nobody").check()
    page.get_by_role("button", name="I have read this and will follow it.").click()
    page.get_by_text("This is not signed yet").wait_for()
    page.get_by_label("My manager").check()
    page.get_by_role("button", name="I have read this and will follow it.").click()
    page.get_by_role("heading", name="Receipt").wait_for()
    page.get_by_role("link", name="What was shown").click()
    page.get_by_role("heading", name="What was shown").wait_for()
    assert page.locator(".difference ins").first.inner_text() == "75"
    signed = Acknowledgment.of(changed.id, who.erin.id)[0]
    assert signed.since_revision.number == 1 and signed.attempts == 2


def test_hr_finds_who_is_missing_asks_one_and_everyone(
    visit: Any, changed: Document, move_clock: Any
) -> None:
    move_clock(days=20)
    following.follow_all()
    page = visit("helen", f"/policies/{changed.id}", viewport=DESKTOP)
    page.get_by_role("link", name="Everyone it asks").click()
    page.get_by_role("heading", name="Who has signed and who has not").wait_for()
    page.get_by_label("Search people by name").press_sequentially("hartm")
    page.locator("#people .row").nth(1).wait_for(state="detached")
    page.locator("#people").get_by_role("button", name="Nudge").click()
    page.locator("#people").get_by_text("asked today").wait_for()
    page.get_by_role("link", name="Nudge who is late").click()
    page.get_by_text("1 was nudged today already and is skipped").wait_for()
    page.get_by_role("button", name="Nudge 8 people").click()
    page.get_by_text("8 people were nudged").wait_for()
    with page.expect_download() as got:
        page.get_by_role("button", name="Save this list as CSV").click()
    assert got.value.suggested_filename.startswith("code-of-conduct-")


def test_a_manager_follows_their_line_without_javascript(visit: Any, changed: Document) -> None:
    page = visit("mara", f"/policies/{changed.id}", viewport=DESKTOP, javascript=False)
    page.get_by_role("link", name="Who in your line has signed").click()
    expect(page.locator("#people .row")).to_have_count(3)
    page.get_by_label("Search people by name").fill("erin")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#people .row")).to_have_count(1)
