"""Importing people: a dry run that says what would happen, then all of it or nothing."""

from typing import Any

import peewee

from portal import audit, clock, db
from portal.people.applying import apply
from portal.people.dry_run import DryRun, dry_run
from portal.people.models import Person
from portal.people.tables import read_table

__all__ = ["DryRun", "Import", "apply", "dry_run"]


class Import(db.Model):
    """A file that was read and waits to be applied. Its content is dropped once it was."""

    file_name = peewee.CharField(max_length=200, default="")
    content = peewee.BlobField()
    created_at = db.UtcField()
    created_by = peewee.ForeignKeyField(Person, null=True)
    applied_at = db.UtcField(null=True)
    joined = peewee.IntegerField(default=0)
    changed = peewee.IntegerField(default=0)

    class Meta:
        table_name = "people_import"

    @classmethod
    def keep(cls, content: bytes, file_name: str, *, by: Person | None) -> "Import":
        """Keep a read file until it is applied; what the same person left waiting goes."""
        with db.write():
            mine = cls.created_by.is_null() if by is None else cls.created_by == by
            waiting = mine & cls.applied_at.is_null()
            cls.delete().where(waiting).execute()
            return cls.create(
                content=content,
                file_name=file_name[:200],
                created_at=clock.now(),
                created_by=by,
            )

    @classmethod
    def read_by(cls, person: Person) -> Any:
        """What this person read in, waiting or applied, as a query."""
        return cls.select().where(cls.created_by == person)

    def dry_run(self) -> DryRun:
        return dry_run(read_table(bytes(self.content), self.file_name), by=self.created_by)

    def apply(self, *, by: Any) -> DryRun:
        """Do what the dry run says, all of it. With any problem, or a second time, nothing."""
        with db.write():
            fresh = Import.get_by_id(self.id)
            found = fresh.dry_run()
            if found.errors or fresh.applied_at:
                return found
            apply(found, by=by)
            fresh.applied_at, fresh.content = clock.now(), b""
            fresh.joined, fresh.changed = len(found.joiners), len(found.changes)
            fresh.save()
            audit.record(by, "applied", fresh, data={"new": fresh.joined, "changed": fresh.changed})
        return found
