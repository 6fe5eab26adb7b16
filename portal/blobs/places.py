"""Where contents lie on the disk, and how a file gets there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

DISK, DATABASE = "disk", "db"

_folder = Path("var/blobs")
_store = DISK


def configure(folder: Path, store: str) -> None:
    """From now on new contents are kept on the disk below `folder`, or in the database ("db").

    What was stored the other way is still read: each row knows where it is.
    """
    global _folder, _store
    _folder, _store = folder, store


def store() -> str:
    return _store


def path_of(digest: str) -> Path:
    return _folder / digest[:2] / digest


def part_path(name: str) -> Path:
    """Where a part of an upload waits for the others."""
    return _folder / "parts" / name


@contextmanager
def draft(in_memory_bytes: int = 0) -> Iterator[IO[bytes]]:
    """A file to write a content into; nothing is left of it unless `settle` has moved it.

    For what goes into the database it has no name, and is in memory up to `in_memory_bytes`.
    """
    if in_memory_bytes:
        with tempfile.SpooledTemporaryFile(max_size=in_memory_bytes) as spooled:
            yield spooled
        return
    folder = _make(_folder / "drafts")
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        try:
            yield file  # type: ignore[misc]
        finally:
            Path(file.name).unlink(missing_ok=True)


def sync(file: IO[bytes]) -> None:
    """What was written survives a power cut from here on."""
    file.flush()
    os.fsync(file.fileno())


def settle(file: IO[bytes], path: Path) -> None:
    """Move a draft, already synced, to its place."""
    _make(path.parent)
    os.replace(file.name, path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def old_files(before: datetime) -> Iterator[Path]:
    """Every file below the folder that was last written before that moment."""
    if not _folder.is_dir():
        return
    for path in sorted(_folder.glob("*/*")):
        try:
            if path.stat().st_mtime < before.timestamp():
                yield path
        except FileNotFoundError:
            continue


def is_content(path: Path) -> bool:
    """Whether this is a content's place (and not a draft's or a part's)."""
    return path.parent.name not in ("drafts", "parts")


def is_part(path: Path) -> bool:
    return path.parent.name == "parts"
