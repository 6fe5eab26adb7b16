"""Real processes of the portal for tests: started on a test's database, watched, killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal.config import Config

ROOT = Path(__file__).parents[2]


def address(config: Config) -> str:
    """DATABASE_URL as one writes it: a socket's has no host, and the user after the question."""
    user, _, rest = config.database_url.removeprefix("postgresql://").partition("@/")
    return f"postgresql:///{rest}&user={user}" if rest else config.database_url


class Portal:
    """`python -m portal …` on a test's database, with everything it says kept in a file."""

    def __init__(self, config: Config, folder: Path, *command: str, **env: str) -> None:
        self.said = folder / f"said-{time.monotonic_ns()}.txt"
        named = {
            "DATABASE_URL": address(config),
            "DATA_DIR": str(folder / "data"),
            "SECRET_KEY": config.secret_key,
            "PYTHONPATH": str(ROOT),
        }
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, *(command or ("-m", "portal", "worker"))],
                stdout=out,
                stderr=out,
                cwd=ROOT,
                env=kept | named | env,
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.said.read_text()

    def kill(self) -> None:
        """As the machine would: no goodbye, not even to its children."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def stop(self, seconds: float = 25) -> int:
        """Told to stop; the exit code."""
        self.process.terminate()
        return self.process.wait(seconds)


def wait_until(true: Callable[[], Any], seconds: float = 10.0) -> float:
    """How long it took; fails when it did not happen in time."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - began
