"""A course on a phone: found, read, failed at a question, passed; with and without scripts."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.learning.models import Attempt, Completion
from tests import servers
from tests.learning.conftest import SAFETY, put_in_force

pytestmark = pytest.mark.browser


def choose(page: Any, fire: str) -> None:
    page.get_by_label(fire, exact=True).check()
    page.get_by_label("Your manager", exact=True).check()


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_finds_a_course_reads_it_fails_a_question_and_passes(
    visit: Any, who: SimpleNamespace, javascript: bool
) -> None:
    put_in_force(SAFETY, who.helen)
    page = visit("erin", "/learning?list=all", javascript=javascript)
    page.get_by_role("searchbox").fill("safety")
    if javascript:
        page.wait_for_url(re.compile("q=safety"))
    else:
        page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Safety basics", exact=True).click()
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_role("heading", name="2 questions").wait_for()
    expect(page.get_by_text("Leave the house, then call.")).to_be_visible()
    assert servers.no_sideways_scroll(page, 320) == []
    page.get_by_label("Take your things", exact=True).check()
    if javascript:
        with page.expect_response("**/answers"):
            page.get_by_label("Your manager", exact=True).check()
        page.reload()
        expect(page.get_by_label("Take your things", exact=True)).to_be_checked()
    page.get_by_label("Your manager", exact=True).uncheck()
    page.get_by_role("button", name="Send in the answers").click()
    page.get_by_role("heading", name="This is not sent in yet").wait_for()
    choose(page, "Take your things")
    page.get_by_role("button", name="Send in the answers").click()
    page.get_by_text("1 of 2 answers were right, 50 %. 80 % are needed.").wait_for()
    page.get_by_role("link", name="Fire", exact=True).click()
    assert re.search("#passage-fire$", page.url)
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="2 questions").wait_for()
    choose(page, "Leave the house")
    page.get_by_role("button", name="Send in the answers").click()
    page.get_by_role("heading", name="Every answer was right").wait_for()
    assert Completion.get().score == 100 and Attempt.select().count() == 2
    page.get_by_role("link", name="Back to learning").click()
    expect(page.get_by_text(re.compile("^counts until"))).to_be_visible()
