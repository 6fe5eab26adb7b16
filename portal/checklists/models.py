"""Running checklists: a plan started for a person, and the steps everyone involved takes.

A running checklist keeps the revision it was started with. A step has one owner; a line of the
plan with two owners becomes two steps.
"""

from datetime import date, timedelta
from typing import Any

import peewee
from markupsafe import Markup

from portal import audit, clock, db
from portal.assignments.models import Assignment, Cause, CauseRow
from portal.assignments.models import kinds as assignment_kinds
from portal.checklists.planning import PlannedStep, lay_out
from portal.documents.models import Document, Revision
from portal.people.functions import HR, Function
from portal.people.models import Person
from portal.people.org import Company, Location
from portal.prepared import Prepared, blank

KIND = "step"
CAUSE = "checklist"
UNDO_HOURS = 24


class AlreadyRuns(Exception):
    """The same plan still runs for the same person."""

    def __init__(self, checklist: "Checklist") -> None:
        super().__init__(f"“{checklist.title}” is running for them already.")
        self.checklist = checklist


class Checklist(db.Model):
    """A plan that runs for one person around one date (the first or the last day)."""

    person = peewee.ForeignKeyField(Person, backref="checklists")
    revision = peewee.ForeignKeyField(Revision)
    title = peewee.CharField(max_length=200)
    transition = peewee.CharField(max_length=20)
    success = peewee.CharField(max_length=300, default="")
    anchor_on = peewee.DateField()
    location = peewee.ForeignKeyField(Location, null=True)
    started_at = db.UtcField()
    started_by = peewee.ForeignKeyField(Person, null=True)
    stopped_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("person", "started_at"), False),)

    @classmethod
    def is_running(cls) -> Any:
        """Not stopped, and some step is neither done nor skipped."""
        waiting = Step.select(Step.id).where(Step.checklist == cls.id, Step.is_open())
        return cls.stopped_at.is_null() & peewee.fn.EXISTS(waiting)

    @classmethod
    def running_for(cls, person: Person, plan: Document | int) -> "Checklist | None":
        """The list of this plan that still runs for the person."""
        revisions = Revision.select(Revision.id).where(Revision.document == plan)
        same = (cls.person == person) & db.among(cls.revision, revisions)
        return cls.select().where(same, cls.is_running()).first()  # type: ignore[no-any-return]

    @classmethod
    def with_names(cls, query: Any) -> Any:
        """`query` of checklists with the person and the plan's revision loaded."""
        return (
            query.select(cls, *Person.names(Person), Revision.id, Revision.number)
            .join(Person, on=(cls.person == Person.id))
            .switch(cls)
            .join(Revision, on=(cls.revision == Revision.id))
        )

    @classmethod
    def listing(cls, query: Any, finished: bool) -> Any:
        """`query` of checklists with their persons, the finished ones or the others."""
        state = ~cls.is_running() if finished else cls.is_running()
        order = cls.anchor_on.desc() if finished else cls.anchor_on
        return (
            query.where(state)
            .select(cls, *Person.names(Person))
            .join(Person, on=(cls.person == Person.id))
            .order_by(order, cls.id)
        )

    @staticmethod
    def count_steps(checklists: list["Checklist"], on: date) -> None:
        """Give each of these checklists its `.total`, `.settled` and `.late` steps: one query."""
        open_ones = peewee.Case(None, [(Step.is_open(), 1)], 0)
        late = peewee.Case(None, [(Step.is_open() & Step.is_late(on), 1)], 0)
        counted: Any = (
            Step.select(
                Step.checklist,
                peewee.fn.COUNT(Step.id),
                peewee.fn.SUM(open_ones),
                peewee.fn.SUM(late),
            )
            .where(Step.checklist.in_([checklist.id for checklist in checklists]))
            .group_by(Step.checklist)
            .tuples()
        )
        counts = {checklist: numbers for checklist, *numbers in counted}
        for checklist in checklists:
            total, waiting, checklist.late = counts.get(checklist.id, (0, 0, 0))
            checklist.total, checklist.settled = total, total - waiting

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def start(
        cls, revision: Revision, person: Person, anchor_on: date, *, by: Person | None
    ) -> "Checklist":
        """Run a published plan for a person: every step with its owner, date and duty.

        Raises AlreadyRuns instead of handing everything out twice.
        """
        plan = revision.parsed
        position = person.position()
        with db.write():
            if running := cls.running_for(person, revision.document_id):
                raise AlreadyRuns(running)
            checklist = cls.create(
                person=person,
                revision=revision,
                title=revision.document.title,
                transition=plan.get("transition", "onboarding"),
                success=plan.get("success", "")[:300],
                anchor_on=anchor_on,
                location=position.location if position else None,
                started_at=clock.now(),
                started_by=by,
            )
            audit.record(
                by,
                "started",
                checklist,
                about=person,
                data={"revision": revision.id, "hash": revision.hash, "anchor_on": anchor_on},
            )
            for order, planned in enumerate(lay_out(plan, person, position, anchor_on)):
                Step.open(checklist, planned, order, by=by)
        return checklist

    def stop(self, *, by: Person, reason: str) -> bool:
        """End it early: what is open is owed no more, what was done stays. False when it was."""
        now = clock.now()
        with db.write():
            running = (Checklist.id == self.id) & Checklist.stopped_at.is_null()
            if not Checklist.update(stopped_at=now).where(running).execute():
                return False
            self.stopped_at = now
            audit.record(by, "stopped", self, about=self.person, personal={"reason": reason})
            self._take_back_duties(by, reason)
        return True

    def _take_back_duties(self, by: Person, reason: str) -> None:
        """Whatever is owed only because of this list ends; what has another cause stays owed."""
        mine = (CauseRow.kind == CAUSE) & (CauseRow.ref == self.id)
        owed = Assignment.select().join(CauseRow).where(mine, Assignment.is_open())
        for assignment in list(owed):
            if assignment.causes.count() > 1:
                CauseRow.delete().where(mine, CauseRow.assignment == assignment).execute()
            else:
                assignment.settle(by=by, outcome="ended", reason=reason)

    def missing(self) -> Any:
        """Open steps nobody owns yet, as a query."""
        return Step.select().where(Step.checklist == self, Step.is_open(), Step.missing != "")


class Step(db.Model):
    """One thing one owner does for a running checklist. Done and skipped are facts with a date."""

    checklist = peewee.ForeignKeyField(Checklist, backref="steps")
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
        return (
            query.select(
                cls,
                Checklist,
                *Person.names(subject),
                *Person.names(Person),
                Function,
                *Person.names(doer),
            )
            .join(Checklist, on=(cls.checklist == Checklist.id))
            .join(subject, on=(Checklist.person == subject.id), attr="person")
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
    def opening(cls, query: Any, lists: Any) -> Any:
        """`query` of loaded steps, each with `.opens_list` (whether its checklist is among
        `lists`) and `.duty_id` (the open duty behind it)."""
        duty = Assignment.select(peewee.fn.MAX(Assignment.id)).where(
            Assignment.kind == KIND, Assignment.target == cls.id, Assignment.is_open()
        )
        listed = peewee.Case(None, [(db.among(cls.checklist, lists.select(Checklist.id)), 1)], 0)
        return query.select_extend(listed.alias("opens_list"), duty.alias("duty_id"))

    @classmethod
    def orphaned(cls, on: date) -> list["Step"]:
        """Open steps of running lists whose owner has left or whose function nobody holds."""
        open_ones = cls.with_checklist(cls.select()).where(
            cls.is_open(), Checklist.stopped_at.is_null()
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
    def of(cls, checklist: Checklist) -> list["Step"]:
        """All steps of a checklist in their order, owners loaded."""
        steps: list[Step] = _steps_of(checklist=checklist.id)
        for step in steps:
            step.checklist = checklist
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
    def open(cls, checklist: Checklist, planned: PlannedStep, order: int, *, by: Any) -> "Step":
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
        )
        cause = Cause(CAUSE, checklist.id)
        opens = assignment_kinds.get(planned.opens_kind)
        if opens and opens.open and planned.person:
            opens.open(planned.person, planned.opens_slug, cause)
        step.assign(cause, by=by)
        return step

    def assign(self, cause: Cause, *, by: Any) -> None:
        """Open the duty of the step: the owner's, the function's, or HR's to find an owner."""
        function = Function.named(HR) if self.missing else self.function
        Assignment.assign(
            kind=KIND,
            target=self.id,
            title=self._duty_title(),
            cause=cause,
            by=by,
            person=self.owner,
            function=None if self.owner_id else function,
            location=self.checklist.location_id,
            about=self.checklist.person,
            due_on=self.due_on,
            zone=(self.owner.zone if self.owner_id else "") or Company.settings().zone,
            minutes=self.minutes,
        )

    def _duty_title(self) -> str:
        """What Today calls it: with the person concerned, unless that is whose Today it is."""
        title = f"Find who does this: {self.title}" if self.missing else self.title
        concerned = self.checklist.person
        return title if self.owner_id == concerned.id else f"{title} — {concerned.called}"[:320]

    def complete(self, *, by: Person) -> bool:
        """Done. False when it was already done or skipped; then nothing changes."""
        return self._settle(by, "completed", "done", completed_at=clock.now(), completed_by=by)

    def skip(self, reason: str, *, by: Person) -> bool:
        """Not needed here, and why. False when it was already settled."""
        values = {"skipped_at": clock.now(), "skipped_by": by, "skip_reason": reason[:300]}
        return self._settle(by, "skipped", "waived", reason=reason, **values)

    def _settle(self, by: Person, done: str, outcome: str, reason: str = "", **values: Any) -> bool:
        with db.write():
            changed = Step.update(**values).where(Step.id == self.id, Step.is_open()).execute()
            if not changed:
                self._read_again()
                return False
            self._take_on(values)
            Assignment.settle_all(KIND, self.id, by=by, outcome=outcome, reason=reason)
            audit.record(
                by,
                done,
                self,
                about=self.checklist.person,
                data={"checklist": self.checklist_id, "key": self.key},
                personal={"reason": reason} if reason else None,
            )
        return True

    def reopen(self, *, by: Person) -> bool:
        """Take back a completion or a skip. False when it is open already."""
        values = {
            "completed_at": None,
            "completed_by": None,
            "skipped_at": None,
            "skipped_by": None,
            "skip_reason": "",
        }
        with db.write():
            changed = Step.update(**values).where(Step.id == self.id, ~Step.is_open()).execute()
            if not changed:
                return False
            self._take_on(values)
            for assignment in self.assignments():
                assignment.reopen(by=by)
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
            changed = Step.update(**values).where(Step.id == self.id, Step.is_open()).execute()
            if not changed:
                self._read_again()
                return False
            before = self.owner_id
            self._take_on(values)
            for assignment in self.assignments().where(Assignment.is_open()):
                assignment.title = self._duty_title()
                assignment.hand_to(person, by=by)
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
            if not Step.update(**values).where(Step.id == self.id, Step.is_open()).execute():
                return False
            self._take_on(values)
            Assignment.settle_all(KIND, self.id, by=None, outcome="ended", reason="Nobody left.")
            self.assign(Cause(CAUSE, self.checklist_id), by=None)
            audit.record(
                None,
                "lost_owner",
                self,
                about=self.checklist.person,
                data={"checklist": self.checklist_id, "from": before},
            )
        return True

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
