"""Audit windows: when somebody from outside looks. HR keeps them, the auditor and HR see them."""

from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db

MAX_DAYS = 400


class AuditWindow(db.Model):
    """The days of an audit, both included. It is taken out by a mark, so that it can come back."""

    name = peewee.CharField(max_length=120)
    starts_on = peewee.DateField(index=True)
    ends_on = peewee.DateField()
    note = peewee.CharField(max_length=500, default="")
    created_at = db.UtcField()
    changed_at = db.UtcField()
    # How often its days were changed: a calendar that has it knows which word is the later one.
    moved = peewee.IntegerField(default=0)
    removed_at = db.UtcField(null=True)

    SAID = ("name", "starts_on", "ends_on", "note")

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_kept(cls) -> Any:
        return cls.removed_at.is_null()

    @classmethod
    def touches(cls, first: date, last: date) -> Any:
        """Has a day among these."""
        return (cls.starts_on <= last) & (cls.ends_on >= first)

    @classmethod
    def around(cls, visible: Any, on: date) -> tuple[list["AuditWindow"], list["AuditWindow"]]:
        """Those among `visible` that are now or to come, the next first; and those that are past,
        the last first."""
        rows = list(visible.where(cls.is_kept()).order_by(cls.starts_on, cls.id))
        past = [row for row in rows if row.ends_on < on]
        return [row for row in rows if row.ends_on >= on], past[::-1]

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def plan(cls, *, by: Any, **said: Any) -> "AuditWindow":
        """A new one. Raises ValueError where it ends before it begins, or takes a year."""
        refuse(said["starts_on"], said["ends_on"])
        with db.write():
            now = clock.now()
            audit_window = cls.create(created_at=now, changed_at=now, **said)
            audit.record(by, "planned", audit_window, data=audit_window.facts)
        return audit_window

    def change(self, *, by: Any, **said: Any) -> list[str]:
        """Say something else of it; returns the names of what changed. ValueError as in `plan`."""
        changed = [name for name, value in said.items() if getattr(self, name) != value]
        if not changed:
            return []
        refuse(
            said.get("starts_on", self.starts_on),
            said.get("ends_on", self.ends_on),
        )
        with db.write():
            for name in changed:
                setattr(self, name, said[name])
            self.changed_at = clock.now()
            self.moved += 1
            self.save()
            audit.record(by, "changed", self, data={"fields": changed} | self.facts)
        return changed

    def remove(self, *, by: Any) -> bool:
        """Out of every calendar. False when it is already."""
        with db.write():
            if done := self._mark(clock.now()):
                audit.record(by, "removed", self, data=self.facts)
        return done

    def restore(self, *, by: Any) -> bool:
        """Back in the calendars. False when it never went."""
        with db.write():
            if done := self._mark(None):
                audit.record(by, "restored", self, data=self.facts)
        return done

    def _mark(self, removed_at: Any) -> bool:
        is_other = AuditWindow.removed_at.is_null(removed_at is not None)
        marked = (
            AuditWindow.update(removed_at=removed_at, changed_at=clock.now())
            .where(AuditWindow.id == self.id, is_other)
            .execute()
        )
        if marked:
            self.removed_at = removed_at
        return bool(marked)

    @property
    def facts(self) -> dict[str, Any]:
        """What an event keeps of it: its days. A name may name somebody."""
        return {"starts_on": self.starts_on, "ends_on": self.ends_on}


def refuse(starts_on: date, ends_on: date) -> None:
    """Raises ValueError for days that no audit has."""
    if ends_on < starts_on:
        raise ValueError("The last day is before the first.")
    if (ends_on - starts_on).days >= MAX_DAYS:
        raise ValueError(f"An audit window has at most {MAX_DAYS} days.")
