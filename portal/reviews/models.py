"""Cycles, their steps, and the reviews in them: what is asked of whom, and when it may be read."""

from datetime import date
from functools import cached_property
from typing import Any

import peewee

from portal import audit, clock, db
from portal.documents.models import Document, Revision
from portal.people.models import Person
from portal.people.positions import Position
from portal.prepared import Prepared, blank
from portal.reviews.steps import MANAGER, SELF, STEPS, Planned, Step, planned

KIND = "review"
MAX_REASON = 300


class Cycle(db.Model):
    """One run of a plan: of many people from one day on, or of one `person` because of a `fact`.

    It stays with the revision of the plan, and of each form, that was in force when it began.
    """

    document = peewee.ForeignKeyField(Document)
    revision = peewee.ForeignKeyField(Revision)
    title = peewee.CharField(max_length=200)
    day = peewee.DateField()
    rule = peewee.CharField(max_length=500, default="")
    person = peewee.ForeignKeyField(Person, null=True)
    fact = peewee.CharField(max_length=60, default="")
    begun_at = db.UtcField()
    begun_by = peewee.ForeignKeyField(Person, null=True)
    ended_at = db.UtcField(null=True, index=True)
    end_reason = peewee.CharField(max_length=MAX_REASON, default="")

    @classmethod
    def is_open(cls) -> Any:
        return cls.ended_at.is_null()

    @property
    def url(self) -> str:
        return f"/reviews/cycles/{self.id}"

    @property
    def is_for_one(self) -> bool:
        return self.person_id is not None

    @cached_property
    def plan(self) -> dict[str, Any]:
        """The structure of the plan it runs by."""
        return self.revision.parsed

    @cached_property
    def phases(self) -> list["Phase"]:
        """Its steps in their order, with their days."""
        return _steps_of(cycle=self.id)

    def phase(self, name: str) -> "Phase | None":
        return next((phase for phase in self.phases if phase.name == name), None)

    @property
    def last_day(self) -> date:
        """When the last step is over by its dates."""
        return max(phase.closes_on or phase.opens_on for phase in self.phases)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def begin(
        cls,
        document: Document,
        people: list[Person],
        day: date,
        *,
        by: Person | None,
        title: str = "",
        rule: str | None = None,
        person: Person | None = None,
        fact: str = "",
    ) -> "Cycle":
        """A cycle with a review for each of them, whose steps open by their days.

        `person` and `fact`: it begins by itself for that one. `rule`: whom it was launched for, if
        not whom the plan names. Raises ValueError where the plan or one of its forms is not in
        force, and Running where one of this plan and name goes on.
        """
        revision = document.current
        if revision is None or document.state != "published":
            raise ValueError(f"“{document.title}” is not in force.")
        steps = planned(revision.parsed)
        forms = _forms(steps)
        title = (title or document.title)[:200]
        with db.write():
            if person is None and (other := cls._running(document, title)):
                raise Running(other)
            cycle = cls.create(
                document=document,
                revision=revision,
                title=title,
                day=day,
                rule=revision.parsed.get("for", "") if rule is None else rule,
                person=person,
                fact=fact,
                begun_at=clock.now(),
                begun_by=by,
            )
            for place, step in enumerate(steps):
                first, last = step.days(day)
                Phase.create(
                    cycle=cycle,
                    name=step.name,
                    place=place,
                    form=forms.get(step.form),
                    opens_on=first,
                    closes_on=last,
                )
            Review.enlist(cycle, people)
            data = {"document": document.id, "revision": revision.id, "people": len(people)}
            audit.record(by, "begun", cycle, about=person, data=data)
        return cycle

    @classmethod
    def _running(cls, document: Document, title: str) -> "Cycle | None":
        same = (cls.document == document) & (cls.title == title) & cls.person.is_null()
        return cls.get_or_none(same, cls.is_open())  # type: ignore[no-any-return]

    def end(self, *, by: Person | None, reason: str = "") -> bool:
        """Nothing in it is asked any more. False when it was over already."""
        with db.write():
            open_one = (Cycle.id == self.id) & Cycle.is_open()
            ended = Cycle.update(ended_at=clock.now(), end_reason=reason).where(open_one).execute()
            if ended:
                self.ended_at, self.end_reason = clock.now(), reason
                audit.record(by, "ended", self, about=self.person)
        return bool(ended)


class Running(Exception):
    """A cycle of this plan and name goes on: `cycle`. So pressing twice launches once."""

    def __init__(self, cycle: Cycle) -> None:
        super().__init__(f"“{cycle.title}” is under way.")
        self.cycle = cycle


def _forms(steps: list[Planned]) -> dict[str, Revision]:
    """By address the revision in force of each form the steps ask."""
    found = {}
    for slug in {step.form for step in steps if step.form}:
        form = Document.named("form", slug)
        if form is None or form.state != "published" or form.current is None:
            raise ValueError(f"The form “{slug}” is not in force.")
        found[slug] = form.current
    return found


class Phase(db.Model):
    """One step of one cycle, on its days. `form` is what is filled in it."""

    cycle = peewee.ForeignKeyField(Cycle)
    name = peewee.CharField(max_length=12)
    place = peewee.IntegerField()
    form = peewee.ForeignKeyField(Revision, null=True)
    opens_on = peewee.DateField(index=True)
    closes_on = peewee.DateField(null=True)
    opened_at = db.UtcField(null=True)
    closed_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("cycle", "name"), True),)

    @property
    def step(self) -> Step:
        return STEPS[self.name]

    @property
    def is_under_way(self) -> bool:
        return self.opened_at is not None and self.closed_at is None

    @classmethod
    def to_open(cls, on: date) -> list["Phase"]:
        """Those whose day has come in cycles that go on, in their order."""
        rows = cls._live().where(cls.opened_at.is_null(), cls.opens_on <= on)
        return list(rows.order_by(cls.opens_on, cls.cycle, cls.place))

    @classmethod
    def to_close(cls, on: date) -> list["Phase"]:
        """Those whose last day is over, in their order."""
        over = cls.opened_at.is_null(False) & cls.closed_at.is_null() & (cls.closes_on < on)
        return list(cls._live().where(over).order_by(cls.closes_on, cls.cycle, cls.place))

    @classmethod
    def asking(cls) -> list["Phase"]:
        """Those in which something is to be written: opened, in cycles that go on. Who reviews
        under their name and is late may still be asked after it has closed."""
        named = cls.closed_at.is_null() | cls.name.in_((SELF, MANAGER))
        rows = cls._live().where(cls.form.is_null(False), cls.opened_at.is_null(False), named)
        return list(rows.order_by(cls.cycle, cls.place))

    @classmethod
    def _live(cls) -> Any:
        return cls.select(cls, Cycle).join(Cycle).where(Cycle.is_open())

    def open(self, *, by: Person | None) -> bool:
        """It has begun. Whom it asks is asked in small steps after. False when it was open."""
        with db.write():
            now = clock.now()
            this = (Phase.id == self.id) & Phase.opened_at.is_null()
            opened = Phase.update(opened_at=now).where(this).execute()
            if opened:
                self.opened_at = now
                self._said(by, "opened")
        return bool(opened)

    def close(self, *, by: Person | None) -> bool:
        """It is over. False when it was closed, or never opened."""
        with db.write():
            now = clock.now()
            this = (Phase.id == self.id) & Phase.opened_at.is_null(False)
            closed = Phase.update(closed_at=now).where(this & Phase.closed_at.is_null()).execute()
            if closed:
                self.closed_at = now
                self._said(by, "closed")
        return bool(closed)

    def move(self, opens_on: date, closes_on: date | None, *, by: Person) -> None:
        """Other days for it; what is over does not open again.

        Raises ValueError with a sentence for days that cannot be.
        """
        with db.write():
            fresh = Phase.get_by_id(self.id)
            if fresh.closed_at:
                raise ValueError("This step is closed: its days do not change any more.")
            if fresh.opened_at and opens_on != fresh.opens_on:
                raise ValueError("This step is open already, so only its last day can change.")
            if closes_on and closes_on < opens_on:
                raise ValueError("It would close before it opens.")
            if closes_on and closes_on < clock.today():
                raise ValueError("This day is over: choose today or later.")
            was = [fresh.opens_on, fresh.closes_on]
            Phase.update(opens_on=opens_on, closes_on=closes_on).where(
                Phase.id == self.id
            ).execute()
            self.opens_on, self.closes_on = opens_on, closes_on
            self._said(by, "moved", was=was, days=[opens_on, closes_on])

    def _said(self, by: Person | None, stepped: str, **data: Any) -> None:
        about = Person(id=self.cycle.person_id) if self.cycle.person_id else None
        data = {"cycle": self.cycle_id, "step": self.name, **data}
        audit.record(by, stepped, self, about=about, data=data)


class Review(db.Model):
    """What is asked about one person in one cycle. `lead` is who reviews them now; `level` and
    `role` are as they stood when it began, so that the form shows the rows of that level.

    `shared_at`: the person let the manager read the self-review. `released_at`: the person may read
    what the manager wrote. `read_at`: they signed that they have.
    """

    cycle = peewee.ForeignKeyField(Cycle, backref="reviews")
    person = peewee.ForeignKeyField(Person, backref="reviews")
    lead = peewee.ForeignKeyField(Person, null=True, backref="reviews_led")
    level = peewee.CharField(max_length=20, default="")
    role = peewee.CharField(max_length=120, default="")
    shared_at = db.UtcField(null=True)
    talk_on = peewee.DateField(null=True)
    released_at = db.UtcField(null=True)
    read_at = db.UtcField(null=True)
    skipped_at = db.UtcField(null=True)
    skipped_by = peewee.ForeignKeyField(Person, null=True)
    reason = peewee.CharField(max_length=MAX_REASON, default="")

    class Meta:
        indexes = ((("cycle", "person"), True),)

    @classmethod
    def counts(cls) -> Any:
        """Not skipped."""
        return cls.skipped_at.is_null()

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` with its cycle, the person and who reviews them."""
        lead = Person.alias()
        return (
            query.select(cls, Cycle, *Person.names(Person), *Person.names(lead))
            .join(Cycle)
            .switch(cls)
            .join(Person, on=(cls.person == Person.id), attr="person")
            .switch(cls)
            .join(lead, peewee.JOIN.LEFT_OUTER, on=(cls.lead == lead.id), attr="lead")
        )

    @classmethod
    def with_plan(cls, query: Any) -> Any:
        """The same, with the plan the cycle runs by."""
        rows = cls.whole(query).select_extend(Revision).switch(Cycle)
        return rows.join(Revision, on=(Cycle.revision == Revision.id), attr="revision")

    @property
    def url(self) -> str:
        return f"/reviews/{self.id}"

    @classmethod
    def enlist(cls, cycle: Cycle, people: list[Person]) -> None:
        """A review for each, led by whoever leads them that day. Call it inside `db.write()`.

        One statement, however many they are: whoever writes meanwhile waits for it.
        """
        held = (Position.person == Person.id) & Position.is_held(clock.today())
        rows = (
            Person.select(
                peewee.Value(cycle.id),
                Person.id,
                Position.manager,
                peewee.fn.COALESCE(Position.level, ""),
                peewee.fn.COALESCE(Position.role, ""),
                peewee.Value(""),
            )
            .join(Position, peewee.JOIN.LEFT_OUTER, on=held)
            .where(Person.id.in_([one.id for one in people] or [0]))
            .order_by(Person.id)
        )
        named = (cls.cycle, cls.person, cls.lead, cls.level, cls.role, cls.reason)
        cls.insert_from(rows, named).execute()

    def skip(self, reason: str, *, by: Person | None) -> bool:
        """Nothing is asked about them in this cycle, and why. False when it was so."""
        with db.write():
            this = (Review.id == self.id) & Review.counts()
            values = {"skipped_at": clock.now(), "skipped_by": by, "reason": reason[:MAX_REASON]}
            skipped = Review.update(values).where(this).execute()
            if skipped:
                self.skipped_at, self.reason = values["skipped_at"], reason
                self.said(by, "skipped", personal={"reason": reason})
        return bool(skipped)

    def mark(self, name: str, verb: str, *, by: Person | None, **more: Any) -> bool:
        """Set a time that is set once, with its event. Call it inside `db.write()`."""
        column, now = getattr(Review, name), clock.now()
        done = Review.update({column: now}).where(Review.id == self.id, column.is_null()).execute()
        if done:
            setattr(self, name, now)
            self.said(by, verb, **more)
        return bool(done)

    def said(self, by: Person | None, reviewed: str, **more: Any) -> None:
        """An event about this review; never what stands in it."""
        data = {"cycle": self.cycle_id, **more.pop("data", {})}
        audit.record(by, reviewed, self, about=Person(id=self.person_id), data=data, **more)


_steps_of = Prepared(
    lambda: Phase.select().where(Phase.cycle == blank("cycle")).order_by(Phase.place)
)

GUARDS = [
    db.partial_unique("cycle", "document_id, person_id, fact", "person_id IS NOT NULL"),
]
