"""The supervisor: either death stops both, an order to stop is obeyed in time, nothing is left."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.one_database, pytest.mark.servers]

ROOT = Path(__file__).parents[2]

# The two parts are planted, so these tests hold whatever the real ones do.
PLANTED = """
import os, signal, socket, sys, threading, time, types

planted_app, planted_worker = types.ModuleType("portal.app"), types.ModuleType("portal.worker")
sys.modules |= {"portal.app": planted_app, "portal.worker": planted_worker}

from pathlib import Path
from portal import serve
from portal.config import Config, ConfigError

def stop_on_term(then=lambda: sys.exit(0)):
    signal.signal(signal.SIGTERM, lambda *_: then())

def say(text):
    os.write(1, f"{text}\\n".encode())  # whole, whoever else is writing

def idle(name):
    def part():
        stop_on_term()
        say(f"{name} {os.getpid()}")
        while True:
            time.sleep(0.05)
    return part
"""


class Running:
    """A Python process of a test, its lines as they come."""

    def __init__(self, program, **env):
        self.process = subprocess.Popen(
            [sys.executable, "-c", PLANTED + textwrap.dedent(program)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
            start_new_session=True,
        )

    def line(self):
        return self.process.stdout.readline().strip()

    def pids(self):
        """The two parts by name, once both said that they run."""
        return {name: int(pid) for name, pid in (self.line().split() for _ in range(2))}

    def end(self, seconds=10):
        """The exit code and what was still said."""
        said, _ = self.process.communicate(timeout=seconds)
        return self.process.returncode, said


@pytest.fixture
def start():
    running = []

    def start(program, **env):
        running.append(Running(program, **env))
        return running[-1]

    yield start
    for each in running:
        try:
            os.killpg(each.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        each.process.wait()
        each.process.stdout.close()


def is_alive(pid):
    """Whether the process runs; one that ended but nobody waited for is dead too."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(true, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


PAIR = 'sys.exit(serve.supervise({"web": idle("web"), "worker": idle("worker")}))'


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT])
def test_an_order_to_stop_ends_both_and_is_no_failure(start, order):
    running = start(PAIR)
    pids = running.pids()
    running.process.send_signal(order)
    assert running.end() == (0, "")
    assert not any(map(is_alive, pids.values()))


def test_ctrl_c_reaches_every_process_of_the_terminal_and_is_still_clean(start):
    running = start(PAIR)
    running.pids()
    os.killpg(running.process.pid, signal.SIGINT)
    assert running.end() == (0, "")


@pytest.mark.parametrize(("dies", "stays"), [("web", "worker"), ("worker", "web")])
def test_either_death_stops_both_and_is_a_failure(start, dies, stays):
    running = start(PAIR)
    pids = running.pids()
    os.kill(pids[dies], signal.SIGKILL)
    code, said = running.end()
    assert code == 1
    assert said == f"The {dies} process ended (signal 9), so all stops.\n"
    assert not is_alive(pids[stays])


def test_a_part_that_simply_returns_stops_both_too(start):
    code, said = start(
        'sys.exit(serve.supervise({"web": lambda: time.sleep(0.1), "worker": idle("worker")}))'
    ).end()
    assert code == 1
    assert "The web process ended (exit code 0), so all stops." in said


def test_a_part_that_fails_at_once_stops_both_with_its_sentence(start):
    code, said = start(
        """
        def web():
            raise ConfigError("PORT 80 cannot be used.")
        sys.exit(serve.supervise({"web": web, "worker": idle("worker")}))
        """
    ).end()
    assert code == 1
    assert "PORT 80 cannot be used." in said
    assert "Traceback" not in said


def test_a_part_that_will_not_stop_is_killed_in_time_and_that_is_a_failure(start):
    running = start(
        """
        def deaf():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            say(f"web {os.getpid()}")
            while True:
                time.sleep(1)
        parts = {"web": deaf, "worker": idle("worker")}
        sys.exit(serve.supervise(parts, stop_seconds=0.5))
        """
    )
    pids = running.pids()
    running.process.terminate()
    code, said = running.end(5)
    assert code == 1
    assert said == "The web process did not stop within 0.5 seconds: killed.\n"
    assert not any(map(is_alive, pids.values()))


def test_all_the_time_a_stop_may_take_is_under_25_seconds(start):
    code, said = start("print(serve.STOP_SECONDS, serve.DRAIN_SECONDS)").end()
    stop, drain = map(int, said.split())
    # What draining leaves is for requests that run and never end: the server waits 2 s for them.
    assert code == 0
    assert drain + 2 < stop < 25


def test_the_parts_leave_when_the_supervisor_is_killed(start):
    running = start(PAIR)
    pids = running.pids()
    running.process.kill()
    wait_until(lambda: not any(map(is_alive, pids.values())))


def test_a_pause_and_its_end_stop_nothing(start):
    running = start(PAIR)
    pids = running.pids()
    for order in (signal.SIGSTOP, signal.SIGCONT):
        os.kill(pids["web"], order)
        time.sleep(0.1)
    assert running.process.poll() is None
    running.process.terminate()
    assert running.end() == (0, "")


def test_a_thread_before_the_fork_is_refused(start):
    code, said = start("threading.Thread(target=time.sleep, args=(1,)).start()\n" + PAIR).end()
    assert code == 1
    assert "A thread runs before the fork" in said


# The web part behind the real server, with a planted application.

WEB = """
let_go = threading.Event()

def create_app(config):
    def application(environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/slow":
            say("begun")
            time.sleep(2)
        if path == "/held":
            say("begun")
            let_go.wait(9)
        if path == "/let-go":
            let_go.set()
        body = environ["wsgi.input"].read()
        told = [environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTP_HOST"]]
        text = " ".join([path, str(len(body)), *told]).encode()
        if path == "/large":
            text = b"x" * 4_000_000
        start_response("200 OK", [("Content-Length", str(len(text)))])
        return [text]
    return application

def work(config):
    stop_on_term()
    while True:
        time.sleep(0.05)

planted_app.create_app, planted_worker.run = create_app, work
port = int(os.environ["PORT"])
app_url = os.environ.get("APP_URL") or f"http://127.0.0.1:{port}"
config = Config("k" * 40, port=port, app_url=app_url, trusted_proxy=os.environ.get("TRUSTED", ""))
sys.exit(serve.run(config, greeting="Sign in as Helen."))
"""


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture
def web(start, port):
    def web(**env):
        running = start(WEB, PORT=str(port), **env)
        assert running.line() == f"Portal at {env.get('APP_URL') or f'http://127.0.0.1:{port}'}"
        assert running.line() == "Sign in as Helen."
        return running

    return web


def ask(port, request):
    """The whole answer to raw bytes, which must ask for the connection to be closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


GET = b"GET %s HTTP/1.1\r\nHost: a\r\n%sConnection: close\r\n\r\n"


def test_the_address_is_printed_once_it_answers(web, port):
    running = web()
    answer = ask(port, GET % (b"/", b""))
    assert answer.endswith("/ 0 127.0.0.1 http a")
    assert "Server:" not in answer
    running.process.terminate()
    assert running.end() == (0, "")


def is_refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_request_begun_is_answered_though_told_to_stop(web, port):
    running = web()
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as connection,
        socket.create_connection(("127.0.0.1", port), timeout=10),
    ):
        connection.sendall(GET % (b"/slow", b""))
        assert running.line() == "begun"
        running.process.terminate()
        wait_until(lambda: is_refused(port), 1.5)
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    assert answer.endswith("/slow 0 127.0.0.1 http a")
    assert running.end() == (0, "")


def test_requests_that_take_long_keep_nobody_waiting(web, port):
    running = web()
    held = [socket.create_connection(("127.0.0.1", port), timeout=8) for _ in range(3)]
    for connection in held:
        connection.sendall(GET % (b"/held", b""))
        assert running.line() == "begun"
    # It is answered while they are not, and only it lets them go.
    assert ask(port, GET % (b"/let-go", b"")).endswith("/let-go 0 127.0.0.1 http a")
    for connection in held:
        answer = b"".join(iter(lambda line=connection: line.recv(65536), b"")).decode()
        assert answer.endswith("/held 0 127.0.0.1 http a")
    running.process.terminate()
    assert running.end() == (0, "")


def test_a_taken_port_is_one_sentence(start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = start(WEB, PORT=str(port)).end()
    assert code == 1
    assert f"PORT {port} cannot be used on 127.0.0.1: address already in use." in said
    assert "Traceback" not in said


FORWARDED = (
    b"X-Forwarded-For: 6.6.6.6, 9.9.9.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: b\r\n"
)


@pytest.mark.parametrize(
    ("trusted", "told"),
    [
        ("", "127.0.0.1 http a"),
        ("10.0.0.7", "127.0.0.1 http a"),
        ("127.0.0.1", "9.9.9.9 https a"),
        ("*", "9.9.9.9 https a"),
    ],
)
def test_only_the_trusted_proxy_tells_who_asks_and_none_tells_the_host(web, port, trusted, told):
    web(TRUSTED=trusted)
    assert ask(port, GET % (b"/", FORWARDED)).endswith(told)


def test_production_is_https_whatever_the_proxy_forgets(web, port):
    web(APP_URL="https://people.example.com")
    assert ask(port, GET % (b"/", b"")).endswith("127.0.0.1 https a")


def test_a_body_over_the_limit_is_refused_and_not_cut(web, port):
    web()
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    assert " 15728640 " in ask(port, head + chunk * 15 + b"0\r\n\r\n")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            connection.sendall(head + chunk * 17)
        except OSError:
            pass  # it may hang up before all is sent
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


SLOW = {
    "half a header": b"GET / HTTP/1.1\r\nHo",
    "half a body": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf",
    "an answer never read": b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("begun", SLOW.values(), ids=SLOW)
def test_twenty_slow_clients_keep_nobody_waiting(web, port, begun):
    web()
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    for connection in slow:
        connection.sendall(begun)
    began = time.monotonic()
    for _ in range(20):
        assert ask(port, GET % (b"/", b"")).endswith("http a")
    assert time.monotonic() - began < 3
    for connection in slow:
        connection.close()
