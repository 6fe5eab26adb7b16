"""Signing in: a device is a revocable row; a code or a link opens the door once."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.people.models import Person, fold_email
from portal.people.passes import Pass
from portal.prepared import Prepared, blank

CODE_MINUTES = 10
CODE_TRIES = 5
# Codes an hour for one person from one network address, from there for anybody, and for one person
# from everywhere. A browser they were signed in on before has its five of its own: whoever asks for
# somebody else's codes can tire the mailbox a little, and locks nobody out.
CODES_AN_HOUR = 5
# A whole company may sit behind one address and sign in on the same Monday morning.
CODES_AN_HOUR_FROM_ONE_ADDRESS = 400
CODES_AN_HOUR_FROM_EVERYWHERE = 20
LINK_HOURS = 24
IDLE_DAYS = 30
IDLE_HOURS_HR = 12
ABSOLUTE_DAYS = 90
# A device's last sign of life is written at most this often: reading a page should not write.
SEEN_MINUTES = 10


class Device(db.Model):
    """A signed-in browser. The cookie holds a random token, this row only its hash.

    One that came in by a pass opens what the pass is for and nothing else, for as long as the pass
    does: its `scope` is the purpose.
    """

    person = peewee.ForeignKeyField(Person, backref="devices")
    token_hash = peewee.CharField(max_length=64, unique=True)
    how = peewee.CharField(max_length=20)
    agent = peewee.CharField(max_length=200, default="")
    address = peewee.CharField(max_length=64, default="")
    created_at = db.UtcField()
    seen_at = db.UtcField()
    revoked_at = db.UtcField(null=True)
    given = peewee.ForeignKeyField(Pass, null=True, backref="devices")

    @property
    def scope(self) -> str:
        """What a pass opened here; "" for somebody who has signed in."""
        return str(self.given.purpose) if self.given else ""

    @classmethod
    def sign_in(
        cls, person: Person, *, how: str, agent: str, address: str, given: Pass | None = None
    ) -> str:
        """A new device for the person; returns the token, which is stored nowhere."""
        token = secrets.token_urlsafe(32)
        now = clock.now()
        with db.write():
            device = cls.create(
                person=person,
                token_hash=_digest(token),
                how=how,
                agent=agent[:200],
                address=address[:64],
                created_at=now,
                seen_at=now,
                given=given,
            )
            audit.record(
                person,
                "signed_in",
                device,
                about=person,
                data={"how": how},
                personal={"from": address},
            )
        return token

    @classmethod
    def person_of(cls, token: str) -> Person | None:
        """Who holds this token now; None once it is revoked, idle, too old or the person left."""
        device = _by_token.first(token_hash=_digest(token))
        if device is None or not device.is_valid():
            return None
        person: Person = device.person
        person.device = device
        if device.given_id:
            person.come_by_pass(device.given.kind_of.carries)
        return person

    def is_valid(self) -> bool:
        now = clock.now()
        if self.revoked_at or now > self.created_at + timedelta(days=ABSOLUTE_DAYS):
            return False
        if self.given:
            # The pass says how long, for somebody who could not sign in at all.
            self.given.person = self.person
            return bool(self.given.is_open)
        if not self.person.is_active:
            return False
        idle = now - self.seen_at
        if idle > timedelta(days=IDLE_DAYS):
            return False
        return idle <= timedelta(hours=IDLE_HOURS_HR) or not self.person.is_hr

    def touch(self) -> None:
        """Remember that it was just used."""
        now = clock.now()
        if now - self.seen_at > timedelta(minutes=SEEN_MINUTES):
            with db.write():
                Device.update(seen_at=now).where(Device.id == self.id).execute()

    def revoke(self, *, by: Any) -> None:
        if self.revoked_at:
            return
        with db.write():
            self.revoked_at = clock.now()
            self.save()
            audit.record(by, "revoked", self, about=self.person)

    @classmethod
    def open_of(cls, person: Person) -> Any:
        """Where the person is signed in now: `is_valid` as a query, latest use first."""
        now = clock.now()
        idle = timedelta(hours=IDLE_HOURS_HR) if person.is_hr else timedelta(days=IDLE_DAYS)
        return (
            cls.select()
            .where(cls.person == person, cls.revoked_at.is_null(), cls.given.is_null())
            .where(cls.seen_at >= now - idle, cls.created_at >= now - timedelta(days=ABSOLUTE_DAYS))
            .order_by(cls.seen_at.desc())
        )

    @classmethod
    def belonged_to(cls, person: Person, token: str) -> bool:
        """Whether the person was signed in with this token once, valid or not by now."""
        return bool(
            cls.select().where(cls.person == person, cls.token_hash == _digest(token)).exists()
        )


_by_token = Prepared(
    lambda: (
        Device.select(Device, Person, Pass)
        .join(Person)
        .switch(Device)
        .join(Pass, peewee.JOIN.LEFT_OUTER, on=(Device.given == Pass.id))
        .where(Device.token_hash == blank("token_hash"))
    )
)


class Code(db.Model):
    """A six-digit code that was mailed. It is computed when the mail is written, never stored."""

    email = peewee.CharField(max_length=254, index=True)
    person = peewee.ForeignKeyField(Person, null=True)
    nonce = peewee.CharField(max_length=64)
    browser_hash = peewee.CharField(max_length=64)
    # Which known browser asked, so that its allowance cannot be had twice by dropping a cookie.
    device_hash = peewee.CharField(max_length=64, default="")
    address = peewee.CharField(max_length=64, index=True)
    created_at = db.UtcField()
    tries = peewee.IntegerField(default=0)
    used_at = db.UtcField(null=True)

    class Meta:
        table_name = "sign_in_code"

    @classmethod
    def ask(cls, email: str, *, browser: str, address: str, last_token: str = "") -> "Code | None":
        """A code for that address, known or not; None when too many were asked for.

        `last_token` is what this browser was signed in with before, if it ever was.
        """
        person = Person.by_email(email)
        is_theirs = person is not None and Device.belonged_to(person, last_token)
        device_hash = _digest(last_token) if is_theirs else ""
        if cls._too_many(fold_email(email), address[:64], device_hash):
            return None
        with db.write():
            return cls.create(
                email=fold_email(email),
                person=person if person and person.is_active else None,
                nonce=secrets.token_hex(16),
                browser_hash=_digest(browser),
                device_hash=device_hash,
                address=address[:64],
                created_at=clock.now(),
            )

    @classmethod
    def _too_many(cls, email: str, address: str, device_hash: str) -> bool:
        """Whether enough was asked for in the last hour."""
        recent = cls.select().where(cls.created_at > clock.now() - timedelta(hours=1))
        for_them = recent.where(cls.email == email)
        if device_hash:
            asked_here = for_them.where(cls.device_hash == device_hash)
            return bool(asked_here.count() >= CODES_AN_HOUR)
        from_here = recent.where(cls.address == address)
        return bool(
            from_here.count() >= CODES_AN_HOUR_FROM_ONE_ADDRESS
            or for_them.where(cls.address == address).count() >= CODES_AN_HOUR
            or for_them.count() >= CODES_AN_HOUR_FROM_EVERYWHERE
        )

    def digits(self, key: str) -> str:
        """The code itself, from the portal's secret `key`."""
        mac = hmac.new(key.encode(), f"code:{self.id}:{self.nonce}".encode(), "sha256").digest()
        return f"{int.from_bytes(mac[:8], 'big') % 1_000_000:06d}"

    def is_open(self, now: datetime) -> bool:
        fresh = now - self.created_at <= timedelta(minutes=CODE_MINUTES)
        return fresh and self.used_at is None and self.tries < CODE_TRIES

    def redeem(self, digits: str, *, browser: str, key: str) -> Person | None:
        """Who may come in with these digits from this browser, once. Every try counts."""
        with db.write():
            counted = (
                Code.update(tries=Code.tries + 1)
                .where(Code.id == self.id, Code.used_at.is_null(), Code.tries < CODE_TRIES)
                .execute()
            )
            right = (
                counted
                and self.is_open(clock.now())
                and self.person is not None
                and self.person.is_active
                and hmac.compare_digest(self.browser_hash, _digest(browser))
                and hmac.compare_digest(self.digits(key).encode(), digits.strip().encode())
            )
            if not right:
                return None
            Code.update(used_at=clock.now()).where(Code.id == self.id).execute()
        return self.person  # type: ignore[no-any-return]


class Link(db.Model):
    """A first-run link from the command line: signs one person in, once."""

    person = peewee.ForeignKeyField(Person)
    token_hash = peewee.CharField(max_length=64, unique=True)
    created_at = db.UtcField()
    used_at = db.UtcField(null=True)

    class Meta:
        table_name = "sign_in_link"

    @classmethod
    def make(cls, person: Person) -> str:
        """A token for the link's address; stored only as its hash."""
        token = secrets.token_urlsafe(24)
        with db.write():
            link = cls.create(person=person, token_hash=_digest(token), created_at=clock.now())
            audit.record(None, "made", link, about=person)
        return token

    @classmethod
    def find(cls, token: str) -> "Link | None":
        """The unused, fresh link with this token, whose person may still come in."""
        link = cls.select(cls, Person).join(Person).where(cls.token_hash == _digest(token)).first()
        if link is None or link.used_at or not link.person.is_active:
            return None
        fresh = clock.now() - link.created_at <= timedelta(hours=LINK_HOURS)
        return link if fresh else None

    def use(self) -> bool:
        """Spend it. False when it was spent a moment ago."""
        with db.write():
            spent = (
                Link.update(used_at=clock.now())
                .where(Link.id == self.id, Link.used_at.is_null())
                .execute()
            )
        return bool(spent)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
