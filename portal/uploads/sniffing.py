"""What a file is, by its content: the name's ending must agree, and what we do not know is refused.

Nothing that a browser would run is among the kinds: no HTML, no SVG, no document with macros.
"""

import io
import re
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

HEAD_BYTES = 4_096
MAX_NAME_CHARS = 120
# An office document has some dozens of members; a list of millions is meant to fill our memory.
MAX_MEMBERS = 5_000
MAX_DIRECTORY_BYTES = 1024 * 1024
_END_OF_ZIP = b"PK\x05\x06"
# Where this stands before the end, the real count is in a second one: for files of gigabytes.
_SECOND_END = b"PK\x06\x07"
_SECOND_END_BYTES = 20
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_OFFICE = "application/vnd.openxmlformats-officedocument."


class Refused(ValueError):
    """A file that is not taken; the message says why and what would be."""


@dataclass(frozen=True)
class Sort:
    """A kind of file: what we call it, its media type, the endings its name may have."""

    title: str
    media_type: str
    endings: tuple[str, ...]
    fits: Callable[[IO[bytes], bytes], bool]


def _starts(*marks: bytes) -> Callable[[IO[bytes], bytes], bool]:
    return lambda file, head: head.startswith(marks)


def _is_webp(file: IO[bytes], head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_text(file: IO[bytes], head: bytes) -> bool:
    """UTF-8 (or UTF-16 with its mark) from the first byte on, without control characters."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    file.seek(0)
    reader = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        while piece := reader.read(65_536):
            if _CONTROL.search(piece):
                return False
    except UnicodeError:
        return False
    finally:
        reader.detach()
    return True


def _office(member: str) -> Callable[[IO[bytes], bytes], bool]:
    def fits(file: IO[bytes], head: bytes) -> bool:
        names = _members(file, head)
        has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return "[Content_Types].xml" in names and member in names and not has_macros

    return fits


def _is_odt(file: IO[bytes], head: bytes) -> bool:
    names = _members(file, head)
    return head[30:].startswith(b"mimetypeapplication/vnd.oasis.opendocument.text") and (
        "content.xml" in names and not any(name.startswith("Basic/") for name in names)
    )


def _members(file: IO[bytes], head: bytes) -> frozenset[str]:
    """The names in a zip, whose list is measured before it is read; nothing is unpacked."""
    if not head.startswith(b"PK\x03\x04"):
        return frozenset()
    size = file.seek(0, io.SEEK_END)
    tail_bytes = min(size, _SECOND_END_BYTES + 22 + 65_535)
    file.seek(size - tail_bytes)
    tail = file.read(tail_bytes)
    at = tail.rfind(_END_OF_ZIP)
    if at < 0 or len(tail) - at < 22:
        return frozenset()
    count, directory_bytes = struct.unpack("<HI", tail[at + 10 : at + 16])
    if count > MAX_MEMBERS or directory_bytes > MAX_DIRECTORY_BYTES:
        return frozenset()
    if tail[max(0, at - _SECOND_END_BYTES) : at].startswith(_SECOND_END):
        return frozenset()
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        return frozenset()


PDF = Sort("PDF", "application/pdf", ("pdf",), _starts(b"%PDF-"))
PNG = Sort("PNG", "image/png", ("png",), _starts(b"\x89PNG\r\n\x1a\n"))
JPEG = Sort("JPEG", "image/jpeg", ("jpg", "jpeg"), _starts(b"\xff\xd8\xff"))
MP3 = Sort("MP3", "audio/mpeg", ("mp3",), _starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"))
MP4 = Sort("MP4", "video/mp4", ("mp4", "m4v"), lambda file, head: head[4:8] == b"ftyp")
WEBM = Sort("WebM", "video/webm", ("webm",), _starts(b"\x1a\x45\xdf\xa3"))
WEBP = Sort("WebP", "image/webp", ("webp",), _is_webp)
DOCX = Sort("Word", f"{_OFFICE}wordprocessingml.document", ("docx",), _office("word/document.xml"))
XLSX = Sort("Excel", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",), _office("xl/workbook.xml"))
ODT = Sort("OpenDocument", "application/vnd.oasis.opendocument.text", ("odt",), _is_odt)
TXT = Sort("text", "text/plain", ("txt",), _is_text)
CSV = Sort("CSV", "text/csv", ("csv",), _is_text)
USUAL = (PDF, PNG, JPEG, WEBP, DOCX, XLSX, ODT, TXT, CSV)


def sort_of(file: IO[bytes], name: str, allowed: tuple[Sort, ...] = USUAL) -> Sort:
    """What the file is. Raises Refused with a sentence when it is none of the `allowed`, or not
    what its name says.
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    named = next((sort for sort in allowed if ending in sort.endings), None)
    if named is None:
        raise Refused(
            f"We take {listing(allowed)}, but not “.{ending[:10]}” files."
            if ending
            else f"This file’s name has no ending, like .pdf. We take {listing(allowed)}."
        )
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head:
        raise Refused("This file is empty.")
    if not named.fits(file, head):
        raise Refused(
            f"This file is called .{ending}, but its content is not {named.title}."
            " Open it where it was made and save it again."
        )
    return named


def listing(allowed: tuple[Sort, ...] = USUAL) -> str:
    """`PDF, PNG and Word`."""
    titles = [sort.title for sort in allowed]
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"


def endings(allowed: tuple[Sort, ...] = USUAL) -> str:
    """What a file input's `accept` says."""
    return ",".join(f".{ending}" for sort in allowed for ending in sort.endings)


def clean_name(name: str) -> str:
    """A file's own name: no folder, nothing invisible, nothing that turns the reading direction."""
    name = name.replace("\\", "/").rpartition("/")[2]
    # Control and format characters (which hide or turn text), half letters, and what shells read.
    kept = "".join("_" if c in '<>:"|?*' else c for c in name if unicodedata.category(c)[0] != "C")
    stem, dot, ending = " ".join(kept.split()).rstrip(". ").rpartition(".")
    ending = ending.strip()[: 10 if dot else MAX_NAME_CHARS]
    stem = stem[: MAX_NAME_CHARS - len(ending) - 1].strip(". ") or "file"
    return f"{stem}.{ending}" if dot else ending or "file"
