"""The same with a pack as the portal builds it: a change of any file is found and named."""

import csv
import io
import json
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from portal.audit import keys
from portal.evidence import verify
from portal.evidence.parts import ERASABLE
from tests.evidence.conftest import content
from tests.evidence.forge import entry, sha, zipped
from tests.evidence.test_tampering import CHANGES, faults, flip


@pytest.fixture
def good(signed: Any, built: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content(built()))) as whole:
        return {name: whole.read(name) for name in whole.namelist()}


def test_sixty_changes_by_dice_are_all_found_and_named(good: dict[str, bytes]) -> None:
    assert faults(good) == []
    others = [{name: raw + b"\n" for name, raw in good.items()}]
    for change in CHANGES:
        # These choose among files by name, and the portal has more that may be erased.
        names = [name for name in good if change is flip or not name.startswith(ERASABLE)]
        for seed in range(6):
            dice = random.Random(f"{change.__name__} {seed}")
            files = {name: good[name] for name in names}
            try:
                touched = change(files, others, dice)
            except KeyError:
                # It wanted one of those that were left out.
                continue
            found = " ".join(faults(files))
            if change.__name__ == "swap_half":
                touched = ["manifest"]
            assert all(name in found for name in touched), (change.__name__, seed, found)


def test_each_row_of_each_table_is_bound_by_its_event(good: dict[str, bytes]) -> None:
    """Even whoever holds the signing key cannot change one number without changing the event."""
    manifest = json.loads(good["manifest.json"])
    tried = 0
    for fact in manifest["facts"].values():
        rows = list(csv.reader(io.StringIO(good[fact["file"]].decode(), newline="")))
        for number in range(1, min(len(rows), 4)):
            for column in range(1, len(rows[0])):
                cells = [list(row) for row in rows]
                if not cells[number][column]:
                    continue
                cells[number][column] = changed(cells[number][column])
                into = io.StringIO(newline="")
                csv.writer(into, lineterminator="\r\n").writerows(cells)
                files = resigned(good | {fact["file"]: into.getvalue().encode()})
                found = " ".join(faults(files))
                assert f"{fact['file']}, row {number}" in found, (fact["file"], rows[0][column])
                tried += 1
    assert tried > 20


def changed(cell: str) -> str:
    digits = [at for at, letter in enumerate(cell) if letter.isdigit()]
    if not digits:
        return {"true": "false", "false": "true"}.get(cell, f"{cell}x")
    at = digits[-1]
    return cell[:at] + str((int(cell[at]) + 1) % 10) + cell[at + 1 :]


def resigned(files: dict[str, bytes]) -> dict[str, bytes]:
    """With manifest and signature made to fit, by the portal's own key."""
    files = dict(files)
    manifest = json.loads(files.pop("manifest.json"))
    del files["manifest.sig"]
    manifest["files"] = {
        name: manifest["files"][name] | entry(name, raw) for name, raw in files.items()
    }
    raw = json.dumps(manifest).encode()
    note = keys.signed_note(keys.current(), verify.MANIFEST_TITLE, sha256=sha(raw))
    return files | {"manifest.json": raw, "manifest.sig": note.encode()}


def test_the_own_verifier_of_the_pack_is_the_one_of_the_portal(good: dict[str, bytes]) -> None:
    assert good["verify.py"] == Path(verify.__file__).read_bytes()
    assert verify.check(verify.Zip(zipped(good))).holds
