"""A dyno under test: `serve` as in production, with the bare page mounted beside the portal.

python -m tests.bench.dyno      the child process; its settings are in the environment
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import bare
from tests.bench.wire import Line

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30


def main() -> int:
    """Serve, with the bare page: only this process, and only the web part of it, knows of it."""
    from portal import app, config, serve

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    create = app.create_app
    app.create_app = lambda settings: bare.beside(create(settings))  # type: ignore
    return serve.run(config.load())


@dataclass
class Dyno:
    """A running one: its port, its process, and how long it took to answer first."""

    port: int
    process: subprocess.Popen[bytes]
    start_seconds: float

    def memory_mb(self) -> float:
        """Proportional memory of the supervisor, the web part and the worker together."""
        return sum(_pss_kb(pid) for pid in _family(self.process.pid)) / 1024


@contextmanager
def running(
    data: Path, module: str = "tests.bench.dyno", *arguments: str, **more: str
) -> Iterator[Dyno]:
    """A dyno on the database in `data`, stopped as the platform stops it; `more` are settings."""
    port = free_port()
    settings = {"DATA_DIR": str(data), "PORT": str(port), "SECRET_KEY": "bench" * 8, **more}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**kept, **settings},
        stdout=subprocess.DEVNULL,
    )
    try:
        _await_answer(port, process)
        yield Dyno(port, process, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _await_answer(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the sign-in page, drawn from a template and the database, has come."""
    deadline = time.perf_counter() + START_SECONDS
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            with Line(port) as line:
                if line.get("/sign-in").status == 200:
                    return
        except OSError:
            time.sleep(0.005)
    raise SystemExit("The portal under test did not start.")


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))


def _pss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
