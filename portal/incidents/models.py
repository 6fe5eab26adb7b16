"""Incidents, the notes below them, and the measures taken."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.blobs import Blob
from portal.documents.models import Document
from portal.incidents.sorts import NEAR_MISS, SORTS, Sort
from portal.people.functions import HR, Function
from portal.people.models import Person

DUTY = "incident"
COURSE = "course"
MAX_WORDS = 5000
MAX_NOTE = 2000


class Incident(db.Model):
    """One report. Its words may go once their time is over; sort, day and outcome stay, for the
    numbers. `reported_on` is the day it was where the reporter is.
    """

    sort = peewee.CharField(max_length=10)
    reporter = peewee.ForeignKeyField(Person, backref="incidents")
    happened_on = peewee.DateField(index=True)
    at = peewee.CharField(max_length=5, default="")
    place = peewee.CharField(max_length=160)
    what = peewee.TextField()
    outcome = peewee.CharField(max_length=12)
    whom = peewee.CharField(max_length=300, default="")
    blob = peewee.ForeignKeyField(Blob, null=True)
    file_name = peewee.CharField(max_length=140, default="")
    media_type = peewee.CharField(max_length=100, default="")
    # A course about this: the numbers stand beside who has completed it.
    course = peewee.ForeignKeyField(Document, null=True)
    reported_at = db.UtcField()
    answered_at = db.UtcField(null=True)
    closed_at = db.UtcField(null=True, index=True)
    closed_by = peewee.ForeignKeyField(Person, null=True)
    learned = peewee.CharField(max_length=MAX_NOTE, default="")
    forgotten_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("reporter", "reported_at"), False),)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls) -> Any:
        return cls.closed_at.is_null()

    @classmethod
    def listing(cls, visible: Any) -> Any:
        """`visible` reports with who sent them, the newest first."""
        rows = visible.select(cls, *Person.names(Person))
        rows = rows.join(Person, on=(cls.reporter == Person.id), attr="reporter")
        return rows.order_by(cls.reported_at.desc(), cls.id.desc())

    @classmethod
    def whole(cls, visible: Any) -> Any:
        """`visible` reports with all that a page of one shows of it."""
        left, closer = peewee.JOIN.LEFT_OUTER, Person.alias()
        return (
            visible.select(cls, *Person.names(Person), *Person.names(closer), Blob, Document)
            .join(Person, on=(cls.reporter == Person.id), attr="reporter")
            .switch(cls)
            .join(closer, left, on=(cls.closed_by == closer.id), attr="closed_by")
            .switch(cls)
            .join(Blob, left, on=(cls.blob == Blob.id), attr="blob")
            .switch(cls)
            .join(Document, left, on=(cls.course == Document.id), attr="course")
        )

    # -- what it says ----------------------------------------------------------------------

    @property
    def sort_of(self) -> Sort:
        return SORTS[self.sort]

    @property
    def state(self) -> str:
        """`closed`, `answered` (somebody works on it) or `new`."""
        return "closed" if self.closed_at else "answered" if self.answered_at else "new"

    @property
    def is_near_miss(self) -> bool:
        return bool(self.outcome == NEAR_MISS)

    @property
    def title(self) -> str:
        return f"{self.sort_of.title} incident of {self.happened_on.day} {self.happened_on:%b}"

    @property
    def url(self) -> str:
        return f"/incidents/{self.id}"

    def notes(self) -> "list[IncidentNote]":
        """What was written below it, the oldest first."""
        rows = IncidentNote.select(IncidentNote, *Person.names(Person)).join(
            Person, on=(IncidentNote.by == Person.id), attr="by"
        )
        return list(rows.where(IncidentNote.incident == self).order_by(IncidentNote.id))

    def measures(self) -> "list[Measure]":
        """What is done about it, with whose it is."""
        rows = Measure.with_duties(Measure.select().where(Measure.incident == self))
        return list(rows.order_by(Measure.id))

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def report(cls, *, by: Person, **said: Any) -> "Incident":
        """Somebody tells what happened; those who look at its sort are asked to answer."""
        with db.write():
            incident = cls.create(reporter=by, reported_at=clock.now(), **said)
            data = {"sort": incident.sort, "outcome": incident.outcome}
            audit.record(by, "reported", incident, about=by, data=data)
            incident._ask_for_an_answer()
        return incident

    def _ask_for_an_answer(self) -> None:
        """Of those who hold its function, or else of HR."""
        today = clock.today()
        function = Function.named(self.sort_of.function)
        if function is None or not function.holders(None, today):
            function = Function.named(HR)
        Assignment.assign(
            kind=DUTY,
            target=self.id,
            title=f"Answer: {self.title}",
            cause=Cause(DUTY, self.id),
            by=None,
            function=function,
            due_on=today + timedelta(days=self.sort_of.days),
            minutes=10,
        )

    def add(self, text: str, *, by: Person) -> bool:
        """A note below it, which the reporter reads as well. The reporter's own asks for an answer
        again. False when it is closed.
        """
        with db.write():
            if not self._is_still_open():
                return False
            IncidentNote.create(incident=self, by=by, at=clock.now(), text=text)
            incident = self
            audit.record(by, "noted", incident, about=Person(id=self.reporter_id))
            if by.id == self.reporter_id:
                self._ask_for_an_answer()
            else:
                self._answered(by)
        return True

    def assess(self, *, by: Person, outcome: str, course: Document | None) -> None:
        """What came of it, as it is known by now, and which course is about this."""
        with db.write():
            # These two alone: what else was read may be another by now, or be forgotten.
            Incident.update(outcome=outcome, course=course).where(Incident.id == self.id).execute()
            self.outcome, self.course = outcome, course
            incident = self
            data = {"outcome": outcome, "course": course.id if course else None}
            audit.record(by, "assessed", incident, about=Person(id=self.reporter_id), data=data)

    def take_measure(self, title: str, person: Person, due_on: date, *, by: Person) -> "Measure":
        """Somebody is to do something about it. They read the measure, and not the report."""
        with db.write():
            measure = Measure(incident=self, title=title, set_at=clock.now(), set_by=by)
            measure.save()
            measure.duty = Assignment.assign(
                kind=MEASURE,
                target=measure.id,
                title=title,
                cause=Cause(DUTY, self.id),
                by=by,
                person=person,
                due_on=due_on,
                zone=person.zone or "UTC",
            )
            measure.save()
            audit.record(by, "set", measure, about=person, data={"incident": self.id})
            self._answered(by)
        return measure

    def close(self, learned: str, *, by: Person) -> bool:
        """What was learned from it. False when somebody was faster."""
        with db.write():
            now = clock.now()
            closed = (
                Incident.update(closed_at=now, closed_by=by, learned=learned)
                .where(Incident.id == self.id, Incident.is_open())
                .execute()
            )
            if closed:
                incident = self
                audit.record(by, "closed", incident, about=Person(id=self.reporter_id))
                self._answered(by)
        return bool(closed)

    def reopen(self, *, by: Person) -> bool:
        """It is not over. What was learned stays until it is said anew."""
        with db.write():
            opened = (
                Incident.update(closed_at=None, closed_by=None)
                .where(
                    Incident.id == self.id,
                    Incident.closed_at.is_null(False),
                    Incident.forgotten_at.is_null(),
                )
                .execute()
            )
            if opened:
                incident = self
                audit.record(by, "reopened", incident, about=Person(id=self.reporter_id))
        return bool(opened)

    def _is_still_open(self) -> bool:
        return bool(Incident.select().where(Incident.id == self.id, Incident.is_open()).exists())

    def _answered(self, by: Person) -> None:
        Incident.update(answered_at=clock.now()).where(
            Incident.id == self.id, Incident.answered_at.is_null()
        ).execute()
        Assignment.settle_all(DUTY, self.id, by=by)

    @classmethod
    def forget(cls, ids: list[int]) -> None:
        """Let words and photos go, with those of notes and measures; the numbers stay."""
        with db.write():
            measures = Measure.select(Measure.id).where(Measure.incident.in_(ids))
            duties = [row for (row,) in measures.tuples()]
            Assignment.update(title="A measure after an incident").where(
                Assignment.kind == MEASURE, Assignment.target.in_(duties)
            ).execute()
            Measure.update(title="").where(Measure.incident.in_(ids)).execute()
            IncidentNote.delete().where(IncidentNote.incident.in_(ids)).execute()
            cls.update(
                at="", place="", what="", whom="", learned="", blob=None, file_name="",
                media_type="", forgotten_at=clock.now(),
            ).where(cls.id.in_(ids)).execute()  # fmt: skip


class IncidentNote(db.Model):
    """A few sentences below a report: an answer, a question, what came up since."""

    incident = peewee.ForeignKeyField(Incident, backref="all_notes")
    by = peewee.ForeignKeyField(Person)
    at = db.UtcField()
    text = peewee.CharField(max_length=MAX_NOTE)


MEASURE = "measure"


class Measure(db.Model):
    """What is done so that it does not happen again. Whose it is, by when and whether it is done
    stands in its duty alone.
    """

    incident = peewee.ForeignKeyField(Incident, backref="all_measures")
    title = peewee.CharField(max_length=200)
    duty = peewee.ForeignKeyField(Assignment, null=True)
    set_at = db.UtcField()
    set_by = peewee.ForeignKeyField(Person, null=True)

    @classmethod
    def with_duties(cls, query: Any) -> Any:
        """`query` of measures with their duties and whose those are."""
        return (
            query.select(cls, Assignment, *Person.names(Person))
            .join(Assignment, on=(cls.duty == Assignment.id), attr="duty")
            .join(
                Person, peewee.JOIN.LEFT_OUTER, on=(Assignment.person == Person.id), attr="person"
            )
        )

    @property
    def is_done(self) -> bool:
        return bool(self.duty.settled_at)

    @property
    def url(self) -> str:
        return f"/incidents/measures/{self.id}"

    def complete(self, *, by: Person) -> bool:
        """It is done. False when it was already."""
        return bool(self.duty.settle(by=by))

    def reopen(self, *, by: Person) -> bool:
        """It is not done after all."""
        return bool(self.duty.reopen(by=by))
