"""A content is kept once, whole or not at all, and comes back as it was given."""

import hashlib
import io
import random
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from portal import blobs, db
from portal.blobs import Blob, Damaged, TooLarge
from portal.blobs.models import BlobChunk
from portal.blobs.reader import CHUNK_BYTES
from tests import cast

LARGE = random.Random(7).randbytes(3 * CHUNK_BYTES + 1_000)
SIZES = (0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, len(LARGE))


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", SIZES)
def test_what_was_put_comes_back(store: str, size: int) -> None:
    blob = Blob.put(LARGE[:size])
    assert (blob.size, blob.hash) == (size, hashlib.sha256(LARGE[:size]).hexdigest())
    with blob.open() as file:
        assert file.read() == LARGE[:size]
    assert b"".join(blob.chunks()) == LARGE[:size]
    assert blob.damage() == ""


def test_the_same_content_is_one_row_however_it_comes(store: str, folder: Path) -> None:
    class Dribble(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 700))

    first = Blob.put(LARGE)
    assert Blob.put(io.BytesIO(LARGE)).id == Blob.put(Dribble(LARGE)).id == first.id
    assert Blob.select().count() == 1
    assert len(files(folder)) == (1 if store == "disk" else 0)
    assert BlobChunk.select().count() == (4 if store == "db" else 0)


def test_one_reads_from_any_place_without_reading_the_rest(store: str, queries: Any) -> None:
    blob = Blob.get_by_id(Blob.put(LARGE).id)
    with queries() as seen, blob.open() as file:
        file.seek(2 * CHUNK_BYTES - 5)
        assert file.read(10) == LARGE[2 * CHUNK_BYTES - 5 : 2 * CHUNK_BYTES + 5]
        file.seek(-3, io.SEEK_END)
        assert file.read() == LARGE[-3:]
        assert file.seek(len(LARGE) + 50) and file.read() == b""
    assert len(seen) <= 3


def test_a_zip_is_read_in_place(store: str) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("large.bin", LARGE)
        archive.writestr("small.txt", "hello")
    with Blob.put(made.getvalue()).open() as file, zipfile.ZipFile(file) as archive:
        assert archive.read("small.txt") == b"hello"


def test_more_than_the_limit_is_refused_and_leaves_nothing(store: str, folder: Path) -> None:
    with pytest.raises(TooLarge):
        Blob.put(io.BytesIO(LARGE), limit=len(LARGE) - 1)
    assert Blob.put(LARGE[:10], limit=10).size == 10
    assert Blob.select().count() == 1
    assert len(files(folder)) == (1 if store == "disk" else 0)


def test_what_a_check_refuses_leaves_nothing(store: str, folder: Path) -> None:
    def refuse(file: Any) -> None:
        assert file.read() == b"no good"
        raise ValueError("not this")

    with pytest.raises(ValueError, match="not this"):
        Blob.put(b"no good", check=refuse)
    assert (Blob.select().count(), BlobChunk.select().count(), files(folder)) == (0, 0, [])


def test_what_is_kept_the_other_way_is_still_read(database: Any, folder: Path) -> None:
    kept = {}
    for store in ("disk", "db"):
        blobs.configure(folder, store)
        kept[store] = Blob.put(store.encode())
    for store in ("disk", "db"):
        blobs.configure(folder, store)
        assert [b"".join(Blob.get_by_id(b.id).chunks()) for b in kept.values()] == [b"disk", b"db"]
        assert Blob.put(b"disk").place == "disk" and Blob.put(b"db").place == "db"
    blobs.configure(database.data_dir / "blobs", "disk")


@pytest.mark.parametrize("at", [0, CHUNK_BYTES + 17, len(LARGE) - 1])
def test_one_flipped_byte_is_found_where_it_is_and_nothing_of_it_is_handed_out(
    store: str, folder: Path, at: int
) -> None:
    blob = Blob.put(LARGE)
    flip(blob, folder, at)
    chunk = at // CHUNK_BYTES
    with blob.open() as file:
        assert file.read(chunk * CHUNK_BYTES) == LARGE[: chunk * CHUNK_BYTES]
        with pytest.raises(Damaged) as told:
            file.read()
    assert str(told.value) == (
        f"Stored content {blob.id} is damaged, from byte {chunk * CHUNK_BYTES} on."
    )
    assert str(folder) not in str(told.value)


def flip(blob: Blob, folder: Path, at: int) -> None:
    """Change one bit of what is stored, as a bad disk would."""
    if blob.place == "disk":
        path = folder / blob.hash[:2] / blob.hash
        body = bytearray(path.read_bytes())
        body[at] ^= 1
        path.write_bytes(body)
        return
    number, at = divmod(at, CHUNK_BYTES)
    chunk = BlobChunk.get(BlobChunk.digest == blob.hash, BlobChunk.number == number)
    body = bytearray(chunk.body)
    body[at] ^= 1
    with db.write():
        BlobChunk.update(body=bytes(body)).where(BlobChunk.id == chunk.id).execute()


def test_putting_the_content_again_mends_it(store: str, folder: Path) -> None:
    blob = Blob.put(LARGE)
    flip(blob, folder, 5)
    assert "damaged" in blob.damage()
    assert Blob.put(LARGE).id == blob.id
    assert Blob.get_by_id(blob.id).damage() == ""


def test_a_content_that_vanished_is_said_to_be_missing(store: str, folder: Path) -> None:
    blob = Blob.put(LARGE)
    if store == "disk":
        (folder / blob.hash[:2] / blob.hash).unlink()
    else:
        with db.write():
            BlobChunk.delete().execute()
    assert "is missing" in blob.damage()


def test_a_file_cut_short_is_damaged(database: Any, folder: Path) -> None:
    blobs.configure(folder, "disk")
    blob = Blob.put(LARGE)
    path = folder / blob.hash[:2] / blob.hash
    path.write_bytes(LARGE[: CHUNK_BYTES + 9])
    assert "from byte 262144" in blob.damage()
    blobs.configure(database.data_dir / "blobs", "disk")


def test_two_who_put_the_same_at_once_share_one(store: str, folder: Path) -> None:
    found, start = [], threading.Barrier(4)

    def put() -> None:
        start.wait()
        found.append(Blob.put(LARGE).id)
        db.database.close()

    threads = [threading.Thread(target=put) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(found)) == 1
    assert Blob.get_by_id(found[0]).damage() == ""
    assert [name for name in files(folder) if "drafts" in name] == []


def test_contents_know_nobody(database: Any) -> None:
    """A file's name, its owner and its meaning stand with what refers to it."""
    assert set(Blob._meta.fields) == {"id", "digest", "size", "chunk_hashes", "place", "put_at"}
    assert cast.person("erin").name not in str(Blob.put(b"x"))
