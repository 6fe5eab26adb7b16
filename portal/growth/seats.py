"""Seats on stretch tasks: who asked for one, has it, did it; and who answered and confirmed."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.growth import telling
from portal.growth.mentoring import NotPossible
from portal.growth.mentorships import ANSWER_DAYS, DECLINED, MAX_WORDS, WITHDRAWN
from portal.growth.stretches import Stretch
from portal.people.functions import HR, Function
from portal.people.models import Person

# What somebody does, and what whoever offered it is asked: to answer, and to confirm.
STRETCH = "stretch"
STRETCH_ANSWER = "stretch_answer"
ASKED, DONE = "ask", "done"
CONFIRMED, GIVEN_BACK, TAKEN_BACK, CLOSED = "confirmed", "given back", "taken back", "closed"


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
    def waits(cls) -> Any:
        """Asked for, and not answered."""
        return cls.accepted_at.is_null() & cls.is_open()

    @classmethod
    def is_said_done(cls) -> Any:
        """Done by their own word, and not confirmed."""
        return cls.said_at.is_null(False) & cls.is_open()

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
            stretch_seat._ask_poster(ASKED, f"Answer who asks for “{stretch.title}”", by)
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
            self._answered(by)
            Assignment.assign(
                kind=STRETCH,
                target=stretch.id,
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
            self._answered(by)
            self._tell(by)
        return True

    def withdraw(self, *, by: Person | None) -> bool:
        """Whoever asked does not want it any more, or gives back what they were given."""
        with db.write():
            return self._leave(WITHDRAWN, by, self.waits()) or self._leave(
                GIVEN_BACK, by, self.is_open()
            )

    def take_back(self, word: str, *, by: Person) -> bool:
        """Somebody else is to do it, and why. False when it is said to be done, or over."""
        with db.write():
            given = StretchSeat.accepted_at.is_null(False) & StretchSeat.said_at.is_null()
            return self._leave(TAKEN_BACK, by, given, word)

    def close(self, *, by: Person | None) -> bool:
        """The task was closed before there was an answer."""
        with db.write():
            return self._leave(CLOSED, by, self.waits())

    def _leave(self, outcome: str, by: Person | None, still: Any, word: str = "") -> bool:
        if not self._change(still, **_ended(outcome, by, word)):
            return False
        data = {**self._facts, "outcome": outcome}
        audit.record(by, "left", self, about=self.person, data=data)
        self._settle_task(by, outcome="ended", reason="Not any more.")
        self._answered(by)
        self._tell(by)
        return True

    def report(self, said: str, *, by: Person) -> bool:
        """They have done it, in a sentence; whoever offered it confirms."""
        with db.write():
            still = StretchSeat.accepted_at.is_null(False) & StretchSeat.said_at.is_null()
            if not self._change(still, said=said, said_at=clock.now()):
                return False
            audit.record(by, "reported", self, about=self.person, data=self._facts)
            self._settle_task(by)
            self.ask_to_confirm(by=by)
            self._tell_plans(by)
        return True

    def confirm(self, *, by: Person) -> bool:
        """It was done."""
        with db.write():
            values = _ended(CONFIRMED, by, self.word)
            if not self._change(StretchSeat.said_at.is_null(False), **values):
                return False
            audit.record(by, "confirmed", self, about=self.person, data=self._facts)
            self._answered(by)
            self._tell(by)
        return True

    def send_back(self, word: str, *, by: Person) -> bool:
        """Not quite: it is theirs again, with a word of what is missing."""
        with db.write():
            if not self._change(StretchSeat.said_at.is_null(False), said_at=None, word=word):
                return False
            audit.record(by, "sent_back", self, about=self.person, data=self._facts)
            self._answered(by)
            mine = Assignment.select().where(
                Assignment.kind == STRETCH,
                Assignment.target == self.stretch_id,
                Assignment.person == self.person_id,
            )
            if duty := mine.order_by(Assignment.id.desc()).first():
                duty.reopen(by=by)
            self._tell(by)
        return True

    @property
    def _facts(self) -> dict[str, Any]:
        return {"stretch": self.stretch_id}

    def ask_to_confirm(self, *, by: Person | None) -> None:
        """Whoever offered the task owes a word about what was done."""
        self._ask_poster(DONE, f"Confirm what was done: “{self.stretch.title}”", by)

    def _ask_poster(self, what: str, title: str, by: Person | None) -> None:
        """Whoever offered the task, or HR where they have left: one duty for all who wait. Its
        title names nobody, because those they report to read it."""
        poster = self.stretch.posted_by
        is_here = poster.is_active and not poster.has_left(poster.today())
        Assignment.assign(
            kind=STRETCH_ANSWER,
            target=self.stretch_id,
            period=what,
            title=title,
            cause=Cause(STRETCH, self.id),
            by=by,
            person=poster if is_here else None,
            function=None if is_here else Function.named(HR),
            due_on=poster.today() + timedelta(days=ANSWER_DAYS),
            zone=poster.zone or "UTC",
            minutes=3,
        )

    def _settle_task(self, by: Person | None, **how: str) -> None:
        Assignment.settle_all(STRETCH, self.stretch_id, by=by, person=self.person, **how)

    def _answered(self, by: Person | None) -> None:
        """What the poster owes is settled once nobody else waits for the same."""
        others = StretchSeat.select().where(StretchSeat.stretch == self.stretch_id)
        for what, waits in ((ASKED, self.waits()), (DONE, self.is_said_done())):
            if others.where(waits).exists():
                continue
            owed = Assignment.select().where(
                Assignment.is_open(), Assignment.kind == STRETCH_ANSWER,
                Assignment.target == self.stretch_id, Assignment.period == what,
            )  # fmt: skip
            for duty in list(owed):
                duty.settle(by=by)

    def _change(self, still: Any, **values: Any) -> bool:
        mine = (StretchSeat.id == self.id) & StretchSeat.is_open() & still
        changed = StretchSeat.update(**values).where(mine).execute()
        if changed:
            for name, value in values.items():
                setattr(self, name, value)
        return bool(changed)

    def _tell(self, by: Person | None) -> None:
        """Whoever asked hears what somebody else decided, and so do their plans."""
        telling.tell(self, self.person, by)
        self._tell_plans(by)

    def _tell_plans(self, by: Person | None) -> None:
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
