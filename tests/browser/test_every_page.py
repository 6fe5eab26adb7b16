"""Every main page: axe in both schemes, no sideways scroll, targets, focus never hidden."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.checklists.models import Checklist
from portal.documents.models import Document
from tests import servers
from tests.browser.conftest import DESKTOP
from tests.cast import MONDAY

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

PAGES = {
    "helen": (
        "/", "/hr", "/people", "/people/{erin}", "/people/{erin}/edit", "/people/{erin}/position",
        "/people/{erin}/departure", "/people/import", "/checklists", "/checklists/new",
        "/people/{erin}/checklists/new", "/checklists/{list}", "/checklists/steps/1", "/documents",
        "/people/tree", "/people/quality", "/people/vacancies", "/people/vacancies/new",
        "/people/leave", "/people/{erin}/history?on=2026-01-01", "/people/{erin}/employment",
        "/people/{erin}/leave", "/people/{erin}/dotted", "/teams", "/teams/1",
        "/checklists/rules", "/checklists/rules/new", "/checklists/productivity", "/holdings",
        "/people/{nia}/holdings", "/checklists/{list}/nudge", "/calendar",
        "/documents/new", "/documents/checklist/{plan}", "/documents/checklist/{plan}/edit",
        "/audit", "/letters", "/settings", "/settings/locations/1", "/me", "/assignments/1",
        "/search?q=e", "/help", "/help/today", "/forms?show=read",
        "/people/{erin}/papers", "/people/{erin}/papers/new", "/personnel/expiring",
        "/demographics", "/me/demographics", "/audit/looks",
        "/documents?q=laptop", "/documents?list=unowned", "/documents/people?rule=everyone",
        "/documents/checklist/{plan}/readers", "/documents/checklist/{plan}/asides",
    ),
    "mara": (
        "/", "/team", "/checklists", "/checklists/productivity", "/checklists/{list}",
        "/people/{nia}",
    ),
    "nia": ("/", "/forms", "/documents", "/me", "/search", "/help/shortcuts", "/checklists/{list}"),
    "audrey": ("/", "/audit"),
    "adam": ("/settings",),
}  # fmt: skip


@pytest.fixture
def running(plan: Document, who: SimpleNamespace) -> dict[str, Any]:
    """The cast's company with Nia's onboarding under way."""
    checklist = Checklist.start(plan.current, who.nia, MONDAY, by=who.helen)
    return {"list": checklist.id, "plan": plan.slug, "erin": who.erin.id, "nia": who.nia.id}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit: Any, running: dict[str, Any], name: str, scheme: str) -> None:
    page = visit(name, color_scheme=scheme)
    origin = page.url.rstrip("/")
    found = {}
    for address in PAGES[name]:
        page.goto(origin + address.format(**running))
        if violations := servers.axe(page):
            found[address] = violations
    assert found == {}


@pytest.mark.parametrize("name", PAGES)
def test_pages_fit_a_small_phone_and_are_easy_to_hit(
    visit: Any, running: dict[str, Any], name: str
) -> None:
    page = visit(name)
    origin = page.url.rstrip("/")
    found = {}
    for address in PAGES[name]:
        page.goto(origin + address.format(**running))
        faults = servers.targets_at_least_24(page) + servers.no_sideways_scroll(page, 320)
        if faults:
            found[address] = faults
    assert found == {}


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_focus_is_never_hidden_under_a_bar(
    visit: Any, running: dict[str, Any], size: str
) -> None:
    options = {"viewport": DESKTOP} if size == "desktop" else {}
    page = visit("helen", **options)
    origin = page.url.rstrip("/")
    found = {}
    for address in ("/", "/checklists/{list}", "/people", "/documents/checklist/{plan}/edit"):
        page.goto(origin + address.format(**running))
        if faults := servers.focus_never_hidden(page, stops=60):
            found[address] = faults
    assert found == {}
