"""Finishes: that a list was done to its last step, as a fact that can be required and proved.

A row is written when the last step settles and superseded when a step opens again, so what was
known at any moment can be read for ever. Nobody ticks it: it follows from the steps.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import peewee

from portal import audit, clock, db
from portal.compliance import following
from portal.documents.models import Document
from portal.people.models import Person

if TYPE_CHECKING:
    from portal.checklists.models import Checklist
    from portal.checklists.steps import Step

# What is required of people by the name of this kind.
KIND = "checklist"


class Finish(db.Model):
    """A person's list of a plan is finished: every step done, or skipped with a reason."""

    # `Checklist` stands above this file, so the key to it is tied when that is defined.
    checklist = peewee.DeferredForeignKey("Checklist", backref="finishes")
    person = peewee.ForeignKeyField(Person)
    plan = peewee.ForeignKeyField(Document)
    finished_on = peewee.DateField()
    recorded_at = db.UtcField()
    superseded_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("plan", "person", "superseded_at"), False),)

    @classmethod
    def is_known(cls, known_at: datetime | None = None) -> Any:
        """Known at that moment (now): recorded by then, and not yet superseded."""
        return db.is_known(cls, known_at)

    @property
    def bound(self) -> dict[str, Any]:
        """What its event and a pack say of it: ids and dates."""
        return {
            "id": self.id,
            "checklist": self.checklist_id,
            "person": self.person_id,
            "plan": self.plan_id,
            "finished_on": self.finished_on,
            "recorded_at": self.recorded_at,
        }

    @property
    def record(self) -> str:
        """The hash that binds it."""
        return audit.binding(self.bound)


def follow(
    checklist: "Checklist", steps: "type[Step]", *, by: Any, finished_on: date | None = None
) -> None:
    """Write down that it is finished, or that it no longer is, if that has changed.

    Inside the write that changed a step. A list that was ended early stays what it was, and one
    that is still being laid out is neither.
    """
    if checklist.is_being_laid_out:
        return
    with db.write():
        fresh: Any = type(checklist).get_by_id(checklist.id)
        if fresh.stopped_at is not None:
            return
        known = Finish.get_or_none(Finish.is_known(), Finish.checklist == fresh)
        of_it = steps.select().where(steps.checklist == fresh)
        is_finished = of_it.exists() and not of_it.where(steps.is_open()).exists()
        if is_finished == (known is not None):
            return
        if known is None:
            on = finished_on or clock.today(fresh.person.zone or "UTC")
            known = _write(fresh, on, by)
        else:
            _supersede(known, by)
        following.refresh(KIND, known.plan_id, [known.person_id])


def _write(checklist: "Checklist", finished_on: date, by: Any) -> Finish:
    finish = Finish.create(
        checklist=checklist,
        person=checklist.person_id,
        plan=checklist.revision.document_id,
        finished_on=finished_on,
        recorded_at=clock.now(),
    )
    data = {"record": finish.record, "document": finish.plan_id} | finish.bound
    audit.record(by, "recorded", finish, about=Person(id=finish.person_id), data=data)
    return finish


def _supersede(finish: Finish, by: Any) -> None:
    Finish.update(superseded_at=clock.now()).where(Finish.id == finish.id).execute()
    data = {"record": finish.record, "document": finish.plan_id}
    audit.record(by, "superseded", finish, about=Person(id=finish.person_id), data=data)


GUARDS = [db.partial_unique("finish", "checklist_id", "superseded_at IS NULL")]
