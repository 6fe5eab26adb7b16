"""A learning path on a phone: begun in the catalog, one step after another, to the end."""

import re
from typing import Any

import pytest

from portal.paths.models import Enrollment
from tests.paths.conftest import course, publish

pytestmark = pytest.mark.browser

SHORT = """---
kind: path
title: To begin with
summary: Two courses, in this order.
audience: everyone
---
## Two steps
- course:one gate
- course:two due:14
"""


@pytest.mark.parametrize("javascript", [True, False])
def test_a_path_is_gone_step_by_step_from_the_catalog_to_its_end(
    visit: Any, who: Any, javascript: bool
) -> None:
    for slug in ("one", "two"):
        course(slug)
    publish(SHORT)
    page = visit("erin", javascript=javascript)
    origin = page.url.rstrip("/")
    page.goto(f"{origin}/learning/paths")
    page.get_by_role("link", name="To begin with").click()
    page.get_by_role("button", name="Begin this path").click()
    page.get_by_text("Opens once “One” is passed.").wait_for()
    for title in ("One", "Two"):
        page.get_by_role("link", name=re.compile(f"Go on.*{title}")).click()
        page.get_by_role("button", name="Begin").click()
        page.get_by_role("button", name="I have read it to the end").click()
        page.get_by_text("Completed", exact=False).first.wait_for()
        page.goto(f"{origin}/learning/paths")
        page.get_by_role("link", name="To begin with").click()
    page.get_by_text("Thank you for going all the way.").wait_for()
    assert Enrollment.get().state == "finished"
