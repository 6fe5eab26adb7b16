"""What tests of people need beside the cast: another application, and codes by mail."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import db
from portal.app import create_app
from portal.config import Config
from portal.mail import jobs
from tests import servers
from tests.conftest import Browser


@pytest.fixture
def browser(world: Any, database: Config) -> Callable[[], FlaskClient]:
    """`browser()`: a browser of its own, with its own cookies, nobody signed in."""
    world.app.test_client_class = Browser
    return world.app.test_client  # type: ignore[no-any-return]


@pytest.fixture
def built(database: Config) -> Callable[..., Any]:
    """`with built(demo=False) as app:` another application on this test's database."""

    @contextmanager
    def build(**changed: Any) -> Iterator[Any]:
        opened = db.database.obj
        other = create_app(replace(database, **changed))
        # It is to use the connection that is open, not one more.
        db.database.obj.close()
        db.database.initialize(opened)
        other.test_client_class = Browser
        try:
            yield other
        finally:
            db.database.initialize(opened)

    return build


@pytest.fixture
def mailbox(world: Any, database: Config) -> Iterator[Callable[[str], list[Any]]]:
    """`mailbox("erin@…")`: the letters that have arrived there, at a mail server of our own."""
    with servers.SmtpSink() as sink:
        jobs.configure(sink.url, "People portal", "portal@localhost")
        try:

            def arrived(address: str) -> list[Any]:
                # Not around the requests of a test: they would all share one `g`.
                with world.app.app_context():
                    jobs.send_letters()
                return [m for m in sink.messages if m["To"].casefold() == address.casefold()]

            yield arrived
        finally:
            jobs.configure("", "People portal", "portal@localhost")


@pytest.fixture
def code_for(mailbox: Callable[[str], list[Any]]) -> Callable[[str], str]:
    """`code_for("erin@…")`: the digits in the newest letter to that address."""

    def digits(address: str) -> str:
        body = mailbox(address)[-1].get_body(("plain",)).get_content()
        found = re.search(r"\b\d{6}\b", body)
        assert found, body
        return found.group()

    return digits
