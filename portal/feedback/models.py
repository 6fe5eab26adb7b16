"""Feedback: what one person says to another, and who may read it beside them."""

from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.models import Assignment
from portal.feedback.asking import DECLINED, MAX_QUESTION_CHARS, TWICE_HOURS, FeedbackAsk
from portal.feedback.check_ins import spoke
from portal.feedback.telling import tell
from portal.mail.models import Letter
from portal.people.lines import managers_above
from portal.people.models import Person

THEM, LINE = "them", "line"
MAX_CHARS = 2000
BACK_HOURS = 24
LETTER = "feedback"


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
            words = {"saw": saw, "more": more, "readers": readers}
            if twin := cls._twin(by, about, duty, **words):
                return twin
            note = cls.create(
                giver=by, about=about, question=question, saw=saw, more=more, readers=readers,
                duty=duty, given_at=clock.now(),
            )  # fmt: skip
            above = managers_above(about.id, about.today()) - {by.id, about.id}
            if readers == LINE and above:
                NoteReader.insert_many([{"note": note, "person": one} for one in above]).execute()
            audit.record(by, "given", note, data={"readers": readers})
            spoke(by, [about.id])
            note._tell()
        return note

    @classmethod
    def answer(
        cls, ask: FeedbackAsk, *, by: Person, readers: str, saw: str, more: str
    ) -> "Note | None":
        """What somebody says who was asked; it settles their duty. None when nothing is to be
        answered any more: whoever asked needs none, or would not be allowed to read it."""
        with db.write():
            ask = FeedbackAsk.now(ask.duty)
            words = {"saw": saw, "more": more, "readers": readers}
            if ask.state == "answered":
                return cls._twin(by, ask.request.about, ask.duty, **words)
            if not ask.request.is_wanted:
                ask.request.close(by=None)
                return None
            if not ask.duty.settle(by=by):
                return None
            about, question = ask.request.about, ask.request.question
            return cls.give(about, by=by, question=question, duty=ask.duty, **words)

    @classmethod
    def _twin(
        cls, by: Person, about: Person, duty: Assignment | None, **words: str
    ) -> "Note | None":
        """The very same, just said: a button pressed twice says nothing twice."""
        since = clock.now() - timedelta(hours=TWICE_HOURS)
        same = [getattr(cls, name) == said for name, said in words.items()]
        for_it = cls.duty.is_null() if duty is None else cls.duty == duty
        just = cls.select().where(cls.giver == by, cls.about == about, cls.given_at > since)
        return just.where(for_it, cls.stands(), *same).first()  # type: ignore[no-any-return]

    def _tell(self) -> None:
        tell(LETTER, self._letter, self.about_id, note=self.id)

    @property
    def _letter(self) -> str:
        return f"feedback:{self.id}"

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
                Letter.take_back(self._letter)
                if self.duty is not None:
                    FeedbackAsk.now(self.duty).answer_is_gone(by=by)
        return changed

    def restore(self, *, by: Person) -> bool:
        """It stands after all. False once its day is over, when its words are gone, or when they
        answered otherwise meanwhile."""
        with db.write():
            since = clock.now() - timedelta(hours=BACK_HOURS)
            back = Note.withdrawn_at.is_null(False) & Note.forgotten_at.is_null()
            ask = FeedbackAsk.now(self.duty) if self.duty is not None else None
            if ask is not None and ask.state in ("answered", DECLINED):
                return False
            changed = self._change(back & (Note.given_at > since), withdrawn_at=None)
            if changed:
                audit.record(by, "restored", self)
                self._tell()
                if ask is not None:
                    ask.answer_is_back(by=by)
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
