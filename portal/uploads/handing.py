"""Handing a stored file out: as a download, or as a film on a page of ours; never as a page."""

import io
import tempfile
from typing import IO, Any
from urllib.parse import quote

from flask import Response, request
from werkzeug.wsgi import wrap_file

from portal.blobs import Blob, places
from portal.uploads.sniffing import clean_name

IN_MEMORY_BYTES = 1024 * 1024
MOST_PART_BYTES = 8 * 1024 * 1024


def hand_out(blob: Blob, name: str, media_type: str) -> Response:
    """The content as a download called `name`. Raises Damaged before anything is sent when its
    beginning is not what was put; further on the answer breaks off rather than lie.

    Through `wsgi.file_wrapper`, so that a slow reader holds no thread.
    """
    answer = Response(
        wrap_file(request.environ, _readable(blob)), mimetype=media_type, direct_passthrough=True
    )
    answer.content_length = blob.size
    answer.headers["Content-Disposition"] = _disposition(clean_name(name))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def show_part(blob: Blob, media_type: str) -> Response:
    """The content to be shown on a page, or the part of it that is asked for: no film begins in
    Safari without. An open part ends after a few megabytes; the browser asks on.
    """
    asked = request.range
    if request.headers.get("If-Range", "").strip('"') not in ("", blob.hash):
        asked = None
    if asked is None:
        first, end, status = 0, blob.size, 200
    else:
        part = asked.range_for_length(blob.size) if asked.units == "bytes" else None
        if part is None or part[1] is None:
            return Response("", 416, {"Content-Range": f"bytes */{blob.size}"})
        first, end, status = part[0], min(part[1], part[0] + MOST_PART_BYTES), 206
    body = wrap_file(request.environ, _readable(blob, first, end))
    answer = Response(body, status, mimetype=media_type, direct_passthrough=True)
    answer.content_length = end - first
    if status == 206:
        answer.headers["Content-Range"] = f"bytes {first}-{end - 1}/{blob.size}"
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(blob.hash)
    return answer


class _Part(io.RawIOBase):
    """The bytes from one place to another of a file, as a file of their own."""

    def __init__(self, opened: IO[bytes], first: int, end: int) -> None:
        self._file, self._first, self._size = opened, first, end - first
        self._at = 0
        opened.seek(first)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        self._file.seek(self._first + self._at)
        return self._at

    def readinto(self, into: Any) -> int:
        found = self._file.read(min(len(into), max(0, self._size - self._at)))
        into[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        self._file.close()
        super().close()


def _readable(blob: Blob, first: int = 0, end: int | None = None) -> IO[bytes]:
    """A file that is read after the view has ended, so it asks the database nothing any more."""
    opened: IO[bytes] = blob.open()
    if first or end not in (None, blob.size):
        opened = io.BufferedReader(_Part(opened, first, blob.size if end is None else end))
    if blob.place == places.DATABASE:
        with opened:
            return _copied(opened)
    opened.peek(1)  # type: ignore[attr-defined]
    return opened


def _copied(opened: IO[bytes]) -> IO[bytes]:
    copy: Any = tempfile.TemporaryFile()  # noqa: SIM115  (whoever sends it closes it)
    while chunk := opened.read(IN_MEMORY_BYTES):
        copy.write(chunk)
    copy.seek(0)
    return copy  # type: ignore[no-any-return]


def _disposition(name: str) -> str:
    """RFC 6266: a plain name for everybody, and the real one for whoever reads UTF-8."""
    plain = "".join(c if " " <= c <= "~" and c not in '"\\' else "_" for c in name)
    real = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{plain}"{real}'
