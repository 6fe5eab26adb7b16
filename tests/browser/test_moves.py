"""A promotion in a browser: proposed on a phone, agreed to in HR, read by the person."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import servers
from tests.browser.conftest import DESKTOP, PHONE
from tests.careers import moved

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def faults(page: Any) -> list[Any]:
    """What is wrong with a page for whoever does not see or point well."""
    found = servers.axe(page) + servers.targets_at_least_24(page)
    return list(found + servers.no_sideways_scroll(page, 320))


def test_a_promotion_is_proposed_on_a_phone_and_agreed_to_in_hr(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    moved.track()
    moved.plan()
    phone = visit("mara", f"/careers/people/{who.erin.id}/moves/new", viewport=PHONE)
    assert faults(phone) == []
    phone.get_by_role("link", name="Senior engineer, L2").click()
    phone.get_by_label("From").fill("2026-12-15")
    phone.get_by_role("button", name="See what changes").click()
    phone.get_by_text("From Tue 15 Dec").wait_for()
    phone.get_by_role("button", name="Propose it to HR").click()
    phone.get_by_role("heading", name="It is not proposed yet").wait_for()
    assert faults(phone) == []
    for note in phone.get_by_label("How it is met, or why without").all():
        note.fill("The release train.")
    phone.get_by_label("Why", exact=True).fill("She leads the release.")
    phone.get_by_role("button", name="Propose it to HR").click()
    phone.get_by_text("Waits for a second look by Helen Brandt").wait_for()
    assert faults(phone) == []

    desk = visit("helen", "/", viewport=DESKTOP)
    desk.get_by_role("link", name="Look at a proposed promotion").first.click()
    desk.get_by_text("The release train.").first.wait_for()
    assert faults(desk) == []
    desk.get_by_role("button", name="Agree").click()
    desk.get_by_text("Erin reads this now").wait_for()

    mine = visit("erin", "/careers/moves", viewport=PHONE, javascript=False)
    mine.get_by_role("link", name="Your promotion").click()
    mine.get_by_text("It begins Tue 15 Dec").wait_for()
    expect(mine.get_by_text("She leads the release.")).to_have_count(0)
