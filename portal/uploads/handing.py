"""Handing a stored file out: always as a download, never as a page of ours."""

import tempfile
from typing import IO, Any
from urllib.parse import quote

from flask import Response, request
from werkzeug.wsgi import wrap_file

from portal.blobs import Blob, places
from portal.uploads.sniffing import clean_name

IN_MEMORY_BYTES = 1024 * 1024


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


def _readable(blob: Blob) -> IO[bytes]:
    """A file that is read after the view has ended, so it asks the database nothing any more."""
    opened = blob.open()
    if blob.place == places.DATABASE:
        with opened:
            return _copied(opened)
    opened.peek(1)
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
