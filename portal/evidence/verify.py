"""Checks an evidence pack of the people portal: this one file and Python, nothing else.

    python3 -I verify.py pack.zip
    python3 -I verify.py pack.zip --checkpoint mail.txt --checkpoint another-mail.eml

A pack is a zip, or the folder it was unpacked into. Each check is said in plain words, every file,
row and event that is wrong is named, and the exit code is 0 when all holds, else 1. Nothing is ever
unpacked to the disk.

What a pack can prove by itself is that it is whole: one byte changed, and the file is named. That
nobody rewrote it together with the portal's own record is proved by a checkpoint that was mailed
*before*: give every such mail you kept with --checkpoint.

The format, version 1. Hashes are SHA-256, keys and signatures Ed25519 (RFC 8032), all in lower-case
hex. Times are UTC, like 2026-11-22T03:00:00.000000Z. Texts are UTF-8. “Canonical JSON” is one line:
keys sorted, no spaces, no escapes beyond what JSON asks for.

manifest.json   {"format": "people-portal-pack", "version": 1, "made_at": time,
                "asked": {what was asked for: period, policies, people, as_of, known_at, …},
                "checkpoint": {"size": n, "root": hash}, "events": how many,
                "facts": {name: {"file": "facts/<name>.csv", "rows": how many,
                    "binding": "record" or "event", "tags": [tags of events],
                    "columns": [[column, "int" | "bool" | "text" | "json"], …],
                    "texts": [columns that hold the hash of a file in texts/]}},
                "files": {path: {"sha256": hash, "size": bytes, "optional": true if erasable}}}
                Every file of the pack but the manifest and its signature is in "files".
manifest.sig    a signed note: the lines “people-portal manifest 1”, “sha256 <of manifest.json>”,
                “key <id>”, “public <public key>”, then “signature <first half>” and “signature
                <second half>”. Signed are the lines before the signature, each with its line feed.
                The key is that of the pack's own checkpoint; its id is the first 16 digits of the
                public key's hash.
checkpoints.json  {"checkpoints": [{"size", "root", "head", "at", "key", "public", "signature",
                "proof"}, …]} by growing size. The last is the pack's own. "root" is the Merkle tree
                hash (RFC 9162, 2.1) over the hashes of the first `size` events, "head" the hash of
                event number `size`, "proof" the consistency proof (2.1.4) from the one before ([]
                for the first). Signed is the note “people-portal checkpoint 1”, “size”, “root”,
                “head”, “at”, “key”, “public”: the block between the BEGIN and END lines of a mail.
events.jsonl    one event a line, by number: {"seq", "at", "tag", "subject": [kind, id], "by",
                "about", "data": canonical JSON as a text, "personal": commitment or "", "previous":
                hash, "hash", "proof": inclusion proof (2.1.3) in the pack's checkpoint}. The hash
                is that of a zero byte, the previous hash (32 bytes) and the canonical JSON of seq,
                at, tag, subject, by, about, data and personal. Leaf number seq - 1 of the tree is
                the event's hash.
facts/*.csv     one fact a row. The column "event" is the number of its event; the others are those
                of "columns". Binding "record": the hash of the row's canonical JSON, without
                "event", is data.record of that event. Binding "event": each column is the event's
                own at, tag, by, about or subject (the id), or one of its data. Each event with one
                of the tags has exactly one row. An empty cell is null. A text that is empty or
                begins with one of = + - @ ' " TAB CR is written as JSON, in quotation marks; what
                is "json" is always written so.
texts/, files/  <hash>.<ending>: the exact texts, and files people brought. The name is the hash.
names.csv       ids and names, and openings.csv, with the columns event, column, salt, payload: what
                a commitment commits to. SHA-256 of salt and payload is that column of the row of
                that event, or, for the column “personal”, of the event itself. Both can be erased;
                what is left proves as much as before.
Any other file (index.html, README.txt, report.csv, this one) is bound by the manifest alone.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import stat
import sys
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

FORMAT, VERSION = "people-portal-pack", 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
CHECKPOINTS, EVENTS = "checkpoints.json", "events.jsonl"
CHECKPOINT_TITLE, MANIFEST_TITLE = "people-portal checkpoint 1", "people-portal manifest 1"
# What is larger is no pack of the portal, and is not read.
MAX_FILES, MAX_EVENTS, MAX_RATIO = 60_000, 1_000_000, 200
MAX_PACK_BYTES, MAX_FILE_BYTES = 4 * 2**30, 2**30
MAX_JSON_BYTES, MAX_LINE_CHARS, MAX_MAIL_BYTES = 64 * 2**20, 2**20, 16 * 2**20
MAX_NAMED = 50
PIECE_BYTES = 262144
# How far a clock may be set back before a later event seems to be older than a checkpoint.
CLOCK_SECONDS = 120
HEX = re.compile(r"[0-9a-f]{64}")
HASHED_NAME = re.compile(r"(?:texts|files)/([0-9a-f]{64})\.[a-z0-9]{1,8}")
TIME = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z")
SAFE_NAME = re.compile(r"[A-Za-z0-9_.\-]+(?:/[A-Za-z0-9_.\-]+)*")


# -- Ed25519 (RFC 8032, 5.1) ---------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def _add(a, b):
    """The sum of two points in extended coordinates (5.1.4)."""
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e, f = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def _double(a):
    """Twice a point: the same, in fewer steps."""
    x, y, z, _ = a
    xx, yy = x * x % P, y * y % P
    h, g = xx + yy, xx - yy
    e, f = h - (x + y) * (x + y), 2 * z * z + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def _point(raw):
    """The point that 32 bytes stand for, or None (5.1.3)."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public, signature, text):
    """Whether the owner of this public key signed these bytes (5.1.7)."""
    key, first = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or not key or not first or scalar >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public + text).digest()
    challenge = int.from_bytes(digest, "little") % L
    # scalar·B − challenge·A in one ladder; it must be the point in the signature.
    minus = (P - key[0], key[1], 1, P - key[3])
    table = {1: BASE, 2: minus, 3: _add(BASE, minus)}
    sum_ = (0, 1, 1, 0)
    for bit in range(max(scalar, challenge).bit_length() - 1, -1, -1):
        sum_ = _double(sum_)
        which = (scalar >> bit & 1) | (challenge >> bit & 1) << 1
        if which:
            sum_ = _add(sum_, table[which])
    x, y, z, _ = sum_
    return (x - first[0] * z) % P == 0 and (y - first[1] * z) % P == 0


# -- the tree (RFC 9162, 2.1) --------------------------------------------------------------------


def _sha(data):
    return hashlib.sha256(data).digest()


def _node(left, right):
    return _sha(b"\x01" + left + right)


def includes(leaf, index, size, proof, root):
    """Whether the leaf's hash stands at `index` of the tree (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last = index, size - 1
    for part in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            leaf = _node(part, leaf)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            leaf = _node(leaf, part)
        here, last = here >> 1, last >> 1
    return last == 0 and leaf == root


def is_consistent(old, new, old_root, new_root, proof):
    """Whether the smaller tree is the beginning of the larger one (2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    if not path:
        return False
    before = after = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = _node(part, before), _node(part, after)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            after = _node(after, part)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


# -- spelling ------------------------------------------------------------------------------------


def canonical(value):
    """JSON with one spelling."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _once(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(text):
    raise ValueError(f"{text} is no number")


def read_json(text):
    """What the JSON says. Raises ValueError, also for what readers disagree about."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def event_hash(event):
    """The hash of an event by what it says. Raises ValueError for what is no event."""
    try:
        names = ("seq", "at", "tag", "subject", "by", "about", "data", "personal")
        body = canonical({name: event[name] for name in names}).encode()
        return _sha(b"\x00" + bytes.fromhex(event["previous"]) + body)
    except (KeyError, TypeError, UnicodeError, RecursionError) as error:
        raise ValueError("it is no event") from error


CELLS = {"int": int, "json": read_json, "bool": {"true": True, "false": False}.__getitem__}


def read_cell(cell, kind):
    """What a cell of a fact stands for. Raises ValueError and KeyError."""
    if cell == "":
        return None
    if kind == "text":
        return read_json(cell) if cell.startswith('"') else cell
    value = CELLS[kind](cell)
    if kind == "int" and str(value) != cell:
        raise ValueError("a number in another spelling")
    return value


# -- notes: what is signed -----------------------------------------------------------------------


@dataclass
class Note:
    """Signed lines: a title, fields, the key, the signature."""

    fields: dict
    text: str
    signature: str

    def __getattr__(self, name):
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def size(self):
        return int(self.fields["size"])

    @property
    def date(self):
        return self.fields["at"][:16].replace("T", " ") + " UTC"

    def problem(self, signed):
        """What is wrong with key or signature; "" if nothing."""
        public = bytes.fromhex(self.fields["public"])
        if hashlib.sha256(public).hexdigest()[:16] != self.fields["key"]:
            return "its key does not bear the number of the public key"
        if not signed(public, bytes.fromhex(self.signature), self.text.encode()):
            return "its signature is not over these words"
        return ""


HASH = "[0-9a-f]{64}"
COMMON = {"key": "[0-9a-f]{16}", "public": HASH}
CHECKPOINT_FIELDS = {
    "size": "[1-9][0-9]{0,17}", "root": HASH, "head": HASH, "at": TIME.pattern, **COMMON,
}  # fmt: skip
MANIFEST_FIELDS = {"sha256": HASH, **COMMON}


def read_note(text, title, wanted):
    """The note in these lines. Raises ValueError."""
    lines = text.split("\n")
    if len(lines) != len(wanted) + 4 or lines[0] != title or lines[-1]:
        raise ValueError("it has other lines")
    fields = {}
    for line, (name, pattern) in zip(lines[1:], wanted.items()):  # noqa: B905 (Python 3.9)
        if not re.fullmatch(f"{name} {pattern}", line):
            raise ValueError(f"its line “{name}” is not as it should be")
        fields[name] = line[len(name) + 1 :]
    _seconds(fields.get("at", "2000-01-01T00:00:00.000000Z"))
    halves = [re.fullmatch(f"signature ({HASH})", line) for line in lines[-3:-1]]
    if not all(halves):
        raise ValueError("its signature is not as it should be")
    signed = "\n".join(lines[:-3]) + "\n"
    return Note(fields, signed, "".join(half[1] for half in halves))


def mailed(raw):
    """The checkpoints in a mail: as text, as saved by a mail program, quoted in an answer.

    Raises ValueError for one that is not whole, and where there is none.
    """
    if len(raw) > MAX_MAIL_BYTES:
        raise ValueError("it is too large to be a mail")
    texts = [raw.decode("utf-8", "replace")]
    if b"-----BEGIN PEOPLE" in raw or b"content-transfer" in raw.lower():
        mail = message_from_bytes(raw, policy=policy.default)
        if mail["MIME-Version"]:
            parts = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
            texts = [part.get_content() for part in parts]
    found = []
    for text in texts:
        lines = [re.sub(r"^[>\s]+|\s+$", "", line) for line in text.splitlines()]
        blocks = "\n".join(lines).split("-----BEGIN PEOPLE PORTAL CHECKPOINT-----\n")[1:]
        for block in blocks:
            block, end, _ = block.partition("-----END PEOPLE PORTAL CHECKPOINT-----")
            if not end:
                raise ValueError("its checkpoint has no end")
            found.append(read_note(block, CHECKPOINT_TITLE, CHECKPOINT_FIELDS))
    if not found:
        raise ValueError("there is no checkpoint in it")
    return found


# -- the pack ------------------------------------------------------------------------------------


class NoPack(Exception):
    """What was given is not read at all; the message says why."""


def open_pack(path, besides=()):
    """The pack in a zip file or a folder, in which other files may lie. Raises NoPack."""
    path = Path(path)
    if path.is_dir():
        return Folder(path, besides)
    try:
        return Zip(path.open("rb"))
    except OSError as error:
        raise NoPack(f"{path.name} cannot be read: {error.strerror}.") from error


class Folder:
    """A pack that somebody unpacked."""

    def __init__(self, path, besides=()):
        self.path, self.sizes = path, {}
        others = {Path(other).resolve() for other in besides}
        for found in sorted(path.rglob("*")):
            name = found.relative_to(path).as_posix()
            if found.is_symlink() or not (found.is_dir() or found.is_file()):
                raise NoPack(f"{name} is neither file nor folder.")
            if found.is_file() and found.resolve() not in others:
                self.sizes[name] = found.stat().st_size
        _refuse_excess(self.sizes)

    def open(self, name):
        return (self.path / name).open("rb")

    def pieces(self, name):
        with self.open(name) as file:
            while True:
                piece = file.read(PIECE_BYTES)
                if not piece:
                    return
                yield piece

    def close(self):
        """A folder holds nothing open."""


class Zip:
    """A pack as it came. Its entries are held against each other before one of them is read."""

    def __init__(self, file):
        self.file, self.sizes = file, {}
        try:
            self.zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise NoPack(f"This is no whole zip file: {_why(error)}.") from error
        # Where the bytes of each entry begin.
        self.begins = {}
        for entry in self.zip.infolist():
            self._refuse_tricks(entry)
            if not entry.is_dir():
                self.sizes[entry.filename] = entry.file_size
        _refuse_excess(self.sizes)
        self._refuse_hidden_bytes()

    def _refuse_tricks(self, entry):
        name = entry.filename.rstrip("/")
        if name in self.sizes:
            raise NoPack(f"{name} is in the zip twice.")
        if not SAFE_NAME.fullmatch(name) or ".." in name.split("/") or len(name) > 200:
            raise NoPack(f"The zip has a file with the name {ascii(name)[:200]}.")
        if entry.flag_bits & 0x41 or entry.compress_type not in (0, 8):
            raise NoPack(f"{name} is encrypted or packed in an unusual way.")
        if entry.is_dir() and entry.compress_size > 2:
            raise NoPack(f"{name} is a folder that hides something.")
        sort = stat.S_IFDIR if entry.is_dir() else stat.S_IFREG
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, sort):
            raise NoPack(f"{name} is no plain file.")
        if entry.file_size > 2**20 and entry.file_size > MAX_RATIO * entry.compress_size:
            raise NoPack(f"{name} is packed more than {MAX_RATIO} times smaller.")

    def _refuse_hidden_bytes(self):
        """Every byte of the zip belongs to one entry: they neither overlap nor leave gaps."""
        at = 0
        for entry in sorted(self.zip.infolist(), key=lambda entry: entry.header_offset):
            self.file.seek(entry.header_offset)
            head = self.file.read(30)
            name_size = int.from_bytes(head[26:28], "little")
            extra_size = int.from_bytes(head[28:30], "little")
            name, extra = self.file.read(name_size), self.file.read(extra_size)
            if head[:4] != b"PK\x03\x04" or name != entry.orig_filename.encode():
                raise NoPack(f"{entry.filename} has another name inside the zip.")
            if _renames(entry.extra) or _renames(extra):
                raise NoPack(f"{entry.filename} has another name for other programs.")
            if int.from_bytes(head[8:10], "little") != entry.compress_type:
                raise NoPack(f"{entry.filename} is packed in two ways.")
            # A zip written as a stream has sizes behind each entry as well.
            if not 0 <= entry.header_offset - at <= 24:
                raise NoPack(f"{entry.filename} overlaps another file, or hides something.")
            self.begins[entry.filename] = entry.header_offset + 30 + name_size + extra_size
            at = self.begins[entry.filename] + entry.compress_size
        if not 0 <= self.zip.start_dir - at <= 24 or self.zip.comment:
            raise NoPack("The zip hides something between its files and its end.")

    def open(self, name):
        return self.zip.open(name)

    def pieces(self, name):
        """All that its bytes unpack to: other programs may read on where the stated size ends."""
        entry = self.zip.getinfo(name)
        unpack = zlib.decompressobj(-15) if entry.compress_type else None
        at, left = self.begins[name], entry.compress_size
        while left:
            self.file.seek(at)
            packed = self.file.read(min(left, PIECE_BYTES))
            if not packed:
                raise EOFError("it ends too early")
            at, left = at + len(packed), left - len(packed)
            while packed and unpack:
                yield unpack.decompress(packed, PIECE_BYTES)
                packed = unpack.unconsumed_tail
                if unpack.unused_data or (unpack.eof and left):
                    raise OSError("it hides something behind its end")
            yield packed
        if unpack:
            yield unpack.flush()
            if not unpack.eof:
                raise EOFError("it ends too early")

    def close(self):
        self.zip.close()
        self.file.close()


def _renames(extra):
    """Whether an extra field gives the entry another name (0x7075), or cannot be read."""
    while len(extra) >= 4:
        sort, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        if sort == 0x7075 or size > len(extra) - 4:
            return True
        extra = extra[4 + size :]
    return bool(extra)


def _refuse_excess(sizes):
    if len(sizes) > MAX_FILES:
        raise NoPack(f"There are more than {MAX_FILES} files.")
    if len({name.lower() for name in sizes}) != len(sizes):
        raise NoPack("Two files differ only in capital letters.")
    large = [name for name, size in sizes.items() if size > MAX_FILE_BYTES]
    if large or sum(sizes.values()) > MAX_PACK_BYTES:
        raise NoPack(f"{large[0] if large else 'All of it'} is larger than a pack can be.")


# What reading a damaged file raises.
DAMAGED = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)


# -- the checks ----------------------------------------------------------------------------------


@dataclass
class Check:
    """One thing that was looked at: what is well, what is wrong, what one should know."""

    title: str
    well: str = ""
    faults: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    more: int = 0

    def fault(self, sentence):
        if len(self.faults) < MAX_NAMED:
            self.faults.append(sentence)
        else:
            self.more += 1

    @property
    def holds(self):
        return not self.faults


class Result:
    """All checks of one pack."""

    def __init__(self):
        self.checks, self.manifest, self.checkpoint = [], {}, None

    @property
    def holds(self):
        return bool(self.checks) and all(check.holds for check in self.checks)

    def begin(self, title):
        self.checks.append(Check(title))
        return self.checks[-1]


def check(pack, given=(), signed=is_signed):
    """Look at everything. `given` are the checkpoints from earlier mails; `signed` may be a faster
    function than this file's own. What cannot be gone into is a fault, never an exception."""
    result = Result()
    _Checks(pack, result, signed).run(list(given))
    return result


class _Checks:
    def __init__(self, pack, result, signed):
        self.pack, self.result, self.signed = pack, result, signed
        self.hashes, self.events, self.notes, self.key = {}, {}, [], None
        # By event, the cells of the rows that stand for it.
        self.rows = {}

    def run(self, given):
        manifest = self._manifest()
        if manifest is None:
            return
        self._files(manifest)
        self._checkpoints(manifest)
        self._events(manifest)
        for name, fact in manifest["facts"].items():
            self._facts(name, fact)
        self._openings()
        self._mails(given)

    # -- manifest and files --

    def _manifest(self):
        """What the manifest says, if that can be read at all."""
        check = self.result.begin("Manifest")
        try:
            raw = self._small(MANIFEST)
            manifest = self.result.manifest = _as_manifest(read_json(raw.decode()))
        except (ValueError, KeyError, *DAMAGED) as error:
            check.fault(f"{MANIFEST} cannot be read: {_why(error)}.")
            return None
        try:
            note = read_note(self._small(SIGNATURE).decode(), MANIFEST_TITLE, MANIFEST_FIELDS)
            problem = note.problem(self.signed)
            if problem:
                check.fault(f"{SIGNATURE}: {problem}.")
            elif note.sha256 != _sha(raw).hex():
                check.fault(f"{MANIFEST} is not the one that {SIGNATURE} signs.")
            self.key = note.public
        except (ValueError, KeyError, *DAMAGED) as error:
            check.fault(f"{SIGNATURE} cannot be read: {_why(error)}.")
        check.well = f"made {manifest['made_at']}, signed, and not changed since"
        return manifest

    def _small(self, name):
        if name not in self.pack.sizes:
            raise ValueError("it is missing")
        if self.pack.sizes[name] > MAX_JSON_BYTES:
            raise ValueError("it is too large")
        with self.pack.open(name) as file:
            return file.read(MAX_JSON_BYTES + 1)

    def _files(self, manifest):
        check = self.result.begin("Files")
        listed = manifest["files"]
        for name in self.pack.sizes:
            try:
                self.hashes[name] = self._hash(name)
            except DAMAGED as error:
                check.fault(f"{name} is damaged: {_why(error)}.")
                continue
            problem = self._file(name, listed.get(name))
            if problem:
                check.fault(f"{name} {problem}.")
        for name, entry in listed.items():
            if name in self.pack.sizes:
                continue
            if entry.get("optional"):
                check.notes.append(f"{name} is not here. It can be erased, and proves nothing.")
            else:
                check.fault(f"{name} is missing.")
        check.well = f"{len(self.pack.sizes)} files, all as listed"

    def _file(self, name, listed):
        """What is wrong with a file; "" if nothing."""
        if name in (MANIFEST, SIGNATURE):
            return ""
        if listed is None:
            return "does not belong to the pack"
        if (listed.get("sha256"), listed["size"]) != (self.hashes[name], self.pack.sizes[name]):
            return "was changed"
        if name.startswith(("texts/", "files/")):
            named = HASHED_NAME.fullmatch(name)
            if not named or named[1] != self.hashes[name]:
                return "is not what its name stands for"
        return ""

    def _hash(self, name):
        digest, left = hashlib.sha256(), self.pack.sizes[name]
        for piece in self.pack.pieces(name):
            left -= len(piece)
            if left < 0:
                raise OSError("it is larger than it says")
            digest.update(piece)
        if left:
            raise EOFError("it is smaller than it says")
        return digest.hexdigest()

    # -- checkpoints --

    def _checkpoints(self, manifest):
        check = self.result.begin("Checkpoints")
        before = None
        try:
            listed = read_json(self._small(CHECKPOINTS).decode())["checkpoints"]
            if not isinstance(listed, list) or not listed:
                raise ValueError("there is none in it")
        except (ValueError, KeyError, TypeError, *DAMAGED) as error:
            check.fault(f"{CHECKPOINTS} cannot be read: {_why(error)}.")
            return
        for number, entry in enumerate(listed, 1):
            try:
                note, proof = _as_checkpoint(entry)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                check.fault(f"Checkpoint number {number} cannot be read: {_why(error)}.")
                before = None
                continue
            problem = note.problem(self.signed)
            if problem:
                check.fault(f"The checkpoint over {note.size} events: {problem}.")
            if before is not None:
                self._follows(check, before, note, proof)
                if before.public != note.public:
                    check.notes.append(
                        f"From {note.size} events ({note.date}) on another key signs: {note.key}. "
                        "That this was the portal is shown only by a mail under that key."
                    )
            self.notes.append(note)
            before = note
        if before is not None:
            self._own(check, before, manifest)
        check.well = f"{len(listed)}, each signed and a continuation of the one before"

    def _follows(self, check, before, note, proof):
        roots = bytes.fromhex(before.root), bytes.fromhex(note.root)
        if note.at < before.at:
            check.fault(f"The checkpoint over {note.size} events is older than the one before.")
        if before.size == note.size or not is_consistent(before.size, note.size, *roots, proof):
            earlier = f"the one over {before.size} ({before.date})"
            named = f"The checkpoint over {note.size} events ({note.date})"
            check.fault(f"{named} does not continue {earlier}.")

    def _own(self, check, own, manifest):
        self.result.checkpoint = own
        wanted = manifest["checkpoint"]
        if (own.size, own.root) != (wanted.get("size"), wanted.get("root")):
            check.fault("The last checkpoint is not the one the manifest names.")
        if self.key is not None and own.public != self.key:
            check.fault("The manifest is signed with another key than the pack's checkpoint.")

    # -- events --

    def _events(self, manifest):
        check = self.result.begin("Events")
        heads = {note.size: note.head for note in self.notes}
        before, number = None, 0
        for number, line in self._lines(check, EVENTS):
            try:
                event = _as_event(read_json(line))
                hashed = event_hash(event)
            except (ValueError, KeyError) as error:
                check.fault(f"{EVENTS}, line {number} cannot be read: {_why(error)}.")
                continue
            self._event(check, event, hashed, before)
            if heads.get(event["seq"], event["hash"]) != event["hash"]:
                check.fault(f"Event {event['seq']} is not the one its checkpoint names.")
            before = event
            del event["proof"]
            self.events[event["seq"]] = event
        if number != manifest["events"]:
            check.fault(f"There are {number} events; the portal put in {manifest['events']}.")
        self._dates(check)
        well = "each as it was written and in the tree of the checkpoint"
        check.well = f"{len(self.events)}, {well}"

    def _event(self, check, event, hashed, before):
        seq, own = event["seq"], self.result.checkpoint
        if before is not None:
            if seq <= before["seq"]:
                check.fault(f"Event {seq} stands behind event {before['seq']}.")
            if seq == before["seq"] + 1 and event["previous"] != before["hash"]:
                check.fault(f"Event {seq} does not follow event {before['seq']}.")
        if hashed.hex() != event["hash"]:
            check.fault(f"Event {seq} was changed: it does not have its hash.")
        elif own is not None:
            proof = [bytes.fromhex(part) for part in event["proof"]]
            root, leaf = bytes.fromhex(own.root), _sha(b"\x00" + hashed)
            if not includes(leaf, seq - 1, own.size, proof, root):
                check.fault(f"Event {seq} is not in the tree of the checkpoint.")

    def _dates(self, check):
        """No event may be older than a checkpoint that does not count it yet."""
        sizes = sorted(self.notes, key=lambda note: note.size)
        place, latest = 0, ""
        for seq in sorted(self.events):
            while place < len(sizes) and sizes[place].size < seq:
                latest = max(latest, sizes[place].at)
                place += 1
            event = self.events[seq]
            if latest and _seconds(event["at"]) + CLOCK_SECONDS < _seconds(latest):
                late = f"but a checkpoint of {latest} does not count it yet"
                check.fault(f"Event {seq} is dated {event['at']}, {late}.")

    def _lines(self, check, name):
        """The lines of a text file with their numbers, each of bounded length."""
        if name not in self.pack.sizes:
            check.fault(f"{name} is missing.")
            return
        try:
            with self.pack.open(name) as raw:
                text = io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
                number = 0
                while True:
                    line = text.readline(MAX_LINE_CHARS)
                    if not line:
                        return
                    number += 1
                    if number > MAX_EVENTS:
                        check.fault(f"{name} has more than {MAX_EVENTS} lines.")
                        return
                    if not line.endswith("\n"):
                        check.fault(f"{name}, line {number} has no end.")
                        return
                    yield number, line[:-1]
        except (UnicodeError, *DAMAGED) as error:
            check.fault(f"{name} cannot be read: {_why(error)}.")

    # -- facts --

    def _facts(self, name, fact):
        check = self.result.begin(f"Facts: {name.replace('_', ' ')}")
        self.kinds = dict(fact["columns"])
        seen, number = {}, 0
        for number, row in self._rows(check, fact["file"], ["event", *self.kinds]):
            where = f"{fact['file']}, row {number}"
            try:
                event = self.events[read_cell(row.pop("event"), "int")]
            except (KeyError, ValueError):
                check.fault(f"{where}: its event is not in the pack.")
                continue
            where = f"{where} (event {event['seq']})"
            if event["seq"] in seen:
                check.fault(f"{where}: row {seen[event['seq']]} stands for it already.")
            seen[event["seq"]] = number
            self.rows.setdefault(event["seq"], {}).update(row)
            problem = self._row(row, event, fact)
            if problem:
                check.fault(f"{where}: {problem}.")
        if number != fact["rows"]:
            check.fault(f"{fact['file']} has {number} rows; the portal put in {fact['rows']}.")
        for seq, event in self.events.items():
            if event["tag"] in fact["tags"] and seq not in seen:
                check.fault(f"{fact['file']}: the row of event {seq} is missing.")
        check.well = f"{number} rows, each as its event says"

    def _row(self, row, event, fact):
        """What is wrong with a row; "" if nothing."""
        if event["tag"] not in fact["tags"]:
            return f"its event is a {event['tag']}"
        try:
            values = {column: read_cell(cell, self.kinds[column]) for column, cell in row.items()}
            said = dict(read_json(event["data"]))
            problem = _differs(values, event, said, fact["binding"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return "a cell of it cannot be read"
        for column in fact.get("texts", ()):
            if values.get(column) is not None and not self._has_text(values[column]):
                problem = problem or f"the text of {column} is not in the pack"
        return problem

    def _has_text(self, wanted):
        if not hasattr(self, "texts"):
            names = [HASHED_NAME.fullmatch(name) for name in self.hashes]
            self.texts = {found[1] for found in names if found}
        return isinstance(wanted, str) and wanted in self.texts

    def _rows(self, check, name, wanted):
        """The rows of a CSV file by column, with their numbers. The first has the columns."""
        if name not in self.pack.sizes:
            check.fault(f"{name} is missing.")
            return
        try:
            with self.pack.open(name) as raw:
                text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
                table = csv.reader(text, strict=True)
                if next(table, None) != wanted:
                    check.fault(f"{name} has other columns than the manifest says.")
                    return
                for number, cells in enumerate(table, 1):
                    if len(cells) != len(wanted):
                        check.fault(f"{name}, row {number} has other columns.")
                    else:
                        yield number, dict(zip(wanted, cells))  # noqa: B905 (Python 3.9)
        except (UnicodeError, csv.Error, *DAMAGED) as error:
            check.fault(f"{name} cannot be read: {_why(error)}.")

    def _openings(self):
        """What commitments commit to, as far as it was not erased."""
        name = "openings.csv"
        if name not in self.pack.sizes:
            return
        check = self.result.begin("Openings")
        number = 0
        columns = ["event", "column", "salt", "payload"]
        for number, row in self._rows(check, name, columns):
            where = f"{name}, row {number} (event {row['event']})"
            try:
                event = self.events[read_cell(row["event"], "int")]
                salt, payload = (read_cell(row[part], "text") or "" for part in columns[2:])
                said = self.rows.get(event["seq"], {}).get(row["column"])
                said = event["personal"] if row["column"] == "personal" else said
                if not said or _sha((salt + payload).encode()).hex() != said:
                    check.fault(f"{where}: this is not what was committed to.")
            except (KeyError, ValueError, TypeError):
                check.fault(f"{where}: it cannot be read.")
        check.well = f"{number}, each what was committed to"

    # -- mails --

    def _mails(self, given):
        check = self.result.begin("Checkpoints from earlier mails")
        if not given:
            check.notes.append(
                "None was given. That the portal itself did not write its past anew is shown only "
                "by a checkpoint mailed before: run this again with --checkpoint MAIL."
            )
            return
        own = self.result.checkpoint
        compared = [note.size for note in given if own and self._mail(check, note, own)]
        if not compared and check.holds:
            check.fault("No mail given is older than this pack, so nothing was compared.")
        if compared and own.public not in {note.public for note in given}:
            # Whoever has a pack and its mails could go on from there with a key of their own.
            check.fault(
                f"This pack is signed with key {own.key}, and no mail given bears it: somebody "
                "else may have gone on from the newest one. Give a mail that came under that key."
            )
        if compared:
            after = own.size - max(compared)
            check.well = f"events 1 to {max(compared)} are what was mailed then"
            if after:
                check.notes.append(f"The last {after} events came after the newest mail given.")

    def _mail(self, check, note, own):
        """Hold one against the pack; whether there was one of the same size to compare."""
        named = f"The mailed checkpoint over {note.size} events ({note.date})"
        same = [known for known in self.notes if known.size == note.size]
        problem = note.problem(self.signed)
        if problem:
            check.fault(f"{named}: {problem}.")
        elif same and same[0].fields != note.fields:
            check.fault(
                f"{named} is not the one in the pack: what happened until then was written anew."
            )
        elif note.size < own.size and not same:
            check.fault(f"{named} is not among those in the pack.")
        elif note.size > own.size and note.at <= own.at:
            check.fault(f"{named} counts more than this later pack: the last events were cut off.")
        elif note.size > own.size:
            check.notes.append(f"{named} is newer than the pack, and says nothing of it.")
        return bool(same)


def _differs(values, event, said, binding):
    """How a row differs from what its event says; "" if it does not."""
    if binding == "record":
        bound = said.get("record") == _sha(canonical(values).encode()).hex()
        return "" if bound else "it does not say what its event bound"
    own = {name: event[name] for name in ("at", "tag", "by", "about")}
    own["subject"] = event["subject"][1]
    other = [name for name in values if {**said, **own}.get(name) != values[name]]
    return f"{other[0]} is not what its event says" if other else ""


def _why(error):
    if isinstance(error, KeyError):
        return f"it lacks {error}"
    return " ".join(str(error).split()).rstrip(".")[:200] or "it is damaged"


def _seconds(moment):
    """Seconds of a time. Raises ValueError for one that is none."""
    return datetime.fromisoformat(moment[:-1] + "+00:00").timestamp()


def _need(is_right, what):
    if not is_right:
        raise ValueError(f"{what} is not as it should be")


def _is_count(value):
    return type(value) is int and 0 <= value < 2**62


def _as_manifest(value):
    """The manifest, its shape looked through. Raises ValueError and KeyError."""
    _need(isinstance(value, dict) and value.get("format") == FORMAT, "format")
    _need(value.get("version") == VERSION, "version (perhaps this file is older than the pack)")
    _need(TIME.fullmatch(str(value["made_at"])), "made_at")
    _need(isinstance(value["checkpoint"], dict), "checkpoint")
    _need(_is_count(value["events"]), "events")
    _need(isinstance(value["files"], dict) and isinstance(value["facts"], dict), "files")
    for name, entry in value["files"].items():
        _need(isinstance(entry, dict) and _is_count(entry.get("size")), ascii(name))
    for name, fact in value["facts"].items():
        _need(isinstance(fact, dict) and isinstance(fact.get("file"), str), ascii(name))
        _need(fact.get("binding") in ("record", "event") and _is_count(fact.get("rows")), name)
        columns = fact.get("columns")
        _need(isinstance(columns, list) and isinstance(fact.get("tags"), list), name)
        for column in columns:
            _need(isinstance(column, list) and len(column) == 2, name)
            _need(isinstance(column[0], str) and column[1] in ("text", *CELLS), name)
        texts = fact.get("texts", [])
        _need(isinstance(texts, list) and all(isinstance(each, str) for each in texts), name)
    return value


def _as_checkpoint(entry):
    proof = [bytes.fromhex(part) for part in entry["proof"]]
    halves = entry["signature"][:64], entry["signature"][64:]
    lines = [f"{name} {entry[name]}" for name in CHECKPOINT_FIELDS]
    lines = [CHECKPOINT_TITLE, *lines, *(f"signature {half}" for half in halves), ""]
    return read_note("\n".join(lines), CHECKPOINT_TITLE, CHECKPOINT_FIELDS), proof


def _as_event(value):
    """The event, its shape looked through. Raises ValueError and KeyError."""
    _need(isinstance(value, dict) and _is_count(value["seq"]), "the number")
    for name in ("hash", "previous"):
        _need(isinstance(value[name], str) and HEX.fullmatch(value[name]), name)
    for name in ("tag", "data", "personal"):
        _need(isinstance(value[name], str), name)
    _need(isinstance(value["at"], str) and TIME.fullmatch(value["at"]), "at")
    _seconds(value["at"])
    subject, proof = value["subject"], value["proof"]
    _need(isinstance(subject, list) and len(subject) == 2, "subject")
    _need(isinstance(proof, list) and len(proof) < 64, "proof")
    _need(all(isinstance(part, str) and HEX.fullmatch(part) for part in proof), "proof")
    return value


def main(argv=None):
    """The command. 0: all holds; 1: something does not."""
    parser = argparse.ArgumentParser(description="Check an evidence pack of the people portal.")
    parser.add_argument("pack", help="the zip, or the folder it was unpacked into")
    parser.add_argument(
        "--checkpoint", action="append", default=[], metavar="MAIL",
        help="a mail with a checkpoint that came before the pack; may be given several times",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="say it for machines")
    arguments = parser.parse_args(argv)
    try:
        given = [note for path in arguments.checkpoint for note in _mail(path)]
        pack = open_pack(arguments.pack, besides=arguments.checkpoint)
        result = check(pack, given)
        pack.close()
    except NoPack as error:
        result = Result()
        result.begin("Pack").fault(str(error))
    # Names out of a strange pack may hold letters that this screen has not.
    sys.stdout.reconfigure(errors="backslashreplace")
    if arguments.json:
        print(json.dumps(as_json(result)))
    else:
        print("\n".join(told(result)))
    return 0 if result.holds else 1


def as_json(result):
    """The result for machines."""
    own = result.checkpoint
    return {
        "holds": result.holds,
        "checks": [vars(each) for each in result.checks],
        "made_at": result.manifest.get("made_at"),
        "checkpoint": own and {**own.fields, "size": own.size},
    }


def _mail(path):
    try:
        return mailed(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise NoPack(f"{path}: {_why(error)}.") from error


def told(result):
    """The result in lines. What a strange pack says moves no cursor and begins no line."""
    for line in _told(result):
        yield "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)


def _told(result):
    for each in result.checks:
        if each.holds and each.well:
            yield f"ok    {each.title}: {each.well}."
        for sentence in each.faults:
            yield f"FAULT {each.title}: {sentence}"
        if each.more:
            yield f"FAULT {each.title}: and {each.more} more."
        for sentence in each.notes:
            yield f"note  {each.title}: {sentence}"
    if result.checkpoint is not None:
        own = result.checkpoint
        yield f"      Its own checkpoint: {own.size} events, {own.date}, key {own.key}."
    yield "The pack holds." if result.holds else "Do not rely on this pack."


if __name__ == "__main__":
    sys.exit(main())
