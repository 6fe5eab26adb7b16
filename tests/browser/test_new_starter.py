"""A new starter in five fields, on a phone: with the preview, and without JavaScript."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.checklists.models import Checklist
from portal.documents.models import Document
from portal.people.models import Person
from tests.browser.conftest import says_error

pytestmark = pytest.mark.browser


def _fill(page: Any) -> None:
    page.get_by_label("Full name").fill("Zoë Nguyễn")
    page.get_by_label("Work e-mail").fill("zoe@halden.example")
    page.get_by_label("First day").fill("2026-12-01")
    page.get_by_label("Role").fill("Engineer")
    page.get_by_label("Manager’s e-mail").fill("mara@halden.example")


def test_the_steps_appear_while_typing_and_start_does_what_they_say(
    visit: Any, plan: Document
) -> None:
    page = visit("helen", "/checklists/new")
    _fill(page)
    page.keyboard.press("Tab")
    preview = page.locator("#preview")
    preview.get_by_text("Order the laptop").wait_for()
    expect(preview.get_by_text("without an owner")).to_be_visible()
    planned = preview.locator("ol li").count()
    page.get_by_role("button", name="Start onboarding").click()
    page.get_by_text("0 of 6").first.wait_for()
    zoe = Person.by_email("zoe@halden.example")
    assert zoe is not None
    assert Checklist.get(Checklist.person == zoe).steps.count() == planned == 6


def test_the_preview_is_of_what_was_typed_last_however_slow_the_answers(
    visit: Any, plan: Document
) -> None:
    """htmx keeps the first of the requests that wait and drops the later ones, unless told."""
    page = visit("helen", "/checklists/new")

    def slowly(route: Any) -> None:
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/checklists/new/preview", slowly)
    _fill(page)
    page.keyboard.press("Tab")
    page.locator("#preview").get_by_text("Order the laptop").wait_for()


def test_it_works_without_javascript(visit: Any, plan: Document) -> None:
    page = visit("helen", "/checklists/new", javascript=False)
    _fill(page)
    page.get_by_role("button", name="Show the steps first").click()
    page.locator("#preview").get_by_text("Order the laptop").wait_for()
    expect(page.get_by_label("Full name")).to_have_value("Zoë Nguyễn")
    assert Person.by_email("zoe@halden.example") is None
    page.get_by_role("button", name="Start onboarding").click()
    page.get_by_text("0 of 6").first.wait_for()


def test_a_mistake_stands_at_its_field_and_nothing_typed_is_lost(
    visit: Any, plan: Document, who: SimpleNamespace
) -> None:
    page = visit("helen", "/checklists/new", javascript=False)
    _fill(page)
    page.get_by_label("Manager’s e-mail").fill("nobody@halden.example")
    page.get_by_role("button", name="Start onboarding").click()
    page.get_by_role("alert").get_by_text("more than one, is called that").wait_for()
    says_error(page)
    expect(page.get_by_label("Full name")).to_have_value("Zoë Nguyễn")
    assert Person.by_email("zoe@halden.example") is None
