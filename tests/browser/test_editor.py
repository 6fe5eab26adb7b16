"""Writing a plan: the preview follows, mistakes show beside their line, two editors notice."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.documents.models import Document
from tests import cast
from tests.browser.conftest import DESKTOP

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
    assert page.title().startswith("Error:")
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
