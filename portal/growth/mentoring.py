"""Mentors, who offer their time, and mentorships: that two people meet, and nothing of what they
say.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.people.models import Person

MENTORING = "mentoring"
ANSWER_DAYS = 7
MAX_CAPACITY = 5
MAX_LINE = 300
MAX_WORDS = 600

DECLINED, WITHDRAWN, ENDED = "declined", "withdrawn", "ended"


class NotPossible(RuntimeError):
    """It cannot be asked for (any more); its text is a sentence."""


class Mentor(db.Model):
    """That somebody offers to mentor: one row a person, whether the offer stands or not."""

    person = peewee.ForeignKeyField(Person, unique=True, backref="offers_to_mentor")
    capacity = peewee.IntegerField()
    line = peewee.CharField(max_length=MAX_LINE, default="")
    offered_at = db.UtcField()
    paused_at = db.UtcField(null=True)
    ended_at = db.UtcField(null=True)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def stands(cls) -> Any:
        """The offer was not taken back."""
        return cls.ended_at.is_null()

    @classmethod
    def may_be_asked(cls) -> Any:
        return cls.ended_at.is_null() & cls.paused_at.is_null()

    @classmethod
    def in_use(cls) -> Any:
        """How many places are taken, as a column: who runs with them, and who waits for a word."""
        taken = Mentorship.select(peewee.fn.COUNT(Mentorship.id))
        return taken.where(Mentorship.mentor == cls.person, Mentorship.is_open())

    @classmethod
    def has_room(cls) -> Any:
        return cls.capacity > cls.in_use()

    @classmethod
    def of(cls, person: Person) -> "Mentor | None":
        """Their offer, as long as it stands."""
        return cls.get_or_none(cls.person == person.id, cls.stands())

    @classmethod
    def with_people(cls, query: Any) -> Any:
        """`query` of offers, each with whose it is and `.taken`, the places in use."""
        return (
            query.select(cls, *Person.names(Person), cls.in_use().alias("taken"))
            .join(Person, on=(cls.person == Person.id), attr="person")
            .order_by(Person.folded, cls.id)
        )

    @classmethod
    def skilled_in(cls, competency_id: int) -> Any:
        """Ids of the offers for that competency, as a query."""
        return MentorSkill.select(MentorSkill.mentor).where(MentorSkill.competency == competency_id)

    @staticmethod
    def skills_of(mentors: "Collection[Mentor]") -> dict[int, list[Document]]:
        """For what each of them offers to mentor, by title: one query for all."""
        found: dict[int, list[Document]] = {mentor.id: [] for mentor in mentors}
        rows: Any = (
            MentorSkill.select(MentorSkill, Document)
            .join(Document, on=(MentorSkill.competency == Document.id), attr="competency")
            .where(MentorSkill.mentor.in_(list(found)))
            .order_by(Document.folded)
        )
        for row in rows if found else ():
            found[row.mentor_id].append(row.competency)
        return found

    @property
    def url(self) -> str:
        return f"/growth/mentors/{self.id}"

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def offer(
        cls, person: Person, *, by: Person, capacity: int, line: str, competencies: list[Document]
    ) -> "Mentor":
        """Offer to mentor, or say it anew. Fewer places than are taken end nothing that runs."""
        with db.write():
            mentor = cls.get_or_none(cls.person == person.id)
            verb_is_new = mentor is None or mentor.ended_at is not None
            if mentor is None:
                mentor = cls(person=person)
            if verb_is_new:
                mentor.offered_at, mentor.paused_at, mentor.ended_at = clock.now(), None, None
            mentor.capacity, mentor.line = capacity, line
            mentor.save()
            MentorSkill.delete().where(MentorSkill.mentor == mentor).execute()
            for document in competencies:
                MentorSkill.create(mentor=mentor, competency=document)
            data = {"capacity": capacity, "competencies": [each.id for each in competencies]}
            if verb_is_new:
                audit.record(by, "offered", mentor, about=person, data=data)
            else:
                audit.record(by, "changed", mentor, about=person, data=data)
        return mentor

    def pause(self, *, by: Person) -> bool:
        """Nobody new for a while; what runs goes on. False when it is paused or over already."""
        with db.write():
            if not self._change(self.may_be_asked(), paused_at=clock.now()):
                return False
            audit.record(by, "paused", self, about=self.person)
        return True

    def resume(self, *, by: Person) -> bool:
        """May be asked again, after a pause or an end."""
        with db.write():
            still = Mentor.paused_at.is_null(False) | Mentor.ended_at.is_null(False)
            if not self._change(still, paused_at=None, ended_at=None):
                return False
            audit.record(by, "resumed", self, about=self.person)
        return True

    def end(self, *, by: Person | None) -> bool:
        """They offer it no more. What runs goes on until one of the two ends it."""
        with db.write():
            if not self._change(self.stands(), ended_at=clock.now()):
                return False
            audit.record(by, "ended", self, about=self.person)
        return True

    def _change(self, still: Any, **values: Any) -> bool:
        changed = Mentor.update(**values).where(Mentor.id == self.id, still).execute()
        if changed:
            for name, value in values.items():
                setattr(self, name, value)
        return bool(changed)


class MentorSkill(db.Model):
    """One competency somebody offers to mentor for."""

    mentor = peewee.ForeignKeyField(Mentor, backref="skills")
    competency = peewee.ForeignKeyField(Document)

    class Meta:
        indexes = ((("mentor", "competency"), True),)


class Mentorship(db.Model):
    """That somebody asked somebody to be their mentor, and from when to when it ran.

    At most one is open between the two. The words of asking and answering are for them alone, and
    go when it ends; nothing else is kept of what they say.
    """

    mentor = peewee.ForeignKeyField(Person, backref="mentorships_given")
    person = peewee.ForeignKeyField(Person, backref="mentorships")
    competency = peewee.ForeignKeyField(Document, null=True)
    wish = peewee.CharField(max_length=MAX_WORDS, default="")
    word = peewee.CharField(max_length=MAX_WORDS, default="")
    asked_at = db.UtcField()
    begun_at = db.UtcField(null=True)
    ended_at = db.UtcField(null=True)
    ended_by = peewee.ForeignKeyField(Person, null=True)
    outcome = peewee.CharField(max_length=10, default="")

    class Meta:
        indexes = ((("mentor", "ended_at"), False), (("person", "ended_at"), False))

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls) -> Any:
        """Asked or running: both take a place of the mentor."""
        return cls.ended_at.is_null()

    @classmethod
    def is_running(cls) -> Any:
        return cls.begun_at.is_null(False) & cls.ended_at.is_null()

    @classmethod
    def with_both(cls, query: Any) -> Any:
        """`query` of mentorships, each with both people and what it is about."""
        mentor = Person.alias()
        return (
            query.select(cls, *Person.names(Person), *Person.names(mentor), Document)
            .join(Person, on=(cls.person == Person.id), attr="person")
            .switch(cls)
            .join(mentor, on=(cls.mentor == mentor.id), attr="mentor")
            .switch(cls)
            .join(Document, peewee.JOIN.LEFT_OUTER, on=(cls.competency == Document.id))
            .order_by(cls.id.desc())
        )

    @property
    def state(self) -> str:
        """`asked`, `running`, or how it ended."""
        if self.ended_at:
            return str(self.outcome)
        return "running" if self.begun_at else "asked"

    @property
    def url(self) -> str:
        return f"/growth/mentorships/{self.id}"

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def ask(
        cls, mentor: Mentor, person: Person, *, by: Person, competency: Document | None, wish: str
    ) -> "Mentorship":
        """Ask, which takes a place until it is answered. Who has asked already has one.

        Raises NotPossible when there is no room, which may be since a moment ago.
        """
        with db.write():
            now = clock.now()
            mentor = Mentor.get_by_id(mentor.id)
            both = (cls.mentor == mentor.person_id) & (cls.person == person.id)
            if known := cls.get_or_none(both & cls.is_open()):
                return known  # type: ignore[no-any-return]
            _refuse(mentor, person)
            mentorship = cls.create(
                mentor=mentor.person, person=person, competency=competency, wish=wish, asked_at=now
            )
            data = {"mentor": mentor.person_id, "competency": competency and competency.id}
            audit.record(by, "asked", mentorship, about=person, data=data)
            # Those the mentor reports to read a duty's title: it does not say who asks.
            Assignment.assign(
                kind=MENTORING,
                target=mentorship.id,
                title="Answer a request to be a mentor",
                cause=Cause(MENTORING, mentorship.id),
                by=by,
                person=mentor.person,
                due_on=mentor.person.today() + timedelta(days=ANSWER_DAYS),
                zone=mentor.person.zone or "UTC",
                minutes=3,
            )
        return mentorship

    def accept(self, word: str, *, by: Person) -> bool:
        """The mentor says yes. False when it is answered or withdrawn already."""
        with db.write():
            asked = Mentorship.begun_at.is_null()
            if not self._change(asked, begun_at=clock.now(), word=word):
                return False
            audit.record(by, "accepted", self, about=self.person, data=self._said)
            Assignment.settle_all(MENTORING, self.id, by=by)
            self._tell_plans(by)
        return True

    def decline(self, word: str, *, by: Person) -> bool:
        """The mentor says no, with a word to whoever asked."""
        with db.write():
            if not self._end(DECLINED, by, Mentorship.begun_at.is_null(), word=word):
                return False
            audit.record(by, "declined", self, about=self.person, data=self._said)
            Assignment.settle_all(MENTORING, self.id, by=by)
        return True

    def withdraw(self, *, by: Person | None) -> bool:
        """Whoever asked takes it back before it is answered."""
        with db.write():
            if not self._end(WITHDRAWN, by, Mentorship.begun_at.is_null(), wish=""):
                return False
            audit.record(by, "withdrawn", self, about=self.person, data=self._said)
            Assignment.settle_all(MENTORING, self.id, by=by, outcome="ended", reason="Taken back.")
        return True

    def end(self, *, by: Person | None) -> bool:
        """Either of the two ends it; the words of its beginning go."""
        with db.write():
            if not self._end(ENDED, by, Mentorship.begun_at.is_null(False), wish="", word=""):
                return False
            audit.record(by, "ended", self, about=self.person, data=self._said)
        return True

    @property
    def _said(self) -> dict[str, Any]:
        return {"mentor": self.mentor_id}

    def _end(self, outcome: str, by: Person | None, still: Any, **words: str) -> bool:
        values = {"ended_at": clock.now(), "ended_by": by, "outcome": outcome, **words}
        if not self._change(still, **values):
            return False
        self._tell_plans(by)
        return True

    def _change(self, still: Any, **values: Any) -> bool:
        mine = (Mentorship.id == self.id) & Mentorship.is_open() & still
        changed = Mentorship.update(**values).where(mine).execute()
        if changed:
            for name, value in values.items():
                setattr(self, name, value)
        return bool(changed)

    def _tell_plans(self, by: Person | None) -> None:
        """The plans of which it is a step may go on."""
        for step in list(self.plan_steps):
            step.plan.go_on(by=by)


def _refuse(mentor: Mentor, person: Person) -> None:
    """Whatever stands against asking, as the writer sees it."""
    name = mentor.person.first_name
    if mentor.person_id == person.id:
        raise NotPossible("That is you: ask somebody else.")
    if mentor.ended_at or mentor.person.has_left(mentor.person.today()):
        raise NotPossible(f"{name} does not offer it any more.")
    if mentor.paused_at:
        raise NotPossible(f"{name} takes nobody new for the moment.")
    if not Mentor.select().where(Mentor.id == mentor.id, Mentor.has_room()).exists():
        raise NotPossible(f"{name} has no room now: somebody was faster. Choose another mentor.")


GUARDS = [db.partial_unique("mentorship", "mentor_id, person_id", "ended_at IS NULL")]
