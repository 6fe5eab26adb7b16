"""Positions: role, team, place and manager of a person from one day on, and who knew it when."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import peewee

from portal import audit, clock, db
from portal.people.org import Location, Team, Teams
from portal.prepared import Prepared, blank

if TYPE_CHECKING:
    from portal.people.models import Person

EMPLOYMENT_TYPES = ("permanent", "fixed term", "part time", "intern", "contractor")
BATCH = 200


class Position(db.Model):
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
    # Superseded by a departure alone: it holds again should the departure be withdrawn.
    is_suspended = peewee.BooleanField(default=False)
    recorded_at = db.UtcField()
    superseded_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("person", "starts_on"), False), (("manager", "starts_on"), False))

    FIELDS = ("role", "level", "team", "location", "employment", "manager", "buddy")

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_known(cls, known_at: datetime | None = None, alias: Any = None) -> Any:
        """Known at that moment (now): recorded by then, and not yet superseded."""
        p = alias or cls
        if known_at is None:
            return p.superseded_at.is_null()
        later = p.superseded_at.is_null() | (p.superseded_at > known_at)
        return (p.recorded_at <= known_at) & later

    @classmethod
    def is_held(cls, on: date, alias: Any = None, known_at: datetime | None = None) -> Any:
        """Held on that day, as known now or at a moment.

        A joiner's first position counts before it starts.
        """
        p = alias or cls
        return (
            cls.is_known(known_at, alias)
            & ((p.starts_on <= on) | p.is_hire)
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
    def of(cls, person_id: int, on: date) -> "Position | None":
        """The position a person holds that day, with its places; the newest if two would."""
        return _held.first(person=person_id, on=on)  # type: ignore[no-any-return]

    @classmethod
    def leads_anybody(cls, manager_id: int, on: date) -> bool:
        """Whether anybody reports to this person that day."""
        return bool(_led(manager=manager_id, on=on))

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def take(cls, person: "Person", *, by: Any, starts_on: date, **values: Any) -> "Position":
        """A person takes a position from a day on, until the next one that is known begins.

        What they held before ends the day before; what `values` leave out stays as it was. Taking
        what they hold already changes nothing. Raises ValueError for a day after their last one.
        """
        if person.last_day_on and starts_on > person.last_day_on:
            raise ValueError("Nobody takes a position after their last day.")
        with db.write():
            before, after = cls._standing(person, starts_on), cls._following(person, starts_on)
            is_hire = bool(values.pop("is_hire", False))
            if before is not None and not is_hire and before._says(values):
                return before
            if before is not None:
                is_hire = is_hire or (before.is_hire and before.starts_on == starts_on)
                values = {name: before.__data__[name] for name in cls.FIELDS} | values
                before._supersede()
                before._repeat(ends_on=starts_on - timedelta(days=1))
            elif after is not None and after.is_hire:
                # The first day moves forward: what counts before it starts is now the new row.
                is_hire = True
                after._supersede()
                after._repeat(is_hire=False)
            position = cls.create(
                person=person,
                starts_on=starts_on,
                ends_on=cls._until(person, before, after),
                is_hire=is_hire,
                recorded_at=clock.now(),
                **values,
            )
            audit.record(
                by, "taken", position, about=person, data={"starts_on": starts_on, **position.facts}
            )
        return position

    @classmethod
    def begin(cls, positions: list["Position"], *, by: Any) -> None:
        """What many joiners are hired into, at once; none of them held anything before."""
        with db.write():
            for position in positions:
                position.is_hire, position.recorded_at = True, clock.now()
            for batch in peewee.chunked(positions, BATCH):
                cls.insert_many([row_of(position) for position in batch]).execute()
                people = [position.person_id for position in batch]
                rows: Any = cls.select(cls.person, cls.id).where(cls.person.in_(people))
                ids = dict(rows.tuples())
                for position in batch:
                    position.id = ids[position.person_id]
            for position in positions:
                facts = {"starts_on": position.starts_on, **position.facts}
                audit.record(by, "taken", position, about=position.person, data=facts)

    @classmethod
    def _standing(cls, person: "Person", on: date) -> "Position | None":
        return (
            cls.select()
            .where(cls.person == person, cls.is_known(), cls.starts_on <= on)
            .where(cls.ends_on.is_null() | (cls.ends_on >= on))
            .order_by(cls.starts_on.desc())
            .first()
        )

    @classmethod
    def _following(cls, person: "Person", on: date) -> "Position | None":
        return (
            cls.select()
            .where(cls.person == person, cls.is_known(), cls.starts_on > on)
            .order_by(cls.starts_on)
            .first()
        )

    @staticmethod
    def _until(
        person: "Person", before: "Position | None", after: "Position | None"
    ) -> date | None:
        """The last day of what begins now: the row it cuts into, the next one, or a departure."""
        ends = [before.ends_on if before else None, person.last_day_on]
        ends.append(after.starts_on - timedelta(days=1) if after else None)
        return min((end for end in ends if end), default=None)

    def _says(self, values: dict[str, Any]) -> bool:
        """Whether it has these values already."""
        return all(_key(value) == _key(self.__data__[name]) for name, value in values.items())

    @classmethod
    def end(cls, person: "Person", on: date) -> None:
        """Every position of the person ends on that day; later ones wait, should they stay."""
        rows = cls.select().where(cls.person == person, cls.is_known())
        for position in rows.where(cls.ends_on.is_null() | (cls.ends_on > on)):
            position._supersede(is_suspended=True)
            position._repeat(ends_on=on)

    @classmethod
    def resume(cls, person: "Person", last_day_on: date) -> None:
        """What their departure cut off holds again, as if they had never said they would leave."""
        suspended = list(cls.select().where(cls.person == person, cls.is_suspended))
        for row in suspended:
            cls.update(is_suspended=False).where(cls.id == row.id).execute()
            cut = cls._standing(person, last_day_on)
            # Somebody who moved while they were leaving goes on in the position they moved to.
            if cut is not None and row.starts_on <= last_day_on:
                cut._supersede()
                cut._repeat(ends_on=row.ends_on)
            else:
                row._repeat(ends_on=row.ends_on)

    def _supersede(self, is_suspended: bool = False) -> None:
        """Close this row as of now."""
        Position.update(superseded_at=clock.now(), is_suspended=is_suspended).where(
            Position.id == self.id
        ).execute()

    def _repeat(self, **changed: Any) -> None:
        """Record the same anew with other dates, unless it would end before it begins."""
        row = {
            name: self.__data__[name] for name in (*self.FIELDS, "starts_on", "ends_on", "is_hire")
        }
        row |= changed
        if row["ends_on"] is None or row["ends_on"] >= row["starts_on"]:
            Position.create(person=self.person_id, recorded_at=clock.now(), **row)

    def holds(self, on: date) -> bool:
        """`is_held` for a position that is loaded and known."""
        began = self.is_hire or self.starts_on <= on
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
_led = Prepared(
    lambda: (
        Position.select(Position.id)
        .where(Position.manager == blank("manager"), Position.is_held(blank("on")))
        .limit(1)
        .tuples()
    )
)


def row_of(thing: db.Model) -> dict[str, Any]:
    """What would be inserted for it, every column named: rows inserted together must be alike."""
    fields = thing._meta.sorted_field_names  # type: ignore[attr-defined]
    return {name: thing.__data__.get(name) for name in fields if name != "id"}


def _key(value: Any) -> Any:
    """A row and its id are the same value of a foreign key."""
    return value._pk if isinstance(value, db.Model) else value


def managers_above(person_id: int, on: date) -> set[int]:
    """Ids of everyone above a person in the lines of report on that day."""
    return {manager for (manager,) in _above(person=person_id, on=on) if manager is not None}


def _upward() -> Any:
    own = (
        Position.select(Position.manager)
        .where(Position.person == blank("person"), Position.is_held(blank("on")))
        .cte("above", recursive=True, columns=("id",))
    )
    step = Position.alias()
    further = (
        step.select(step.manager)
        .join(own, on=(step.person == own.c.id))
        .where(Position.is_held(blank("on"), step))
    )
    # UNION, not UNION ALL: a circle in the data ends instead of running for ever.
    above = own.union(further)
    return above.select_from(above.c.id).tuples()


_above = Prepared(_upward)


def line_below(person_id: int, on: date) -> Any:
    """Everyone below a person on that day, at any depth, as a query of ids (for `in_`)."""
    direct = Position.led_by(person_id, on).cte("line", recursive=True, columns=("id",))
    below = Position.alias()
    further = (
        below.select(below.person)
        .join(direct, on=(below.manager == direct.c.id))
        .where(Position.is_held(on, below))
    )
    line = direct.union(further)
    return line.select_from(line.c.id)
