"""Praise on a phone; and a request for feedback, answered with JavaScript off."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.documents.models import Document
from portal.feedback.asking import FeedbackAsk, FeedbackRequest
from portal.feedback.models import LINE, Note
from portal.feedback.praise import Praise
from tests import servers
from tests.browser.conftest import PHONE
from tests.feedback.conftest import VALUES

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def until_kept(page: Any, count: int) -> None:
    """Until the device holds so many drafts."""
    servers.holds(
        page,
        "n => Object.keys(localStorage).filter(k => k.startsWith('draft:')).length === n",
        arg=count,
    )


def test_somebody_is_praised_on_a_phone_and_takes_it_off_the_page(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    document = Document.start("values", "What we stand for", by=who.helen)
    document.publish(VALUES, by=who.helen)
    phone = visit("ben", "/praise", viewport=PHONE)
    phone.get_by_role("link", name="Praise somebody").first.click()
    everybody, alone = (phone.get_by_text(words) for words in (
        "everybody at work reads it, with your name", "Their manager does not, nor does HR."
    ))  # fmt: skip
    # Until something is chosen, both sentences stand there.
    expect(everybody).to_be_visible()
    expect(alone).to_be_visible()
    phone.get_by_role("button", name="Send the praise").click()
    phone.get_by_role("heading", name="This is not sent yet").wait_for()
    whom = phone.get_by_label("Whom do you praise?")
    whom.press_sequentially("Erin Castellanos, ida")
    offered = phone.locator('#colleagues option[value="Erin Castellanos, Ida Sørensen"]')
    offered.wait_for(state="attached")
    whom.fill("Erin Castellanos, Ida Sørensen")
    phone.get_by_label("What did they do?").fill("The release went out on time.")
    phone.get_by_label("We help first").check()
    phone.get_by_label("Private: only you").check()
    expect(alone).to_be_visible()
    expect(everybody).to_be_hidden()
    phone.get_by_label("Public: everybody at work").check()
    expect(everybody).to_be_visible()
    expect(alone).to_be_hidden()
    faults = servers.axe(phone) + servers.targets_at_least_24(phone)
    assert faults + servers.no_sideways_scroll(phone, 320) == []
    # The page is lost before it was sent: the device has kept it.
    until_kept(phone, 1)
    phone.goto(f"{site.url}/praise/new")
    phone.get_by_role("button", name="Go on with it").click()
    expect(whom).to_have_value("Erin Castellanos, Ida Sørensen")
    expect(phone.get_by_label("We help first")).to_be_checked()
    phone.get_by_role("button", name="Send the praise").click()
    phone.get_by_text("The release went out on time.").wait_for()
    until_kept(phone, 0)
    assert Praise.get().is_public

    theirs = visit("erin", "/feedback?show=praise", viewport=PHONE)
    for page in (phone, theirs):
        faults = servers.axe(page) + servers.targets_at_least_24(page)
        assert faults + servers.no_sideways_scroll(page, 320) == []
    theirs.get_by_role("button", name="Take it off the page").click()
    theirs.get_by_text("It is off the page. You keep it here.").wait_for()
    phone.goto(f"{site.url}/praise")
    phone.get_by_text("Nothing yet.").wait_for()
    theirs.get_by_role("button", name="Undo").click()
    theirs.get_by_text("may stand on the page again").wait_for()
    phone.reload()
    phone.get_by_text("The release went out on time.").wait_for()


def test_a_request_is_sent_and_answered_without_javascript(
    visit: Any, site: SimpleNamespace
) -> None:
    erin = visit("erin", "/feedback", viewport=PHONE, javascript=False)
    erin.get_by_role("link", name="Ask for feedback").first.click()
    erin.get_by_label("Whom do you ask?").fill("Ben Hartmann, Olga Søndergaard")
    erin.get_by_label("Your question").fill("What should I do more of?")
    erin.get_by_role("button", name="Ask them").click()
    erin.get_by_text("It waits for 2 of 2.").wait_for()

    ben = visit("ben", "/", viewport=PHONE, javascript=False)
    ben.get_by_role("link", name="Give Erin Castellanos feedback").first.click()
    ben.get_by_text("What should I do more of?").wait_for()
    ben.get_by_role("button", name="Send it").click()
    ben.get_by_role("heading", name="This is not sent yet").wait_for()
    ben.get_by_label("What I saw").fill("You ask what nobody dares to ask.")
    ben.get_by_label("Erin and whoever leads Erin: today Dora Lindqvist and Mara Okafor").check()
    ben.get_by_role("button", name="Send it").click()
    ben.get_by_text("Erin reads it now.").first.wait_for()

    olga = visit("olga", "/", viewport=PHONE, javascript=False)
    olga.get_by_role("link", name="Give Erin Castellanos feedback").first.click()
    olga.get_by_role("button", name="I would rather not").click()
    olga.get_by_text("Erin sees that you do not answer.").first.wait_for()

    erin.reload()
    erin.get_by_text("Does not answer").wait_for()
    erin.get_by_role("link", name="Read what they said").click()
    erin.get_by_text("You ask what nobody dares to ask.").wait_for()
    erin.get_by_role("button", name="I have read it, thank you").click()
    erin.get_by_text("You have read it.", exact=True).wait_for()
    assert Note.get().acknowledged_at is not None
    mara = visit("mara", f"/feedback/people/{Note.get().about_id}", javascript=False)
    mara.get_by_text("You ask what nobody dares to ask.").wait_for()


def test_every_page_that_holds_something_can_be_read_and_pressed(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    Note.give(who.erin, by=who.ben, readers=LINE, saw="You listened.", more="Go on.")
    made = FeedbackRequest.ask(
        who.erin, [who.ben, who.ida], "What should I do more of?", by=who.erin
    )
    ask = FeedbackAsk.get(FeedbackAsk.person == who.ben)
    praise = Praise.give([who.erin], "Good.", None, is_public=True, by=who.ben)
    for name, addresses in (
        ("erin", ("/feedback", made.url, praise.url)), ("mara", ("/feedback?show=shared",)),
        ("ben", (ask.url, "/feedback?show=given")), ("helen", (praise.url, "/praise?show=removed")),
    ):  # fmt: skip
        page = visit(name, addresses[0], viewport=PHONE)
        for address in addresses:
            page.goto(f"{site.url}{address}")
            faults = servers.axe(page) + servers.targets_at_least_24(page)
            assert faults + servers.no_sideways_scroll(page, 320) == [], (name, address)
