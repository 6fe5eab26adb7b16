"""Development plans: what somebody does to get better at one competency, and how far they are."""

from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.growth.mentorships import DECLINED, ENDED, WITHDRAWN
from portal.growth.steps import CAUSE, Choice, PlanStep
from portal.people.models import Person

# What the person is asked while a plan is only proposed.
PLAN = "plan"
DONE = "done"
ANSWER_DAYS = 7
MAX_NOTE = 600


class DevelopmentPlan(db.Model):
    """What somebody does to get better at one competency: up to three steps.

    Proposed by somebody above them it waits for their word; nobody else can accept it. At most one
    is open per person and competency, and what is over stays as history.
    """

    person = peewee.ForeignKeyField(Person, backref="development_plans")
    competency = peewee.ForeignKeyField(Document)
    level = peewee.CharField(max_length=40, default="")
    proposed_by = peewee.ForeignKeyField(Person, null=True)
    note = peewee.CharField(max_length=MAX_NOTE, default="")
    made_at = db.UtcField()
    accepted_at = db.UtcField(null=True)
    ended_at = db.UtcField(null=True)
    ended_by = peewee.ForeignKeyField(Person, null=True)
    outcome = peewee.CharField(max_length=10, default="")

    class Meta:
        indexes = ((("person", "ended_at"), False),)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls) -> Any:
        return cls.ended_at.is_null()

    @classmethod
    def open_of(cls, person: Person, competency: Document) -> "DevelopmentPlan | None":
        """The one that is proposed or under way."""
        mine = (cls.person == person.id) & (cls.competency == competency.id)
        return cls.get_or_none(mine & cls.is_open())  # type: ignore[no-any-return]

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of plans, each with its person, its competency and who proposed it."""
        proposer = Person.alias()
        return (
            query.select(cls, *Person.names(Person), Document, *Person.names(proposer))
            .join(Person, on=(cls.person == Person.id), attr="person")
            .switch(cls)
            .join(Document, on=(cls.competency == Document.id), attr="competency")
            .switch(cls)
            .join(
                proposer,
                peewee.JOIN.LEFT_OUTER,
                on=(cls.proposed_by == proposer.id),
                attr="proposed_by",
            )
            .order_by(cls.ended_at.is_null(False), cls.id.desc())
        )

    @property
    def state(self) -> str:
        """`proposed`, `under way`, or how it ended."""
        if self.ended_at:
            return str(self.outcome)
        return "under way" if self.accepted_at else "proposed"

    @property
    def url(self) -> str:
        return f"/growth/plans/{self.id}"

    @property
    def title(self) -> str:
        return str(self.competency.title)

    def steps(self) -> "list[PlanStep]":
        """Its steps, each with all that tells its state."""
        found = PlanStep.whole(DevelopmentPlan.id == self.id)
        for step in found:
            step.plan = self
        return found

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def take_on(
        cls, person: Person, competency: Document, level: str, choices: list[Choice]
    ) -> "DevelopmentPlan":
        """Somebody makes a plan for themselves and accepts it at once. The open one, if any."""
        with db.write():
            if known := cls.open_of(person, competency):
                return known
            plan = cls._make(person, competency, level, choices)
            plan.accept(by=person)
        return plan

    @classmethod
    def propose(
        cls,
        person: Person,
        competency: Document,
        level: str,
        choices: list[Choice],
        *,
        note: str,
        by: Person,
    ) -> "DevelopmentPlan":
        """Somebody above them proposes one; it waits for their word. The open one, if any."""
        with db.write():
            if known := cls.open_of(person, competency):
                return known
            development_plan = cls._make(person, competency, level, choices, by, note)
            data = {"competency": competency.id}
            audit.record(by, "proposed", development_plan, about=person, data=data)
            Assignment.assign(
                kind=PLAN,
                target=development_plan.id,
                title=f"Look at a plan proposed for you: {competency.title}"[:320],
                cause=Cause(CAUSE, development_plan.id),
                by=by,
                person=person,
                due_on=person.today() + timedelta(days=ANSWER_DAYS),
                zone=person.zone or "UTC",
                minutes=3,
            )
        return development_plan

    @classmethod
    def _make(
        cls,
        person: Person,
        competency: Document,
        level: str,
        choices: list[Choice],
        by: Person | None = None,
        note: str = "",
    ) -> "DevelopmentPlan":
        plan = cls.create(
            person=person,
            competency=competency,
            level=level,
            proposed_by=by,
            note=note,
            made_at=clock.now(),
        )
        for place, choice in enumerate(choices):
            PlanStep.add(plan, place, choice)
        return plan

    def accept(self, *, by: Person) -> bool:
        """The person takes it on: every step opens its duty. False when it is answered already."""
        with db.write():
            if not self._change(DevelopmentPlan.accepted_at.is_null(), accepted_at=clock.now()):
                return False
            data = {"competency": self.competency_id}
            audit.record(by, "accepted", self, about=self.person, data=data)
            Assignment.settle_all(PLAN, self.id, by=by)
            for step in self.steps():
                if not step.left_out_at:
                    step.open(by=by)
            self.go_on(by=by)
        return True

    def decline(self, *, by: Person) -> bool:
        """The person does not want it. False when it is answered already."""
        return self._over(DECLINED, by, DevelopmentPlan.accepted_at.is_null())

    def withdraw(self, *, by: Person | None) -> bool:
        """Whoever proposed it takes it back before it is answered."""
        return self._over(WITHDRAWN, by, DevelopmentPlan.accepted_at.is_null())

    def end(self, *, by: Person | None) -> bool:
        """It is over before all of it is done. What it alone has asked for is owed no more; a
        mentorship that runs and a task that was given go on."""
        with db.write():
            if not self._over(ENDED, by, DevelopmentPlan.accepted_at.is_null(False)):
                return False
            for step in self.steps():
                step.let_go(by=by)
        return True

    def _over(self, outcome: str, by: Person | None, still: Any) -> bool:
        with db.write():
            values = {"ended_at": clock.now(), "ended_by": by, "outcome": outcome}
            if not self._change(still, **values):
                return False
            data = {"competency": self.competency_id, "outcome": outcome}
            audit.record(by, "ended", self, about=self.person, data=data)
            Assignment.settle_all(PLAN, self.id, by=by)
        return True

    def go_on(self, *, by: Person | None) -> None:
        """Finished once every step is settled; called inside the write of whatever settled one.

        Opened again where a step that was done is not done after all.
        """
        with db.write():
            fresh = DevelopmentPlan.get_by_id(self.id)
            self.accepted_at, self.ended_at = fresh.accepted_at, fresh.ended_at
            self.outcome = fresh.outcome
            if not self.accepted_at or self.outcome not in ("", DONE):
                return
            steps = [step for step in self.steps() if not step.left_out_at]
            is_done = all(step.is_settled for step in steps)
            data = {"competency": self.competency_id}
            if is_done and self.ended_at is None:
                if not any(step.is_done for step in steps):
                    self._over(ENDED, by, DevelopmentPlan.accepted_at.is_null(False))
                    return
                self._keep(ended_at=clock.now(), ended_by=by, outcome=DONE)
                audit.record(by, "finished", self, about=self.person, data=data)
            elif self.ended_at and not is_done and not self._has_follower():
                self._keep(ended_at=None, ended_by=None, outcome="")
                audit.record(by, "reopened", self, about=self.person, data=data)

    def _has_follower(self) -> bool:
        """Whether another plan for the same is open by now: then this one stays what it was."""
        return DevelopmentPlan.open_of(self.person, self.competency) is not None

    def _change(self, still: Any, **values: Any) -> bool:
        mine = (DevelopmentPlan.id == self.id) & DevelopmentPlan.is_open() & still
        changed = DevelopmentPlan.update(**values).where(mine).execute()
        if changed:
            for name, value in values.items():
                setattr(self, name, value)
        return bool(changed)

    def _keep(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        DevelopmentPlan.update(**values).where(DevelopmentPlan.id == self.id).execute()


# Steps stand below plans, and their key is a real one like any other.
_plan: Any = PlanStep.plan
_plan.deferred = False

GUARDS = [db.partial_unique("development_plan", "person_id, competency_id", "ended_at IS NULL")]
