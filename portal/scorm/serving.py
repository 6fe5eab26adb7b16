"""The files of a package as they are sent: as they lie, without unpacking them.

A deflated member is wrapped in the head and tail of gzip and sent as it is; a client without gzip
gets it unpacked. Stored ones (films, sound) are sent in the parts that are asked for. All go out
through `wsgi.file_wrapper`, so that a slow reader holds no thread.
"""

import io
import struct
import tempfile
from collections.abc import Mapping
from typing import IO, Any

from flask import Response
from werkzeug.datastructures import ETags
from werkzeug.http import parse_accept_header, parse_etags, parse_range_header
from werkzeug.wsgi import wrap_file

from portal.blobs import Blob, places
from portal.scorm import zips
from portal.scorm.models import Member, Package
from portal.scorm.zips import DEFLATED

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
KEPT_SECONDS = 3600
PIECE_BYTES = 64 * 1024
SPOOLED_BYTES = 1024 * 1024


def find(package_id: int, path: str) -> Member | None:
    """The member at this path: exactly so, or in other letters. Nothing leads outside."""
    if not path or len(path) > zips.MAX_NAME_CHARS or "\0" in path:
        return None
    steps = path.replace("\\", "/").split("/")
    if ".." in steps or steps[0] == "":
        return None
    wanted = zips.fold("/".join(step for step in steps if step not in ("", ".")))
    mine = (Member.package == package_id) & (Member.folded == wanted)
    return Member.get_or_none(mine)  # type: ignore[no-any-return]


def answer(package: Package, member: Member, environ: Mapping[str, Any]) -> Response:
    """The member as HTTP asks for it: whole or in part, packed or not, or not again."""
    packed = member.method == DEFLATED
    as_gzip = packed and _takes_gzip(environ)
    etag = f"{package.served.digest[:20]}-{member.offset:x}{'-gz' if as_gzip else ''}"
    answered = Response(mimetype=None)
    answered.headers["Content-Type"] = member.media_type
    answered.set_etag(etag)
    answered.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    answered.headers["X-Content-Type-Options"] = "nosniff"
    if packed:
        answered.headers["Vary"] = "Accept-Encoding"
    else:
        answered.headers["Accept-Ranges"] = "bytes"
    if _has_it(environ, etag):
        answered.status_code = 304
        del answered.headers["Content-Type"]
        return answered
    if as_gzip:
        answered.headers["Content-Encoding"] = "gzip"
        start, size = 0, len(_GZIP_HEAD) + member.packed + 8
    elif packed:
        start, size = 0, member.size
    else:
        start, size = _part(answered, member, environ, etag)
    answered.content_length = size
    if environ["REQUEST_METHOD"] != "HEAD" and answered.status_code != 416 and size:
        body = _body(package.served, member, as_gzip, start, size)
        answered.response = wrap_file(dict(environ), body, PIECE_BYTES)
        answered.direct_passthrough = True
    return answered


def _takes_gzip(environ: Mapping[str, Any]) -> bool:
    header = environ.get("HTTP_ACCEPT_ENCODING", "")
    # "gzip;q=0" refuses it, and "*" takes it.
    offered = parse_accept_header(header) if header else None
    return bool(offered) and offered["gzip"] > 0  # type: ignore[index]


def _has_it(environ: Mapping[str, Any], etag: str) -> bool:
    known: ETags = parse_etags(environ.get("HTTP_IF_NONE_MATCH"))
    return bool(known) and known.contains_weak(etag)


def _part(
    answered: Response, member: Member, environ: Mapping[str, Any], etag: str
) -> tuple[int, int]:
    """Where the part that is asked for begins and how long it is; sets 206 or 416."""
    asked = environ.get("HTTP_RANGE", "")
    unless = environ.get("HTTP_IF_RANGE", "")
    whole = 0, member.size
    # A range of another version would be mixed with this one: then the whole is sent.
    if not asked or (unless and unless != f'"{etag}"'):
        return whole
    ranges = parse_range_header(asked)
    # Of several ranges at once the whole is a right answer, and a simple one.
    if ranges is None or ranges.units != "bytes" or len(ranges.ranges) != 1:
        return whole
    start, end = ranges.ranges[0]
    if start < 0:
        # The last so many bytes; all, where there are not so many.
        start, end = max(0, member.size + start), member.size
    end = min(member.size if end is None else end, member.size)
    if start >= end:
        answered.status_code = 416
        answered.headers["Content-Range"] = f"bytes */{member.size}"
        return 0, 0
    answered.status_code = 206
    answered.headers["Content-Range"] = f"bytes {start}-{end - 1}/{member.size}"
    return start, end - start


def _body(blob: Blob, member: Member, as_gzip: bool, start: int, size: int) -> IO[bytes]:
    opened = blob.open()
    if member.method == DEFLATED and not as_gzip:
        with opened:
            return _unpacked(opened, member)
    where, length = (member.offset, member.packed) if as_gzip else (member.offset + start, size)
    if blob.place == places.DATABASE:
        # It is sent after the view has ended, when there is no database to ask any more.
        with opened:
            source, where = _copied(opened, where, length), 0
    else:
        source = opened
    tail = struct.pack("<LL", member.crc, member.size & 0xFFFFFFFF) if as_gzip else b""
    head = _GZIP_HEAD if as_gzip else b""
    return io.BufferedReader(_Framed(head, source, where, length, tail), PIECE_BYTES)


def _copied(opened: IO[bytes], where: int, length: int) -> IO[bytes]:
    copy = _spool()
    opened.seek(where)
    while length and (piece := opened.read(min(length, PIECE_BYTES))):
        copy.write(piece)
        length -= len(piece)
    return copy


def _unpacked(opened: IO[bytes], member: Member) -> IO[bytes]:
    """For the rare client without gzip. It was unpacked once before, so its size is known."""
    copy = _spool()
    entry = zips.Entry(
        member.path, member.offset, member.packed, member.size, member.crc, member.method
    )
    for _, piece in zips.inflate(opened, entry):
        copy.write(piece)
    copy.seek(0)
    return copy


def _spool() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(SPOOLED_BYTES)  # type: ignore[return-value]


class _Framed(io.RawIOBase):
    """A stretch of a file between a head and a tail, to be read and sought in like a file."""

    def __init__(
        self, head: bytes, source: IO[bytes], where: int, length: int, tail: bytes
    ) -> None:
        self._head, self._tail = head, tail
        self._source, self._where, self._length = source, where, length
        self._size = len(head) + length + len(tail)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, into: Any) -> int:
        piece = self._piece(len(into))
        into[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _piece(self, size: int) -> bytes:
        at = self._at
        if at < len(self._head):
            return self._head[at : at + size]
        at -= len(self._head)
        if at < self._length:
            self._source.seek(self._where + at)
            return self._source.read(min(size, self._length - at))
        at -= self._length
        return self._tail[at : at + size]

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()
