"""Goals on a phone: set, said how it goes in one tap, ended; with JavaScript and without."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.goals import asking
from portal.goals.checkins import CheckIn
from portal.goals.models import CHECK_IN, Goal
from tests import servers
from tests.browser.conftest import PHONE
from tests.goals.conftest import counted

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def test_a_check_in_is_one_tap_on_a_phone(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace, move_clock: Any
) -> None:
    goal = Goal.begin(
        by=who.erin, person=who.erin, title="Calm nights", sort="okr",
        results=[counted("calls at night", 14, 6)],
    )  # fmt: skip
    move_clock(days=28)
    asking.ask()
    phone = visit("erin", "/", viewport=PHONE)
    phone.get_by_role("button", name=re.compile("At risk.*Calm nights")).click()
    phone.get_by_text("Noted: at risk.").wait_for()
    assert [one.state for one in CheckIn.of(goal)] == ["at_risk"]
    phone.get_by_role("button", name="Undo").click()
    phone.get_by_text("Taken back.").wait_for()
    assert CheckIn.of(goal) == [] and Assignment.get(Assignment.kind == CHECK_IN).settled_at is None

    phone.goto(f"{site.url}/goals")
    phone.get_by_text("Add a sentence").click()
    phone.get_by_label("A sentence").fill("The scheduler is gone.")
    phone.get_by_label("calls at night").fill("many")
    phone.get_by_role("button", name=re.compile("On track")).click()
    phone.get_by_text("Write a number, such as 12 or 4.5.").first.wait_for()
    phone.get_by_label("calls at night").fill("10")
    phone.get_by_role("button", name=re.compile("On track")).click()
    phone.get_by_text("“The scheduler is gone.”").wait_for()
    phone.get_by_text("50 %").wait_for()
    for path in ("/goals", goal.url, "/goals/tree", "/goals/new", "/goals/log"):
        phone.goto(f"{site.url}{path}")
        faults = servers.axe(phone) + servers.targets_at_least_24(phone)
        assert faults + servers.no_sideways_scroll(phone, 320) == [], path


def test_a_goal_is_set_said_and_ended_without_javascript(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    boss = visit("mara", f"/goals/people/{who.erin.id}", viewport=PHONE, javascript=False)
    boss.get_by_role("link", name="Set a goal for Erin").click()
    boss.get_by_role("button", name="Set it for Erin").click()
    boss.get_by_role("heading", name="This is not saved yet").wait_for()
    boss.get_by_label("What is to be reached").fill("Calm nights")
    boss.get_by_label("In words").first.fill("calls at night")
    boss.get_by_label("From", exact=True).first.fill("14")
    boss.get_by_label("To", exact=True).first.fill("6")
    boss.get_by_role("button", name="Set it for Erin").click()
    boss.get_by_text("Erin finds it in Today").wait_for()

    phone = visit("erin", "/", viewport=PHONE, javascript=False)
    phone.get_by_role("button", name="Seen").click()
    phone.goto(f"{site.url}/goals")
    phone.get_by_role("button", name=re.compile("Off.*Calm nights")).click()
    phone.get_by_text("Noted: off.").wait_for()
    phone.get_by_role("link", name="Calm nights").click()
    phone.get_by_label("calls at night").fill("8")
    phone.get_by_role("button", name=re.compile("On track")).click()
    phone.get_by_text("75 %").first.wait_for()
    phone.get_by_text("End it").click()
    phone.get_by_label("Partly met").check()
    phone.get_by_role("button", name="End the goal").click()
    phone.get_by_text("Ended: partly met.").wait_for()
    phone.get_by_role("button", name="Undo").click()
    phone.get_by_text("It is open again.").wait_for()
    phone.goto(f"{site.url}/")
    phone.get_by_text("Note what you got done").click()
    phone.get_by_label("In a line").fill("Slept through a release.")
    phone.get_by_role("button", name="Note it").click()
    phone.get_by_text("It stands in your log.").wait_for()
    phone.goto(f"{site.url}/goals/log")
    phone.get_by_text("Slept through a release.", exact=True).wait_for()
