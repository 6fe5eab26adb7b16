"""Leave: who is away from when until when. What kind it is, only HR and the person know."""

from datetime import date
from typing import Any

import peewee

from portal import audit, db
from portal.people.models import Person
from portal.prepared import Prepared, blank

KINDS = {
    "parental": "Parental leave",
    "sick": "Long sick leave",
    "sabbatical": "Sabbatical",
    "other": "Other leave",
}


class Leave(db.Model):
    """A time away, from a day until a day (or an open end), until somebody says they are back."""

    person = peewee.ForeignKeyField(Person, backref="leaves")
    kind = peewee.CharField(max_length=20)
    starts_on = peewee.DateField(index=True)
    ends_on = peewee.DateField(null=True)
    note = peewee.CharField(max_length=300, default="")
    returned_on = peewee.DateField(null=True)
    canceled_at = db.UtcField(null=True)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def counts(cls) -> Any:
        """Not canceled."""
        return cls.canceled_at.is_null()

    @classmethod
    def is_away(cls, on: date) -> Any:
        """Leaves that hold on that day; `Leave.people_away(on)` are the persons."""
        return (
            cls.counts()
            & (cls.starts_on <= on)
            & (cls.ends_on.is_null() | (cls.ends_on >= on))
            & (cls.returned_on.is_null() | (cls.returned_on > on))
        )

    @classmethod
    def people_away(cls, on: date) -> Any:
        """Ids of whoever is away that day, as a query (for `in_`)."""
        return cls.select(cls.person).where(cls.is_away(on))

    @classmethod
    def starting_between(cls, first: date, last: date) -> Any:
        """Leaves that begin in these days, both included, with their persons."""
        return cls._with_person().where(cls.counts(), cls.starts_on.between(first, last))

    @classmethod
    def expired(cls, on: date) -> Any:
        """Over by that day, and nobody said whether they are back."""
        return cls._with_person().where(
            cls.counts(), cls.ends_on < on, cls.returned_on.is_null(), Person.is_here(on)
        )

    @classmethod
    def _with_person(cls) -> Any:
        return cls.select(cls, Person).join(Person).order_by(cls.starts_on, cls.id)

    @classmethod
    def not_over(cls, on: date) -> Any:
        """Leaves that hold on that day or will, with their persons, as a query."""
        lasts = cls.ends_on.is_null() | (cls.ends_on >= on)
        back = cls.returned_on.is_null() | (cls.returned_on > on)
        return cls._with_person().where(cls.counts(), lasts, back)

    @classmethod
    def recorded_of(cls, person: Person) -> Any:
        """What is recorded of a person and was not canceled, as a query."""
        return cls.select().where(cls.person == person, cls.counts())

    @classmethod
    def of(cls, person: Person) -> list["Leave"]:
        """What is recorded of a person, the latest first."""
        return list(cls.recorded_of(person).order_by(cls.starts_on.desc()))

    @classmethod
    def now(cls, on: date) -> dict[int, tuple[date | None, str]]:
        """Everybody who is away that day: until when, and the kind in words."""
        rows = _away(on=on)
        return {person_id: (ends_on, KINDS.get(kind, kind)) for person_id, ends_on, kind in rows}

    def holds(self, on: date) -> bool:
        """`is_away` for a leave that is loaded."""
        began = self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)
        return began and (self.returned_on is None or self.returned_on > on)

    @property
    def title(self) -> str:
        return KINDS.get(self.kind, self.kind)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def record(
        cls,
        person: Person,
        kind: str,
        *,
        by: Any,
        starts_on: date,
        ends_on: date | None = None,
        note: str = "",
    ) -> "Leave":
        """Somebody will be away. Raises ValueError where they are already, in any of these days."""
        with db.write():
            if clash := cls._clash(person, starts_on, ends_on):
                raise ValueError(clash)
            leave = cls.create(
                person=person, kind=kind, starts_on=starts_on, ends_on=ends_on, note=note
            )
            dates, personal = leave._said()
            audit.record(by, "recorded", leave, about=person, data=dates, personal=personal)
        return leave

    def change(self, *, by: Any, **values: Any) -> None:
        """Other dates, another kind, another note."""
        if all(getattr(self, name) == value for name, value in values.items()):
            return
        starts_on = values.get("starts_on", self.starts_on)
        ends_on = values.get("ends_on", self.ends_on)
        with db.write():
            if clash := self._clash(self.person, starts_on, ends_on, but=self.id):
                raise ValueError(clash)
            for name, value in values.items():
                setattr(self, name, value)
            self.save()
            dates, personal = self._said()
            audit.record(by, "changed", self, about=self.person, data=dates, personal=personal)

    def come_back(self, on: date, *, by: Any) -> None:
        """They are back from that day on."""
        if self.returned_on == on:
            return
        with db.write():
            self.returned_on = on
            self.save()
            audit.record(by, "ended", self, about=self.person, data={"returned_on": on})

    def cancel(self, *, by: Any, now: Any) -> None:
        """It does not happen, or never did."""
        if self.canceled_at is not None:
            return
        with db.write():
            self.canceled_at = now
            self.save()
            audit.record(by, "canceled", self, about=self.person)

    def _said(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What an event keeps of it: the days for ever, kind and note beside."""
        dates = {"starts_on": self.starts_on, "ends_on": self.ends_on}
        return dates, {"kind": self.kind, "note": self.note}

    @classmethod
    def _clash(
        cls, person: Person, starts_on: date, ends_on: date | None, but: int | None = None
    ) -> str:
        """What stands in the way of being away in these days; empty when nothing does."""
        rows = cls.select().where(cls.person == person, cls.counts(), cls.id != (but or 0))
        rows = rows.where(cls.ends_on.is_null() | (cls.ends_on >= starts_on))
        rows = rows.where(cls.returned_on.is_null() | (cls.returned_on > starts_on))
        if ends_on is not None:
            rows = rows.where(cls.starts_on <= ends_on)
        other = rows.first()
        return f"They are away from {other.starts_on} on already." if other else ""


_away = Prepared(
    lambda: (
        Leave.select(Leave.person, Leave.ends_on, Leave.kind)
        .where(Leave.is_away(blank("on")))
        .tuples()
    )
)
