"""The outbox."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.registry import Registry

# A claim older than this is a crash between claiming and marking. It is tried again, and counted:
# better twice than never.
CLAIM_MINUTES = 10
# With the wait doubling from a minute, the last one comes a day and a half after the first.
MAX_ATTEMPTS = 12


@dataclass(frozen=True)
class Message:
    """A rendered letter: plain text and HTML say the same."""

    to: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class LetterKind:
    """What renders a letter at the moment it is sent; None withdraws it (nothing left to say).

    `shown` is what of it the outbox of a sample company shows: all, unless a kind says less.
    """

    name: str
    render: Callable[["Letter"], Message | None]
    title: str = ""
    shown: Callable[["Letter"], Message | None] | None = None


kinds: Registry[LetterKind] = Registry("letter kinds")


class Letter(db.Model):
    """One mail to one person. Open while neither sent, withdrawn nor given up."""

    kind = peewee.CharField(max_length=40)
    key = peewee.CharField(max_length=120, unique=True)
    person_id = peewee.BigIntegerField(null=True, index=True)
    data = peewee.TextField(default="{}")
    created_at = db.UtcField()
    due_at = db.UtcField()
    claimed_at = db.UtcField(null=True)
    attempts = peewee.IntegerField(default=0)
    repeats = peewee.IntegerField(default=0)
    sent_at = db.UtcField(null=True)
    withdrawn_at = db.UtcField(null=True)
    failed_at = db.UtcField(null=True)
    address = peewee.CharField(max_length=254, default="")
    subject = peewee.CharField(max_length=250, default="")
    error = peewee.CharField(max_length=300, default="")

    class Meta:
        indexes = ((("sent_at", "withdrawn_at", "failed_at", "due_at"), False),)

    @property
    def facts(self) -> dict[str, Any]:
        return dict(json.loads(self.data))

    @property
    def state(self) -> str:
        """`sent`, `withdrawn`, `failed`, `retrying` or `waiting`."""
        if self.sent_at:
            return "sent"
        if self.withdrawn_at:
            return "withdrawn"
        if self.failed_at:
            return "failed"
        return "retrying" if self.attempts else "waiting"

    @classmethod
    def write(cls, kind: str, key: str, person_id: int | None = None, **data: Any) -> bool:
        """Put a letter into the outbox unless one with this `key` was ever put there."""
        now = clock.now()
        with db.write():
            added = (
                cls.insert(
                    kind=kind,
                    key=key,
                    person_id=person_id,
                    data=json.dumps(data),
                    created_at=now,
                    due_at=now,
                )
                .on_conflict_ignore()
                .as_rowcount()
                .execute()
            )
        return bool(added)

    @classmethod
    def newest_first(cls) -> Any:
        return cls.select().order_by(cls.id.desc())

    @classmethod
    def is_open(cls) -> Any:
        return cls.sent_at.is_null() & cls.withdrawn_at.is_null() & cls.failed_at.is_null()

    @classmethod
    def due(cls, now: datetime) -> Any:
        """Letters to send now: due, and not claimed by a worker that may still be alive."""
        stale = now - timedelta(minutes=CLAIM_MINUTES)
        return (
            cls.select()
            .where(cls.is_open(), cls.due_at <= now)
            .where(cls.claimed_at.is_null() | (cls.claimed_at < stale))
            .order_by(cls.id)
        )

    def claim(self) -> bool:
        """Take it for sending. False when another worker was faster, or has tried it in vain."""
        now = clock.now()
        seen = self.claimed_at
        unchanged = Letter.claimed_at.is_null() if seen is None else Letter.claimed_at == seen
        unchanged &= Letter.attempts == self.attempts
        repeats = self.repeats + (1 if seen else 0)
        with db.write():
            taken = (
                Letter.update(claimed_at=now, repeats=repeats)
                .where(Letter.id == self.id, Letter.is_open(), unchanged)
                .execute()
            )
        self.claimed_at, self.repeats = now, repeats
        return bool(taken)

    def has_newer(self) -> bool:
        """Whether the same person was written a later letter of this kind."""
        return bool(
            Letter.select(Letter.id)
            .where(Letter.kind == self.kind, Letter.person_id == self.person_id)
            .where(Letter.id > self.id, Letter.withdrawn_at.is_null())
            .exists()
        )

    @classmethod
    def take_back(cls, key: str) -> None:
        """What it would have told was taken back before it was sent. Call it in that write; one
        that is being sent at this moment is not stopped any more."""
        cls.update(withdrawn_at=clock.now()).where(
            cls.is_of(key), cls.is_open(), cls.claimed_at.is_null()
        ).execute()

    @classmethod
    def is_of(cls, key: str) -> Any:
        return (cls.key == key) | cls.key.startswith(f"{key}:")

    def mark_sent(self, message: Message) -> None:
        subject = one_line(message.subject)[:250]
        self._settle(sent_at=clock.now(), address=message.to, subject=subject)

    def withdraw(self) -> None:
        """There is nothing left to say: what it would have told is settled."""
        self._settle(withdrawn_at=clock.now())

    def mark_failed(self, error: str, for_good: bool, maybe_sent: bool = False) -> None:
        """Try again later, doubling the wait from one minute; give up for good when told to.

        `maybe_sent`: the mail server may have taken it, so that the next try counts as a repeat.
        """
        attempts = self.attempts + 1
        values: dict[str, Any] = {"attempts": attempts, "claimed_at": None}
        values["error"] = one_line(error)[:300]
        if maybe_sent:
            values["repeats"] = self.repeats + 1
        if for_good or attempts >= MAX_ATTEMPTS:
            values["failed_at"] = clock.now()
        else:
            values["due_at"] = clock.now() + timedelta(minutes=2 ** (attempts - 1))
        self._settle(**values)

    def _settle(self, **values: Any) -> None:
        with db.write():
            Letter.update(**values).where(Letter.id == self.id).execute()
        for name, value in values.items():
            setattr(self, name, value)


def one_line(text: str) -> str:
    """`text` on one line, without what neither a header nor a database takes: NUL, half letters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
