"""The main job, end to end on a phone: from a CSV file to a new hire's finished first week."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal import audit
from portal.assignments.jobs import send_digests
from portal.checklists.steps import Step
from portal.mail.jobs import send_letters
from portal.people.models import Person
from tests import cast

pytestmark = [pytest.mark.browser, pytest.mark.both_databases]

CSV = (
    "email,name,start,role,department,team,location,manager,buddy\n"
    "tove@halden.example,Tove Østergård,23.11.2026,Engineer,Engineering,Platform,Berlin,"
    "mara@halden.example,ben@halden.example\n"
)


def test_a_new_hire_is_onboarded_from_the_csv_file_to_the_finished_first_week(
    visit: Any, site: SimpleNamespace, move_clock: Any
) -> None:
    _import_people(visit("helen", "/people/import"))
    _publish_a_plan(visit("helen", "/documents/new?kind=checklist"))
    _start_it(visit("helen", "/people"))
    _digest_arrives(site)
    _everyone_finds_and_ticks(visit)
    assert _open_steps() == []
    verdict = audit.verify()
    assert verdict.holds, verdict.problem
    done = audit.Event.select().where(audit.Event.tag == "step.completed")
    assert [event.by_id for event in done.order_by(audit.Event.seq)] == [
        cast.person(name).id for name in ("ida", "mara", "mara", "ben", "tove", "tove")
    ]


def _import_people(page: Any) -> None:
    page.get_by_label("Or paste rows").fill(CSV)
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_text("1 new, 0 changed").wait_for()
    page.get_by_role("button", name="Import 1 person").click()
    page.get_by_text("Tove Østergård").first.wait_for()


def _publish_a_plan(page: Any) -> None:
    page.get_by_label("Title").fill("Engineering onboarding")
    page.get_by_role("button", name="Start writing").click()
    page.locator("#source").fill(cast.ENGINEERING_PLAN)
    page.get_by_role("button", name="Publish").first.click()
    page.get_by_text("Published as revision 1").first.wait_for()


def _start_it(page: Any) -> None:
    page.get_by_label("Search people").fill("tove ostergard")
    page.get_by_role("link", name="Tove Østergård").click()
    page.get_by_role("heading", name="Tove Østergård").wait_for()
    page.goto(f"{page.url}/checklists/new")
    page.get_by_text("Order the laptop").wait_for()
    page.get_by_role("button", name="Start for Tove").click()
    page.get_by_text("0 of 6 steps settled").wait_for()


def _digest_arrives(site: SimpleNamespace) -> None:
    send_digests()
    send_letters()
    told = {str(message["To"]) for message in site.sink.messages}
    assert {"ida@halden.example", "mara@halden.example", "tove@halden.example"} <= told
    letter = next(m for m in site.sink.messages if m["To"] == "ida@halden.example")
    assert "Order the laptop — Tove Østergård" in letter.get_body(("plain",)).get_content()
    send_digests()
    send_letters()
    assert len(site.sink.messages) == len(told)


def _everyone_finds_and_ticks(visit: Any) -> None:
    """Ida and Mara with htmx, Ben without JavaScript, Tove both ways."""
    _tick(visit("ida"), "Order the laptop — Tove Østergård")
    mara = visit("mara")
    _tick(mara, "Plan the first week — Tove Østergård")
    _open_later(mara)
    _tick(mara, "Talk about the first month — Tove Østergård")
    _tick(visit("ben", javascript=False), "Meet your buddy — Tove Østergård", plain=True)
    page = _as_tove(visit)
    _tick(page, "Read the welcome page")
    _open_later(page)
    _tick(page, "Talk about the first month")


def _as_tove(visit: Any) -> Any:
    """She is none of the sample people on the page, so she comes by the command line's link."""
    from portal.people.signing import Link

    page = visit("nia")
    address = page.url
    page.goto(f"{address}me")
    page.get_by_role("button", name="Sign out").last.click()
    page.goto(f"{address}sign-in/link/{Link.make(cast.person('tove'))}")
    page.get_by_role("button", name="Sign in as Tove Østergård").click()
    page.wait_for_url(address)
    return page


def _open_later(page: Any) -> None:
    later = page.locator("details:has(summary:has-text('Later')):not([open]) summary")
    if later.count():
        later.first.click()


def _tick(page: Any, title: str, plain: bool = False) -> None:
    row = page.locator("li.row", has=page.get_by_role("link", name=title, exact=True))
    row.get_by_role("button", name="Done").click()
    if plain:
        page.wait_for_load_state()
    page.locator("li.row--quiet", has_text=title).first.wait_for()


def _open_steps() -> list[str]:
    tove = Person.by_email("tove@halden.example")
    assert tove is not None
    return [step.title for step in Step.select() if step.state == "open"]
