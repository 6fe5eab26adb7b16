"""A package on its way: chosen on a phone, checked while one looks, and made a course."""

from pathlib import Path
from typing import Any

import pytest

from portal.documents.models import Document
from portal.scorm import checking
from tests.browser.conftest import PHONE
from tests.scorm import builders
from tests.scorm.builders import page

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

# More than a part, so that a browser with JavaScript sends it in two.
FILM = bytes(range(256)) * 4 * 1024 * 9


@pytest.mark.parametrize("javascript", [True, False])
def test_a_package_is_sent_checked_while_one_looks_and_made_a_course(
    visit: Any, tmp_path: Path, javascript: bool
) -> None:
    tree = [page("alarm", "Alarm"), page("escape", "Escape routes")]
    content = builders.package(tree, title="Fire safety", files={"film.mp4": FILM}, method=0)
    phone = visit("helen", "/learning/packages", viewport=PHONE, javascript=javascript)
    file = tmp_path / "fire-safety.zip"
    file.write_bytes(content)
    phone.get_by_label("The package").set_input_files(file, timeout=20_000)
    phone.get_by_role("button", name="Send and check").click()
    phone.get_by_text("It waits to be checked.").wait_for(timeout=20_000)
    checking.check_due()
    if not javascript:
        phone.get_by_role("link", name="Look again").click()
    # With JavaScript the page has found out by itself.
    phone.get_by_role("heading", name="What is in it").wait_for()
    phone.get_by_text("Escape routes").wait_for()
    phone.get_by_role("button", name="Make a course of it").click()
    phone.wait_for_url("**/documents/course/fire-safety/edit")
    source = Document.named("course", "fire-safety").draft().source
    assert "package: fire-safety/1" in source
    phone.go_back()
    phone.get_by_role("link", name="Go on with its draft").wait_for()
