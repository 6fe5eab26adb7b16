"""What somebody writes under their name in a review: the form, and who may read it from when."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment, CauseRow
from portal.documents.models import Revision
from portal.people.models import Person
from portal.prepared import Prepared, blank
from portal.questionnaires.keeping import FORM
from portal.questionnaires.models import Submission
from portal.questionnaires.terms import HR
from portal.questionnaires.terms import MANAGER as LINE
from portal.reviews import proposed
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.steps import MANAGER, RELEASE, SELF

CAUSE = "review"
# So many rows are looked after in one write; of forms, which take longer to open, fewer.
BATCH = 10
ASKED_AT_ONCE = 4
# Who is asked when a step is nearly over, or is, has so long all the same.
TIME = timedelta(days=5)
# A form that a plan asked for shortly before counts for the cycle as well.
BEFORE_DAYS = 30


class ReviewPart(db.Model):
    """One form of one review, filled by its `author`: the person, or whoever leads them.

    `replaced_at`: somebody else writes it now; what its author wrote stays theirs to read. `due_on`
    is its own last day, where its author was asked when the step was nearly over.
    """

    review = peewee.ForeignKeyField(Review, backref="parts")
    phase = peewee.ForeignKeyField(Phase)
    author = peewee.ForeignKeyField(Person)
    submission = peewee.ForeignKeyField(Submission)
    due_on = peewee.DateField(null=True)
    replaced_at = db.UtcField(null=True)
    # It asks whether what was taken on has helped, and is not summed up yet.
    is_to_count = peewee.BooleanField(default=False, index=True)

    @classmethod
    def of_submission(cls, submission_id: int) -> "ReviewPart | None":
        """What a form belongs to, with its review, step, cycle and that one’s plan; None for any
        other form."""
        return _of_submission.first(form=submission_id)  # type: ignore[no-any-return]

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` with step, form and author."""
        return (
            query.select(cls, Phase, Submission, *Person.names(Person))
            .join(Phase)
            .switch(cls)
            .join(Submission)
            .switch(cls)
            .join(Person, on=(cls.author == Person.id), attr="author")
        )

    @classmethod
    def is_current(cls) -> Any:
        return cls.replaced_at.is_null()

    @classmethod
    def last_day(cls) -> Any:
        """Until when it is to be sent, in a query with its step."""
        own = [(cls.due_on > Phase.closes_on, cls.due_on)]
        return peewee.Case(None, own, Phase.closes_on)

    @classmethod
    def is_past(cls, today: date) -> Any:
        """Its own last day is over, where it has one."""
        return cls.due_on.is_null() | (cls.due_on < today)

    @property
    def is_due_until(self) -> date | None:
        """The same of one, with its step."""
        closes_on: date | None = self.phase.closes_on
        return max(closes_on, self.due_on) if closes_on and self.due_on else closes_on

    @classmethod
    def to_share(cls) -> list[Review]:
        """Reviews whose self-review was sent and not shared, where the step is over."""
        rows = cls._sent(SELF).where(Review.shared_at.is_null(), Phase.closed_at.is_null(False))
        return [part.review for part in rows]

    @classmethod
    def is_trusted_to(cls, phase: Phase) -> bool:
        """Whether somebody has sent what the end of that step would share."""
        sent = cls._sent(phase.name).where(cls.phase == phase, Review.shared_at.is_null())
        return bool(sent.exists())

    @classmethod
    def to_release(cls, on: date, without: Any) -> list[Review]:
        """Reviews whose manager has sent theirs and whose day of release has come: when the step
        “release” has opened, or without one from the day they talk (at once, if none was said).
        Not those among `without`, a query of ids."""
        step = Phase.alias()
        waits = step.select(peewee.SQL("1")).where(
            step.cycle == Review.cycle, step.name == RELEASE, step.opened_at.is_null()
        )
        is_day = Review.talk_on.is_null() | (Review.talk_on <= on)
        rows = cls._sent(MANAGER).where(Review.released_at.is_null(), ~peewee.fn.EXISTS(waits))
        return [part.review for part in rows.where(is_day, Review.id.not_in(without))]

    @classmethod
    def _sent(cls, name: str) -> Any:
        return (
            cls.select(cls, Review)
            .join(Phase)
            .switch(cls)
            .join(Review)
            .switch(cls)
            .join(Submission)
            .switch(Review)
            .join(Cycle)
            .where(cls.is_current(), Phase.name == name, Submission.submitted_at.is_null(False))
            .where(Review.counts(), Cycle.is_open())
            .order_by(cls.id)
        )

    @classmethod
    def of_step(cls, review: Review, name: str) -> "ReviewPart | None":
        """The form of that step whose author still has it."""
        rows = cls.whole(cls.select()).where(cls.review == review, cls.is_current())
        return rows.where(Phase.name == name).first()  # type: ignore[no-any-return]

    @classmethod
    def change_lead(cls, review: Review, lead_id: int | None) -> bool:
        """Another reviews from now on. What is sent stays as it was sent, and whoever wrote it
        keeps reading it; what is not sent goes to the new one, who begins afresh."""
        with db.write():
            before = review.lead_id
            known = Review.lead.is_null() if before is None else Review.lead == before
            changed = Review.update(lead=lead_id).where(Review.id == review.id, known).execute()
            if not changed:
                return False
            part = cls.of_step(review, MANAGER)
            if part and part.submission.submitted_at is None:
                cls.update(replaced_at=clock.now()).where(cls.id == part.id).execute()
                part.submission.withdraw(by=None, reason="Another leads now.", outcome="ended")
            elif part:
                part.submission.seal()
            data = {"from": before, "to": lead_id}
            review.said(None, "reassigned", data=data)
            review.lead_id = lead_id
        return True

    @classmethod
    def follow_forms(cls) -> int:
        """Whoever was given somebody’s form to fill writes it in the review as well; returns how
        many changed."""
        rows: Any = (
            cls.select(cls.id, cls.review, cls.phase, Assignment.target, Assignment.person)
            .join(Submission)
            .switch(cls)
            .join(Phase)
            .switch(cls)
            .join(CauseRow, on=(CauseRow.ref == cls.review))
            .join(Assignment, on=(CauseRow.assignment == Assignment.id))
            .where(CauseRow.kind == CAUSE, Assignment.kind == FORM, Assignment.is_open())
            .where(cls.is_current(), Submission.withdrawn_at.is_null(False), Phase.name == MANAGER)
            .where(Assignment.target != cls.submission, Assignment.about != Assignment.person)
            .limit(BATCH)
            .tuples()
        )
        changed = 0
        for part, review, phase, form, writer in list(rows):
            with db.write():
                this = (cls.id == part) & cls.is_current()
                if cls.update(replaced_at=clock.now()).where(this).execute():
                    cls.create(review=review, phase=phase, author=writer, submission=form)
                    changed += 1
        return changed

    @classmethod
    def next_of(cls, author: Person, review: Review) -> "ReviewPart | None":
        """What they have still to write of another in the same cycle, with the person."""
        unsent = Submission.submitted_at.is_null() & Submission.withdrawn_at.is_null()
        return (  # type: ignore[no-any-return]
            cls.select(cls, Review, *Person.names(Person))
            .join(Review)
            .join(Person, on=(Review.person == Person.id), attr="person")
            .switch(cls)
            .join(Submission)
            .switch(Review)
            .join(Cycle)
            .where(cls.author == author, cls.is_current(), unsent, Review.cycle == review.cycle_id)
            .where(Review.person != author, Review.counts(), Cycle.is_open())
            .order_by(Person.name, cls.id)
            .first()
        )

    # -- not asking any more ---------------------------------------------------------------

    @classmethod
    def let_go(cls, review: Review, *, by: Person | None) -> None:
        """Nobody asks for its forms on its account any more; what else asks for one still does.
        Call it inside `db.write()`."""
        cause = Cause(CAUSE, review.id)
        for part in cls._unsent(review):
            for duty in part.submission.duties().where(Assignment.is_open()):
                duty.lose(cause, by=by, reason="It is not asked for any more.")

    @classmethod
    def ask_again(cls, review: Review, *, by: Person | None) -> None:
        """What `let_go` took is asked for again, with what was written by then."""
        for part in cls._unsent(review):
            duty = part.submission.duties().first()
            if duty is None or (duty.settled_at and duty.outcome != "ended"):
                continue
            duty.reopen(by=by)
            kept = CauseRow.insert(assignment=duty, kind=CAUSE, ref=review.id)
            kept.on_conflict_ignore().execute()

    @classmethod
    def _unsent(cls, review: Review) -> list["ReviewPart"]:
        rows = cls.whole(cls.select()).where(cls.review == review, cls.is_current())
        unsent = Submission.submitted_at.is_null() & Submission.withdrawn_at.is_null()
        return list(rows.where(unsent))

    # -- asking ----------------------------------------------------------------------------

    @classmethod
    def ask(cls, phase: Phase) -> int:
        """Ask some of those a step under way has not asked yet; returns how many."""
        waiting = cls._unasked(phase).limit(ASKED_AT_ONCE)
        # Most often there is nobody, and no one has to wait for that.
        if not waiting.exists():
            return 0
        with db.write():
            rows = list(waiting.clone())
            also = proposed.sections(rows, phase.cycle, phase.name)
            for review in rows:
                cls.give(review, phase, also.get(review.id))
        return len(rows)

    @classmethod
    def _unasked(cls, phase: Phase) -> Any:
        asked = cls.select(cls.review).where(cls.phase == phase, cls.is_current())
        author = Review.person if phase.name == SELF else Review.lead
        rows = Review.whole(Review.select()).where(
            Review.cycle == phase.cycle_id, Review.counts(), author.is_null(False)
        )
        return rows.where(Review.id.not_in(asked)).order_by(Review.id)

    @classmethod
    def give(
        cls, review: Review, phase: Phase, also: list[dict[str, Any]] | None = None
    ) -> "ReviewPart":
        """The form for whoever is to write it, with its duty; `also` are sections it asks besides
        its own. Call it inside `db.write()`.

        Whoever filled the same form about the same person since shortly before the cycle began,
        because a plan asked for it, has filled it for this as well: same form, same duty. Whoever
        had begun it, before another led for a while, goes on with that.
        """
        author: Person = review.person if phase.name == SELF else review.lead
        own_day = _own_day(phase)
        due_on, cause = own_day or phase.closes_on, Cause(CAUSE, review.id)
        if begun := cls._begun(review, phase, author):
            cls.update(replaced_at=None, due_on=own_day).where(cls.id == begun.id).execute()
            begun.submission.ask_for_again(cause, due_on=due_on)
            return begun
        done = _done_already(review, phase, author)
        if done is None:
            form = Submission.open(
                phase.form,
                author,
                review.person,
                by=None,
                cause=cause,
                due_on=due_on,
                readers=first_readers(phase.name),
                level=review.level or None,
            ).target
            is_to_count = bool(also) and Submission.get_by_id(form).ask_also(also)
        else:
            form, is_to_count = done.id, False
        return cls.create(  # type: ignore[no-any-return]
            review=review,
            phase=phase,
            author=author,
            submission=form,
            due_on=own_day,
            is_to_count=is_to_count,
        )

    @classmethod
    def _begun(cls, review: Review, phase: Phase, author: Person) -> "ReviewPart | None":
        """What they wrote of it before it went to another, should they have it back."""
        rows = cls.whole(cls.select()).where(
            cls.review == review, cls.phase == phase, cls.author == author, ~cls.is_current()
        )
        kept = Submission.submitted_at.is_null() & Submission.purged_at.is_null()
        return rows.where(kept).order_by(cls.id.desc()).first()  # type: ignore[no-any-return]


def first_readers(name: str) -> tuple[str, ...]:
    """Who reads it as soon as it is sent: nobody what one says of oneself, before it is shared; HR
    and the line what a manager writes, before it is released."""
    return () if name == SELF else (HR, LINE)


def _own_day(phase: Phase) -> date | None:
    """The last day of whoever is asked so late that the step’s own is too near, or past."""
    today = clock.today()
    is_near = phase.closes_on is not None and phase.closes_on < today + TIME
    return today + TIME if is_near and phase.opens_on < today else None


def _done_already(review: Review, phase: Phase, author: Person) -> Submission | None:
    since = review.cycle.begun_at - timedelta(days=BEFORE_DAYS)
    form = phase.form.document_id
    found: Submission | None = (
        Submission.select()
        .join(Revision)
        .where(
            Revision.document == form,
            Submission.person == author,
            Submission.about == review.person_id,
            Submission.submitted_at > since,
            Submission.purged_at.is_null(),
        )
        .order_by(Submission.id.desc())
        .first()
    )
    return found


# Asked whenever a form is shown, sent or its draft is kept.
_of_submission = Prepared(
    lambda: (
        ReviewPart.select(ReviewPart, Phase, Review, Cycle, Revision)
        .join(Phase)
        .switch(ReviewPart)
        .join(Review)
        .join(Cycle)
        .join(Revision, on=(Cycle.revision == Revision.id), attr="revision")
        .where(ReviewPart.submission == blank("form"))
        .order_by(ReviewPart.id.desc())
        .limit(1)
    )
)
