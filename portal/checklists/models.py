"""Running checklists: a plan started for a person.

A running checklist keeps the revision it was started with.
"""

from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.models import Assignment, CauseRow
from portal.checklists import finishes
from portal.checklists.duties import CAUSE, KIND, OPENED
from portal.checklists.finishes import Finish
from portal.checklists.planning import Layout
from portal.checklists.steps import Step
from portal.checklists.words import WELCOME
from portal.documents.models import Document, Revision
from portal.people.functions import Function
from portal.people.models import Person
from portal.people.org import Location
from portal.people.passes import Pass
from portal.prepared import Prepared, blank


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
    # When the manager is asked whether it has come true; null where the plan does not ask.
    success_by = peewee.DateField(null=True)
    anchor_on = peewee.DateField()
    location = peewee.ForeignKeyField(Location, null=True)
    started_at = db.UtcField()
    started_by = peewee.ForeignKeyField(Person, null=True)
    stopped_at = db.UtcField(null=True)
    # While its steps are being opened, the first of which may be done at once.
    is_being_laid_out = False

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
    def running_in(cls, transition: str, people: list[int]) -> dict[int, "Checklist"]:
        """Of these persons, those for whom a list of that transition runs, with it."""
        rows = cls.select().where(cls.transition == transition, cls.is_running())
        return {
            row.person_id: row
            for batch in peewee.chunked(people, 500)
            for row in rows.where(cls.person.in_(batch))
        }

    @classmethod
    def find(cls, checklist_id: int) -> "Checklist | None":
        """One checklist with its person and the number of its plan's revision."""
        return _with_names.first(id=checklist_id)  # type: ignore[no-any-return]

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

    @classmethod
    def of_person(cls, query: Any, person_id: int) -> Any:
        """`query` of checklists about one person, the newest first."""
        return (
            query.where(cls.person == person_id)
            .select(cls, *Person.names(Person))
            .join(Person, on=(cls.person == Person.id))
            .order_by(cls.id.desc())
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
        layout = Layout(person, position, anchor_on)
        with db.write():
            if running := cls.running_for(person, revision.document_id):
                raise AlreadyRuns(running)
            checklist = cls.create(
                person=person,
                revision=revision,
                title=revision.document.title,
                transition=plan.get("transition", "onboarding"),
                success=plan.get("success", "")[:300],
                success_by=layout.due_on(plan.get("success_by")),
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
            checklist.is_being_laid_out = True
            for order, planned in enumerate(layout.all_steps(plan)):
                Step.open(checklist, planned, order, by=by)
            checklist.is_being_laid_out = False
            finishes.follow(checklist, Step, by=by)
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
            self._take_back_duties(by)
            if self.transition == "onboarding":
                self._end_welcome(by)
        return True

    def _end_welcome(self, by: Person) -> None:
        """The welcome link opens nothing any more, unless another list of theirs stands behind."""
        others = Checklist.select().where(
            Checklist.person == self.person_id,
            Checklist.transition == self.transition,
            Checklist.stopped_at.is_null(),
        )
        if not others.exists():
            for given in list(Pass.open_of(self.person_id, WELCOME)):
                given.revoke(by=by)

    def _take_back_duties(self, by: Person) -> None:
        """Whatever is owed only because of this list ends; what has another cause stays owed."""
        steps = Step.select(Step.id).where(Step.checklist == self)
        mine = ((CauseRow.kind == CAUSE) & (CauseRow.ref == self.id)) | (
            (CauseRow.kind == OPENED) & db.among(CauseRow.ref, steps)
        )
        owed = Assignment.select().join(CauseRow).where(mine, Assignment.is_open())
        for assignment in list(owed):
            if assignment.causes.count() > 1:
                CauseRow.delete().where(mine, CauseRow.assignment == assignment).execute()
            else:
                assignment.settle(by=by, outcome="ended", reason="The list was ended early.")

    def late_duties(self, on: date) -> list[Assignment]:
        """What is owed for this list and should have been done by that day."""
        steps = Step.select(Step.id).where(Step.checklist == self, Step.is_open())
        own = (Assignment.kind == KIND) & db.among(Assignment.target, steps)
        stood_for = CauseRow.select(CauseRow.assignment).where(
            CauseRow.kind == OPENED, db.among(CauseRow.ref, steps)
        )
        late = (
            Assignment.select(Assignment, Person, Function)
            .join(Person, peewee.JOIN.LEFT_OUTER, on=(Assignment.person == Person.id))
            .switch(Assignment)
            .join(Function, peewee.JOIN.LEFT_OUTER, on=(Assignment.function == Function.id))
            .where(own | db.among(Assignment.id, stood_for))
            .where(Assignment.is_open(), Assignment.due_on < on)
        )
        return list(late.order_by(Assignment.id))

    def missing(self) -> Any:
        """Open steps nobody owns yet, as a query."""
        return Step.select().where(Step.checklist == self, Step.is_open(), Step.missing != "")


_with_names = Prepared(
    lambda: (
        Checklist.select(Checklist, *Person.names(Person), Revision.id, Revision.number)
        .join(Person, on=(Checklist.person == Person.id))
        .switch(Checklist)
        .join(Revision, on=(Checklist.revision == Revision.id))
        .where(Checklist.id == blank("id"))
    )
)


# Tied only now, and real keys like any other: without this the database would not hold them.
Step.checklist.deferred = Finish.checklist.deferred = False
