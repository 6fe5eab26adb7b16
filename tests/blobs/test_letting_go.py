"""What nothing refers to is let go after a day; a crash leaves nothing for long."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import peewee
import pytest

from portal import blobs, clock, db
from portal.blobs import Blob
from portal.blobs.models import BlobChunk
from portal.personnel.models import Paper
from portal.uploads.models import Upload
from tests.blobs.test_keeping import LARGE, files, flip

OLD = 3 * 86_400


def age(folder: Path) -> None:
    """The files were written three days ago."""
    for path in folder.rglob("*"):
        if path.is_file():
            moment = clock.now().timestamp() - OLD
            os.utime(path, (moment, moment))


def paper_of(who: Any, blob: Blob) -> Paper:
    return Paper.file(
        who.erin, by=who.helen, blob=blob, file_name="a.pdf", kind="contract", title="Contract",
        media_type="application/pdf",
    )  # fmt: skip


def test_only_what_nothing_has_referred_to_for_a_day_is_let_go(
    store: str, folder: Path, who: Any, move_clock: Any
) -> None:
    kept, loose = Blob.put(b"kept"), Blob.put(b"loose")
    paper = paper_of(who, kept)
    assert Blob.sweep() == 0
    move_clock(hours=25)
    fresh = Blob.put(b"fresh")
    assert Blob.sweep() == 1
    assert {blob.id for blob in Blob.select()} == {kept.id, fresh.id}
    assert Blob.get_by_id(kept.id).damage() == ""
    assert not (folder / loose.hash[:2] / loose.hash).exists()
    assert BlobChunk.select().where(BlobChunk.digest == loose.hash).count() == 0
    with db.write():
        paper.delete_instance()
    move_clock(hours=25)
    assert Blob.sweep() == 2 and Blob.select().count() == 0


def test_whatever_points_at_a_content_is_found_by_its_foreign_key() -> None:
    """No list to forget a table in: a model defined anywhere counts at once."""
    assert {key.model for key in Blob.keys_to()} >= {Paper, Upload}

    class Planted(db.Model):
        proof = peewee.ForeignKeyField(Blob)

    try:
        assert Planted.proof in Blob.keys_to()
    finally:
        Blob._meta.backrefs.pop(Planted.proof, None)
        Blob._meta.model_backrefs.pop(Planted, None)
        Planted._meta.refs.clear()


def test_putting_it_again_saves_it_for_another_day(store: str, move_clock: Any) -> None:
    blob = Blob.put(b"wanted")
    move_clock(hours=23)
    assert Blob.put(b"wanted").id == blob.id
    move_clock(hours=23)
    assert Blob.sweep() == 0


def test_a_content_that_is_used_cannot_be_deleted(store: str, who: Any) -> None:
    blob = Blob.put(b"used")
    paper_of(who, blob)
    with pytest.raises(peewee.IntegrityError), db.write():
        Blob.delete().where(Blob.id == blob.id).execute()


CRASH = """
import os, sys
from pathlib import Path
from portal import blobs, db
from portal.blobs import Blob, places
from portal.config import Config
folder, url, store = sys.argv[1:]
db.open_database(Config(secret_key="s" * 40, database_url=url, data_dir=Path(folder)))
db.database.connect()
blobs.configure(Path(folder), store)
# Power goes after the bytes are safe and before the row is.
Blob._note = classmethod(lambda *_: os._exit(9))
Blob.put(b"half" * 200_000)
"""


def test_killed_between_bytes_and_row_nothing_is_believed_and_nothing_stays(
    store: str, folder: Path, database: Any, move_clock: Any
) -> None:
    script = [sys.executable, "-c", CRASH, str(folder), database.database_url, store]
    ended = subprocess.run(script, cwd=Path(__file__).parents[2], capture_output=True, check=False)
    assert ended.returncode == 9, ended.stderr
    assert Blob.select().count() == 0
    left = len(files(folder)) + BlobChunk.select().count()
    assert left > 0, "the crash came too early to try anything"
    age(folder)
    with db.write():
        BlobChunk.update(put_at=clock.now()).execute()
    move_clock(hours=25)
    Blob.sweep()
    assert (files(folder), BlobChunk.select().count()) == ([], 0)


def test_after_a_crash_the_same_content_is_put_as_if_nothing_had_been(
    store: str, folder: Path, database: Any
) -> None:
    script = [sys.executable, "-c", CRASH, str(folder), database.database_url, store]
    subprocess.run(script, cwd=Path(__file__).parents[2], capture_output=True, check=False)
    blob = Blob.put(b"half" * 200_000)
    assert blob.damage() == "" and blob.size == 800_000


def test_a_disk_that_takes_nothing_leaves_nothing(
    database: Any, folder: Path, tmp_path: Path
) -> None:
    """A file stands where the folder should be: nobody can write there, not even root."""
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    blobs.configure(blocked, "disk")
    with pytest.raises(OSError, match=r"\S"):
        Blob.put(LARGE)
    assert Blob.select().count() == 0
    blobs.configure(folder, "disk")
    assert Blob.put(LARGE).damage() == ""
    blobs.configure(database.data_dir / "blobs", "disk")


def test_a_full_disk_leaves_nothing(database: Any, folder: Path) -> None:
    """The source ends in an error half-way, as a write to a full disk does."""

    class Full:
        def __init__(self) -> None:
            self.given = 0

        def read(self, size: int) -> bytes:
            self.given += 1
            if self.given > 2:
                raise OSError(28, "No space left on device")
            return b"x" * size

    for store in ("disk", "db"):
        blobs.configure(folder, store)
        with pytest.raises(OSError, match="No space"):
            Blob.put(Full())  # type: ignore[arg-type]
    assert (Blob.select().count(), BlobChunk.select().count(), files(folder)) == (0, 0, [])
    blobs.configure(database.data_dir / "blobs", "disk")


def test_the_doctor_reads_a_sample_and_names_what_is_damaged(
    store: str, folder: Path, who: Any
) -> None:
    whole, bad = Blob.put(b"whole"), Blob.put(LARGE)
    paper = paper_of(who, bad)
    assert Blob.examine() == (2, 2, [])
    flip(bad, folder, 300_000)
    _, _, found = Blob.examine()
    assert found == [
        f"Stored content {bad.id} is damaged, from byte 262144 on. It is used by paper {paper.id}."
    ]
    assert whole.damage() == ""


def test_a_large_content_blocks_no_other_writer_for_long(database: Any, folder: Path) -> None:
    """Thirty megabytes go into the database in short writes."""
    blobs.configure(folder, "db")
    longest = 0.0
    plain = db.write

    class Timed:
        def __enter__(self) -> None:
            self.inner, self.began = plain(), time.perf_counter()
            self.inner.__enter__()

        def __exit__(self, *error: Any) -> Any:
            nonlocal longest
            longest = max(longest, time.perf_counter() - self.began)
            return self.inner.__exit__(*error)

    db.write = Timed  # type: ignore[assignment, misc]
    try:
        Blob.put(os.urandom(30 * 1024 * 1024))
    finally:
        db.write = plain  # type: ignore[misc]
        blobs.configure(database.data_dir / "blobs", "disk")
    assert BlobChunk.select().count() == 120
    assert longest < 1.0


def test_the_sweep_reads_no_body_to_see_how_old_a_chunk_is() -> None:
    names = [field.column_name for field in BlobChunk._meta.sorted_fields]
    assert names.index("put_at") < names.index("body") and BlobChunk.put_at.index
