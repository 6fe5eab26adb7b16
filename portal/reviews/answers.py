"""What colleagues and reports say without their names: who was asked, and what was answered.

No row leads from an answer to whoever wrote it, and none says when. A nominee's row says that they
have answered. Each answer to a question stands by itself, so that nothing says which were given
together; all of one review and step are written anew, in random order and under new random keys,
each time somebody adds theirs, and every nominee and duty of it in the same transaction. So neither
the order of rows nor what a database notes of them by itself (the transaction, the place on disk)
ties one to a person. While few have answered, whoever holds the database, or two backups of it,
could see whose it is; nobody is shown any before the step has closed, and then at least LEAST to a
question, or none.
"""

from functools import cached_property
from typing import Any

import peewee

from portal import clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.models import Revision
from portal.people.models import Person
from portal.questionnaires.questionnaire import Answers, Questionnaire
from portal.reviews.frozen import FrozenRows
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.responses import LEAST, Response

DUTY = "review_answer"
MOST = 8
NOTHING = "Answer at least one question. You need not send it at all, and nobody is told."


__all__ = ["DUTY", "LEAST", "MOST", "Closed", "Nominee", "Response"]


class Closed(Exception):
    """The step is over, or they are not asked any more."""


class Nominee(db.Model):
    """Somebody who is asked what they say about a colleague, or about whoever leads them.

    Asked once `approved_at`. `has_answered` carries no time. `is_over`: the step has closed, and
    what was said is gathered for reading or gone.
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
    is_over = peewee.BooleanField(default=False)

    class Meta:
        indexes = ((("review", "phase", "person"), True),)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_approved(cls) -> Any:
        return cls.approved_at.is_null(False) & cls.removed_at.is_null()

    @classmethod
    def of(cls, review: Review, phase: Phase) -> Any:
        """Whoever is named for that step, by name, as a query with the people."""
        rows = cls.select(cls, *Person.names(Person)).join(Person, on=(cls.person == Person.id))
        named = (cls.review == review) & (cls.phase == phase) & cls.removed_at.is_null()
        return rows.where(named).order_by(Person.folded)

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` with step, form, review, cycle and the person it is about."""
        about = Person.alias()
        return (
            query.select(cls, Phase, Revision, Review, Cycle, *Person.names(about))
            .join(Phase)
            .join(Revision, peewee.JOIN.LEFT_OUTER, on=(Phase.form == Revision.id), attr="form")
            .switch(cls)
            .join(Review)
            .join(Cycle)
            .switch(Review)
            .join(about, on=(Review.person == about.id), attr="person")
        )

    @classmethod
    def enough(cls, phase: Phase) -> Any:
        """Reviews in which so many are approved that all may be read, as a query of ids. Who has
        left counts only if they were asked before."""
        row = cls.alias()
        asked = Assignment.select(Assignment.target).where(Assignment.kind == DUTY)
        can_speak = Person.is_here(clock.today()) | db.among(row.id, asked)
        approved = row.approved_at.is_null(False) & row.removed_at.is_null() & can_speak
        rows = row.select(row.review).join(Person, on=(row.person == Person.id))
        rows = rows.where(row.phase == phase, approved)
        return rows.group_by(row.review).having(peewee.fn.COUNT(row.id) >= LEAST)

    @classmethod
    def unasked(cls, phase: Phase) -> Any:
        """Approved, without a duty yet, in reviews that count and in which enough are, as a
        query."""
        asked = Assignment.select(Assignment.target).where(Assignment.kind == DUTY)
        about = Person.alias()
        return (
            cls.select(cls, Person, Phase, Revision, Review, about)
            .join(Person, on=(cls.person == Person.id))
            .switch(cls)
            .join(Phase)
            .join(Revision, on=(Phase.form == Revision.id), attr="form")
            .switch(cls)
            .join(Review)
            .join(about, on=(Review.person == about.id), attr="person")
            .where(cls.phase == phase, cls.is_approved(), ~cls.has_answered)
            .where(Review.counts(), Person.is_here(clock.today()))
            .where(db.among(cls.review, cls.enough(phase)), cls.id.not_in(asked))
            .order_by(cls.id)
        )

    @property
    def is_asked(self) -> bool:
        """Whether they were given the duty: from then on they are not taken out."""
        return self.duties().exists()

    def duties(self) -> Any:
        return Assignment.select().where(Assignment.kind == DUTY, Assignment.target == self.id)

    def how_many(self) -> int:
        """How many were asked in this step of this review."""
        row = Nominee.alias()
        of_step = (row.review == self.review_id) & (row.phase == self.phase_id)
        named = row.select(row.id).where(of_step)
        asked = Assignment.select().where(Assignment.kind == DUTY)
        return int(asked.where(db.among(Assignment.target, named)).count())

    # -- naming ----------------------------------------------------------------------------

    @classmethod
    def name(cls, review: Review, phase: Phase, person: Person, *, by: Person | None) -> "Nominee":
        """They are proposed; who was taken out is so anew. Raises ValueError, or Closed."""
        if person.id in (review.person_id, review.lead_id):
            raise ValueError(f"{person.called} has a part of their own in this review.")
        with db.write():
            _still_goes_on(review, phase)
            known: Nominee | None = cls.get_or_none(review=review, phase=phase, person=person)
            if known and known.removed_at is None:
                return known
            if cls.of(review, phase).count() >= MOST:
                raise ValueError(f"At most {MOST} are asked.")
            # That they were agreed to once does not count for whoever names them now.
            fresh = {"nominated_by": by, "nominated_at": clock.now(), "approved_at": None,
                     "approved_by": None, "removed_at": None}  # fmt: skip
            if known is None:
                known = cls.create(review=review, phase=phase, person=person, **fresh)
            else:
                cls.update(fresh).where(cls.id == known.id).execute()
                known = cls.get_by_id(known.id)
            review.said(by, "nominated", data={"person": person.id, "step": phase.name})
        return known  # type: ignore[return-value]

    def approve(self, *, by: Person | None) -> bool:
        """They are asked once enough are: at once where the step is under way. False when they
        were, or are named no more. Raises Closed."""
        with db.write():
            _still_goes_on(self.review, self.phase)
            this = (Nominee.id == self.id) & Nominee.approved_at.is_null()
            now = clock.now()
            values = {"approved_at": now, "approved_by": by}
            done = Nominee.update(values).where(this, Nominee.removed_at.is_null()).execute()
            if done:
                self.approved_at = now
                self._said(by, "nominee_approved")
        return bool(done)

    def remove(self, *, by: Person) -> bool:
        """They are not asked. False once they were: whether they have answered is not to be learned
        from it, so nobody who was asked is taken out."""
        with db.write():
            if self.is_asked:
                return False
            this = (Nominee.id == self.id) & Nominee.removed_at.is_null()
            removed = Nominee.update(removed_at=clock.now()).where(this).execute()
            if removed:
                self._said(by, "nominee_removed")
        return bool(removed)

    def restore(self, *, by: Person) -> bool:
        """Take a removal back. False when there is none, or no room any more. Raises Closed."""
        with db.write():
            _still_goes_on(self.review, self.phase)
            this = (Nominee.id == self.id) & Nominee.removed_at.is_null(False)
            if Nominee.of(self.review, self.phase).count() >= MOST:
                return False
            restored = Nominee.update(removed_at=None).where(this).execute()
            if restored:
                self.removed_at = None
                self._said(by, "nominated")
        return bool(restored)

    def _said(self, by: Person | None, verb: str) -> None:
        self.review.said(by, verb, data={"person": self.person_id, "step": self.phase.name})

    def ask(self) -> None:
        """Their duty, which nobody else learns of: its end would tell when they answered. What the
        first of them is asked is what all are asked."""
        FrozenRows.keep(self.phase, self.review.level)
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

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """What they are asked."""
        return questionnaire_of(self.review, self.phase)

    def answer(self, answers: Answers) -> bool:
        """What they say, without their name. False when they have answered already.

        Raises Closed, or ValueError for what cannot be sent.
        """
        final = self.questionnaire.final(answers)
        if problems := self.questionnaire.problems(final):
            raise ValueError(next(iter(problems.values())))
        if not final:
            raise ValueError(NOTHING)
        with db.write():
            fresh = Nominee.get_by_id(self.id)
            if fresh.has_answered:
                return False
            if not fresh.may_answer:
                raise Closed
            phase = fresh.phase
            Response.add(self.review_id, phase, final)
            _write_alike(self.review_id, phase, self.id)
        self.has_answered = True
        return True

    @property
    def may_answer(self) -> bool:
        """Whether what they say would be taken now: they were asked, and the step goes on."""
        is_off = self.review.skipped_at or self.review.cycle.ended_at or self.removed_at
        if is_off or self.has_answered or not self.phase.is_under_way:
            return False
        return self.approved_at is not None and self.is_asked


def _still_goes_on(review: Review, phase: Phase) -> None:
    fresh = Review.whole(Review.select()).where(Review.id == review.id).get()
    if Phase.get_by_id(phase.id).closed_at or fresh.skipped_at or fresh.cycle.ended_at:
        raise Closed


def questionnaire_of(review: Review, phase: Phase) -> Questionnaire:
    """What a step asks about one person, with the rows of ratings for their level."""
    return Questionnaire.of(phase.form.parsed, FrozenRows.of(phase, review.level))


def asked_now() -> Any:
    """Ids of nominees in steps under way: they are written to alike, whoever has answered."""
    rows: Any = Nominee.select(Nominee.id).join(Phase).join(Cycle).switch(Nominee).join(Review)
    is_on = Phase.opened_at.is_null(False) & Phase.closed_at.is_null() & Cycle.is_open()
    return rows.where(is_on, Review.counts(), ~Nominee.is_over)


def _write_alike(review_id: int, phase: Phase, answered: int) -> None:
    """One has answered: every nominee and every duty of the step is written, each once and in one
    statement, so that neither the transaction nor the place of a row tells this one from another.

    Their duty ends at a time that is the same for all, without event and without cause. Reminders
    go on as if it had not, so that no letter tells who has answered.
    """
    of_step = (Nominee.review == review_id) & (Nominee.phase == phase)
    has = peewee.Case(None, [(Nominee.id == answered, True)], Nominee.has_answered)
    Nominee.update(has_answered=has).where(of_step).execute()
    mine = (Assignment.target == answered) & Assignment.is_open()

    def where_mine(column: Any, value: Any) -> Any:
        return peewee.Case(None, [(mine, peewee.Value(value, converter=column.db_value))], column)

    named = Nominee.select(Nominee.id).where(of_step)
    duties = (Assignment.kind == DUTY) & db.among(Assignment.target, named)
    Assignment.update(
        settled_at=where_mine(Assignment.settled_at, phase.opened_at),
        outcome=where_mine(Assignment.outcome, "done"),
    ).where(duties).execute()
