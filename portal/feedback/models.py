"""Feedback: what one person says to another, who may read it beside them, and who asked for it."""

from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.feedback.check_ins import spoke
from portal.mail.models import Letter
from portal.people.lines import managers_above
from portal.people.models import Person

THEM, LINE = "them", "line"
MAX_CHARS = 2000
MAX_QUESTION_CHARS = 300
BACK_HOURS = 24
MOST_ASKED = 5
DUE_DAYS = 7
MINUTES = 5
DUTY = "feedback"
LETTER = "feedback"
DECLINED = "declined"


class Note(db.Model):
    """What `giver` saw of `about`, and what they would like more of. It is never changed.

    It may be taken back for a day, and its words go once their time is over. `duty` is what it was
    written for, where somebody asked; `question` what they asked.
    """

    giver = peewee.ForeignKeyField(Person, backref="feedback_given")
    about = peewee.ForeignKeyField(Person, backref="feedback_received")
    question = peewee.CharField(max_length=MAX_QUESTION_CHARS, default="")
    saw = peewee.TextField(default="")
    more = peewee.TextField(default="")
    readers = peewee.CharField(max_length=6)
    duty = peewee.ForeignKeyField(Assignment, null=True)
    given_at = db.UtcField()
    acknowledged_at = db.UtcField(null=True)
    withdrawn_at = db.UtcField(null=True)
    forgotten_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("about", "given_at"), False), (("giver", "given_at"), False))

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def stands(cls) -> Any:
        """Not taken back."""
        return cls.withdrawn_at.is_null()

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of notes with who gave them and whom they are about, the newest first."""
        giver, about = Person.alias(), Person.alias()
        rows = query.select(cls, *Person.names(giver), *Person.names(about))
        rows = rows.join(giver, on=(cls.giver == giver.id), attr="giver").switch(cls)
        rows = rows.join(about, on=(cls.about == about.id), attr="about")
        return rows.order_by(cls.given_at.desc(), cls.id.desc())

    # -- what it says ----------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"/feedback/{self.id}"

    @property
    def can_be_taken_back(self) -> bool:
        return bool(clock.now() < self.given_at + timedelta(hours=BACK_HOURS))

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def give(
        cls,
        about: Person,
        *,
        by: Person,
        readers: str,
        saw: str = "",
        more: str = "",
        question: str = "",
        duty: Assignment | None = None,
    ) -> "Note":
        """Say it. Who leads them on this day is written down: they keep what they could read."""
        with db.write():
            note = cls.create(
                giver=by, about=about, question=question, saw=saw, more=more, readers=readers,
                duty=duty, given_at=clock.now(),
            )  # fmt: skip
            above = managers_above(about.id, about.today()) - {by.id, about.id}
            if readers == LINE and above:
                NoteReader.insert_many([{"note": note, "person": one} for one in above]).execute()
            # Nobody's name beside it: HR reads the trail, and not who said something to whom.
            audit.record(by, "given", note, data={"readers": readers})
            spoke(by, [about.id])
            Letter.write(LETTER, f"feedback:{note.id}", about.id, note=note.id)
        return note

    def acknowledge(self, *, by: Person) -> bool:
        """Whom it is about has read it. False when they had said so before."""
        with db.write():
            changed = self._change(Note.acknowledged_at.is_null(), acknowledged_at=clock.now())
            if changed:
                audit.record(by, "acknowledged", self)
        return changed

    def withdraw(self, *, by: Person) -> bool:
        """Taken back: nobody reads it any more, and whoever asked for it waits again."""
        with db.write():
            now = clock.now()
            since = now - timedelta(hours=BACK_HOURS)
            changed = self._change(
                Note.withdrawn_at.is_null() & (Note.given_at > since), withdrawn_at=now
            )
            if changed:
                audit.record(by, "withdrawn", self)
                if self.duty is not None:
                    self.duty.reopen(by=by)
        return changed

    def restore(self, *, by: Person) -> bool:
        """It stands after all. False once its day is over, or when its words are gone."""
        with db.write():
            since = clock.now() - timedelta(hours=BACK_HOURS)
            back = Note.withdrawn_at.is_null(False) & Note.forgotten_at.is_null()
            if self.duty is not None:
                # Another answer may have been given meanwhile.
                fresh = Assignment.get_by_id(self.duty_id)
                if fresh.settled_at is not None:
                    return False
            changed = self._change(back & (Note.given_at > since), withdrawn_at=None)
            if changed:
                audit.record(by, "restored", self)
                if self.duty is not None:
                    self.duty.settle(by=by)
        return changed

    def _change(self, where: Any, **values: Any) -> bool:
        changed = Note.update(**values).where(Note.id == self.id, where).execute()
        if changed:
            for name, value in values.items():
                setattr(self, name, value)
        return bool(changed)

    @classmethod
    def forget(cls, ids: list[int]) -> None:
        """Let the words go. That something was said, and when, stays for the counts."""
        with db.write():
            cls.update(question="", saw="", more="", forgotten_at=clock.now()).where(
                cls.id.in_(ids)
            ).execute()


class NoteReader(db.Model):
    """That somebody led the person on the day of a note that is shared with those who lead.

    They keep it when they lead others; who comes later reads it because they lead them then.
    """

    note = peewee.ForeignKeyField(Note, backref="line_readers", on_delete="CASCADE")
    person = peewee.ForeignKeyField(Person)

    class Meta:
        indexes = ((("note", "person"), True),)


class FeedbackRequest(db.Model):
    """Somebody asks up to five people about themselves, or about somebody they lead."""

    asker = peewee.ForeignKeyField(Person, backref="feedback_requests")
    about = peewee.ForeignKeyField(Person, backref="feedback_asked_about")
    question = peewee.CharField(max_length=MAX_QUESTION_CHARS)
    asked_at = db.UtcField()
    closed_at = db.UtcField(null=True)

    @property
    def url(self) -> str:
        return f"/feedback/requests/{self.id}"

    @property
    def is_own(self) -> bool:
        """Whether somebody asks about themselves."""
        return bool(self.asker_id == self.about_id)

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of requests with who asks and about whom, the newest first."""
        asker, about = Person.alias(), Person.alias()
        rows = query.select(cls, *Person.names(asker), *Person.names(about))
        rows = rows.join(asker, on=(cls.asker == asker.id), attr="asker").switch(cls)
        rows = rows.join(about, on=(cls.about == about.id), attr="about")
        return rows.order_by(cls.asked_at.desc(), cls.id.desc())

    @classmethod
    def ask(
        cls, about: Person, people: list[Person], question: str, *, by: Person
    ) -> "FeedbackRequest":
        """Each of them owes an answer, or a no, within a week."""
        with db.write():
            feedback_request = cls.create(
                asker=by, about=about, question=question, asked_at=clock.now()
            )
            data = {"people": len(people)}
            audit.record(by, "asked", feedback_request, data=data)
            for person in people:
                FeedbackAsk.open(feedback_request, person, by=by)
        return feedback_request

    def close(self, *, by: Any) -> bool:
        """No answer is needed any more: what is still owed ends."""
        with db.write():
            closed = (
                FeedbackRequest.update(closed_at=clock.now())
                .where(FeedbackRequest.id == self.id, FeedbackRequest.closed_at.is_null())
                .execute()
            )
            if closed:
                audit.record(by, "closed", self)
                for ask in FeedbackAsk.whole(FeedbackAsk.select()).where(
                    FeedbackAsk.request == self
                ):
                    ask.duty.settle(by=by, outcome="ended", reason="No answer is needed any more.")
        return bool(closed)

    @classmethod
    def of_leavers(cls) -> "list[FeedbackRequest]":
        """Open ones of which whoever asked, or whom it is about, has left."""
        asker, about = Person.alias(), Person.alias()
        yesterday = clock.today() - timedelta(days=1)
        gone = (asker.last_day_on < yesterday) | (about.last_day_on < yesterday)
        rows = cls.select().join(asker, on=(cls.asker == asker.id)).switch(cls)
        rows = rows.join(about, on=(cls.about == about.id))
        return list(rows.where(cls.closed_at.is_null(), gone))

    @classmethod
    def forget(cls, ids: list[int]) -> None:
        """Let the question go, and the names out of the titles of its duties."""
        with db.write():
            asks = FeedbackAsk.select(FeedbackAsk.id).where(FeedbackAsk.request.in_(ids))
            Assignment.update(title="Give feedback").where(
                Assignment.kind == DUTY, db.among(Assignment.target, asks)
            ).execute()
            cls.update(question="").where(cls.id.in_(ids)).execute()


class FeedbackAsk(db.Model):
    """One of those who were asked. Whether they answered or said no stands in their duty alone."""

    request = peewee.ForeignKeyField(FeedbackRequest, backref="asks")
    person = peewee.ForeignKeyField(Person)
    # Set as soon as its own number is known: it is null for no longer than `open` takes.
    duty: Any = peewee.ForeignKeyField(Assignment, null=True)

    class Meta:
        indexes = ((("request", "person"), True),)

    @property
    def url(self) -> str:
        return f"/feedback/asked/{self.id}"

    @property
    def state(self) -> str:
        """`waiting`, `answered`, `declined` or `ended`."""
        if self.duty.settled_at is None:
            return "waiting"
        return {"done": "answered", DECLINED: DECLINED}.get(self.duty.outcome, "ended")

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of asks with their duty, who is asked, and the request with both its people."""
        asker, about, asked = Person.alias(), Person.alias(), Person.alias()
        names = [*Person.names(asker), *Person.names(about), *Person.names(asked)]
        rows = query.select(cls, Assignment, FeedbackRequest, *names)
        rows = rows.join(Assignment, on=(cls.duty == Assignment.id), attr="duty").switch(cls)
        rows = rows.join(asked, on=(cls.person == asked.id), attr="person").switch(cls)
        rows = rows.join(FeedbackRequest, on=(cls.request == FeedbackRequest.id), attr="request")
        rows = rows.join(asker, on=(FeedbackRequest.asker == asker.id), attr="asker")
        rows = rows.switch(FeedbackRequest)
        rows = rows.join(about, on=(FeedbackRequest.about == about.id), attr="about")
        return rows.order_by(cls.id)

    @classmethod
    def open(cls, request: FeedbackRequest, person: Person, *, by: Person) -> "FeedbackAsk":
        ask = cls.create(request=request, person=person)
        about = request.about
        words = (
            f"Give {about.called} feedback" if request.is_own else f"Say how {about.called} does"
        )
        ask.duty = Assignment.assign(
            kind=DUTY,
            target=ask.id,
            title=words,
            cause=Cause(DUTY, request.id),
            by=by,
            person=person,
            about=about,
            due_on=person.today() + timedelta(days=DUE_DAYS),
            zone=person.zone or "UTC",
            minutes=MINUTES,
        )
        ask.save()
        return ask

    def answer(self, *, by: Person, readers: str, saw: str, more: str) -> Note | None:
        """What they say; it settles the duty. None when there is nothing to answer any more."""
        with db.write():
            if not self.duty.settle(by=by):
                return None
            return Note.give(
                self.request.about, by=by, readers=readers, saw=saw, more=more,
                question=self.request.question, duty=self.duty,
            )  # fmt: skip

    def decline(self, *, by: Person) -> bool:
        """No, without a reason: whoever asked sees that, and asks somebody else."""
        return bool(self.duty.settle(by=by, outcome=DECLINED))

    def reconsider(self, *, by: Person) -> bool:
        """They answer after all, while an answer is still wanted."""
        if self.request.closed_at is not None or self.state != DECLINED:
            return False
        return bool(self.duty.reopen(by=by))


_KEPT = ("giver_id", "about_id", "readers", "duty_id", "given_at")
_WORDS = ("question", "saw", "more")
_REFUSAL = "feedback is never changed"


def _changes(differs: str) -> str:
    kept = [f"OLD.{name} {differs} NEW.{name}" for name in _KEPT]
    # Words may go, and never become others.
    words = [f"(OLD.{name} {differs} NEW.{name} AND NEW.{name} <> '')" for name in _WORDS]
    return " OR ".join([*kept, *words])


GUARDS = [
    db.Guard(
        "note",
        "note_is_append_only",
        sqlite=(
            "DROP TRIGGER IF EXISTS note_no_update",
            f"CREATE TRIGGER note_no_update BEFORE UPDATE ON note WHEN {_changes('IS NOT')} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
            "DROP TRIGGER IF EXISTS note_no_delete",
            "CREATE TRIGGER note_no_delete BEFORE DELETE ON note "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        ),
        postgres=(
            "CREATE OR REPLACE FUNCTION refuse_note_change() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
            "DROP TRIGGER IF EXISTS note_no_update ON note",
            "CREATE TRIGGER note_no_update BEFORE UPDATE ON note FOR EACH ROW "
            f"WHEN ({_changes('IS DISTINCT FROM')}) EXECUTE FUNCTION refuse_note_change()",
            "DROP TRIGGER IF EXISTS note_no_delete ON note",
            "CREATE TRIGGER note_no_delete BEFORE DELETE ON note "
            "FOR EACH ROW EXECUTE FUNCTION refuse_note_change()",
        ),
    )
]
