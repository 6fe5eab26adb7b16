"""“I have read this”: a signature under what was shown, once for each review, for ever.

It says that somebody has read, never that they agree. What names the person stands in a row
beside, which an erasure may remove; the receipt holds its salted commitment.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.models import Assignment
from portal.people.models import Person
from portal.reviews.models import Review
from portal.reviews.reading import READ

STATEMENT = "I have read what was written about me. That does not mean that I agree with it."


class TextChanged(RuntimeError):
    """Something was added since it was put before them. Nothing was signed."""


@dataclass(frozen=True)
class Hand:
    """How the portal knows who signs, and from where."""

    identified_by: str
    address: str = ""
    agent: str = ""


def hash_of(shown: Any) -> str:
    """SHA-256 over the one spelling of what was shown, in hex."""
    return hashlib.sha256(audit.models.canonical(shown).encode()).hexdigest()


class Receipt(db.Model):
    """That the person has read their review. A row never changes and never goes."""

    review = peewee.ForeignKeyField(Review, unique=True, backref="receipts")
    person = peewee.ForeignKeyField(Person)
    shown_hash = peewee.CharField(max_length=64)
    statement = peewee.CharField(max_length=200)
    identified_by = peewee.CharField(max_length=20)
    shown_at = db.UtcField()
    signed_at = db.UtcField()
    personal_hash = peewee.CharField(max_length=64)

    @property
    def reader(self) -> "ReceiptReader | None":
        """Who they were when they signed; None once that was erased."""
        return ReceiptReader.get_or_none(ReceiptReader.receipt == self)  # type: ignore[no-any-return]

    @property
    def bound(self) -> dict[str, Any]:
        """What its event says of it: ids, times and hashes, nobody's name."""
        return {
            "id": self.id,
            "review": self.review_id,
            "person": self.person_id,
            "shown_hash": self.shown_hash,
            "statement_hash": hash_of(self.statement),
            "identified_by": self.identified_by,
            "shown_at": self.shown_at,
            "signed_at": self.signed_at,
            "personal_hash": self.personal_hash,
        }

    @property
    def record(self) -> str:
        """The hash that binds it."""
        return audit.binding(self.bound)


class ReceiptReader(audit.Committed, db.Model):
    """What a receipt says of the person: erasable, and bound by a salted hash."""

    receipt = peewee.ForeignKeyField(Receipt, unique=True, backref="readers")
    salt = peewee.CharField(max_length=32)
    name = peewee.CharField(max_length=120)
    address = peewee.CharField(max_length=64, default="")
    agent = peewee.CharField(max_length=200, default="")

    SAID = ("name", "address", "agent")


def sign(
    review: Review, shown_hash: str, shown_at: datetime, *, now_shown: Any, hand: Hand, by: Person
) -> Receipt | None:
    """The signature of the person under what was shown; whoever signs twice gets the first of both.

    `now_shown` gives the hash of what would be shown at this moment. None when it is not released,
    or not for `by` to sign. Raises TextChanged.
    """
    with db.write():
        fresh = Review.get_by_id(review.id)
        if by.id != fresh.person_id or fresh.released_at is None:
            return None
        signed = Receipt.get_or_none(Receipt.review == review.id)
        if signed is not None:
            return signed  # type: ignore[no-any-return]
        if now_shown() != shown_hash:
            raise TextChanged
        return _put_down(review, shown_hash, shown_at, hand, by)


def _put_down(
    review: Review, shown_hash: str, shown_at: datetime, hand: Hand, by: Person
) -> Receipt:
    reader = ReceiptReader.draft(name=by.called, address=hand.address[:64], agent=hand.agent[:200])
    receipt: Receipt = Receipt.create(
        review=review,
        person=by,
        shown_hash=shown_hash,
        statement=STATEMENT,
        identified_by=hand.identified_by,
        shown_at=shown_at,
        signed_at=clock.now(),
        personal_hash=reader.commitment,
    )
    reader.receipt = receipt
    reader.save(force_insert=True)
    review.mark("read_at", "read", by=by, data={"record": receipt.record})
    Assignment.settle_all(READ, review.id, by=by)
    return receipt


GUARDS = [db.immutable("receipt", "what was signed never changes")]
