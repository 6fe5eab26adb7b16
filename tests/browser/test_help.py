"""Help beside a screen: a panel on a desktop, a sheet on a phone, a page without JavaScript."""

from typing import Any

import pytest

from portal.documents.models import Document
from tests import servers
from tests.browser.conftest import DESKTOP

pytestmark = pytest.mark.browser

WIDE = {"viewport": DESKTOP}


def _focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


def test_help_opens_beside_the_screen_and_gives_the_focus_back(visit: Any) -> None:
    page = visit("erin", "/people", **WIDE)
    link = page.locator(".screen-help")
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="A person's page").wait_for()
    assert _focused(page) == "help-body"
    assert page.url.endswith("/people")
    # The page beside it can still be used.
    page.get_by_role("searchbox").fill("mara")
    page.get_by_role("link", name="Mara Okafor").wait_for()
    page.locator("#help-body").focus()
    page.keyboard.press("Escape")
    page.locator("#help").wait_for(state="hidden")


def test_the_focus_returns_to_the_link(visit: Any) -> None:
    page = visit("erin", "/people", **WIDE)
    page.locator(".screen-help").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="A person's page").wait_for()
    page.keyboard.press("Escape")
    page.locator("#help").wait_for(state="hidden")
    assert _focused(page).startswith("screen-help")


def test_links_between_pages_stay_in_the_panel(visit: Any) -> None:
    page = visit("erin", "/people", **WIDE)
    page.locator(".screen-help").click()
    page.locator("#help").get_by_role("link", name="Papers").first.click()
    page.locator("#help").get_by_text("HR, the person and their manager").wait_for()
    assert page.url.endswith("/people")
    page.locator("#help").get_by_role("link", name="All help").click()
    page.locator("#help-index").wait_for()
    page.locator("#help").get_by_role("link", name="Today", exact=True).click()
    page.locator("#help").get_by_role("link", name="Open as a page").click()
    page.wait_for_url("**/help/today")


def test_the_question_mark_lists_the_keys(visit: Any) -> None:
    page = visit("erin", **WIDE)
    # A browser drops the keys pressed before it has painted once.
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keyboard shortcuts").wait_for()
    page.get_by_role("button", name="Close the help").click()
    page.locator("#help").wait_for(state="hidden")


def test_on_a_phone_help_is_a_sheet(visit: Any) -> None:
    page = visit("erin", "/documents")
    page.get_by_role("link", name="Help with this page").first.click()
    page.locator("#help-title", has_text="Documents").wait_for()
    assert page.evaluate("document.getElementById('help').matches(':modal')")
    sheet = page.locator("#help")
    sheet.evaluate("sheet => Promise.all(sheet.getAnimations().map(one => one.finished))")
    box = sheet.bounding_box()
    assert box["x"] == 0 and box["height"] > 800
    page.keyboard.press("Escape")
    page.locator("#help").wait_for(state="hidden")


def test_without_javascript_help_is_a_page(visit: Any) -> None:
    page = visit("erin", "/me", javascript=False, **WIDE)
    page.locator(".screen-help").click()
    page.wait_for_url("**/help/me?screen=people.me")
    page.get_by_role("heading", name="Your own page").wait_for()


@pytest.mark.one_database
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_axe_finds_nothing_in_the_open_panel(visit: Any, scheme: str, size: str) -> None:
    page = visit("helen", "/people", color_scheme=scheme, **(WIDE if size == "desktop" else {}))
    page.locator("[data-helps]:visible").first.click()
    page.locator("#help-page").wait_for()
    page.wait_for_timeout(250)
    assert servers.axe(page) == []
    page.locator("#help").get_by_role("link", name="All help").click()
    page.locator("#help-index").wait_for()
    assert servers.axe(page) == []


def test_hr_puts_their_own_words_in_place_and_goes_back(visit: Any) -> None:
    page = visit("helen", "/help/today", javascript=False, **WIDE)
    page.get_by_role("button", name="Edit this page").click()
    page.wait_for_url("**/documents/help/today/edit")
    source = page.locator("#source")
    source.fill(source.input_value().replace("The button on the line does it.", "Ask Kiki."))
    page.get_by_role("button", name="Publish").first.click()
    page.goto(page.url.split("/documents")[0] + "/help/today")
    page.get_by_text("Ask Kiki.").wait_for()
    page.goto(page.url + "/changes")
    page.get_by_role("button", name="Go back to the shipped text").click()
    page.goto(page.url.split("/documents")[0] + "/help/today")
    page.get_by_text("The button on the line does it").wait_for()
    document = Document.named("help", "today")
    assert document and document.retired_at
