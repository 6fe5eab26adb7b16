"""Building a pack: section by section, then all of them in one signed zip.

A section that is written is kept at once, so whoever goes on after a kill does not write it again;
and nothing in the file depends on when or by whom it was put together.
"""

import hashlib
import json
import logging
import tempfile
import zipfile
from typing import IO, Any

from portal import clock, queue
from portal.audit import keys
from portal.audit.checkpoints import Broken, Checkpoint
from portal.audit.models import spelled
from portal.blobs import Blob
from portal.evidence.facts import TABLES, Scope, Unbound
from portal.evidence.models import Pack, Part, Stopped
from portal.evidence.parts import COPY_BYTES, ERASABLE, EVENTS, Desk, Section, member, sections

log = logging.getLogger(__name__)

# A sign of life is written at most this often: reading a batch should not write.
TOLD_SECONDS = 2
FAILED = "It could not be built. What went wrong stands in the log of the portal."


def build_due() -> int:
    """Build what waits, one after the other; returns how many are ready now."""
    built = 0
    for pack in Pack.due():
        if queue.must_stop():
            break
        if pack.claim():
            built += build(pack)
    return built


def build(pack: Pack) -> bool:
    """Build a pack that this worker has claimed, from where it stands. False when it is not done:
    canceled, or given back because this worker is to stop.
    """
    try:
        _build(pack)
    except Stopped:
        if queue.must_stop():
            pack.give_back()
        return False
    except (Unbound, Broken) as error:
        pack.fail(str(error))
        return False
    except Exception:
        log.exception("Pack %s could not be built.", pack.id)
        pack.fail(FAILED)
        return False
    return True


def _build(pack: Pack) -> None:
    if not pack.size:
        # Everything the pack knows of was recorded before, so the tree holds it.
        pack.pin(Checkpoint.make().size)
    scope = Scope.of(pack)
    planned = sections(scope)
    parts = Part.plan(pack, [section.name for section in planned])
    desk = Desk(scope, {part.name: part for part in parts}, _Teller(pack))
    for section in planned:
        part = desk.done[section.name]
        if part.blob_id is None:
            part.done_with(_write(section, desk))
    with tempfile.TemporaryFile() as file:
        _put_together(desk, file)
        file.seek(0)
        pack.finish(Blob.put(file))


class _Teller:
    """Says now and then that the pack is worked on, and stops where it shall not be any more."""

    def __init__(self, pack: Pack) -> None:
        self._pack, self._told_at = pack, 0.0

    def __call__(self) -> None:
        if queue.must_stop():
            raise Stopped
        now = clock.now().timestamp()
        if abs(now - self._told_at) >= TOLD_SECONDS:
            self._told_at = now
            self._pack.go_on()


def _write(section: Section, desk: Desk) -> Blob:
    desk.told()
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w") as into:
            section.write(desk, into)
        file.seek(0)
        return Blob.put(file)


def _put_together(desk: Desk, into: IO[bytes]) -> None:
    """All members of all sections, then the manifest over them and its signature."""
    files: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as whole:
        for part in desk.done.values():
            with part.blob.open() as kept, zipfile.ZipFile(kept) as section:
                for name in section.namelist():
                    if name != EVENTS:
                        desk.told()
                        files[name] = _copy(section, name, whole)
        manifest = (
            json.dumps(_manifest(desk, files), indent=1, ensure_ascii=False) + "\n"
        ).encode()
        signed = keys.signed_note(
            keys.current(),
            "people-portal manifest 1",
            sha256=hashlib.sha256(manifest).hexdigest(),
        )
        for name, content in (("manifest.json", manifest), ("manifest.sig", signed.encode())):
            with member(whole, name) as file:
                file.write(content)


def _copy(section: zipfile.ZipFile, name: str, whole: zipfile.ZipFile) -> dict[str, Any]:
    hashed, size = hashlib.sha256(), 0
    with section.open(name) as source, member(whole, name) as target:
        while piece := source.read(COPY_BYTES):
            hashed.update(piece)
            size += len(piece)
            target.write(piece)
    said: dict[str, Any] = {"sha256": hashed.hexdigest(), "size": size}
    return said | ({"optional": True} if name.startswith(ERASABLE) else {})


def _manifest(desk: Desk, files: dict[str, dict[str, Any]]) -> dict[str, Any]:
    pack = desk.scope.pack
    own = Checkpoint.get(Checkpoint.size == pack.size)
    rows = {table.name: _rows(desk, table.name) for table in TABLES}
    return {
        "format": "people-portal-pack",
        "version": 1,
        "made_at": spelled(pack.asked_at),
        "asked": {
            "pack": pack.id,
            "by": pack.asked_by_id,
            "as_of": str(pack.as_of),
            "known_at": spelled(pack.known_at),
            "from": str(pack.from_on) if pack.from_on else None,
            "requirements": pack.requirements,
            "people": sorted(pack.people) if pack.people is not None else "all",
            "names": pack.has_names,
        },
        "checkpoint": {"size": own.size, "root": own.root},
        "events": len({seq for seqs in rows.values() for seq in seqs}),
        "facts": {table.name: table.about | {"rows": len(rows[table.name])} for table in TABLES},
        "files": dict(sorted(files.items())),
    }


def _rows(desk: Desk, name: str) -> list[int]:
    with desk.done[name].blob.open() as kept, zipfile.ZipFile(kept) as section:
        return list(json.loads(section.read(EVENTS)))
