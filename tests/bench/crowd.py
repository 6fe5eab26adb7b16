"""Slow clients beside a healthy one: they must cost it nothing."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.wire import Answer

SLOW = 20
DRIP_SECONDS = 0.2


@dataclass(frozen=True)
class Latency:
    p50: float
    p95: float
    worst: float


def latency(fetch: Callable[[], Answer], seconds: float) -> Latency:
    """One healthy user, page after page, in milliseconds."""
    took = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        took.append(fetch().seconds * 1000)
    took.sort()
    return Latency(took[len(took) // 2], took[int(len(took) * 0.95)], took[-1])


@contextmanager
def slow_senders(port: int, cookie: str) -> Iterator[None]:
    """Twenty who have sent half a body and now send a byte at a time."""
    head = (
        f"POST /checklists HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: 20000\r\n\r\nname={'x' * 10_000}"
    )
    with _crowd(port, head, lambda one: one.send(b"x")):
        yield


@contextmanager
def slow_readers(port: int, cookie: str) -> Iterator[None]:
    """Twenty who ask for page after page and take a byte at a time."""
    ask = f"GET /people HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n"
    with _crowd(port, ask * 4, lambda one: one.recv(1)):
        yield


@contextmanager
def _crowd(port: int, opening: str, drip: Callable[[socket.socket], object]) -> Iterator[None]:
    told = threading.Event()
    crowd = [_join(port, opening) for _ in range(SLOW)]

    def dawdle() -> None:
        while not told.wait(DRIP_SECONDS):
            for one in crowd:
                try:
                    drip(one)
                except OSError:
                    pass

    thread = threading.Thread(target=dawdle, daemon=True)
    thread.start()
    # What they asked for has been drawn by now: the crowd is waiting, not arriving.
    time.sleep(2)
    try:
        yield
    finally:
        told.set()
        thread.join()
        for one in crowd:
            one.close()


def _join(port: int, opening: str) -> socket.socket:
    one = socket.socket()
    # A small buffer, so that the server really has to keep what is not taken.
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    one.settimeout(1)
    one.connect(("127.0.0.1", port))
    one.sendall(opening.encode())
    return one
