"""Evidence: a pack built, fetched and verified elsewhere; a past day; an auditor by a link."""

import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.compliance import following
from portal.documents.models import Document
from portal.evidence import building
from portal.people.passes import Pass
from tests.browser.conftest import DESKTOP, PHONE, says_error
from tests.policies.conftest import CONDUCT, signs

pytestmark = pytest.mark.browser


@pytest.fixture
def conduct(site: SimpleNamespace, who: SimpleNamespace) -> Document:
    document = Document.start("policy", "Code of conduct", by=who.helen)
    document.publish(CONDUCT, by=who.helen)
    following.follow_all()
    signs(document, who.erin)
    return Document.get_by_id(document.id)  # type: ignore[no-any-return]


@pytest.mark.parametrize(("javascript", "size"), [(True, PHONE), (False, DESKTOP)])
def test_a_pack_is_built_in_three_steps_and_passes_where_there_is_no_portal(
    visit: Any, conduct: Document, tmp_path: Path, javascript: bool, size: dict[str, int]
) -> None:
    path = f"/evidence/packs/new?policy={conduct.id}"
    page = visit("helen", path, javascript=javascript, viewport=size)
    page.get_by_role("button", name="Build the pack").click()
    page.get_by_text("A pack is being built").wait_for()
    assert building.build_due() == 1
    if not javascript:
        page.get_by_role("link", name="Look again").click()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Fetch the pack").click()
    folder = tmp_path / "pack"
    with zipfile.ZipFile(fetched.value.path()) as whole:
        whole.extractall(folder)
    found = subprocess.run(
        [sys.executable, "-I", "verify.py", "."],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout
    assert "Erin Castellanos" in (folder / "people.html").read_text()


def test_a_past_day_is_found_by_keyboard_and_its_states_lead_on(
    visit: Any, conduct: Document
) -> None:
    page = visit("helen", "/evidence/as-of", viewport=DESKTOP)
    page.get_by_role("textbox", name="Person").fill("erin@halden.example")
    page.keyboard.press("Enter")
    page.get_by_role("rowheader", name="Erin Castellanos").wait_for()
    page.locator(".tallies").get_by_role("link", name="valid").click()
    page.wait_for_url("**state=**")
    expect(page.get_by_role("rowheader")).to_have_text(["Erin Castellanos"])
    page.goto(page.url.replace("erin%40", "nobody%40").replace("erin@", "nobody@"))
    page.locator("#error-summary").wait_for()
    says_error(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_an_auditor_from_outside_comes_by_a_link_and_hr_ends_it(
    visit: Any, conduct: Document, site: SimpleNamespace, chromium: Any, javascript: bool
) -> None:
    helen = visit("helen", "/evidence/auditors", javascript=javascript)
    helen.get_by_label("Name").fill("Vera Outside")
    helen.get_by_label("Firm").fill("Outside & Sons")
    helen.get_by_label("E-mail address").fill("vera@outside.example")
    helen.get_by_role("button", name="Send the link").click()
    helen.get_by_text("The link is on its way").wait_for()
    given = Pass.get(Pass.purpose == "audit")
    context = chromium.new_context(viewport=PHONE, java_script_enabled=javascript)
    vera = context.new_page()
    vera.goto(f"{site.url}/pass/{given.token(site.app.config['SECRET_KEY'])}")
    vera.get_by_role("button", name="Open it").click()
    vera.get_by_role("heading", name="For your audit").wait_for()
    vera.locator("#main").get_by_role("link", name="Policies").click()
    vera.get_by_role("link", name="Code of conduct").first.click()
    vera.get_by_role("heading", name="Code of conduct", level=1).wait_for()
    expect(vera.get_by_role("button", name="I have read")).to_have_count(0)
    helen.goto(f"{site.url}/evidence/auditors/{given.person_id}")
    expect(helen.get_by_text(f"/policies/{conduct.id}", exact=True)).to_have_count(1)
    helen.goto(f"{site.url}/evidence/auditors")
    helen.get_by_role("button", name="End it now").click()
    helen.get_by_text("The link opens nothing any more.").wait_for()
    vera.goto(f"{site.url}/evidence/as-of")
    assert "/sign-in" in vera.url
    context.close()
