"""Every page that a browser looks at answers on each database: what it asks can be asked there."""

from typing import Any

from tests.browser.test_every_page import PAGES, running

__all__ = ["running"]


def test_every_page_answers(as_: Any, running: dict[str, Any]) -> None:
    """All of them on one database: to fill it takes longer than to ask for twenty pages."""
    found = {}
    for name, addresses in PAGES.items():
        browser = as_(name)
        for address in addresses:
            answer = browser.get(address.format(**running), follow_redirects=True)
            if answer.status_code >= 400:
                found[name, address] = answer.status_code
    assert found == {}
