"""Review cycles in a browser: launched while what follows is said, and steered without scripts."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.reviews import following
from portal.reviews.models import Cycle, Review
from tests import cast, servers
from tests.browser.conftest import DESKTOP, PHONE
from tests.reviews.conftest import form, plan

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def _texts() -> None:
    for slug in ("annual", "peers"):
        form(slug)
    plan()


def test_hr_launches_a_cycle_and_sees_before_whom_it_asks(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    _texts()
    desk = visit("helen", "/reviews/cycles", viewport=DESKTOP)
    desk.get_by_role("link", name="Launch a cycle").first.click()
    desk.get_by_role("link", name="Annual review").click()
    desk.get_by_text("10 people, reviewed by 3 managers").wait_for()
    desk.get_by_label("For whom").fill("department = Engineering")
    desk.get_by_text("5 people, reviewed by 2 managers").wait_for()
    faults = servers.axe(desk) + servers.targets_at_least_24(desk)
    assert faults + servers.no_sideways_scroll(desk, 320) == []
    desk.get_by_label("First day").fill(str(cast.TODAY))
    desk.get_by_role("button", name="Launch").click()
    desk.get_by_text("Launched for 5 people.").wait_for()
    following.run()
    desk.goto(f"{site.url}{Cycle.get().url}")
    faults = servers.axe(desk) + servers.targets_at_least_24(desk)
    assert faults + servers.no_sideways_scroll(desk, 320) == []
    desk.get_by_role("link", name="Self-review").click()
    desk.get_by_label("Last day").fill("2026-12-01")
    desk.get_by_role("button", name="Move these days").click()
    desk.get_by_text("until Tue 1 Dec").first.wait_for()
    phone = visit("erin", "/reviews", viewport=PHONE)
    phone.get_by_text("You write until Tue 1 Dec.").wait_for()
    phone.get_by_role("link", name="Write").click()
    phone.get_by_role("heading", name="Annual").wait_for()


def test_without_javascript_somebody_is_left_out_and_taken_in_again(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace
) -> None:
    _texts()
    phone = visit("helen", "/reviews/cycles/new/annual-review", viewport=PHONE, javascript=False)
    phone.get_by_label("For whom").fill("department = Sales")
    phone.get_by_role("button", name="See what follows").click()
    phone.get_by_text("2 people, reviewed by 1 manager").wait_for()
    phone.get_by_role("button", name="Launch for 2 people").click()
    phone.get_by_text("Launched for 2 people.").wait_for()
    phone.get_by_label("More: Olga Søndergaard").click()
    phone.get_by_role("link", name="Leave out").click()
    phone.get_by_role("button", name="Leave out Olga").click()
    phone.get_by_role("heading", name="This is not saved yet").wait_for()
    phone.get_by_label("Why").fill("Away until spring")
    phone.get_by_role("button", name="Leave out Olga").click()
    phone.get_by_text("Olga Søndergaard is left out.").wait_for()
    assert Review.select().where(Review.skipped_at.is_null(False)).count() == 1
    phone.get_by_role("button", name="Undo").click()
    phone.get_by_text("Olga Søndergaard is part of it again.").wait_for()
