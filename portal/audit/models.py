"""The two tables of the trail: the event for ever, and beside it what an erasure may remove."""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any, Protocol, Self

import peewee

from portal import clock, db

GENESIS = "0" * 64


class Subject(Protocol):
    """Anything with a table and an id."""

    _meta: Any

    _pk: Any


class Event(db.Model):
    """Something that happened: who did what to which thing, and the hash that binds it.

    `seq` has no gaps. `personal_hash` commits to the payload in `Personal`, which can be erased
    without breaking the chain.
    """

    id = None
    seq = peewee.BigIntegerField(primary_key=True)
    at = db.UtcField(index=True)
    tag = peewee.CharField(max_length=80)
    subject_kind = peewee.CharField(max_length=40)
    subject_id = peewee.CharField(max_length=64)
    by_id = peewee.BigIntegerField(null=True)
    about_id = peewee.BigIntegerField(null=True)
    data = peewee.TextField(default="{}")
    personal_hash = peewee.CharField(max_length=64, default="")
    previous = peewee.CharField(max_length=64)
    hash = peewee.CharField(max_length=64)

    class Meta:
        indexes = ((("subject_kind", "subject_id"), False), (("about_id", "seq"), False))

    @property
    def facts(self) -> dict[str, Any]:
        """What was recorded with it, without anything personal."""
        return dict(json.loads(self.data))


class Personal(db.Model):
    """The personal part of an event, salted so that its hash in the chain tells nothing."""

    event = peewee.BigIntegerField(unique=True)
    salt = peewee.CharField(max_length=32)
    payload = peewee.TextField()

    class Meta:
        table_name = "event_personal"


class Committed:
    """What a row says of a person, in an erasable row beside it: for models with a `salt`.

    The row keeps the `commitment`, made over the columns in `SAID`: that tells nothing, and proves
    the words as long as they are there.
    """

    SAID: tuple[str, ...] = ()
    salt: Any

    @classmethod
    def draft(cls, **said: Any) -> Self:
        """One that is not kept yet, with its salt."""
        return cls(salt=secrets.token_hex(16), **said)  # type: ignore[call-arg]

    @property
    def payload(self) -> str:
        """What the commitment is made over."""
        return canonical({name: getattr(self, name) for name in self.SAID})

    @property
    def commitment(self) -> str:
        return commitment(self.salt, self.payload)


GUARDS = [db.immutable("event", "events are append-only")]


def record(
    by: Subject | None,
    done: str,
    subject: Subject,
    *,
    about: Subject | None = None,
    data: dict[str, Any] | None = None,
    personal: dict[str, Any] | None = None,
) -> None:
    """Note that `by` (None: the portal itself) has `done` (a past participle) to `subject`.

    `about` is the person concerned. `data` stays for ever, so it holds ids and words of the
    portal; what names or describes a person goes into `personal`. Call it inside `db.write()`:
    the event gets its number and hash as the last act before the commit.
    """
    kind = subject._meta.table_name
    db.at_the_end(
        _append,
        {
            "at": clock.now(),
            "tag": f"{kind}.{done}",
            "subject_kind": kind,
            "subject_id": str(subject._pk),
            "by_id": by._pk if by else None,
            "about_id": about._pk if about else None,
            "data": canonical(data or {}),
            "personal": canonical(personal) if personal else "",
        },
    )


def forget(subject: Subject) -> None:
    """Erase what names or describes a person in every event of this thing, which is let go now.

    The events stay, and so does the chain. Call it inside `db.write()`.
    """
    of_it = Event.select(Event.seq).where(
        Event.subject_kind == subject._meta.table_name, Event.subject_id == str(subject._pk)
    )
    Personal.delete().where(db.among(Personal.event, of_it)).execute()


def _append(items: list[dict[str, Any]]) -> None:
    last = Event.select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1).tuples().first()
    seq, previous = last or (0, GENESIS)
    events, personals = [], []
    for item in sorted(items, key=lambda item: item["at"]):
        seq += 1
        payload = item.pop("personal")
        if payload:
            salt = secrets.token_hex(16)
            personals.append({"event": seq, "salt": salt, "payload": payload})
            item["personal_hash"] = commitment(salt, payload)
        event = {"personal_hash": "", **item, "seq": seq, "previous": previous}
        event["hash"] = previous = hash_of(event)
        events.append(event)
    for batch in peewee.chunked(events, 50):
        Event.insert_many(batch).execute()
    for batch in peewee.chunked(personals, 50):
        Personal.insert_many(batch).execute()


def spelled(moment: datetime) -> str:
    """A time with one spelling, whichever database kept it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Any) -> str:
    """JSON with one spelling: sorted keys, no spaces, dates in ISO."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def commitment(salt: str, payload: str) -> str:
    """SHA-256 of salt and payload, in hex."""
    return hashlib.sha256(f"{salt}{payload}".encode()).hexdigest()


def binding(values: dict[str, Any]) -> str:
    """SHA-256 over the one spelling of these values, in hex: what an event says of a record."""
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def hash_of(event: dict[str, Any]) -> str:
    """SHA-256 over 0x00, the previous hash and the event's canonical JSON (RFC 9162's leaf)."""
    at: datetime = event["at"]
    body = canonical(
        {
            "seq": event["seq"],
            "at": spelled(at),
            "tag": event["tag"],
            "subject": [event["subject_kind"], event["subject_id"]],
            "by": event["by_id"],
            "about": event["about_id"],
            "data": event["data"],
            "personal": event["personal_hash"],
        }
    )
    return hashlib.sha256(b"\x00" + bytes.fromhex(event["previous"]) + body.encode()).hexdigest()
