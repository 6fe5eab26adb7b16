"""The help that ships is there to read, for everyone who may sign in."""

from typing import Any

from portal.home.guide import FOLDER
from tests.conftest import counted


def test_every_page_of_help_can_be_read_by_everyone(as_: Any) -> None:
    for name in ("nia", "audrey", "helen"):
        client = as_(name)
        index = client.get("/help").text
        for path in FOLDER.glob("*.md"):
            assert f'href="/help/{path.stem}"' in index
            assert client.get(f"/help/{path.stem}").status_code == 200


def test_links_between_the_pages_lead_somewhere(as_: Any) -> None:
    erin = as_("erin")
    for path in FOLDER.glob("*.md"):
        page = erin.get(f"/help/{path.stem}").text
        prose = page[page.index('class="prose"') :]
        for href in {part.split('"')[0] for part in prose.split('href="')[1:]}:
            if not href.startswith(("http", "mailto", "#", "/")):
                assert erin.get(f"/help/{href}").status_code == 200, (path.name, href)


def test_what_is_no_page_does_not_exist(as_: Any) -> None:
    erin = as_("erin")
    nothing = erin.get("/nothing")
    for slug in ("nothing", "..%2Fpages%2Fwelcome"):
        assert erin.get(f"/help/{slug}").data == nothing.data


def test_help_asks_for_nothing_but_the_frame(as_: Any) -> None:
    erin = as_("erin")
    erin.get("/help/today")
    with counted() as seen:
        erin.get("/help/today")
    assert len(seen) <= 4
