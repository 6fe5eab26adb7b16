"""A real browser on a real server, for the flows a person walks."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, expect

from portal import db
from portal.app import create_app
from portal.config import Config
from portal.mail import jobs as mail
from portal.people.signing import Device
from portal.scorm import runs
from tests import cast, servers
from tests.scorm import playing

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}

expect.set_options(timeout=servers.PATIENCE)


def says_error(page: Any) -> None:
    """The page that comes says in its title that something is wrong."""
    expect(page).to_have_title(re.compile("^Error: "))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if servers.chromium_path() is None:
        pytest.skip("There is no Chromium on this machine.")
    with servers.browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def served(world: SimpleNamespace) -> Iterator[Callable[..., SimpleNamespace]]:
    """`served(name, configure)`: an application on a port, built once for all tests of this
    process; the database is the one that is open. `configure(port)` says what is special."""
    built: dict[str, SimpleNamespace] = {}
    running: list[servers.LiveServer] = []

    def serve(name: str, configure: Callable[[int], dict[str, Any]]) -> SimpleNamespace:
        if name in built:
            return built[name]
        made: dict[str, Any] = {}
        opened = db.database.obj

        def make(url: str) -> Any:
            made["config"] = replace(world.config, **configure(urlsplit(url).port or 0))
            made["app"] = create_app(made["config"])
            return made["app"]

        running.append(servers.LiveServer(make))
        db.database.initialize(opened)
        built[name] = SimpleNamespace(**made)
        return built[name]

    yield serve
    for server in running:
        server.stop()


@pytest.fixture(scope="session")
def mailbox() -> Iterator[servers.SmtpSink]:
    with servers.SmtpSink() as sink:
        yield sink


@pytest.fixture
def sink(mailbox: servers.SmtpSink) -> servers.SmtpSink:
    mailbox.empty()
    return mailbox


@pytest.fixture
def site(
    database: Config, sink: servers.SmtpSink, served: Callable[..., SimpleNamespace]
) -> Iterator[SimpleNamespace]:
    """The portal on a port, with its mail going to the sink."""
    made = served(
        "portal", lambda port: {"app_url": f"http://127.0.0.1:{port}", "smtp_url": sink.url}
    )
    mail.configure(sink.url, "People portal", f"portal@{made.config.app_host}")
    with made.app.app_context():
        yield SimpleNamespace(url=made.config.app_url, app=made.app, sink=sink)


@pytest.fixture
def visit(chromium: Any, site: SimpleNamespace) -> Iterator[Callable[..., Any]]:
    """`visit("mara")`: a page of their own, signed in, at phone size unless said otherwise."""
    contexts = []

    def open_as(name: str, path: str = "/", javascript: bool = True, **options: Any) -> Any:
        options.setdefault("viewport", PHONE)
        context = chromium.new_context(java_script_enabled=javascript, **options)
        context.set_default_timeout(servers.PATIENCE)
        contexts.append(context)
        # What signing in leaves behind; the way in itself is walked in test_sign_in.py.
        context.add_cookies([{"name": "portal", "value": cookie_of(name), "url": site.url}])
        page = context.new_page()
        page.goto(f"{site.url}{path}")
        return page

    def cookie_of(name: str) -> str:
        client = site.app.test_client()
        token = Device.sign_in(cast.person(name), how="test", agent="pytest", address="127.0.0.1")
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        return str(client.get_cookie("portal").value)

    yield open_as
    for context in contexts:
        context.close()


def die(page: Any) -> None:
    """The tab is killed. One that is closed still sends its last words, and those pass by the
    network that is cut for its page only."""
    with suppress(Error):
        page.goto("chrome://crash")
    page.close()


@pytest.fixture
def hosts(database: Any, served: Callable[..., SimpleNamespace]) -> Iterator[Any]:
    """The portal and the content host, under their two names on one port."""
    made = served(
        "both hosts",
        lambda port: {
            "app_url": f"http://{playing.PORTAL}:{port}",
            "content_host": f"{playing.CONTENT}:{port}",
        },
    )
    runs.configure(made.config.content_host, "http")
    with made.app.app_context():
        yield SimpleNamespace(url=made.config.app_url)
    runs.configure("", "http")
