"""A form that nobody asks for any more, or that somebody else fills after all."""

from datetime import date
from typing import TYPE_CHECKING, Any

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment, CauseRow
from portal.people.models import Person
from portal.questionnaires.keeping import FORM

# Why it is asked for when HR gave it out by hand; its `ref` is the first that went out with it.
SENDING = "sending"


class Withdrawing:
    """The part of a submission that takes it from whoever was to fill it."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def withdraw(self, *, by: Any, reason: str = "", outcome: str = "waived") -> bool:
        """Nobody asks for it any more. False when it was sent, or withdrawn before."""
        with db.write():
            self._read_again()
            if not self.is_open:
                return False
            self._change(withdrawn_at=clock.now())
            Assignment.settle_all(FORM, self.id, by=by, outcome=outcome, reason=reason)
            audit.record(by, "withdrawn", self, **self.said)
        return True

    def restore(self, *, by: Any) -> bool:
        """It is asked for again, with what was written by then."""
        with db.write():
            self._read_again()
            if self.withdrawn_at is None or self.submitted_at or self.purged_at:
                return False
            self._change(withdrawn_at=None)
            self._owe_again(by, "waived")
            audit.record(by, "restored", self, **self.said)
        return True

    def ask_for_again(self, cause: Cause, *, due_on: date | None) -> None:
        """The same for another reason and with another day; nothing for what was sent. Call it
        inside `db.write()`."""
        self._read_again()
        if self.submitted_at or self.purged_at:
            return
        if self.withdrawn_at:
            self._change(withdrawn_at=None)
            audit.record(None, "restored", self, **self.said)
        Assignment.assign(
            kind=FORM,
            target=self.id,
            title=self.duty_title(self.person),
            cause=cause,
            by=None,
            person=self.person,
            about=self.about,
            due_on=due_on,
            zone=self.person.zone or "UTC",
            minutes=self.structure.get("minutes"),
        )

    def withdraw_all(self, *, by: Person) -> int:
        """Take back a sending by hand, of which this is the first; returns how many were not sent.

        What something else asks for as well stays asked for.
        """
        count = 0
        with db.write():
            for cause in CauseRow.select().where(CauseRow.kind == SENDING, CauseRow.ref == self.id):
                duty = cause.assignment
                if duty.causes.count() > 1:
                    cause.delete_instance()
                elif duty.settled_at is None:
                    of_table: Any = type(self)
                    one = of_table.get_by_id(duty.target)
                    count += one.withdraw(by=by, reason="Sent by mistake.")
        return count

    def hand_to(self, person: Person, *, by: Any) -> None:
        """Somebody else fills it, afresh: a draft is for nobody but whoever wrote it.

        Raises ValueError for the person it is about: what others say of them would be their own.
        """
        if person.id == self.about_id != self.person_id:
            raise ValueError(f"It is about {person.called}, so somebody else fills it.")
        with db.write():
            self._read_again()
            if not self.is_open or person.id == self.person_id:
                return
            other = self._same(self.revision, person, self.about)
            readers = tuple(self.readers.split())
            other = other or self._new(self.revision, person, self.about, by, readers)
            self._change(withdrawn_at=clock.now())
            for duty in self.duties().where(Assignment.is_open()):
                Assignment.update(target=other.id).where(Assignment.id == duty.id).execute()
                duty.target, duty.title = other.id, other.duty_title(person)
                duty.hand_to(person, by=by)
            audit.record(by, "withdrawn", self, **self.said)
