"""Persons and the positions they hold: the dated history every other domain reads."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import peewee
from flask_login import UserMixin

from portal import audit, clock, db, text
from portal.people.org import Location, Team

EMPLOYMENT_TYPES = ("permanent", "fixed term", "part time", "intern", "contractor")


class Person(UserMixin, db.Model):  # type: ignore[misc]
    """A human being the company knows: colleague, joiner, leaver or guest (an auditor)."""

    name = peewee.CharField(max_length=120)
    preferred_name = peewee.CharField(max_length=60, default="")
    pronunciation = peewee.CharField(max_length=120, default="")
    pronouns = peewee.CharField(max_length=40, default="")
    email = peewee.CharField(max_length=254)
    folded_email = peewee.CharField(max_length=254, unique=True)
    second_email = peewee.CharField(max_length=254, default="")
    phone = peewee.CharField(max_length=40, default="")
    number = peewee.CharField(max_length=40, null=True, unique=True)
    zone = peewee.CharField(max_length=60, default="")
    language = peewee.CharField(max_length=12, default="en")
    theme = peewee.CharField(max_length=5, default="auto")
    folded = peewee.CharField(max_length=400, index=True)
    hired_on = peewee.DateField(null=True)
    probation_ends_on = peewee.DateField(null=True)
    notice_on = peewee.DateField(null=True)
    last_day_on = peewee.DateField(null=True)
    access_ends_at = db.UtcField(null=True)
    departure_voluntary = peewee.BooleanField(null=True)
    departure_regretted = peewee.BooleanField(null=True)
    departure_reason = peewee.CharField(max_length=300, default="")

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """How one speaks of them: preferred first name with the family name."""
        if not self.preferred_name:
            return self.name
        family = self.name.split()[-1] if " " in self.name else ""
        if not family or family in self.preferred_name:
            return self.preferred_name
        return f"{self.preferred_name} {family}"

    @property
    def first_name(self) -> str:
        return str(self.preferred_name or self.name.split()[0])

    @property
    def is_active(self) -> bool:
        """Whether they may use the portal at this moment (asked at every request)."""
        return self.access_ends_at is None or self.access_ends_at > clock.now()

    def has_left(self, on: date) -> bool:
        return self.last_day_on is not None and self.last_day_on < on

    def today(self) -> date:
        """The date it is where they are."""
        return clock.today(self.zone or "UTC")

    # -- where they stand ------------------------------------------------------------------

    def position(self, on: date | None = None) -> "Position | None":
        """The position held on that day (today), or the one a joiner was hired into."""
        return (  # type: ignore[no-any-return]
            Position.with_places()
            .where(Position.person == self, Position.is_held(on or self.today()))
            .order_by(Position.starts_on.desc())
            .first()
        )

    def line(self) -> Any:
        """Everyone below, at any depth, as a query of person ids (for `in_`)."""
        today = self.today()
        direct = (
            Position.select(Position.person)
            .where(Position.manager == self.id, Position.is_held(today))
            .cte("line", recursive=True, columns=("id",))
        )
        below = Position.alias()
        further = (
            below.select(below.person)
            .join(direct, on=(below.manager == direct.c.id))
            .where(Position.is_held(today, below))
        )
        # UNION, not UNION ALL: a circle in the data ends instead of running for ever.
        line = direct.union(further)
        return line.select_from(line.c.id)

    def leads(self, other: "Person | int") -> bool:
        """Whether this person stands somewhere above `other` in the lines of report."""
        other_id = other if isinstance(other, int) else other.id
        return self.id in self._above(other_id) if other_id != self.id else False

    def _above(self, person_id: int) -> set[int]:
        known = self.__dict__.setdefault("_above_of", {})
        if person_id not in known:
            known[person_id] = managers_above(person_id, self.today())
        return known[person_id]  # type: ignore[no-any-return]

    @cached_property
    def has_reports(self) -> bool:
        return bool(
            Position.select(Position.id)
            .where(Position.manager == self.id, Position.is_held(self.today()))
            .exists()
        )

    @cached_property
    def grants(self) -> frozenset[str]:
        """The kinds of grant held now: `hr`, `auditor`, `admin`."""
        today = self.today()
        return frozenset(grant.kind for grant in self.all_grants if grant.holds(today))

    @property
    def is_hr(self) -> bool:
        return "hr" in self.grants

    @property
    def is_admin(self) -> bool:
        return "admin" in self.grants

    @property
    def is_auditor(self) -> bool:
        return "auditor" in self.grants

    @property
    def is_staff(self) -> bool:
        """Whether they work here (a guest such as an auditor does not)."""
        return self.hired_on is not None

    @classmethod
    def reports_of(cls, person: "Person", visible: Any) -> list["Person"]:
        """Direct reports among the `visible` persons, by name."""
        direct = Position.select(Position.person).where(
            Position.manager == person.id, Position.is_held(person.today())
        )
        return list(visible.where(cls.id.in_(direct)).order_by(cls.folded).limit(100))

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_here(cls, on: date) -> Any:
        """Works here on that day: hired by then, last day not passed."""
        return (cls.hired_on <= on) & (cls.last_day_on.is_null() | (cls.last_day_on >= on))

    @classmethod
    def matches(cls, words: str) -> Any:
        """Name, e-mail or role contains every word, whatever the accents."""
        condition = peewee.Value(1) == 1
        for word in text.fold(words).split()[:6]:
            condition &= cls.folded.contains(word)
        return condition

    @classmethod
    def with_emails(cls, emails: list[str]) -> list["Person"]:
        """Who may sign in among these addresses, in their order."""
        found = {one.folded_email: one for one in cls.select().where(cls.folded_email.in_(emails))}
        return [found[email] for email in emails if email in found and found[email].is_active]

    @classmethod
    def by_email(cls, email: str) -> "Person | None":
        return cls.get_or_none(cls.folded_email == fold_email(email))

    @classmethod
    def listing(cls, query: Any, on: date) -> Any:
        """`query` of persons, each with `.position` places joined, sorted by name: one query."""
        manager = Person.alias()
        return (
            query.select(Person, Position, Team, Location, manager)
            .join(
                Position,
                peewee.JOIN.LEFT_OUTER,
                on=((Position.person == Person.id) & Position.is_held(on)),
                attr="stands",
            )
            .join(Team, peewee.JOIN.LEFT_OUTER)
            .switch(Position)
            .join(Location, peewee.JOIN.LEFT_OUTER)
            .switch(Position)
            .join(manager, peewee.JOIN.LEFT_OUTER, on=(Position.manager == manager.id), attr="boss")
            .order_by(Person.folded, Person.id)
        )

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def hire(
        cls,
        *,
        by: Any,
        name: str,
        email: str,
        starts_on: date,
        details: dict[str, Any],
        **position: Any,
    ) -> "Person":
        """A new colleague with the position they start in. IntegrityError for a known e-mail."""
        with db.write():
            location: Location | None = position.get("location")
            details.setdefault("zone", location.zone if location else "")
            person = cls.enroll(by=by, name=name, email=email, hired_on=starts_on, **details)
            Position.take(person, by=by, starts_on=starts_on, is_hire=True, **position)
        return person

    @classmethod
    def enroll(cls, *, by: Any, name: str, email: str, hired_on: date, **details: Any) -> "Person":
        """A new colleague whose position follows in the same write (see `hire`)."""
        with db.write():
            person = cls._new(name, email, hired_on=hired_on, **details)
            audit.record(by, "hired", person, about=person, personal={"name": name, "email": email})
        return person

    @classmethod
    def invite(cls, *, by: Any, name: str, email: str, **details: Any) -> "Person":
        """A guest: signs in and holds grants, but does not work here."""
        with db.write():
            person = cls._new(name, email, **details)
            audit.record(by, "invited", person, about=person, personal={"name": name})
        return person

    @classmethod
    def _new(cls, name: str, email: str, **details: Any) -> "Person":
        person = cls(name=name, email=email, folded_email=fold_email(email), **details)
        person.folded = person._search_text()
        person.save()
        return person

    def correct(self, *, by: Any, **details: Any) -> list[str]:
        """Change personal details; returns the names of what really changed."""
        changed = [name for name, value in details.items() if getattr(self, name) != value]
        if not changed:
            return []
        with db.write():
            before = {name: getattr(self, name) for name in changed}
            for name in changed:
                setattr(self, name, details[name])
            if "email" in changed:
                self.folded_email = fold_email(self.email)
            self.folded = self._search_text()
            self.save()
            audit.record(
                by,
                "corrected",
                self,
                about=self,
                data={"fields": changed},
                personal={"before": before, "after": {name: details[name] for name in changed}},
            )
        return changed

    def depart(
        self,
        *,
        by: Any,
        last_day_on: date,
        access_ends_at: datetime,
        notice_on: date | None = None,
        voluntary: bool | None = None,
        regretted: bool | None = None,
        reason: str = "",
    ) -> None:
        """They leave: three dates, and why. Positions end on the last day."""
        with db.write():
            self.notice_on, self.last_day_on = notice_on, last_day_on
            self.access_ends_at = access_ends_at
            self.departure_voluntary, self.departure_regretted = voluntary, regretted
            self.departure_reason = reason
            self.save()
            Position.end(self, last_day_on, by=by)
            audit.record(
                by,
                "departed",
                self,
                about=self,
                data={"last_day_on": last_day_on, "notice_on": notice_on},
                personal={"voluntary": voluntary, "regretted": regretted, "reason": reason},
            )

    def _search_text(self) -> str:
        said = (self.name, self.preferred_name, self.email.partition("@")[0])
        return text.fold(" ".join(said))[:400]


class Position(db.Model):
    """Role, team, place and manager of a person from one day on.

    Rows never change except that a correction supersedes them: what held on a day, and what was
    known when, can both be read for ever.
    """

    person = peewee.ForeignKeyField(Person, backref="positions")
    starts_on = peewee.DateField()
    ends_on = peewee.DateField(null=True)
    role = peewee.CharField(max_length=120, default="")
    level = peewee.CharField(max_length=20, default="")
    team = peewee.ForeignKeyField(Team, null=True)
    location = peewee.ForeignKeyField(Location, null=True)
    employment = peewee.CharField(max_length=30, default="permanent")
    manager = peewee.ForeignKeyField(Person, null=True, backref="reports")
    buddy = peewee.ForeignKeyField(Person, null=True, backref="buddies")
    is_hire = peewee.BooleanField(default=False)
    recorded_at = db.UtcField()
    superseded_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("person", "starts_on"), False), (("manager", "starts_on"), False))

    FIELDS = ("role", "level", "team", "location", "employment", "manager", "buddy")

    @classmethod
    def is_held(cls, on: date, alias: Any = None) -> Any:
        """Held on that day, as known now. A joiner's first position counts before it starts."""
        p = alias or cls
        return (
            p.superseded_at.is_null()
            & ((p.starts_on <= on) | p.is_hire)
            & (p.ends_on.is_null() | (p.ends_on >= on))
        )

    @classmethod
    def with_places(cls) -> Any:
        """Positions with team, location, manager and buddy loaded in the same query."""
        manager, buddy = Person.alias(), Person.alias()
        return (
            cls.select(cls, Team, Location, manager, buddy)
            .join(Team, peewee.JOIN.LEFT_OUTER)
            .switch(cls)
            .join(Location, peewee.JOIN.LEFT_OUTER)
            .switch(cls)
            .join(manager, peewee.JOIN.LEFT_OUTER, on=(cls.manager == manager.id), attr="manager")
            .switch(cls)
            .join(buddy, peewee.JOIN.LEFT_OUTER, on=(cls.buddy == buddy.id), attr="buddy")
        )

    @classmethod
    def take(cls, person: Person, *, by: Any, starts_on: date, **values: Any) -> "Position":
        """A person takes a position from a day on; what they held before ends the day before."""
        with db.write():
            before = cls._standing(person, starts_on)
            is_hire = values.pop("is_hire", False) or (
                before is not None and before.is_hire and before.starts_on == starts_on
            )
            carried = {name: getattr(before, name) for name in cls.FIELDS} if before else {}
            if before:
                before._supersede(ends_on=starts_on - timedelta(days=1))
            position = cls.create(
                person=person,
                starts_on=starts_on,
                is_hire=is_hire,
                recorded_at=clock.now(),
                **{**carried, **values},
            )
            audit.record(
                by, "taken", position, about=person, data={"starts_on": starts_on, **position.facts}
            )
        return position

    @classmethod
    def _standing(cls, person: Person, on: date) -> "Position | None":
        return (  # type: ignore[no-any-return]
            cls.select()
            .where(cls.person == person, cls.superseded_at.is_null(), cls.starts_on <= on)
            .where(cls.ends_on.is_null() | (cls.ends_on >= on))
            .order_by(cls.starts_on.desc())
            .first()
        )

    @classmethod
    def end(cls, person: Person, on: date, *, by: Any) -> None:
        """Every position of the person ends on that day; later ones never happen."""
        for position in cls.select().where(cls.person == person, cls.superseded_at.is_null()):
            if position.ends_on is None or position.ends_on > on:
                position._supersede(ends_on=on)

    def _supersede(self, ends_on: date) -> None:
        """Close this row as of now, and record the same with its end, unless it never began."""
        now = clock.now()
        Position.update(superseded_at=now).where(Position.id == self.id).execute()
        if ends_on >= self.starts_on:
            row = {
                name: getattr(self, f"{name}_id", None) or getattr(self, name)
                for name in self.FIELDS
            }
            Position.create(
                person=self.person_id,
                starts_on=self.starts_on,
                ends_on=ends_on,
                is_hire=self.is_hire,
                recorded_at=now,
                **row,
            )

    @classmethod
    def history_of(cls, person: Person) -> list["Position"]:
        """What the person held and will hold, newest first, as known now."""
        return list(
            cls.with_places()
            .where(cls.person == person, cls.superseded_at.is_null())
            .order_by(cls.starts_on.desc())
        )

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


def managers_above(person_id: int, on: date) -> set[int]:
    """Ids of everyone above a person in the lines of report on that day."""
    own = (
        Position.select(Position.manager)
        .where(Position.person == person_id, Position.is_held(on))
        .cte("above", recursive=True, columns=("id",))
    )
    step = Position.alias()
    further = (
        step.select(step.manager)
        .join(own, on=(step.person == own.c.id))
        .where(Position.is_held(on, step))
    )
    above = own.union(further)
    rows = above.select_from(above.c.id).tuples().execute(db.database)
    return {manager for (manager,) in rows if manager is not None}


def fold_email(email: str) -> str:
    """An address as it is compared: without surrounding spaces, without regard to case."""
    return email.strip().casefold()
