"""A certificate of a course: opened from a record, printed on a sheet, checked by a stranger."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.learning.certificates import spaced
from tests.browser.conftest import DESKTOP, PHONE
from tests.learning.courses import publish, takes

pytestmark = pytest.mark.browser


def pages_of(pdf: bytes) -> list[tuple[int, int]]:
    """The size of each page of a PDF, in points."""
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
    return [(round(float(wide)), round(float(high))) for wide, high in boxes]


@pytest.mark.parametrize("javascript", [True, False])
def test_it_is_printed_and_a_stranger_finds_it_genuine(
    visit: Any, site: SimpleNamespace, chromium: Any, who: SimpleNamespace, javascript: bool
) -> None:
    done = takes(publish(), who.erin)
    desk = visit("erin", "/learning/record", viewport=DESKTOP, javascript=javascript)
    desk.get_by_role("link", name=re.compile("^Certificate.*Safety basics")).click()
    code = desk.get_by_text(spaced(done.code or ""), exact=True)
    expect(code).to_be_visible()
    expect(desk.locator("svg.qr")).to_be_visible()

    assert pages_of(desk.pdf(prefer_css_page_size=True)) == [(842, 595)], "one sheet, A4 across"
    desk.emulate_media(media="print")
    expect(code).to_be_visible()
    expect(desk.locator(".rail")).to_be_hidden()

    context = chromium.new_context(java_script_enabled=javascript, viewport=PHONE)
    stranger = context.new_page()
    stranger.goto(f"{site.url}/learning/certificates/check")
    field = stranger.get_by_label("The code on it")
    field.fill("ABCD-EFGH-JKM")
    field.press("Enter")
    stranger.get_by_text("Please correct:").wait_for()
    stranger.get_by_label("The code on it").fill(spaced(done.code or "").lower())
    stranger.get_by_role("button", name="Check it").click()
    stranger.get_by_role("heading", name="Genuine and valid").wait_for()
    expect(stranger.get_by_text("Erin Castellanos")).to_be_visible()
    context.close()
