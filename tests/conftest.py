"""The test world: a real database a test, copied from one in which the cast stands ready."""

import gc
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock, db, models
from portal.app import create_app
from portal.config import Config
from portal.documents.models import Document
from portal.people.signing import Device
from tests import cast, pristine, servers

ON_POSTGRES = os.environ.get("TEST_DATABASE") == "postgres"
# Tables of the whole cast: what each may see does not depend on the database, and that every
# question can be asked of it is seen by the other tests.
ONCE = {
    "test_help.py", "test_hostile.py", "test_palette.py", "test_tampering.py",
    "test_tampering_real.py", "test_auditor.py", "test_verify.py", "test_attacks.py",
    "test_attacks_evidence.py", "test_attacks_passes.py",
}  # fmt: skip
# And files about what is typed, sent, served or drawn: their neighbors ask the same of a database.
TYPED = {
    "assignments/test_routes.py", "documents/test_editing.py", "documents/test_exchange.py",
    "learning/test_parser.py", "people/test_addresses.py", "people/test_forms.py",
    "people/test_import_problems.py", "questionnaires/test_content.py",
    "questionnaires/test_filling.py", "scorm/test_checking.py", "scorm/test_serving.py",
    "uploads/test_sending.py",
}  # fmt: skip
CASES_AGAIN = 2
ROOM_BYTES = 1_000_000_000
WRITES = ("INSERT", "UPDATE", "DELETE")


def pytest_configure(config: pytest.Config) -> None:
    servers.share_postgres()


def pytest_unconfigure(config: pytest.Config) -> None:
    servers.unshare_postgres()


def pytest_collection_finish() -> None:
    """What stands until the end (modules, tests) is not looked through for garbage ever again."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches the database runs again; of what a browser walks, one flow
    that goes through everything: what a page looks like does not depend on the database."""
    if not ON_POSTGRES:
        return
    again = [item for item in items if "database" in getattr(item, "fixturenames", ())]
    again = [item for item in again if not item.get_closest_marker("one_database")]
    again = [
        item
        for item in again
        if not item.get_closest_marker("browser") or item.get_closest_marker("both_databases")
    ]
    again = [item for item in again if not _is_once(item.path) and not _is_a_table(item)]
    again = _first_cases(again)
    kept = set(map(id, again))
    config.hook.pytest_deselected(items=[item for item in items if id(item) not in kept])
    items[:] = again


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many of SCORM's official cases pass, by group."""
    cases: dict[str, dict[str, list[bool]]] = {}
    for outcome in ("passed", "failed", "xfailed"):
        for report in terminalreporter.stats.get(outcome, ()):
            file, is_case, name = report.nodeid.partition("::test_an_official_case[")
            if is_case:
                group = re.split(r"[-\]]", name)[0]
                cases.setdefault(file, {}).setdefault(group, []).append(outcome == "passed")
    for file, groups in sorted(cases.items()):
        said = ", ".join(f"{each} {sum(held)}/{len(held)}" for each, held in sorted(groups.items()))
        terminalreporter.write_line(f"SCORM 2004's official cases, {file}: {said}")


def _first_cases(items: list[pytest.Item]) -> list[pytest.Item]:
    """What is tried with many values is tried with two of them: the questions are the same."""
    seen: Counter[Any] = Counter()
    kept = []
    for item in items:
        case = (item.path, getattr(item, "originalname", item.name))
        seen[case] += 1
        if seen[case] <= CASES_AGAIN or "house" in item.path.parts:
            kept.append(item)
    return kept


def _is_once(path: Path) -> bool:
    # What pages ask, every one of them asks there as well: house/test_every_page_answers.py.
    is_once = path.name.endswith(("access.py", "pages.py"))
    return is_once or path.name in ONCE or f"{path.parent.name}/{path.name}" in TYPED


def _is_a_table(item: pytest.Item) -> bool:
    """Whether it is a table of the whole cast (tests/reach.py), in whichever file it stands."""
    function: Any = getattr(item, "function", None)
    return function is not None and "knock" in function.__code__.co_names


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The application of this test process, and the filled database each test copies."""
    folder = tmp_path_factory.mktemp("world")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    url = f"sqlite:///{folder / 'template.db'}"
    if ON_POSTGRES:
        url = servers.create_database(os.environ["TEST_POSTGRES_URL"], f"template_{worker}")
    config = Config(secret_key="s" * 40, data_dir=folder, database_url=url, demo=True)
    app = create_app(config)
    cast.stand_still()
    models.migrate()
    cast.fill()
    clock.set_source(None)
    _forget()
    kept = None
    if ON_POSTGRES:
        pristine.lay_up(url)
        server = os.environ["TEST_POSTGRES_URL"]
        kept = pristine.Pristine(server, f"template_{worker}", f"test_{worker}")
    return SimpleNamespace(app=app, config=config, folder=folder, worker=worker, kept=kept)


def _forget() -> None:
    """Leave the open database, so that its file may be copied and another one opened."""
    if db.is_sqlite():
        db.database.connect(reuse_if_open=True)
        db.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.database.close()
    else:
        db.database.close()
        db.database.obj.close_all()


@pytest.fixture
def database(
    world: SimpleNamespace, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Config]:
    """A database of this test's own, with the cast in it and the clock standing still."""
    memory = None
    if ON_POSTGRES:
        url = world.kept.ready()
    else:
        memory = _in_memory(world.worker)
        path = (memory or tmp_path) / "portal.db"
        shutil.copy(world.folder / "template.db", path)
        url = f"sqlite:///{path}"
    config = replace(world.config, database_url=url)
    if ON_POSTGRES:
        opened = world.kept.open(lambda: db.open_database(config))
    else:
        opened = db.open_database(config)
    opened.query_hooks.append(_refuse_stray_writes)
    if ON_POSTGRES:
        opened.query_hooks.append(world.kept.watch)
    db.database.connect()
    cast.stand_still()
    yield config
    clock.set_source(None)
    db.database.close()
    if ON_POSTGRES:
        # Another connection, or a process of its own, wrote what nobody has seen: commands do.
        strange = db.database.obj is not opened or request.node.get_closest_marker("servers")
        strange = strange or "house" in request.node.path.parts
        world.kept.is_spoiled |= bool(strange)
        world.kept.let_go(opened)
        world.kept.put_back()
    # A test that forgot to ask for a database must not find the last one's.
    db.database.initialize(None)
    if memory is not None:
        shutil.rmtree(memory, ignore_errors=True)


def _in_memory(worker: str) -> Path | None:
    """A folder for one test's database where nobody waits for a disk, if this machine has room:
    to write safely is most of what a small test does, and no test cuts the power."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shutil.disk_usage(shared).free < ROOM_BYTES:
        return None
    return Path(tempfile.mkdtemp(prefix=f"portal-{worker}-", dir=shared))


def _refuse_stray_writes(event: Any) -> None:
    """Every change goes through `db.write()`; another way in is a mistake."""
    if event.sql.lstrip().upper().startswith(WRITES) and not db.is_writing():
        raise AssertionError(f"written outside db.write(): {event.sql[:120]}")


@pytest.fixture
def app(world: SimpleNamespace, database: Config) -> Iterator[Flask]:
    """The application, on this test's database."""
    with world.app.app_context():
        yield world.app


class Browser(FlaskClient):
    """A client that says of itself what a browser on our own page says."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("Sec-Fetch-Site", "same-origin")
        return super().open(*args, headers=headers, **kwargs)

    def hx(self, path: str, target: str, **kwargs: Any) -> Any:
        """POST as htmx does when it wants a fragment for `target` (an id)."""
        return self.post(path, headers=_wanting(target), **kwargs)

    def hx_get(self, path: str, target: str) -> Any:
        """GET as htmx does when it wants a fragment for `target` (an id)."""
        return self.get(path, headers=_wanting(target))


def _wanting(target: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": f"li#{target}"}


@pytest.fixture
def stranger(world: SimpleNamespace, database: Config) -> FlaskClient:
    """A browser nobody signed in on."""
    world.app.test_client_class = Browser
    return world.app.test_client()


@pytest.fixture
def as_(world: SimpleNamespace, database: Config) -> Callable[[str], FlaskClient]:
    """`as_("erin")`: a browser on which she is signed in."""
    world.app.test_client_class = Browser

    def sign_in(name: str) -> FlaskClient:
        client = world.app.test_client()
        token = Device.sign_in(cast.person(name), how="test", agent="pytest", address="127.0.0.1")
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        return client

    return sign_in


@pytest.fixture
def who(database: Config) -> SimpleNamespace:
    """The cast by name: `who.erin`."""
    return SimpleNamespace(**cast.everybody())


@pytest.fixture
def move_clock(database: Config) -> Callable[..., None]:
    """`move_clock(days=3)` or `move_clock(to=…)`: it stands still again afterwards."""

    def move(to: datetime | None = None, **by: float) -> None:
        moment = to or clock.now() + timedelta(**by)
        clock.set_source(lambda: moment)

    return move


@pytest.fixture
def plan(who: SimpleNamespace) -> Document:
    """The engineering onboarding of the cast's company, published by Helen."""
    document = Document.start("checklist", "Engineering onboarding", by=who.helen)
    document.publish(cast.ENGINEERING_PLAN, by=who.helen)
    return document


# What begins and ends a write, and says how long the disk is waited for, asks nothing.
FRAME = (
    "BEGIN", "COMMIT", "SELECT pg_advisory_xact_lock",
    "PRAGMA synchronous", "SET LOCAL synchronous_commit",
)  # fmt: skip


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run inside, whichever the database."""
    seen: list[str] = []

    def note(event: Any) -> None:
        if not event.sql.startswith(FRAME):
            seen.append(event.sql)

    db.database.query_hooks.append(note)
    try:
        yield seen
    finally:
        db.database.query_hooks.remove(note)


@pytest.fixture
def queries(database: Config) -> Any:
    """`with queries() as seen:` counts the statements that run inside."""
    return counted
