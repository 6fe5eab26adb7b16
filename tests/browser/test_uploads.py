"""Files from a real browser: small and large, through a dead network, and without JavaScript."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.blobs import Blob
from portal.personnel.models import Paper
from portal.uploads.models import MEGABYTE, Upload
from tests import servers
from tests.browser.conftest import DESKTOP, says_error
from tests.uploads.files import HTML, PDF

pytestmark = pytest.mark.browser

LARGE = 20 * MEGABYTE


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A PDF of twenty megabytes, in three parts."""
    path = tmp_path / "scan of everything.pdf"
    path.write_bytes(PDF + b"%" * (LARGE - len(PDF)))
    return path


@pytest.fixture
def form(who: SimpleNamespace) -> str:
    return f"/people/{who.erin.id}/papers/new"


def fill(page: Any) -> None:
    page.get_by_label("Kind").select_option("contract")
    page.get_by_label("HR and the person", exact=True).check()


def send(page: Any) -> None:
    page.get_by_role("button", name="Put it into Erin’s file").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_small_file_goes_with_its_form(
    visit: Any, form: str, tmp_path: Path, javascript: bool
) -> None:
    small = tmp_path / "contract.pdf"
    small.write_bytes(PDF)
    page = visit("helen", form, javascript=javascript)
    page.get_by_label("The file").set_input_files(small)
    fill(page)
    send(page)
    page.get_by_text("Contract is in Erin’s file.").wait_for()
    assert Paper.get().file_name == "contract.pdf"
    with page.expect_download() as got:
        page.get_by_role("link", name="Contract", exact=True).click()
    assert got.value.suggested_filename == "contract.pdf"
    assert Path(got.value.path()).read_bytes() == PDF


def test_a_mistake_beside_it_does_not_lose_the_file_without_javascript(
    visit: Any, form: str, tmp_path: Path
) -> None:
    path = tmp_path / "contract.pdf"
    path.write_bytes(PDF)
    page = visit("helen", form, javascript=False)
    page.get_by_label("The file").set_input_files(path)
    send(page)
    page.get_by_text("is here already").wait_for()
    says_error(page)
    fill(page)
    send(page)
    page.get_by_text("Contract is in Erin’s file.").wait_for()
    assert Paper.get().file_name == "contract.pdf"


def test_a_large_file_goes_ahead_in_parts(visit: Any, form: str, large: Path) -> None:
    page = visit("helen", form)
    parts: list[str] = []
    page.on("request", lambda r: parts.append(r.url) if "/parts/" in r.url else None)
    page.get_by_label("The file").set_input_files(large)
    page.get_by_text("scan of everything.pdf is here.").wait_for(timeout=30_000)
    assert [int(url.rpartition("/")[2]) // MEGABYTE for url in parts] == [0, 8, 16]
    fill(page)
    send(page)
    page.get_by_text("Contract is in Erin’s file.").wait_for()
    paper = Paper.get()
    assert (paper.file_name, paper.blob.size) == (large.name, LARGE)
    assert paper.blob.damage() == "" and Upload.select().count() == 0


def test_the_form_waits_for_its_file_and_goes_off_by_itself(
    visit: Any, form: str, large: Path
) -> None:
    page = visit("helen", form, viewport=DESKTOP)
    page.route("**/parts/*", lambda route: (page.wait_for_timeout(150), route.continue_()))
    fill(page)
    page.get_by_label("The file").set_input_files(large)
    send(page)
    page.get_by_text("The form goes off by itself when it is here.").wait_for()
    page.get_by_text("Contract is in Erin’s file.").wait_for(timeout=30_000)
    assert Paper.get().blob.size == LARGE


def test_it_goes_on_through_a_dead_network(visit: Any, form: str, large: Path) -> None:
    page = visit("helen", form)
    dead = {"left": 2}

    def fail(route: Any) -> None:
        if dead["left"] and route.request.url.endswith(str(8 * MEGABYTE)):
            dead["left"] -= 1
            route.abort()
        else:
            route.continue_()

    page.route("**/parts/*", fail)
    page.get_by_label("The file").set_input_files(large)
    page.get_by_text("No connection. Trying again by itself.").wait_for()
    page.get_by_text("scan of everything.pdf is here.").wait_for(timeout=30_000)
    assert dead["left"] == 0 and Blob.get().size == LARGE


def test_after_a_reload_the_same_file_goes_on_where_it_was(
    visit: Any, form: str, large: Path
) -> None:
    page = visit("helen", form)
    page.route(re.compile(f"/parts/{8 * MEGABYTE}$"), lambda route: route.abort())
    page.get_by_label("The file").set_input_files(large)
    page.get_by_text("No connection.").wait_for()
    assert Upload.get().received == 8 * MEGABYTE
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    parts: list[str] = []
    page.on("request", lambda r: parts.append(r.url) if "/parts/" in r.url else None)
    page.get_by_label("The file").set_input_files(large)
    page.get_by_text("scan of everything.pdf is here.").wait_for(timeout=30_000)
    assert [int(url.rpartition("/")[2]) // MEGABYTE for url in parts] == [8, 16]
    assert Blob.get().damage() == ""


def test_it_is_cancelled_by_keyboard_and_leaves_nothing(visit: Any, form: str, large: Path) -> None:
    page = visit("helen", form)
    page.route(re.compile(f"/parts/{8 * MEGABYTE}$"), lambda route: route.abort())
    field = page.get_by_label("The file")
    field.set_input_files(large)
    page.get_by_text("No connection.").wait_for()
    field.focus()
    page.keyboard.press("Tab")
    with page.expect_response("**/cancellation"):
        page.keyboard.press("Enter")
    assert Upload.select().count() == 0
    assert field.evaluate(
        "f => f.value === '' && f.name === 'file' && f === document.activeElement"
    )
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()


def test_what_is_refused_is_said_beside_the_field(visit: Any, form: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pdf"
    wrong.write_bytes(HTML + b" " * (9 * MEGABYTE))
    page = visit("helen", form)
    page.get_by_label("The file").set_input_files(wrong)
    page.get_by_text("its content is not PDF").wait_for()
    assert page.get_by_label("The file").evaluate("f => f.value === '' && f.name === 'file'")
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.truncate(101 * MEGABYTE)
    page.get_by_label("The file").set_input_files(huge)
    page.get_by_text("This file is too large: at most 100 MB, please.").wait_for()
    assert (Upload.select().count(), Blob.select().count()) == (0, 0)


def test_the_field_on_its_way_is_sound(visit: Any, form: str, large: Path) -> None:
    page = visit("helen", form)
    page.route(re.compile(f"/parts/{8 * MEGABYTE}$"), lambda route: route.abort())
    page.get_by_label("The file").set_input_files(large)
    page.get_by_text("No connection.").wait_for()
    assert servers.faults(page) == []
