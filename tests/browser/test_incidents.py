"""An incident on its way: told on a phone with a photo, answered at a desk, and closed."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.incidents.models import Incident
from tests import servers
from tests.browser.conftest import DESKTOP, PHONE
from tests.uploads.files import PNG

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

KEPT = "Object.keys(localStorage).some((name) => name.includes('incident'))"
PHOTO = {"name": "stairs.png", "mimeType": "image/png", "buffer": PNG}


@pytest.mark.parametrize("javascript", [True, False])
def test_an_incident_is_told_by_phone_answered_and_closed(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace, javascript: bool
) -> None:
    phone = visit("erin", "/incidents", viewport=PHONE, javascript=javascript)
    phone.get_by_role("link", name="Report an incident").click()
    phone.get_by_role("link", name="Safety").click()
    phone.get_by_label("What happened").fill("The handrail moves.")
    if javascript:
        # The page is lost before it was sent: the words are still on the phone.
        servers.holds(phone, KEPT)
        phone.goto(f"{site.url}/incidents/new/safety")
        phone.get_by_role("button", name="Go on with it").click()
        expect(phone.get_by_label("What happened")).to_have_value("The handrail moves.")
    phone.get_by_label("A photo").set_input_files(PHOTO)
    phone.get_by_label("Nobody: it was a near miss").check()
    phone.get_by_role("button", name="Send the report").click()
    phone.get_by_role("heading", name="This is not sent yet").wait_for()
    phone.get_by_label("Where").fill("Stairs to the roof")
    phone.get_by_role("button", name="Send the report").click()
    phone.get_by_text("It is with HR").wait_for()
    assert Incident.get().file_name == "stairs.png"
    if javascript:
        servers.holds(phone, f"!({KEPT})")

    desk = visit("helen", "/", viewport=DESKTOP, javascript=javascript)
    desk.get_by_role("link", name="Answer: Safety incident").first.click()
    desk.get_by_label("Answer Erin").fill("Thank you. Facilities looks at it today.")
    desk.get_by_role("button", name="Send the answer").click()
    desk.get_by_text("Erin reads it here.").wait_for()
    desk.get_by_text("Take a measure").click()
    desk.get_by_label("What is to be done").fill("Fasten the handrail")
    desk.get_by_label("Who does it").fill("Ida Sørensen")
    desk.get_by_label("By when").fill("2026-11-20")
    desk.get_by_role("button", name="Give it to them").click()
    desk.get_by_role("link", name="Fasten the handrail").wait_for()
    for page in (phone, desk):
        page.goto(f"{site.url}{Incident.get().url}")
        if javascript:
            faults = servers.axe(page) + servers.targets_at_least_24(page)
            assert faults + servers.no_sideways_scroll(page, 320) == []
    desk.get_by_text("Close it", exact=True).first.click()
    desk.get_by_label("What was learned").fill("Rails are looked at each spring.")
    desk.get_by_role("button", name="Close it").click()
    desk.get_by_text("Closed.", exact=True).first.wait_for()
    phone.reload()
    phone.get_by_text("Rails are looked at each spring.").wait_for()
    phone.get_by_text("Facilities looks at it today.").wait_for()
    phone.get_by_text("Fasten the handrail").wait_for()
