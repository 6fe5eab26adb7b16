"""The steps everyone involved takes in a running checklist.

A step has one owner; a line of the plan with two owners becomes two steps.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import peewee
from markupsafe import Markup

from portal import audit, clock, db
from portal.assignments.duties import AssignmentKind
from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.checklists import duties
from portal.checklists.duties import KIND
from portal.checklists.planning import PlannedStep
from portal.people.functions import Function
from portal.people.models import Person
from portal.prepared import Prepared, blank

if TYPE_CHECKING:
    from portal.checklists.models import Checklist

UNDO_HOURS = 24


class Step(db.Model):
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
        "skipped_at", "skipped_by", "skip_reason",
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

    @property
    def opens(self) -> AssignmentKind | None:
        """The kind of duty this step stands for: it has no tick of its own, it is that duty.

        Only a person can owe such a duty, so a function's step is one like any other.
        """
        kind = assignment_kinds.get(self.opens_kind) if self.owner_id else None
        return kind if kind and kind.open else None

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

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def open(cls, checklist: "Checklist", planned: PlannedStep, order: int, *, by: Any) -> "Step":
        step = cls.create(
            checklist=checklist,
            key=planned.key,
            phase=planned.phase,
            order=order,
            title=planned.title,
            detail=planned.detail_html,
            minutes=planned.minutes,
            is_optional=planned.is_optional,
            role=planned.role,
            owner=planned.person,
            function=planned.function,
            missing=planned.missing,
            due_on=planned.due_on,
            opens_kind=planned.opens_kind,
            opens_slug=planned.opens_slug,
        )
        duties.owe(step, by=by)
        return step

    def duty_title(self) -> str:
        """What Today calls it: with the person concerned, unless that is whose Today it is."""
        title = f"Find who does this: {self.title}" if self.missing else self.title
        concerned = self.checklist.person
        return title if self.owner_id == concerned.id else f"{title} — {concerned.called}"[:320]

    def complete(self, *, by: Person | None) -> bool:
        """Done. False when it was already done or skipped; then nothing changes."""
        return self._settle(by, "completed", "done", completed_at=clock.now(), completed_by=by)

    def skip(self, reason: str, *, by: Person | None) -> bool:
        """Not needed here, and why. False when it was already settled."""
        values = {"skipped_at": clock.now(), "skipped_by": by, "skip_reason": reason[:300]}
        return self._settle(by, "skipped", "waived", reason=reason, **values)

    def _settle(
        self, by: Person | None, done: str, outcome: str, reason: str = "", **values: Any
    ) -> bool:
        with db.write():
            if not self._change(values, Step.is_open()):
                return False
            Assignment.settle_all(KIND, self.id, by=by, outcome=outcome, reason=reason)
            duties.let_go(self, by, outcome, reason)
            audit.record(
                by,
                done,
                self,
                about=self.checklist.person,
                data={"checklist": self.checklist_id, "key": self.key},
                personal={"reason": reason} if reason else None,
            )
        return True

    def reopen(self, *, by: Person | None) -> bool:
        """Take back a completion or a skip. False when it is open already."""
        values = {
            "completed_at": None,
            "completed_by": None,
            "skipped_at": None,
            "skipped_by": None,
            "skip_reason": "",
        }
        with db.write():
            if not self._change(values, ~Step.is_open()):
                return False
            duties.owe_again(self, by=by)
            audit.record(
                by,
                "reopened",
                self,
                about=self.checklist.person,
                data={"checklist": self.checklist_id, "key": self.key},
            )
        return True

    def hand_to(self, person: Person, *, by: Person) -> bool:
        """Somebody else does it from now on; a missing owner is found with that.

        False when it is theirs already, or settled.
        """
        if self.owner_id == person.id:
            return False
        values = {"owner": person, "function": None, "missing": ""}
        with db.write():
            before = self.owner_id
            if not self._change(values, Step.is_open()):
                return False
            duties.let_go(self, by, "ended", "Somebody else does it.")
            for assignment in self.assignments().where(Assignment.is_open()):
                if self.opens:
                    assignment.settle(by=by, outcome="ended", reason="Its owner was found.")
                    continue
                assignment.title = self.duty_title()
                assignment.hand_to(person, by=by)
            if self.opens:
                duties.owe(self, by=by)
            audit.record(
                by,
                "reassigned",
                self,
                about=self.checklist.person,
                data={"checklist": self.checklist_id, "from": before, "to": person.id},
            )
        return True

    def lose_owner(self) -> bool:
        """Nobody is there to do it any more, so HR finds somebody: a step is never dropped."""
        before, missing = self.owner_id, self.role if self.role != "employee" else "owner"
        values = {"owner": None, "function": None, "missing": missing}
        with db.write():
            # HR may have found somebody since this row was read.
            if not self._change(values, Step.is_open() & self._is_still_owned_so()):
                return False
            Assignment.settle_all(KIND, self.id, by=None, outcome="ended", reason="Nobody left.")
            duties.let_go(self, None, "ended", "Nobody left.")
            duties.owe(self, by=None)
            audit.record(
                None,
                "lost_owner",
                self,
                about=self.checklist.person,
                data={"checklist": self.checklist_id, "from": before},
            )
        return True

    def _change(self, values: dict[str, Any], condition: Any) -> bool:
        """Write these values if the list still runs and `condition` holds; else read it again."""
        checklist: Any = Step.checklist.rel_model
        running = checklist.select(checklist.id).where(
            checklist.id == self.checklist_id, checklist.stopped_at.is_null()
        )
        here = (Step.id == self.id) & db.among(Step.checklist, running) & condition
        if not Step.update(**values).where(here).execute():
            self._read_again()
            return False
        self._take_on(values)
        return True

    def _is_still_owned_so(self) -> Any:
        return (
            (Step.missing == self.missing)
            & _same(Step.owner, self.owner_id)
            & _same(Step.function, self.function_id)
        )

    def assignments(self) -> Any:
        """The duties that belong to this step, as a query."""
        return Assignment.select().where(Assignment.kind == KIND, Assignment.target == self.id)

    def _read_again(self) -> None:
        """What it has become meanwhile, by somebody who was faster."""
        fresh = Step.get_by_id(self.id)
        self._take_on({name: getattr(fresh, name) for name in Step.CHANGING})

    def _take_on(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def may_be_undone(self) -> bool:
        """An owner may take back for a day; HR and the manager always."""
        settled = self.completed_at or self.skipped_at
        return bool(settled) and clock.now() - settled < timedelta(hours=UNDO_HOURS)


def _same(column: Any, value: Any) -> Any:
    return column.is_null() if value is None else column == value


def _in_order() -> Any:
    doer = Person.alias()
    return (
        Step.select(Step, *Person.names(Person), Function, *Person.names(doer))
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Step.owner == Person.id), attr="owner")
        .switch(Step)
        .join(Function, peewee.JOIN.LEFT_OUTER, on=(Step.function == Function.id))
        .switch(Step)
        .join(doer, peewee.JOIN.LEFT_OUTER, on=(Step.completed_by == doer.id), attr="completed_by")
        .where(Step.checklist == blank("checklist"))
        .order_by(Step.order)
    )


_steps_of = Prepared(_in_order)
_step_with_all = Prepared(
    lambda: Step.with_duty(Step.with_checklist(Step.select())).where(Step.id == blank("id"))
)
