"""A stored content as a file one can read and seek in: what comes out was verified."""

import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHUNK_BYTES = 256 * 1024
HASH_BYTES = 32


class Damaged(Exception):
    """What is stored is not what was given; the message is safe to show and to log."""


class Verified(io.RawIOBase):
    """Reads chunk by chunk, each held against its hash before a byte of it is handed out.

    `fetch(number)` brings a chunk as it is stored, or None when it is not there.
    """

    def __init__(
        self,
        name: str,
        size: int,
        hashes: bytes,
        fetch: Callable[[int], bytes | None],
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self._called, self._size, self._hashes = name, size, hashes
        self._fetch, self._release = fetch, release
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            # As a file on disk says it: who reads an empty zip tries, and goes on.
            raise OSError("before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, into: Any) -> int:
        if self._at >= self._size:
            return 0
        number, skipped = divmod(self._at, CHUNK_BYTES)
        part = self._chunk(number)[skipped : skipped + len(into)]
        into[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            stored = self._fetch(number)
            wanted = self._hashes[number * HASH_BYTES : (number + 1) * HASH_BYTES]
            if stored is None or hashlib.sha256(stored).digest() != wanted:
                what = "missing" if stored is None else "damaged"
                raise Damaged(f"{self._called} is {what}, from byte {number * CHUNK_BYTES} on.")
            self._held = (number, stored)
        return self._held[1]

    def close(self) -> None:
        if not self.closed:
            self._release()
        super().close()


def on_disk(name: str, size: int, hashes: bytes, path: Path) -> Verified:
    """The content in that file. Raises Damaged when there is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise Damaged(f"{name} is missing.") from error

    def fetch(number: int) -> bytes:
        return os.pread(handle, CHUNK_BYTES, number * CHUNK_BYTES)

    return Verified(name, size, hashes, fetch, lambda: os.close(handle))
