"""A one-on-one on two phones: prepared by both, held, and what was agreed is on Today."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.oneonones.models import OneOnOne, Talk
from portal.oneonones.notes import PrivateNote
from tests import servers
from tests.browser.conftest import DESKTOP, PHONE
from tests.cast import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.mark.parametrize("javascript", [True, False])
def test_two_people_prepare_meet_and_agree_on_something(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace, javascript: bool
) -> None:
    erin = visit("erin", "/one-on-ones", viewport=PHONE, javascript=javascript)
    erin.get_by_role("link", name="Mara Okafor").click()
    erin.get_by_label("Every two weeks").check()
    erin.get_by_label("The next talk").fill(str(TODAY))
    erin.get_by_role("button", name="Begin with Mara").click()
    for words in ("The on-call week", "A second screen"):
        erin.get_by_label("A point to talk about").fill(words)
        erin.get_by_role("button", name="Add it").click()
        erin.get_by_text(words, exact=True).wait_for()
    private = erin.get_by_label("For you alone")
    private.fill("Say that it worries me")
    if javascript:
        erin.locator("#private-state", has_text="Saved Wed 18 Nov").wait_for()
    else:
        erin.get_by_role("button", name="Save the notes").last.click()
        erin.get_by_text("Saved.", exact=True).wait_for()
    assert PrivateNote.get().words == "Say that it worries me"

    mara = visit("mara", "/", viewport=DESKTOP, javascript=javascript)
    mara.get_by_role("link", name="One-on-one with Erin Castellanos").first.click()
    assert "Say that it worries me" not in mara.content()
    line = mara.get_by_label("A point to talk about")
    line.fill("Half a thou")
    mara.get_by_role("button", name="Talked about: The on-call week").click()
    mara.get_by_role("button", name="Not talked about yet: The on-call week").wait_for()
    mara.get_by_label("More: A second screen").click()
    mara.get_by_role("button", name="Move it up").click()
    mara.locator("#points li").first.get_by_text("A second screen").wait_for()
    mara.get_by_label("More: A second screen").click()
    mara.get_by_role("button", name="I do it").click()
    mara.get_by_text("It is on your Today.").wait_for()
    mara.locator("#agreed").get_by_text("A second screen").wait_for()
    if javascript:
        expect(line).to_have_value("Half a thou")
    mara.get_by_label("What you two keep").fill("Two people a week from December on.")
    if javascript:
        mara.locator("#notes-state", has_text="Saved Wed 18 Nov").wait_for()
    else:
        mara.get_by_role("button", name="Save the notes").first.click()
        mara.get_by_text("Saved.", exact=True).wait_for()
    mara.get_by_role("button", name="We met").click()
    mara.get_by_text("You met. What is open carries over.").wait_for()
    if javascript:
        mara.get_by_role("button", name="Use it").click()
        expect(line).to_have_value("Half a thou")
        line.fill("")
    assert OneOnOne.get().coming().planned_on == TODAY + timedelta(weeks=2)
    assert Talk.get(Talk.number == 1).notes == "Two people a week from December on."

    mara.goto(f"{site.url}/")
    mara.get_by_role("button", name="A second screen").click()
    mara.get_by_text("Done since yesterday" if not javascript else "Done.").first.wait_for()
    erin.goto(f"{site.url}{OneOnOne.get().url}")
    erin.get_by_role("button", name="To be done again: A second screen").wait_for()
    erin.get_by_role("link", name="Wed 18 Nov").click()
    erin.get_by_label("What you two keep").wait_for()
    expect(erin.get_by_label("For you alone")).to_have_value("Say that it worries me")
    if javascript:
        for page in (erin, mara):
            page.goto(f"{site.url}{OneOnOne.get().url}")
            faults = servers.axe(page) + servers.targets_at_least_24(page)
            assert faults + servers.no_sideways_scroll(page, 320) == []
