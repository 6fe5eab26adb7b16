"""Acknowledgments: that a person has signed exact words, once for each text and round, for ever.

What is shown of the person (name, address, note) stands in a row beside, which an erasure may
remove; the acknowledgment holds its salted commitment, so that the proof survives.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import peewee

from portal import audit, clock, db
from portal.audit.models import canonical
from portal.documents.models import Document, Revision
from portal.people.models import Person

KIND = "policy"
MAX_STATEMENT_CHARS = 300
MAX_NOTE_CHARS = 500


def hash_of(words: str) -> str:
    """SHA-256 of the words' bytes, in hex."""
    return hashlib.sha256(words.encode()).hexdigest()


class Acknowledgment(db.Model):
    """A person's signature under one text. A row never changes and never goes.

    `round` counts the times the same text was signed: it is signed again when the policy says so.
    `since_revision` is the text they had signed before, where they were shown what changed since;
    without it they were shown all of it. `signed_on` is the date it was where they are.
    """

    document = peewee.ForeignKeyField(Document, backref="acknowledgments")
    revision = peewee.ForeignKeyField(Revision, backref="acknowledgments")
    person = peewee.ForeignKeyField(Person, backref="acknowledgments")
    round = peewee.IntegerField(default=0)
    since_revision = peewee.ForeignKeyField(Revision, null=True)
    # Of the text's source; of the very bytes that were shown to be read.
    text_hash = peewee.CharField(max_length=64)
    shown_hash = peewee.CharField(max_length=64)
    statement = peewee.CharField(max_length=MAX_STATEMENT_CHARS)
    answers = peewee.TextField(default="{}")
    attempts = peewee.IntegerField(default=0)
    identified_by = peewee.CharField(max_length=20)
    shown_at = db.UtcField()
    agreed_at = db.UtcField()
    signed_at = db.UtcField()
    signed_on = peewee.DateField()
    signed_by = peewee.ForeignKeyField(Person)
    on_behalf = peewee.BooleanField(default=False)
    personal_hash = peewee.CharField(max_length=64)

    class Meta:
        indexes = (
            (("person", "revision", "round"), True),
            (("document", "person"), False),
            (("document", "signed_at"), False),
        )

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def of(
        cls, document_id: int, person_id: int, until: datetime | None = None
    ) -> "list[Acknowledgment]":
        """What the person has signed of this document, the newest first, each with its text."""
        mine = (cls.document == document_id) & (cls.person == person_id)
        if until is not None:
            mine &= cls.signed_at <= until
        rows = cls.select(cls, Revision).join(Revision, on=(cls.revision == Revision.id))
        return list(rows.where(mine).order_by(cls.signed_at.desc(), cls.id.desc()))

    @classmethod
    def newest(
        cls, document_id: int, number: int, people: Collection[int] | None, until: datetime
    ) -> "dict[int, Acknowledgment]":
        """Each person's newest one by then under the text of that number or a later one."""
        rows: Any = (
            cls.select(cls)
            .join(Revision, on=(cls.revision == Revision.id))
            .where(cls.document == document_id, Revision.number >= number, cls.signed_at <= until)
            .order_by(cls.signed_at, cls.id)
        )
        if people is not None:
            rows = rows.where(cls.person.in_(list(people)))
        return {row.person_id: row for row in rows}

    # -- what it says ----------------------------------------------------------------------

    @property
    def given(self) -> dict[str, list[str]]:
        """The answers by question, as keys of what was chosen."""
        return dict(json.loads(self.answers))

    @property
    def bound(self) -> dict[str, Any]:
        """What its event and a pack say of it: ids, dates and hashes, nobody's name."""
        return {
            "id": self.id,
            "document": self.document_id,
            "revision": self.revision_id,
            "person": self.person_id,
            "round": self.round,
            "since_revision": self.since_revision_id,
            "text_hash": self.text_hash,
            "shown_hash": self.shown_hash,
            "statement_hash": hash_of(self.statement),
            "answers_hash": hash_of(self.answers),
            "attempts": self.attempts,
            "identified_by": self.identified_by,
            "shown_at": self.shown_at,
            "agreed_at": self.agreed_at,
            "signed_at": self.signed_at,
            "signed_on": self.signed_on,
            "signed_by": self.signed_by_id,
            "on_behalf": self.on_behalf,
            "personal_hash": self.personal_hash,
        }

    @property
    def record(self) -> str:
        """The hash that binds it."""
        return audit.binding(self.bound)

    @property
    def signature(self) -> "Signature | None":
        """Who they were when they signed; None once that was erased."""
        return Signature.get_or_none(Signature.acknowledgment == self)

    @classmethod
    def put_down(cls, signature: "Signature", *, by: Person, **values: Any) -> "Acknowledgment":
        """A new row with the `signature` beside it; only `signing.sign` does."""
        acknowledgment = cls.create(
            signed_at=clock.now(), signed_by=by, personal_hash=signature.commitment, **values
        )
        signature.acknowledgment = acknowledgment
        signature.save(force_insert=True)
        data = {
            "document": acknowledgment.document_id,
            "kind": KIND,
            "number": acknowledgment.revision.number,
            "record": acknowledgment.record,
        }
        audit.record(by, "signed", acknowledgment, about=acknowledgment.person, data=data)
        return acknowledgment


class Signature(audit.Committed, db.Model):
    """What an acknowledgment says of the person: erasable, and bound by a salted hash."""

    acknowledgment = peewee.ForeignKeyField(Acknowledgment, unique=True, backref="signatures")
    salt = peewee.CharField(max_length=32)
    name = peewee.CharField(max_length=120)
    typed_name = peewee.CharField(max_length=120, default="")
    address = peewee.CharField(max_length=64, default="")
    agent = peewee.CharField(max_length=200, default="")
    note = peewee.CharField(max_length=MAX_NOTE_CHARS, default="")

    SAID = ("name", "typed_name", "address", "agent", "note")


class PolicyAttempt(db.Model):
    """That somebody answered the questions, and not all rightly. Nothing was signed by it."""

    person = peewee.ForeignKeyField(Person)
    revision = peewee.ForeignKeyField(Revision)
    round = peewee.IntegerField(default=0)
    answers = peewee.TextField()
    wrong = peewee.TextField()
    at = db.UtcField()

    class Meta:
        indexes = ((("person", "revision", "round"), False),)

    @classmethod
    def note(
        cls,
        revision: Revision,
        person: Person,
        turn: int,
        answers: Mapping[str, list[str]],
        wrong: Collection[str],
        *,
        by: Person,
    ) -> "PolicyAttempt":
        policy_attempt = cls.create(
            person=person,
            revision=revision,
            round=turn,
            answers=canonical(dict(answers)),
            wrong=canonical(sorted(wrong)),
            at=clock.now(),
        )
        data = {"document": revision.document_id, "number": revision.number, "wrong": len(wrong)}
        audit.record(by, "missed", policy_attempt, about=person, data=data)
        return policy_attempt

    @classmethod
    def made(cls, revision: Revision, person: Person, turn: int) -> int:
        """How often they answered before it was right, in that round."""
        mine = (cls.revision == revision) & (cls.person == person) & (cls.round == turn)
        return int(cls.select().where(mine).count())


GUARDS = [db.immutable("acknowledgment", "what was signed never changes")]
