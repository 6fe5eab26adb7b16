"""Mentors: who offers their time, for what, and for how many at once."""

from collections.abc import Collection
from typing import Any

import peewee

from portal import audit, clock, db
from portal.documents.models import Document
from portal.people.models import Person

MAX_CAPACITY = 5
MAX_LINE = 300


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
        # `Mentorship` stands on this file, so it is found through what it tied to persons.
        mentorship: Any = Person.mentorships_given.rel_model  # type: ignore[attr-defined]
        taken = mentorship.select(peewee.fn.COUNT(mentorship.id))
        return taken.where(mentorship.mentor == cls.person, mentorship.is_open())

    @classmethod
    def has_room(cls) -> Any:
        return cls.capacity > cls.in_use()

    @classmethod
    def of(cls, person: Person) -> "Mentor | None":
        """Their offer, as long as it stands."""
        return cls.get_or_none(cls.person == person.id, cls.stands())

    @classmethod
    def with_people(cls, query: Any) -> Any:
        """`query` of offers, those with room first, each with whose it is and `.taken` places."""
        return (
            query.select(cls, *Person.names(Person), cls.in_use().alias("taken"))
            .join(Person, on=(cls.person == Person.id), attr="person")
            .order_by(peewee.Case(None, [(cls.has_room(), 0)], 1), Person.folded, cls.id)
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
            .where(MentorSkill.mentor.in_(list(found)), Document.retired_at.is_null())
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
