"""Careers in a browser: on a phone one sees what is missing, takes a point on, and ticks it."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.assignments.models import Assignment
from tests import servers
from tests.browser.conftest import PHONE
from tests.careers import ladder

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def test_somebody_sees_what_is_missing_takes_it_on_and_ticks_it_on_a_phone(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    ladder.make()
    ladder.says("erin", "mara", 2)
    phone = visit("erin", "/careers", viewport=PHONE)
    phone.get_by_role("heading", name="What is missing for Builder, L2").wait_for()
    point = phone.get_by_role("listitem").filter(has_text="A thing that others build on")
    point.get_by_role("button", name="Take it on").click()
    phone.get_by_text("It stands on your Today.").wait_for()
    phone.get_by_text("0 of 1 points done").wait_for()
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme=scheme)
        faults = servers.axe(phone) + servers.targets_at_least_24(phone)
        assert faults + servers.no_sideways_scroll(phone, 320) == [], scheme
    phone.locator("#plan").get_by_role("button", name="Done").click()
    phone.get_by_text("1 of 1 points done").wait_for()
    assert Assignment.get(Assignment.kind == "career_step").outcome == "done"
    phone.get_by_role("link", name="Say where").click()
    phone.get_by_label("Where to").select_option(label="Craft: Lead, L2")
    phone.get_by_label("Those I report to", exact=True).check()
    phone.get_by_role("button", name="Keep it").click()
    phone.get_by_text("Those you report to can read it from now on.").wait_for()
    faults = servers.axe(phone) + servers.targets_at_least_24(phone)
    assert faults + servers.no_sideways_scroll(phone, 320) == []
    lead = visit("mara", "/careers/team", viewport=PHONE)
    lead.get_by_role("link", name="Erin Castellanos").click()
    lead.get_by_role("heading", name="Where Erin would like to go").wait_for()
    faults = servers.axe(lead) + servers.targets_at_least_24(lead)
    assert faults + servers.no_sideways_scroll(lead, 320) == []


def test_what_was_left_out_on_a_phone_is_brought_back_by_undo(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    ladder.make()
    phone = visit("erin", "/careers", viewport=PHONE)
    phone.get_by_text("Something of your own", exact=True).click()
    phone.get_by_label("What you will do").fill("Run the demo")
    phone.get_by_role("button", name="Put it into the plan").click()
    point = phone.locator("#plan").get_by_role("listitem").filter(has_text="Run the demo")
    point.get_by_label("More: Run the demo").click()
    leave_out = point.get_by_role("button", name="Leave it out")
    leave_out.wait_for()
    sheet = point.locator(".menu__sheet").bounding_box()
    assert sheet["x"] >= 0 and sheet["x"] + sheet["width"] <= PHONE["width"]
    leave_out.click()
    phone.get_by_text("It is not in your plan any more.").wait_for()
    phone.get_by_role("button", name="Undo").click()
    phone.get_by_text("Back in the plan.").wait_for()
    point.wait_for()


def test_what_was_typed_and_not_sent_is_offered_again(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    ladder.make()
    phone = visit("erin", "/careers/aspirations/new", viewport=PHONE)
    phone.get_by_label("In your own words").fill("By next summer.")
    servers.holds(phone, "Object.keys(localStorage).some(name => name.startsWith('draft:'))")
    phone.goto(f"{site.url}/careers")
    phone.goto(f"{site.url}/careers/aspirations/new")
    phone.get_by_role("button", name="Go on with it").click()
    expect(phone.get_by_label("In your own words")).to_have_value("By next summer.")
