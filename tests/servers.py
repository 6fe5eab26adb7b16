"""The real things tests talk to: PostgreSQL, a mail server, the portal over HTTP, a browser.

    python -m tests.servers has postgres      exit 0 if this machine has it (or chromium)

Each is found on the machine, started privately on a free port and gone afterwards. The checks of
a page return a list of faults in words, so a failed `assert axe(page) == []` explains itself.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from aiosmtpd.controller import Controller
from waitress import wasyncore
from waitress.server import create_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parent.parent
#: how long a test waits in a browser for what will come, in milliseconds: a busy machine is slow
PATIENCE = 20_000
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


# PostgreSQL ─────────────────────────────────────────────────────────────────────────────────────


def postgres_bin() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine: Debian keeps it off the PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    on_path = shutil.which("initdb")
    if not found and on_path:
        found = [Path(on_path).resolve()]
    return found[-1].parent if found else None


class PostgresCluster:
    """A private cluster in a temporary folder, reached by its Unix socket, careless of power cuts.

    Its texts sort by ICU's English rules, as a hosted database's would, and not by bytes as
    SQLite's do: an order that both engines share must be one we made ourselves.
    """

    def __init__(self) -> None:
        bin_folder = postgres_bin()
        if bin_folder is None:
            raise RuntimeError("No PostgreSQL server is installed.")
        # Not under TMPDIR: a socket's path may have 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="portal-pg-", dir="/tmp"))
        # PostgreSQL refuses to run as root; Debian's package made this account.
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self._as = {"user": "postgres", "group": "postgres", "extra_groups": []}
        data = self.folder / "data"
        log = self.folder / "log"
        command = [bin_folder / "initdb", "-D", data, "-U", "portal", "-A", "trust", "-N"]
        subprocess.run(
            [
                *command,
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--locale-provider=icu",
                "--icu-locale=en",
            ],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._as,
        )
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 200,
            "shared_buffers": "64MB",
            "autovacuum": "off",
            # Nobody follows this cluster, and a query of ten rows is not worth compiling.
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "checkpoint_timeout": "1h",
            "jit": "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [bin_folder / "postgres", "-D", data, *options],
                stdout=out,
                stderr=out,
                cwd=self.folder,
                # Ctrl-C is for pytest, which then stops us.
                start_new_session=True,
                **self._as,
            )
        atexit.register(self.stop)
        self._wait(log)

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                return _execute(self.url("postgres"), "SELECT 1")
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL does not start: {log.read_text()}") from error
                time.sleep(0.05)

    def url(self, name: str) -> str:
        return f"postgresql://portal@/{name}?host={self.folder}"

    def stop(self) -> None:
        """End it at once and leave nothing behind. May be called twice."""
        atexit.unregister(self.stop)
        if self._process.poll() is None:
            self._process.send_signal(3)  # SIGQUIT: PostgreSQL's immediate shutdown
            self._process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def create_database(url: str, name: str, template: str = "template1") -> str:
    """Make the database `name` beside the one at `url`, as a copy of `template`; returns its URL.

    Whoever is connected to the template is thrown out: PostgreSQL copies only what is still.
    """
    with psycopg.connect(_at(url, "postgres"), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (template,)
        )
        # Copying the files takes half the time of writing every page to the log anew.
        copying = " STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{copying}'.encode())
    return _at(url, name)


def drop_database(url: str, name: str) -> None:
    """Remove the database `name` beside the one at `url`, connected or not, if it exists."""
    _execute(_at(url, "postgres"), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _at(url: str, name: str) -> str:
    """The same server's URL with another database."""
    before, _, query = url.partition("?")
    return f"{before.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


_shared: list[PostgresCluster] = []


def share_postgres() -> None:
    """For `pytest_configure`: with TEST_DATABASE=postgres, one cluster for all of xdist's workers.

    It is started in the first process and found by the others in TEST_POSTGRES_URL, which may also
    name a server that runs already (with the right to create databases).
    """
    wanted = os.environ.get("TEST_DATABASE") == "postgres"
    if wanted and not os.environ.get("TEST_POSTGRES_URL"):
        _shared.append(PostgresCluster())
        os.environ["TEST_POSTGRES_URL"] = _shared[0].url("postgres")


def unshare_postgres() -> None:
    """For `pytest_unconfigure`: stop the cluster in the process that started it."""
    while _shared:
        os.environ.pop("TEST_POSTGRES_URL", None)
        _shared.pop().stop()


# Mail ───────────────────────────────────────────────────────────────────────────────────────────


class SmtpSink:
    """A mail server that keeps what it gets in `messages` and can misbehave in five ways."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        #: answer 451 to every message
        self.refuse = False
        #: answer 550 to these addresses alone
        self.bad_addresses: set[str] = set()
        #: keep the message, then cut the connection before answering 250
        self.drop_after_data = False
        #: answer nothing for as long as this is set
        self.hang = False
        self._controller = _SmtpController(self, hostname="127.0.0.1", port=0)
        self._controller.start()

    def empty(self) -> None:
        """As new: nothing kept, and well-behaved."""
        self.messages.clear()
        self.recipients.clear()
        self.bad_addresses.clear()
        self.refuse = self.drop_after_data = self.hang = False

    @property
    def port(self) -> int:
        return self._controller.port

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.hang = False
        self._controller.stop()

    def __enter__(self) -> SmtpSink:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        while self.hang:
            await asyncio.sleep(0.02)
        if self.refuse:
            return "451 4.3.0 Not now"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.bad_addresses:
            return "550 5.1.1 Nobody here by that name"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        content = envelope.content.replace(b"\r\n", b"\n")
        message = message_from_bytes(content, policy=policy.default)
        self.messages.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        if self.drop_after_data:
            server.transport.abort()
        return "250 OK"


class _SmtpController(Controller):
    def _trigger_server(self) -> None:
        # Port 0 asked for any free one; only now is it known which.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


# The portal over HTTP ───────────────────────────────────────────────────────────────────────────


class LiveServer:
    """An application behind a real waitress on a free port, in a thread of this process.

    It is built knowing its own address: `LiveServer(lambda url: create_app(config_with(url)))`.
    """

    def __init__(self, build: Callable[[str], Any]) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._connections: dict[int, Any] = {}
        self._told = threading.Event()
        self._server = create_server(
            build(self.url), map=self._connections, sockets=[listener], threads=2, ident=None
        )
        self._thread = threading.Thread(target=self._run, daemon=True, name=self.url)
        self._thread.start()

    def _run(self) -> None:
        while not self._told.is_set():
            wasyncore.loop(timeout=1, map=self._connections, count=1)
        self._server.task_dispatcher.shutdown(timeout=5)
        wasyncore.close_all(self._connections)

    def stop(self) -> None:
        self._told.set()
        # It looks up once a second by itself, and may be gone already.
        with suppress(OSError):
            self._server.pull_trigger()
        self._thread.join(10)

    def __enter__(self) -> LiveServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


# A browser ──────────────────────────────────────────────────────────────────────────────────────


def chromium_path() -> str | None:
    """Chromium as the machine has it; Playwright's own download is never used.

    The shell without windows first: the same pages in half the time.
    """
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return None


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium. Open a context of its own for each person: `browser.new_context()`."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        raise RuntimeError("No Chromium is installed.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        try:
            yield opened
        finally:
            opened.close()


@cache
def _axe_script() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text()


AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# One that never ends cannot be finished; a page that is not in front would never get there alone.
_FINISH = """() => document.getAnimations()
  .filter(one => one.effect.getComputedTiming().endTime < Infinity)
  .forEach(one => one.finish())"""


def settled(page: Page) -> None:
    """Wait until a page one has just gone to is there whole, and nothing on it moves any more:
    a click waits only until the next page begins."""
    page.wait_for_load_state()
    page.evaluate(_FINISH)


def axe(page: Page, rules: list[str] = AXE_RULES) -> list[str]:
    """What axe finds on the page. It goes in by the debugger, so a strict CSP does not stop it."""
    settled(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_script())
    kind = "tag" if rules is AXE_RULES else "rule"
    # Nothing is loaded for it once more: no style sheet of ours asks how a screen is held.
    found = page.evaluate(
        "runOnly => axe.run(document, {runOnly, resultTypes: ['violations'], preload: false})",
        {"type": kind, "values": rules},
    )
    return [
        f"{violation['id']}: {violation['help']} — {node['target'][-1]} — {node['html'][:120]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


# So that colors do not fade into another scheme while they are looked at.
_STILL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after { transition: none !important }");
  document.adoptedStyleSheets.push(sheet);
}"""


def faults(page: Page, in_the_dark: bool = True) -> list[str]:
    """What is wrong with the page as it stands: by axe in both schemes, with targets that are hard
    to hit, and on a small phone."""
    settled(page)
    page.evaluate(_STILL)
    page.emulate_media(color_scheme="light")
    found = axe(page) + targets_at_least_24(page)
    if not in_the_dark:
        return found + no_sideways_scroll(page, 320)
    page.emulate_media(color_scheme="dark")
    # In the dark only colors are others.
    return found + axe(page, ["color-contrast"]) + no_sideways_scroll(page, 320)


_CHECKS = Path(__file__).with_name("page_checks.js")


def holds(page: Page, expression: str, arg: Any = None, seconds: float = PATIENCE / 1000) -> None:
    """Wait until it is true in the page. Playwright's own way looks again by evaluating a string
    there, which our policy refuses from the second look on."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression, arg):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)


def no_sideways_scroll(page: Page, width: int = 320) -> list[str]:
    """What sticks out at the right of a window `width` pixels wide."""
    settled(page)
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 640})
    try:
        faults: list[str] = page.evaluate(_check("sideways"))
    finally:
        if before:
            page.set_viewport_size(before)
    return faults


def targets_at_least_24(page: Page) -> list[str]:
    """What one may tap that is smaller than 24 by 24 pixels; links inside a sentence may be."""
    settled(page)
    faults: list[str] = page.evaluate(_check("small"))
    return faults


def focus_never_hidden(page: Page, stops: int = 200) -> list[str]:
    """What the Tab key reaches but something else covers, a sticky bar for example."""
    faults = []
    page.evaluate("document.activeElement?.blur()")
    for stop in range(stops):
        page.keyboard.press("Tab")
        seen = page.evaluate(_check("focused"), stop)
        if seen["again"]:
            break
        if seen["fault"]:
            faults.append(seen["fault"])
    return faults


def _check(name: str) -> str:
    """The function `name` of page_checks.js, as an expression."""
    return f"argument => {{ {_CHECKS.read_text()}; return {name}(argument); }}"


def main() -> int:
    has = {"postgres": postgres_bin, "chromium": chromium_path}
    if len(sys.argv) != 3 or sys.argv[1] != "has" or sys.argv[2] not in has:
        print(__doc__)
        return 2
    return 0 if has[sys.argv[2]]() else 1


if __name__ == "__main__":
    sys.exit(main())
