"""Career plans: what somebody takes on for a rung, each point a duty or a fact of its own room."""

from typing import Any

import peewee

from portal import audit, clock, db
from portal.careers import tracks
from portal.careers.plan_steps import CAUSE, MOST_STEPS, OWN_STEP, CareerStep
from portal.careers.rungs import Rung
from portal.documents.models import Document
from portal.people.models import Person

__all__ = ["CAUSE", "OWN_STEP", "Arrived", "CareerPlan", "CareerStep", "OtherRung"]

ENDED, REACHED, LEFT = "ended", "reached", "left"


class OtherRung(ValueError):
    """Their open plan leads to another rung: `plan`."""

    def __init__(self, plan: "CareerPlan") -> None:
        super().__init__("Your plan leads elsewhere. End it first.")
        self.plan = plan


class Arrived(ValueError):
    """They stand on that rung: the sentence says so."""


class CareerPlan(db.Model):
    """What somebody does towards one rung. At most one is open per person.

    It owns nothing that is done for it: ending it takes back only what it alone has asked for.
    """

    person = peewee.ForeignKeyField(Person, backref="career_plans")
    document = peewee.ForeignKeyField(Document)
    rung = peewee.CharField(max_length=80)
    made_by = peewee.ForeignKeyField(Person, null=True, backref="career_plans_made")
    made_at = db.UtcField()
    ended_at = db.UtcField(null=True)
    ended_by = peewee.ForeignKeyField(Person, null=True, backref="career_plans_ended")
    outcome = peewee.CharField(max_length=12, default="")

    class Meta:
        indexes = ((("person", "ended_at"), False),)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls) -> Any:
        return cls.ended_at.is_null()

    @classmethod
    def open_of(cls, person: Person) -> "CareerPlan | None":
        """The one that is under way."""
        return cls.get_or_none(cls.person == person.id, cls.is_open())  # type: ignore[no-any-return]

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of plans with person and track."""
        rows = query.select(cls, *Person.names(Person), Document)
        rows = rows.join(Person, on=(cls.person == Person.id), attr="person").switch(cls)
        return rows.join(Document, on=(cls.document == Document.id), attr="document")

    @property
    def key(self) -> str:
        """The key of its rung."""
        return f"{self.document.slug}/{self.rung}"

    @property
    def url(self) -> str:
        return f"/careers/plans/{self.id}"

    def is_for(self, rung: Rung) -> bool:
        return bool(self.document_id == rung.document.id and self.rung == rung.slug)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def towards(cls, rung: Rung, *, by: Person) -> "CareerPlan":
        """One's open plan for this rung, made where there is none. Raises OtherRung where it leads
        elsewhere, and Arrived where they stand there. Call it inside `db.write()`."""
        if known := cls.open_of(by):
            if known.is_for(rung):
                return known
            raise OtherRung(known)
        if tracks.of(by) == rung:
            raise Arrived("You stand on that rung already.")
        career_plan = cls.create(
            person=by, document=rung.document, rung=rung.slug, made_by=by, made_at=clock.now()
        )
        data = {"document": rung.document.id, "rung": rung.slug}
        audit.record(by, "made", career_plan, about=by, data=data)
        return career_plan

    @classmethod
    def take_on(cls, rung: Rung, choice: Any, *, by: Person) -> CareerStep:
        """One point of a rung as something to do now, in their plan for it; a `Choice` of
        `plan_steps`. The one that is there already, if it is. Raises OtherRung or Arrived, and
        ValueError with a sentence where there is nothing to take on."""
        with db.write():
            plan = cls.towards(rung, by=by)
            known = CareerStep.of(plan.id)
            if found := next((one for one in known if one.is_it(choice)), None):
                return found
            if len(known) >= MOST_STEPS:
                raise ValueError(f"A plan has {MOST_STEPS} points at most.")
            career_step = CareerStep.add(plan, choice)
            career_step.open(by=by)
            data = {"plan": plan.id, "sort": choice.sort}
            audit.record(by, "taken_on", career_step, about=by, data=data)
        return career_step

    def end(self, *, by: Person | None, outcome: str = ENDED) -> bool:
        """It is over; what it alone has asked for is owed no more. False when it was over."""
        with db.write():
            this = (CareerPlan.id == self.id) & CareerPlan.is_open()
            values = {"ended_at": clock.now(), "ended_by": by, "outcome": outcome}
            if not CareerPlan.update(**values).where(this).execute():
                return False
            self.ended_at, self.outcome = values["ended_at"], outcome
            for step in CareerStep.of(self.id):
                step.let_go(by=by)
            career_plan, data = self, {"outcome": outcome}
            audit.record(by, "ended", career_plan, about=self.person, data=data)
        return True

    def reopen(self, *, by: Person) -> bool:
        """It goes on after all: what was open in it is asked for again. False when it is open, or
        another one is."""
        with db.write():
            if CareerPlan.open_of(self.person):
                return False
            values = {"ended_at": None, "ended_by": None, "outcome": ""}
            CareerPlan.update(**values).where(CareerPlan.id == self.id).execute()
            self.ended_at, self.outcome = None, ""
            career_plan = self
            audit.record(by, "reopened", career_plan, about=self.person)
            for step in CareerStep.of(self.id):
                step.go_on(by=by)
        return True


# Steps stand below plans, and their key is a real one like any other.
_plan: Any = CareerStep.plan
_plan.deferred = False
