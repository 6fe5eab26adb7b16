"""Taking the names out of packs that are built: what an erasure asks of them.

What names people stands in files of its own, which the manifest calls optional. So the facts, their
proofs and the signature of the portal stay to the byte, and the pack holds as before.
"""

import tempfile
import zipfile
from collections.abc import Collection
from typing import IO, Any

from portal import audit, db
from portal.blobs import Blob
from portal.evidence.models import READY, Pack
from portal.evidence.parts import COPY_BYTES, ERASABLE, member

NAMES = "names.csv"


def naming(person_id: int) -> list[int]:
    """Ids of the packs that name somebody, by themselves or in what others did with them."""
    packs = Pack.select(Pack, Blob).join(Blob).where(Pack.state == READY, Pack.has_names)
    return [pack.id for pack in packs.order_by(Pack.id) if _is_named(pack, person_id)]


def _is_named(pack: Pack, person_id: int) -> bool:
    row = b"person,%d," % person_id
    with pack.blob.open() as file, zipfile.ZipFile(file) as whole, whole.open(NAMES) as names:
        return any(line.startswith(row) for line in names)


def take_names_out(ids: Collection[int], by: Any) -> None:
    """Put a pack without names in the place of each of these."""
    for pack in Pack.select().where(Pack.id.in_(ids), Pack.state == READY, Pack.has_names):
        with tempfile.TemporaryFile() as file:
            _copy_nameless(pack.blob, file)
            file.seek(0)
            nameless = Blob.put(file)
        with db.write():
            here = (Pack.id == pack.id) & (Pack.state == READY)
            if Pack.update(blob=nameless, has_names=False).where(here).execute():
                audit.record(by, "unnamed", pack, data={"hash": nameless.hash})


def _copy_nameless(blob: Blob, into: IO[bytes]) -> None:
    with (
        blob.open() as kept,
        zipfile.ZipFile(kept) as named,
        zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as nameless,
    ):
        for name in named.namelist():
            if not name.startswith(ERASABLE):
                with named.open(name) as source, member(nameless, name) as target:
                    while piece := source.read(COPY_BYTES):
                        target.write(piece)
