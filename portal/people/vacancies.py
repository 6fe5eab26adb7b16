"""Vacancies: places in the organization nobody holds yet, planned, open, filled or closed."""

from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.people.models import Person
from portal.people.org import Location, Team

FACTS = ("role", "level", "team", "location", "manager", "wanted_from", "note")
STATES = {"open": "Open", "filled": "Filled", "closed": "Closed"}


class Vacancy(db.Model):
    """A position that is wanted: role, team, place and manager, from a day on."""

    role = peewee.CharField(max_length=120)
    level = peewee.CharField(max_length=20, default="")
    team = peewee.ForeignKeyField(Team, null=True)
    location = peewee.ForeignKeyField(Location, null=True)
    manager = peewee.ForeignKeyField(Person, null=True, backref="vacancies")
    wanted_from = peewee.DateField(null=True)
    note = peewee.CharField(max_length=500, default="")
    opened_at = db.UtcField()
    filled_by = peewee.ForeignKeyField(Person, null=True, backref="filled_vacancies")
    filled_at = db.UtcField(null=True)
    closed_at = db.UtcField(null=True)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls) -> Any:
        return cls.filled_at.is_null() & cls.closed_at.is_null()

    @property
    def state(self) -> str:
        """`filled`, `closed` or `open`."""
        if self.filled_at is not None:
            return "filled"
        return "closed" if self.closed_at is not None else "open"

    def is_planned(self, today: date) -> bool:
        """Open, and wanted later."""
        return bool(self.state == "open" and self.wanted_from and self.wanted_from > today)

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of vacancies with team, place, manager and whoever filled it."""
        manager, filler = Person.alias(), Person.alias()
        return (
            query.select(cls, Team, Location, *Person.names(manager), *Person.names(filler))
            .join(Team, peewee.JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Location, peewee.JOIN.LEFT_OUTER)
            .switch(cls)
            .join(manager, peewee.JOIN.LEFT_OUTER, on=(cls.manager == manager.id), attr="manager")
            .switch(cls)
            .join(filler, peewee.JOIN.LEFT_OUTER, on=(cls.filled_by == filler.id), attr="filled_by")
            .order_by(cls.closed_at, cls.filled_at, cls.wanted_from, cls.id)
        )

    @classmethod
    def under(cls, manager_ids: list[int], visible: Any) -> dict[int, list["Vacancy"]]:
        """The open ones among the `visible`, by manager: what a tree shows in place."""
        found: dict[int, list[Vacancy]] = {}
        for vacancy in visible.where(cls.is_open(), cls.manager.in_(manager_ids)):
            found.setdefault(vacancy.manager_id, []).append(vacancy)
        return found

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def plan(cls, *, by: Any, role: str, **values: Any) -> "Vacancy":
        with db.write():
            vacancy = cls.create(role=role, opened_at=clock.now(), **values)
            audit.record(by, "planned", vacancy, data=vacancy._facts())
        return vacancy

    def change(self, *, by: Any, **values: Any) -> None:
        changed = {n: v for n, v in values.items() if self.__data__[n] != getattr(v, "id", v)}
        if not changed:
            return
        with db.write():
            for name, value in changed.items():
                setattr(self, name, value)
            self.save()
            audit.record(by, "changed", self, data={"fields": sorted(changed), **self._facts()})

    def fill(self, person: Person, *, by: Any) -> None:
        """Somebody was hired into it. Filled already, it stays with whom it has."""
        with db.write():
            fresh = Vacancy.get_by_id(self.id)
            if fresh.state == "filled":
                return
            self.filled_by, self.filled_at, self.closed_at = person, clock.now(), None
            self.save()
            audit.record(by, "filled", self, about=person, data={"role": self.role})

    def close(self, *, by: Any) -> None:
        """Nobody is wanted any more."""
        if self.state != "open":
            return
        with db.write():
            self.closed_at = clock.now()
            self.save()
            audit.record(by, "closed", self, data={"role": self.role})

    def reopen(self, *, by: Any) -> None:
        """It is wanted after all, or whoever filled it did not come."""
        if self.state == "open":
            return
        with db.write():
            self.closed_at = self.filled_at = self.filled_by = None
            self.save()
            audit.record(by, "reopened", self, data={"role": self.role})

    # -- words -----------------------------------------------------------------------------

    def prefill(self) -> dict[str, Any]:
        """What the form for a new starter begins with."""
        return {
            "role": self.role,
            "level": self.level,
            "team": str(self.team_id or ""),
            "location": str(self.location_id or ""),
            "manager": self.manager.email if self.manager else "",
            "starts_on": self.wanted_from,
        }

    def _facts(self) -> dict[str, Any]:
        """Ids and the role: fit for an event."""
        return {
            "role": self.role,
            "team": self.team_id,
            "location": self.location_id,
            "manager": self.manager_id,
            "wanted_from": self.wanted_from,
        }
