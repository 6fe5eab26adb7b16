"""People as one works with them: a live search, the tree, a change to come, leaving, a leave."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.vacancies import Vacancy
from tests import cast
from tests.browser.conftest import DESKTOP

pytestmark = pytest.mark.browser


def names(page: Any) -> list[str]:
    return [each.inner_text() for each in page.locator("#people .row__title").all()]


def test_the_list_follows_what_is_typed_and_chosen(visit: Any) -> None:
    page = visit("erin", "/people")
    page.get_by_placeholder("Name, role, team or place").fill("sonder")
    page.locator("#people .row__title", has_text="Adam").wait_for(state="detached")
    assert names(page) == ["Olga Søndergaard"]
    assert "q=sonder" in page.url
    page.get_by_placeholder("Name, role, team or place").fill("")
    page.locator("#people .row__title", has_text="Adam").wait_for()
    page.get_by_label("Team", exact=True).select_option(label="Sales")
    page.locator("#people .row__title", has_text="Adam").wait_for(state="detached")
    assert names(page) == ["Olga Søndergaard", "Otto Weiß"]
    with page.expect_download() as download:
        page.get_by_role("button", name="Save this list as CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "Otto Weiß" in text and "Erin" not in text


def test_it_is_searched_and_filtered_without_javascript(visit: Any) -> None:
    page = visit("erin", "/people", javascript=False)
    page.get_by_placeholder("Name, role, team or place").fill("engineer")
    page.get_by_label("Team", exact=True).select_option(label="Engineering / Platform")
    page.get_by_role("button", name="Search", exact=True).click()
    assert names(page) == ["Ben Hartmann", "Erin Castellanos", "Mara Okafor"]


def test_the_tree_opens_branch_by_branch(visit: Any, monkeypatch: Any, who: Any) -> None:
    monkeypatch.setattr("portal.people.tree.WHOLE", 3)
    Vacancy.plan(by=None, role="Data Engineer", manager=who.mara)
    page = visit("dora", "/people/tree")
    page.get_by_text("3 people report to Mara").click()
    page.get_by_role("link", name="Erin Castellanos").wait_for()
    expect(page.get_by_role("link", name="Data Engineer")).to_be_visible()
    page.get_by_text("3 people report to Mara").click()
    page.get_by_text("3 people report to Mara").press("Enter")
    expect(page.get_by_role("link", name="Erin Castellanos")).to_have_count(1)


def test_the_tree_is_walked_without_javascript(visit: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("portal.people.tree.WHOLE", 3)
    page = visit("dora", "/people/tree", javascript=False)
    page.get_by_text("3 people report to Mara").click()
    page.get_by_role("link", name="Show them").click()
    expect(page.get_by_role("link", name="Ben Hartmann")).to_be_visible()


def test_a_change_says_what_it_will_do_and_is_withdrawn(visit: Any, who: Any) -> None:
    page = visit("helen", f"/people/{who.erin.id}/position", viewport=DESKTOP)
    page.get_by_label("From").fill("2027-02-01")
    page.get_by_text("From Mon 1 Feb 2027 on; until then nothing changes.").wait_for()
    page.get_by_label("From").fill("2026-11-02")
    page.get_by_text("Back-dated by 16 days").wait_for()
    page.get_by_label("From").fill("2027-02-01")
    page.get_by_label("Role").fill("Lead Engineer")
    page.get_by_role("button", name="Record this position").click()
    page.get_by_text("until then nothing changes").wait_for()
    page.get_by_role("link", name="What held when").click()
    page.get_by_role("button", name="Withdraw this change").click()
    page.get_by_text("will not come").wait_for()
    assert [row.role for row in Position.history_of(who.erin)] == ["Engineer"]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_manager_leaves_and_the_reports_are_handed_over(
    visit: Any, who: Any, javascript: bool
) -> None:
    page = visit("helen", f"/people/{who.otto.id}/departure", javascript=javascript)
    page.get_by_label("Last day").fill("2026-12-31")
    page.get_by_label("Access ends after").fill("2026-12-31")
    page.get_by_role("button", name="Record that Otto leaves").click()
    page.get_by_text("1 person reports to Otto: say who takes over.").wait_for()
    page.get_by_label("New manager’s e-mail").fill("dora@halden.example")
    page.get_by_role("button", name="Move this one").click()
    page.get_by_text("1 person reports to Dora").wait_for()
    held = who.olga.position(cast.MONDAY.replace(year=2027))
    assert held.manager == who.dora


def test_a_leave_is_recorded_by_keyboard_on_a_phone(visit: Any, who: Any) -> None:
    page = visit("helen", f"/people/{who.erin.id}")
    page.locator("summary", has_text="").first.wait_for()
    page.goto(page.url + "/leave")
    page.get_by_label("Kind").focus()
    page.keyboard.type("Sab")
    page.get_by_label("Last day away").fill("2027-01-31")
    page.get_by_label("Last day away").press("Enter")
    page.get_by_text("Erin is away until Sun 31 Jan 2027").wait_for()
    assert Leave.get().kind == "sabbatical"


def test_teams_are_reorganized(visit: Any, who: Any) -> None:
    page = visit("helen", "/teams")
    page.get_by_text("Found a team").click()
    page.get_by_label("Name").fill("Research")
    page.get_by_role("button", name="Found this team").click()
    page.get_by_text("Research is a team now.").wait_for()
    page.get_by_text("Close it").click()
    page.get_by_role("button", name="Close Research").click()
    page.get_by_text("Research is closed.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Research is open again.").wait_for()
    assert Person.select().count() == len(cast.NAMES)
