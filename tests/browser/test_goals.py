"""Goals on a phone: set, said how it goes in one tap, ended; with JavaScript and without."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

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
    servers.holds(phone, "Object.keys(localStorage).some((name) => name.includes('check-in'))")
    phone.reload()
    phone.get_by_role("button", name="Go on with it").click()
    field = phone.get_by_label("A sentence")
    expect(field).to_have_value("The scheduler is gone.")
    on_track = phone.get_by_role("button", name=re.compile("On track"))
    assert field.bounding_box()["y"] < on_track.bounding_box()["y"], "no way back up"
    phone.get_by_label("calls at night").fill("many")
    phone.get_by_role("button", name=re.compile("On track")).click()
    phone.get_by_text("Write a number, such as 12 or 4.5.").first.wait_for()
    phone.get_by_label("calls at night").fill("10")
    phone.get_by_label("A sentence").press("Enter")
    phone.get_by_text("Say how it goes: on track, at risk or off.").wait_for()
    phone.get_by_role("button", name=re.compile("On track")).click()
    phone.get_by_text("“The scheduler is gone.”").wait_for()
    phone.get_by_text("50 %").wait_for()
    servers.holds(phone, "!Object.keys(localStorage).some((name) => name.includes('check-in'))")
    phone.reload()
    phone.get_by_text("“The scheduler is gone.”").wait_for()
    phone.wait_for_load_state("networkidle")
    expect(phone.locator(".draft-offer")).to_have_count(0)
    for path in ("/goals", goal.url, "/goals/tree", "/goals/new", "/goals/log"):
        phone.goto(f"{site.url}{path}")
        faults = servers.axe(phone) + servers.targets_at_least_24(phone)
        assert faults + servers.no_sideways_scroll(phone, 320) == [], path
    phone.goto(f"{site.url}/goals/log")
    button = phone.get_by_role("button", name="Note it").bounding_box()
    assert phone.locator(".empty").bounding_box()["y"] >= button["y"] + button["height"] + 16
    other = visit("ben", "/goals", viewport=PHONE)
    line = "(one) => getComputedStyle(one).borderBlockStartWidth"
    assert other.locator(".empty").evaluate(line) == "0px", "the tabs have drawn one already"


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


def test_a_large_tree_opens_branch_by_branch(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    said: dict[str, Any] = {"sort": "okr", "results": [], "by": who.helen}
    top = Goal.begin(title="Calm work", **said)
    middle = [Goal.begin(title=f"Part {n}", parent=top, **said) for n in range(32)]
    Goal.begin(title="Lowest of all", parent=middle[0], **said)
    phone = visit("erin", "/goals/tree", viewport=PHONE)
    phone.get_by_text("32 goals hang on it, 33 in all").click()
    phone.get_by_text("Part 31").wait_for()
    phone.get_by_text("1 goal hangs on it").click()
    phone.get_by_text("Lowest of all").wait_for()
    assert servers.axe(phone) + servers.no_sideways_scroll(phone, 320) == []
    plain = visit("ben", "/goals/tree", viewport=PHONE, javascript=False)
    plain.get_by_text("32 goals hang on it, 33 in all").click()
    plain.get_by_role("link", name="Show them").click()
    plain.get_by_role("heading", name="What hangs on it: Calm work").wait_for()
    plain.get_by_role("link", name="The whole tree").click()
    plain.get_by_label("Find a goal by its title").fill("lowest")
    plain.get_by_role("button", name="Show").click()
    plain.get_by_role("link", name="Lowest of all").click()
    plain.get_by_role("heading", name="Lowest of all").wait_for()


def test_two_who_edit_at_once_see_both_texts_and_what_was_begun_is_offered_again(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    goal = Goal.begin(by=who.mara, person=who.erin, title="Calm nights", sort="okr", results=[])
    boss = visit("mara", f"{goal.url}/edit", viewport=PHONE)
    goal.change(by=who.erin, results=[], title="Calm nights for all of us")
    boss.get_by_label("What is to be reached").fill("Quiet nights")
    boss.get_by_role("button", name="Save the goal").click()
    boss.get_by_role("heading", name="Erin Castellanos changed it meanwhile").wait_for()
    boss.locator(".versions").get_by_text("Calm nights for all of us").wait_for()
    expect(boss.get_by_label("What is to be reached")).to_have_value("Quiet nights")
    faults = servers.axe(boss) + servers.no_sideways_scroll(boss, 320)
    assert faults == []
    boss.get_by_role("button", name="Save the goal").click()
    boss.get_by_text("Saved.").wait_for()
    assert Goal.get().title == "Quiet nights"

    boss.goto(f"{site.url}/goals/new")
    boss.get_by_label("What is to be reached").fill("Begun on the train")
    servers.holds(boss, "Object.keys(localStorage).some((name) => name.includes('goal-for'))")
    boss.goto(f"{site.url}/goals/new")
    boss.get_by_role("button", name="Go on with it").click()
    expect(boss.get_by_label("What is to be reached")).to_have_value("Begun on the train")
    boss.get_by_role("button", name="Set the goal").click()
    boss.get_by_text("Your goal stands.").wait_for()
    servers.holds(boss, "!Object.keys(localStorage).some((name) => name.includes('goal-for'))")
