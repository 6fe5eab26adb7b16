"""The dyno: the web server and the worker, each in its own process, under one supervisor.

Either one's end stops the other, because half a portal looks healthy and is not: the platform must
see an exit to start both anew. SIGTERM and SIGINT stop both cleanly, well under 25 seconds.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from portal import app, worker
from portal.config import Config, ConfigError

# Python's threads get in each other's way: one answers twice as many requests a second as two. So
# there is one for what is quick, and one more for each request that takes longer than that.
PATIENCE_SECONDS = 0.05
MOST_THREADS = 6
MAX_BODY_BYTES = 16 * 1024 * 1024
MAX_HEADER_BYTES = 64 * 1024
IDLE_CONNECTION_SECONDS = 60
MAX_CONNECTIONS = 500
# Requests already begun may finish this long after the order to stop.
DRAIN_SECONDS = 8
# Platforms kill 30 seconds after SIGTERM; the worker finishes its sweep within this.
STOP_SECONDS = 20

STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}

Part = Callable[[], object]


def run(config: Config, greeting: str = "") -> int:
    """Serve until told to stop; returns the exit code. `greeting` is printed after the address."""
    return supervise(
        {
            "web": partial(serve_web, config, greeting),
            "worker": partial(worker.run, config),
        }
    )


def supervise(parts: Mapping[str, Part], stop_seconds: float = STOP_SECONDS) -> int:
    """Run each part in a process of its own until one ends or we are told to stop.

    Returns 0 only when we were told to stop and every part then ended well. The processes are
    forked from this one, which has imported everything and opened nothing: they share its memory.
    """
    if threading.active_count() > 1:
        raise RuntimeError("A thread runs before the fork: it would hold its locks for ever.")
    gc.collect()
    gc.freeze()
    # Blocked here and waited for below, so a signal between two lines is not lost.
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS | {signal.SIGCHLD})
    fork = multiprocessing.get_context("fork")
    alive_end, our_end = os.pipe()
    processes = [
        fork.Process(target=_begin, args=(part, alive_end, our_end), name=name)
        for name, part in parts.items()
    ]
    for process in processes:
        process.start()
    os.close(alive_end)
    told = _wait(processes)
    if not told:
        for process in processes:
            if not process.is_alive():
                _say(f"The {process.name} process ended ({_code(process)}), so all stops.")
    ended_well = _stop(processes, stop_seconds)
    os.close(our_end)
    return 0 if told and ended_well else 1


def _wait(processes: list[BaseProcess]) -> bool:
    """Whether we were told to stop, rather than seeing a process end."""
    while True:
        if signal.sigwait(STOP_SIGNALS | {signal.SIGCHLD}) in STOP_SIGNALS:
            return True
        # A child that was paused and continued (Ctrl-Z, fg) sends SIGCHLD too.
        if not all(process.is_alive() for process in processes):
            return False


def _stop(processes: list[BaseProcess], seconds: float) -> bool:
    """End what still runs, by force after `seconds`. Returns whether each ended well by itself."""
    deadline = time.monotonic() + seconds
    for process in processes:
        if process.is_alive():
            process.terminate()
    for process in processes:
        process.join(max(0.0, deadline - time.monotonic()))
        if process.is_alive():
            _say(f"The {process.name} process did not stop within {seconds:g} seconds: killed.")
            process.kill()
            process.join()
    # A part still starting dies of our SIGTERM itself: nothing had begun, so that is well too.
    return all(process.exitcode in (0, -signal.SIGTERM) for process in processes)


def _begin(part: Part, alive_end: int, parents_end: int) -> None:
    """In the new process: take signals again, watch the supervisor, then do the work."""
    os.close(parents_end)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Ctrl-C reaches every process of the terminal; the supervisor alone turns it into a stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS | {signal.SIGCHLD})
    threading.Thread(target=_leave_with_parent, args=(alive_end,), daemon=True).start()
    try:
        part()
    except ConfigError as error:
        _say(str(error))
        sys.exit(1)


def _leave_with_parent(alive_end: int) -> None:
    """Stop when the supervisor was killed: its end of the pipe closes with it."""
    os.read(alive_end, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def serve_web(config: Config, greeting: str = "") -> None:
    """Answer requests until SIGTERM, then finish those begun."""
    # It warns of every request that waits for a thread, which one thread makes ordinary.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    told = threading.Event()
    connections: dict[int, Any] = {}
    turns = Turns(app.create_app(config))
    server = _open_server(config, turns, connections)
    turns.watch(server.task_dispatcher)

    def tell(signum: int, frame: FrameType | None) -> None:
        told.set()
        server.pull_trigger()

    signal.signal(signal.SIGTERM, tell)
    _say(f"Portal at {config.app_url}")
    if greeting:
        _say(greeting)
    while not told.is_set():
        wasyncore.loop(timeout=1, use_poll=True, map=connections, count=1)
    turns.end()
    _drain(server, connections)


class Turns:
    """A WSGI application that keeps the server at one thread, and one more for each request that
    takes long: nobody waits for somebody else's report."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._began: dict[int, float] = {}
        self._is_over = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        thread = threading.get_ident()
        self._began[thread] = time.monotonic()
        try:
            return self._application(environ, start_response)
        finally:
            del self._began[thread]

    def watch(self, dispatcher: Any) -> None:
        """Begin to give the server's threads their number."""
        threading.Thread(target=self._watch, args=(dispatcher,), daemon=True).start()

    def end(self) -> None:
        self._is_over.set()

    def _watch(self, dispatcher: Any) -> None:
        threads = 1
        while not self._is_over.wait(PATIENCE_SECONDS):
            since = time.monotonic() - PATIENCE_SECONDS
            slow = sum(began < since for began in list(self._began.values()))
            wanted = min(1 + slow, MOST_THREADS)
            if wanted != threads:
                dispatcher.set_thread_count(wanted)
                threads = wanted


def _open_server(config: Config, turns: Turns, connections: dict[int, Any]) -> Any:
    """The server, listening. It keeps its open connections in `connections`."""
    try:
        return create_server(
            turns,
            map=connections,
            listen=f"{config.host}:{config.port}",
            threads=1,
            ident=None,
            max_request_body_size=MAX_BODY_BYTES,
            max_request_header_size=MAX_HEADER_BYTES,
            channel_timeout=IDLE_CONNECTION_SECONDS,
            cleanup_interval=10,
            connection_limit=MAX_CONNECTIONS,
            asyncore_use_poll=True,
            url_scheme="https" if config.is_production else "http",
            **_proxy(config),
        )
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigError(
            f"PORT {config.port} cannot be used on {config.host}: {reason}."
        ) from error


def _drain(server: Any, connections: dict[int, Any]) -> None:
    """Take no new connection, and answer in full whatever was received whole before."""
    server.del_channel(connections)
    server.socket.close()
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline and any(
        channel.requests or channel.total_outbufs_len for channel in server.active_channels.values()
    ):
        wasyncore.loop(timeout=0.1, use_poll=True, map=connections, count=1)
    server.task_dispatcher.shutdown(timeout=2)


def _proxy(config: Config) -> dict[str, object]:
    """Whose X-Forwarded headers count. The host is never among them: it comes in Host alone."""
    if not config.trusted_proxy:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "trusted_proxy": config.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }


def _code(process: BaseProcess) -> str:
    code = process.exitcode or 0
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _say(sentence: str) -> None:
    # In one piece: three processes share the output.
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
