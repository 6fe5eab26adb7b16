"""Stretch tasks, which managers and HR offer: something beyond one's job, done once."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.documents.models import Document
from portal.people.models import Person

MAX_TITLE = 120
MAX_TEXT = 2000
MAX_TAKES = 80
MAX_SEATS = 20
TWICE_HOURS = 24


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
        # `StretchSeat` stands on this file, so it is found through what it tied here.
        seat: Any = cls.all_seats.rel_model  # type: ignore[attr-defined]
        given = seat.select(peewee.fn.COUNT(seat.id))
        return given.where(seat.stretch == cls.id, seat.takes_a_seat())

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

    @property
    def room(self) -> str:
        """How many may still get it, in words."""
        if not self.free:
            return "no seat left"
        return "one seat, free" if self.seats == 1 else f"{self.free} of {self.seats} seats free"

    def is_over(self, on: date) -> bool:
        return self.closed_at is not None or self.until < on

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def post(cls, *, by: Person, **said: Any) -> "Stretch":
        """Offer a task."""
        with db.write():
            if twin := cls._twin(by, **said):
                return twin
            stretch = cls.create(posted_by=by, posted_at=clock.now(), **said)
            audit.record(by, "posted", stretch, data=stretch._facts)
        return stretch

    @classmethod
    def _twin(cls, by: Person, **said: Any) -> "Stretch | None":
        """The very same, just offered: a button pressed twice offers nothing twice."""
        since = clock.now() - timedelta(hours=TWICE_HOURS)
        same = [getattr(cls, name) == value for name, value in said.items()]
        just = cls.select().where(cls.posted_by == by, cls.posted_at > since, *same)
        return just.where(cls.closed_at.is_null()).first()  # type: ignore[no-any-return]

    def change(self, *, by: Person, **said: Any) -> None:
        """Say it anew. Fewer seats than were given take none away."""
        with db.write():
            for name, value in said.items():
                setattr(self, name, value)
            # Nothing besides: it may have been closed meanwhile.
            Stretch.update(**said).where(Stretch.id == self.id).execute()
            audit.record(by, "changed", self, data=self._facts)

    def close(self, *, by: Person | None) -> bool:
        """Nobody may ask any more; who waits is told so, who has a seat keeps it."""
        with db.write():
            mine = (Stretch.id == self.id) & Stretch.closed_at.is_null()
            self.closed_at, self.closed_by = clock.now(), by
            now, by_id = self.closed_at, by and by.id
            if not Stretch.update(closed_at=now, closed_by=by_id).where(mine).execute():
                return False
            audit.record(by, "closed", self)
            waiting: Any = self.all_seats  # type: ignore[attr-defined]
            for seat in list(waiting.where(waiting.model.waits())):
                seat.close(by=by)
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
