"""Checking an evidence pack: on a phone, on a desktop, without JavaScript."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.evidence import building, pack_checks
from portal.evidence.jobs import check_packs, make_checkpoints
from portal.evidence.models import Pack
from tests import servers
from tests.browser.conftest import DESKTOP, PHONE
from tests.cast import TODAY
from tests.evidence.forge import Forge, zipped

pytestmark = pytest.mark.browser

URL = "/evidence/verification"


@pytest.fixture
def pack(site: SimpleNamespace, who: SimpleNamespace, tmp_path: Path) -> Path:
    """A pack of this portal, as Helen fetched it."""
    asked = Pack.ask(by=who.helen, as_of=TODAY, known_at=clock.now(), requirements=[])
    assert building.build_due() == 1
    path = tmp_path / "evidence.zip"
    with Pack.get_by_id(asked.id).blob.open() as file:
        path.write_bytes(file.read())
    return path


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_pack_is_sent_checked_and_the_answer_comes_by_itself(
    visit: Any, pack: Path, size: dict[str, int]
) -> None:
    page = visit("audrey", URL, viewport=size)
    page.get_by_label("The pack").set_input_files(pack)
    page.get_by_role("button", name="Check this pack").click()
    page.get_by_role("heading", name="Being checked").wait_for()
    assert check_packs() == 1
    page.get_by_role("heading", name="This pack holds").wait_for()
    expect(page.get_by_text("this portal’s own first ones")).to_be_visible()
    assert servers.axe(page) + servers.no_sideways_scroll(page, 320) == []
    page.get_by_role("link", name="Check another").click()
    page.get_by_role("link", name="evidence.zip").wait_for()


def test_a_forged_one_is_named_without_javascript(visit: Any, tmp_path: Path) -> None:
    files = Forge().files() | {"index.html": b"Something else"}
    path = tmp_path / "pack.zip"
    path.write_bytes(zipped(files).read())
    page = visit("otto", URL, javascript=False)
    page.get_by_role("button", name="Check this pack").click()
    page.get_by_role("alert").get_by_text("Choose the zip file of the pack.").wait_for()
    page.get_by_label("The pack").set_input_files(path)
    page.get_by_role("button", name="Check this pack").click()
    check_packs()
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("heading", name="Do not rely on this pack").wait_for()
    expect(page.get_by_text("index.html was changed.")).to_be_visible()
    with page.expect_download() as got:
        page.goto(page.url.rsplit("/", 1)[0])
        page.get_by_role("link", name="Fetch verify.py").click()
    assert Path(got.value.path()).read_bytes() == pack_checks.VERIFIER.read_bytes()


def test_a_checkpoint_is_found_and_compared(visit: Any, site: SimpleNamespace) -> None:
    make_checkpoints()
    page = visit("audrey", "/evidence/checkpoints", viewport=DESKTOP)
    page.get_by_role("listitem").get_by_role("link", name="18 Nov").click()
    assert "-----BEGIN PEOPLE PORTAL CHECKPOINT-----" in page.locator("pre").inner_text()
    assert servers.axe(page) + servers.no_sideways_scroll(page, 320) == []
