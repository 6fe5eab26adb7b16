"""The check of a package in the background, and the copy that is served, made in the same pass.

Every member is inflated once, in bounds, held against its size and checksum, and written to the
served copy: films and sound as they are, the rest deflated. The copy is members one behind another;
`Member` rows say where each lies. What came stays as it came.
"""

import io
import json
import logging
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Any

import peewee

from portal import audit, clock, db, queue
from portal.blobs import Blob, Damaged
from portal.scorm import elements, manifest, media, zips
from portal.scorm.models import CHECKING, READY, REFUSED, WAITING, Member, Package
from portal.scorm.zips import DEFLATED, MEGABYTE, STORED, Entry, Refused

log = logging.getLogger(__name__)

# Whoever claimed it shows every few seconds that it lives; after this it is taken over.
STALE = timedelta(minutes=2)
TOLD_SECONDS = 2
TOLD_BYTES = 32 * MEGABYTE
# A package that ends the worker each time is not tried for ever.
MAX_CLAIMS = 3
MAX_SECONDS = 20 * 60
ROWS_A_WRITE = 400
# What systems leave in zips, and no course asks for.
_LITTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")

GAVE_UP = (
    "The check was broken off three times. Whoever runs the portal finds more in its log; send the"
    " package again when that is mended."
)
TOO_LONG = "The check took more than 20 minutes, so it was ended. Are there very many files in it?"


class Taken(Exception):
    """Another worker has it now, or this one is to stop."""


@dataclass
class _Copy:
    """The served copy as it grows: its size, and the rows of its members."""

    size: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)


def check_due() -> int:
    """Check what waits, one after the other; returns how many were checked."""
    done = 0
    for package in list(_due()):
        if queue.must_stop():
            break
        if (claimed_at := _claim(package)) is not None:
            done += check(package, claimed_at)
    return done


def _due() -> Any:
    return Package.select().where(_is_free(clock.now())).order_by(Package.id)


def _is_free(now: datetime) -> Any:
    stale = (Package.state == CHECKING) & (Package.claimed_at < now - STALE)
    return (Package.state == WAITING) | stale


def _claim(package: Package) -> datetime | None:
    """Of two workers one gets it; the moment is what it shows to go on."""
    with db.write():
        now = clock.now()
        claimed = Package.update(
            state=CHECKING, claimed_at=now, claims=Package.claims + 1, checked_bytes=0
        ).where(Package.id == package.id, _is_free(now))
        return now if claimed.execute() else None


def check(package: Package, claimed_at: datetime) -> bool:
    """Check a package that this worker has claimed. False when it was not brought to an end."""
    desk = _Desk(package, claimed_at)
    try:
        if package.claims >= MAX_CLAIMS:
            desk.refuse([GAVE_UP])
        else:
            _check(package, desk)
        return True
    except Taken:
        desk.give_back()
        return False
    except (Refused, elements.Unreadable) as error:
        desk.refuse([str(error)])
    except Damaged as error:
        desk.refuse([f"What was stored cannot be read any more: {error}"])
    except Exception:
        # A full disk, say: it is tried again, but not for ever.
        log.exception("Package %s could not be checked.", package.id)
        desk.give_back(STALE)
        return False
    return True


def _check(package: Package, desk: "_Desk") -> None:
    with package.upload.open() as file:
        found = [entry for entry in zips.entries(file) if not _is_litter(entry.path)]
        members = {zips.fold(entry.path): entry.path for entry in found}
        at = manifest.find(list(members.values()))
        entry = next(entry for entry in found if entry.path == at)
        content = zips.read(file, entry, elements.MAX_BYTES)
        read = manifest.read(content, at, members)
        if read.problems:
            desk.refuse(read.problems, read)
            return
        desk.begin(sum(entry.size for entry in found))
        copy = _Copy()
        served = Blob.put(io.BufferedReader(_Joined(_served(file, found, copy, desk))))  # type: ignore[arg-type]
    desk.finish(read, served, copy.rows)


def _is_litter(path: str) -> bool:
    lower = path.lower()
    return lower.startswith(_LITTER[0]) or lower.rpartition("/")[2] in _LITTER[1:]


def _served(file: IO[bytes], found: list[Entry], copy: _Copy, desk: "_Desk") -> Iterator[bytes]:
    """The bytes of the served copy, in the order of the zip."""
    for entry in found:
        media_type = media.type_of(entry.path)
        method = STORED if media.is_streamed(media_type) or not entry.size else DEFLATED
        offset = copy.size
        for piece in _repacked(file, entry, method, desk):
            copy.size += len(piece)
            yield piece
        copy.rows.append(
            {
                "package": desk.package.id,
                "path": entry.path,
                "folded": zips.fold(entry.path),
                "offset": offset,
                "packed": copy.size - offset,
                "size": entry.size,
                "crc": entry.crc,
                "method": method,
                "media_type": media_type,
            }
        )


def _repacked(file: IO[bytes], entry: Entry, method: int, desk: "_Desk") -> Iterator[bytes]:
    """A member as it is served. What came deflated and was found right is taken over as it is."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15) if entry.method != method == DEFLATED else None
    for packed, piece in zips.inflate(file, entry):
        desk.tell(len(piece))
        if packer:
            yield packer.compress(piece)
        elif method == STORED:
            yield piece
        else:
            yield packed
    if packer:
        yield packer.flush()


class _Desk:
    """What the check writes down: how far it is, and how it ended. Raises Taken where another
    worker has the package, and Refused where it takes too long."""

    def __init__(self, package: Package, claimed_at: datetime) -> None:
        self.package, self._claimed_at = package, claimed_at
        self._began = self._told_at = time.monotonic()
        self._bytes = self._told_bytes = 0

    def _write(self, **values: Any) -> bool:
        mine = (
            (Package.id == self.package.id)
            & (Package.state == CHECKING)
            & (Package.claimed_at == self._claimed_at)
        )
        return bool(Package.update(**values).where(mine).execute())

    def begin(self, total: int) -> None:
        with db.write():
            if not self._write(total_bytes=total):
                raise Taken

    def tell(self, size: int) -> None:
        """So many bytes more; written down now and then."""
        self._bytes += size
        now = time.monotonic()
        if now - self._began > MAX_SECONDS:
            raise Refused(TOO_LONG)
        many = self._bytes - self._told_bytes >= TOLD_BYTES
        if now - self._told_at < TOLD_SECONDS and not many:
            return
        self._told_at, self._told_bytes = now, self._bytes
        if queue.must_stop():
            raise Taken
        with db.write():
            seen = clock.now()
            if not self._write(claimed_at=seen, checked_bytes=self._bytes):
                raise Taken
        self._claimed_at = seen

    def give_back(self, later: timedelta = timedelta()) -> None:
        """Another worker begins anew; a stop is no failure and is not counted."""
        with db.write():
            stopped = {} if later else {"state": WAITING, "claims": Package.claims - 1}
            self._write(checked_bytes=0, **stopped)

    def refuse(self, problems: list[str], read: manifest.Manifest | None = None) -> None:
        package, values = self.package, _said(read) if read else {}
        with db.write():
            Member.delete().where(Member.package == package.id).execute()
            now = clock.now()
            if self._write(
                state=REFUSED, checked_at=now, problems=_json(problems), served=None, **values
            ):
                audit.record(None, "refused", package, data=self._data())

    def finish(self, read: manifest.Manifest, served: Blob, rows: list[dict[str, Any]]) -> None:
        """The rows come in small writes before the one that makes the package known as ready."""
        package = self.package
        with db.write():
            Member.delete().where(Member.package == package.id).execute()
        for batch in peewee.chunked(rows, ROWS_A_WRITE):
            with db.write():
                if not self._write(checked_bytes=self._bytes):
                    raise Taken
                Member.insert_many(batch).execute()
        with db.write():
            ready = self._write(
                state=READY,
                checked_at=clock.now(),
                checked_bytes=self._bytes,
                served=served.id,
                problems="[]",
                **_said(read),
            )
            if not ready:
                raise Taken
            data = {**self._data(), "files": len(rows)}
            audit.record(None, "checked", package, data=data)

    def _data(self) -> dict[str, Any]:
        return {"name": self.package.name, "title": self.package.title}


def _said(read: manifest.Manifest) -> dict[str, Any]:
    values = {
        "notes": _json(read.notes),
        "structure": json.dumps(read.structure, ensure_ascii=False),
        "standard": read.structure["standard"],
        "edition": read.structure["edition"],
    }
    title = read.title.strip()
    return values | ({"title": title} if title and title != "Package" else {})


def _json(sentences: list[str]) -> str:
    return json.dumps(sentences, ensure_ascii=False)


class _Joined(io.RawIOBase):
    """Pieces, one behind another, as a file to read once."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._coming, self._left = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._left:
            piece = next(self._coming, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        count = min(len(into), len(self._left))
        into[:count] = self._left[:count]
        self._left = self._left[count:]
        return count
