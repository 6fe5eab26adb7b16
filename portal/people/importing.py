"""Importing people: a dry run that says what would happen, then all of it or nothing.

A small file is read and applied at once. A large one is a row that promises it: the worker's sweep
reads it in steps, and applies it when told to. Until it is applied it can be canceled.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.people import applying
from portal.people.applying import apply
from portal.people.dry_run import DryRun, dry_run
from portal.people.findings import Findings, digest_of
from portal.people.import_columns import ImportMapping
from portal.people.models import Person
from portal.people.tables import Table, read_table

__all__ = ["DryRun", "Import", "apply", "dry_run"]

# From so many lines on a file is the worker's: reading it would keep a request too long.
LARGE_LINES = 2_000
STALE = timedelta(minutes=3)
KEPT_DAYS = 7

WAITING, READING, READ, WANTED, APPLYING = "waiting", "reading", "read", "wanted", "applying"
APPLIED, CANCELED, UNDONE = "applied", "canceled", "undone"
AT_WORK = (WAITING, READING, WANTED, APPLYING)


class Stopped(Exception):
    """Somebody canceled it, or another worker has it."""


class Import(db.Model):
    """A file that was read and waits to be applied. Its content is dropped once it was."""

    file_name = peewee.CharField(max_length=200, default="")
    content = peewee.BlobField()
    created_at = db.UtcField()
    created_by = peewee.ForeignKeyField(Person, null=True)
    applied_at = db.UtcField(null=True)
    joined = peewee.IntegerField(default=0)
    changed = peewee.IntegerField(default=0)
    phase = peewee.CharField(max_length=10, default=READ)
    key = peewee.CharField(max_length=10, default="")
    done = peewee.IntegerField(default=0)
    total = peewee.IntegerField(default=0)
    found = peewee.TextField(default="")
    claimed_at = db.UtcField(null=True)
    undone_at = db.UtcField(null=True)

    class Meta:
        table_name = "people_import"

    # -- conditions ------------------------------------------------------------------------

    @property
    def is_large(self) -> bool:
        return bytes(self.content).count(b"\n") >= LARGE_LINES

    @property
    def is_at_work(self) -> bool:
        """Whether the worker has something to do with it."""
        return self.applied_at is None and self.phase in AT_WORK

    @property
    def state(self) -> str:
        """Its phase, where what was applied before there were phases is `applied`."""
        return APPLIED if self.applied_at and self.phase == READ else str(self.phase)

    @property
    def findings(self) -> Findings | None:
        """What reading it found, once it was read."""
        return Findings.read(self.found) if self.found else None

    @classmethod
    def read_by(cls, person: Person) -> Any:
        """What this person read in, waiting or applied, as a query."""
        return cls.select().where(cls.created_by == person)

    @classmethod
    def applied(cls) -> Any:
        """What was imported, the latest first, without the files' content."""
        names = "id file_name created_by applied_at joined changed phase undone_at"
        chosen = [getattr(cls, name) for name in names.split()]
        return (
            cls.select(*chosen, *Person.names(Person))
            .join(Person, peewee.JOIN.LEFT_OUTER)
            .where(cls.applied_at.is_null(False))
            .order_by(cls.applied_at.desc(), cls.id.desc())
        )

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def keep(cls, content: bytes, file_name: str, *, by: Person | None, key: str = "") -> "Import":
        """Keep a file until it is applied; what the same person left waiting goes."""
        with db.write():
            mine = cls.created_by.is_null() if by is None else cls.created_by == by
            # What the worker writes at this moment is finished first.
            waiting = mine & cls.applied_at.is_null() & (cls.phase != APPLYING)
            cls.delete().where(waiting).execute()
            kept = cls.create(
                content=content,
                file_name=file_name[:200],
                created_at=clock.now(),
                created_by=by,
                key=key,
            )
            if kept.is_large and by is not None:
                kept.phase, kept.total = WAITING, bytes(content).count(b"\n")
                kept.save()
        return kept

    def table(self) -> Table:
        return read_table(bytes(self.content), self.file_name, ImportMapping.of)

    def dry_run(self, told: Callable[[int], None] | None = None) -> DryRun:
        return dry_run(self.table(), by=self.created_by, key=self.key, told=told)

    def look(self) -> DryRun:
        """Read it now and keep what was found for its page."""
        found = self.dry_run()
        written = Findings.of(found).written()
        with db.write():
            if self._turn({Import.key: self.key, Import.found: written}, READ):
                self.found = written
        return found

    def look_again(self, *, key: str) -> bool:
        """Read it anew, with other columns or another key. True when the worker is to do it."""
        self.key = key
        if not self.is_large:
            self.look()
            return False
        with db.write():
            waits = {Import.phase: WAITING, Import.key: key, Import.found: "", Import.done: 0}
            return self._turn(waits, READ)

    def apply(self, *, by: Any, told: Callable[[int], None] | None = None) -> DryRun:
        """Do what the dry run says, all of it. With any problem, or a second time, nothing.

        Nor where it would do something else than was shown: columns can have got another meaning
        since, people other values. Then what it would do now is what is shown.
        """
        with db.write():
            fresh = Import.get_by_id(self.id)
            found = fresh.dry_run(told)
            shown = fresh.findings
            found.differs = shown is not None and shown.digest != digest_of(found)
            if found.errors or found.differs or fresh.applied_at:
                seen = {Import.phase: READ, Import.found: Findings.of(found).written()}
                fresh._turn(seen, READ, APPLYING)
                return found
            did = apply(found, by=by)
            applying.Applied.note(fresh, did)
            fresh.applied_at, fresh.content, fresh.found = clock.now(), b"", ""
            fresh.joined, fresh.changed = len(found.joiners), len(found.changes)
            fresh.phase = APPLIED
            fresh.save()
            audit.record(by, "applied", fresh, data={"new": fresh.joined, "changed": fresh.changed})
            if self.is_large:
                db.after_commit(db.look_at_the_tables)
        return found

    def want(self) -> bool:
        """Have the worker apply it. False unless it was read and waits for that."""
        with db.write():
            wanted = {Import.phase: WANTED, Import.done: 0}
            return self._turn(wanted, READ)

    def cancel(self) -> bool:
        """It will not be applied. False where the worker has begun to, or has."""
        with db.write():
            dropped = {Import.phase: CANCELED, Import.content: b"", Import.found: ""}
            return self._turn(dropped, WAITING, READING, READ, WANTED)

    def _turn(self, values: dict[Any, Any], *phases: str) -> bool:
        """Set these if it stands in one of the phases, and nobody was faster."""
        here = (Import.id == self.id) & Import.phase.in_(phases) & Import.applied_at.is_null()
        return bool(Import.update(values).where(here).execute())

    # -- the worker ------------------------------------------------------------------------

    @classmethod
    def due(cls, now: datetime) -> list["Import"]:
        """What is to be read or applied, without its content: promised, or left lying by a worker
        that died.
        """
        left = cls.phase.in_((READING, APPLYING)) & (cls.claimed_at < now - STALE)
        waits = cls.phase.in_((WAITING, WANTED)) | left
        found = cls.select(cls.id, cls.phase).where(waits, cls.applied_at.is_null())
        return list(found.order_by(cls.id))

    def work(self) -> None:
        """Read it, or apply it, in steps that say how far they are. Done by one worker only."""
        goal = READING if self.phase in (WAITING, READING) else APPLYING
        with db.write():
            claim = {Import.phase: goal, Import.claimed_at: clock.now(), Import.done: 0}
            lies = Import.claimed_at.is_null() | (Import.claimed_at < clock.now() - STALE)
            mine = (Import.id == self.id) & (
                Import.phase.in_((WAITING, WANTED)) | (Import.phase.in_((READING, APPLYING)) & lies)
            )
            if not Import.update(claim).where(mine).execute():
                return
        kept = Import.get_by_id(self.id)
        try:
            kept._read_in_steps(goal) if goal == READING else kept._apply_in_steps()
        except Stopped:
            return

    def _read_in_steps(self, goal: str) -> None:
        found = self.dry_run(lambda done: self._go_on(goal, done))
        with db.write():
            self._turn({Import.phase: READ, Import.found: Findings.of(found).written()}, goal)

    def _apply_in_steps(self) -> None:
        """Looked through in steps first: the writing is one act, and begins when it can end."""
        if self.created_by is not None and not self.created_by.is_hr:
            # Who was HR when they asked for it is not any more.
            with db.write():
                dropped = {Import.phase: CANCELED, Import.content: b"", Import.found: ""}
                self._turn(dropped, APPLYING)
            return
        found = self.dry_run(lambda done: self._go_on(APPLYING, done))
        if not found.errors:
            self.apply(by=self.created_by)
            return
        with db.write():
            seen = {Import.phase: READ, Import.found: Findings.of(found).written()}
            self._turn(seen, APPLYING)

    def _go_on(self, phase: str, done: int) -> None:
        with db.write():
            if not self._turn({Import.done: done, Import.claimed_at: clock.now()}, phase):
                raise Stopped
