"""A zip read in place and not believed: its list held against its members, each inflated in bounds.

Pure, over any seekable reader. Nothing is ever extracted. Every refusal is one sentence, with the
name of the entry where there is one.
"""

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

MEGABYTE = 1024 * 1024
MAX_ENTRIES = 20_000
MAX_LIST_BYTES = 16 * MEGABYTE
MAX_NAME_CHARS = 300
MAX_MEMBER_BYTES = 1024 * MEGABYTE
MAX_TOTAL_BYTES = 2048 * MEGABYTE
# A page of blanks packs well; only what is large as well is meant to fill a disk.
MAX_RATIO = 300
RATIO_FROM_BYTES = 4 * MEGABYTE
PIECE_BYTES = 64 * 1024

STORED, DEFLATED = 0, 8

_END, _END_BYTES = b"PK\x05\x06", 22
_LOCATOR, _LOCATOR_BYTES = b"PK\x06\x07", 20
_END_64 = b"PK\x06\x06"
_CENTRAL, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_IN_64, _IN_64_SHORT = 0xFFFFFFFF, 0xFFFF
_ENCRYPTED, _DESCRIBED_LATER, _UTF_8 = 0x2041, 0x0008, 0x0800
_METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard",
            95: "XZ", 98: "PPMd"}  # fmt: skip
_DRIVE = re.compile(r"[A-Za-z]:")


class Refused(ValueError):
    """The zip is not taken; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A member: its path with slashes, and where its packed bytes begin."""

    path: str
    offset: int
    packed: int
    size: int
    crc: int
    method: int


@dataclass(slots=True)
class _Listed:
    """An entry as the list at the end describes it."""

    raw: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    header: int


def fold(path: str) -> str:
    """How a path is looked up: the case of its letters and the way an accent is written are one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def entries(file: IO[bytes]) -> list[Entry]:
    """The members, in the order in which they lie. Raises Refused at the first fault."""
    try:
        return _entries(file)
    except struct.error as error:
        raise Refused("The list of the zip breaks off: it is damaged. Export it again.") from error


def inflate(file: IO[bytes], entry: Entry) -> Iterator[tuple[bytes, bytes]]:
    """Pieces of a member as it is packed and as it is, until both are exactly as listed.

    Raises Refused as soon as it turns out to be more, less or other than that. The packed pieces
    may be taken over once the end was reached without.
    """
    unpacker = zlib.decompressobj(-15) if entry.method == DEFLATED else None
    file.seek(entry.offset)
    left, size, crc = entry.packed, 0, 0
    while left:
        packed = file.read(min(left, PIECE_BYTES))
        if not packed:
            raise Refused(f"“{entry.path}” breaks off: the zip is cut short.")
        left -= len(packed)
        for at, piece in enumerate(_pieces(unpacker, packed, entry)):
            size += len(piece)
            if size > entry.size:
                raise Refused(f"“{entry.path}” is larger than the zip’s list says.")
            crc = zlib.crc32(piece, crc)
            yield (b"" if at else packed), piece
    if unpacker and (not unpacker.eof or unpacker.unused_data):
        raise Refused(f"“{entry.path}” is damaged: its packed data does not end where it should.")
    if size != entry.size:
        raise Refused(f"“{entry.path}” is smaller than the zip’s list says.")
    if crc != entry.crc:
        raise Refused(f"“{entry.path}” is damaged: its checksum is another one.")


def _pieces(unpacker: "zlib._Decompress | None", packed: bytes, entry: Entry) -> Iterator[bytes]:
    """What a packed piece unpacks to, bit by bit; at least one, which may be empty."""
    if unpacker is None:
        yield packed
        return
    if unpacker.eof:
        raise Refused(f"“{entry.path}” is damaged: there is more after the end of its data.")
    try:
        yield unpacker.decompress(packed, PIECE_BYTES)
        while unpacker.unconsumed_tail and not unpacker.eof:
            yield unpacker.decompress(unpacker.unconsumed_tail, PIECE_BYTES)
        # What is kept back until there is room for it.
        while not unpacker.eof and (more := unpacker.decompress(b"", PIECE_BYTES)):
            yield more
    except zlib.error as error:
        raise Refused(f"“{entry.path}” is damaged: it cannot be unpacked.") from error


def read(file: IO[bytes], entry: Entry, limit: int) -> bytes:
    """A small member as a whole. Raises Refused where it is larger than `limit`."""
    if entry.size > limit:
        raise Refused(f"“{entry.path}” is larger than {limit // MEGABYTE} MB.")
    return b"".join(piece for _, piece in inflate(file, entry))


# -- the list ----------------------------------------------------------------------------------


def _entries(file: IO[bytes]) -> list[Entry]:
    size = file.seek(0, 2)
    count, length, start = _end(file, size)
    if count > MAX_ENTRIES:
        raise Refused(f"The zip has {count:,} files. At most {MAX_ENTRIES:,} are taken.")
    if length > MAX_LIST_BYTES:
        raise Refused("The list of the zip is larger than 16 MB: no course needs that.")
    file.seek(start)
    data = file.read(length)
    if len(data) != length:
        raise Refused("The list of the zip breaks off: it is damaged. Export it again.")
    listed = _listed(data, count)
    _check_sizes(listed, size)
    listed.sort(key=lambda each: each.header)
    return _located(file, listed, start)


def _end(file: IO[bytes], size: int) -> tuple[int, int, int]:
    """How many entries there are, and how long their list is and where it begins."""
    tail_bytes = min(size, _END_BYTES + 0xFFFF + _LOCATOR_BYTES)
    file.seek(size - tail_bytes)
    tail = file.read(tail_bytes)
    at = tail.rfind(_END)
    while at >= 0 and not _ends_here(tail, at):
        at = tail.rfind(_END, 0, at)
    if at < 0:
        raise Refused("This is no complete zip: its end is missing. Was it cut short on the way?")
    disk, first, here, count, length, start = struct.unpack("<4H2L", tail[at + 4 : at + 20])
    ends = size - tail_bytes + at
    locator = tail[at - _LOCATOR_BYTES : at] if at >= _LOCATOR_BYTES else b""
    if locator.startswith(_LOCATOR):
        ends = struct.unpack("<Q", locator[8:16])[0]
        if ends + 56 > size:
            raise Refused("The list of the zip breaks off: it is damaged. Export it again.")
        file.seek(ends)
        record = file.read(56)
        if not record.startswith(_END_64):
            raise Refused("The end of the zip is damaged. Export it again.")
        disk, first, here, count, length, start = struct.unpack("<2L4Q", record[16:56])
    if disk or first or here != count:
        raise Refused("The zip is one of several parts. Export it as a single file.")
    if start + length != ends:
        # Before or behind it lies something else, which others would read as another zip.
        raise Refused("The list of the zip is not where its end says. Export it again.")
    return count, length, start


def _ends_here(tail: bytes, at: int) -> bool:
    """Whether the zip's end, with its comment, is the end of the file."""
    if len(tail) - at < _END_BYTES:
        return False
    comment = struct.unpack("<H", tail[at + 20 : at + 22])[0]
    return bool(at + _END_BYTES + comment == len(tail))


def _listed(data: bytes, count: int) -> list[_Listed]:
    found, at, folded = [], 0, {}
    while at < len(data):
        if data[at : at + 4] != _CENTRAL or len(found) >= count:
            raise Refused("The list of the zip is damaged. Export it again.")
        fields = struct.unpack("<6H3L5H2L", data[at + 4 : at + 46])
        _, _, flags, method, _, _, crc, packed, size, name_n, extra_n, note_n = fields[:12]
        raw = data[at + 46 : at + 46 + name_n]
        extra = data[at + 46 + name_n : at + 46 + name_n + extra_n]
        at += 46 + name_n + extra_n + note_n
        if at > len(data):
            raise Refused("The list of the zip breaks off: it is damaged. Export it again.")
        name = _name(raw, flags, extra)
        packed, size, header = _in_64(extra, packed, size, fields[15])
        _check_kind(name, flags, method, fields[14])
        each = _Listed(raw, _path(name), flags, method, crc, packed, size, header)
        key = fold(each.name.rstrip("/"))
        if not key:
            continue
        if key in folded and not (each.name.endswith("/") and folded[key].endswith("/")):
            raise Refused(f"“{each.name}” is in the zip twice (as “{folded[key]}”).")
        folded[key] = each.name
        found.append(each)
    if len(found) > count or not found:
        raise Refused("The zip is empty.")
    return found


def _in_64(extra: bytes, packed: int, size: int, header: int) -> tuple[int, int, int]:
    """Sizes and place, from the second list where the first has no room for them."""
    if _IN_64 not in (packed, size, header):
        return packed, size, header
    wide = _extra(extra, 0x0001)
    numbers = iter(struct.unpack(f"<{len(wide) // 8}Q", wide[: len(wide) // 8 * 8]))
    try:
        size = next(numbers) if size == _IN_64 else size
        packed = next(numbers) if packed == _IN_64 else packed
        header = next(numbers) if header == _IN_64 else header
    except StopIteration:
        raise Refused("The list of the zip is damaged. Export it again.") from None
    return packed, size, header


def _extra(extra: bytes, wanted: int) -> bytes:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack("<2H", extra[at : at + 4])
        if kind == wanted:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return b""


def _name(raw: bytes, flags: int, extra: bytes) -> str:
    unicode_name = _extra(extra, 0x7075)
    if len(unicode_name) > 5 and unicode_name[1:5] == struct.pack("<L", zlib.crc32(raw)):
        raw, flags = unicode_name[5:], flags | _UTF_8
    try:
        # Some tools write UTF-8 and forget to say so.
        return raw.decode()
    except UnicodeDecodeError:
        if flags & _UTF_8:
            raise Refused(f"The name “{_shown(raw)}” is no text.") from None
        return raw.decode("cp437")


def _shown(raw: bytes) -> str:
    return raw[:80].decode("ascii", "replace").replace("\0", "�")


def _path(name: str) -> str:
    """The name with slashes, without what leads nowhere. Raises Refused where it leads outside."""
    if not name or "\0" in name:
        raise Refused(f"The name “{_said(name)}” contains a NUL character, or nothing at all.")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        raise Refused(f"The name “{_said(name)}” contains a control character.")
    path = name.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        raise Refused(f"“{_said(name)}” is an absolute path: it would lie outside the package.")
    steps = path.split("/")
    if ".." in steps:
        raise Refused(f"“{_said(name)}” leads outside the package.")
    kept = "/".join(step for step in steps if step not in ("", "."))
    if max(len(kept), len(fold(kept))) > MAX_NAME_CHARS:
        raise Refused(f"“{_said(name)}” has a name of more than {MAX_NAME_CHARS} characters.")
    return kept + "/" if path.endswith("/") and kept else kept


def _said(name: str) -> str:
    """A name as a sentence can carry it."""
    plain = "".join("�" if unicodedata.category(c)[0] == "C" else c for c in name)
    return plain if len(plain) <= 120 else f"{plain[:60]}…{plain[-50:]}"


def _check_kind(name: str, flags: int, method: int, attributes: int) -> None:
    if flags & _ENCRYPTED:
        raise Refused(f"“{_said(name)}” is encrypted. Export the package without a password.")
    if method not in (STORED, DEFLATED):
        called = _METHODS.get(method, f"method {method}")
        raise Refused(
            f"“{_said(name)}” is packed with {called}, which browsers do not read. Zip it again"
            " in the usual way."
        )
    # What Unix calls it: nothing, a file, a folder. Links and devices are others.
    if (attributes >> 28) not in (0, 4, 8):
        raise Refused(f"“{_said(name)}” is a link, not a file.")


def _check_sizes(listed: list[_Listed], zip_bytes: int) -> None:
    total = sum(each.size for each in listed)
    for each in listed:
        if each.method == STORED and each.packed != each.size:
            raise Refused(f"“{each.name}” is stored, but has two different sizes.")
        if each.size > MAX_MEMBER_BYTES:
            raise Refused(f"“{each.name}” has more than {MAX_MEMBER_BYTES // MEGABYTE:,} MB.")
        if each.size > max(RATIO_FROM_BYTES, each.packed * MAX_RATIO):
            raise Refused(
                f"“{each.name}” would unpack to {each.size // max(each.packed, 1):,} times its"
                " size: that is no course."
            )
        if each.name.endswith("/") and each.size:
            raise Refused(f"“{each.name}” is a folder, but has content.")
    if total > MAX_TOTAL_BYTES:
        raise Refused(f"Unpacked it has more than {MAX_TOTAL_BYTES // MEGABYTE:,} MB.")
    if total > max(32 * RATIO_FROM_BYTES, zip_bytes * MAX_RATIO // 3):
        raise Refused("Unpacked it is a hundred times as large as the zip: that is no course.")


# -- the members -------------------------------------------------------------------------------


def _located(file: IO[bytes], listed: list[_Listed], end: int) -> list[Entry]:
    """Each with where its own header says its data begins; none over another or over the list."""
    found, free_from, before = [], 0, ""
    for each in listed:
        if each.header < free_from:
            raise Refused(f"“{each.name}” and “{before}” lie over one another in the zip.")
        begins = _begins(file, each, end)
        free_from, before = begins + each.packed, each.name
        if free_from > end:
            raise Refused(f"“{each.name}” lies over the list of the zip.")
        if not each.name.endswith("/"):
            found.append(Entry(each.name, begins, each.packed, each.size, each.crc, each.method))
    return found


def _begins(file: IO[bytes], each: _Listed, end: int) -> int:
    if each.header + 30 > end:
        raise Refused(f"“{each.name}” is not in the zip, though its list says so.")
    file.seek(each.header)
    header = file.read(30)
    if header[:4] != _LOCAL:
        raise Refused(f"“{each.name}” is not where the zip’s list says.")
    fields = struct.unpack("<5H3L2H", header[4:])
    _, flags, method, _, _, crc, packed, size, name_n, extra_n = fields
    if file.read(name_n) != each.raw:
        raise Refused(f"“{each.name}” has another name in the zip than in its list.")
    extra = file.read(extra_n)
    if method != each.method or (flags ^ each.flags) & _ENCRYPTED:
        raise Refused(f"“{each.name}” is described in two different ways.")
    if not (flags | each.flags) & _DESCRIBED_LATER:
        packed, size, _ = _in_64(extra, packed, size, 0)
        if (crc, packed, size) != (each.crc, each.packed, each.size):
            raise Refused(f"“{each.name}” has other sizes in the zip than in its list.")
    return each.header + 30 + name_n + extra_n
