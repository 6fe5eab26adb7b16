"""The papers of a person: what each is, who may see it, until when it is kept."""

from datetime import date, datetime, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.blobs import Blob
from portal.people.functions import HR, Function
from portal.people.models import Person
from portal.personnel.papers import HR_ONLY, KINDS, PaperKind, years_after, years_before

DUTY = "paper"
# So long before a paper ends HR hears of it.
AHEAD_DAYS = 60
# What was removed can be brought back for so long.
REMOVED_DAYS = 30


class Paper(db.Model):
    """One document in somebody's file. Current while neither replaced nor removed."""

    person = peewee.ForeignKeyField(Person, backref="papers")
    kind = peewee.CharField(max_length=20)
    title = peewee.CharField(max_length=120)
    blob = peewee.ForeignKeyField(Blob)
    file_name = peewee.CharField(max_length=140)
    media_type = peewee.CharField(max_length=100)
    issued_on = peewee.DateField(null=True)
    expires_on = peewee.DateField(null=True, index=True)
    seen_by = peewee.CharField(max_length=10, default=HR_ONLY)
    keep_until = peewee.DateField(null=True)
    note = peewee.CharField(max_length=1000, default="")
    replaces = peewee.ForeignKeyField("self", null=True, on_delete="SET NULL")
    added_at = db.UtcField()
    added_by = peewee.ForeignKeyField(Person, null=True)
    replaced_at = db.UtcField(null=True)
    removed_at = db.UtcField(null=True)
    removed_by = peewee.ForeignKeyField(Person, null=True)

    class Meta:
        indexes = ((("person", "kind"), False),)

    @property
    def kind_of(self) -> PaperKind:
        return KINDS[self.kind]

    @property
    def state(self) -> str:
        """`current`, `replaced` or `removed`."""
        return "removed" if self.removed_at else "replaced" if self.replaced_at else "current"

    def kept_until(self) -> date | None:
        """The last day it is kept; None while that depends on a departure nobody knows."""
        last_day: date | None = self.person.last_day_on
        if self.keep_until or last_day is None:
            return self.keep_until  # type: ignore[no-any-return]
        return years_after(last_day, self.kind_of.years_kept)

    # -- conditions --------------------------------------------------------------------------

    @classmethod
    def is_current(cls) -> Any:
        return cls.replaced_at.is_null() & cls.removed_at.is_null()

    @classmethod
    def listing(cls, visible: Any) -> Any:
        """`visible` papers as lists show them, the newest first, with size and who added them."""
        adder = Person.alias()
        return (
            visible.select(cls, Blob.id, Blob.size, Person, *Person.names(adder))
            .join(Blob)
            .switch(cls)
            .join(Person, on=(cls.person == Person.id))
            .switch(cls)
            .join(adder, peewee.JOIN.LEFT_OUTER, on=(cls.added_by == adder.id), attr="adder")
            .order_by(cls.added_at.desc(), cls.id.desc())
        )

    @classmethod
    def ending(cls, visible: Any, today: date, days: int) -> Any:
        """Current papers of people who are here that end within so many days, or have ended."""
        stays = Person.last_day_on.is_null() | (Person.last_day_on >= today)
        near = cls.expires_on <= today + timedelta(days=days)
        return (
            visible.select(cls, Person)
            .join(Person, on=(cls.person == Person.id))
            .where(cls.is_current(), near, stays)
            .order_by(cls.expires_on, Person.folded)
        )

    # -- verbs -------------------------------------------------------------------------------

    @classmethod
    def file(cls, person: Person, *, by: Any, blob: Blob, file_name: str, **facts: Any) -> "Paper":
        """A new paper in somebody's file. Is there nothing newer of its kind, it settles the duty
        to get one.
        """
        with db.write():
            paper = cls.create(
                person=person, blob=blob, file_name=file_name, added_at=clock.now(), added_by=by,
                **facts,
            )  # fmt: skip
            audit.record(by, "filed", paper, **paper._said())
            paper._settle_older(by)
        return paper

    def replace_with(self, *, by: Any, blob: Blob, file_name: str, **facts: Any) -> "Paper":
        """A newer one takes its place; this one stays, as history."""
        with db.write():
            paper = Paper.create(
                person=self.person_id, kind=self.kind, blob=blob, file_name=file_name,
                replaces=self, added_at=clock.now(), added_by=by, **facts,
            )  # fmt: skip
            taken = (
                Paper.update(replaced_at=clock.now())
                .where(Paper.id == self.id, Paper.is_current())
                .execute()
            )
            if not taken:
                raise ValueError("Somebody was faster: it was replaced or removed meanwhile.")
            audit.record(by, "replaced", paper, **paper._said(replaces=self.id))
            paper._settle_older(by)
        return paper

    def change(self, *, by: Any, **facts: Any) -> list[str]:
        """Correct what is said about it (never the file); returns the names of what changed."""
        changed = [name for name, value in facts.items() if getattr(self, name) != value]
        if changed:
            with db.write():
                for name in changed:
                    setattr(self, name, facts[name])
                self.save()
                said = self._said(fields=changed, seen_by=self.seen_by)
                audit.record(by, "changed", self, **said)
                if "expires_on" in changed:
                    Assignment.settle_all(DUTY, self.id, by=by, outcome="ended")
        return changed

    def remove(self, *, by: Any) -> bool:
        """Out of the file; for thirty days it can be brought back. False when it is out already."""
        with db.write():
            now = clock.now()
            removed = (
                Paper.update(removed_at=now, removed_by=by)
                .where(Paper.id == self.id, Paper.removed_at.is_null())
                .execute()
            )
            if removed:
                self.removed_at = now
                audit.record(by, "removed", self, **self._said())
                Assignment.settle_all(DUTY, self.id, by=by, outcome="ended", reason="Removed.")
        return bool(removed)

    def restore(self, *, by: Any) -> bool:
        """Back into the file, with the duty that its removal had ended."""
        with db.write():
            restored = (
                Paper.update(removed_at=None, removed_by=None)
                .where(Paper.id == self.id, Paper.removed_at.is_null(False))
                .execute()
            )
            if restored:
                self.removed_at = None
                audit.record(by, "restored", self, **self._said())
                ended = Assignment.select().where(
                    Assignment.kind == DUTY, Assignment.target == self.id,
                    Assignment.outcome == "ended", Assignment.period == _period(self),
                )  # fmt: skip
                for duty in ended:
                    duty.reopen(by=by)
        return bool(restored)

    def _said(self, **data: Any) -> dict[str, Any]:
        """What an event keeps of it: the kind for ever, title and end where they can be erased."""
        return {
            "about": Person(id=self.person_id),
            "data": {"kind": self.kind, **data},
            "personal": {"title": self.title, "expires_on": self.expires_on},
        }

    # -- what ends ---------------------------------------------------------------------------

    def _settle_older(self, by: Any) -> None:
        """A newer paper of the kind is the fact that settles what the older ones asked for."""
        same = Paper.select(Paper.id).where(
            Paper.person == self.person_id, Paper.kind == self.kind, Paper.id != self.id
        )
        asked = Assignment.select().where(
            Assignment.is_open(), Assignment.kind == DUTY, db.among(Assignment.target, same)
        )
        for duty in asked:
            duty.settle(by=by)

    @classmethod
    def ask_for_renewals(cls) -> int:
        """Open HR's duty for each paper that ends within sixty days; returns how many are new."""
        today = clock.today()
        renewed = [kind.name for kind in KINDS.values() if kind.renewed]
        near = cls.ending(cls.select(), today, AHEAD_DAYS).where(cls.kind.in_(renewed))
        # Waived or settled, it was asked for once; another date of expiry asks anew.
        asked: Any = Assignment.select(Assignment.target, Assignment.period).where(
            Assignment.kind == DUTY
        )
        known = set(asked.tuples())
        hr = Function.named(HR)
        opened = 0
        for paper in near:
            if (paper.id, _period(paper)) in known or paper._has_newer():
                continue
            Assignment.assign(
                kind=DUTY,
                target=paper.id,
                title=f"{paper.kind_of.title} of {paper.person.called} ends: get the next one",
                cause=Cause(DUTY, paper.id),
                by=None,
                function=hr,
                about=paper.person,
                due_on=paper.expires_on,
                zone=paper.person.zone or "UTC",
                minutes=15,
                period=_period(paper),
            )
            opened += 1
        return opened

    def _has_newer(self) -> bool:
        """Whether a current paper of the kind goes on after this one."""
        longer = Paper.expires_on.is_null() | (Paper.expires_on > self.expires_on)
        newer = Paper.select().where(
            Paper.person == self.person_id, Paper.kind == self.kind, Paper.is_current(),
            Paper.id > self.id, longer,
        )  # fmt: skip
        return bool(newer.exists())

    @classmethod
    def end_duties_of_leavers(cls) -> int:
        """Nobody renews the permit of somebody who has left."""
        today = clock.today()
        rows: Any = (
            Assignment.select(Assignment, Person)
            .join(Person, on=(Assignment.about == Person.id))
            .where(Assignment.is_open(), Assignment.kind == DUTY, Person.last_day_on < today)
        )
        left = list(rows)
        for duty in left:
            duty.settle(by=None, outcome="ended", reason="Left the company.")
        return len(left)

    @classmethod
    def is_past(cls, today: date) -> Any:
        """Beyond its time, as a condition: its own day, the kind's years after the departure, or
        thirty days after it was removed.
        """
        past = cls.keep_until < today
        for kind in KINDS.values():
            gone = Person.last_day_on < years_before(today, kind.years_kept)
            past |= cls.keep_until.is_null() & (cls.kind == kind.name) & gone
        removed: datetime = clock.now() - timedelta(days=REMOVED_DAYS)
        return past | (cls.removed_at < removed)

    def purge(self, *, by: Any = None) -> None:
        """Let it go, with its file and with what the trail says of it in words."""
        with db.write():
            audit.record(
                by, "purged", self, about=Person(id=self.person_id), data={"kind": self.kind}
            )
            audit.forget(self)
            Assignment.settle_all(DUTY, self.id, by=by, outcome="ended", reason="Purged.")
            Paper.delete().where(Paper.id == self.id).execute()


def _period(paper: Paper) -> str:
    return str(paper.expires_on or "")
