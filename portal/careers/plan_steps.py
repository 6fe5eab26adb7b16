"""Points of a career plan: each a duty or a fact of the room it belongs to."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause, NothingToOpen, Opening
from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.careers.rungs import CERTIFICATE, COMPETENCY, COURSE, OWN
from portal.documents.models import Document
from portal.growth import proposing
from portal.growth.models import DevelopmentPlan
from portal.people.models import Person

# What the person owes for a point that no other room has.
OWN_STEP = "career_step"
# Of the duties a plan opens elsewhere; its `ref` is the row of the step.
CAUSE = "career plan"
DUE_DAYS = 90
MAX_WORDS = 500
MOST_STEPS = 20
# A growth plan that was there before: it is not this plan's to end.
JOINED = "joined"
NO_LONGER = "Not in the career plan any more."


@dataclass(frozen=True)
class Choice:
    """A point as it was chosen: of which criterion, and what is done about it."""

    sort: str
    criterion: str = ""
    slug: str = ""
    words: str = ""
    due_on: date | None = None


class CareerStep(db.Model):
    """One point of a plan: which criterion it is for, and what is done about it.

    `sort`: a course, a certificate, a growth plan for a competency (`joined`, where it was there
    before), or own words. `assignment` is the duty it opened, `growth_plan` the plan that was made
    for it. `settled_at`: there was nothing to open, because it was done already. `left_out_at`: it
    stands in the plan no more, and may be brought back.
    """

    plan = peewee.DeferredForeignKey("CareerPlan", backref="steps")
    place = peewee.IntegerField()
    criterion = peewee.CharField(max_length=80, default="")
    sort = peewee.CharField(max_length=12)
    slug = peewee.CharField(max_length=80, default="")
    words = peewee.CharField(max_length=MAX_WORDS, default="")
    due_on = peewee.DateField(null=True)
    assignment = peewee.ForeignKeyField(Assignment, null=True, backref="career_steps")
    # It goes by its own rule, which may be sooner.
    growth_plan = peewee.ForeignKeyField(
        DevelopmentPlan, null=True, backref="career_steps", on_delete="SET NULL"
    )
    settled_at = db.UtcField(null=True)
    left_out_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("plan", "place"), True),)

    @classmethod
    def add(cls, plan: Any, choice: Choice) -> "CareerStep":
        """A new row, the last one, with nothing opened yet. Call it inside `db.write()`."""
        last = cls.select(peewee.fn.MAX(cls.place)).where(cls.plan == plan).scalar() or 0
        step = cls.create(
            plan=plan, place=last + 1, criterion=choice.criterion, sort=choice.sort,
            slug=choice.slug, words=choice.words[:MAX_WORDS], due_on=choice.due_on,
        )  # fmt: skip
        step.plan = plan
        return step  # type: ignore[no-any-return]

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of steps in order, each with its plan, its person and all that tells its state:
        one query."""
        plan: Any = cls.plan.rel_model  # type: ignore[attr-defined]
        left, track, about = peewee.JOIN.LEFT_OUTER, Document.alias(), Document.alias()
        return (
            query.select(
                cls, plan, Person, track, Assignment, DevelopmentPlan, about.id, about.title
            )
            .join(plan, on=(cls.plan == plan.id), attr="plan")
            .join(Person, on=(plan.person == Person.id), attr="person")
            .switch(plan)
            .join(track, on=(plan.document == track.id), attr="document")
            .switch(cls)
            .join(Assignment, left, on=(cls.assignment == Assignment.id), attr="assignment")
            .switch(cls)
            .join(
                DevelopmentPlan, left, on=(cls.growth_plan == DevelopmentPlan.id),
                attr="growth_plan",
            )
            .join(about, left, on=(DevelopmentPlan.competency == about.id), attr="competency")
            .order_by(cls.plan, cls.place)
        )  # fmt: skip

    @classmethod
    def of(cls, plan_id: int) -> "list[CareerStep]":
        """Those that stand in one plan, in order."""
        return list(cls.whole(cls.select().where(cls.plan == plan_id, cls.stands())))

    @classmethod
    def stands(cls) -> Any:
        return cls.left_out_at.is_null()

    # -- what it says ----------------------------------------------------------------------

    @property
    def state(self) -> str:
        """`open`, `proposed`, `done`, or `gone`: it is not asked any more."""
        if self.settled_at:
            return "done"
        if growing := self._growing_plan:
            known = {"under way": "open", "proposed": "proposed", "done": "done"}
            return known.get(growing.state, "gone")
        if duty := self.duty:
            if not duty.settled_at:
                return "open"
            return "done" if duty.outcome == "done" else "gone"
        return "gone"

    @property
    def duty(self) -> Assignment | None:
        return self.assignment if self.assignment_id else None

    @property
    def _growing_plan(self) -> DevelopmentPlan | None:
        return self.growth_plan if self.growth_plan_id else None

    @property
    def is_done(self) -> bool:
        return self.state == "done"

    @property
    def is_ticked_here(self) -> bool:
        """No other room knows whether it is done."""
        return self.sort == OWN and self.assignment_id is not None

    @property
    def title(self) -> str:
        if growing := self._growing_plan:
            return f"Get better at {growing.competency.title}"
        if self.sort == OWN or self.duty is None:
            return str(self.words)
        return str(self.duty.title)

    @property
    def until(self) -> date | None:
        """By when it is owed: of two who ask the earlier day."""
        duty = self.duty
        return duty.due_on if duty and duty.due_on else self.due_on

    @property
    def url(self) -> str:
        """Where it is done; "" for what is done wherever one works."""
        if growing := self._growing_plan:
            return growing.url
        if (duty := self.duty) and not self.is_ticked_here:
            return str(duty.url)
        return ""

    def is_it(self, choice: "Choice | CareerStep") -> bool:
        """Whether that is in the plan already, and was not let go meanwhile."""
        if self.state == "gone":
            return False
        if choice.criterion:
            return bool(self.criterion == choice.criterion)
        return not self.criterion and self.words == choice.words

    # -- verbs -----------------------------------------------------------------------------

    def open(self, *, by: Person) -> None:
        """Ask for it in the room it belongs to; settled at once where it is done already. Raises
        ValueError with a sentence where there is nothing to ask for."""
        person: Person = self.plan.person
        due_on = self.due_on if self.due_on and self.due_on > person.today() else None
        due_on = due_on or person.today() + timedelta(days=DUE_DAYS)
        if self.sort in (COMPETENCY, JOINED):
            values = self._growing(person)
        elif self.sort in (COURSE, CERTIFICATE):
            values = self._asked(person, due_on, by)
        else:
            duty = Assignment.assign(
                kind=OWN_STEP, target=self.id, title=self.words[:320], cause=self._cause, by=by,
                person=person, due_on=due_on, zone=person.zone or "UTC",
            )  # fmt: skip
            values = {"assignment": duty}
        self._keep(due_on=due_on, **values)

    @property
    def _cause(self) -> Cause:
        return Cause(CAUSE, self.id)

    def _asked(self, person: Person, due_on: date, by: Person) -> dict[str, Any]:
        opens = assignment_kinds[self.sort].open
        assert opens is not None
        try:
            duty = opens(person, self.slug, Opening(self._cause, person, due_on, by))
        except NothingToOpen:
            raise ValueError("It is not in force any more. HR keeps the track.") from None
        return {"assignment": duty} if duty else {"settled_at": clock.now()}

    def _growing(self, person: Person) -> dict[str, Any]:
        """Their open plan for the competency, or one of what is proposed first."""
        proposal = proposing.of(person, self.slug)
        if proposal is None:
            raise ValueError("The competency is not in force any more. HR keeps the track.")
        if proposal.open_plan:
            return {"growth_plan": proposal.open_plan, "sort": JOINED}
        places = (proposal.place(name) for name in (proposing.LEARN, proposing.DO))
        choices = [place.options[0].choice for place in places if place.options]
        if not choices:
            raise ValueError("Nothing is written yet that helps with it: make a plan of your own.")
        plan = DevelopmentPlan.take_on(
            person, proposal.text.document, proposal.level.level, choices
        )
        return {"growth_plan": plan, "sort": COMPETENCY}

    def complete(self, *, by: Person) -> bool:
        """Ticked by hand, where no other room knows. False when it is done already."""
        return self._ticked(by, "completed", Assignment.settle)

    def reopen(self, *, by: Person) -> bool:
        """It is not done after all."""
        return self._ticked(by, "reopened", Assignment.reopen)

    def _ticked(self, by: Person, ticked: str, verb: Any) -> bool:
        with db.write():
            if self.left_out_at or not self.is_ticked_here or not self._goes_on():
                return False
            if not verb(self.assignment, by=by):
                return False
            audit.record(by, ticked, self, about=self.plan.person, data=self._said)
        return True

    def leave_out(self, *, by: Person) -> bool:
        """The plan goes on without it, or ends with its last one. False when it is gone, or the
        plan is over."""
        with db.write():
            mine = (CareerStep.id == self.id) & CareerStep.stands()
            now = clock.now()
            if not self._goes_on() or not CareerStep.update(left_out_at=now).where(mine).execute():
                return False
            self.left_out_at = now
            self.let_go(by=by)
            audit.record(by, "left_out", self, about=self.plan.person, data=self._said)
            if not CareerStep.of(self.plan_id):
                self.plan.end(by=by)
        return True

    def bring_back(self, *, by: Person) -> bool:
        """It is in the plan after all; one that ended with it goes on. False when it is there, or
        the plan is over or full."""
        with db.write():
            others, plans = CareerStep.of(self.plan_id), type(self.plan)
            is_over = not self._goes_on()
            if is_over and (others or plans.open_of(self.plan.person)):
                return False
            mine = (CareerStep.id == self.id) & CareerStep.left_out_at.is_null(False)
            has_room = len(others) < MOST_STEPS and not any(one.is_it(self) for one in others)
            if not has_room or not CareerStep.update(left_out_at=None).where(mine).execute():
                return False
            self.left_out_at = None
            audit.record(by, "brought_back", self, about=self.plan.person, data=self._said)
            if is_over:
                self.plan.reopen(by=by)
            else:
                self.go_on(by=by)
        return True

    def go_on(self, *, by: Person) -> None:
        """Ask for it again; what is not in force any more stays in the plan as it is."""
        with suppress(ValueError):
            if not self.is_done:
                self.open(by=by)

    def let_go(self, *, by: Person | None) -> None:
        """What it alone has asked for is owed no more. A growth plan that was there before goes
        on, and so does what others have a reason for."""
        if (duty := self.duty) and not duty.settled_at:
            duty.lose(self._cause, by=by, reason=NO_LONGER)
        if (growing := self._growing_plan) and self.sort == COMPETENCY:
            growing.end(by=by)

    @property
    def _said(self) -> dict[str, Any]:
        return {"plan": self.plan_id, "sort": self.sort}

    def _goes_on(self) -> bool:
        """Whether its plan is open, as the writer sees it."""
        plan: Any = type(self.plan)
        return bool(plan.select().where(plan.id == self.plan_id, plan.is_open()).exists())

    def _keep(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        CareerStep.update(**values).where(CareerStep.id == self.id).execute()
