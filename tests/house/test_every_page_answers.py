"""Every page that a browser looks at answers on each database: what it asks can be asked there."""

from typing import Any

import pytest

from tests.browser.test_every_page import AT_ONCE, PAGES, PARTS, running

__all__ = ["running"]


@pytest.mark.parametrize(("name", "first"), PARTS)
def test_every_page_answers(as_: Any, running: dict[str, Any], name: str, first: int) -> None:
    browser = as_(name)
    found = {}
    for address in PAGES[name][first : first + AT_ONCE]:
        answer = browser.get(address.format(**running), follow_redirects=True)
        if answer.status_code >= 400:
            found[address] = answer.status_code
    assert found == {}
