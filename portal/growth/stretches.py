"""Stretch tasks, which managers and HR offer, and the seats people ask for on them."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.growth.mentoring import ANSWER_DAYS, DECLINED, MAX_WORDS, WITHDRAWN, NotPossible
from portal.people.functions import HR, Function
from portal.people.models import Person

# What somebody does, and what whoever offered it is asked: to answer, and to confirm.
STRETCH = "stretch"
STRETCH_ANSWER = "stretch_answer"
ASKED, DONE = "ask", "done"
CONFIRMED, GIVEN_BACK, CLOSED = "confirmed", "given back", "closed"
MAX_TITLE = 120
MAX_TEXT = 2000
MAX_TAKES = 80
MAX_SEATS = 20


class Stretch(db.Model):
    """A task beyond somebody's job, and what one learns by it."""

    title = peewee.CharField(max_length=MAX_TITLE)
    text = peewee.CharField(max_length=MAX_TEXT, default="")
    competency = peewee.ForeignKeyField(Document, null=True)
    takes = peewee.CharField(max_length=MAX_TAKES)
    seats = peewee.IntegerField()
    until = peewee.DateField(index=True)
    audience = peewee.CharField(max_length=500, default="everyone")
    posted_by = peewee.ForeignKeyField(Person, backref="stretches")
    posted_at = db.UtcField()
    closed_at = db.UtcField(null=True)
    closed_by = peewee.ForeignKeyField(Person, null=True)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls, on: date) -> Any:
        """It may be asked for, if there is a seat."""
        return cls.closed_at.is_null() & (cls.until >= on)

    @classmethod
    def taken_seats(cls) -> Any:
        """How many seats were given, as a column."""
        given = StretchSeat.select(peewee.fn.COUNT(StretchSeat.id))
        return given.where(StretchSeat.stretch == cls.id, StretchSeat.takes_a_seat())

    @classmethod
    def has_seat(cls) -> Any:
        return cls.seats > cls.taken_seats()

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of tasks, each with who offers it, what one learns, and `.taken` seats."""
        return (
            query.select(cls, *Person.names(Person), Document, cls.taken_seats().alias("taken"))
            .join(Person, on=(cls.posted_by == Person.id), attr="posted_by")
            .switch(cls)
            .join(Document, peewee.JOIN.LEFT_OUTER, on=(cls.competency == Document.id))
            .order_by(cls.until, cls.id)
        )

    @property
    def url(self) -> str:
        return f"/growth/stretch/{self.id}"

    @property
    def free(self) -> int:
        """Seats nobody has; of a row that `whole` has read."""
        return max(0, self.seats - self.taken)

    def is_over(self, on: date) -> bool:
        return self.closed_at is not None or self.until < on

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def post(cls, *, by: Person, **said: Any) -> "Stretch":
        """Offer a task."""
        with db.write():
            stretch = cls.create(posted_by=by, posted_at=clock.now(), **said)
            audit.record(by, "posted", stretch, data=stretch._facts)
        return stretch

    def change(self, *, by: Person, **said: Any) -> None:
        """Say it anew. Fewer seats than were given take none away."""
        with db.write():
            for name, value in said.items():
                setattr(self, name, value)
            self.save()
            audit.record(by, "changed", self, data=self._facts)

    def close(self, *, by: Person | None) -> bool:
        """Nobody may ask any more; who waits is told so, who has a seat keeps it."""
        with db.write():
            mine = (Stretch.id == self.id) & Stretch.closed_at.is_null()
            self.closed_at, self.closed_by = clock.now(), by
            now, by_id = self.closed_at, by and by.id
            if not Stretch.update(closed_at=now, closed_by=by_id).where(mine).execute():
                return False
            for seat in StretchSeat.waiting(self):
                seat.end(CLOSED, by=by)
            audit.record(by, "closed", self)
        return True

    def reopen(self, *, by: Person) -> bool:
        """It may be asked for again. Who waited before asks anew."""
        with db.write():
            mine = (Stretch.id == self.id) & Stretch.closed_at.is_null(False)
            if not Stretch.update(closed_at=None, closed_by=None).where(mine).execute():
                return False
            self.closed_at = None
            audit.record(by, "reopened", self)
        return True

    @property
    def _facts(self) -> dict[str, Any]:
        return {"competency": self.competency_id, "seats": self.seats, "until": self.until}


class StretchSeat(db.Model):
    """Somebody who asked for a task, got it, did it; and who confirmed that.

    At most one is open per task and person. The words are for the two, and HR.
    """

    stretch = peewee.ForeignKeyField(Stretch, backref="all_seats")
    person = peewee.ForeignKeyField(Person, backref="stretch_seats")
    wish = peewee.CharField(max_length=MAX_WORDS, default="")
    word = peewee.CharField(max_length=MAX_WORDS, default="")
    said = peewee.CharField(max_length=MAX_WORDS, default="")
    asked_at = db.UtcField()
    accepted_at = db.UtcField(null=True)
    said_at = db.UtcField(null=True)
    ended_at = db.UtcField(null=True)
    ended_by = peewee.ForeignKeyField(Person, null=True)
    outcome = peewee.CharField(max_length=10, default="")

    class Meta:
        indexes = ((("stretch", "person"), False), (("person", "ended_at"), False))

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls) -> Any:
        return cls.ended_at.is_null()

    @classmethod
    def takes_a_seat(cls) -> Any:
        """Given and not given back; one that was confirmed stays taken."""
        return cls.accepted_at.is_null(False) & cls.outcome.in_(("", CONFIRMED))

    @classmethod
    def waiting(cls, stretch: Stretch) -> "list[StretchSeat]":
        """Who asked and has no answer, the first first."""
        waits = cls.accepted_at.is_null() & cls.is_open()
        return list(cls.with_people(cls.select().where(cls.stretch == stretch, waits)))

    @classmethod
    def with_people(cls, query: Any) -> Any:
        """`query` of seats, each with whose it is, in the order of asking."""
        return (
            query.select(cls, *Person.names(Person))
            .join(Person, on=(cls.person == Person.id), attr="person")
            .order_by(cls.id)
        )

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of seats, each with its person, its task and who offers that."""
        poster = Person.alias()
        return (
            query.select(cls, *Person.names(Person), Stretch, *Person.names(poster))
            .join(Person, on=(cls.person == Person.id), attr="person")
            .switch(cls)
            .join(Stretch)
            .join(poster, on=(Stretch.posted_by == poster.id), attr="posted_by")
            .order_by(cls.id.desc())
        )

    @classmethod
    def newest_of(cls, stretches: Collection[int], person: Person) -> "dict[int, StretchSeat]":
        """A person's last seat on each of these tasks, by task."""
        rows = cls.select().where(cls.stretch.in_(list(stretches)), cls.person == person)
        return {row.stretch_id: row for row in rows.order_by(cls.id)}

    @property
    def state(self) -> str:
        """`asked`, `accepted`, `done` (to be confirmed), or how it ended."""
        if self.ended_at:
            return str(self.outcome)
        if self.said_at:
            return "done"
        return "accepted" if self.accepted_at else "asked"

    @property
    def url(self) -> str:
        return f"/growth/stretch/{self.stretch_id}"

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def ask(cls, stretch: Stretch, person: Person, wish: str, *, by: Person) -> "StretchSeat":
        """Ask for a seat; whoever offers the task answers. Raises NotPossible."""
        with db.write():
            stretch = Stretch.get_by_id(stretch.id)
            mine = (cls.stretch == stretch.id) & (cls.person == person.id)
            if known := cls.get_or_none(mine & cls.is_open()):
                return known  # type: ignore[no-any-return]
            if stretch.posted_by_id == person.id:
                raise NotPossible("You offer this task yourself.")
            _refuse(stretch, person.today())
            stretch_seat = cls.create(
                stretch=stretch, person=person, wish=wish, asked_at=clock.now()
            )
            audit.record(by, "asked", stretch_seat, about=person, data={"stretch": stretch.id})
            stretch_seat._ask_poster(ASKED, f"Answer who asks for “{stretch.title}”")
        return stretch_seat

    def accept(self, *, by: Person | None) -> bool:
        """They get a seat and owe the task. False when it is answered; NotPossible when all seats
        are taken, which may be since a moment ago."""
        with db.write():
            stretch = Stretch.get_by_id(self.stretch_id)
            if not Stretch.select().where(Stretch.id == stretch.id, Stretch.has_seat()).exists():
                raise NotPossible("All seats are taken. Give the task one more, or say no.")
            if not self._change(StretchSeat.accepted_at.is_null(), accepted_at=clock.now()):
                return False
            audit.record(by, "accepted", self, about=self.person, data=self._facts)
            self._settle_answers(by)
            Assignment.assign(
                kind=STRETCH,
                target=self.id,
                title=f"Stretch task: {stretch.title}",
                cause=Cause(STRETCH, self.id),
                by=by,
                person=self.person,
                zone=self.person.zone or "UTC",
            )
            self._tell_plans(by)
        return True

    def decline(self, word: str, *, by: Person) -> bool:
        """No, with a word. False when it is answered already."""
        with db.write():
            if not self._change(StretchSeat.accepted_at.is_null(), **_ended(DECLINED, by, word)):
                return False
            audit.record(by, "declined", self, about=self.person, data=self._facts)
            self._settle_answers(by)
            self._tell_plans(by)
        return True

    def end(self, outcome: str, *, by: Person | None) -> bool:
        """Withdrawn before it was answered, given back after, or over with the task itself."""
        with db.write():
            if outcome == WITHDRAWN and self.accepted_at:
                outcome = GIVEN_BACK
            if not self._change(StretchSeat.is_open(), **_ended(outcome, by, "")):
                return False
            data = {**self._facts, "outcome": outcome}
            audit.record(by, "left", self, about=self.person, data=data)
            for kind in (STRETCH, STRETCH_ANSWER):
                Assignment.settle_all(kind, self.id, by=by, outcome="ended", reason="Not any more.")
            self._tell_plans(by)
        return True

    def report(self, said: str, *, by: Person) -> bool:
        """They have done it, in a sentence; whoever offered it confirms."""
        with db.write():
            still = StretchSeat.accepted_at.is_null(False) & StretchSeat.said_at.is_null()
            if not self._change(still, said=said, said_at=clock.now()):
                return False
            audit.record(by, "reported", self, about=self.person, data=self._facts)
            Assignment.settle_all(STRETCH, self.id, by=by)
            self._ask_poster(DONE, f"Confirm what was done: “{self.stretch.title}”")
            self._tell_plans(by)
        return True

    def confirm(self, *, by: Person) -> bool:
        """It was done."""
        with db.write():
            values = _ended(CONFIRMED, by, self.word)
            if not self._change(StretchSeat.said_at.is_null(False), **values):
                return False
            audit.record(by, "confirmed", self, about=self.person, data=self._facts)
            self._settle_answers(by)
            self._tell_plans(by)
        return True

    def send_back(self, word: str, *, by: Person) -> bool:
        """Not quite: it is theirs again, with a word of what is missing."""
        with db.write():
            if not self._change(StretchSeat.said_at.is_null(False), said_at=None, word=word):
                return False
            audit.record(by, "sent_back", self, about=self.person, data=self._facts)
            self._settle_answers(by)
            mine = (Assignment.kind == STRETCH) & (Assignment.target == self.id)
            if duty := Assignment.select().where(mine).order_by(Assignment.id.desc()).first():
                duty.reopen(by=by)
            self._tell_plans(by)
        return True

    @property
    def _facts(self) -> dict[str, Any]:
        return {"stretch": self.stretch_id}

    def _ask_poster(self, what: str, title: str) -> None:
        """Whoever offered the task, or HR where they have left. The title names nobody: those they
        report to read it."""
        poster = self.stretch.posted_by
        is_here = poster.is_active and not poster.has_left(poster.today())
        Assignment.assign(
            kind=STRETCH_ANSWER,
            target=self.id,
            period=what,
            title=title,
            cause=Cause(STRETCH, self.id),
            by=self.person,
            person=poster if is_here else None,
            function=None if is_here else Function.named(HR),
            due_on=poster.today() + timedelta(days=ANSWER_DAYS),
            zone=poster.zone or "UTC",
            minutes=3,
        )

    def _settle_answers(self, by: Person | None) -> None:
        Assignment.settle_all(STRETCH_ANSWER, self.id, by=by)

    def _change(self, still: Any, **values: Any) -> bool:
        mine = (StretchSeat.id == self.id) & StretchSeat.is_open() & still
        changed = StretchSeat.update(**values).where(mine).execute()
        if changed:
            for name, value in values.items():
                setattr(self, name, value)
        return bool(changed)

    def _tell_plans(self, by: Person | None) -> None:
        """The plans of which it is a step may go on."""
        for step in list(self.plan_steps):
            step.plan.go_on(by=by)


def _ended(outcome: str, by: Person | None, word: str) -> dict[str, Any]:
    return {"ended_at": clock.now(), "ended_by": by, "outcome": outcome, "word": word}


def _refuse(stretch: Stretch, today: date) -> None:
    """Whatever stands against asking, as the writer sees it."""
    if stretch.closed_at:
        raise NotPossible("It was closed a moment ago: look for another task.")
    if stretch.until < today:
        raise NotPossible("Its day is over: look for another task.")
    if not Stretch.select().where(Stretch.id == stretch.id, Stretch.has_seat()).exists():
        raise NotPossible("Its last seat was given a moment ago: look for another task.")


GUARDS = [db.partial_unique("stretch_seat", "stretch_id, person_id", "ended_at IS NULL")]
