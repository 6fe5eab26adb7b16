"""What colleagues and reports say without their names: who was asked, and what was answered.

No row leads from an answer to whoever wrote it, and none says when. A nominee's row says that they
have answered; the answers of one review and step are written anew, in random order and under new
random keys, each time one is added, so that neither the order of rows nor what a database notes of
them by itself (the transaction, the place on disk) ties one to a person. While there is but one
answer, whoever holds the database could see whose it is; nobody sees any before the step has
closed, and then at least LEAST or none.
"""

import json
import secrets
from typing import Any

import peewee

from portal import clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.people.models import Person
from portal.questionnaires.questionnaire import Answers, Questionnaire
from portal.reviews.models import Phase, Review

DUTY = "review_answer"
LEAST = 3
MOST = 8


class Closed(Exception):
    """The step is over, or they are not asked any more."""


class Nominee(db.Model):
    """Somebody who is asked what they say about a colleague, or about whoever leads them.

    Asked once `approved_at`. `has_answered` carries no time.
    """

    review = peewee.ForeignKeyField(Review, backref="nominees")
    phase = peewee.ForeignKeyField(Phase)
    person = peewee.ForeignKeyField(Person)
    nominated_by = peewee.ForeignKeyField(Person, null=True)
    nominated_at = db.UtcField()
    approved_at = db.UtcField(null=True)
    approved_by = peewee.ForeignKeyField(Person, null=True)
    removed_at = db.UtcField(null=True)
    has_answered = peewee.BooleanField(default=False)

    class Meta:
        indexes = ((("review", "phase", "person"), True),)

    @classmethod
    def of(cls, review: Review, phase: Phase) -> Any:
        """Whoever is named for that step, by name, as a query with the people."""
        rows = cls.select(cls, *Person.names(Person)).join(Person, on=(cls.person == Person.id))
        named = (cls.review == review) & (cls.phase == phase) & cls.removed_at.is_null()
        return rows.where(named).order_by(Person.folded)

    @classmethod
    def unasked(cls, phase: Phase) -> Any:
        """Approved, without a duty yet, in reviews that count, as a query."""
        asked = Assignment.select(Assignment.target).where(Assignment.kind == DUTY)
        about = Person.alias()
        return (
            cls.select(cls, Person, Phase, Review, about)
            .join(Person, on=(cls.person == Person.id))
            .switch(cls)
            .join(Phase)
            .switch(cls)
            .join(Review)
            .join(about, on=(Review.person == about.id), attr="person")
            .where(cls.phase == phase, cls.removed_at.is_null(), cls.approved_at.is_null(False))
            .where(Review.counts(), cls.id.not_in(asked))
            .order_by(cls.id)
        )

    # -- naming ----------------------------------------------------------------------------

    @classmethod
    def name(cls, review: Review, phase: Phase, person: Person, *, by: Person | None) -> "Nominee":
        """They are proposed; who was before and taken out is back. Raises ValueError."""
        if person.id in (review.person_id, review.lead_id):
            raise ValueError(f"{person.called} has a part of their own in this review.")
        with db.write():
            if Phase.get_by_id(phase.id).closed_at:
                raise ValueError("This step is closed.")
            known = cls.get_or_none(review=review, phase=phase, person=person)
            if known is None and cls.of(review, phase).count() >= MOST:
                raise ValueError(f"At most {MOST} are asked.")
            if known is None:
                known = cls.create(
                    review=review, phase=phase, person=person, nominated_by=by,
                    nominated_at=clock.now(),
                )  # fmt: skip
            elif known.removed_at:
                cls.update(removed_at=None).where(cls.id == known.id).execute()
                known.removed_at = None
            else:
                return known  # type: ignore[no-any-return]
            review.said(by, "nominated", data={"person": person.id, "step": phase.name})
        return known  # type: ignore[no-any-return]

    def approve(self, *, by: Person | None) -> bool:
        """They are asked: at once where the step is under way. False when they were."""
        with db.write():
            this = (Nominee.id == self.id) & Nominee.approved_at.is_null()
            now = clock.now()
            values = {"approved_at": now, "approved_by": by}
            done = Nominee.update(values).where(this, Nominee.removed_at.is_null()).execute()
            if done:
                self.approved_at = now
                data = {"person": self.person_id, "step": self.phase.name}
                self.review.said(by, "nominee_approved", data=data)
        return bool(done)

    def remove(self, *, by: Person) -> bool:
        """They are not asked. False once they have answered, as if it were too late: whether they
        have is not to be learned from it, so nobody is taken out once the step is open."""
        with db.write():
            phase = Phase.get_by_id(self.phase_id)
            if phase.opened_at and self.approved_at:
                return False
            this = (Nominee.id == self.id) & Nominee.removed_at.is_null()
            removed = Nominee.update(removed_at=clock.now()).where(this).execute()
            if removed:
                data = {"person": self.person_id, "step": phase.name}
                self.review.said(by, "nominee_removed", data=data)
        return bool(removed)

    def ask(self) -> None:
        """Their duty, which nobody else learns of: its end would tell when they answered."""
        Assignment.assign(
            kind=DUTY,
            target=self.id,
            title=f"What you say of {self.review.person.called}"[:320],
            cause=Cause("review", self.review_id),
            by=None,
            person=self.person,
            about=self.review.person,
            due_on=self.phase.closes_on,
            zone=self.person.zone or "UTC",
            minutes=10,
        )

    # -- answering -------------------------------------------------------------------------

    def answer(self, answers: Answers) -> bool:
        """What they say, without their name. False when they have answered already.

        Raises Closed, or ValueError for what cannot be sent.
        """
        form = Questionnaire.of(self.phase.form.parsed, {})
        final = form.final(answers)
        if problems := form.problems(final):
            raise ValueError(next(iter(problems.values())))
        with db.write():
            phase = Phase.get_by_id(self.phase_id)
            fresh = Nominee.get_by_id(self.id)
            if not phase.is_under_way or fresh.approved_at is None or fresh.removed_at:
                raise Closed
            if fresh.has_answered:
                return False
            Nominee.update(has_answered=True).where(Nominee.id == self.id).execute()
            Response.add(self.review_id, phase, final)
            # Every row of the step is written in this transaction, so that none stands out.
            of_step = (Nominee.review == self.review_id) & (Nominee.phase == phase)
            Nominee.update(has_answered=Nominee.has_answered).where(of_step).execute()
            self._settle(phase)
        self.has_answered = True
        return True

    def _settle(self, phase: Phase) -> None:
        """Their duty is over, at a time that is the same for all: without event, without cause."""
        mine = (Assignment.kind == DUTY) & (Assignment.target == self.id) & Assignment.is_open()
        Assignment.update(settled_at=phase.opened_at, outcome="done").where(mine).execute()


class Response(db.Model):
    """One answer to one step of one review. The key is random; no person, no time, no order."""

    key = peewee.CharField(max_length=32, primary_key=True)
    review = peewee.ForeignKeyField(Review)
    phase = peewee.ForeignKeyField(Phase)
    answers = peewee.TextField()

    class Meta:
        without_rowid = True

    @classmethod
    def add(cls, review_id: int, phase: Phase, answers: Answers) -> None:
        """One more, among all others written anew. Call it inside `db.write()`."""
        said = cls._of(review_id, phase)
        cls._write(review_id, phase, [*said, json.dumps(answers, ensure_ascii=False)])

    @classmethod
    def _of(cls, review_id: int, phase: Phase) -> list[str]:
        rows: Any = cls.select(cls.answers).where(cls.review == review_id, cls.phase == phase)
        return [answers for (answers,) in rows.tuples()]

    @classmethod
    def _write(cls, review_id: int, phase: Phase, said: list[str]) -> None:
        cls.delete().where(cls.review == review_id, cls.phase == phase).execute()
        secrets.SystemRandom().shuffle(said)
        for answers in said:
            cls.insert(
                key=secrets.token_hex(16), review=review_id, phase=phase, answers=answers
            ).execute()

    @classmethod
    def shown(cls, review: Review, phase: Phase) -> list[Answers]:
        """All of them once the step has closed, in an order that says nothing; [] before."""
        if phase.closed_at is None:
            return []
        rows = cls.select().where(cls.review == review, cls.phase == phase).order_by(cls.key)
        return [json.loads(row.answers) for row in rows]


def close(phase: Phase) -> None:
    """What becomes of a step's answers when it has closed: fewer than LEAST go, and every duty
    ends at the same time. Call it after the step was closed; twice does nothing."""
    with db.write():
        counted: Any = (
            Response.select(Response.review, peewee.fn.COUNT(Response.key))
            .where(Response.phase == phase)
            .group_by(Response.review)
            .tuples()
        )
        few = [review for review, count in counted if count < LEAST]
        if few:
            gone = (Response.phase == phase) & Response.review.in_(few)
            Response.delete().where(gone).execute()
        owed = Nominee.select(Nominee.id).where(Nominee.phase == phase)
        mine = (Assignment.kind == DUTY) & db.among(Assignment.target, owed)
        values = {"settled_at": phase.opened_at, "outcome": "ended"}
        Assignment.update(values).where(mine, Assignment.is_open()).execute()
