"""A review from sharing to reply on a phone, and its rating compared at a desk."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal import clock
from portal.reviews import following
from portal.reviews.calibration import CalibrationSession
from portal.reviews.models import Cycle
from portal.reviews.receipts import Receipt
from portal.reviews.remarks import Remark
from portal.reviews.steps import MANAGER, SELF
from tests import cast
from tests.browser.conftest import DESKTOP, PHONE
from tests.reviews.conftest import form, part_of, plan, review_of, send

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def on_day(days: int) -> None:
    clock.set_source(lambda: cast.NOW + timedelta(days=days))
    following.run()


@pytest.mark.parametrize("javascript", [True, False])
def test_it_is_shared_compared_read_signed_and_answered(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace, javascript: bool
) -> None:
    for slug in ("annual", "peers"):
        form(slug)
    cycle = Cycle.begin(plan(), [who.erin, who.ben], cast.TODAY, by=who.helen)
    on_day(0)
    send(part_of(cycle, "erin", SELF), "3", "Mostly well.")
    url = review_of(cycle, "erin").url

    erin = visit("erin", url, viewport=PHONE, javascript=javascript)
    erin.get_by_role("link", name="Share with Mara").click()
    erin.get_by_role("button", name="Share it now").click()
    erin.get_by_text("You have shared it.").wait_for()

    on_day(11)
    for name in ("erin", "ben"):
        send(part_of(cycle, name, MANAGER), "3", f"What I think of {name}.")
    on_day(21)
    helen = visit("helen", f"{cycle.url}/calibration", viewport=DESKTOP, javascript=javascript)
    helen.get_by_label("In groups by").select_option("Department")
    helen.get_by_role("button", name="Begin the session").click()
    helen.get_by_role("link", name=re.compile("Change.*Erin")).click()
    helen.get_by_label("The rating is").select_option("2 Good")
    helen.get_by_label("Why").fill("Like Ben’s work.")
    helen.get_by_role("button", name="Change it for Erin").click()
    helen.get_by_text("Changed, with your reason: Erin.").wait_for()
    helen.get_by_role("button", name="Lock it").click()
    helen.get_by_text("No rating in it changes any more.").first.wait_for()
    assert CalibrationSession.get().locked_at is not None

    on_day(26)
    erin.goto(f"{site.url}{url}")
    erin.get_by_text("What I think of erin.").wait_for()
    assert "2 Good" in erin.content() and "Like Ben’s work." not in erin.content()
    erin.get_by_role("button", name="I have read this").click()
    erin.get_by_text("Signed: you have read it.").wait_for()
    erin.get_by_label("What you want to say").fill("Thank you, and one thing.")
    erin.get_by_role("button", name="Send my reply").click()
    erin.get_by_text("Thank you, and one thing.").wait_for()
    assert Receipt.select().count() == 1
    assert Remark.get().words == "Thank you, and one thing."
