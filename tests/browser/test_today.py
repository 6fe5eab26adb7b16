"""Today on a phone: ticking, taking back, putting off."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.assignments.models import Assignment
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.documents.models import Document
from tests.cast import MONDAY

pytestmark = pytest.mark.browser

FIRST = "Order the laptop — Nia Novak"


@pytest.fixture
def running(plan: Document, who: SimpleNamespace) -> Checklist:
    return Checklist.start(plan.current, who.nia, MONDAY, by=who.helen)


def _row(page: Any, title: str) -> Any:
    return page.locator("li.row", has=page.get_by_role("link", name=title, exact=True))


def test_a_tick_is_undone_from_the_toast(visit: Any, running: Checklist) -> None:
    page = visit("ida")
    _row(page, FIRST).get_by_role("button", name="Done").click()
    toast = page.locator("#toasts")
    toast.get_by_text("Done: Order the laptop").wait_for()
    toast.get_by_role("button", name="Undo").click()
    page.get_by_text("Back in the list").first.wait_for()
    step = Step.get(Step.key == "order-the-laptop")
    assert step.state == "open"
    assert Assignment.get(Assignment.target == step.id).settled_at is None


def test_everything_works_by_keyboard_alone(visit: Any, running: Checklist) -> None:
    page = visit("ida")
    button = _row(page, FIRST).get_by_role("button", name="Done")
    for _ in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.locator("li.row--quiet", has_text=FIRST).wait_for()


def test_a_duty_is_put_off_and_comes_back_into_sight(visit: Any, running: Checklist) -> None:
    page = visit("ida", javascript=False)
    _row(page, FIRST).get_by_role("link", name="Put off").click()
    page.get_by_role("button", name="Tomorrow").click()
    page.locator("summary", has_text="Snoozed").click()
    expect(_row(page, FIRST)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Back in your list").wait_for()
    expect(page.locator("summary", has_text="Snoozed")).to_have_count(0)


def test_an_answer_that_fails_says_so_and_keeps_the_row(
    visit: Any, running: Checklist, site: SimpleNamespace
) -> None:
    page = visit("ida")
    page.route("**/completion", lambda route: route.abort())
    _row(page, FIRST).get_by_role("button", name="Done").click()
    page.locator("#toasts").get_by_role("alert").or_(
        page.locator("#toasts li, #toasts .toast")
    ).first.wait_for()
    expect(_row(page, FIRST).get_by_role("button", name="Done")).to_be_enabled()
