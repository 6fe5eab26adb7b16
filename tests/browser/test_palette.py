"""The command palette and the keys, as hands use them."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal import db
from portal.assignments.models import Assignment
from portal.checklists.models import Checklist
from portal.documents.models import Document
from portal.people.models import Person
from tests import servers
from tests.browser.conftest import DESKTOP
from tests.cast import MONDAY, person

pytestmark = pytest.mark.browser

WIDE = {"viewport": DESKTOP}


@pytest.fixture
def running(plan: Document, who: SimpleNamespace) -> Checklist:
    return Checklist.start(plan.current, who.nia, MONDAY, by=who.helen)


def _painted(page: Any) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")


@pytest.fixture
def visit(visit: Any) -> Any:
    """Like everywhere, and painted once: a browser drops the keys pressed before that."""

    def open_as(*args: Any, **options: Any) -> Any:
        page = visit(*args, **options)
        if options.get("javascript", True):
            _painted(page)
        return page

    return open_as


def _field(page: Any) -> Any:
    return page.get_by_role("combobox", name="Find people")


def _type(page: Any, words: str) -> None:
    """Type, and wait for the answer to all of it."""
    page.keyboard.type(words)
    page.locator(f'#hits[data-query="{words}"]').wait_for(state="attached")


def _active(page: Any) -> str:
    """The title of the option that is chosen, by what a screen reader is told."""
    return str(
        page.evaluate(
            "document.getElementById(document.getElementById('palette-words')"
            ".getAttribute('aria-activedescendant'))?.querySelector('.hit__title').textContent"
        )
    )


def _has_focus(page: Any, selector: str) -> bool:
    return bool(page.evaluate("s => document.activeElement?.matches(s)", selector))


@pytest.mark.parametrize("key", ["Control+k", "/"])
def test_by_keyboard_alone_one_gets_to_a_colleague(visit: Any, key: str) -> None:
    page = visit("erin", **WIDE)
    page.keyboard.press(key)
    _type(page, "sorensen")
    page.get_by_role("option", name="Ida Sørensen").wait_for()
    assert _active(page) == "Ida Sørensen"
    assert _field(page).get_attribute("aria-expanded") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/people/{person('ida').id}")


def test_arrows_move_the_choice_around_and_the_focus_stays_in_the_field(visit: Any) -> None:
    page = visit("erin", **WIDE)
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="Today").wait_for()
    first = _active(page)
    page.keyboard.press("ArrowDown")
    second = _active(page)
    assert second != first
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    last = page.get_by_role("option").last.locator(".hit__title").text_content()
    assert _active(page) == last
    page.keyboard.press("ArrowDown")
    assert _active(page) == first
    assert page.locator("[role=option][aria-selected=true]").count() == 1
    assert _has_focus(page, "#palette-words")


def test_enter_before_the_answer_waits_for_it(visit: Any) -> None:
    page = visit("erin", **WIDE)
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="Today").wait_for()
    page.route("**/search?q=mara", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.keyboard.type("mara")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/people/{person('mara').id}")


def test_escape_gives_the_focus_back_and_the_words_are_kept_for_the_page_only(visit: Any) -> None:
    page = visit("erin", "/people", **WIDE)
    page.get_by_role("link", name="Documents").first.focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("mara")
    page.get_by_role("option", name="Mara Okafor").wait_for()
    page.keyboard.press("Escape")
    assert _has_focus(page, 'a[href="/documents"]')
    page.keyboard.press("Control+k")
    expect(_field(page)).to_have_value("mara")
    page.keyboard.type("otto")
    page.get_by_role("option", name="Otto Weiß").wait_for()
    expect(_field(page)).to_have_value("otto")
    page.keyboard.press("Escape")
    page.reload()
    _painted(page)
    page.keyboard.press("Control+k")
    expect(_field(page)).to_have_value("")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_how_much_was_found_is_said(visit: Any) -> None:
    page = visit("erin", **WIDE)
    page.keyboard.press("Control+k")
    page.keyboard.type("mara okafor")
    page.locator("#palette-said", has_text="1 result").wait_for(state="attached")
    page.keyboard.type("zzz")
    page.get_by_text("Nothing you may see is called").wait_for()
    assert page.locator("#palette-said").text_content() == "0 results"
    assert _field(page).get_attribute("aria-expanded") == "false"


def test_an_action_is_pressed_from_the_palette(visit: Any) -> None:
    page = visit("erin", **WIDE)
    page.keyboard.press("Control+k")
    _type(page, "everywhere else")
    page.get_by_role("option", name="Sign out everywhere else").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/me")
    page.get_by_text("Signed out everywhere else.").wait_for()


@pytest.mark.one_database
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_axe_finds_nothing_in_the_open_palette(
    visit: Any, running: Checklist, scheme: str, size: str
) -> None:
    page = visit("ida", color_scheme=scheme, **(WIDE if size == "desktop" else {}))
    opener = ".rail__search" if size == "desktop" else ".topbar__tool"
    page.locator(opener).first.click()
    page.get_by_role("option", name="Today").wait_for()
    assert servers.axe(page) == []
    page.keyboard.type("o")
    page.get_by_role("option", name="Otto Weiß").wait_for()
    assert servers.axe(page) == []
    page.keyboard.type("zzz")
    page.get_by_text("Nothing you may see is called").wait_for()
    assert servers.axe(page) == []


def test_on_a_phone_it_fills_the_screen_and_a_tap_opens(visit: Any) -> None:
    page = visit("erin")
    page.get_by_role("link", name="Search").first.click()
    page.get_by_role("option", name="Today").wait_for()
    box = page.locator("#palette").bounding_box()
    assert box["x"] == 0 and box["y"] < 8 and box["height"] > 800
    page.keyboard.type("mara")
    page.get_by_role("option", name="Mara Okafor").click()
    page.wait_for_url("**/people/*")


def test_without_javascript_the_search_is_a_page(visit: Any) -> None:
    page = visit("erin", javascript=False, **WIDE)
    page.get_by_role("link", name="Search").first.click()
    page.wait_for_url("**/search")
    page.get_by_label("Search everything").fill("mara")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="People").wait_for()
    page.get_by_role("link", name="Mara Okafor").click()
    page.get_by_role("heading", name="Mara Okafor").wait_for()


# -- keys ----------------------------------------------------------------------------------------


def test_g_and_a_letter_go_where_the_viewer_has_a_page(visit: Any) -> None:
    page = visit("erin", **WIDE)
    for letter, address in (("p", "/people"), ("d", "/documents"), ("t", "/")):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        page.wait_for_url(lambda url, address=address: url.endswith(address))
        _painted(page)
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_timeout(300)
    assert page.url.endswith("/")


def test_rows_are_walked_and_one_is_ticked(
    visit: Any, running: Checklist, plan: Document, who: SimpleNamespace
) -> None:
    Checklist.start(plan.current, who.erin, MONDAY, by=who.helen)
    page = visit("mara", **WIDE)
    page.keyboard.press("j")
    assert _has_focus(page, "main .row a.row__title")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == first
    page.keyboard.press("x")
    page.locator("#toasts").get_by_role("button", name="Undo").wait_for()
    assert Assignment.select().where(Assignment.settled_at.is_null(False)).count() == 1


def test_keys_are_quiet_while_one_types_and_with_other_keys(visit: Any) -> None:
    page = visit("erin", "/people", **WIDE)
    field = page.get_by_role("searchbox")
    field.click()
    page.keyboard.type("gt/?jx")
    expect(field).to_have_value("gt/?jx")
    expect(page.locator("#palette")).to_be_hidden()
    page.goto(page.url)
    _painted(page)
    for keys in ("Alt+/", "Control+/", "Meta+j"):
        page.keyboard.press(keys)
    expect(page.locator("#palette")).to_be_hidden()
    assert page.url.split("?")[0].endswith("/people")


def test_switched_off_only_control_k_is_left(visit: Any) -> None:
    with db.write():
        Person.update(shortcuts=False).where(Person.id == person("erin").id).execute()
    page = visit("erin", **WIDE)
    for key in ("/", "?", "g", "p", "j"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#help")).to_be_hidden()
    assert page.url.endswith("/")
    page.keyboard.press("Control+k")
    page.locator("#palette").wait_for()
    page.keyboard.press("Control+k")
    page.locator("#palette").wait_for(state="hidden")
