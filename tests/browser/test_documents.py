"""Reading, finding, agreeing and looking again: on a phone, by keyboard, on paper."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.documents import keeping
from portal.documents.approvals import Approval
from portal.documents.head import find
from portal.documents.models import Document
from tests import servers
from tests.browser.conftest import DESKTOP, says_error

pytestmark = pytest.mark.browser

HEAD = "kind: page\ntitle: Time off\nsummary: How to plan it.\nowner: @it\nreview-by: 2026-12-10\n"
BASE = "/documents/page/time-off"


def text(body: str, more: str = "") -> str:
    return f"---\n{HEAD}{more}---\n{body}\n"


@pytest.fixture
def page_in_force(who: SimpleNamespace) -> Document:
    document = Document.start("page", "Time off", by=who.helen)
    document.publish(text("Rest is part of the *work*.\n\n## Vacation\nAsk early."), by=who.helen)
    return document


@pytest.fixture
def asked(page_in_force: Document, who: SimpleNamespace) -> Approval:
    source = text("Sleep is part of the *work*.", "approver: @it\n")
    return Approval.ask(page_in_force, source, find("@it"), by=who.helen, note="Sleep, not rest")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_approver_reads_and_agrees_on_a_phone(
    visit: Any, asked: Approval, javascript: bool
) -> None:
    page = visit("ida", javascript=javascript)
    page.get_by_role("link", name="Approve “Time off”").first.click()
    page.get_by_text("It is published the moment you approve").wait_for()
    expect(page.locator(".diff ins", has_text="Sleep is part")).to_have_count(1)
    page.get_by_role("link", name="Read it below, then answer").click()
    page.get_by_role("button", name="Approve and publish exactly this text").click()
    page.get_by_text("published as revision 2").first.wait_for()
    assert Document.get_by_id(asked.document_id).current.hash == asked.hash


def test_an_approver_sends_it_back_with_words_by_keyboard(visit: Any, asked: Approval) -> None:
    page = visit("ida", f"/documents/approvals/{asked.id}", viewport=DESKTOP)
    page.get_by_text("Send it back instead").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("It is not sent back yet").wait_for()
    says_error(page)
    page.get_by_label("What has to change").fill("Say until when.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Sent back by Ida").wait_for()
    writer = visit("helen", f"{BASE}/edit", viewport=DESKTOP)
    writer.get_by_text("Say until when.").wait_for()


def test_a_writer_asks_goes_on_and_asks_again(visit: Any, page_in_force: Document) -> None:
    page = visit("helen", f"{BASE}/edit", viewport=DESKTOP)
    page.locator("#source").fill(text("First try.", "approver: @it\n"))
    page.get_by_role("button", name="Ask IT for approval").click()
    page.get_by_text("With IT since").first.wait_for()
    page.goto(page.url.split("/documents")[0] + f"{BASE}/edit")
    page.get_by_text("This is the text they have.").wait_for()
    page.locator("#source").fill(text("Second try.", "approver: @it\n"))
    page.get_by_text("they still have the text as you sent it").wait_for()
    page.get_by_role("button", name="Ask IT again, with this text").click()
    page.get_by_text("It is with IT now").first.wait_for()
    waiting = Approval.get(Approval.decided_at.is_null())
    assert "Second try." in waiting.source and Approval.select().count() == 2


@pytest.mark.parametrize("javascript", [True, False])
def test_words_are_found_in_the_library(
    visit: Any, page_in_force: Document, javascript: bool
) -> None:
    page = visit("erin", "/documents", javascript=javascript)
    page.get_by_role("searchbox").fill("vacat")
    if not javascript:
        page.get_by_role("button", name="Search").click()
    page.locator("mark", has_text="Vacation").wait_for()
    assert "q=vacat" in page.url
    page.get_by_role("link", name="Time off").click()
    page.get_by_text("Kept by IT, next review Thu 10 Dec").wait_for()


def test_the_owner_says_it_is_still_right(visit: Any, page_in_force: Document) -> None:
    keeping.open_reviews()
    page = visit("ida")
    page.get_by_role("link", name="is it still right?").first.click()
    page.get_by_role("button", name="Reviewed, still right until Thu 18 Nov 2027").click()
    page.get_by_text("Looked at and still right").wait_for()


def test_who_is_meant_is_counted_while_writing(visit: Any, page_in_force: Document) -> None:
    page = visit("helen", f"{BASE}/edit", viewport=DESKTOP)
    page.locator("#source").fill(text("Words.", "audience: department = Sales\n"))
    page.get_by_text("For 2 people.").wait_for()
    page.get_by_role("link", name="Show the 2 people").click()
    page.get_by_text("Olga Søndergaard").wait_for()


def test_on_paper_it_is_the_text_with_its_marks_and_nothing_else(
    visit: Any, page_in_force: Document
) -> None:
    current = page_in_force.current
    assert current is not None
    for name in ("erin", "helen"):
        page = visit(name, BASE, viewport=DESKTOP)
        page.emulate_media(media="print")
        paper = page.locator("body").inner_text()
        mark = current.hash[:12]
        for said in ("Time off", "How to plan it.", "Rest is part", "Revision 1", mark):
            assert said in paper, (name, said)
        for chrome in (
            "History",
            "Documents",
            "Edit",
            "Today",
            "Search",
            "Retire",
            "Is it still right?",
        ):
            assert chrome not in paper, (name, chrome)
        expect(page.locator("nav.rail")).to_be_hidden()


def test_the_new_pages_are_clean(visit: Any, asked: Approval) -> None:
    addresses = (
        "/documents?q=sleep", "/documents?list=due", "/documents?list=approval",
        f"/documents/approvals/{asked.id}", f"/documents/reviews/{asked.document_id}",
        f"{BASE}/readers", "/documents/people?rule=department+%3D+Sales", f"{BASE}/edit", BASE,
    )  # fmt: skip
    page = visit("helen")
    origin = page.url.rstrip("/")
    for address in addresses:
        page.goto(origin + address)
        assert servers.faults(page) == [], address
    approver = visit("ida", f"/documents/approvals/{asked.id}")
    assert servers.axe(approver) == []
