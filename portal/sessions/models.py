"""Sessions, who holds them, the seats on them, and who waits for a date."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.documents.models import Document
from portal.learning.models import Completion
from portal.people.models import Person

MAX_SEATS = 1_000
MAX_PLACE_CHARS, MAX_LINK_CHARS, MAX_NOTE_CHARS, MAX_REASON_CHARS = 200, 500, 1_000, 300
MAX_NAME_CHARS = 120

BOOKED, WAITING, LEFT, ATTENDED, MISSED = "booked", "waiting", "left", "attended", "missed"
# Whoever is in one of these has one of the seats.
SEATED = (BOOKED, ATTENDED, MISSED)
# The list can be ticked from so long before it begins: people come early.
EARLY = timedelta(minutes=60)


class Session(db.Model):
    """A course held at a time, in a place or by video, with so many seats.

    `zone` is that of the place: its times are typed and repeated by that clock. `sequence` grows
    with each change that a calendar has to hear of, and `said_at` is when that was.
    """

    course = peewee.ForeignKeyField(Document, backref="sessions")
    starts_at = db.UtcField(index=True)
    ends_at = db.UtcField()
    zone = peewee.CharField(max_length=60)
    # The first and the last day by the clock of the place, for comparing them with days of leave.
    on = peewee.DateField()
    last_on = peewee.DateField()
    place = peewee.CharField(max_length=MAX_PLACE_CHARS, default="")
    link = peewee.CharField(max_length=MAX_LINK_CHARS, default="")
    seats = peewee.IntegerField()
    note = peewee.CharField(max_length=MAX_NOTE_CHARS, default="")
    sequence = peewee.IntegerField(default=0)
    said_at = db.UtcField()
    created_at = db.UtcField()
    created_by = peewee.ForeignKeyField(Person, null=True)
    canceled_at = db.UtcField(null=True)
    reason = peewee.CharField(max_length=MAX_REASON_CHARS, default="")
    # When somebody was asked who came, so that it is asked once.
    asked_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("course", "starts_at"), False),)

    # What a calendar shows of it; a change of any of these is told.
    TOLD = ("starts_at", "ends_at", "zone", "place", "link")

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def stands(cls) -> Any:
        """Not canceled."""
        return cls.canceled_at.is_null()

    @classmethod
    def is_ahead(cls, now: datetime) -> Any:
        """Not over yet."""
        return cls.ends_at > now

    @classmethod
    def with_course(cls, query: Any) -> Any:
        """`query` of sessions with their courses."""
        return query.select(cls, Document).join(Document, on=(cls.course == Document.id))

    @classmethod
    def course_of(cls, visible: Any, course_id: int) -> Document | None:
        """A course of which there is a date among the `visible` ones."""
        query = Document.select().where(
            Document.id == course_id, db.among(Document.id, visible.select(cls.course))
        )
        return query.first()  # type: ignore[no-any-return]

    # -- what it says ----------------------------------------------------------------------

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at <= now  # type: ignore[no-any-return]

    def is_over(self, now: datetime) -> bool:
        return self.ends_at <= now  # type: ignore[no-any-return]

    def can_be_ticked(self, now: datetime) -> bool:
        """Whether it can be said by now who came."""
        return self.canceled_at is None and now >= self.starts_at - EARLY

    @property
    def seconds(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds())

    @property
    def url(self) -> str:
        return f"/learning/sessions/{self.id}"

    def local(self, moment: datetime) -> datetime:
        """A moment by the clock of the place."""
        return moment.astimezone(clock.zone_of(self.zone))


def moment_of(on: date, at: Any, zone: str) -> datetime:
    """That time of that day in the zone, in UTC."""
    return datetime.combine(on, at, clock.zone_of(zone)).astimezone(UTC)


class Trainer(db.Model):
    """Who holds a session: somebody who works here, or a name from outside."""

    session = peewee.ForeignKeyField(Session, backref="trainers")
    person = peewee.ForeignKeyField(Person, null=True)
    name = peewee.CharField(max_length=MAX_NAME_CHARS, default="")

    @property
    def called(self) -> str:
        return str(self.person.called) if self.person_id else str(self.name)

    @classmethod
    def held_by(cls, person: Person) -> Any:
        """Ids of the sessions that the person holds, as a query."""
        return cls.select(cls.session).where(cls.person == person.id)

    @classmethod
    def of_many(cls, sessions: "list[Session]") -> "dict[int, list[Trainer]]":
        """Those of each session, in the order in which they were named."""
        found: dict[int, list[Trainer]] = {}
        if sessions:
            rows: Any = (
                cls.select(cls, Person)
                .join(Person, peewee.JOIN.LEFT_OUTER, on=(cls.person == Person.id))
                .where(cls.session.in_([one.id for one in sessions]))
                .order_by(cls.id)
            )
            for row in rows:
                found.setdefault(row.session_id, []).append(row)
        return found


class Seat(db.Model):
    """One person and one session: booked, waiting, given back, or what came of it.

    `turn` is the order in which people asked: whoever asks again stands at the end again.
    """

    session = peewee.ForeignKeyField(Session, backref="all_seats")
    person = peewee.ForeignKeyField(Person, backref="session_seats")
    state = peewee.CharField(max_length=10)
    turn = peewee.IntegerField()
    booked_by = peewee.ForeignKeyField(Person, null=True)
    changed_at = db.UtcField()
    # When they were reminded of this date; empty again when it is moved.
    reminded_at = db.UtcField(null=True)
    completion = peewee.ForeignKeyField(Completion, null=True)
    ticked_by = peewee.ForeignKeyField(Person, null=True)

    class Meta:
        indexes = ((("session", "person"), True), (("person", "state"), False))

    @classmethod
    def count_of(cls, session_id: int) -> int:
        """How many seats of a session are taken."""
        taken = cls.select().where(cls.session == session_id, cls.state.in_(SEATED))
        return int(taken.count())

    @classmethod
    def of(cls, session_id: int, person_id: int) -> "Seat | None":
        return cls.get_or_none((cls.session == session_id) & (cls.person == person_id))

    @classmethod
    def named(cls, seat_id: int) -> "Seat":
        """One as it stands now, with its person."""
        return cls.with_people(cls.select().where(cls.id == seat_id)).get()  # type: ignore[no-any-return]

    @classmethod
    def with_people(cls, query: Any) -> Any:
        """`query` of seats with their persons, those who have one first, then by their turn."""
        rank = peewee.Case(cls.state, [(WAITING, 1), (LEFT, 2)], 0)
        return (query.select(cls, Person).join(Person, on=(cls.person == Person.id))).order_by(
            rank, peewee.Case(cls.state, [(WAITING, cls.turn)], 0), Person.folded, cls.id
        )


class DateWish(db.Model):
    """That somebody wants to hear when a course has a date. It ends with the letter that says so,
    or when they think better of it."""

    course = peewee.ForeignKeyField(Document)
    person = peewee.ForeignKeyField(Person)
    asked_at = db.UtcField()
    ended_at = db.UtcField(null=True)

    @classmethod
    def is_open(cls) -> Any:
        return cls.ended_at.is_null()

    @classmethod
    def of(cls, course_id: int, person_id: int) -> "DateWish | None":
        mine = (cls.course == course_id) & (cls.person == person_id)
        return cls.get_or_none(mine & cls.is_open())


GUARDS = [db.partial_unique("date_wish", "course_id, person_id", "ended_at IS NULL")]
