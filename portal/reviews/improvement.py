"""Improvement plans: what has to change within some weeks, and the days on which two look at it.

What has to change is written in the form of a review of one person (`content/reviews`), so it is
drafted, read, signed and kept like any other. Here stand its days, and until when it runs.
"""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.people.lines import managers_above
from portal.people.models import Person
from portal.people.org import PLAIN_WEEK
from portal.people.positions import Position
from portal.people.workdays import WorkCalendar
from portal.questionnaires.models import Submission
from portal.reviews.models import KIND, Cycle, Phase, Review
from portal.reviews.parts import CAUSE, ReviewPart, first_readers
from portal.reviews.steps import MANAGER, RELEASE

FACT = "improvement"
PLAN_SLUG = "improvement-plan"
CHECK, DECIDE, NEWS = "improvement_check", "improvement_end", "improvement_news"
RHYTHMS = {1: "every week", 2: "every two weeks", 4: "every four weeks"}
LEAST_DAYS, MOST_DAYS, USUAL_DAYS = 14, 366, 60
MOST_CHECKS = 60
# So many days before, a check-in and the decision stand on Today.
AHEAD_DAYS = 7
CHECK_MINUTES, DECIDE_MINUTES = 3, 10


class UnderWay(Exception):
    """One of this person goes on: `plan`. So pressing twice starts once."""

    def __init__(self, plan: "Improvement") -> None:
        super().__init__("An improvement plan is under way.")
        self.plan = plan


class Improvement(db.Model):
    """What a review of one person becomes once it is an improvement plan: how often two look at it,
    and until when. `closed_at`: it was decided, or the person has left."""

    review = peewee.ForeignKeyField(Review, unique=True, backref="improvements")
    started_by = peewee.ForeignKeyField(Person)
    weeks = peewee.IntegerField()
    ends_on = peewee.DateField()
    closed_at = db.UtcField(null=True)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_running(cls) -> Any:
        """Read by the person and not over; of a query that has joined `Review` and `Cycle`."""
        is_there = Review.released_at.is_null(False) & Review.skipped_at.is_null()
        return cls.closed_at.is_null() & is_there & Cycle.is_open()

    @classmethod
    def is_ahead(cls) -> Any:
        """Begun, and still being written; of a query that has joined `Review` and `Cycle`."""
        unread = Review.released_at.is_null() & Review.skipped_at.is_null()
        return cls.closed_at.is_null() & unread & Cycle.is_open()

    @classmethod
    def cycles_under_way(cls) -> Any:
        """Ids of the cycles of plans that are not over, as a query."""
        return Review.select(Review.cycle).join(cls).where(cls.closed_at.is_null(), Review.counts())

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of plans with the review, its cycle and its person."""
        return (
            query.select(cls, Review, Cycle, *Person.names(Person))
            .join(Review)
            .join(Cycle)
            .switch(Review)
            .join(Person, on=(Review.person == Person.id), attr="person")
            .switch(cls)
        )

    @classmethod
    def of(cls, review: Review) -> "Improvement | None":
        """The plan that this review is, if it is one: nothing is asked of any other."""
        if not is_improvement(review):
            return None
        plan = cls.get_or_none(cls.review == review.id)
        if plan is not None:
            plan.review = review
        return plan  # type: ignore[no-any-return]

    @classmethod
    def open_of(cls, person: Person) -> "Improvement | None":
        """The one that is being written or goes on."""
        mine = cls.whole(cls.select()).where(Review.person == person.id)
        return mine.where(cls.is_running() | cls.is_ahead()).first()  # type: ignore[no-any-return]

    @property
    def goes_on(self) -> bool:
        """Read by the person and not over."""
        return self.review.released_at is not None and not self.is_over

    @property
    def is_over(self) -> bool:
        """Decided, or ended without: they left, HR left it out or ended its cycle."""
        return bool(self.closed_at or self.review.skipped_at or self.review.cycle.ended_at)

    @property
    def url(self) -> str:
        return f"/reviews/improvement/{self.id}"

    @property
    def how_often(self) -> str:
        return RHYTHMS[self.weeks]

    def checks(self) -> "list[ImprovementCheck]":
        """Its check-ins in order of their days."""
        rows = ImprovementCheck.select().where(ImprovementCheck.plan == self)
        return list(rows.order_by(ImprovementCheck.due_on, ImprovementCheck.id))

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def start(cls, person: Person, ends_on: date, weeks: int, *, by: Person) -> "Improvement":
        """Whoever leads them is asked at once to write down what has to change.

        Raises UnderWay where one goes on, ValueError with a sentence where it cannot begin.
        """
        document = Document.named(KIND, PLAN_SLUG)
        if document is None or document.state != "published":
            raise ValueError("The plan “Improvement plan” is not in force: HR publishes it.")
        with db.write():
            if not is_in_charge(by, person.id):
                raise ValueError("You do not lead them any more.")
            if known := cls.open_of(person):
                raise UnderWay(known)
            if lead_of(person) is None:
                raise ValueError(f"Nobody leads {person.called}, so nobody can write it.")
            number = cls.select().join(Review).where(Review.person == person).count() + 1
            cycle = Cycle.begin(
                document, [person], person.today(), by=by, person=person, fact=f"{FACT}:{number}"
            )
            review = Review.whole(Review.select()).where(Review.cycle == cycle).get()
            _ask(cycle, review, by)
            plan = cls.create(review=review, started_by=by, weeks=weeks, ends_on=ends_on)
            plan.add_checks(person.today())
            plan.said(by, "begun")
        return plan  # type: ignore[no-any-return]

    def add_checks(self, after: date) -> None:
        """Check-ins by its rhythm after that day and before its end. Call it in `db.write()`."""
        calendar = calendar_of(self.review.person)
        rows = [
            {"plan": self.id, "due_on": day}
            for day in days(after, self.ends_on, self.weeks, calendar)
        ]
        if rows:
            ImprovementCheck.insert_many(rows).on_conflict_ignore().execute()

    def said(self, by: Person | None, happened: str) -> None:
        """An event about this plan; never what stands in it."""
        audit.record(by, happened, self, about=Person(id=self.review.person_id))

    def ask_to_decide(self, lead: Person) -> None:
        """It ends soon: whoever leads them says how. Call it inside `db.write()`."""
        person = self.review.person
        Assignment.assign(
            kind=DECIDE,
            target=self.id,
            title=f"Decide how it ended: improvement plan of {person.called}",
            cause=Cause(CAUSE, self.review_id),
            by=None,
            person=lead,
            about=person,
            due_on=self.ends_on,
            zone=lead.zone or "UTC",
            minutes=DECIDE_MINUTES,
        )


class ImprovementCheck(db.Model):
    """A day on which both say how it goes. `asked_at`: it stands on their Today."""

    plan = peewee.ForeignKeyField(Improvement, backref="all_checks")
    due_on = peewee.DateField()
    asked_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("plan", "due_on"), True),)

    @property
    def url(self) -> str:
        return f"/reviews/improvement/checks/{self.id}"

    @property
    def opens_on(self) -> date:
        """From when on one can say how it goes."""
        return self.due_on - timedelta(days=AHEAD_DAYS)  # type: ignore[no-any-return]

    def is_open(self, today: date) -> bool:
        return self.opens_on <= today

    def ask(self, lead: Person | None, has_said: set[int]) -> bool:
        """Both are asked how it goes, but for who `has_said` it before. Not where its day had
        passed when the person read the plan. False when they were. Call it inside `db.write()`."""
        this = (ImprovementCheck.id == self.id) & ImprovementCheck.asked_at.is_null()
        if not ImprovementCheck.update(asked_at=clock.now()).where(this).execute():
            return False
        review = self.plan.review
        if self.due_on >= review.released_at.date():
            if review.person_id not in has_said:
                self._owe(review.person, "Say how it goes: your improvement plan")
            if lead is not None and not has_said - {review.person_id}:
                self._owe(lead, f"Say how it goes: {review.person.called}")
        return True

    def _owe(self, person: Person, title: str) -> None:
        Assignment.assign(
            kind=CHECK,
            target=self.id,
            title=title,
            cause=Cause(CAUSE, self.plan.review_id),
            by=None,
            person=person,
            about=self.plan.review.person,
            due_on=self.due_on,
            zone=person.zone or "UTC",
            minutes=CHECK_MINUTES,
        )

    def move(self, day: date, *, by: Person) -> None:
        """On another day. Raises ValueError with a sentence for a day that cannot be."""
        with db.write():
            plan = Improvement.get_by_id(self.plan_id)
            if not is_in_charge(by, plan.review.person_id):
                raise ValueError("You do not lead them any more.")
            if plan.is_over:
                raise ValueError("This plan is over: its days do not change any more.")
            if day < clock.today():
                raise ValueError("This day is over: choose today or later.")
            if day > plan.ends_on:
                raise ValueError(f"The plan ends on {plan.ends_on:%d %b %Y}: choose a day before.")
            same = ImprovementCheck.plan == plan, ImprovementCheck.due_on == day
            if ImprovementCheck.select().where(*same, ImprovementCheck.id != self.id).exists():
                raise ValueError("You look at it on that day already.")
            ImprovementCheck.update(due_on=day).where(ImprovementCheck.id == self.id).execute()
            self.due_on = day
            for duty in duties(CHECK, self.id):
                duty.move(day, "", by=by)
            plan.said(by, "moved")


def is_improvement(review: Review) -> bool:
    """Whether it was started as an improvement plan; asks no database."""
    return bool(review.cycle.is_for_one and review.cycle.fact.startswith(f"{FACT}:"))


def duties(kind: str, target: int) -> list[Assignment]:
    """What is still owed for a check-in, or for the end of a plan."""
    rows = Assignment.select(Assignment, Person).join(Person, on=(Assignment.person == Person.id))
    mine = (Assignment.kind == kind) & (Assignment.target == target)
    return list(rows.where(mine, Assignment.is_open()))


def _ask(cycle: Cycle, review: Review, by: Person) -> None:
    """The form for whoever leads them, today, and read by the person as soon as it is sent."""
    phases = {phase.name: phase for phase in cycle.phases}
    writing = phases.get(MANAGER)
    if writing is None or writing.form is None:
        raise ValueError("The plan “Improvement plan” has no step “manager”: HR adds it.")
    for phase in (writing, phases.get(RELEASE)):
        if phase is not None:
            Phase.update(opens_on=cycle.day).where(Phase.id == phase.id).execute()
            phase.open(by=by)
    duty = Submission.open(
        writing.form,
        review.lead,
        review.person,
        by=by,
        cause=Cause(CAUSE, review.id),
        due_on=writing.closes_on,
        readers=first_readers(MANAGER),
    )
    ReviewPart.create(review=review, phase=writing, author=review.lead, submission=duty.target)


def lead_of(person: Person) -> Person | None:
    """Whoever leads them today, unless they have left."""
    position = person.position()
    lead = position.manager if position is not None and position.manager_id else None
    return lead if lead is not None and not lead.has_left(person.today()) else None


def is_in_charge(by: Person, person_id: int) -> bool:
    """HR and the line above, asked anew of the database; never the person themselves."""
    if by.id == person_id:
        return False
    return by.is_hr or by.id in managers_above(person_id, by.today())


def calendar_of(person: Person) -> WorkCalendar:
    """Which days are worked where they are."""
    position: Position | None = person.position()
    has_place = position is not None and position.location_id
    return position.location.calendar() if has_place else PLAIN_WEEK  # type: ignore[union-attr]


def days(after: date, before: date, weeks: int, calendar: WorkCalendar) -> list[date]:
    """Every so many weeks after the first day and before the last one, on days that are worked."""
    found = []
    for number in range(1, MOST_CHECKS + 1):
        day = calendar.move(after + timedelta(weeks=weeks * number), earlier=False)
        if day >= before:
            break
        found.append(day)
    return found
