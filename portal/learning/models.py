"""Attempts at courses, and completions: what somebody did, and the fact that proves it."""

import json
import secrets
from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.documents.models import Document, Revision
from portal.people.models import Person

KIND = "course"
MAX_NOTE_CHARS = 500

# How far somebody got, and whether it was good enough: kept apart, as both standards do.
UNKNOWN, INCOMPLETE, COMPLETED = "unknown", "incomplete", "completed"
PASSED, FAILED = "passed", "failed"

# How it came to be known that somebody has done it.
TAKEN, ATTENDED, CONFIRMED, RECORDED = "taken", "attended", "confirmed", "recorded"

# No letters or figures that are mistaken for one another when they are read aloud.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12


def new_code() -> str:
    """A code by which anybody can ask whether a certificate is genuine: 58 random bits."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


class Attempt(db.Model):
    """One person's go at a course, with the text (and so the package) it was begun with.

    At most one is open per person and course. While it is open it is kept up to date, which is no
    event; once it has ended nothing of it changes. `score` is out of 100; `seconds` is the time
    spent, as the server reckons it; `state` is the format's own.
    """

    course = peewee.ForeignKeyField(Document, backref="attempts")
    revision = peewee.ForeignKeyField(Revision)
    person = peewee.ForeignKeyField(Person, backref="attempts")
    number = peewee.IntegerField()
    format = peewee.CharField(max_length=20)
    completion = peewee.CharField(max_length=10, default=UNKNOWN)
    success = peewee.CharField(max_length=10, default=UNKNOWN)
    score = peewee.FloatField(null=True)
    seconds = peewee.IntegerField(default=0)
    started_at = db.UtcField()
    touched_at = db.UtcField()
    completed_at = db.UtcField(null=True)
    ended_at = db.UtcField(null=True)
    state = peewee.TextField(default="{}")

    class Meta:
        indexes = (
            (("course", "person", "number"), True),
            (("person", "touched_at"), False),
            (("course", "touched_at"), False),
        )

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls) -> Any:
        return cls.ended_at.is_null()

    @classmethod
    def open_of(cls, course_id: int, person_id: int) -> "Attempt | None":
        """The one that is under way."""
        mine = (cls.course == course_id) & (cls.person == person_id)
        return cls.get_or_none(mine & cls.is_open())  # type: ignore[no-any-return]

    @classmethod
    def of(cls, course_id: int, person_id: int) -> "list[Attempt]":
        """All of a person's at a course, the newest first."""
        mine = (cls.course == course_id) & (cls.person == person_id)
        return list(cls.select().where(mine).order_by(cls.number.desc()))

    def read_again(self) -> None:
        """What another window may have reached since it was read; first thing inside a write."""
        fresh = Attempt.get_by_id(self.id)
        for name in ("completion", "success", "score", "seconds", "completed_at", "ended_at"):
            setattr(self, name, getattr(fresh, name))

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of attempts, each with its course, its text and its person."""
        return (
            query.select(cls, Document, Revision, Person)
            .join(Document, on=(cls.course == Document.id))
            .switch(cls)
            .join(Revision, on=(cls.revision == Revision.id))
            .switch(cls)
            .join(Person, on=(cls.person == Person.id))
        )

    # -- what it says ----------------------------------------------------------------------

    @property
    def kept(self) -> dict[str, Any]:
        """What the format keeps of it."""
        return dict(json.loads(self.state))

    @property
    def is_done(self) -> bool:
        """Whether the course was completed with it."""
        return self.completed_at is not None


class Completion(db.Model):
    """That a person has completed a course: when, with which text, and how that is known.

    A row never changes and never goes; one that was recorded by mistake is superseded. `done_on`
    is the day it was where they are. `expires_on` is the last day it counts, where the course's
    certificate says so. `code` is that of the certificate, where the course gives one.
    """

    course = peewee.ForeignKeyField(Document, backref="completions")
    revision = peewee.ForeignKeyField(Revision)
    person = peewee.ForeignKeyField(Person, backref="completions")
    attempt = peewee.ForeignKeyField(Attempt, null=True)
    how = peewee.CharField(max_length=10)
    score = peewee.FloatField(null=True)
    seconds = peewee.IntegerField(default=0)
    done_at = db.UtcField()
    done_on = peewee.DateField()
    expires_on = peewee.DateField(null=True)
    code = peewee.CharField(max_length=20, null=True, unique=True)
    recorded_at = db.UtcField()
    recorded_by = peewee.ForeignKeyField(Person, null=True)
    superseded_at = db.UtcField(null=True)
    personal_hash = peewee.CharField(max_length=64)

    class Meta:
        indexes = (
            # With the third, counting who has completed each course reads nothing but this index.
            (("course", "person", "superseded_at"), False),
            (("person", "done_on"), False),
            (("course", "done_on"), False),
        )

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def stands(cls) -> Any:
        """Not found to be a mistake."""
        return cls.superseded_at.is_null()

    # -- what it says ----------------------------------------------------------------------

    def is_valid(self, on: date) -> bool:
        """Whether it still counts on that day."""
        return self.superseded_at is None and (self.expires_on is None or self.expires_on >= on)

    @property
    def bound(self) -> dict[str, Any]:
        """What its event and a pack say of it: ids, dates and hashes, nobody's name."""
        return {
            "id": self.id,
            "course": self.course_id,
            "revision": self.revision_id,
            "person": self.person_id,
            "attempt": self.attempt_id,
            "how": self.how,
            "score": self.score,
            "seconds": self.seconds,
            "done_at": self.done_at,
            "done_on": self.done_on,
            "expires_on": self.expires_on,
            "code": self.code,
            "recorded_at": self.recorded_at,
            "recorded_by": self.recorded_by_id,
            "personal_hash": self.personal_hash,
        }

    @property
    def record(self) -> str:
        """The hash that binds it."""
        return audit.binding(self.bound)

    @property
    def details(self) -> "CompletionDetails | None":
        """Who they were then; None once that was erased."""
        return CompletionDetails.get_or_none(CompletionDetails.completion == self)

    @classmethod
    def put_down(
        cls, details: "CompletionDetails", *, by: Person | None, **values: Any
    ) -> "Completion":
        """A new row with the `details` beside it; only `taking` does."""
        now = clock.now()
        completion = cls.create(
            recorded_at=now,
            recorded_by=by,
            personal_hash=details.commitment,
            **({"done_at": now} | values),
        )
        details.completion = completion
        details.save(force_insert=True)
        data = {
            "course": completion.course_id,
            "how": completion.how,
            "number": completion.revision.number,
            "record": completion.record,
        }
        audit.record(by, "completed", completion, about=completion.person, data=data)
        return completion


class CompletionDetails(audit.Committed, db.Model):
    """What a completion says of the person in words: erasable, and bound by a salted hash."""

    completion = peewee.ForeignKeyField(Completion, unique=True, backref="details_of")
    salt = peewee.CharField(max_length=32)
    name = peewee.CharField(max_length=120)
    note = peewee.CharField(max_length=MAX_NOTE_CHARS, default="")

    SAID = ("name", "note")


GUARDS = [
    db.partial_unique("attempt", "course_id, person_id", "ended_at IS NULL"),
    db.only_superseded(
        "completion",
        (
            "course_id", "revision_id", "person_id", "attempt_id", "how", "score", "seconds",
            "done_at", "done_on", "expires_on", "code", "recorded_at", "recorded_by_id",
            "personal_hash",
        ),
        "what was completed never changes",
    ),
]  # fmt: skip
