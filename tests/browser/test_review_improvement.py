"""An improvement plan on a phone, from its start to its end."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal import clock
from portal.reviews import following
from portal.reviews.improvement_said import EXTENDED, ImprovementOutcome, ImprovementWord
from tests import cast
from tests.reviews.improving import publish

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

POINTS = "Two points, each with its day, and one sees both in the log."


@pytest.mark.parametrize("javascript", [True, False])
def test_it_is_started_written_read_looked_at_and_decided(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace, javascript: bool
) -> None:
    publish()
    mara = visit("mara", "/reviews/team", javascript=javascript)
    mara.get_by_role("link", name="Improvement plans").click()
    mara.get_by_role("link", name="Start one").click()
    mara.get_by_role("link", name="Erin Castellanos").click()
    mara.get_by_role("button", name="Write down what has to change").click()
    mara.get_by_role("heading", name="What has to change").wait_for()
    for field in mara.locator("main form textarea, main form input[type=text]").all():
        if field.is_visible():
            field.fill(POINTS)
    mara.get_by_role("button", name="Send it to Erin").click()
    mara.get_by_text("Erin reads it from now on.").wait_for()

    erin = visit("erin", javascript=javascript)
    erin.get_by_role("link", name="Read your review: Improvement plan").first.click()
    erin.get_by_text(POINTS).first.wait_for()
    erin.get_by_role("button", name="I have read this").click()
    erin.get_by_text("Signed: you have read it.").wait_for()

    clock.set_source(lambda: cast.NOW + timedelta(days=12))
    following.run()
    for page, words in ((erin, "Three of five."), (mara, "All five, by now.")):
        page.goto(site.url)
        page.get_by_role("link", name="Say how it goes").first.click()
        page.get_by_label("Partly there").check()
        page.get_by_label("In a sentence or two").fill(words)
        page.get_by_role("button", name="Say how it goes").click()
        page.get_by_text(words).wait_for()
    assert ImprovementWord.select().count() == 2

    mara.get_by_role("link", name="Decide how it ended").click()
    mara.get_by_label("Extended", exact=True).check()
    mara.get_by_label("Extended until").fill("2027-03-01")
    mara.get_by_label("Why").fill("Half of it is there.")
    mara.get_by_role("button", name="Decide, and tell Erin").click()
    mara.get_by_text("Extended until Mon 1 Mar 2027").wait_for()
    erin.goto(site.url)
    erin.get_by_role("link", name="Read what was decided").first.click()
    erin.get_by_role("button", name="I have read this").click()
    erin.get_by_text("Noted: you have read it.").wait_for()
    outcome = ImprovementOutcome.get()
    assert outcome.sort == EXTENDED and outcome.read_at is not None
