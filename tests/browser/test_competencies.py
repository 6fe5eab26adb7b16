"""Where somebody stands: said on a phone by both sides and a colleague, then read side by side."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.competencies.models import Assessment
from tests import servers
from tests.browser.conftest import DESKTOP, PHONE
from tests.competencies.conftest import stands  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

KEPT = "Object.keys(localStorage).some((name) => name.includes('assessment'))"
CODE = "Code quality"


@pytest.mark.parametrize("javascript", [True, False])
def test_both_sides_and_a_colleague_say_where_somebody_stands(
    visit: Any,
    site: SimpleNamespace,
    who: SimpleNamespace,
    stands: SimpleNamespace,  # noqa: F811
    javascript: bool,
) -> None:
    erin = visit("erin", "/competencies", viewport=PHONE, javascript=javascript)
    erin.get_by_role("link", name="Where you stand").click()
    erin.get_by_role("link", name="Assess yourself").click()
    code = erin.get_by_role("radiogroup", name=CODE)
    code.get_by_label("3 Advanced").check()
    if javascript:
        # The page is lost before it was sent: what was chosen is still on the phone.
        servers.holds(erin, f"() => {KEPT}")
        erin.reload()
        erin.get_by_role("button", name="Go on with it").click()
        expect(code.get_by_label("3 Advanced")).to_be_checked()
    erin.get_by_label("Why, in a sentence: Communication").fill("I asked first.")
    erin.get_by_role("button", name="Share with your line").click()
    erin.get_by_role("heading", name="This is not shared yet").wait_for()
    erin.get_by_role("radiogroup", name="Communication").get_by_label("2 Proficient").check()
    erin.get_by_role("button", name="Share with your line").click()
    erin.get_by_text("Noted in 2 of 2.").first.wait_for()
    if javascript:
        servers.holds(erin, f"() => !({KEPT})")
    erin.get_by_role("link", name="Ask a colleague").click()
    erin.get_by_label("Which colleague").fill("Ben Hartmann")
    erin.get_by_role("button", name="Ask them").click()
    erin.get_by_text("Waits for them").wait_for()

    ben = visit("ben", "/", viewport=PHONE, javascript=javascript)
    ben.get_by_role("link", name="Say where Erin Castellanos stands").first.click()
    ben.get_by_text("HR read your answer, with your name").wait_for()
    expect(ben.get_by_text("I asked first.")).to_have_count(0)
    ben.get_by_role("radiogroup", name=CODE).get_by_label("2 Proficient").check()
    ben.get_by_role("button", name="Send to Erin and their line").click()
    ben.get_by_text("Sent on").wait_for()

    mara = visit("mara", "/competencies/people/team", viewport=DESKTOP, javascript=javascript)
    mara.get_by_role("link", name="Erin Castellanos").first.click()
    mara.get_by_role("link", name="Assess Erin").click()
    mara.get_by_role("radiogroup", name=CODE).wait_for()
    # Hers is hidden until Mara has chosen.
    expect(mara.get_by_text("I asked first.")).to_have_count(0)
    mara.get_by_role("radiogroup", name=CODE).get_by_label("1 Developing").check()
    if javascript:
        faults = servers.axe(mara) + servers.targets_at_least_24(mara)
        assert faults + servers.no_sideways_scroll(mara, 320) == []
    mara.get_by_role("button", name="Share with Erin").click()
    row = mara.get_by_role("row", name=CODE)
    for words in ("3 Advanced", "1 Developing", "2, by 1", "1 step below"):
        row.get_by_text(words).wait_for()
    row.get_by_role("link", name=CODE).first.click()
    mara.get_by_text("Ben Hartmann, as a colleague").wait_for()
    assert Assessment.select().count() == 4
    for page in (erin, ben, mara):
        page.goto(f"{site.url}/competencies/people/given")
        if javascript:
            assert servers.axe(page) + servers.no_sideways_scroll(page, 320) == []
