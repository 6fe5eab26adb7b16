"""A policy on a phone: two taps from Today, a wrong answer and its passage, and the receipt."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.compliance import following
from portal.documents.models import Document
from portal.policies.models import Acknowledgment
from tests.browser.conftest import DESKTOP
from tests.policies.conftest import CONDUCT, PLAIN

pytestmark = pytest.mark.browser

STATEMENT = "I have read this and will follow it."


@pytest.fixture
def publish(who: SimpleNamespace) -> Any:
    def make(source: str) -> Document:
        document = Document.start("policy", "Code of conduct", by=who.helen)
        document.publish(source, by=who.helen)
        following.follow_all()
        return document

    return make


def answer(page: Any, gift: str) -> None:
    page.get_by_text(gift, exact=True).click()
    for words in ("Your manager", "HR"):
        box = page.get_by_role("checkbox", name=words, exact=True)
        if not box.is_checked():
            box.check()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_policy_without_questions_is_two_taps_from_today(
    visit: Any, publish: Any, javascript: bool
) -> None:
    publish(PLAIN)
    page = visit("erin", javascript=javascript)
    page.get_by_role("link", name="Sign “Code of conduct”", exact=True).first.click()
    page.get_by_role("button", name=STATEMENT).click()
    page.get_by_text("Signed. This is your receipt.").wait_for()
    row = Acknowledgment.get()
    expect(page.get_by_text(row.record)).to_be_visible()


@pytest.mark.both_databases
@pytest.mark.parametrize("javascript", [True, False])
def test_a_wrong_answer_leads_to_its_passage_and_a_right_one_signs(
    visit: Any, publish: Any, javascript: bool
) -> None:
    publish(CONDUCT)
    page = visit("erin", javascript=javascript)
    page.get_by_role("link", name="Sign “Code of conduct”", exact=True).first.click()
    answer(page, "500 euros")
    page.get_by_role("button", name=STATEMENT).click()
    page.get_by_role("heading", name="This is not signed yet").wait_for()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.get_by_role("checkbox", name="HR", exact=True)).to_be_checked()
    page.get_by_text("The answer stands under").get_by_role("link", name="Gifts").click()
    assert re.search("#passage-gifts$", page.url)
    answer(page, "50 euros")
    page.get_by_role("button", name=STATEMENT).click()
    page.get_by_text("at attempt 2").wait_for()
    page.get_by_role("link", name="The exact text").click()
    expect(page.get_by_text("Take nothing worth more than 50 euros.")).to_be_visible()
    page.goto(page.url.split("/policies")[0] + "/")
    expect(page.locator(".group--done").get_by_text("Sign “Code of conduct”")).to_be_visible()


def test_a_text_that_changes_while_it_is_read_is_shown_anew(
    visit: Any, publish: Any, who: SimpleNamespace
) -> None:
    document = publish(PLAIN)
    page = visit("erin", f"/policies/{document.id}")
    changed = PLAIN.replace("Take nothing", "Accept nothing")
    Document.get_by_id(document.id).publish(changed, by=who.helen)
    page.get_by_role("button", name=STATEMENT).click()
    page.get_by_role("heading", name="The text changed while you were reading").wait_for()
    expect(page.get_by_text("Accept nothing worth more")).to_be_visible()
    page.get_by_role("button", name=STATEMENT).click()
    page.get_by_text("Signed. This is your receipt.").wait_for()


def test_hr_signs_for_somebody_without_a_mailbox(visit: Any, publish: Any) -> None:
    document = publish(CONDUCT)
    page = visit("helen", f"/policies/{document.id}", viewport=DESKTOP)
    page.get_by_role("link", name="Sign for somebody without e-mail").click()
    page.get_by_label("Who signs").fill("Ben Hartmann")
    page.keyboard.press("Enter")
    answer(page, "50 euros")
    page.get_by_role("button", name="Sign for Ben Hartmann").click()
    page.get_by_role("link", name=re.compile("Say how they told you")).wait_for()
    page.get_by_label("How they told you").fill("On paper, in the site office.")
    page.get_by_role("button", name="Sign for Ben Hartmann").click()
    page.get_by_text("Helen Brandt, on behalf of Ben Hartmann").wait_for()
    expect(page.get_by_text("On paper, in the site office.")).to_be_visible()
