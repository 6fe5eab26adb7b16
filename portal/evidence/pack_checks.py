"""Checks of packs that somebody sent here: by the same `verify.py` that lies in each pack.

A pack from outside may be anything, so it is read by a process of its own, with bounds, away from
the requests and from the database. The pack itself is kept no longer than that takes.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import peewee

from portal import audit, clock, db, queue
from portal.audit import keys
from portal.audit.checkpoints import Checkpoint, root_at
from portal.audit.models import Event
from portal.blobs import Blob
from portal.people.models import Person
from portal.uploads.models import Upload, UploadKind
from portal.uploads.sniffing import Sort

VERIFIER = Path(__file__).with_name("verify.py")
KEPT_DAYS = 7
MAX_OPEN = 3
STALE = timedelta(minutes=5)
# One worker on 512 MB does this beside everything else.
MEMORY_BYTES, CPU_SECONDS, MAX_SAID_BYTES = 320 * 2**20, 60, 2**20
LIMITS = (
    "import resource, runpy, sys;"
    f"resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}));"
    f"resource.setrlimit(resource.RLIMIT_CPU, ({CPU_SECONDS}, {CPU_SECONDS}));"
    "sys.argv = sys.argv[1:];"
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)
TOO_MUCH = "This file is more than can be read here. Run verify.py on your own computer."
# With the bytes every zip begins with.
ZIP = Sort("Zip", "application/zip", ("zip",), lambda file, head: head.startswith(b"PK\x03\x04"))
UPLOAD = UploadKind(
    "pack_check", "An evidence pack to check", may=lambda viewer: True,
    max_bytes=200 * 2**20, sorts=(ZIP,),
)  # fmt: skip


class PackCheck(db.Model):
    """One pack that was sent to be checked, and what was found: for whoever sent it."""

    asked_by = peewee.ForeignKeyField(Person)
    asked_at = db.UtcField(index=True)
    name = peewee.CharField(max_length=140)
    blob = peewee.ForeignKeyField(Blob, null=True)
    claimed_at = db.UtcField(null=True)
    done_at = db.UtcField(null=True)
    holds = peewee.BooleanField(null=True)
    said = peewee.TextField(default="{}")

    @property
    def found(self) -> dict[str, Any]:
        """What the verifier said: `checks`, `checkpoint`, `made_at`, and `own` of this portal."""
        return dict(json.loads(self.said))

    @classmethod
    def open_of(cls, person: Person) -> Any:
        return cls.select().where(cls.asked_by == person.id, cls.done_at.is_null())

    @classmethod
    def ask(cls, upload: Upload, *, by: Person) -> "PackCheck | None":
        """Have it checked. None where the file was used already."""
        with db.write():
            if not upload.take():
                return None
            pack_check = cls.create(
                asked_by=by, asked_at=clock.now(), name=upload.name, blob=upload.blob_id
            )
            audit.record(by, "asked_for", pack_check)
        return pack_check

    @classmethod
    def run_due(cls) -> int:
        """Check what waits, and what a worker that died left lying; returns how many."""
        done = 0
        stale = clock.now() - STALE
        free = cls.claimed_at.is_null() | (cls.claimed_at < stale)
        for waiting in cls.select().where(cls.done_at.is_null(), free).order_by(cls.id):
            if queue.must_stop():
                break
            if waiting._claim(free):
                done += waiting._run()
        return done

    def _claim(self, free: Any) -> bool:
        with db.write():
            claimed = PackCheck.update(claimed_at=clock.now())
            return bool(claimed.where(PackCheck.id == self.id, free).execute())

    def _run(self) -> bool:
        said = read(self.blob) if self.blob_id else {}
        if said is None:
            # This worker is to stop; the next one begins anew.
            with db.write():
                PackCheck.update(claimed_at=None).where(PackCheck.id == self.id).execute()
            return False
        own = of_this_portal(said.get("checkpoint"))
        holds = bool(said.get("holds")) and own["is_ours"]
        with db.write():
            self.done_at, self.holds, self.blob = clock.now(), holds, None
            self.said = json.dumps(said | {"own": own})
            self.save()
            audit.record(None, "finished", self, data={"holds": holds})
        return True

    @classmethod
    def purge(cls) -> int:
        """Results go after a week; returns how many did."""
        before = clock.now() - timedelta(days=KEPT_DAYS)
        with db.write():
            old = cls.done_at.is_null(False) & (cls.asked_at < before)
            return int(cls.delete().where(old).execute())


def read(blob: Blob) -> dict[str, Any] | None:
    """What the verifier says of this content; None when this process was told to stop."""
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "pack.zip"
        with blob.open() as source, pack.open("wb") as target:
            shutil.copyfileobj(source, target)
        with tempfile.TemporaryFile() as out:
            if not _verified(pack, folder, out):
                return None
            out.seek(0)
            try:
                return dict(json.loads(out.read(MAX_SAID_BYTES)))
            except ValueError:
                # It was ended for want of memory or time.
                return {"checks": [{"title": "Pack", "faults": [TOO_MUCH], "notes": []}]}


def _verified(pack: Path, folder: str, out: Any) -> bool:
    command = [sys.executable, "-I", "-c", LIMITS, str(VERIFIER), "--json", str(pack)]
    # With no environment: nothing of what the portal knows is within reach of what it reads.
    child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, cwd=folder, env={})
    while True:
        try:
            child.wait(timeout=0.5)
            return True
        except subprocess.TimeoutExpired:
            if queue.must_stop():
                child.kill()
                child.wait()
                return False


def of_this_portal(checkpoint: dict[str, Any] | None) -> dict[str, Any]:
    """Whether the pack's checkpoint is a part of this portal's own trail, in a sentence."""
    if not checkpoint:
        return {"is_ours": False, "sentence": "It could not be compared with this portal."}
    size, last = int(checkpoint["size"]), Event.select(peewee.fn.MAX(Event.seq)).scalar() or 0
    if size > last:
        return {
            "is_ours": False,
            "sentence": f"It counts {size} events, and this portal has {last}: it is not from "
            "here, or this portal has lost its last events.",
        }
    if root_at(size) != checkpoint["root"]:
        return {
            "is_ours": False,
            "sentence": "Its events are not those of this portal: the pack is from elsewhere, or "
            "one of the two was written anew.",
        }
    known = {keys.current().public, *Checkpoint.public_keys()}
    if checkpoint["public"] not in known:
        return {"is_ours": False, "sentence": "It is signed with a key this portal never had."}
    return {"is_ours": True, "sentence": f"Its {size} events are this portal’s own first ones."}
