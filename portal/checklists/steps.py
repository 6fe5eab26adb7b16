"""The steps everyone involved takes in a running checklist.

A step has one owner; a line of the plan with two owners becomes two steps.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import peewee
from markupsafe import Markup

from portal import clock, db
from portal.assignments.duties import AssignmentKind
from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.checklists import duties
from portal.checklists.duties import KIND
from portal.checklists.holdings import Holding
from portal.checklists.taking import Taking
from portal.checklists.words import HANDED_OUT, TAKEN_BACK
from portal.people.functions import Function
from portal.people.models import Person
from portal.prepared import Prepared, blank

if TYPE_CHECKING:
    from portal.checklists.models import Checklist

UNDO_HOURS = 24


class Step(Taking, db.Model):
    """One thing one owner does for a running checklist. Done and skipped are facts with a date."""

    # `Checklist` stands on this file, so the key to it is tied when that is defined.
    checklist = peewee.DeferredForeignKey("Checklist", backref="steps")
    key = peewee.CharField(max_length=80)
    phase = peewee.CharField(max_length=120)
    order = peewee.IntegerField()
    title = peewee.CharField(max_length=300)
    detail = peewee.TextField(default="")
    minutes = peewee.IntegerField(null=True)
    is_optional = peewee.BooleanField(default=False)
    role = peewee.CharField(max_length=120)
    owner = peewee.ForeignKeyField(Person, null=True, backref="steps")
    function = peewee.ForeignKeyField(Function, null=True)
    missing = peewee.CharField(max_length=120, default="")
    due_on = peewee.DateField(null=True)
    opens_kind = peewee.CharField(max_length=30, default="")
    opens_slug = peewee.CharField(max_length=80, default="")
    at = peewee.CharField(max_length=5, default="")
    # How often it was moved to another day or time: calendars ask which word is the later one.
    moved = peewee.IntegerField(default=0)
    thing = peewee.CharField(max_length=10, default="")
    thing_name = peewee.CharField(max_length=80, default="")
    holding = peewee.ForeignKeyField(Holding, null=True, backref="steps")
    completed_at = db.UtcField(null=True)
    completed_by = peewee.ForeignKeyField(Person, null=True)
    skipped_at = db.UtcField(null=True)
    skipped_by = peewee.ForeignKeyField(Person, null=True)
    skip_reason = peewee.CharField(max_length=300, default="")

    class Meta:
        indexes = (
            (("checklist", "order"), False),
            (("checklist", "completed_at", "skipped_at"), False),
            (("owner", "completed_at"), False),
        )

    CHANGING = (
        "owner", "function", "missing", "completed_at", "completed_by",
        "skipped_at", "skipped_by", "skip_reason", "due_on", "at", "moved", "holding",
    )  # fmt: skip

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls) -> Any:
        return cls.completed_at.is_null() & cls.skipped_at.is_null()

    @classmethod
    def is_late(cls, on: date) -> Any:
        return cls.due_on < on

    @property
    def state(self) -> str:
        """`done`, `skipped` or `open`."""
        return "done" if self.completed_at else "skipped" if self.skipped_at else "open"

    def is_overdue(self, on: date) -> bool:
        """Open, and its day has passed."""
        return self.state == "open" and self.due_on is not None and self.due_on < on

    @property
    def opens(self) -> AssignmentKind | None:
        """The kind of duty this step stands for: it has no tick of its own, it is that duty.

        Only a person can owe such a duty, so a function's step is one like any other.
        """
        kind = assignment_kinds.get(self.opens_kind) if self.owner_id else None
        return kind if kind and kind.open else None

    @property
    def wants_proof(self) -> bool:
        """Whether it is done only with a proof: something is handed out, or taken back."""
        return self.thing in HANDED_OUT or (self.thing in TAKEN_BACK and bool(self.holding_id))

    @property
    def proof(self) -> str:
        """What was said when it was handed out or taken back."""
        if self.state != "done" or not self.holding_id:
            return ""
        taken = self.thing in TAKEN_BACK
        return str(self.holding.taken_proof if taken else self.holding.given_proof)

    @property
    def is_given_for_good(self) -> bool:
        """What it handed out was taken back since, so that it was given stays said."""
        given = self.thing in HANDED_OUT and self.completed_at and self.holding_id
        return bool(given and self.holding.taken_at)

    @property
    def detail_html(self) -> Markup:
        """The detail, sanitized when the step was opened."""
        return Markup(self.detail)  # noqa: S704

    @property
    def owner_words(self) -> str:
        """Who does it, as one says it."""
        if self.missing:
            return "Owner missing"
        if self.owner_id:
            return str(self.owner.called)
        return str(self.function.name) if self.function_id else ""

    @classmethod
    def with_checklist(cls, query: Any) -> Any:
        """`query` of steps with checklist, its person, owner, function and who did it loaded."""
        subject, doer = Person.alias(), Person.alias()
        checklist: Any = cls.checklist.rel_model
        return (
            query.select(
                cls,
                checklist,
                *Person.names(subject),
                *Person.names(Person),
                Function,
                *Person.names(doer),
                Holding,
            )
            .join(checklist, on=(cls.checklist == checklist.id))
            .join(subject, on=(checklist.person == subject.id), attr="person")
            .switch(cls)
            .join(Person, peewee.JOIN.LEFT_OUTER, on=(cls.owner == Person.id), attr="owner")
            .switch(cls)
            .join(Function, peewee.JOIN.LEFT_OUTER, on=(cls.function == Function.id))
            .switch(cls)
            .join(
                doer, peewee.JOIN.LEFT_OUTER, on=(cls.completed_by == doer.id), attr="completed_by"
            )
            .switch(cls)
            .join(Holding, peewee.JOIN.LEFT_OUTER, on=(cls.holding == Holding.id))
        )

    @classmethod
    def with_duty(cls, query: Any) -> Any:
        """`query` of steps, each with `.duty_id`: the open duty behind it, if there is one."""
        duty = Assignment.select(peewee.fn.MAX(Assignment.id)).where(
            Assignment.kind == KIND, Assignment.target == cls.id, Assignment.is_open()
        )
        return query.select_extend(duty.alias("duty_id"))

    @classmethod
    def find(cls, step_id: int) -> "Step | None":
        """One step with all that its page shows, and `.duty_id`; None where there is none."""
        step = _step_with_all.first(id=step_id)
        if step is not None:
            duties.find([step])
        return step  # type: ignore[no-any-return]

    @classmethod
    def orphaned(cls, on: date) -> list["Step"]:
        """Open steps of running lists whose owner has left or whose function nobody holds."""
        checklist: Any = cls.checklist.rel_model
        open_ones = cls.with_checklist(cls.select()).where(
            cls.is_open(), checklist.stopped_at.is_null()
        )
        left = list(open_ones.where(Person.last_day_on < on).limit(500))
        held: dict[tuple[int, int | None], bool] = {}
        for step in open_ones.where(cls.function.is_null(False), cls.owner.is_null()):
            place = (step.function_id, step.checklist.location_id)
            if place not in held:
                held[place] = bool(step.function.holders(place[1], on))
            if not held[place]:
                left.append(step)
        return left

    @classmethod
    def of(cls, checklist: "Checklist") -> list["Step"]:
        """All steps of a checklist in their order, owners loaded."""
        steps: list[Step] = _steps_of(checklist=checklist.id)
        for step in steps:
            step.checklist = checklist
        duties.find(steps)
        return steps

    @staticmethod
    def in_phases(steps: list["Step"]) -> list[tuple[str, list["Step"]]]:
        """The steps under their phases' titles, in order."""
        phases: dict[str, list[Step]] = {}
        for step in steps:
            phases.setdefault(step.phase, []).append(step)
        return list(phases.items())

    @property
    def may_be_undone(self) -> bool:
        """An owner may take back for a day; HR and the manager always."""
        settled = self.completed_at or self.skipped_at
        return bool(settled) and clock.now() - settled < timedelta(hours=UNDO_HOURS)


def _in_order() -> Any:
    doer = Person.alias()
    return (
        Step.select(Step, *Person.names(Person), Function, *Person.names(doer), Holding)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Step.owner == Person.id), attr="owner")
        .switch(Step)
        .join(Function, peewee.JOIN.LEFT_OUTER, on=(Step.function == Function.id))
        .switch(Step)
        .join(doer, peewee.JOIN.LEFT_OUTER, on=(Step.completed_by == doer.id), attr="completed_by")
        .switch(Step)
        .join(Holding, peewee.JOIN.LEFT_OUTER, on=(Step.holding == Holding.id))
        .where(Step.checklist == blank("checklist"))
        .order_by(Step.order)
    )


_steps_of = Prepared(_in_order)
_step_with_all = Prepared(
    lambda: Step.with_duty(Step.with_checklist(Step.select())).where(Step.id == blank("id"))
)
