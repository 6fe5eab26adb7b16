"""A portal in a nutshell, which writes packs: an honest one, or one whose owner forges the past.

It uses the portal's own chain, tree and keys, and nothing of `verify.py`. `Forge` remembers what
happened; whatever is changed in it afterwards is hashed, proved and signed anew as if nothing were.
"""

import hashlib
import io
import json
import zipfile
from copy import deepcopy
from datetime import UTC, datetime, timedelta

from portal.audit import keys, merkle
from portal.audit.checkpoints import BEGIN, END, TITLE, spelled
from portal.audit.models import GENESIS, binding, canonical, commitment, hash_of

BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TEXT = "# Travel\n\nBook early, and tell us where you are.\n"


def sha(content):
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


class Forge:
    """What happened in a portal of two policies and some people, and what it signed when."""

    def __init__(self, seed=0, secret="the secret of this portal"):
        self.key = keys.signing_key(secret)
        self.happenings, self.sizes, self.texts = [], [], [TEXT, f"{TEXT}\nRevision {seed}.\n"]
        self.at = BEGAN + timedelta(days=seed)
        for person in range(1, 13):
            self._sign(person, seed)
            if person % 4 == 0:
                self.checkpoint()
        self.happen("retired", "document", 2, {"on": "2026-02-01"})
        self.checkpoint()

    def _sign(self, person, seed):
        self.happen("opened", "assignment", person, {"kind": "policy"})
        opening = {"salt": f"{person:032x}", "payload": canonical({"name": f"Person {person}"})}
        row = {
            "id": person + 100 * seed,
            "person": person,
            "revision": person % 2 + 1,
            "text_hash": sha(self.texts[person % 2]),
            "on_behalf": person == 5,
            "answers": canonical([1, 2, person]),
            "since_revision": None if person % 3 else 1,
            "note": ["", "-1+1", "plain", '"quoted"'][person % 4],
            "personal_hash": commitment(**opening),
        }
        self.happen("signed", "acknowledgment", row["id"], {"document": 7}, row, opening)

    def happen(self, done, kind, subject, data, row=None, opening=None):
        self.at += timedelta(minutes=7)
        self.happenings.append(
            {
                "at": self.at, "tag": f"{kind}.{done}", "subject": [kind, str(subject)],
                "by": 1, "about": row["person"] if row else None, "data": data, "row": row,
                "opening": opening,
            }
        )  # fmt: skip

    def checkpoint(self):
        self.at += timedelta(hours=3)
        self.sizes.append((len(self.happenings), self.at))

    # -- what follows from it --

    def chained(self):
        """The events with their hashes, as the portal writes them."""
        previous, events = GENESIS, []
        for seq, one in enumerate(self.happenings, 1):
            bound = {"record": binding(one["row"])} if one["row"] else {}
            event = {
                "seq": seq, "at": one["at"], "tag": one["tag"], "subject_kind": one["subject"][0],
                "subject_id": one["subject"][1], "by_id": one["by"], "about_id": one["about"],
                "data": canonical(one["data"] | bound), "personal_hash": "", "previous": previous,
            }  # fmt: skip
            event["hash"] = previous = hash_of(event)
            events.append(event)
        return events

    def checkpoints(self):
        """Every checkpoint as it stands in a pack."""
        events, before, entries = self.chained(), 0, []
        hashes = [bytes.fromhex(event["hash"]) for event in events]
        for size, at in self.sizes:
            fields = {
                "size": size, "root": merkle.root(hashes[:size]).hex(),
                "head": events[size - 1]["hash"], "at": spelled(at),
            }  # fmt: skip
            text = keys.note(TITLE, **fields, key=self.key.id, public=self.key.public)
            proof = merkle.consistency(hashes, before, size) if before else []
            entries.append(
                fields
                | {"key": self.key.id, "public": self.key.public, "signature": self.key.sign(text)}
                | {"proof": [part.hex() for part in proof]}
            )
            before = size
        return entries

    def mail(self, number=0):
        """The mail that brought this checkpoint."""
        entry = self.checkpoints()[number]
        fields = {name: entry[name] for name in ("size", "root", "head", "at", "key", "public")}
        note = keys.with_signature(keys.note(TITLE, **fields), entry["signature"])
        return f"Good morning,\n\nkeep this mail.\n\n{BEGIN}\n{note}{END}\n\nThe portal\n"

    def files(self):
        """The pack, file by file, as the portal would write it now."""
        size = self.sizes[-1][0]
        events = self.chained()[:size]
        hashes = [bytes.fromhex(event["hash"]) for event in events]
        proofs = merkle.inclusions(hashes, size, range(size))
        files = {
            "checkpoints.json": json.dumps({"checkpoints": self.checkpoints()}),
            "events.jsonl": "".join(_line(event, proofs[event["seq"] - 1]) for event in events),
            "names.csv": "kind,id,name\r\nperson,1,Erin\r\n",
            "index.html": "<!doctype html><title>Evidence</title>\n",
            **{f"texts/{sha(text)}.md": text for text in self.texts},
        }
        facts = self._facts(files)
        files = {name: content.encode() for name, content in files.items()}
        return files | self.signed(self.manifest(files, facts))

    def _facts(self, files):
        signed = [
            (seq, one) for seq, one in enumerate(self.happenings[: self.sizes[-1][0]], 1)
            if one["tag"] == "acknowledgment.signed"
        ]  # fmt: skip
        columns = [
            ["id", "int"], ["person", "int"], ["revision", "int"], ["text_hash", "text"],
            ["on_behalf", "bool"], ["answers", "text"], ["since_revision", "int"],
            ["note", "text"], ["personal_hash", "text"],
        ]  # fmt: skip
        rows = [[seq, *(one["row"][name] for name, _ in columns)] for seq, one in signed]
        head = ["event", *(name for name, _ in columns)]
        files["facts/acknowledgments.csv"] = table(head, rows)
        openings = [
            [seq, "personal_hash", one["opening"]["salt"], one["opening"]["payload"]]
            for seq, one in signed
        ]
        files["openings.csv"] = table(["event", "column", "salt", "payload"], openings)
        told = list(enumerate(self.happenings[: self.sizes[-1][0]], 1))
        ended = [seq for seq, one in told if one["tag"] == "document.retired"]
        rows = [[seq, "2", "2026-02-01", 1] for seq in ended]
        files["facts/retired.csv"] = table(["event", "subject", "on", "by"], rows)
        return {
            "acknowledgments": {
                "file": "facts/acknowledgments.csv", "rows": len(signed), "binding": "record",
                "tags": ["acknowledgment.signed"], "columns": columns, "texts": ["text_hash"],
            },
            "retired": {
                "file": "facts/retired.csv", "rows": len(ended), "binding": "event",
                "tags": ["document.retired"], "texts": [],
                "columns": [["subject", "text"], ["on", "text"], ["by", "int"]],
            },
        }  # fmt: skip

    def manifest(self, files, facts):
        own = self.checkpoints()[-1]
        return {
            "format": "people-portal-pack", "version": 1, "made_at": spelled(self.at),
            "asked": {"policies": "all"}, "events": files["events.jsonl"].count(b"\n"),
            "checkpoint": {"size": own["size"], "root": own["root"]}, "facts": facts,
            "files": {name: entry(name, content) for name, content in files.items()},
        }  # fmt: skip

    def signed(self, manifest):
        raw = json.dumps(manifest, indent=1).encode()
        note = keys.signed_note(self.key, "people-portal manifest 1", sha256=sha(raw))
        return {"manifest.json": raw, "manifest.sig": note.encode()}

    def resigned(self, files, change=lambda manifest: None):
        """The files with a manifest that fits them, signed by whoever holds the key."""
        files = dict(files)
        manifest = json.loads(files.pop("manifest.json"))
        del files["manifest.sig"]
        manifest["files"] = {name: entry(name, content) for name, content in files.items()}
        change(manifest)
        return files | self.signed(manifest)

    def but(self, change):
        """The same portal after somebody wrote its past anew."""
        other = deepcopy(self)
        change(other)
        return other

    def __deepcopy__(self, memo):
        other = object.__new__(Forge)
        own = {name: value for name, value in self.__dict__.items() if name != "key"}
        other.__dict__ = deepcopy(own, memo) | {"key": self.key}
        return other


def _line(event, proof):
    said = {
        "seq": event["seq"], "at": spelled(event["at"]), "tag": event["tag"],
        "subject": [event["subject_kind"], event["subject_id"]], "by": event["by_id"],
        "about": event["about_id"], "data": event["data"], "personal": event["personal_hash"],
        "previous": event["previous"], "hash": event["hash"],
        "proof": [part.hex() for part in proof],
    }  # fmt: skip
    return canonical(said) + "\n"


def entry(name, content):
    said = {"sha256": sha(content), "size": len(content)}
    return said | ({"optional": True} if name in ("names.csv", "openings.csv") else {})


def table(head, rows):
    return "".join(",".join(map(_cell, row)) + "\r\n" for row in [head, *rows])


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    word = str(value)
    if isinstance(value, str) and (not word or word[0] in "=+-@'\"\t\r"):
        word = json.dumps(word, ensure_ascii=False)
    return '"' + word.replace('"', '""') + '"' if set(word) & set('",\r\n') else word


def zipped(files):
    """The files as a zip, in memory."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in files.items():
            whole.writestr(name, content)
    into.seek(0)
    return into
