"""Uploads with their parts on the disk and in the database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal import blobs
from portal.config import Config
from portal.uploads.models import UploadKind, kinds


@pytest.fixture(params=["disk", "db"])
def store(request: Any, world: Any, database: Config, tmp_path: Path) -> Iterator[str]:
    """Both places in turn."""
    blobs.configure(tmp_path / "blobs", request.param)
    yield request.param
    blobs.configure(database.data_dir / "blobs", "disk")


@pytest.fixture
def small(world: Any, database: Config) -> Iterator[UploadKind]:
    """A kind of upload that everybody may send, of a megabyte at most."""
    kind = UploadKind("small", "Something small", may=lambda who: True, max_bytes=1024 * 1024)
    kinds[kind.name] = kind
    yield kind
    del kinds[kind.name]
