"""Papers and questions about oneself: on a phone, on a desktop, without JavaScript."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal.blobs import Blob
from portal.demographics.models import DemographicRelease, Demographics
from portal.people.passes import Pass
from portal.personnel.consents import AlumniConsent
from portal.personnel.models import Paper
from tests import servers
from tests.browser.conftest import DESKTOP, PHONE
from tests.cast import TODAY
from tests.uploads.files import PDF

pytestmark = pytest.mark.browser


def file_for(who: SimpleNamespace, person: Any, **facts: Any) -> Paper:
    facts = {"kind": "permit", "title": "Work permit", "seen_by": "person"} | facts
    return Paper.file(
        person, by=who.helen, blob=Blob.put(PDF), file_name="permit.pdf",
        media_type="application/pdf", **facts,
    )  # fmt: skip


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_removing_is_undone_from_the_message(
    visit: Any, who: SimpleNamespace, size: dict[str, int]
) -> None:
    file_for(who, who.erin, expires_on=TODAY + timedelta(days=20))
    page = visit("helen", f"/people/{who.erin.id}", viewport=size)
    page.get_by_role("link", name="Papers").click()
    page.locator("summary[aria-label*='Work permit']").click()
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("Work permit is removed.").wait_for()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    page.get_by_text("Work permit is back.").wait_for()
    assert Paper.get().state == "current"


def test_from_what_ends_one_gets_to_the_next_paper(visit: Any, who: SimpleNamespace) -> None:
    file_for(who, who.erin, expires_on=TODAY + timedelta(days=20))
    page = visit("helen", "/personnel/expiring", javascript=False)
    page.get_by_role("link", name="Replace").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Replace Work permit"
    page.get_by_label("The file").set_input_files(
        {"name": "next.pdf", "mimeType": "application/pdf", "buffer": PDF + b"next"}
    )
    page.get_by_label("Ends on").fill("2028-01-01")
    page.get_by_role("button", name="Make it the current one").click()
    page.get_by_text("Work permit is the current one now.").wait_for()
    assert {paper.state for paper in Paper.select()} == {"current", "replaced"}


@pytest.mark.parametrize("javascript", [True, False])
def test_a_leaver_reads_their_papers_and_says_whether_we_keep_in_touch(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace, chromium: Any, javascript: bool
) -> None:
    file_for(who, who.lev, title="Reference")
    page = visit("helen", f"/people/{who.lev.id}/papers", javascript=javascript)
    page.get_by_label("Where to").fill("lev@mail.example")
    page.get_by_role("button", name="Send the papers by link").click()
    page.get_by_text("The link is on its way to lev@mail.example.").wait_for()
    token = Pass.get().token(site.app.config["SECRET_KEY"])
    context = chromium.new_context(viewport=PHONE, java_script_enabled=javascript)
    lev = context.new_page()
    lev.goto(f"{site.url}/pass/{token}")
    lev.get_by_role("button", name="Open it").click()
    lev.get_by_role("heading", name="Your papers").wait_for()
    with lev.expect_download() as got:
        lev.get_by_role("link", name="Download").click()
    assert got.value.suggested_filename == "permit.pdf"
    lev.get_by_label("Yes, now and then").check()
    lev.get_by_label("At which address").fill("lev@mail.example")
    lev.get_by_role("button", name="Keep my answer").click()
    lev.get_by_text("You said yes").wait_for()
    assert AlumniConsent.get().address == "lev@mail.example"
    context.close()


def test_pages_with_something_in_them_are_sound(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace, chromium: Any
) -> None:
    """Axe, a small phone, targets: the pages as they are in use, and the leaver's."""
    file_for(who, who.erin, expires_on=TODAY + timedelta(days=20), note="Seen in the original")
    file_for(who, who.erin, title="Ended", expires_on=TODAY - timedelta(days=2), seen_by="hr")
    file_for(who, who.erin, title="Gone").remove(by=who.helen)
    paper = file_for(who, who.lev, title="Reference")
    for n, name in enumerate(("erin", "ben", "mara", "dora", "otto", "olga", "ida", "adam")):
        Demographics.answer(getattr(who, name), {"age": "25-34", "caring": ("none", "both")[n < 2]})
    DemographicRelease.take_if_due()
    page = visit("helen")
    given = Pass.give(who.lev, "papers", by=who.helen, address="lev@mail.example")
    lev = chromium.new_context(viewport=PHONE).new_page()
    lev.goto(f"{site.url}/pass/{given.token(site.app.config['SECRET_KEY'])}")
    lev.get_by_role("button", name="Open it").click()
    lev.wait_for_url("**/papers")
    found = {"/papers": servers.faults(lev)}
    for address in (
        f"/people/{who.erin.id}/papers", f"/people/{who.lev.id}/papers", "/personnel/expiring",
        f"/papers/{paper.id}/edit", f"/papers/{paper.id}/replacement", "/demographics",
    ):  # fmt: skip
        page.goto(f"{site.url}{address}")
        found[address] = servers.faults(page)
    lev.context.close()
    assert {address: faults for address, faults in found.items() if faults} == {}


@pytest.mark.parametrize("javascript", [True, False])
def test_the_questions_are_answered_and_taken_back(
    visit: Any, who: SimpleNamespace, javascript: bool
) -> None:
    page = visit("erin", "/me", javascript=javascript)
    page.get_by_role("link", name="About you, in sums only").click()
    page.get_by_role("radiogroup", name="How old are you?").get_by_label("25 to 34").check()
    page.get_by_role("button", name="Keep my answers").click()
    page.get_by_text("Kept, apart from your file.").wait_for()
    assert Demographics.get().age == "25-34"
    page.get_by_role("button", name="Withdraw my answers").click()
    page.get_by_text("Your answers are gone.").wait_for()
    assert Demographics.select().count() == 0
