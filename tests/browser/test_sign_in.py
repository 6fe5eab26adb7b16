"""Coming in by a mailed code, and what is left after going out."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.mail.jobs import send_letters
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser


def test_a_code_arrives_by_mail_and_opens_the_door(chromium: Any, site: SimpleNamespace) -> None:
    page = chromium.new_context(viewport=PHONE).new_page()
    page.goto(f"{site.url}/people")
    page.get_by_label("Your work e-mail").fill("ERIN@halden.example")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("The six digits").wait_for()
    send_letters()
    text = site.sink.messages[0].get_body(("plain",)).get_content()
    code = re.search(r"\b\d{6}\b", text)
    assert code is not None
    page.get_by_label("The six digits").fill(code.group())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="People").wait_for()
    assert page.url == f"{site.url}/people"


def test_the_back_button_shows_nothing_after_signing_out(visit: Any, site: SimpleNamespace) -> None:
    page = visit("erin", "/people")
    page.goto(f"{site.url}/me")
    page.get_by_role("button", name="Sign out").last.click()
    page.wait_for_url("**/sign-in")
    page.go_back()
    page.wait_for_url("**/sign-in**")
    assert page.get_by_text("Dora Lindqvist").count() <= 1
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
