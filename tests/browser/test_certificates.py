"""A certificate on its way: brought on a phone with a photo, checked by HR, and counting."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.blobs import Blob
from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from portal.compliance import following
from portal.compliance.models import Requirement
from portal.compliance.schedule import Rhythm
from tests import servers
from tests.browser.conftest import DESKTOP, PHONE
from tests.cast import TODAY
from tests.uploads.files import PNG

pytestmark = pytest.mark.browser

PHOTO = {"name": "card.png", "mimeType": "image/png", "buffer": PNG}


@pytest.fixture
def first_aid(who: SimpleNamespace) -> CertificateType:
    """Asked of everyone, and nobody has one."""
    made = CertificateType.set_up(
        by=who.helen, name="First aid certificate", months=24, needs_file=True
    )
    Requirement.set(
        kind="certificate", target=made.id, audience="everyone", rhythm=Rhythm(lead_days=60),
        starts_on=TODAY, by=who.helen,
    )  # fmt: skip
    following.follow_all()
    return made


@pytest.mark.parametrize("javascript", [True, False])
def test_one_is_brought_by_phone_sent_back_brought_again_and_confirmed(
    visit: Any, who: SimpleNamespace, first_aid: CertificateType, javascript: bool
) -> None:
    phone = visit("erin", "/", viewport=PHONE, javascript=javascript)
    asked = phone.get_by_role("link", name="Bring your First aid certificate", exact=True)
    asked.last.click()
    bring(phone)
    phone.get_by_text("HR looks at it. Until then it does not count.").wait_for()

    desk = visit("helen", "/", viewport=DESKTOP, javascript=javascript)
    desk.get_by_role(
        "link", name="Check the First aid certificate of Erin Castellanos", exact=True
    ).click()
    desk.get_by_text("Something is not right with it").click()
    desk.get_by_label("Why").fill("The photo is too dark.")
    desk.get_by_role("button", name="Send it back to Erin").click()
    desk.get_by_text("Sent back. Erin reads why.").wait_for()

    phone.reload()
    phone.get_by_text("The photo is too dark.").wait_for()
    phone.get_by_role("link", name="Bring another").click()
    bring(phone)
    phone.get_by_text("HR looks at it. Until then it does not count.").wait_for()

    desk.goto(phone.url)
    desk.get_by_role("button", name="Confirm: it counts").click()
    desk.get_by_text("counts from now on.").wait_for()
    phone.goto(phone.url.rpartition("/")[0])
    phone.get_by_role("heading", name="Valid 1").wait_for()
    assert Certificate.held(who.erin.id, first_aid.id)[0].expires_on.year == 2028


def bring(phone: Any) -> None:
    """The end is left open, so that it is proposed; the photo is not lost by that."""
    phone.get_by_label("The certificate, as a photo or a file").set_input_files(PHOTO)
    phone.get_by_label("Issued on").fill("2026-11-01")
    phone.get_by_role("button", name="Bring it to HR").click()
    phone.get_by_role("heading", name="This is not saved yet").wait_for()
    expect(phone.get_by_label("Valid until")).to_have_value("2028-11-01")
    phone.get_by_role("button", name="Bring it to HR").click()


def test_hr_finds_what_ends_and_undoes_a_retirement(
    visit: Any, who: SimpleNamespace, first_aid: CertificateType
) -> None:
    hold(who, first_aid)
    page = visit("helen", "/certificates/everybody", viewport=DESKTOP)
    page.get_by_label("State").select_option("30")
    page.locator("#certificates tbody tr").first.wait_for()
    page.wait_for_url("**state=30**")
    expect(page.locator("#certificates tbody tr")).to_have_count(1)
    page.get_by_label("Search by name").fill("hartmann")
    page.get_by_text("Nothing fits.").wait_for()
    page.get_by_role("link", name="Types").click()
    page.get_by_role("link", name="Set up a type").click()
    page.get_by_label("Name").fill("Crane licence")
    page.get_by_role("button", name="Set it up").click()
    page.locator("summary[aria-label*='Crane licence']").click()
    page.get_by_role("button", name="Retire").click()
    page.get_by_text("Crane licence is retired.").wait_for()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    page.get_by_text("Crane licence is in use again.").wait_for()


def hold(who: SimpleNamespace, first_aid: CertificateType) -> dict[str, Certificate]:
    """One of each state, as pages show them."""

    def made(person: Any, days: int, by: Any = None) -> Certificate:
        return Certificate.bring(
            first_aid, person, by=by or person, issued_on=TODAY - timedelta(days=60),
            expires_on=TODAY + timedelta(days=days), blob=Blob.put(PNG), file_name="card.png",
            media_type="image/png", number="A-17", issuer="Red Cross",
        )  # fmt: skip

    held = {
        "ending": made(who.erin, 20, who.helen),
        "ended": made(who.ben, -3, who.helen),
        "waiting": made(who.mara, 400),
        "back": made(who.nia, 400),
    }
    held["back"].send_back("The photo is too dark.", by=who.helen)
    return held


def test_pages_with_something_in_them_are_sound(
    visit: Any, site: SimpleNamespace, who: SimpleNamespace, first_aid: Any
) -> None:
    """Axe, a small phone, targets: the pages as they are in use."""
    held = hold(who, first_aid)
    found = {}
    for name, addresses in {
        "helen": (
            "/certificates/everybody", "/certificates/types", "/certificates/new",
            f"/certificates/types/{first_aid.id}/edit", "/certificates/import",
            f"/certificates/{held['waiting'].id}", f"/certificates/{held['ended'].id}",
            f"/certificates/{held['ending'].id}/edit", f"/people/{who.erin.id}/certificates",
        ),
        "erin": ("/certificates", f"/certificates/new?type={first_aid.id}"),
        "nia": ("/certificates", f"/certificates/{held['back'].id}"),
        "mara": ("/certificates/everybody", f"/certificates/{held['ending'].id}"),
    }.items():  # fmt: skip
        page = visit(name)
        for address in addresses:
            page.goto(f"{site.url}{address}")
            found[name, address] = servers.faults(page)
    assert {address: faults for address, faults in found.items() if faults} == {}
