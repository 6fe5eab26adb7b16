"""Submissions: one form for one person to fill, from its first draft to the day it is erased."""

import json
from datetime import timedelta
from functools import cached_property
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.models import Assignment
from portal.documents.models import Document, Revision
from portal.people.functions import Function
from portal.people.models import Person
from portal.people.org import Location
from portal.prepared import Prepared, blank
from portal.questionnaires.keeping import FORM, HANDOVER, Keeping
from portal.questionnaires.opening import Opening
from portal.questionnaires.questionnaire import Answers, Questionnaire
from portal.questionnaires.withdrawing import Withdrawing

TAKE_BACK_HOURS = 24


class Conflict(Exception):
    """It was saved elsewhere meanwhile: nothing is overwritten until somebody has chosen."""


class Closed(Exception):
    """It was sent or withdrawn meanwhile, so nothing can be written into it any more."""


class Submission(Opening, Keeping, Withdrawing, db.Model):
    """A form that one person fills. `about` is whom it concerns, often themselves.

    It stays bound to the revision it was opened with, and to the rows of ratings that were `shown`.
    `version` counts savings, so two devices notice each other. `chosen`: what is to happen when it
    is sent, by the room beside it. What was sent never changes; the row stays when the answers are
    erased.
    """

    revision = peewee.ForeignKeyField(Revision, backref="submissions")
    person = peewee.ForeignKeyField(Person, backref="submissions")
    about = peewee.ForeignKeyField(Person, backref="submissions_about")
    readers = peewee.CharField(max_length=40, default="")
    shown = peewee.TextField(default="{}")
    answers = peewee.TextField(default="{}")
    chosen = peewee.TextField(default="{}")
    version = peewee.IntegerField(default=0)
    opened_at = db.UtcField()
    opened_by = peewee.ForeignKeyField(Person, null=True)
    saved_at = db.UtcField(null=True)
    submitted_at = db.UtcField(null=True, index=True)
    withdrawn_at = db.UtcField(null=True)
    read_at = db.UtcField(null=True)
    read_by = peewee.ForeignKeyField(Person, null=True)
    sealed_at = db.UtcField(null=True)
    function = peewee.ForeignKeyField(Function, null=True)
    location = peewee.ForeignKeyField(Location, null=True)
    handed_over_at = db.UtcField(null=True)
    handed_over_by = peewee.ForeignKeyField(Person, null=True)
    purge_on = peewee.DateField(null=True, index=True)
    purged_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("person", "submitted_at"), False), (("about", "submitted_at"), False))

    CHANGING = (
        "answers", "chosen", "version", "readers", "saved_at", "submitted_at", "withdrawn_at",
        "read_at", "read_by", "sealed_at", "function", "location", "handed_over_at",
        "handed_over_by", "purge_on", "purged_at",
    )  # fmt: skip

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_sent(cls) -> Any:
        return cls.submitted_at.is_null(False)

    @classmethod
    def is_read_by(cls, reader: str) -> Any:
        """Whether its terms name that reader: `hr`, `manager`, `subject`."""
        return cls.readers.contains(reader)

    @property
    def is_open(self) -> bool:
        """Whether it can still be written: not sent, not withdrawn, and somebody asks for it."""
        closed = self.submitted_at or self.withdrawn_at or self.purged_at
        return not closed and self.is_asked

    @property
    def is_asked(self) -> bool:
        """Whether its duty is open: a list that ends, a leaver's last day end it as well."""
        if "asked" not in self.__dict__:
            self.__dict__["asked"] = len(_owed(target=self.id))
        return bool(self.__dict__["asked"])

    @property
    def state(self) -> str:
        """`open`, `begun`, `sent`, `taken over`, `erased` or `ended`, read off the facts."""
        if not self.submitted_at and not self.purged_at and not self.is_open:
            return "ended"
        if self.purged_at:
            return "erased"
        if self.handed_over_at:
            return "taken over"
        if self.submitted_at:
            return "sent"
        return "begun" if self.saved_at else "open"

    @property
    def may_be_taken_back(self) -> bool:
        """For a day, until it was read, taken over, or others build on it."""
        over = self.read_at or self.sealed_at or self.handed_over_at or self.purged_at
        if self.submitted_at is None or over:
            return False
        return bool(clock.now() - self.submitted_at < timedelta(hours=TAKE_BACK_HOURS))

    @property
    def is_about_another(self) -> bool:
        return bool(self.person_id != self.about_id)

    @property
    def said(self) -> dict[str, Any]:
        """What every event of it says: whom it is about, and which form it is."""
        data = {
            "document": self.revision.document_id,
            "revision": self.revision_id,
            "person": self.person_id,
        }
        return {"about": self.about, "data": data}

    # -- what it holds ---------------------------------------------------------------------

    @cached_property
    def structure(self) -> dict[str, Any]:
        return self.revision.parsed

    @property
    def title(self) -> str:
        return str(self.structure.get("title", "Form"))

    @cached_property
    def questionnaire(self) -> Questionnaire:
        return Questionnaire.of(self.structure, json.loads(self.shown))

    @property
    def given(self) -> Answers:
        """The answers, by the key of their question."""
        return dict(json.loads(self.answers))

    @property
    def choice(self) -> dict[str, str]:
        """What is to happen when it is sent, as far as it was chosen."""
        return dict(json.loads(self.chosen))

    @classmethod
    def with_people(cls, query: Any) -> Any:
        """`query` of submissions with revision, who fills it and whom it is about."""
        about, reader, taker = Person.alias(), Person.alias(), Person.alias()
        outer = peewee.JOIN.LEFT_OUTER
        owed = Assignment.select(peewee.fn.COUNT(Assignment.id)).where(
            Assignment.kind == FORM, Assignment.target == cls.id, Assignment.is_open()
        )
        return (
            query.select(
                cls,
                Revision,
                Function,
                *Person.names(Person),
                *(column for person in (about, reader, taker) for column in Person.names(person)),
                owed.alias("asked"),
            )
            .join(Revision)
            .switch(cls)
            .join(Person, on=(cls.person == Person.id), attr="person")
            .switch(cls)
            .join(about, on=(cls.about == about.id), attr="about")
            .switch(cls)
            .join(reader, outer, on=(cls.read_by == reader.id), attr="read_by")
            .switch(cls)
            .join(taker, outer, on=(cls.handed_over_by == taker.id), attr="handed_over_by")
            .switch(cls)
            .join(Function, outer, on=(cls.function == Function.id), attr="function")
        )

    @classmethod
    def find(cls, submission_id: int) -> "Submission | None":
        """One submission with all that its pages show, or None."""
        return _with_all.first(id=submission_id)  # type: ignore[no-any-return]

    @classmethod
    def of_document(cls, document: Document) -> Any:
        """Everything that was opened with any revision of a form, the newest first."""
        revisions = Revision.select(Revision.id).where(Revision.document == document)
        return cls.with_people(cls.select().where(db.among(cls.revision, revisions))).order_by(
            cls.id.desc()
        )

    @classmethod
    def listing(cls, query: Any) -> Any:
        """`query` of submissions with their people: what is open first, then the newest."""
        return cls.with_people(query).order_by(cls.submitted_at.is_null().desc(), cls.id.desc())

    def before(self) -> "Submission | None":
        """What the same person sent the last time of the same form about the same one."""
        return _sent_before.first(  # type: ignore[no-any-return]
            document=self.revision.document_id,
            this=self.id,
            person=self.person_id,
            about=self.about_id,
        )

    def duty(self, kind: str = FORM) -> Assignment | None:
        """The latest of what somebody owes for it."""
        return _latest_duty.first(kind=kind, target=self.id)  # type: ignore[no-any-return]

    def duties(self, kind: str = FORM) -> Any:
        """What somebody owes for it, the latest first, as a query."""
        return (
            Assignment.select()
            .where(Assignment.kind == kind, Assignment.target == self.id)
            .order_by(Assignment.id.desc())
        )

    # -- filling ---------------------------------------------------------------------------

    def save_draft(
        self, answers: Answers, version: int, choice: dict[str, str] | None = None
    ) -> None:
        """Keep what was written so far, and the choice if one came along; no event. Raises
        Conflict, or Closed.

        Who writes the same words on two devices is in no conflict.
        """
        with db.write():
            self._read_again()
            if not self.is_open:
                raise Closed
            choice = self.choice if choice is None else choice
            if answers == self.given and choice == self.choice:
                return
            if answers != self.given and version != self.version:
                raise Conflict
            self._change(
                answers=json.dumps(answers, ensure_ascii=False),
                chosen=json.dumps(choice, ensure_ascii=False),
                # Another choice alone is no other version: nobody is asked which one counts.
                version=self.version + (answers != self.given),
                saved_at=clock.now(),
            )

    def submit(self, answers: Answers, version: int, *, by: Person) -> bool:
        """Send it: from now on nothing in it changes. False when it was sent already.

        Raises ValueError for answers that cannot be sent, Conflict, or Closed.
        """
        final = self.questionnaire.final(answers)
        if problems := self.questionnaire.problems(final):
            raise ValueError(next(iter(problems.values())))
        with db.write():
            self._read_again()
            if self.submitted_at:
                return False
            if not self.is_open:
                raise Closed
            if version != self.version and answers != self.given:
                raise Conflict
            position = self.person.position()
            function, today = self._takes_over(), clock.today()
            erased = self._erased_untaken if function else self._erased_after
            self._change(
                answers=json.dumps(final, ensure_ascii=False),
                chosen="{}",
                version=self.version + 1,
                saved_at=clock.now(),
                submitted_at=clock.now(),
                function=function,
                location=position.location_id if position else None,
                purge_on=erased(today),
            )
            Assignment.settle_all(FORM, self.id, by=by)
            if function:
                self._open_handover(function, by)
            audit.record(by, "submitted", self, **self.said)
        return True

    def take_back(self, *, by: Person) -> bool:
        """Write on in it, as if it had not been sent. False when it is too late for that."""
        with db.write():
            self._read_again()
            if not self.may_be_taken_back:
                return False
            self._change(submitted_at=None, function=None, location=None, purge_on=None)
            for duty in self.duties(HANDOVER).where(Assignment.is_open()):
                duty.settle(by=by, outcome="ended", reason="It was taken back.")
            self._owe_again(by, "done")
            audit.record(by, "taken_back", self, **self.said)
        return True

    def note_reading(self, reader: Person) -> None:
        """Somebody else has opened the answers: the log says so, and they are not taken back."""
        if reader.id == self.person_id:
            return
        with db.write():
            self._read_again()
            if self.read_at is None:
                self._change(read_at=clock.now(), read_by=reader)
            audit.looked(reader, self, about=self.about)

    # -- pieces ----------------------------------------------------------------------------

    def _owe_again(self, by: Any, outcome: str) -> None:
        last = self.duties().where(Assignment.outcome == outcome).first()
        if last is None or not last.reopen(by=by):
            Submission.open(self.revision, self.person, self.about, by=by)

    def _change(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        self.save()

    def _read_again(self) -> None:
        """What it has become meanwhile, on another device or by somebody else."""
        fresh = _alone.first(id=self.id)
        for name in Submission.CHANGING:
            key = (
                f"{name}_id"
                if isinstance(getattr(Submission, name), peewee.ForeignKeyField)
                else name
            )
            if getattr(self, key) != getattr(fresh, key):
                setattr(self, key, getattr(fresh, key))
        self._dirty.clear()
        self.__dict__.pop("asked", None)


_with_all = Prepared(
    lambda: Submission.with_people(Submission.select()).where(Submission.id == blank("id"))
)
_alone = Prepared(lambda: Submission.select().where(Submission.id == blank("id")))
_owed = Prepared(
    lambda: (
        Assignment.select(Assignment.id)
        .where(Assignment.kind == FORM, Assignment.target == blank("target"))
        .where(Assignment.is_open())
    )
)
_sent_before = Prepared(
    lambda: (
        Submission.select(Submission, Revision)
        .join(Revision)
        .where(Revision.document == blank("document"), Submission.id != blank("this"))
        .where(Submission.person == blank("person"), Submission.about == blank("about"))
        .where(Submission.is_sent(), Submission.purged_at.is_null())
        .order_by(Submission.submitted_at.desc())
        .limit(1)
    )
)
_latest_duty = Prepared(
    lambda: (
        Assignment.select()
        .where(Assignment.kind == blank("kind"), Assignment.target == blank("target"))
        .order_by(Assignment.id.desc())
        .limit(1)
    )
)
