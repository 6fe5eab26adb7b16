"""What a pack is made of, section by section; each is written whole into a file of its own.

A section's file is a plain zip of members as they will stand in the pack. `.events` in it are the
numbers of the events that bind it, for the section that proves them.
"""

import json
import zipfile
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from flask import current_app

from portal.audit.checkpoints import Checkpoint
from portal.audit.models import Event, Personal, canonical, spelled
from portal.certificates.models import CertificateDetails
from portal.evidence import access, as_of
from portal.evidence.facts import (
    CERTIFICATES,
    COMPLETIONS,
    SIGNATURES,
    TABLES,
    Scope,
    Table,
    acknowledgments,
    batches,
    cell,
    certificates,
    completions,
    documents,
    revisions,
)
from portal.evidence.models import Part
from portal.learning.models import CompletionDetails
from portal.people.org import Company
from portal.policies.models import Signature

EVENTS = ".events"
# What names people stands in files of its own, which may be taken out of a pack.
ERASABLE = ("names.csv", "openings.csv", "people.html", "files/")
VERIFIER = Path(__file__).with_name("verify.py")
LOOK = Path(__file__).with_name("pack.css")
# Every member has this time, so that the same content is the same file.
EPOCH = (2000, 1, 1, 0, 0, 0)
COPY_BYTES = 256 * 1024


@dataclass
class Desk:
    """What a section is written with: the scope, the finished parts, and whom to tell."""

    scope: Scope
    done: dict[str, Part]
    told: Callable[[], None]


@dataclass(frozen=True)
class Section:
    """A part of the pack, by its name."""

    name: str
    write: Callable[[Desk, zipfile.ZipFile], None]


@contextmanager
def member(into: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """A file in a zip, with nothing in it that depends on when it was written."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = into.compression
    info.external_attr = 0o644 << 16
    with into.open(info, "w", force_zip64=True) as file:
        yield file


def sections(scope: Scope) -> list[Section]:
    """All of them in their order; those that name people only where names are wanted."""
    named = [
        Section("openings", _openings),
        Section("names", _names),
        Section("people", _people),
    ]
    return [
        *(Section(table.name, _facts(table)) for table in TABLES),
        Section("words", _texts),
        *(named if scope.pack.has_names else []),
        Section("report", _report),
        Section("events", _events),
        Section("index", _index),
    ]


# -- facts and texts -------------------------------------------------------------------------------


def _facts(table: Table) -> Callable[[Desk, zipfile.ZipFile], None]:
    def write(desk: Desk, into: zipfile.ZipFile) -> None:
        seqs = array("q")
        with member(into, f"facts/{table.name}.csv") as file:
            file.write(table.head)
            for seq, line in table.written(desk.scope, desk.told):
                seqs.append(seq)
                file.write(line)
        with member(into, EVENTS) as file:
            file.write(json.dumps(seqs.tolist()).encode())

    return write


def _texts(desk: Desk, into: zipfile.ZipFile) -> None:
    """Every text that a row binds by its hash: as published, as agreed to, as answered."""
    seen: set[str] = set()

    def put(digest: str, ending: str, words: str) -> None:
        if digest not in seen:
            seen.add(digest)
            with member(into, f"texts/{digest}.{ending}") as file:
                file.write(words.encode())

    for batch in batches(revisions(desk.scope)):
        desk.told()
        for row in batch:
            put(row.hash, "md", row.source)
    for batch in batches(acknowledgments(desk.scope)):
        desk.told()
        for row in batch:
            if desk.scope.concerns(row):
                bound = row.bound
                put(bound["statement_hash"], "txt", row.statement)
                put(bound["answers_hash"], "json", row.answers)


# -- what names people, and can be taken out -------------------------------------------------------


def _openings(desk: Desk, into: zipfile.ZipFile) -> None:
    """What the commitments commit to, as far as it was not erased; and the files people brought."""
    with member(into, "openings.csv") as file:
        file.write(row_of("event", "column", "salt", "payload"))
        for seq, beside in _beside(desk, SIGNATURES, acknowledgments(desk.scope), Signature):
            file.write(row_of(seq, "personal_hash", beside.salt, beside.payload))
        for seq, beside in _beside(desk, COMPLETIONS, completions(desk.scope), CompletionDetails):
            file.write(row_of(seq, "personal_hash", beside.salt, beside.payload))
        opened = _beside(desk, CERTIFICATES, certificates(desk.scope), CertificateDetails)
        blobs = {}
        for seq, beside in opened:
            file.write(row_of(seq, "details_hash", beside.salt, beside.payload))
            if beside.blob_id:
                blobs[beside.blob.hash] = beside
        for seqs in _in_batches(event_numbers(desk)):
            desk.told()
            for beside in (
                Personal.select().where(Personal.event.in_(seqs)).order_by(Personal.event)
            ):
                file.write(row_of(beside.event, "personal", beside.salt, beside.payload))
    for digest, beside in sorted(blobs.items()):
        ending = Path(beside.file_name).suffix.lstrip(".").lower()
        ending = ending if ending.isascii() and ending.isalnum() and len(ending) < 6 else "bin"
        with member(into, f"files/{digest}.{ending}") as file:
            for chunk in beside.blob.chunks():
                file.write(chunk)


def _beside(desk: Desk, table: Table, query: Any, model: Any) -> Iterator[tuple[int, Any]]:
    """The erasable row beside each bound one, with the number of the event that binds it."""
    key = getattr(model, table.kind)
    for batch in batches(query):
        desk.told()
        found = table.events_of(desk.scope, [row for row in batch if desk.scope.concerns(row)])
        seqs = {row.id: seq for row, seq in found}
        for beside in model.select().where(key.in_(list(seqs))).order_by(key):
            yield seqs[getattr(beside, f"{table.kind}_id")], beside


def _names(desk: Desk, into: zipfile.ZipFile) -> None:
    """Who and what the numbers stand for, as they are called now. Apart, so that it can go."""
    pack = desk.scope.pack
    people: set[int] = {pack.asked_by_id}
    for line in as_of.lines(pack.moment, _held(desk), pack.people):
        people.add(line.person)
    for seqs in _in_batches(event_numbers(desk)):
        rows: Any = Event.select(Event.by_id, Event.about_id).where(Event.seq.in_(seqs))
        people |= {one for row in rows.tuples() for one in row if one}
    called = access.names_of(people)
    with member(into, "names.csv") as file:
        file.write(row_of("kind", "id", "name"))
        for number, name in sorted(called.items()):
            file.write(row_of("person", number, name))
        asked = access.titles_of(access.requirements(pack.requirements))
        for number, title in sorted(asked.items()):
            file.write(row_of("requirement", number, title))
        for number, title in access.titles(documents(desk.scope)):
            file.write(row_of("document", number, title))


def row_of(*cells: Any) -> bytes:
    """A row of a CSV file; what a spreadsheet could run is written as JSON."""
    return (",".join(cell(one, "text") for one in cells) + "\r\n").encode()


# -- the report, the events, the page --------------------------------------------------------------


def _held(desk: Desk) -> list[as_of.Held]:
    chosen = set(desk.scope.pack.requirements)
    return [one for one in as_of.held_on(desk.scope.pack.moment) if one.requirement.id in chosen]


def _report(desk: Desk, into: zipfile.ZipFile) -> None:
    """The state of everyone on the day, as JSON and as CSV."""
    pack, held = desk.scope.pack, _held(desk)
    for name, written in (("report.json", as_of.as_json), ("report.csv", as_of.as_csv)):
        desk.told()
        with member(into, name) as file:
            for piece in written(pack.moment, held, pack.people):
                file.write(piece)


def event_numbers(desk: Desk) -> list[int]:
    """The numbers of all events that the finished sections stand on."""
    found: set[int] = set()
    for part in desk.done.values():
        if part.blob_id:
            with part.blob.open() as file, zipfile.ZipFile(file) as whole:
                if EVENTS in whole.namelist():
                    found |= set(json.loads(whole.read(EVENTS)))
    return sorted(found)


def _in_batches(numbers: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(numbers), 500):
        yield numbers[first : first + 500]


def _events(desk: Desk, into: zipfile.ZipFile) -> None:
    """Each event with the proof that it is in the tree the checkpoint signs."""
    numbers = event_numbers(desk)
    desk.told()
    size = desk.scope.pack.size
    proofs = Checkpoint.get(Checkpoint.size == size).proofs(numbers)
    with member(into, "events.jsonl") as file:
        for seqs in _in_batches(numbers):
            desk.told()
            for event in Event.select().where(Event.seq.in_(seqs)).order_by(Event.seq):
                file.write(f"{canonical(_event(event, proofs[event.seq]))}\n".encode())
    with member(into, "checkpoints.json") as file:
        kept = [one.entry for one in Checkpoint.upto(size)]
        file.write(f"{json.dumps({'checkpoints': kept}, indent=1)}\n".encode())


def _event(event: Event, proof: list[str]) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": spelled(event.at),
        "tag": event.tag,
        "subject": [event.subject_kind, event.subject_id],
        "by": event.by_id,
        "about": event.about_id,
        "data": event.data,
        "personal": event.personal_hash,
        "previous": event.previous,
        "hash": event.hash,
        "proof": proof,
    }


def _index(desk: Desk, into: zipfile.ZipFile) -> None:
    """The page for people without a name on it, the notes, and the verifier."""
    pack, held = desk.scope.pack, _held(desk)
    counts: dict[int, Counter[str]] = {one.requirement.id: Counter() for one in held}
    for line in as_of.lines(pack.moment, held, pack.people):
        counts[line.requirement][line.state] += 1
    desk.told()
    env = current_app.jinja_env
    page = env.get_template("evidence/pack_index.html").render(
        pack=pack,
        held=held,
        counts=counts,
        states=as_of.STATES,
        tables=TABLES,
        texts=access.texts(revisions(desk.scope)),
    )
    for name, words in (
        ("index.html", page),
        ("README.txt", env.get_template("evidence/pack_readme.txt").render(pack=pack)),
        ("pack.css", LOOK.read_text()),
        ("verify.py", VERIFIER.read_text()),
    ):
        with member(into, name) as file:
            file.write(words.encode())


def _people(desk: Desk, into: zipfile.ZipFile) -> None:
    """Who stood where, by name: a page of its own, so that it can be taken out."""
    pack, held = desk.scope.pack, _held(desk)
    names = access.names_of({line.person for line in as_of.lines(pack.moment, held, pack.people)})
    desk.told()
    template = current_app.jinja_env.get_template("evidence/pack_people.html")
    lines = as_of.lines(pack.moment, held, pack.people)
    stream = template.stream(
        pack=pack, groups=_grouped(held, lines), names=names, company=Company.settings()
    )
    stream.enable_buffering(100)
    with member(into, "people.html") as file:
        stream.dump(file, encoding="utf-8")


def _grouped(held: list[as_of.Held], lines: Iterator[as_of.Line]) -> Iterator[Any]:
    """Each requirement with its lines, one in memory at a time."""
    titles = access.titles_of([one.requirement for one in held])
    for number, group in groupby(lines, key=lambda line: line.requirement):
        yield titles[number], group
