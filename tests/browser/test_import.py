"""An import in a browser: pasted, mapped, applied, taken back; and a large one with progress."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.people import jobs
from portal.people.importing import Import
from portal.people.models import Person
from tests.people.test_import_background import PEOPLE
from tests.people.test_import_size import file_of

pytestmark = pytest.mark.browser

ROWS = "Kontakt\tname\tstart\trole\ntove@halden.example\tTove Øst\t2026-12-01\tEngineer\n"


@pytest.mark.parametrize("javascript", [True, False])
def test_rows_are_pasted_mapped_imported_and_taken_back(visit: Any, javascript: bool) -> None:
    page = visit("helen", "/people/import", javascript=javascript)
    page.get_by_label("Or paste rows from a spreadsheet").fill(ROWS)
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_text("1 is not known").wait_for()
    page.get_by_label("Kontakt").select_option("email")
    page.get_by_role("button", name="Read it again so").click()
    page.get_by_role("heading", name="1 new, 0 changed").wait_for()
    page.get_by_role("button", name="Import 1 person").click()
    page.get_by_text("Done: 1 new").wait_for()
    assert Person.by_email("tove@halden.example") is not None
    page.goto(page.url.replace("/people", "/people/import"))
    page.get_by_role("link", name="the pasted rows").click()
    page.get_by_role("button", name="Take this import back").click()
    page.get_by_text("Taken back. People are as they were before it.").wait_for()
    assert Person.by_email("tove@halden.example") is None


def test_a_large_file_shows_how_far_it_is_and_what_it_found(visit: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(file_of(PEOPLE))
    page = visit("helen", "/people/import")
    page.get_by_label("A CSV file").set_input_files(path)
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_role("heading", name="Reading people.csv").wait_for()
    jobs.work_on_imports()
    # Nobody touches the page: it asks by itself.
    page.get_by_role("button", name=f"Import {PEOPLE} people").wait_for()
    page.get_by_role("button", name="Not now").click()
    page.get_by_text("Canceled. Nothing was changed.").wait_for()
    assert Import.get().phase == "canceled"


def test_a_large_file_is_waited_for_without_javascript(visit: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(file_of(PEOPLE))
    page = visit("helen", "/people/import", javascript=False)
    page.get_by_label("A CSV file").set_input_files(path)
    page.get_by_role("button", name="See what would happen").click()
    jobs.work_on_imports()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("button", name=f"Import {PEOPLE} people")).to_be_visible()
