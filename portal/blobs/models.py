"""The contents and, where the database keeps them, their chunks."""

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import peewee

from portal import clock, db
from portal.blobs import places
from portal.blobs.reader import CHUNK_BYTES, HASH_BYTES, Damaged, Verified, on_disk

# What nothing refers to is kept this long: whoever has just put it may still be writing the row.
UNREFERENCED_HOURS = 24
# So many chunks go into the database in one write: four megabytes, a few milliseconds.
CHUNKS_A_WRITE = 16
IN_MEMORY_BYTES = 2 * 1024 * 1024
SWEPT_AT_ONCE = 50


class TooLarge(ValueError):
    """More bytes came than were allowed."""


@dataclass(frozen=True)
class _Facts:
    digest: str
    size: int
    hashes: bytes


class Blob(db.Model):
    """A content, once. `chunk_hashes` are the SHA-256 of each 256 kB of it, one behind another."""

    digest = peewee.CharField(max_length=64, unique=True)
    size = peewee.BigIntegerField()
    chunk_hashes = peewee.BlobField()
    place = peewee.CharField(max_length=4)
    put_at = db.UtcField(index=True)

    def __str__(self) -> str:
        return f"Stored content {self.id}"

    @property
    def hash(self) -> str:
        """SHA-256 of the whole, in hex."""
        return str(self.digest)

    # -- reading -----------------------------------------------------------------------------

    def open(self) -> io.BufferedReader:
        """The content as a seekable file. Reading raises Damaged at the first chunk that is not
        what was put; only the chunks that are read are looked at.
        """
        return io.BufferedReader(self._verified(), CHUNK_BYTES)

    def _verified(self) -> Verified:
        hashes = bytes(self.chunk_hashes)
        if self.place == places.DISK:
            return on_disk(str(self), self.size, hashes, places.path_of(self.digest))
        return Verified(str(self), self.size, hashes, self._fetch)

    def _fetch(self, number: int) -> bytes | None:
        return BlobChunk.body_of(self.digest, number)

    def chunks(self) -> Iterator[bytes]:
        """The content piece by piece, verified."""
        with self.open() as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def damage(self) -> str:
        """What is wrong with it, in a sentence; empty when every chunk is as it was put."""
        try:
            for _ in self.chunks():
                pass
        except Damaged as error:
            return str(error)
        return ""

    # -- keeping -----------------------------------------------------------------------------

    @classmethod
    def put(
        cls,
        content: bytes | IO[bytes],
        *,
        limit: int | None = None,
        check: Callable[[IO[bytes]], None] | None = None,
    ) -> "Blob":
        """Keep a content; the same content again is the same row.

        `limit` is the most bytes it may have (else TooLarge). `check` reads the whole, before it is
        kept, and raises what it will: then nothing is left of it. Call it outside `db.write()`, or
        everybody waits for your disk.
        """
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        in_database = places.store() == places.DATABASE
        with places.draft(IN_MEMORY_BYTES if in_database else 0) as draft:
            facts = _copy(source, draft, limit)
            if check:
                draft.seek(0)
                check(draft)
            blob = cls.get_or_none(cls.digest == facts.digest)
            if blob is not None and not blob.damage() and blob._touch():
                return blob  # type: ignore[no-any-return]
            keep = cls._keep_in_database if in_database else cls._keep_on_disk
            return keep(facts, draft)

    def _touch(self) -> bool:
        """Somebody wants it again, so it is not swept today. False when it just was."""
        with db.write():
            now = clock.now()
            return bool(Blob.update(put_at=now).where(Blob.id == self.id).execute())

    @classmethod
    def _keep_on_disk(cls, facts: _Facts, draft: IO[bytes]) -> "Blob":
        places.sync(draft)
        # Moving and noting are one act under the writer's lock, and so is sweeping: a content that
        # is swept while it is put again would else lose its new file.
        with db.write():
            places.settle(draft, places.path_of(facts.digest))
            return cls._note(facts, places.DISK)

    @classmethod
    def _keep_in_database(cls, facts: _Facts, draft: IO[bytes]) -> "Blob":
        count = len(facts.hashes) // HASH_BYTES
        for first in range(0, count, CHUNKS_A_WRITE):
            with db.write():
                BlobChunk.keep(facts.digest, draft, first, min(first + CHUNKS_A_WRITE, count))
        with db.write():
            if BlobChunk.count_of(facts.digest) != count:
                # A sweep came between: seldom enough to do it all in one write.
                BlobChunk.keep(facts.digest, draft, 0, count)
            return cls._note(facts, places.DATABASE)

    @classmethod
    def _note(cls, facts: _Facts, place: str) -> "Blob":
        now = clock.now()
        cls.insert(
            digest=facts.digest,
            size=facts.size,
            chunk_hashes=facts.hashes,
            place=place,
            put_at=now,
        ).on_conflict(
            conflict_target=[cls.digest], update={cls.place: place, cls.put_at: now}
        ).execute()
        return cls.get(cls.digest == facts.digest)  # type: ignore[no-any-return]

    # -- letting go --------------------------------------------------------------------------

    @classmethod
    def keys_to(cls) -> list[Any]:
        """Every foreign key of any model that points at a content: nobody keeps a list of them."""
        return list(cls._meta.backrefs)

    @classmethod
    def is_referenced(cls) -> Any:
        """Whether a row of any table points at it, as a condition."""
        wanted: Any = peewee.Value(1) == 0
        for key in cls.keys_to():
            wanted |= peewee.fn.EXISTS(key.model.select(peewee.SQL("1")).where(key == cls.id))
        return wanted

    def referrers(self) -> list[str]:
        """What points at it, as `paper 3`: for whoever has to mend it."""
        return [
            f"{key.model._meta.table_name} {row._pk}"
            for key in Blob.keys_to()
            for row in key.model.select(key.model._meta.primary_key).where(key == self.id).limit(5)
        ]

    @classmethod
    def sweep(cls) -> int:
        """Let go what nothing has referred to for a day; returns how many contents that was."""
        swept = 0
        while batch := cls._sweep_some():
            swept += batch
        cls._sweep_strays()
        return swept

    @classmethod
    def _sweep_some(cls) -> int:
        before = clock.now() - timedelta(hours=UNREFERENCED_HOURS)
        with db.write():
            rows = list(
                cls.select(cls.id, cls.digest, cls.place)
                .where(cls.put_at < before, ~cls.is_referenced())
                .limit(SWEPT_AT_ONCE)
            )
            for blob in rows:
                cls.delete().where(cls.id == blob.id).execute()
                BlobChunk.delete().where(BlobChunk.digest == blob.digest).execute()
                # Inside the write, see `_keep_on_disk`. Is the write undone, nothing misses it.
                places.path_of(blob.digest).unlink(missing_ok=True)
        return len(rows)

    @classmethod
    def _sweep_strays(cls) -> None:
        """What a crash has left: drafts, files and chunks without a row."""
        before = clock.now() - timedelta(hours=UNREFERENCED_HOURS)
        old = [path for path in places.old_files(before) if not places.is_part(path)]
        for batch in peewee.chunked(old, 500):
            known = cls._known_files(batch)
            for path in batch:
                if path not in known:
                    cls._sweep_stray(path)
        known_digests = cls.select(cls.digest).where(cls.place == places.DATABASE)
        with db.write():
            BlobChunk.delete().where(
                BlobChunk.put_at < before, BlobChunk.digest.not_in(known_digests)
            ).execute()

    @classmethod
    def _known_files(cls, paths: list[Path]) -> set[Path]:
        """Which of these files are the place of a content."""
        names = [path.name for path in paths if places.is_content(path)]
        rows: Any = cls.select(cls.digest).where(cls.digest.in_(names), cls.place == places.DISK)
        return {places.path_of(digest) for (digest,) in rows.tuples()}

    @classmethod
    def _sweep_stray(cls, path: Path) -> None:
        # Asked again inside the write: it may have been put in this very moment.
        with db.write():
            if path not in cls._known_files([path]):
                path.unlink(missing_ok=True)

    @classmethod
    def examine(cls, sample: int = 40) -> tuple[int, int, list[str]]:
        """How many there are, how many of them were read through, and what is damaged."""
        chosen = list(cls.select().order_by(cls.id.desc()).limit(sample // 2))
        newest = [blob.id for blob in chosen]
        others = cls.select().where(cls.id.not_in(newest)).order_by(peewee.fn.RANDOM())
        chosen += list(others.limit(sample - len(chosen)))
        found = []
        for blob in chosen:
            if problem := blob.damage():
                used = ", ".join(blob.referrers()) or "nothing"
                found.append(f"{problem} It is used by {used}.")
        return cls.select().count(), len(chosen), found


class BlobChunk(db.Model):
    """256 kB of a content that the database keeps."""

    digest = peewee.CharField(max_length=64)
    number = peewee.IntegerField()
    # Before the body: SQLite reads a row from its front, and sweeps ask for nothing but this.
    put_at = db.UtcField(index=True)
    body = peewee.BlobField()

    class Meta:
        indexes = ((("digest", "number"), True),)

    @classmethod
    def body_of(cls, digest: str, number: int) -> bytes | None:
        query: Any = cls.select(cls.body).where(cls.digest == digest, cls.number == number)
        row = query.tuples().first()
        return bytes(row[0]) if row else None

    @classmethod
    def count_of(cls, digest: str) -> int:
        return int(cls.select().where(cls.digest == digest).count())

    @classmethod
    def keep(cls, digest: str, draft: IO[bytes], first: int, end: int) -> None:
        """Chunks `first` to `end` of the draft, over whatever was there."""
        draft.seek(first * CHUNK_BYTES)
        now = clock.now()
        rows = [
            {"digest": digest, "number": number, "body": draft.read(CHUNK_BYTES), "put_at": now}
            for number in range(first, end)
        ]
        for batch in peewee.chunked(rows, CHUNKS_A_WRITE):
            cls.insert_many(batch).on_conflict(
                conflict_target=[cls.digest, cls.number], preserve=[cls.body, cls.put_at]
            ).execute()


def _copy(source: IO[bytes], draft: IO[bytes], limit: int | None) -> _Facts:
    """Write the source into the draft, whole; raises TooLarge as soon as that is known."""
    whole, hashes, size = hashlib.sha256(), [], 0
    while chunk := _read_full(source):
        size += len(chunk)
        if limit is not None and size > limit:
            raise TooLarge(f"More than {limit} bytes.")
        whole.update(chunk)
        hashes.append(hashlib.sha256(chunk).digest())
        draft.write(chunk)
    return _Facts(whole.hexdigest(), size, b"".join(hashes))


def _read_full(source: IO[bytes]) -> bytes:
    """The next chunk, short only at the end: a stream may give less than it was asked for."""
    parts, missing = [], CHUNK_BYTES
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
