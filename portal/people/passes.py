"""Passes: links for one person and one purpose that end by themselves.

A joiner before the first day, a leaver after the last, a calendar that asks by itself: none of them
can sign in, and each may see one small thing.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.people.models import Person
from portal.registry import Registry

MAX_DAYS = 366
A_YEAR = timedelta(days=MAX_DAYS)


@dataclass(frozen=True)
class PassKind:
    """What a pass is for: its title, what it opens, and how long by default.

    `home` is where its holder lands, in a session that opens nothing but the doors declared
    `doors.also_for(name)`; "" where the link itself is all there is (a calendar feed). `promise`
    says in a sentence what one finds there. `ends_on_departure` is false for what a leaver keeps.
    `carries` names the one grant that comes with it, for an auditor from outside; doors still
    decide where it counts.
    """

    name: str
    title: str
    promise: str
    home: str = ""
    days: int = 30
    ends_on_departure: bool = True
    carries: str = ""


kinds: Registry[PassKind] = Registry("kinds of pass")


class Pass(db.Model):
    """A link that was given to a person. Its token is computed, stored nowhere, and revocable."""

    person = peewee.ForeignKeyField(Person, backref="passes")
    purpose = peewee.CharField(max_length=20)
    nonce = peewee.CharField(max_length=64)
    address = peewee.CharField(max_length=254, default="")
    created_at = db.UtcField()
    created_by = peewee.ForeignKeyField(Person, null=True)
    expires_at = db.UtcField()
    opened_at = db.UtcField(null=True)
    revoked_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("person", "purpose"), False),)

    @classmethod
    def give(
        cls,
        person: Person,
        purpose: str,
        *,
        by: Any,
        days: int | None = None,
        address: str = "",
        until: datetime | None = None,
    ) -> "Pass":
        """A new pass for this purpose; the ones they had for it are worth nothing from now on.

        It lasts some days, or `until` a moment.
        """
        now = clock.now()
        lasts = (until - now).days + 1 if until else days or kinds[purpose].days
        lasts = min(lasts, MAX_DAYS)
        with db.write():
            for earlier in cls.open_of(person, purpose):
                earlier.revoke(by=by)
            given = cls.create(
                person=person,
                purpose=purpose,
                nonce=secrets.token_hex(16),
                address=address[:254],
                created_at=now,
                created_by=by,
                expires_at=min(until or now + timedelta(days=lasts), now + A_YEAR),
            )
            audit.record(
                by,
                "given",
                given,
                about=person,
                data={"purpose": purpose, "days": lasts},
                personal={"to": address} if address else None,
            )
        return given

    @classmethod
    def open_of(cls, person: Person | int, purpose: str) -> Any:
        """Their passes for this purpose that still open something, the newest first."""
        mine = (cls.person == person) & (cls.purpose == purpose)
        return cls.select().where(mine, cls.is_usable()).order_by(cls.id.desc())

    @classmethod
    def is_usable(cls) -> Any:
        """Neither revoked nor expired."""
        return cls.revoked_at.is_null() & (cls.expires_at > clock.now())

    def token(self, key: str) -> str:
        """What stands in the link, from the portal's secret `key`."""
        mac = hmac.new(key.encode(), f"pass:{self.id}:{self.nonce}".encode(), hashlib.sha256)
        return f"{self.id}-{mac.hexdigest()[:43]}"

    @classmethod
    def find(cls, token: str, keys: list[str]) -> "Pass | None":
        """The pass this link stands for, as long as it opens anything.

        `keys` are the portal's secret key and those it had before: changing it ends no pass.
        """
        number = token.partition("-")[0]
        if not (number.isascii() and number.isdecimal() and len(number) < 18):
            return None
        found = cls.select(cls, Person).join(Person, on=(cls.person == Person.id))
        given = found.where(cls.id == int(number)).first()
        if given is None or not given.is_open:
            return None
        right = [hmac.compare_digest(given.token(key).encode(), token.encode()) for key in keys]
        return given if any(right) else None  # type: ignore[no-any-return]

    @property
    def kind_of(self) -> PassKind:
        return kinds[self.purpose]

    @property
    def is_open(self) -> bool:
        """Neither revoked nor expired, and the person still one whom it is meant for."""
        if self.revoked_at or self.expires_at <= clock.now() or self.purpose not in kinds:
            return False
        return bool(self.person.is_active or not self.kind_of.ends_on_departure)

    def revoke(self, *, by: Any) -> None:
        """It opens nothing from now on, nor does any browser that came in by it."""
        if self.revoked_at:
            return
        with db.write():
            self.revoked_at = clock.now()
            self.save()
            audit.record(by, "revoked", self, about=self.person, data={"purpose": self.purpose})

    def note_opened(self) -> None:
        """Remember the first time somebody came in by it, so that HR sees that it arrived."""
        if self.opened_at is None:
            with db.write():
                self.opened_at = clock.now()
                self.save()
                audit.record(
                    self.person, "opened", self, about=self.person, data={"purpose": self.purpose}
                )
