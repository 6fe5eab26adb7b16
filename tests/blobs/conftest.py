"""Contents kept in a folder of the test's own, on the disk and in the database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal import blobs
from portal.config import Config


@pytest.fixture(params=["disk", "db"])
def store(request: Any, database: Config, tmp_path: Path) -> Iterator[str]:
    """Both places in turn."""
    blobs.configure(tmp_path / "blobs", request.param)
    yield request.param
    blobs.configure(database.data_dir / "blobs", "disk")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"
