"""From a rule to the evidence of a purge, and from a request to an erasure."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal import clock, db
from portal.audit import Look
from portal.people.models import Person
from portal.retention import jobs
from portal.retention.purging import Purge
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def look(who: SimpleNamespace, about: Any, number: int) -> None:
    hour = clock.now() - timedelta(days=800 + number)
    with db.write():
        Look.create(
            person_id=who.mara.id, subject_kind="paper", subject_id=str(about.id),
            about_id=about.id, hour=hour,
        )  # fmt: skip


@pytest.mark.parametrize(("size", "javascript"), [(PHONE, True), (DESKTOP, False)])
def test_rule_hold_dry_run_purge_and_evidence(
    visit: Any, who: SimpleNamespace, size: dict[str, int], javascript: bool
) -> None:
    for number in range(3):
        look(who, who.erin, number)
        look(who, who.ben, number)
    page = visit("helen", "/retention", viewport=size, javascript=javascript)
    page.get_by_role("link", name="Reading log").click()
    page.get_by_label("Months").fill("5")
    page.get_by_label("Why so long").fill("Our policy")
    page.get_by_role("button", name="Keep this rule").click()
    page.get_by_text("At least 6 months").first.wait_for()
    page.get_by_label("Months").fill("24")
    page.get_by_role("button", name="Keep this rule").click()
    page.get_by_text("24 months, by hand").first.wait_for()

    page.goto(page.url.replace("/retention/looks", "/retention/holds/new"))
    page.get_by_label("A person").fill("Erin Castellanos")
    page.get_by_label("Why").fill("A dispute")
    page.get_by_role("button", name="Place the hold").click()
    page.get_by_text("Everything of Erin Castellanos").first.wait_for()

    page.goto(page.url.replace("/retention/holds", "/retention/looks"))
    page.get_by_role("link", name="Dry run").click()
    page.get_by_text("Erin Castellanos: 3").wait_for()
    page.get_by_label("Type 3 to confirm").fill("6")
    page.get_by_role("button", name="Purge for good").click()
    page.get_by_text("Type the number that is shown").first.wait_for()
    page.get_by_label("Type 3 to confirm").fill("3")
    page.get_by_role("button", name="Purge for good").click()
    page.get_by_text("The portal is at work.").wait_for()
    jobs.go_on_purging()
    page.reload()
    page.get_by_text("Finished. 3 gone, 0 held back.").wait_for()
    expect(page.get_by_text(Purge.get().digest).first).to_be_visible()
    assert {row.about_id for row in Look.select()} == {who.erin.id}


def test_somebody_who_left_is_erased_on_request(visit: Any, who: SimpleNamespace) -> None:
    page = visit("helen", f"/people/{who.lev.id}", javascript=False)
    page.locator("summary[aria-label*='Lev']").click()
    page.get_by_role("link", name="Erase their data").click()
    page.get_by_label("Why").fill("A request")
    page.get_by_label(f"Type {who.lev.id}, their number").fill(str(who.lev.id))
    page.get_by_role("button", name="Erase for good").click()
    page.get_by_text("An erasure is at work").wait_for()
    jobs.go_on_purging()
    page.reload()
    page.get_by_text("Only a number leads here").wait_for()
    assert Person.get_by_id(who.lev.id).called == f"Former colleague {who.lev.id}"
