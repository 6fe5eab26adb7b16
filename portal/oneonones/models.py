"""One-on-ones and their talks: who talks with whom, how often, and on which day next."""

from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.oneonones import rhythm
from portal.people.dotted import DottedLine
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.positions import Position

DUTY = "one_on_one"
# In any script they fit into one form: a letter takes up to nine bytes there.
MAX_NOTES = 6_000
MINUTES = 30


class Conflict(Exception):
    """Somebody else, or another device, has saved these notes meanwhile: nothing is overwritten."""


class OneOnOne(db.Model):
    """Somebody and whoever leads them directly, by a dotted line as well, from the day either of
    them began it until the line of report changes; it goes on where it stood should the two begin
    again. `anchor_on` is the day from which the rhythm counts.
    """

    report = peewee.ForeignKeyField(Person, backref="one_on_ones")
    lead = peewee.ForeignKeyField(Person, backref="led_one_on_ones")
    weeks = peewee.IntegerField()
    anchor_on = peewee.DateField(null=True)
    begun_at = db.UtcField()
    ended_at = db.UtcField(null=True)

    # Set by `whole`: whether the line of report says so today, when they met last, and whether one
    # of the two is away.
    in_line = 0
    last_on: Any = None
    is_away = 0

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
        """`query` with both people, the talk that comes next as `.next`, and what one has to know
        of today: whether the line of report says so, when they met last, whether one is away."""
        lead, held = Person.alias(), Talk.alias()
        coming = (Talk.one_on_one == cls.id) & Talk.held_on.is_null()
        last = held.select(peewee.fn.MAX(held.held_on)).where(held.one_on_one == cls.id)
        away = Leave.is_away(today) & ((Leave.person == cls.report) | (Leave.person == cls.lead))
        return (
            query.select(
                cls,
                Talk,
                *Person.names(Person),
                *Person.names(lead),
                cls._in_line(lead, today).alias("in_line"),
                last.alias("last_on"),
                Leave.select(peewee.fn.COUNT(Leave.id)).where(away).alias("is_away"),
            )
            .join(Person, on=(cls.report == Person.id), attr="report")
            .switch(cls)
            .join(lead, on=(cls.lead == lead.id), attr="lead")
            .switch(cls)
            .join(Talk, peewee.JOIN.LEFT_OUTER, on=coming, attr="next")
        )

    @classmethod
    def _in_line(cls, lead: Any, today: date) -> Any:
        """1 where one still leads the other directly and both are here; `lead` is joined."""
        leads = Position.select(peewee.SQL("1")).where(
            Position.person == cls.report, Position.manager == cls.lead, Position.is_held(today)
        )
        dotted = DottedLine.select(peewee.SQL("1")).where(
            DottedLine.person == cls.report, DottedLine.lead == cls.lead, DottedLine.is_held(today)
        )
        gone = (Person.last_day_on < today) | (lead.last_day_on < today)
        gone |= Person.withdrawn_at.is_null(False) | lead.withdrawn_at.is_null(False)
        holds = peewee.fn.EXISTS(leads) | peewee.fn.EXISTS(dotted)
        return peewee.Case(None, [(gone, 0), (holds, 1)], 0)

    @classmethod
    def out_of_line(cls, today: date) -> list["OneOnOne"]:
        """Those that go on although one of the two has left, or another leads now."""
        whole = cls.whole(cls.select(), today)
        return [one for one in whole.where(cls.is_open()) if not one.in_line]

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
        """That nobody has met for twice the rhythm, in words; empty while all is well, while one of
        them is away, and until a rhythm they have just agreed on has begun."""
        if self.is_away:
            return ""
        last = self.last_on or self.begun_at.date()
        if isinstance(last, str):
            last = date.fromisoformat(last)
        return rhythm.silence(last, self.anchor_on, self.weeks, today)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def begin(
        cls, report: Person, lead: Person, *, by: Person, weeks: int, next_on: date | None
    ) -> "OneOnOne":
        """The two talk from now on. Where they do already, that one is meant; where it had ended,
        it goes on with what was open: a mistake in the line of report costs nobody their agenda."""
        with db.write():
            of_both = (cls.report == report) & (cls.lead == lead)
            if known := cls.get_or_none(of_both & cls.is_open()):
                return known  # type: ignore[no-any-return]
            ended = cls.select().where(of_both).order_by(cls.id.desc()).first()
            one_on_one = ended or cls.create(
                report=report, lead=lead, weeks=weeks, begun_at=clock.now()
            )
            one_on_one.agree(weeks, next_on, ended_at=None)
            if ended is None:
                Talk.create(one_on_one=one_on_one, number=1)
            data = {"lead": lead.id, "weeks": weeks}
            audit.record(by, "begun", one_on_one, about=report, data=data)
            one_on_one.coming().plan(next_on)
            one_on_one.ask(by=by)
        return one_on_one  # type: ignore[no-any-return]

    def agree(self, weeks: int, next_on: date | None, **more: Any) -> None:
        """How often from now on: the rhythm counts from that day."""
        values = {"weeks": weeks, "anchor_on": next_on, **more}
        OneOnOne.update(values).where(OneOnOne.id == self.id).execute()
        for name, value in values.items():
            setattr(self, name, value)

    def coming(self) -> "Talk":
        """The talk that comes next, read afresh."""
        return Talk.get(Talk.one_on_one == self.id, Talk.held_on.is_null())  # type: ignore[no-any-return]

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
        """The duty of whoever leads, on the day of the next talk: opened, moved, or ended. It is
        spoken of on that day and not before, or somebody who leads ten would hear of one daily."""
        talk = self.coming()
        period = str(talk.number)
        mine = (Assignment.kind == DUTY) & (Assignment.target == self.id)
        duty = Assignment.get_or_none(mine & Assignment.is_open() & (Assignment.period == period))
        if talk.planned_on is None:
            if duty:
                duty.settle(by=by, outcome="ended")
            return
        if duty is None:
            duty = Assignment.assign(
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
        else:
            return
        Assignment.update(remind_on=talk.planned_on).where(Assignment.id == duty.id).execute()


class Talk(db.Model):
    """One talk of two people: the next one (there is always one), or one that was held.

    `was_on` is where it was before it was moved, and `moves` counts how often. The notes are
    both’s; `version` counts their savings, so that neither writes over the other.
    """

    one_on_one = peewee.ForeignKeyField(OneOnOne, backref="talks")
    number = peewee.IntegerField()
    planned_on = peewee.DateField(null=True)
    was_on = peewee.DateField(null=True)
    was_moved = peewee.BooleanField(default=False)
    moves = peewee.IntegerField(default=0)
    despite_leave = peewee.BooleanField(default=False)
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

    def plan(
        self, day: date | None, *, is_undone: bool = False, despite_leave: bool = False
    ) -> None:
        """It is on that day; where it was before is remembered for an undo."""
        values: dict[str, Any] = {"planned_on": day, "was_on": self.planned_on, "was_moved": True}
        values |= {"moves": self.moves + 1, "despite_leave": despite_leave}
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
