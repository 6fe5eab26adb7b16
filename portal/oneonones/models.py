"""One-on-ones and their talks: who talks with whom, how often, and on which day next."""

from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.oneonones import rhythm
from portal.people.models import Person
from portal.people.org import PLAIN_WEEK
from portal.people.positions import Position

DUTY = "one_on_one"
MAX_NOTES = 20_000
MINUTES = 30


class Conflict(Exception):
    """Somebody else, or another device, has saved these notes meanwhile: nothing is overwritten."""


class OneOnOne(db.Model):
    """Somebody and whoever leads them directly, from the day either of them began it until the
    line of report changes. `anchor_on` is the day from which the rhythm counts.
    """

    report = peewee.ForeignKeyField(Person, backref="one_on_ones")
    lead = peewee.ForeignKeyField(Person, backref="led_one_on_ones")
    weeks = peewee.IntegerField()
    anchor_on = peewee.DateField(null=True)
    begun_at = db.UtcField()
    ended_at = db.UtcField(null=True)

    # Whether the line of report still says so today: set by `whole`.
    in_line = 0
    last_on: Any = None

    class Meta:
        indexes = ((("lead", "ended_at"), False),)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls) -> Any:
        return cls.ended_at.is_null()

    @classmethod
    def of(cls, person: Person) -> Any:
        """Those somebody is one of the two of, as a query."""
        return cls.select().where((cls.report == person.id) | (cls.lead == person.id))

    @classmethod
    def whole(cls, query: Any, today: date) -> Any:
        """`query` with both people, the talk that comes next as `.next`, whether the line of report
        says so today, and when they met last."""
        lead, held = Person.alias(), Talk.alias()
        left = peewee.JOIN.LEFT_OUTER
        coming = (Talk.one_on_one == cls.id) & Talk.held_on.is_null()
        leads = Position.select(peewee.fn.COUNT(Position.id)).where(
            Position.person == cls.report, Position.manager == cls.lead, Position.is_held(today)
        )
        last = held.select(peewee.fn.MAX(held.held_on)).where(held.one_on_one == cls.id)
        return (
            query.select(
                cls,
                Talk,
                *Person.names(Person),
                *Person.names(lead),
                leads.alias("in_line"),
                last.alias("last_on"),
            )
            .join(Person, on=(cls.report == Person.id), attr="report")
            .switch(cls)
            .join(lead, on=(cls.lead == lead.id), attr="lead")
            .switch(cls)
            .join(Talk, left, on=coming, attr="next")
        )

    @classmethod
    def out_of_line(cls, today: date) -> list["OneOnOne"]:
        """Those that go on although one of the two has left, or another leads now."""
        lead = Person.alias()
        leads = Position.select(peewee.SQL("1")).where(
            Position.person == cls.report, Position.manager == cls.lead, Position.is_held(today)
        )
        gone = (Person.last_day_on < today) | (lead.last_day_on < today)
        gone |= Person.withdrawn_at.is_null(False) | lead.withdrawn_at.is_null(False)
        rows: Any = (
            cls.select(cls)
            .join(Person, on=(cls.report == Person.id))
            .switch(cls)
            .join(lead, on=(cls.lead == lead.id))
            .where(cls.is_open(), ~peewee.fn.EXISTS(leads) | gone)
        )
        return list(rows)

    # -- what it says ----------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"/one-on-ones/{self.id}"

    @property
    def goes_on(self) -> bool:
        """Not ended, and the line of report says so still: asked anew at each request."""
        return self.ended_at is None and bool(self.in_line)

    def other(self, person: Person) -> Person:
        """The one of the two who is not that person."""
        return self.lead if person.id == self.report_id else self.report  # type: ignore[no-any-return]

    @property
    def how_often(self) -> str:
        return rhythm.RHYTHMS[self.weeks]

    def silence(self, today: date) -> str:
        """That nobody has met for twice the rhythm, in words; empty while all is well."""
        last = self.last_on or self.begun_at.date()
        if isinstance(last, str):
            last = date.fromisoformat(last)
        return rhythm.silence(last, self.weeks, today)

    def is_free(self) -> rhythm.IsFree:
        """Tells the days on which one of the two is off, by the calendars of where they are."""
        today = clock.today()
        calendars = []
        for person_id in (self.report_id, self.lead_id):
            held = Position.of(person_id, today)
            place = held.location if held else None
            calendars.append(place.calendar() if place else PLAIN_WEEK)
        return lambda day: not all(each.is_working(day) for each in calendars)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def begin(
        cls, report: Person, lead: Person, *, by: Person, weeks: int, next_on: date | None
    ) -> "OneOnOne":
        """The two talk from now on; the one that goes on already where there is one."""
        with db.write():
            known = cls.get_or_none((cls.report == report) & (cls.lead == lead) & cls.is_open())
            if known is not None:
                return known  # type: ignore[no-any-return]
            one_on_one = cls.create(
                report=report, lead=lead, weeks=weeks, anchor_on=next_on, begun_at=clock.now()
            )
            data = {"lead": lead.id, "weeks": weeks}
            audit.record(by, "begun", one_on_one, about=report, data=data)
            Talk.create(one_on_one=one_on_one, number=1, planned_on=next_on)
            one_on_one.ask(by=by)
        return one_on_one

    def coming(self) -> "Talk":
        """The talk that comes next, read afresh."""
        return Talk.get(Talk.one_on_one == self.id, Talk.held_on.is_null())  # type: ignore[no-any-return]

    def change_rhythm(self, weeks: int, next_on: date | None, *, by: Person) -> None:
        """How often from now on, and when next: the rhythm counts from that day."""
        with db.write():
            self.weeks, self.anchor_on = weeks, next_on
            OneOnOne.update(weeks=weeks, anchor_on=next_on).where(OneOnOne.id == self.id).execute()
            self.coming().plan(next_on)
            data = {"weeks": weeks, "next_on": next_on}
            audit.record(by, "rhythm_changed", self, about=self.report, data=data)
            self.ask(by=by)

    def move(self, day: date, *, by: Person) -> None:
        """The next talk is on another day; the rhythm stays what it is."""
        with db.write():
            self.coming().plan(day)
            if self.anchor_on is None:
                OneOnOne.update(anchor_on=day).where(OneOnOne.id == self.id).execute()
            audit.record(by, "moved", self, about=self.report, data={"next_on": day})
            self.ask(by=by)

    def skip(self, *, by: Person) -> date | None:
        """Not this time: the next one is where the rhythm has it, or nowhere without one."""
        with db.write():
            talk = self.coming()
            after = max(talk.planned_on or clock.today(), clock.today())
            anchor = self.anchor_on or after
            day = rhythm.next_day(anchor, self.weeks, after, self.is_free())
            talk.plan(day)
            audit.record(by, "skipped", self, about=self.report, data={"next_on": day})
            self.ask(by=by)
        return day

    def put_back(self, *, by: Person) -> bool:
        """The next talk is on the day it was before it was moved or skipped. False without one."""
        with db.write():
            talk = self.coming()
            if not talk.was_moved:
                return False
            talk.plan(talk.was_on, is_undone=True)
            audit.record(by, "put_back", self, about=self.report)
            self.ask(by=by)
        return True

    def end(self, *, by: Any) -> bool:
        """Another leads now, or one of them has left: both keep reading, nobody adds anything."""
        with db.write():
            open_one = (OneOnOne.id == self.id) & OneOnOne.is_open()
            ended = OneOnOne.update(ended_at=clock.now()).where(open_one).execute()
            if ended:
                self.ended_at = clock.now()
                audit.record(by, "ended", self, about=Person(id=self.report_id))
                Assignment.settle_all(DUTY, self.id, by=by, outcome="ended")
        return bool(ended)

    def ask(self, *, by: Any) -> None:
        """The duty of whoever leads, on the day of the next talk: opened, moved, or ended."""
        talk = self.coming()
        period = str(talk.number)
        mine = (Assignment.kind == DUTY) & (Assignment.target == self.id)
        duty = Assignment.get_or_none(mine & Assignment.is_open() & (Assignment.period == period))
        if talk.planned_on is None:
            if duty:
                duty.settle(by=by, outcome="ended")
        elif duty is None:
            Assignment.assign(
                kind=DUTY,
                target=self.id,
                period=period,
                title=f"One-on-one with {self.report.called}",
                cause=Cause(DUTY, self.id),
                by=by,
                person=self.lead,
                about=self.report,
                due_on=talk.planned_on,
                zone=self.lead.zone or "UTC",
                minutes=MINUTES,
            )
        elif duty.due_on != talk.planned_on:
            duty.move(talk.planned_on, "", by=by)


class Talk(db.Model):
    """One talk of two people: the next one (there is always one), or one that was held.

    `was_on` is where it was before it was moved. The notes are both’s; `version` counts their
    savings, so that neither writes over the other.
    """

    one_on_one = peewee.ForeignKeyField(OneOnOne, backref="talks")
    number = peewee.IntegerField()
    planned_on = peewee.DateField(null=True)
    was_on = peewee.DateField(null=True)
    was_moved = peewee.BooleanField(default=False)
    held_on = peewee.DateField(null=True)
    held_at = db.UtcField(null=True)
    notes = peewee.TextField(default="")
    version = peewee.IntegerField(default=0)
    noted_by = peewee.ForeignKeyField(Person, null=True)
    noted_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("one_on_one", "number"), True), (("held_on",), False))

    @classmethod
    def held(cls, one_on_one: OneOnOne) -> Any:
        """Those of the two that were held, the newest first."""
        rows = cls.select().where(cls.one_on_one == one_on_one, cls.held_on.is_null(False))
        return rows.order_by(cls.number.desc())

    @property
    def url(self) -> str:
        return f"/one-on-ones/talks/{self.id}"

    def plan(self, day: date | None, *, is_undone: bool = False) -> None:
        """It is on that day; where it was before is remembered for an undo."""
        values: dict[str, Any] = {"planned_on": day, "was_on": self.planned_on, "was_moved": True}
        if is_undone:
            values |= {"was_on": None, "was_moved": False}
        Talk.update(values).where(Talk.id == self.id).execute()
        for name, value in values.items():
            setattr(self, name, value)

    def write_notes(self, words: str, version: int, *, by: Person) -> None:
        """What both keep of it. Raises Conflict when the other one has saved meanwhile."""
        with db.write():
            saved = (
                Talk.update(notes=words, version=version + 1, noted_by=by, noted_at=clock.now())
                .where(Talk.id == self.id, Talk.version == version)
                .execute()
            )
            if not saved:
                fresh = Talk.get_by_id(self.id)
                if fresh.notes != words:
                    raise Conflict
                self.version = fresh.version
                return
            self.notes, self.version, self.noted_at = words, version + 1, clock.now()
            self.noted_by = by


GUARDS = [
    db.partial_unique("one_on_one", "report_id, lead_id", "ended_at IS NULL"),
    db.partial_unique("talk", "one_on_one_id", "held_on IS NULL"),
]
