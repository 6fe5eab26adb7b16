"""Checkpoints: how many events there are, their tree and its signature, once a day.

Each leaves the portal by mail. Whoever keeps the mails can tell later whether the past was written
anew, even by somebody who holds the server. A checkpoint never changes and is never removed.
"""

import json
from collections.abc import Collection, Iterator
from typing import Any

import peewee

from portal import clock, db
from portal.audit import keys
from portal.audit.chain import Verdict, Walk
from portal.audit.keys import SigningKey, is_signed, note, with_signature
from portal.audit.merkle import Frontier, consistency_from, inclusions
from portal.audit.models import Event, spelled

TITLE = "people-portal checkpoint 1"
BEGIN = "-----BEGIN PEOPLE PORTAL CHECKPOINT-----"
END = "-----END PEOPLE PORTAL CHECKPOINT-----"
BATCH = 10_000


class Broken(Exception):
    """The chain does not hold, so nothing is signed; the message says which event.

    `since` is the size of the checkpoint from which on it was walked.
    """

    def __init__(self, problem: str, since: int) -> None:
        super().__init__(problem)
        self.since = since


class Checkpoint(db.Model):
    """What the first `size` events were at a moment, signed.

    `peaks` let the tree grow from here without the events before; `proof` shows that the
    checkpoint before this one is a part of it.
    """

    size = peewee.BigIntegerField(unique=True)
    root = peewee.CharField(max_length=64)
    head = peewee.CharField(max_length=64)
    at = db.UtcField(index=True)
    key = peewee.CharField(max_length=16)
    public_key = peewee.CharField(max_length=64)
    signature = peewee.CharField(max_length=128)
    peaks = peewee.TextField()
    proof = peewee.TextField(default="[]")

    # -- reading -----------------------------------------------------------------------------

    @classmethod
    def by_size(cls) -> Any:
        """All of them, the newest first."""
        return cls.select().order_by(cls.size.desc())

    @classmethod
    def newest(cls) -> "Checkpoint | None":
        return cls.by_size().first()  # type: ignore[no-any-return]

    @classmethod
    def upto(cls, size: int) -> Any:
        """Those a pack of that size carries: every one until then, by growing size."""
        return cls.select().where(cls.size <= size).order_by(cls.size)

    @classmethod
    def after(cls, size: int) -> Any:
        """Those that count more than `size`, by growing size."""
        return cls.select().where(cls.size > size).order_by(cls.size)

    @classmethod
    def public_keys(cls) -> set[str]:
        """Every key this portal has signed with."""
        rows: Any = cls.select(cls.public_key).distinct().tuples()
        return {key for (key,) in rows}

    @property
    def text(self) -> str:
        """What is signed, to the byte."""
        return note(TITLE, **self._fields(), key=self.key, public=self.public_key)

    @property
    def block(self) -> str:
        """The checkpoint as it stands in a mail."""
        return f"{BEGIN}\n{with_signature(self.text, self.signature)}{END}\n"

    def _fields(self) -> dict[str, object]:
        return {"size": self.size, "root": self.root, "head": self.head, "at": spelled(self.at)}

    @property
    def entry(self) -> dict[str, Any]:
        """The checkpoint as it stands in a pack's checkpoints.json."""
        more = {"key": self.key, "public": self.public_key, "signature": self.signature}
        return self._fields() | more | {"proof": json.loads(self.proof)}

    def walk(self) -> Walk:
        """A walk that begins where this checkpoint ends."""
        return Walk(self.size, self.head, self.frontier())

    def frontier(self) -> Frontier:
        """The tree at this size, ready to grow."""
        return Frontier(self.size, map(bytes.fromhex, self.peaks.split()))

    def problem(self) -> str:
        """What is wrong with the checkpoint itself, or with the event it ends at; "" if nothing."""
        named = f"The checkpoint over {self.size} events, of {self.at:%Y-%m-%d %H:%M} UTC,"
        if not is_signed(self.public_key, self.signature, self.text):
            return f"{named} was changed after it was signed."
        try:
            if self.frontier().root().hex() != self.root:
                return f"{named} does not belong to the tree it stands for."
        except ValueError:
            return f"{named} does not belong to the tree it stands for."
        last: Any = Event.select(Event.seq, Event.hash).order_by(Event.seq.desc()).tuples().first()
        if last is None or last[0] < self.size:
            return f"{named} counts more than there are: {self.size - (last or (0,))[0]} are gone."
        if Event.select(Event.hash).where(Event.seq == self.size).scalar() != self.head:
            return f"Event {self.size} is not the one that was signed on {self.at:%Y-%m-%d}."
        return ""

    # -- verbs -------------------------------------------------------------------------------

    @classmethod
    def make(cls) -> "Checkpoint":
        """A checkpoint over all events there are, or the one there is over them already.

        What came since the last one is walked over first. Raises Broken, and when nothing has
        happened yet.
        """
        last = cls.newest()
        if last is not None and (problem := last.problem()):
            raise Broken(problem, last.size)
        walk = last.walk() if last else Walk()
        # Most of the way outside of the write, which stays short.
        came = _hashes(walk, keep=last is not None)
        with db.write():
            newest = cls.newest()
            if newest is not None and newest.size != walk.since:
                # Somebody else was faster.
                return newest
            came += _hashes(walk, keep=last is not None)
            if walk.problem:
                raise Broken(walk.problem, walk.since)
            if last is not None and walk.seq == last.size:
                return last
            if not walk.seq:
                raise Broken("Nothing has happened yet.", 0)
            proof = consistency_from(last.frontier(), came) if last else []
            return cls._sign(walk, proof, keys.current())

    @classmethod
    def _sign(cls, walk: Walk, proof: list[bytes], key: SigningKey) -> "Checkpoint":
        taken = cls(
            size=walk.seq,
            root=walk.frontier.root().hex(),
            head=walk.head,
            # Within the write: no event may be older than a checkpoint that does not count it.
            at=clock.now(),
            key=key.id,
            public_key=key.public,
            peaks=" ".join(peak.hex() for peak in walk.frontier.peaks),
            proof=json.dumps([hashed.hex() for hashed in proof]),
        )
        taken.signature = key.sign(taken.text)
        taken.save(force_insert=True)
        return taken

    def proofs(self, numbers: Collection[int]) -> dict[int, list[str]]:
        """For each of these events the proof that it is in the tree, in one walk over all."""
        found = inclusions(_all_hashes(self.size), self.size, [seq - 1 for seq in numbers])
        return {index + 1: [part.hex() for part in proof] for index, proof in found.items()}


def _hashes(walk: Walk, keep: bool) -> list[bytes]:
    """To the end, and the hashes of what was walked over where they are needed."""
    return [event_hash for event_hash in walk.go() if keep]


def _all_hashes(size: int, after: int = 0) -> Iterator[bytes]:
    for first in range(after + 1, size + 1, BATCH):
        until = min(first + BATCH - 1, size)
        rows: Any = Event.select(Event.hash).where(Event.seq.between(first, until))
        for (event_hash,) in rows.order_by(Event.seq).tuples():
            yield bytes.fromhex(event_hash)


def root_at(size: int) -> str:
    """The root of the tree over the first `size` events; from the nearest checkpoint before."""
    nearest = Checkpoint.by_size().where(Checkpoint.size <= size).first()
    frontier = nearest.frontier() if nearest else Frontier()
    for event_hash in _all_hashes(size, after=frontier.size):
        frontier.add(event_hash)
    return frontier.root().hex() if frontier.size == size else ""


def verify(whole: bool = False) -> Verdict:
    """Walk from the newest checkpoint to the end; `whole`: from the first event, past each one."""
    newest = Checkpoint.newest()
    if newest is None:
        return _to_the_end(Walk())
    if whole:
        return between(Walk(), list(Checkpoint.upto(newest.size)), to_the_end=True)
    if problem := newest.problem():
        return Verdict(0, newest.head, problem, newest.size)
    return _to_the_end(newest.walk())


def between(walk: Walk, marks: list[Checkpoint], to_the_end: bool = False) -> Verdict:
    """Walk from one checkpoint past others: at each the tree must be the one that was signed."""
    for mark in marks:
        for _ in walk.go(until=mark.size):
            pass
        if not walk.problem:
            walk.problem = mark.problem()
        if not walk.problem and walk.frontier.root().hex() != mark.root:
            span = f"{walk.since + 1} to {mark.size}"
            walk.problem = f"Events {span} are not those that were signed on {mark.at:%Y-%m-%d}."
        if walk.problem:
            return walk.verdict()
        walk.since = mark.size
    return _to_the_end(walk) if to_the_end else walk.verdict()


def _to_the_end(walk: Walk) -> Verdict:
    for _ in walk.go():
        pass
    return walk.verdict()


GUARDS = [db.immutable("checkpoint", "a checkpoint never changes")]
