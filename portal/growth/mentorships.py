"""Mentorships: that two people meet, and nothing of what they say."""

from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.growth import telling
from portal.growth.mentoring import Mentor, NotPossible
from portal.people.models import Person

MENTORING = "mentoring"
ANSWER_DAYS = 7
# A request takes a place of the mentor: so many of one person's at once, and not for ever.
MOST_WAITING = 2
LAPSE_DAYS = 14
MAX_WORDS = 600
LEADS_YOU = "You report to them: that talk is your one-on-one. Ask somebody outside of it."

TOO_MANY = (
    "Two whom you asked have not answered yet. Wait for one of them, or take a request back under"
    " Mentors."
)

DECLINED, WITHDRAWN, LAPSED, ENDED = "declined", "withdrawn", "lapsed", "ended"


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
    def waits(cls) -> Any:
        """Asked for, and not answered."""
        return cls.begun_at.is_null() & cls.is_open()

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
            telling.tell(self, self.person, by)
            self._tell_plans(by)
        return True

    def decline(self, word: str, *, by: Person) -> bool:
        """The mentor says no, with a word to whoever asked."""
        with db.write():
            if not self._end(DECLINED, by, Mentorship.begun_at.is_null(), word=word):
                return False
            audit.record(by, "declined", self, about=self.person, data=self._said)
            Assignment.settle_all(MENTORING, self.id, by=by)
            telling.tell(self, self.person, by)
        return True

    def withdraw(self, *, by: Person | None) -> bool:
        """Whoever asked takes it back before it is answered; or one of the two has left."""
        return self._take_back(WITHDRAWN, by, "Taken back.")

    @classmethod
    def lapse_all(cls) -> int:
        """What nobody answered in its time ends by itself; returns how many did."""
        late = clock.now() - timedelta(days=LAPSE_DAYS)
        rows = list(cls.select().where(cls.waits(), cls.asked_at < late).order_by(cls.id))
        return sum(row._take_back(LAPSED, None, "Not answered in two weeks.") for row in rows)

    def _take_back(self, outcome: str, by: Person | None, reason: str) -> bool:
        with db.write():
            if not self._end(outcome, by, Mentorship.begun_at.is_null(), wish=""):
                return False
            audit.record(by, "withdrawn", self, about=self.person, data=self._said)
            Assignment.settle_all(MENTORING, self.id, by=by, outcome="ended", reason=reason)
            telling.tell(self, self.person, by)
        return True

    def end(self, *, by: Person | None) -> bool:
        """Either of the two ends it; the words of its beginning go."""
        with db.write():
            if not self._end(ENDED, by, Mentorship.begun_at.is_null(False), wish="", word=""):
                return False
            audit.record(by, "ended", self, about=self.person, data=self._said)
            for each in (self.person, self.mentor):
                telling.tell(self, each, by)
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


def is_led_by(person: Person, mentor: Mentor) -> bool:
    """Whether the mentor is whoever they report to, who rates them: that is no mentoring."""
    held = person.held_now
    return held is not None and held.manager_id == mentor.person_id


def _refuse(mentor: Mentor, person: Person) -> None:
    """Whatever stands against asking, as the writer sees it."""
    name = mentor.person.first_name
    if mentor.person_id == person.id:
        raise NotPossible("That is you: ask somebody else.")
    if is_led_by(person, mentor):
        raise NotPossible(LEADS_YOU)
    if mentor.ended_at or mentor.person.has_left(mentor.person.today()):
        raise NotPossible(f"{name} does not offer it any more.")
    if mentor.paused_at:
        raise NotPossible(f"{name} takes nobody new for the moment.")
    if Mentorship.select().where(Mentorship.person == person.id, Mentorship.waits()).count() >= (
        MOST_WAITING
    ):
        raise NotPossible(TOO_MANY)
    if not Mentor.select().where(Mentor.id == mentor.id, Mentor.has_room()).exists():
        raise NotPossible(f"{name} has no room now: somebody was faster. Choose another mentor.")


GUARDS = [db.partial_unique("mentorship", "mentor_id, person_id", "ended_at IS NULL")]
