"""Packs: evidence put together in the background, part by part, for somebody to take away.

What a pack says is fixed when it is asked for: the day, the moment of knowing, the size of the
tree. Each part that is done is a row with its content, so a worker that is killed goes on with the
next one, and the finished ones stay the bytes they are.
"""

import json
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.blobs import Blob
from portal.compliance.needs import Moment
from portal.people.models import Person
from portal.people.org import Team

KEPT_DAYS = 30
# Who works on a pack shows it more often than that; after it, another worker goes on.
STALE = timedelta(minutes=3)
WAITING, BUILDING, READY, FAILED, CANCELED, PURGED = (
    "waiting", "building", "ready", "failed", "canceled", "purged",
)  # fmt: skip
AT_WORK = (WAITING, BUILDING)


class Stopped(Exception):
    """Somebody canceled it, another worker has it, or this one is to stop."""


class Pack(db.Model):
    """What was asked for, by whom, and how far it is."""

    asked_by = peewee.ForeignKeyField(Person)
    asked_at = db.UtcField()
    # Ids of requirements and of people as they were when it was asked for; null: everyone.
    chosen = peewee.TextField(default="[]")
    has_all = peewee.BooleanField(default=True)
    among = peewee.TextField(null=True)
    team = peewee.ForeignKeyField(Team, null=True)
    person = peewee.ForeignKeyField(Person, null=True)
    from_on = peewee.DateField(null=True)
    as_of = peewee.DateField()
    known_at = db.UtcField()
    has_names = peewee.BooleanField(default=True)
    # How many events the tree had, which the checkpoint inside has signed.
    size = peewee.BigIntegerField(default=0)
    state = peewee.CharField(max_length=10, default=WAITING)
    total = peewee.IntegerField(default=0)
    problem = peewee.CharField(max_length=300, default="")
    claimed_at = db.UtcField(null=True)
    ready_at = db.UtcField(null=True)
    blob = peewee.ForeignKeyField(Blob, null=True)
    is_kept = peewee.BooleanField(default=False)

    class Meta:
        indexes = ((("state", "claimed_at"), False),)

    # -- reading -----------------------------------------------------------------------------

    @property
    def requirements(self) -> list[int]:
        return list(json.loads(self.chosen))

    @property
    def people(self) -> frozenset[int] | None:
        """Whom it is about; None: everyone."""
        return frozenset(json.loads(self.among)) if self.among is not None else None

    @property
    def moment(self) -> Moment:
        return Moment(self.as_of, self.known_at)

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def is_ready(self) -> bool:
        return self.state == READY

    @property
    def done(self) -> int:
        """How many parts are there."""
        return int(self.parts.where(Part.blob.is_null(False)).count())

    @property
    def kept_until(self) -> date | None:
        """The last day it can be fetched; None while it is kept, or is not ready."""
        if self.is_kept or self.ready_at is None:
            return None
        return self.ready_at.date() + timedelta(days=KEPT_DAYS)

    @property
    def file_name(self) -> str:
        return f"evidence-{self.as_of}-pack-{self.id}.zip"

    @classmethod
    def listing(cls, query: Any) -> Any:
        """`query` of packs, the latest first, with who asked for them and what for."""
        about = Person.alias()
        return (
            query.select(cls, *Person.names(Person), Team, *Person.names(about), Blob)
            .join(Person, on=(cls.asked_by == Person.id))
            .switch(cls)
            .join(Team, peewee.JOIN.LEFT_OUTER)
            .switch(cls)
            .join(about, peewee.JOIN.LEFT_OUTER, on=(cls.person == about.id), attr="person")
            .switch(cls)
            .join(Blob, peewee.JOIN.LEFT_OUTER, on=(cls.blob == Blob.id))
            .order_by(cls.id.desc())
        )  # fmt: skip

    # -- verbs -------------------------------------------------------------------------------

    @classmethod
    def ask(
        cls,
        *,
        by: Person,
        as_of: date,
        known_at: datetime | None,
        requirements: Collection[int],
        among: Collection[int] | None = None,
        **chosen: Any,
    ) -> "Pack":
        """Have a pack built. What is known is pinned here, so nothing in flight slips under it."""
        with db.write():
            now = clock.now()
            pack = cls.create(
                asked_by=by,
                asked_at=now,
                chosen=json.dumps(sorted(set(requirements))),
                among=None if among is None else json.dumps(sorted(set(among))),
                as_of=as_of,
                known_at=known_at or now,
                **chosen,
            )
            data = {"as_of": as_of, "names": pack.has_names, "requirements": len(requirements)}
            audit.record(by, "asked_for", pack, about=pack.person, data=data)
        return pack

    def cancel(self, *, by: Any) -> bool:
        """It is not wanted any more. False where it is done with already."""
        with db.write():
            if not self._turn({Pack.state: CANCELED}, *AT_WORK):
                return False
            self._drop_parts()
            audit.record(by, "canceled", self)
        return True

    def keep(self, wanted: bool, *, by: Any) -> bool:
        """Keep it longer than other packs, or let it go with them. False where nothing changes."""
        with db.write():
            here = (Pack.id == self.id) & (Pack.state == READY) & (Pack.is_kept != wanted)
            if not Pack.update(is_kept=wanted).where(here).execute():
                return False
            if wanted:
                audit.record(by, "kept", self)
            else:
                audit.record(by, "released", self)
            self.is_kept = wanted
        return True

    def note_fetched(self, *, by: Any) -> None:
        """Somebody took it away."""
        with db.write():
            audit.record(by, "fetched", self, data={"hash": self.blob.hash})
            audit.looked(by, self)

    # -- the worker --------------------------------------------------------------------------

    @classmethod
    def due(cls) -> list["Pack"]:
        """What waits for a worker, or was left lying by one that died."""
        left = (cls.state == BUILDING) & (cls.claimed_at < clock.now() - STALE)
        return list(cls.select().where((cls.state == WAITING) | left).order_by(cls.id))

    def claim(self) -> bool:
        """Only one worker builds it."""
        with db.write():
            lies = Pack.claimed_at.is_null() | (Pack.claimed_at < clock.now() - STALE)
            free = (Pack.state == WAITING) | ((Pack.state == BUILDING) & lies)
            claim = {Pack.state: BUILDING, Pack.claimed_at: clock.now()}
            return bool(Pack.update(claim).where(Pack.id == self.id, free).execute())

    def pin(self, size: int) -> None:
        """The tree it is proved by, once for all its parts."""
        with db.write():
            Pack.update(size=size).where(Pack.id == self.id, Pack.size == 0).execute()
            self.size = Pack.get_by_id(self.id).size

    def give_back(self) -> None:
        """This worker is to stop; the next one goes on at once."""
        with db.write():
            self._turn({Pack.state: WAITING, Pack.claimed_at: None}, BUILDING)

    def go_on(self) -> None:
        """Say that it is being worked on. Raises Stopped once nobody wants it any more."""
        with db.write():
            if not self._turn({Pack.claimed_at: clock.now()}, BUILDING):
                raise Stopped

    def finish(self, blob: Blob) -> None:
        """It is whole: the parts go, for the file holds them."""
        with db.write():
            values = {Pack.state: READY, Pack.blob: blob.id, Pack.ready_at: clock.now()}
            if not self._turn(values, BUILDING):
                raise Stopped
            self._drop_parts()
            audit.record(None, "built", self, data={"hash": blob.hash, "bytes": blob.size})

    def fail(self, why: str) -> None:
        """It cannot be built; said where it was asked for."""
        with db.write():
            if self._turn({Pack.state: FAILED, Pack.problem: why[:300]}, BUILDING):
                self._drop_parts()
                audit.record(None, "failed", self)

    @classmethod
    def purge(cls) -> int:
        """Packs past their days go, with an event that says so; returns how many."""
        before = clock.now() - timedelta(days=KEPT_DAYS + 1)
        old = cls.select().where(cls.state == READY, ~cls.is_kept, cls.ready_at < before)
        purged = 0
        for pack in list(old.order_by(cls.id).limit(50)):
            with db.write():
                if pack._turn({Pack.state: PURGED, Pack.blob: None}, READY):
                    audit.record(None, "purged", pack)
                    purged += 1
        return purged

    def _turn(self, values: dict[Any, Any], *states: str) -> bool:
        """Set these if it stands in one of the states, and nobody was faster."""
        here = (Pack.id == self.id) & Pack.state.in_(states)
        if not Pack.update(values).where(here).execute():
            return False
        for field, value in values.items():
            setattr(self, getattr(field, "object_id_name", field.name), value)
        return True

    def _drop_parts(self) -> None:
        Part.delete().where(Part.pack == self).execute()


class Part(db.Model):
    """A file of a pack that is being built; with its content once that is written."""

    pack = peewee.ForeignKeyField(Pack, backref="parts")
    number = peewee.IntegerField()
    name = peewee.CharField(max_length=120)
    blob = peewee.ForeignKeyField(Blob, null=True)

    class Meta:
        table_name = "pack_part"
        indexes = ((("pack", "number"), True),)

    @classmethod
    def of(cls, pack: Pack) -> list["Part"]:
        """The parts of a pack in their order, with what is written of them."""
        return list(
            cls.select(cls, Blob)
            .join(Blob, peewee.JOIN.LEFT_OUTER)
            .where(cls.pack == pack)
            .order_by(cls.number)
        )

    @classmethod
    def plan(cls, pack: Pack, names: list[str]) -> list["Part"]:
        """Lay the parts down once; a second worker finds them laid."""
        with db.write():
            if not cls.select().where(cls.pack == pack).exists():
                rows = [
                    {"pack": pack.id, "number": number, "name": name}
                    for number, name in enumerate(names)
                ]
                for batch in peewee.chunked(rows, 100):
                    cls.insert_many(batch).execute()
                Pack.update(total=len(names)).where(Pack.id == pack.id).execute()
                pack.total = len(names)
        return cls.of(pack)

    def done_with(self, blob: Blob) -> None:
        """Its content is written. Raises Stopped when the pack is not wanted any more."""
        with db.write():
            if not Part.update(blob=blob).where(Part.id == self.id).execute():
                raise Stopped
            self.blob = blob


class Gift(db.Model):
    """That a pack was given to an auditor to fetch; taken back by saying so."""

    pack = peewee.ForeignKeyField(Pack, backref="gifts")
    person = peewee.ForeignKeyField(Person, backref="packs_given")
    given_at = db.UtcField()
    given_by = peewee.ForeignKeyField(Person)
    ended_at = db.UtcField(null=True)

    class Meta:
        table_name = "pack_gift"
        indexes = ((("person", "ended_at"), False), (("pack", "ended_at"), False))

    @classmethod
    def is_open(cls) -> Any:
        return cls.ended_at.is_null()

    @classmethod
    def give(cls, pack: Pack, person: Person, *, by: Person) -> "Gift":
        """Let the auditor fetch it; once, however often it is said."""
        with db.write():
            same = (cls.pack == pack) & (cls.person == person)
            if gift := cls.select().where(same, cls.is_open()).first():
                return gift  # type: ignore[no-any-return]
            gift = cls.create(pack=pack, person=person, given_at=clock.now(), given_by=by)
            audit.record(by, "given", gift, about=person, data={"pack": pack.id})
        return gift

    def end(self, *, by: Person) -> bool:
        """Not for them any more. False where it was taken back before."""
        with db.write():
            here = (Gift.id == self.id) & Gift.is_open()
            if not Gift.update(ended_at=clock.now()).where(here).execute():
                return False
            audit.record(by, "taken_back", self, about=self.person, data={"pack": self.pack_id})
        return True

    @classmethod
    def of_pack(cls, pack: Pack) -> Any:
        """To whom it is given now, with their names."""
        return (
            cls.select(cls, *Person.names(Person))
            .join(Person, on=(cls.person == Person.id))
            .where(cls.pack == pack, cls.is_open())
            .order_by(cls.id)
        )


class Auditor(db.Model):
    """Somebody from outside who comes by a link: their firm, and whether for given packs alone."""

    person = peewee.ForeignKeyField(Person, unique=True, backref="auditor")
    firm = peewee.CharField(max_length=120, default="")


GUARDS = [
    db.partial_unique("pack_gift", "pack_id, person_id", "ended_at IS NULL"),
]
