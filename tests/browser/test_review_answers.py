"""Colleagues are named, answer without their names on a phone, and are read when it is over."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.reviews import following
from portal.reviews.answers import Nominee, Response
from portal.reviews.models import Cycle
from tests import servers
from tests.browser.conftest import PHONE
from tests.cast import NOW, TODAY
from tests.reviews.conftest import form, plan, review_of
from tests.reviews.saying import name_all, nominees, say

pytestmark = [pytest.mark.browser, pytest.mark.one_database]
WORDS = "#q-what-went-well"


@pytest.fixture
def cycle(who: SimpleNamespace) -> Cycle:
    for slug in ("annual", "peers"):
        form(slug)
    begun = Cycle.begin(plan(), [who.erin, who.mara], TODAY, by=who.helen)
    following.run()
    return begun


def kept(page: Any, count: int) -> None:
    """Until the device holds so many drafts."""
    servers.holds(
        page,
        "n => Object.keys(localStorage).filter(k => k.startsWith('draft:')).length === n",
        arg=count,
    )


def faults(page: Any) -> list[str]:
    return servers.axe(page) + servers.targets_at_least_24(page) + servers.no_sideways_scroll(page)


def test_what_is_typed_stays_on_the_device_until_it_is_sent_once(
    visit: Any, site: SimpleNamespace, cycle: Cycle
) -> None:
    ben = name_all(cycle)["ben"]
    page = visit("ben", "/", viewport=PHONE)
    sent: list[str] = []
    page.context.on("request", lambda asked: asked.method == "POST" and sent.append(asked.url))
    page.get_by_role("link", name="What you say of Erin Castellanos").first.click()
    page.get_by_text("What we cannot rule out").wait_for()
    assert faults(page) == []
    page.get_by_text("2 Good").click()
    page.get_by_role("radio", name="2 Good").press("Enter")
    page.locator(WORDS).fill("CANARY she answers before one asks")
    kept(page, 1)
    assert "CANARY" not in page.evaluate("JSON.stringify(localStorage)")
    # The tab dies in the middle of it, and Enter sends nothing.
    other = page.context.new_page()
    page.close()
    other.goto(f"{site.url}/reviews/answers/{ben.id}")
    other.get_by_role("button", name="Go on with it").click()
    expect(other.locator(WORDS)).to_have_value("CANARY she answers before one asks")
    late = other.context.new_page()
    late.goto(f"{site.url}/reviews/answers/{ben.id}")
    assert sent == []
    assert Response.select().count() == 0

    other.get_by_role("button", name="Send it once, without your name").click()
    other.get_by_text("You have answered.").wait_for()
    assert faults(other) == []
    kept(other, 0)
    assert "CANARY" not in other.content()
    assert len(sent) == 1
    assert Nominee.get_by_id(ben.id).has_answered

    late.get_by_text("3 Great").click()
    late.locator(WORDS).fill("Once more")
    late.get_by_role("button", name="Send it once, without your name").click()
    late.get_by_text("Not sent: you have answered already").wait_for()
    expect(late.get_by_text("Once more")).to_be_visible()
    assert Response.select().count() == 2


@pytest.mark.parametrize("javascript", [True, False])
def test_named_agreed_to_answered_and_read(
    visit: Any, site: SimpleNamespace, cycle: Cycle, javascript: bool
) -> None:
    review = review_of(cycle, "erin")
    erin = visit("erin", f"{review.url}/nominees", viewport=PHONE, javascript=javascript)
    erin.get_by_role("button", name="Ben Hartmann").click()
    erin.get_by_text("Ben Hartmann is proposed.").wait_for()
    for name in ("Olga Søndergaard", "Ida Sørensen"):
        erin.get_by_label("Somebody who saw your work").fill(name)
        erin.get_by_role("button", name="Propose them").click()
        erin.get_by_text(f"{name} is proposed.").wait_for()
    erin.get_by_label("Somebody who saw your work").fill("Somebody else")
    erin.get_by_role("button", name="Propose them").click()
    erin.get_by_role("heading", name="Nobody was added").wait_for()

    mara = visit("mara", "/", viewport=PHONE, javascript=javascript)
    mara.get_by_role("link", name="Whom to ask about Erin Castellanos").first.click()
    assert not javascript or faults(mara) == []
    mara.get_by_role("button", name=re.compile("Take out.*Ida")).click()
    mara.get_by_text("Ida Sørensen is not asked.").wait_for()
    mara.get_by_role("button", name="Undo").click()
    mara.get_by_text("Ida Sørensen is named again.").wait_for()
    mara.get_by_role("button", name="Agree to all 3").click()
    mara.get_by_text("You agreed to 3 colleagues.").wait_for()

    asked = nominees(cycle, "erin")
    ben = visit("ben", f"/reviews/answers/{asked['ben'].id}", javascript=javascript)
    ben.get_by_role("button", name="Send it once").click()
    ben.get_by_role("heading", name="This is not sent yet").wait_for()
    ben.get_by_text("3 Great").click()
    ben.locator(WORDS).fill("Her notes")
    ben.get_by_role("button", name="Send it once").click()
    ben.get_by_text("You have answered.").wait_for()
    for name in ("olga", "ida"):
        assert say(asked[name], f"What {name} saw")

    clock.set_source(lambda: NOW + timedelta(days=11))
    following.run()
    mara.goto(f"{site.url}{review.url}")
    mara.get_by_role("link", name="Read what they said").click()
    mara.get_by_text("Her notes").wait_for()
    assert not javascript or faults(mara) == []
    lines = mara.locator("#said-peers li").all_inner_texts()
    assert lines == ["Her notes", "What ida saw", "What olga saw"]
