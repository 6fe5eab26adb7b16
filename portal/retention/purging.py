"""Purges: what was shown goes, in small writes, and a row says so for ever after."""

import json
from datetime import datetime, time
from typing import Any

import peewee

from portal import audit, clock, db, queue
from portal.people.models import Person
from portal.privacy import RecordClass, records
from portal.retention.models import LegalHold, RetentionRule
from portal.retention.records import MOST, digest_of, due, still


class Changed(Exception):
    """What would go now is not what was shown."""


class Purge(db.Model):
    """One purge of one class, and its evidence: by which rule, up to which day, how many, and a
    hash over the ids that went. `ids` are the work that is promised, gone when it is done.

    `by` is empty where the portal did it: by a rule that is automatic, or by the records' own time.
    """

    record_class = peewee.CharField(max_length=40, index=True)
    rule = peewee.ForeignKeyField(RetentionRule, null=True)
    cut_off = peewee.DateField(null=True)
    by = peewee.ForeignKeyField(Person, null=True)
    shown = peewee.CharField(max_length=64)
    total = peewee.IntegerField()
    ids = peewee.TextField()
    left = peewee.TextField(default="[]")
    done = peewee.IntegerField(default=0)
    count = peewee.IntegerField(default=0)
    held_back = peewee.IntegerField(default=0)
    digest = peewee.CharField(max_length=64, default="")
    started_at = db.UtcField()
    finished_at = db.UtcField(null=True, index=True)

    @property
    def kept(self) -> RecordClass | None:
        """Its class; None when this portal knows it no more."""
        return records.get(self.record_class)

    @property
    def title(self) -> str:
        return self.kept.title if self.kept else str(self.record_class)

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None

    @property
    def kind(self) -> str:
        """Who let it go, in words: by hand, by rule, or by its own time."""
        if self.by_id:
            return "By hand"
        return "By its rule" if self.rule_id else "By its own time"

    @classmethod
    def newest(cls) -> Any:
        """Every purge, the latest first, with its rule and who asked for it."""
        outer = peewee.JOIN.LEFT_OUTER
        return (
            cls.select(cls, RetentionRule, *Person.names(Person))
            .join(RetentionRule, outer)
            .switch(cls)
            .join(Person, outer, on=(cls.by == Person.id), attr="by")
            .order_by(cls.id.desc())
        )

    @classmethod
    def running(cls, name: str) -> "Purge | None":
        """The one that is not finished yet."""
        return cls.get_or_none((cls.record_class == name) & cls.finished_at.is_null())

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def begin(
        cls, kept: RecordClass, *, by: Any, rule: RetentionRule | None, shown: str = ""
    ) -> "Purge | None":
        """Promise to purge what is over now; None when nothing is.

        By hand it is what the dry run showed, proved by its digest, or nothing: raises Changed.
        """
        with db.write():
            if (running := cls.running(kept.name)) is not None:
                return running
            current = RetentionRule.of(kept.name)
            if by is not None and (current and current.id) != (rule and rule.id):
                raise Changed
            cut_off = current.cut_off if rule and current else None
            ids = sorted(row_id for row_id, _ in due(kept, cut_off, by))
            digest = digest_of(ids)
            if by is not None and digest != shown:
                raise Changed
            if not ids:
                return None
            purge = cls.create(
                record_class=kept.name,
                rule=rule,
                cut_off=cut_off,
                by=by,
                shown=digest,
                total=len(ids),
                ids=json.dumps(ids),
                started_at=clock.now(),
            )
            said = {"class": kept.name, "rule": rule.id if rule else None, "count": len(ids)}
            audit.record(by, "started", purge, data={**said, "cut_off": cut_off, "shown": digest})
        return purge

    def work(self) -> None:
        """Purge what is left of it, a small batch a write, until it is done or told to stop."""
        while not self.is_over and not queue.must_stop():
            self.step()

    def step(self) -> None:
        """One batch, or the end. Whoever was killed in the middle of one has done nothing of it."""
        with db.write():
            fresh = Purge.get_by_id(self.id)
            if fresh.finished_at is None:
                ids = json.loads(fresh.ids)
                if fresh.done < len(ids) and fresh.kept is not None:
                    fresh._take(fresh.kept, ids)
                else:
                    fresh._finish(ids)
        self.__data__.update(fresh.__data__)

    def _take(self, kept: RecordClass, ids: list[int]) -> None:
        batch = ids[self.done : self.done + kept.batch]
        # Asked again: a hold may have come since, or what is counted from may have moved.
        go = still(kept, batch, self.cut_off, self.by if self.by_id else None)
        if go:
            kept.erase(sorted(go), self.by if self.by_id else None)
        stay = [row_id for row_id in batch if row_id not in go]
        change: dict[Any, Any] = {Purge.done: self.done + len(batch)}
        change[Purge.count] = self.count + len(go)
        if stay:
            change[Purge.left] = json.dumps(json.loads(self.left) + stay)
            change[Purge.held_back] = self.held_back + len(stay)
        self._set(change)

    def _finish(self, ids: list[int]) -> None:
        gone = sorted(set(ids[: self.done]) - set(json.loads(self.left)))
        now = clock.now()
        end = {Purge.ids: "[]", Purge.left: "[]", Purge.digest: digest_of(gone)}
        self._set({**end, Purge.finished_at: now})
        data = {
            "class": self.record_class,
            "count": len(gone),
            "held_back": self.held_back,
            "cut_off": self.cut_off,
            "digest": self.digest,
        }
        audit.record(self.by if self.by_id else None, "finished", self, data=data)

    def _set(self, values: dict[Any, Any]) -> None:
        Purge.update(values).where(Purge.id == self.id).execute()
        for column, value in values.items():
            setattr(self, column.name, value)


def let_go(name: str) -> int:
    """Purge one class by its own time and its automatic rule; returns how many went."""
    kept = records[name]
    current = RetentionRule.of(name)
    rule = current if current and current.is_automatic else None
    if (rule is None and not kept.own_time) or LegalHold.holds_class(name):
        return 0
    # Asked outside the write, for most days there is nothing.
    if not due(kept, rule.cut_off if rule else None):
        return 0
    purge = Purge.begin(kept, by=None, rule=rule)
    if purge is None:
        return 0
    purge.work()
    return int(purge.count)


def let_all_go() -> int:
    """Every class that ends by itself, once a day each; returns how many rows went."""
    now, gone = clock.now(), 0
    today = datetime.combine(now.date(), time(), now.tzinfo)
    rows: Any = Purge.select(Purge.record_class).where(
        Purge.started_at >= today, Purge.by.is_null(), Purge.total < MOST
    )
    had = {name for (name,) in rows.tuples()}
    for name, kept in records.items():
        if kept.ages and name not in had and not queue.must_stop():
            gone += let_go(name)
    return gone


def go_on() -> None:
    """Finish what was promised: after a click, a restart, or a kill in the middle."""
    for purge in Purge.select().where(Purge.finished_at.is_null()).order_by(Purge.id):
        purge.work()


GUARDS = [db.partial_unique("purge", "record_class", "finished_at IS NULL")]
