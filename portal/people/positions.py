"""Positions: role, team, place and manager of a person from one day on, and who knew it when."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import peewee

from portal import db
from portal.people.moves import Moves
from portal.people.org import Location, Team, Teams
from portal.prepared import Prepared, blank

if TYPE_CHECKING:
    from portal.people.models import Person

EMPLOYMENT_TYPES = ("permanent", "fixed term", "part time", "intern", "contractor")


class Position(Moves, db.Model):
    """Role, team, place and manager of a person from one day on.

    Rows never change except that a correction supersedes them: what held on a day, and what was
    known when, can both be read for ever. Of the rows known at a moment no two overlap.
    """

    # `Person` stands on this file, so the three keys to it are tied when it is defined.
    person = peewee.DeferredForeignKey("Person", backref="positions")
    starts_on = peewee.DateField()
    ends_on = peewee.DateField(null=True)
    role = peewee.CharField(max_length=120, default="")
    level = peewee.CharField(max_length=20, default="")
    team = peewee.ForeignKeyField(Team, null=True)
    location = peewee.ForeignKeyField(Location, null=True)
    employment = peewee.CharField(max_length=30, default="permanent")
    manager = peewee.DeferredForeignKey("Person", null=True, backref="reports")
    buddy = peewee.DeferredForeignKey("Person", null=True, backref="buddies")
    is_hire = peewee.BooleanField(default=False)
    # Since when what somebody was hired into counts although it has not begun; null: always.
    counts_from = peewee.DateField(null=True)
    # Superseded by a departure alone: it holds again should the departure be withdrawn.
    is_suspended = peewee.BooleanField(default=False)
    recorded_at = db.UtcField()
    superseded_at = db.UtcField(null=True)

    class Meta:
        indexes = (
            (("person", "starts_on"), False),
            (("manager", "starts_on"), False),
            # For the roles there are, which the directory is searched by.
            (("superseded_at", "role"), False),
        )

    FIELDS = ("role", "level", "team", "location", "employment", "manager", "buddy")

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_known(cls, known_at: datetime | None = None, alias: Any = None) -> Any:
        """Known at that moment (now): recorded by then, and not yet superseded."""
        return db.is_known(alias or cls, known_at)

    @classmethod
    def is_held(cls, on: date, alias: Any = None, known_at: datetime | None = None) -> Any:
        """Held on that day, as known now or at a moment.

        A joiner's first position counts before it starts.
        """
        p = alias or cls
        return (
            cls.is_known(known_at, alias)
            & (
                (p.starts_on <= on)
                | (p.is_hire & (p.counts_from.is_null() | (p.counts_from <= on)))
            )
            & (p.ends_on.is_null() | (p.ends_on >= on))
        )

    @classmethod
    def welcomed_by(cls, buddy_id: int, on: date) -> Any:
        """Ids of those whose buddy this person is, as a query (for `in_`)."""
        return cls.select(cls.person).where(cls.buddy == buddy_id, cls.is_held(on))

    @classmethod
    def led_by(cls, manager_id: int, on: date) -> Any:
        """Ids of the direct reports of a person, as a query (for `in_`)."""
        return cls.select(cls.person).where(cls.manager == manager_id, cls.is_held(on))

    @classmethod
    def with_places(cls) -> Any:
        """Positions with team, location, manager and buddy loaded in the same query."""
        person: Any = cls.manager.rel_model  # type: ignore[attr-defined]
        manager, buddy, above = person.alias(), person.alias(), Team.alias()
        return (
            cls.select(cls, Team, above, Location, *person.names(manager), *person.names(buddy))
            .join(Team, peewee.JOIN.LEFT_OUTER)
            .join(above, peewee.JOIN.LEFT_OUTER, on=(Team.parent == above.id), attr="parent")
            .switch(cls)
            .join(Location, peewee.JOIN.LEFT_OUTER)
            .switch(cls)
            .join(manager, peewee.JOIN.LEFT_OUTER, on=(cls.manager == manager.id), attr="manager")
            .switch(cls)
            .join(buddy, peewee.JOIN.LEFT_OUTER, on=(cls.buddy == buddy.id), attr="buddy")
        )

    @classmethod
    def history_of(cls, person: "Person") -> list["Position"]:
        """What the person held and will hold, newest first, as known now."""
        return _history(person=person.id)

    @classmethod
    def history_at(cls, person: "Person", known_at: datetime) -> list["Position"]:
        """What was known of the person's positions at that moment, newest first."""
        rows = cls.with_places().where(cls.person == person, cls.is_known(known_at))
        return list(rows.order_by(cls.starts_on.desc(), cls.id.desc()))

    @classmethod
    def to_come(cls, person: "Person", today: date) -> Any:
        """Changes that have not begun and can still be withdrawn, as a query."""
        later = (cls.starts_on > today) & ~cls.is_hire
        return cls.select().where(cls.person == person, cls.is_known(), later)

    @classmethod
    def all_of(cls, person: "Person") -> list["Position"]:
        """Every row ever recorded for the person, the last recorded first."""
        rows = cls.with_places().where(cls.person == person)
        return list(rows.order_by(cls.recorded_at.desc(), cls.starts_on.desc(), cls.id.desc()))

    @classmethod
    def of(cls, person_id: int, on: date) -> "Position | None":
        """The position a person holds that day, with its places; the newest if two would."""
        return _held.first(person=person_id, on=on)  # type: ignore[no-any-return]

    def holds(self, on: date) -> bool:
        """`is_held` for a position that is loaded and known."""
        early = self.is_hire and (self.counts_from is None or self.counts_from <= on)
        began = early or self.starts_on <= on
        return began and (self.ends_on is None or self.ends_on >= on)

    # -- words -----------------------------------------------------------------------------

    @property
    def department(self) -> str:
        """The name of the top team above their team; no query where that is one step up."""
        team = self.team
        if team is None or not team.parent_id:
            return team.name if team else ""
        return team.parent.name if not team.parent.parent_id else Teams().department(team.id)

    def as_typed(self) -> dict[str, Any]:
        """The position as the form shows it."""
        return {
            "role": self.role,
            "level": self.level,
            "team": str(self.team_id or ""),
            "location": str(self.location_id or ""),
            "employment": self.employment,
            "manager": self.manager.email if self.manager else "",
            "buddy": self.buddy.email if self.buddy else "",
        }

    @property
    def facts(self) -> dict[str, Any]:
        """Ids and words of the portal, without names: fit for an event."""
        return {
            "role": self.role,
            "level": self.level,
            "team": self.team_id,
            "location": self.location_id,
            "manager": self.manager_id,
            "buddy": self.buddy_id,
        }


_history = Prepared(
    lambda: (
        Position.with_places()
        .where(Position.person == blank("person"), Position.is_known())
        .order_by(Position.starts_on.desc())
    )
)
_held = Prepared(
    lambda: (
        Position.with_places()
        .where(Position.person == blank("person"), Position.is_held(blank("on")))
        .order_by(Position.starts_on.desc())
        .limit(1)
    )
)
