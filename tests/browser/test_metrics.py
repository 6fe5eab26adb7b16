"""Metrics in a browser: HR goes from red to the people behind it; executives print one sheet."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.metrics.executive import SIX
from portal.metrics.measure import measures
from tests import servers
from tests.browser.conftest import DESKTOP, PHONE
from tests.metrics.told import is_executive, tell_a_year

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def is_well_set(page: Any) -> None:
    assert servers.axe(page) + servers.targets_at_least_24(page) == []
    assert servers.no_sideways_scroll(page, 320) == []


def test_from_what_is_red_to_the_people_behind_it_and_onto_one_sheet(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    tell_a_year(measures)
    phone = visit("helen", "/metrics", viewport=PHONE, javascript=True, color_scheme="dark")
    is_well_set(phone)
    phone.get_by_role("link", name="Onboarding on time").click()
    phone.get_by_role("link", name="Role").click()
    phone.get_by_text("1 group is not told").wait_for()
    expect(phone.locator("svg.chart")).to_have_count(2)
    is_well_set(phone)
    phone.get_by_role("link", name="See who").click()
    phone.get_by_text("Nobody is behind this number.").wait_for()

    # The review of a quarter opens in the editor, and from the list as well.
    hr = visit("helen", "/metrics/quarters", viewport=DESKTOP)
    hr.get_by_role("button", name="Draft it").first.click()
    hr.get_by_role("button", name="Publish revision 1").wait_for()
    hr.goto(f"{site.url}/metrics/quarters")
    hr.get_by_role("link", name="Open").click()
    hr.get_by_role("heading", name="Review of 2026 Q3").wait_for()

    desk = visit("mara", "/metrics?group=people", viewport=DESKTOP, javascript=False)
    desk.get_by_role("link", name="People who work here").click()
    desk.get_by_role("link", name="See the people behind it").click()
    desk.get_by_role("rowheader", name="Erin Castellanos").wait_for()
    with desk.expect_download() as saved:
        desk.get_by_role("button", name="XLSX").click()
    assert saved.value.suggested_filename.endswith(".xlsx")

    is_executive(who.ida)
    sheet = visit("ida", "/metrics/executive/2026-10", viewport=DESKTOP)
    expect(sheet.locator(".six__one")).to_have_count(len(SIX))
    is_well_set(sheet)
    printed = sheet.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1
