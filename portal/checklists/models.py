"""Running checklists: a plan started for a person, and the steps everyone involved takes.

A running checklist keeps the revision it was started with. A step has one owner; a line of the
plan with two owners becomes two steps.
"""

from datetime import date, timedelta
from typing import Any

import peewee
from markupsafe import Markup

from portal import audit, clock, db
from portal.assignments.models import Assignment, Cause
from portal.assignments.models import kinds as assignment_kinds
from portal.checklists.planning import PlannedStep, lay_out
from portal.documents.models import Revision
from portal.people.functions import HR, Function
from portal.people.models import Person
from portal.people.org import Company, Location

KIND = "step"
UNDO_HOURS = 24


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
        waiting = Step.select(Step.checklist).where(Step.is_open())
        return cls.stopped_at.is_null() & cls.id.in_(waiting)

    @classmethod
    def with_progress(cls, query: Any) -> Any:
        """`query` of checklists with `.total`, `.settled` and `.late` steps counted beside each."""
        counted = (
            Step.select(
                Step.checklist,
                peewee.fn.COUNT(Step.id).alias("total"),
                peewee.fn.SUM(peewee.Case(None, [(Step.is_open(), 0)], 1)).alias("settled"),
                peewee.fn.SUM(
                    peewee.Case(None, [(Step.is_open() & Step.is_late(clock.today()), 1)], 0)
                ).alias("late"),
            )
            .group_by(Step.checklist)
            .alias("counted")
        )
        return query.join(
            counted, peewee.JOIN.LEFT_OUTER, on=(Checklist.id == counted.c.checklist_id)
        ).select_extend(
            peewee.fn.COALESCE(counted.c.total, 0).alias("total"),
            peewee.fn.COALESCE(counted.c.settled, 0).alias("settled"),
            peewee.fn.COALESCE(counted.c.late, 0).alias("late"),
        )

    @classmethod
    def listing(cls, query: Any, finished: bool) -> Any:
        """`query` of checklists with person and progress, the finished ones or the others."""
        state = ~cls.is_running() if finished else cls.is_running()
        order = cls.anchor_on.desc() if finished else cls.anchor_on
        chosen = (
            query.where(state)
            .select(cls, Person)
            .join(Person, on=(cls.person == Person.id))
            .switch(cls)
        )
        return cls.with_progress(chosen).order_by(order, cls.id)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def start(
        cls, revision: Revision, person: Person, anchor_on: date, *, by: Person | None
    ) -> "Checklist":
        """Run a published plan for a person: every step with its owner, date and duty."""
        plan = revision.parsed
        position = person.position()
        with db.write():
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

    def stop(self, *, by: Person, reason: str) -> None:
        """End it early: what is open is owed no more, what was done stays."""
        if self.stopped_at:
            return
        with db.write():
            self.stopped_at = clock.now()
            self.save()
            audit.record(by, "stopped", self, about=self.person, personal={"reason": reason})
            for step in Step.select().where(Step.checklist == self, Step.is_open()):
                Assignment.settle_all(KIND, step.id, by=by, outcome="ended", reason=reason)

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
        indexes = ((("checklist", "order"), False), (("owner", "completed_at"), False))

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
        """`query` of steps with checklist, its person, and owner and function loaded."""
        subject = Person.alias()
        return (
            query.select(cls, Checklist, subject, Person, Function)
            .join(Checklist, on=(cls.checklist == Checklist.id))
            .join(subject, on=(Checklist.person == subject.id), attr="person")
            .switch(cls)
            .join(Person, peewee.JOIN.LEFT_OUTER, on=(cls.owner == Person.id), attr="owner")
            .switch(cls)
            .join(Function, peewee.JOIN.LEFT_OUTER, on=(cls.function == Function.id))
        )

    @classmethod
    def of(cls, checklist: Checklist) -> list["Step"]:
        """All steps of a checklist in their order, owners loaded."""
        steps = cls.with_checklist(cls.select()).where(cls.checklist == checklist)
        return list(steps.order_by(cls.order))

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
        cause = Cause("checklist", checklist.id)
        opens = assignment_kinds.get(planned.opens_kind)
        if opens and opens.open and planned.person:
            opens.open(planned.person, planned.opens_slug, cause)
        step.assign(cause, by=by, is_new=True)
        return step

    def assign(self, cause: Cause, *, by: Any, is_new: bool = False) -> None:
        """Open the duty of the step: the owner's, the function's, or HR's to find an owner."""
        person = self.checklist.person
        concerned = "" if self.owner_id == person.id else f" — {person.called}"
        function = self.function
        title = self.title
        if self.missing:
            function, title = Function.named(HR), f"Find who does this: {self.title}"
        Assignment.assign(
            kind=KIND,
            target=self.id,
            title=f"{title}{concerned}",
            cause=cause,
            by=by,
            person=self.owner,
            function=None if self.owner_id else function,
            location=self.checklist.location_id,
            about=person,
            due_on=self.due_on,
            zone=(self.owner.zone if self.owner_id else "") or Company.settings().zone,
            minutes=self.minutes,
        )

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

    def hand_to(self, person: Person, *, by: Person) -> None:
        """Somebody else does it from now on; a missing owner is found with that."""
        if self.owner_id == person.id:
            return
        with db.write():
            before = self.owner_id
            self.owner, self.function, self.missing = person, None, ""
            self.save()
            concerned = self.checklist.person
            title = self.title if concerned == person else f"{self.title} — {concerned.called}"
            for assignment in self.assignments().where(Assignment.is_open()):
                assignment.title = title[:320]
                assignment.hand_to(person, by=by)
            audit.record(
                by,
                "reassigned",
                self,
                about=concerned,
                data={"checklist": self.checklist_id, "from": before, "to": person.id},
            )

    def assignments(self) -> Any:
        """The duties that belong to this step, as a query."""
        return Assignment.select().where(Assignment.kind == KIND, Assignment.target == self.id)

    def _take_on(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def may_be_undone(self) -> bool:
        """An owner may take back for a day; HR and the manager always."""
        settled = self.completed_at or self.skipped_at
        return bool(settled) and clock.now() - settled < timedelta(hours=UNDO_HOURS)
