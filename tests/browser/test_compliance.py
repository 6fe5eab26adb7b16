"""Compliance: the overview and its reminders, the calendar by keyboard, on a phone and on paper."""

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.compliance import following
from portal.compliance.windows import AuditWindow
from portal.mail.models import Letter
from tests import servers
from tests.browser.conftest import DESKTOP, PHONE
from tests.cast import TODAY
from tests.compliance.conftest import drill, require

__all__ = ["drill", "require"]
pytestmark = pytest.mark.browser


def fill(require: Any, who: SimpleNamespace) -> None:
    """Everyone in Engineering is overdue, everyone in Sales owes it in December; one audit."""
    late = TODAY - timedelta(days=30)
    following.follow(require("department = Engineering", starts_on=late, first_days=14))
    following.follow(require("department = Sales", first_days=14))
    AuditWindow.plan(
        by=who.helen, name="Annual accounts", starts_on=date(2026, 12, 7), ends_on=date(2026, 12, 9)
    )


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_hr_goes_from_the_figure_to_a_name_and_asks(
    visit: Any, require: Any, who: SimpleNamespace, size: dict[str, int]
) -> None:
    fill(require, who)
    page = visit("helen", "/compliance", viewport=size)
    assert "% overdue" in page.locator(".headline__figure").inner_text().replace("\n", " ")
    page.get_by_text("What is counted").click()
    page.get_by_text("Each thing that is required").wait_for()
    assert servers.no_sideways_scroll(page, size["width"]) == []
    page.get_by_role("link", name="Engineering", exact=True).first.click()
    row = page.locator("li.row", has_text="Erin Castellanos")
    row.get_by_role("button", name="Nudge").click()
    page.get_by_text("Erin Castellanos was nudged.").wait_for()
    row.get_by_text("asked today").wait_for()
    assert Letter.select().where(Letter.kind == "nudge").count() == 1


def test_all_are_reminded_without_javascript(
    visit: Any, require: Any, who: SimpleNamespace
) -> None:
    fill(require, who)
    page = visit("dora", "/compliance", javascript=False)
    page.get_by_role("link", name="Nudge who is overdue").click()
    assert "Nudge 3 people." in page.locator("main").inner_text()
    page.get_by_role("button", name="Nudge 3 people").click()
    page.get_by_text("3 people were nudged.").wait_for()
    expect(page.get_by_text("asked today")).to_have_count(3)


def test_the_keyboard_leads_through_the_months_and_the_phone_shows_an_agenda(
    visit: Any, require: Any, who: SimpleNamespace
) -> None:
    fill(require, who)
    page = visit("helen", "/compliance/calendar?year=2026", viewport=DESKTOP)
    page.get_by_role("link", name="December").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="December 2026", level=1).wait_for()
    grid = page.locator(".month").evaluate("one => getComputedStyle(one).gridTemplateColumns")
    assert len(grid.split()) == 7
    expect(page.get_by_role("link", name="Annual accounts")).to_have_count(3)
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", name="January 2027", level=1).wait_for()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("heading", name="December 2026", level=1).wait_for()
    page.set_viewport_size(PHONE)
    expect(page.locator(".day:visible")).to_have_count(4)
    assert servers.no_sideways_scroll(page, 320) == []
    page.locator(".day:visible").first.get_by_role("link", name="Fire drill").click()
    page.get_by_text("Olga Søndergaard").wait_for()


def test_a_year_and_a_month_are_one_sheet_each(
    visit: Any, require: Any, who: SimpleNamespace
) -> None:
    fill(require, who)
    page = visit("helen", viewport=DESKTOP)
    for asked in ("year=2026", "month=2026-12"):
        page.goto(f"{page.url.partition('/compliance')[0].rstrip('/')}/compliance/calendar?{asked}")
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, asked
        width, height = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)[0]
        assert float(width) > float(height), asked


def test_an_audit_is_planned_and_taken_back_without_javascript(visit: Any) -> None:
    page = visit("helen", "/compliance/windows", javascript=False)
    page.get_by_role("link", name="Plan an audit window").first.click()
    page.get_by_label("What it is").fill("Annual accounts")
    page.get_by_label("First day").fill("2026-12-07")
    page.get_by_label("Last day").fill("2026-12-01")
    page.get_by_role("button", name="Put it into the calendar").click()
    page.get_by_text("The last day is before the first.").first.wait_for()
    page.get_by_label("Last day").fill("2026-12-09")
    page.get_by_role("button", name="Put it into the calendar").click()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    page.get_by_text("Annual accounts is taken out.").wait_for()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    page.get_by_text("Annual accounts is back in the calendar.").wait_for()
