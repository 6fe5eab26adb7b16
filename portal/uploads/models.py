"""A file that somebody is sending, and the parts of it that came."""

import io
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import IO, Any

import peewee

from portal import clock, db
from portal.blobs import Blob, TooLarge, places
from portal.people.models import Person
from portal.registry import Registry
from portal.uploads.sniffing import USUAL, Refused, Sort, clean_name, sort_of

MEGABYTE = 1024 * 1024
PART_BYTES = 8 * MEGABYTE
# What fits into one form, with room for its other fields, below the server's 16 MB.
FORM_FILE_BYTES = 15 * MEGABYTE
KEPT_DAYS = 2
MAX_WAITING = 20


@dataclass(frozen=True)
class UploadKind:
    """What may be sent for a purpose: how large, of which sorts, and by whom (asked each time)."""

    name: str
    title: str
    may: Callable[[Person], bool]
    max_bytes: int = 100 * MEGABYTE
    sorts: tuple[Sort, ...] = USUAL


kinds: Registry[UploadKind] = Registry("kinds of upload")


class NoRoom(Refused):
    """It could not be kept now; the parts that came are still here for another try."""


class Elsewhere(Exception):
    """A part came that does not follow on what is here; `received` says where to go on."""

    def __init__(self, received: int) -> None:
        super().__init__(f"Go on at {received}.")
        self.received = received


class Upload(db.Model):
    """One file of one person for one purpose. Whole when it has its content; then it waits to be
    taken by the form it was chosen in.
    """

    key = peewee.CharField(max_length=43, unique=True)
    owner = peewee.ForeignKeyField(Person, backref="uploads")
    kind = peewee.CharField(max_length=40)
    name = peewee.CharField(max_length=140)
    size = peewee.BigIntegerField()
    modified = peewee.BigIntegerField(default=0)
    received = peewee.BigIntegerField(default=0)
    media_type = peewee.CharField(max_length=100, default="")
    blob = peewee.ForeignKeyField(Blob, null=True)
    place = peewee.CharField(max_length=4)
    created_at = db.UtcField(index=True)

    @property
    def kind_of(self) -> UploadKind:
        return kinds[self.kind]

    @property
    def is_whole(self) -> bool:
        return self.blob_id is not None

    # -- coming in ---------------------------------------------------------------------------

    @classmethod
    def begin(
        cls, kind: UploadKind, *, by: Person, name: str, size: int, modified: int = 0
    ) -> "Upload":
        """Begin to send a file, or go on with the same one. Raises Refused."""
        name = clean_name(name)
        _fit(kind, name, size)
        with db.write():
            mine = cls.select().where(cls.owner == by.id)
            same = mine.where(
                cls.kind == kind.name, cls.name == name, cls.size == size, cls.modified == modified
            )
            # Without the time of its last change a file of the same name could be another one.
            if modified and (begun := same.first()):
                return begun  # type: ignore[no-any-return]
            cls._refuse_hoard(by)
            return cls._new(kind, by, name, size, modified=modified)

    @classmethod
    def _refuse_hoard(cls, by: Person) -> None:
        if cls.select().where(cls.owner == by.id).count() >= MAX_WAITING:
            raise Refused("Many files of yours wait to be used. Finish or cancel some first.")

    @classmethod
    def _new(cls, kind: UploadKind, by: Person, name: str, size: int, **more: Any) -> "Upload":
        return cls.create(
            key=secrets.token_urlsafe(32),
            owner=by.id,
            kind=kind.name,
            name=name,
            size=size,
            place=places.store(),
            created_at=clock.now(),
            **more,
        )

    def add(self, offset: int, body: bytes) -> None:
        """The next part. Raises Elsewhere when it is not the next, Refused when it is too much."""
        if not body or offset + len(body) > self.size or len(body) > PART_BYTES:
            raise Refused("This is more than the file had when it was chosen. Choose it again.")
        if offset != self.received or self.is_whole:
            raise Elsewhere(self.received)
        if self.place == places.DISK:
            with places.draft() as draft:
                draft.write(body)
                places.sync(draft)
                with db.write():
                    self._claim(offset, len(body))
                    places.settle(draft, self._path(offset))
        else:
            with db.write():
                self._claim(offset, len(body))
                UploadPart.create(upload=self, offset=offset, body=body)

    def _claim(self, offset: int, length: int) -> None:
        """Of two who bring the same part one is first; the other hears where it goes on."""
        taken = (
            Upload.update(received=offset + length)
            .where(Upload.id == self.id, Upload.received == offset, Upload.blob.is_null())
            .execute()
        )
        if not taken:
            now = Upload.get_or_none(Upload.id == self.id)
            raise Elsewhere(now.received if now else 0)
        self.received = offset + length

    def finish(self) -> None:
        """All parts are here: look into the file and keep it. Raises Refused, and Elsewhere when
        something is still missing. A file that is refused is forgotten.
        """
        if self.is_whole:
            return
        if self.received != self.size:
            raise Elsewhere(self.received)
        parts = io.BufferedReader(_Joined(self._parts()))
        try:
            blob, sort = _keep(parts, self.name, self.kind_of)
        except NoRoom:
            raise
        except Refused:
            self.drop()
            raise
        with db.write():
            Upload.update(blob=blob, media_type=sort.media_type).where(
                Upload.id == self.id
            ).execute()
            self.blob, self.media_type = blob, sort.media_type
            self._forget_parts()

    @classmethod
    def of_file(cls, file: IO[bytes], name: str, kind: UploadKind, *, by: Person) -> "Upload":
        """A file that came whole, with its form. Raises Refused."""
        # A form that is refused again and again leaves its file waiting each time.
        cls._refuse_hoard(by)
        name = clean_name(name)
        blob, sort = _keep(file, name, kind)
        with db.write():
            return cls._new(
                kind, by, name, blob.size, received=blob.size, blob=blob, media_type=sort.media_type
            )

    # -- going out ---------------------------------------------------------------------------

    @classmethod
    def whole(cls, key: str, kind: UploadKind, *, by: Person) -> "Upload | None":
        """The file that this person has sent whole for this purpose, if it still waits."""
        mine = (cls.key == key) & (cls.owner == by.id) & (cls.kind == kind.name)
        found = cls.select(cls, Blob).join(Blob).where(mine)
        return found.first()  # type: ignore[no-any-return]

    def take(self) -> bool:
        """It goes where it belongs, in the same write as the row that points at its content. False
        when somebody was faster: a form that was sent twice takes it once.
        """
        with db.write():
            return bool(Upload.delete().where(Upload.id == self.id).execute())

    def drop(self) -> None:
        """Nobody wants it."""
        with db.write():
            self._forget_parts()
            Upload.delete().where(Upload.id == self.id).execute()

    @classmethod
    def sweep(cls) -> int:
        """Drop what nobody finished, or used, within two days; returns how many that were."""
        before = clock.now() - timedelta(days=KEPT_DAYS)
        dropped = 0
        for upload in cls.select().where(cls.created_at < before):
            upload.drop()
            dropped += 1
        known = {str(upload.id) for upload in cls.select(cls.id)}
        for path in places.old_files(before):
            if places.is_part(path) and path.name.partition(".")[0] not in known:
                path.unlink(missing_ok=True)
        return dropped

    # -- its parts ---------------------------------------------------------------------------

    def _path(self, offset: int) -> Any:
        return places.part_path(f"{self.id}.{offset:012d}")

    def _parts(self) -> Iterator[bytes]:
        at = 0
        while at < self.size:
            part = self._part(at)
            if not part:
                raise Elsewhere(at)
            yield part
            at += len(part)

    def _part(self, offset: int) -> bytes:
        if self.place == places.DISK:
            path = self._path(offset)
            return bytes(path.read_bytes()) if path.exists() else b""
        return UploadPart.body_at(self, offset)

    def _forget_parts(self) -> None:
        UploadPart.delete().where(UploadPart.upload == self.id).execute()
        if self.place == places.DISK:
            pattern = f"{self.id}.*"
            paths = list(places.part_path("").glob(pattern))
            # Only once it is certain that nobody needs them.
            for path in paths:
                db.after_commit(partial(path.unlink, missing_ok=True))


class UploadPart(db.Model):
    """A part of an upload that the database keeps."""

    upload = peewee.ForeignKeyField(Upload, backref="parts", on_delete="CASCADE")
    offset = peewee.BigIntegerField()
    body = peewee.BlobField()

    class Meta:
        indexes = ((("upload", "offset"), True),)

    @classmethod
    def body_at(cls, upload: Upload, offset: int) -> bytes:
        query: Any = cls.select(cls.body).where(cls.upload == upload, cls.offset == offset)
        row = query.tuples().first()
        return bytes(row[0]) if row else b""


class _Joined(io.RawIOBase):
    """Parts, one behind another, as a file to read once."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._coming, self._left = parts, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if not self._left:
            self._left = memoryview(next(self._coming, b""))
        count = min(len(into), len(self._left))
        into[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def _fit(kind: UploadKind, name: str, size: int) -> None:
    """Refuse at once what could never be taken."""
    if not size:
        raise Refused("This file is empty.")
    if size > kind.max_bytes:
        raise _too_large(kind)
    ending = name.rpartition(".")[2].lower()
    if not any(ending in sort.endings for sort in kind.sorts):
        # Says in words what is taken, without a look at the content.
        sort_of(io.BytesIO(), name, kind.sorts)


def _too_large(kind: UploadKind) -> Refused:
    return Refused(f"This file is too large: at most {kind.max_bytes // MEGABYTE} MB, please.")


def _keep(file: IO[bytes], name: str, kind: UploadKind) -> tuple[Blob, Sort]:
    found: list[Sort] = []
    try:
        blob = Blob.put(
            file,
            limit=kind.max_bytes,
            check=lambda draft: found.append(sort_of(draft, name, kind.sorts)),
        )
    except TooLarge:
        raise _too_large(kind) from None
    except OSError as error:
        raise NoRoom("There is no room for this file now. Tell whoever runs the portal.") from error
    return blob, found[0]
