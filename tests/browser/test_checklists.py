"""Checklists in a real browser: a proof, a board, a rule, a nudge, a word, and a calendar link."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.assignments.models import Assignment
from portal.checklists import attestations
from portal.checklists.attestations import Attestation
from portal.checklists.holdings import Holding
from portal.checklists.models import Checklist
from portal.checklists.rules import Rule
from portal.checklists.steps import Step
from portal.documents.models import Document
from portal.mail.models import Letter
from tests import cast
from tests.browser.conftest import DESKTOP

pytestmark = pytest.mark.browser

PLAN = """---
kind: checklist
title: With things
transition: onboarding
success: Ships alone
success-by: start+60
---
## Before day one
- [ ] Give access to the code @it due:start-1 minutes:10 access:github
- [ ] Read this @employee due:start
## First day
- [ ] Welcome @manager due:start at:09:30 minutes:45
"""


@pytest.fixture
def running(who: SimpleNamespace) -> Checklist:
    plan = Document.start("checklist", "With things", by=who.helen)
    plan.publish(PLAN, by=who.helen)
    return Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen)


def test_a_step_with_a_proof_takes_three_taps_on_a_phone(visit: Any, running: Checklist) -> None:
    page = visit("ida")
    page.get_by_role("button", name="Done").first.click()
    proof = page.get_by_label("Proof")
    proof.wait_for()
    page.get_by_role("button", name="Done, with this proof").click()
    page.get_by_role("alert").get_by_text("Say what proves it").first.wait_for()
    proof.fill("nia-novak, ticket 17")
    page.get_by_role("button", name="Done, with this proof").click()
    page.get_by_text("Done: Give access to the code").first.wait_for()
    assert Holding.get().given_proof == "nia-novak, ticket 17"
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Done, with this proof").wait_for()
    assert not Holding.select().where(Holding.is_out()).exists()


def test_a_proof_works_without_javascript_and_by_keyboard(visit: Any, running: Checklist) -> None:
    step = Step.of(running)[0]
    page = visit("ida", f"/checklists/steps/{step.id}", javascript=False, viewport=DESKTOP)
    page.get_by_label("Proof").focus()
    page.keyboard.type("nia-novak")
    page.keyboard.press("Enter")
    page.get_by_text("Done: Give access to the code").first.wait_for()
    assert Step.get_by_id(step.id).state == "done"


def test_the_board_is_filtered_and_leads_to_the_list(visit: Any, running: Checklist) -> None:
    page = visit("helen", "/checklists", viewport=DESKTOP)
    page.get_by_text("0 of 3").wait_for()
    page.get_by_label("What happens").select_option("Leaving")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("No running list fits these filters.").wait_for()
    assert "transition=offboarding" in page.url
    page.get_by_role("link", name="Show all").first.click()
    page.get_by_role("link", name="Nia Novak").click()
    page.wait_for_url(f"**/checklists/{running.id}")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_rule_is_written_tried_and_switched_on(
    visit: Any, plan: Document, javascript: bool
) -> None:
    page = visit("helen", "/checklists/rules", javascript=javascript)
    page.get_by_role("link", name="Write a rule").click()
    page.get_by_label("Of whom").fill("departmant = X")
    page.get_by_role("button", name="Write it").click()
    page.get_by_text("It cannot be read").first.wait_for()
    page.get_by_label("Of whom").fill("department = Engineering")
    page.get_by_label("Days from that day").fill("-14")
    page.get_by_role("button", name="Write it").click()
    page.get_by_role("row", name="Nia Novak").get_by_text("Ask HR at once").wait_for()
    page.get_by_role("button", name="Switch it on").click()
    page.get_by_text("What happened before is not hit.").first.wait_for()
    assert Rule.get().is_on


def test_whoever_is_late_is_nudged_after_a_look(
    visit: Any, running: Checklist, move_clock: Any
) -> None:
    move_clock(days=7)
    page = visit("helen", f"/checklists/{running.id}")
    page.get_by_role("link", name="Nudge who is late").click()
    page.get_by_text("Nudge 3 people.").wait_for()
    page.get_by_role("button", name="Nudge 3 people").click()
    page.get_by_text("3 people were nudged.").first.wait_for()
    assert Letter.select().where(Letter.kind == "nudge").count() == 3


def test_a_manager_says_on_a_phone_whether_somebody_is_productive(
    visit: Any, running: Checklist, move_clock: Any
) -> None:
    attestations.ask_due(cast.TODAY)
    move_clock(days=66)
    duty = Assignment.get(Assignment.kind == "attestation")
    page = visit("mara", duty.url)
    page.get_by_label("What is missing").fill("Reviews")
    page.get_by_role("button", name="Ask me again in two weeks").click()
    page.get_by_text("Not yet, said").wait_for()
    page.get_by_label("Since").fill(str(cast.MONDAY + timedelta(days=30)))
    page.get_by_role("button", name="Nia is productive since then").click()
    page.get_by_text("30 days after the first day").wait_for()
    assert [said.is_yes for said in Attestation.of(running)] == [True, False]


def test_a_meeting_goes_into_the_calendar_and_is_moved(visit: Any, running: Checklist) -> None:
    step = Step.of(running)[-1]
    page = visit("mara", f"/checklists/steps/{step.id}", viewport=DESKTOP)
    with page.expect_download() as coming:
        page.get_by_role("link", name="Into my calendar").click()
    assert b"DTSTART:20261123T083000Z" in Path(coming.value.path()).read_bytes()
    page.get_by_text("Move to another day").click()
    page.get_by_label("Time").fill("14:00")
    page.get_by_role("button", name="Move it").click()
    page.get_by_text("Now on Mon 23 Nov at 14:00.").first.wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("at 09:30").first.wait_for()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_calendar_link_is_made_shown_once_and_switched_off(
    visit: Any, who: SimpleNamespace, javascript: bool
) -> None:
    page = visit("erin", "/me", javascript=javascript)
    page.get_by_role("link", name="Calendar link").click()
    page.get_by_role("button", name="Make my address").click()
    address = page.locator(".calendar-address").inner_text()
    assert address.endswith(".ics")
    path = address[address.index("/calendar/") :]
    origin = page.url.partition("/calendar")[0]
    assert page.request.get(origin + path).status == 200
    page.goto(f"{origin}/calendar")
    expect(page.locator(".calendar-address")).to_have_count(0)
    page.get_by_role("button", name="Switch it off").click()
    page.get_by_text("Off. Nothing of yours").wait_for()
    assert page.request.get(origin + path).status == 404
