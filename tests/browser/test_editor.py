"""Writing a plan: the preview follows, mistakes show beside their line, two editors notice."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.documents.models import Document
from tests import cast, servers
from tests.browser.conftest import DESKTOP, die, says_error

pytestmark = pytest.mark.browser

WRONG = cast.ENGINEERING_PLAN.replace("@it due:start-5", "@itt due:begin-5")


def _edit(visit: Any, plan: Document, name: str = "helen", **options: Any) -> Any:
    options.setdefault("viewport", DESKTOP)
    return visit(name, f"/documents/checklist/{plan.slug}/edit", **options)


def test_a_mistake_is_shown_with_its_line_while_writing(visit: Any, plan: Document) -> None:
    page = _edit(visit, plan)
    page.locator("#source").fill(WRONG)
    page.get_by_role("link", name="Line 9").first.wait_for()
    assert page.get_by_text("@itt").count() >= 1
    assert plan.draft().source == WRONG


def test_a_text_with_a_mistake_is_not_published(visit: Any, plan: Document) -> None:
    page = _edit(visit, plan, javascript=False)
    page.locator("#source").fill(WRONG)
    page.get_by_role("button", name="Publish").first.click()
    page.get_by_text("Line 9").first.wait_for()
    says_error(page)
    assert page.locator("#source").input_value().strip() == WRONG.strip()
    assert Document.get_by_id(plan.id).current.number == 1


def test_the_changes_are_shown_before_publishing(visit: Any, plan: Document) -> None:
    page = _edit(visit, plan)
    page.locator("#source").fill(cast.ENGINEERING_PLAN.replace("minutes:10", "minutes:15"))
    page.locator(".diff__line--add", has_text="minutes:15").wait_for()
    page.get_by_role("button", name="Publish").first.click()
    page.get_by_text("Published as revision 2").first.wait_for()


def test_two_people_writing_at_once_see_both_texts(
    visit: Any, plan: Document, who: SimpleNamespace
) -> None:
    page = _edit(visit, plan, javascript=False)
    theirs = cast.ENGINEERING_PLAN.replace("Order the laptop", "Order the computer")
    plan.save_draft(theirs, plan.edits, by=who.helen)
    mine = cast.ENGINEERING_PLAN.replace("Order the laptop", "Order the machine")
    page.locator("#source").fill(mine)
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Order the computer").first.wait_for()
    assert "Order the machine" in page.locator("#source").input_value()
    assert plan.draft().source == theirs
    page.get_by_role("button", name="Keep mine").click()
    page.get_by_text("Draft saved").first.wait_for()
    assert "Order the machine" in plan.draft().source
    # And theirs can be taken again.
    page.get_by_text("Draft saved").first.wait_for()
    page.goto(page.url.replace("/edit", "/asides"))
    page.get_by_role("link", name="Your text").click()
    page.get_by_role("button", name="Make this the draft again").click()
    page.get_by_text("Draft saved").first.wait_for()
    assert plan.draft().source == theirs


def test_two_browsers_write_at_once_and_neither_overwrites(visit: Any, plan: Document) -> None:
    one, two = _edit(visit, plan), _edit(visit, plan)
    first = cast.ENGINEERING_PLAN.replace("Order the laptop", "Order the computer")
    second = cast.ENGINEERING_PLAN.replace("Order the laptop", "Order the machine")
    one.locator("#source").fill(first)
    one.locator(".diff__line--add", has_text="computer").wait_for()
    two.locator("#source").fill(second)
    two.get_by_role("button", name="Keep mine as the new version").wait_for()
    assert plan.draft().source == first
    assert "Order the machine" in two.locator("#source").input_value()
    both = two.locator(".both__text")
    assert "Order the computer" in both.nth(0).inner_text()
    assert "Order the machine" in both.nth(1).inner_text()
    assert two.locator(".diff ins", has_text="Order the machine").count() >= 1
    two.get_by_role("button", name="Take theirs").click()
    two.get_by_text("This is their text. Yours is set aside.").wait_for()
    assert "Order the computer" in two.locator("#source").input_value()
    assert plan.draft().source == first


def test_what_is_typed_without_a_network_survives_the_end_of_the_tab(
    visit: Any, plan: Document
) -> None:
    page = _edit(visit, plan)
    page.locator("#source").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("- [ ] Before @it")
    page.locator(".diff__line--add", has_text="Before").wait_for()
    page.context.set_offline(True)
    page.keyboard.type(" and written in a tunnel")
    page.get_by_text("It is kept on this device").first.wait_for()
    assert "tunnel" not in plan.draft().source
    servers.holds(page, "localStorage.length > 0")
    page.wait_for_timeout(300)
    # What the device keeps is locked.
    assert "tunnel" not in page.evaluate("JSON.stringify(localStorage)")
    address, context = page.url, page.context
    die(page)
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    again.get_by_text("You wrote more on this device").wait_for()
    again.get_by_role("button", name="Use it").click()
    again.locator(".diff__line--add", has_text="tunnel").wait_for()
    assert "written in a tunnel" in plan.draft().source


def test_what_could_not_be_sent_goes_out_when_the_network_is_back(
    visit: Any, plan: Document
) -> None:
    page = _edit(visit, plan)
    page.context.set_offline(True)
    page.locator("#source").fill(cast.ENGINEERING_PLAN + "- [ ] Patience @it due:start\n")
    page.get_by_text("It is kept on this device").first.wait_for()
    page.context.set_offline(False)
    page.locator(".diff__line--add", has_text="Patience").wait_for()
    assert "Patience" in plan.draft().source
    page.goto(page.url)
    expect(page.get_by_text("You wrote more on this device")).to_have_count(0)


def test_publishing_leaves_nothing_on_the_device(visit: Any, plan: Document) -> None:
    page = _edit(visit, plan)
    address = page.url
    page.locator("#source").fill(cast.ENGINEERING_PLAN.replace("minutes:10", "minutes:15"))
    page.get_by_text("What changes with this revision").click()
    page.get_by_label("What changed, in a sentence").fill("Fifteen minutes")
    page.get_by_label("Material:").check()
    page.get_by_role("button", name="Publish").first.click()
    page.get_by_text("Published as revision 2").first.wait_for()
    page.get_by_text("Fifteen minutes").wait_for()
    page.get_by_text("What people must do or know is different").wait_for()
    page.goto(address)
    page.wait_for_timeout(300)
    expect(page.get_by_text("You wrote more on this device")).to_have_count(0)
