"""The bench measures what it says: its yardstick has its size, its company its shape."""

import contextvars
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import audit, clock, db, models
from portal.app import create_app
from portal.config import Config
from portal.metrics import leading, snapshots
from portal.people.models import Person
from tests.bench import __main__ as bench
from tests.bench import bare, company, reviews
from tests.bench.measure import pages

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 97


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, company.Cast]]:
    """A portal of a hundred people as the bench makes it."""
    folder = tmp_path_factory.mktemp("bench")
    before = getattr(db.database, "obj", None)
    app = create_app(Config(secret_key="s" * 40, data_dir=folder))
    with app.app_context():
        db.database.connect()
        models.migrate()
        cast = bench.filled(100, clock.today())
        bare.furnish()
        yield app, cast
        db.database.close()
    if before is not None:
        db.database.initialize(before)


def _ask(app: Any, path: str, cookie: str = "") -> tuple[dict[str, str], bytes]:
    """What the mounted pair answers to a GET, with its headers."""
    told: dict[str, str] = {}

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> None:
        told.update(dict(headers), status=status)

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_COOKIE": cookie,
        "HTTP_X_COUNT_QUERIES": "1",
        "wsgi.url_scheme": "http",
    }
    return told, b"".join(app(environ, start))


def test_the_bare_page_is_a_look_up_three_queries_and_twenty_kilobytes(filled: Any) -> None:
    app = bare.beside(filled[0])
    cookie = _ask(app, "/bare/sign-in")[0]["Set-Cookie"].partition(";")[0]
    headers, body = _ask(app, "/bare", cookie)
    assert headers["status"].startswith("200")
    assert headers["X-Queries"] == "4"
    assert 19_000 < len(body) < 23_000


def test_the_portal_beside_it_is_the_portal(filled: Any) -> None:
    headers, body = _ask(bare.beside(filled[0]), "/sign-in")
    assert headers["status"].startswith("200")
    assert b"Send me a code" in body


def test_production_never_sees_the_bare_page(filled: Any) -> None:
    headers, _ = _ask(filled[0].wsgi_app, "/bare")
    assert headers["status"].startswith("404")
    named = [path for path in (ROOT / "portal").rglob("*.py") if "bench" in path.read_text()]
    assert named == []


def test_the_company_has_its_people_in_lines_of_eight_and_a_chain_that_holds(filled: Any) -> None:
    _, cast = filled
    assert Person.select().count() == PEOPLE
    leader = Person.get_by_id(company.leader_of(PEOPLE))
    assert len(Person.reports_of(leader, Person.select())) == company.SPAN
    assert cast.duties
    assert audit.verify().holds


def test_every_page_of_the_issue_is_measured() -> None:
    cast = company.Cast({}, 1, 2, 3, 4, [])
    barred = {page.name for page in pages(cast) if page.bar}
    wanted = {"Today", "person file", "directory", "editor", "checklist run", "check-off"}
    wanted |= {"draft save", "team", "form on a phone", "answer saved", "org tree", "palette"}
    wanted |= {"review form on a phone", "review saved", "control page, 1,000 reviews"}
    wanted |= {"my career", "career of a report", "careers of a team", "move, to decide"}
    wanted |= {"openings", "opening, who asks", "promotion form", "track with its map", "pay bands"}
    wanted |= {"every number", "one number, by department", "a line’s numbers", "red numbers"}
    assert wanted <= barred


def test_every_page_that_is_measured_is_there_for_whoever_asks(filled: Any) -> None:
    app, cast = filled
    asked = contextvars.Context()  # Out of the fixture's: each request has its own.
    for who, token in cast.links.items():
        client = app.test_client()
        signing = {"headers": {"Sec-Fetch-Site": "same-origin"}}
        asked.run(client.post, f"/sign-in/link/{token}", **signing)
        for page in pages(cast):
            if page.who == who and not page.is_write:
                answer = asked.run(client.get, page.path)
                assert answer.status_code == 200, (page.name, answer.status_code)


def test_the_worker_finds_no_night_to_count_while_pages_are_measured(filled: Any) -> None:
    assert snapshots.take_due() == 0
    assert leading.take_due() == 0


def test_nobody_else_writes_the_form_that_a_visit_saves(filled: Any) -> None:
    _, cast = filled
    others = reviews.forms_of_leads(but=cast.reviewing)
    assert others and cast.reviewing not in others.values()
    assert company.leader_of(cast.newcomer) in others
