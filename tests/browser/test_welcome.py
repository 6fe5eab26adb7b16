"""A joiner without an account, by the link in a letter to the private address."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.checklists.models import Checklist
from portal.documents.models import Document
from portal.mail.jobs import send_letters
from tests import servers
from tests.browser.conftest import PHONE
from tests.cast import MONDAY

pytestmark = pytest.mark.browser

PRIVATE = "nia@home.example"


@pytest.fixture
def link(plan: Document, who: SimpleNamespace, visit: Any, site: SimpleNamespace) -> str:
    """What Nia finds in her private mail after Helen pressed the button."""
    who.nia.correct(by=who.helen, second_email=PRIVATE)
    running = Checklist.start(plan.current, who.nia, MONDAY, by=who.helen)
    page = visit("helen", f"/checklists/{running.id}")
    page.get_by_role("button", name="Send the welcome link").click()
    page.get_by_text(f"on its way to {PRIVATE}").wait_for()
    send_letters()
    [letter] = [one for one in site.sink.messages if one["To"] == PRIVATE]
    body = letter.get_body(("plain",)).get_content()
    found = re.search(r"http://\S+/pass/\S+", body)
    assert found, body
    return found.group()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_packet_is_opened_and_worked_through_on_a_phone(
    link: str, chromium: Any, javascript: bool
) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=javascript)
    context.set_default_timeout(servers.PATIENCE)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Open it").click()
    page.get_by_role("heading", name="Welcome, Nia").wait_for()
    tick = page.get_by_role("button", name=re.compile("^Mark “")).first
    label = tick.get_attribute("aria-label") or ""
    title = label.removeprefix("Mark “").removesuffix("” as done")
    tick.click()
    page.get_by_text(f"Done: {title}").wait_for()
    page.reload()
    page.get_by_role("heading", name="Done already").wait_for()
    assert page.url.endswith("/welcome")
    expect(page.get_by_role("link", name=title, exact=True)).to_be_visible()
    context.close()
