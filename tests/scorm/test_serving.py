"""The files of a package over HTTP: the same bytes, packed or not, whole or in part."""

import gzip
import io
import zlib
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from portal.scorm import media, serving, zips
from portal.scorm.models import Member, Package
from tests.scorm import builders

FILM = bytes(range(256)) * 3_000
TEXT = b"body { color: #123456 }\n" * 4_000
FILES = {"film.mp4": FILM, "css/Site.css": TEXT, "empty.txt": b"", "odd.xyz": b"\0\1"}


@pytest.fixture
def played(packaged: Any) -> Package:
    return packaged(builders.single(files=FILES))  # type: ignore[no-any-return]


def get(
    package: Package, path: str, gzipped: bool = True, method: str = "GET", **headers: str
) -> Any:
    member = serving.find(package.id, path)
    assert member is not None, path
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if gzipped:
        sent["Accept-Encoding"] = "gzip, deflate, br"
    environ = EnvironBuilder(method=method, path=f"/{path}", headers=sent).get_environ()
    answered = serving.answer(package, member, environ)
    # As a server reads it: to the end, and closed.
    answered.body = b"".join(answered.iter_encoded()) if answered.response else b""
    answered.close()
    return answered


# -- finding -----------------------------------------------------------------------------------


def test_a_file_is_found_whatever_its_letters(played: Package) -> None:
    for path in ("css/Site.css", "CSS/site.CSS", "css\\site.css", "./css//Site.css"):
        found = serving.find(played.id, path)
        assert found is not None and found.path == "css/Site.css", path


@pytest.mark.parametrize(
    "path",
    ["", "/css/Site.css", "../css/Site.css", "css/../css/Site.css", "css\\..\\css\\Site.css",
     "C:/css/Site.css", "css/Site.css\0", "css", "css/", "x" * 5_000, "css/Site.css/x", "%2e%2e/x",
     "//evil.example/x", "__proto__", "imsmanifest.xml.bak"],
)  # fmt: skip
def test_what_leads_elsewhere_is_not_there(played: Package, path: str) -> None:
    assert serving.find(played.id, path) is None


def test_a_file_of_another_package_is_not_there(played: Package, packaged: Any) -> None:
    other = packaged(builders.single(files={"secret.txt": b"x"}), "other.zip")
    assert serving.find(other.id, "secret.txt") is not None
    assert serving.find(played.id, "secret.txt") is None


# -- sending -----------------------------------------------------------------------------------


def test_every_file_arrives_as_it_was(played: Package) -> None:
    for path, content in FILES.items():
        packed = get(played, path)
        body = packed.body
        if packed.headers.get("Content-Encoding") == "gzip":
            assert int(packed.headers["Content-Length"]) == len(body)
            body = gzip.decompress(body)
        assert body == content, path
        plain = get(played, path, gzipped=False)
        assert "Content-Encoding" not in plain.headers
        assert plain.body == content and plain.content_length == len(content)


def test_nothing_is_unpacked_for_whoever_takes_gzip(played: Package, monkeypatch: Any) -> None:
    def never(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("unpacked")

    monkeypatch.setattr(zips, "inflate", never)
    monkeypatch.setattr(zlib, "decompressobj", never)
    monkeypatch.setattr(zlib, "decompress", never)
    packed = get(played, "css/Site.css")
    assert len(packed.body) < len(TEXT) // 50
    assert get(played, "film.mp4").body == FILM
    with pytest.raises(AssertionError, match="unpacked"):
        get(played, "css/Site.css", gzipped=False)


def test_a_client_that_refuses_gzip_gets_it_unpacked(played: Package) -> None:
    for header in ("gzip;q=0", "identity", "br", "gzip;q=0, *"):
        answered = get(played, "css/Site.css", gzipped=False, Accept_Encoding=header)
        assert answered.body == TEXT, header
    assert get(played, "css/Site.css", gzipped=False, Accept_Encoding="*").body != TEXT


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=100-199", 206, 100, 200),
        ("bytes=767000-", 206, 767_000, 768_000),
        ("bytes=-5", 206, 767_995, 768_000),
        ("bytes=100-99999999", 206, 100, 768_000),
        ("bytes=-99999999", 206, 0, 768_000),
    ],
)
def test_parts_of_a_film_are_sent(
    played: Package, asked: str, status: int, start: int, end: int
) -> None:
    answered = get(played, "film.mp4", Range=asked)
    assert answered.status_code == status
    assert answered.body == FILM[start:end]
    assert answered.headers["Content-Range"] == f"bytes {start}-{end - 1}/768000"
    assert answered.content_length == end - start


def test_a_part_that_is_not_there_is_416(played: Package) -> None:
    for asked in ("bytes=768000-", "bytes=900000-900001"):
        answered = get(played, "film.mp4", Range=asked)
        assert answered.status_code == 416 and not answered.body
        assert answered.headers["Content-Range"] == "bytes */768000"
    assert get(played, "empty.txt", Range="bytes=0-").status_code == 416


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-1", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "bytes", "bytes=--1", "=", "x" * 999],
)  # fmt: skip
def test_a_range_that_makes_no_sense_gives_the_whole(played: Package, asked: str) -> None:
    answered = get(played, "film.mp4", Range=asked)
    assert answered.status_code == 200 and answered.body == FILM


def test_a_packed_file_has_no_parts(played: Package) -> None:
    answered = get(played, "css/Site.css", Range="bytes=0-9")
    assert answered.status_code == 200 and "Accept-Ranges" not in answered.headers
    assert gzip.decompress(answered.body) == TEXT


def test_a_part_of_another_version_is_not_mixed_in(played: Package) -> None:
    etag = get(played, "film.mp4").headers["ETag"]
    assert get(played, "film.mp4", Range="bytes=0-9", If_Range=etag).status_code == 206
    assert get(played, "film.mp4", Range="bytes=0-9", If_Range='"old"').status_code == 200


def test_what_is_known_is_not_sent_again(played: Package) -> None:
    for path in ("css/Site.css", "film.mp4"):
        first = get(played, path)
        for known in (first.headers["ETag"], f'W/{first.headers["ETag"]}, "x"', "*"):
            second = get(played, path, If_None_Match=known)
            assert second.status_code == 304 and not second.body, (path, known)
        assert get(played, path, If_None_Match='"x"').status_code == 200
    # Packed and unpacked are two representations.
    unpacked = get(played, "css/Site.css", gzipped=False).headers["ETag"]
    assert unpacked != get(played, "css/Site.css").headers["ETag"]


def test_head_says_the_same_without_a_body(played: Package) -> None:
    for path in FILES:
        whole, head = get(played, path), get(played, path, method="HEAD")
        assert not head.body
        for name in ("Content-Length", "Content-Type", "ETag", "Content-Encoding"):
            assert head.headers.get(name) == whole.headers.get(name), (path, name)


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("a.html", "text/html"), ("A.HTM", "text/html"), ("x.min.js", "text/javascript"),
        ("a.css", "text/css"), ("a.svg", "image/svg+xml"), ("a.mp4", "video/mp4"),
        ("a.php", "application/octet-stream"), ("a.exe", "application/octet-stream"),
        ("a", "application/octet-stream"), ("html", "application/octet-stream"),
        ("a.html.xyz", "application/octet-stream"), ("a.", "application/octet-stream"),
    ],
)  # fmt: skip
def test_the_type_is_fixed_by_the_ending(path: str, media_type: str) -> None:
    assert media.type_of(path) == media_type


def test_headers_are_those_of_a_stranger_s_file(played: Package) -> None:
    for path in FILES:
        headers = get(played, path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"].startswith("private")
        assert "Set-Cookie" not in headers and "charset" not in headers["Content-Type"]
    assert get(played, "css/Site.css").headers["Vary"] == "Accept-Encoding"


def test_it_is_sent_through_the_server_s_own_file_wrapper(played: Package) -> None:
    """Waitress then needs no thread while a client does not read; it asks for a length."""
    member = Member.get(Member.path == "css/Site.css", Member.package == played.id)
    environ = EnvironBuilder(headers={"Accept-Encoding": "gzip"}).get_environ()
    wrapped = []

    def wrapper(file: Any, size: int = 0) -> Any:
        wrapped.append(file)
        return iter(lambda: file.read(1_000), b"")

    environ["wsgi.file_wrapper"] = wrapper
    answered = serving.answer(played, member, environ)
    body = b"".join(answered.iter_encoded())
    file = wrapped[0]
    assert gzip.decompress(body) == TEXT and file.seekable()
    assert file.seek(0, io.SEEK_END) == answered.content_length == len(body)
    file.seek(len(body) - 9)
    assert file.read() == body[-9:]
    file.seek(5)
    assert file.read(12) == body[5:17]
    file.close()
