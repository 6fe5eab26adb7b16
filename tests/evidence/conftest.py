"""A company in which something is required, some have done it, and packs are built of it."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from portal import clock
from portal.evidence import building
from portal.evidence.access import requirements
from portal.evidence.models import Pack
from tests.policies.conftest import conduct, publish, signs

__all__ = ["conduct", "publish", "signs"]

VERIFIER = Path(building.__file__).with_name("verify.py")


@pytest.fixture
def signed(conduct: Any, who: Any, move_clock: Any) -> Any:
    """The code of conduct, signed by Erin and Otto on the day after; and a day has passed since."""
    move_clock(days=1)
    for person in (who.erin, who.otto):
        signs(conduct, person)
    move_clock(days=1)
    return conduct


@pytest.fixture
def ask(who: Any) -> Any:
    """`ask(as_of=…)`: a pack of everything as Helen asks for it, not built yet."""

    def make(**said: Any) -> Pack:
        values = {
            "by": who.helen,
            "as_of": clock.today(),
            "known_at": None,
            "requirements": [one.id for one in requirements()],
        }
        return Pack.ask(**(values | said))

    return make


@pytest.fixture
def build(world: Any, database: Any) -> Any:
    """`build()`: the worker's sweep, once; how many packs are ready by it."""

    def run() -> int:
        with world.app.app_context():
            return building.build_due()

    return run


@pytest.fixture
def built(build: Any, ask: Any) -> Any:
    """The same, built."""

    def make(**said: Any) -> Pack:
        pack = ask(**said)
        assert build() == 1, Pack.get_by_id(pack.id).problem
        return Pack.get_by_id(pack.id)  # type: ignore[no-any-return]

    return make


def content(pack: Pack) -> bytes:
    with pack.blob.open() as file:
        return file.read()


def unpacked(pack: Pack, folder: Path) -> Path:
    """The pack in an empty folder, as an auditor has it."""
    with zipfile.ZipFile(io.BytesIO(content(pack))) as whole:
        whole.extractall(folder)
    return folder


def verified(folder: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    """What the pack's own verifier says of it, run in isolation beside it."""
    return subprocess.run(
        [sys.executable, "-I", "verify.py", ".", *more],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
