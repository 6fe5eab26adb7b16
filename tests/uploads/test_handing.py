"""Large files over the real server: in by parts, out without holding a thread."""

import http.client
import json
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from portal import blobs, db
from portal.app import create_app
from portal.blobs import Blob
from portal.people.signing import Device
from portal.personnel.models import Paper
from portal.uploads.models import MEGABYTE, PART_BYTES, Upload
from tests import servers
from tests.blobs.test_keeping import flip
from tests.uploads.files import PDF

BODY = PDF + os.urandom(20 * MEGABYTE)


@pytest.fixture(params=["disk", "db"])
def site(request: Any, database: Any, who: Any, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The portal on a port, storing in this way, with Helen signed in by her cookie."""
    made: dict[str, Any] = {}

    def make(url: str) -> Any:
        made["app"] = create_app(
            replace(database, app_url=url, data_dir=tmp_path, blobs=request.param)
        )
        return made["app"]

    with servers.LiveServer(make) as server:
        token = Device.sign_in(who.helen, how="test", agent="", address="")
        serializer = made["app"].session_interface.get_signing_serializer(made["app"])
        cookie = f"portal={serializer.dumps({'_user_id': token, '_fresh': True})}"
        parts = urlsplit(server.url)
        yield SimpleNamespace(
            host=parts.hostname, port=parts.port, cookie=cookie, store=request.param,
            folder=tmp_path / "blobs",
        )  # fmt: skip
    blobs.configure(database.data_dir / "blobs", "disk")


def ask(site: SimpleNamespace, method: str, path: str, body: bytes | None = None) -> Any:
    connection = http.client.HTTPConnection(site.host, site.port, timeout=30)
    headers = {"Cookie": site.cookie, "Sec-Fetch-Site": "same-origin"}
    if body is not None and not path.startswith("/uploads/"):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body=body, headers=headers)
    return connection.getresponse()


def paper_of(who: Any, blob: Blob) -> Paper:
    return Paper.file(
        who.erin, by=who.helen, blob=blob, file_name="a.pdf", kind="contract", title="Contract",
        media_type="application/pdf",
    )  # fmt: skip


def test_what_goes_in_by_parts_comes_out_whole(site: SimpleNamespace, who: Any) -> None:
    said = f"kind=paper&name=a.pdf&size={len(BODY)}&modified=1"
    key = json.loads(ask(site, "POST", "/uploads", said.encode()).read())["key"]
    for at in range(0, len(BODY), PART_BYTES):
        part = BODY[at : at + PART_BYTES]
        assert ask(site, "POST", f"/uploads/{key}/parts/{at}", part).status == 200
    assert ask(site, "POST", f"/uploads/{key}/end", b"").status == 200
    paper = paper_of(who, Upload.get(Upload.key == key).blob)
    answer = ask(site, "GET", f"/papers/{paper.id}/file")
    assert (answer.status, int(answer.headers["Content-Length"])) == (200, len(BODY))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert answer.read() == BODY


def test_a_part_beyond_eight_megabytes_is_refused(site: SimpleNamespace, who: Any) -> None:
    said = f"kind=paper&name=a.pdf&size={len(BODY)}&modified=1"
    key = json.loads(ask(site, "POST", "/uploads", said.encode()).read())["key"]
    answer = ask(site, "POST", f"/uploads/{key}/parts/0", b"x" * (PART_BYTES + 1))
    assert answer.status == 413
    assert Upload.get(Upload.key == key).received == 0


def test_readers_who_never_read_hold_up_nobody(site: SimpleNamespace, who: Any) -> None:
    """Six want twenty megabytes and take nothing; two threads serve the seventh at once."""
    paper = paper_of(who, Blob.put(BODY))
    stalled = []
    for _ in range(6):
        sock = socket.create_connection((site.host, site.port))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.sendall(
            f"GET /papers/{paper.id}/file HTTP/1.1\r\nHost: {site.host}:{site.port}\r\n"
            f"Cookie: {site.cookie}\r\n\r\n".encode()
        )
        stalled.append(sock)
    try:
        time.sleep(0.5)
        began = time.perf_counter()
        answer = ask(site, "GET", "/healthz")
        assert answer.status == 200 and answer.read()
        assert time.perf_counter() - began < 8
        assert ask(site, "GET", f"/papers/{paper.id}/file").read() == BODY
    finally:
        for sock in stalled:
            sock.close()


def test_damage_in_the_middle_breaks_off_rather_than_lie(site: SimpleNamespace, who: Any) -> None:
    blob = Blob.put(BODY)
    paper = paper_of(who, blob)
    flip(blob, site.folder, 10 * MEGABYTE)
    answer = ask(site, "GET", f"/papers/{paper.id}/file")
    if answer.status == 500:
        return
    try:
        got = answer.read()
    except http.client.IncompleteRead as error:
        got = error.partial
    assert len(got) < len(BODY) and BODY.startswith(got)
    assert ask(site, "GET", "/healthz").status == 200
    assert not db.is_writing()


def multipart(body: bytes) -> tuple[bytes, str]:
    """The form of a new paper as a browser without JavaScript sends it."""
    said = {"kind": "contract", "seen_by": "hr"}
    head = "".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in said.items()
    )
    head += (
        '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        "Content-Type: text/html\r\n\r\n"
    )
    return head.encode() + body + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"


def test_without_javascript_fifteen_megabytes_go_with_the_form(
    site: SimpleNamespace, who: Any
) -> None:
    """And more than the server takes is refused before any of it is kept."""
    for size, status in ((15 * MEGABYTE, 303), (17 * MEGABYTE, 413)):
        body, kind = multipart(BODY[:size])
        connection = http.client.HTTPConnection(site.host, site.port, timeout=60)
        headers = {
            "Cookie": site.cookie, "Sec-Fetch-Site": "same-origin", "Content-Type": kind,
        }  # fmt: skip
        connection.request("POST", f"/people/{who.erin.id}/papers", body=body, headers=headers)
        assert connection.getresponse().status == status
    paper = Paper.get()
    assert (paper.blob.size, paper.media_type) == (15 * MEGABYTE, "application/pdf")
    assert Paper.select().count() == Blob.select().count() == 1
