"""HTTP by hand over one kept connection: a client that costs little beside what it measures."""

import gzip
import socket
import time
from dataclasses import dataclass
from urllib.parse import urlencode

BROWSER = "Accept-Encoding: gzip\r\nUser-Agent: bench\r\nSec-Fetch-Site: same-origin\r\n"
# Shorter than the server waits on a line that says nothing.
IDLE_SECONDS = 20


@dataclass(frozen=True)
class Answer:
    """What came back, after how long, in how many bytes on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    wire_bytes: int
    seconds: float

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


class Line:
    """One browser's connection, with the cookie it got."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.host = f"127.0.0.1:{port}"
        self.cookie = ""
        self._open()

    def _open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.used_at = time.monotonic()

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def get(self, path: str, headers: str = "") -> Answer:
        return self.send(self.request("GET", path, headers))

    def post(self, path: str, form: dict[str, str], headers: str = "") -> Answer:
        return self.send(self.request("POST", path, headers, urlencode(form)))

    def request(self, method: str, path: str, headers: str = "", body: str = "") -> bytes:
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        kind = "Content-Type: application/x-www-form-urlencoded\r\n" if method == "POST" else ""
        length = f"Content-Length: {len(body)}\r\n" if method == "POST" else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\n"
        return f"{head}{BROWSER}{cookie}{kind}{length}{headers}\r\n{body}".encode()

    def send(self, request: bytes) -> Answer:
        """The answer to it; a Set-Cookie is kept. A line that lay idle is opened anew before: the
        server hangs up on those."""
        if time.monotonic() - self.used_at > IDLE_SECONDS:
            self.socket.close()
            self._open()
        self.used_at = time.monotonic()
        began = time.perf_counter()
        self.socket.sendall(request)
        data = self.socket.recv(65536)
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        length = int(headers.get("content-length", "0"))
        while len(body) < length:
            body += self._more()
        seconds = time.perf_counter() - began
        if "set-cookie" in headers:
            self.cookie = headers["set-cookie"].partition(";")[0]
        wire = len(head) + 4 + len(body)
        return Answer(int(lines[0].split()[1]), headers, body, wire, seconds)

    def _more(self) -> bytes:
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionResetError("The server hung up.")
        return data
