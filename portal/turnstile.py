"""Whose turn it is to write, among the processes of one machine.

SQLite's own waiting asks again at longer and longer intervals, so that a worker which writes again
and again leaves a request waiting until it gives up. Here nobody passes twice while another
waits: whoever waits for the room stands in the door, and whoever comes out of the room has to come
in by the door.

It is manners, not safety: SQLite's lock keeps writers apart where these locks do not work (a
network disk) or somebody holds them for too long. PostgreSQL's advisory lock is fair by itself.
"""

import errno
import fcntl
import logging
import os
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

log = logging.getLogger(__name__)

# Two bytes of a file that holds nothing.
DOOR, ROOM = 0, 1
PATIENCE_SECONDS = 5.0
LOOK_SECONDS = 0.0005


class Turnstile:
    """Locks of a file belong to the process: its threads take turns before they come here, and a
    fork inherits none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Inside it is this process's turn; after five seconds of waiting it goes on without."""
        until = time.monotonic() + PATIENCE_SECONDS
        if self._take(DOOR, until):
            self._take(ROOM, until)
            self._leave(DOOR)
        try:
            yield
        finally:
            self._leave(ROOM)

    def _take(self, place: int, until: float) -> bool:
        while True:
            try:
                fcntl.lockf(self._opened(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
                return True
            except OSError as error:
                is_others = error.errno in (errno.EAGAIN, errno.EACCES) and self._file is not None
                if not is_others or time.monotonic() > until:
                    log.warning("Writing without a turn: %s", error)
                    return False
            time.sleep(LOOK_SECONDS)

    def _leave(self, place: int) -> None:
        """Also what was never taken. What was written stays written, whatever the disk says."""
        if self._file is not None:
            with suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)

    def _opened(self) -> int:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            weakref.finalize(self, os.close, self._file)
        return self._file
