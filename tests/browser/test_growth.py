"""Growth in a browser: a gap becomes three duties in one tap, and a mentor is found and answers."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.assignments.models import Assignment
from tests import servers
from tests.browser.conftest import DESKTOP, PHONE
from tests.growth.conftest import make_things, mentor, says, task

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def test_a_gap_becomes_three_duties_in_one_tap_on_a_phone(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    make_things()
    mentor("otto", line="I was shy.")
    says("erin", "mara", 1)
    phone = visit("erin", "/growth", viewport=PHONE)
    phone.get_by_role("link", name="Talking").click()
    phone.get_by_label("Ask Otto Weiß to be a mentor").wait_for()
    faults = servers.axe(phone) + servers.targets_at_least_24(phone)
    assert faults + servers.no_sideways_scroll(phone, 320) == []
    phone.get_by_role("button", name="Take it on").click()
    phone.get_by_text("Your plan is under way.").wait_for()
    phone.get_by_text("Otto is asked").wait_for()
    opened = {row.kind for row in Assignment.select().where(Assignment.is_open())}
    assert opened == {"course", "mentoring", "plan_step"}
    phone.get_by_role("button", name="Done").click()
    phone.get_by_text("1 of 3 steps done").wait_for()
    faults = servers.axe(phone) + servers.targets_at_least_24(phone)
    assert faults + servers.no_sideways_scroll(phone, 320) == []
    phone.goto(f"{site.url}/")
    phone.get_by_role("link", name="Take “Speaking up”").first.wait_for()


def test_without_javascript_a_mentor_and_a_task_are_asked_for_and_answer(
    visit: Any, who: SimpleNamespace, site: SimpleNamespace
) -> None:
    make_things()
    task("mara")
    desk = visit("otto", "/growth/mentors", viewport=DESKTOP, javascript=False)
    desk.get_by_role("link", name="Be a mentor").first.click()
    desk.get_by_label("Talking").check()
    desk.get_by_label("How many people at once").fill("9")
    desk.get_by_role("button", name="Put me on the list").click()
    desk.get_by_role("heading", name="You are not on the list yet").wait_for()
    desk.get_by_label("How many people at once").fill("1")
    desk.get_by_role("button", name="Put me on the list").click()
    phone = visit("erin", "/growth/mentors", viewport=PHONE, javascript=False)
    phone.get_by_role("link", name="Otto Weiß").click()
    phone.get_by_label("A few words to them").fill("I would like to speak up.")
    phone.get_by_role("button", name="Ask Otto").click()
    phone.get_by_text("Otto has it on Today").first.wait_for()
    desk.goto(f"{site.url}/")
    desk.get_by_role("link", name="Answer a request to be a mentor").first.click()
    desk.get_by_text("I would like to speak up.").wait_for()
    desk.get_by_role("button", name="Say yes").click()
    desk.get_by_text("You meet since").wait_for()
    phone.goto(f"{site.url}/growth/stretch")
    phone.get_by_role("link", name="Run the demo day").click()
    phone.get_by_role("button", name="Ask for it").click()
    lead = visit("mara", "/", viewport=PHONE, javascript=False)
    lead.get_by_role("link", name="Answer who asks for").first.click()
    lead.get_by_role("button", name="Give it to Erin").click()
    lead.get_by_text("Erin has it on Today now.").wait_for()
    phone.reload()
    phone.get_by_label("What you did and learned").fill("I stood there, and it went well.")
    phone.get_by_role("button", name="It is done").click()
    lead.reload()
    lead.get_by_role("button", name="Confirm it").click()
    lead.get_by_text("Confirmed. Thank Erin.").wait_for()
