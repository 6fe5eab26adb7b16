"""How a step is taken: opened, done, skipped, opened again, handed on, moved, and left behind."""

from datetime import date
from typing import TYPE_CHECKING, Any

from portal import audit, clock, db
from portal.assignments.models import Assignment
from portal.checklists import duties, finishes, proofs
from portal.checklists.duties import KIND
from portal.checklists.holdings import Holding, ProofFile
from portal.checklists.planning import GIVER, PlannedStep
from portal.checklists.words import EMPLOYEE
from portal.people.models import Person

if TYPE_CHECKING:
    from portal.checklists.models import Checklist


class NeedsProof(ValueError):
    """What is handed out or taken back is done only with a proof."""


class Taking:
    """The verbs of `Step`, which has the columns."""

    @classmethod
    def open(cls: Any, checklist: "Checklist", planned: PlannedStep, order: int, *, by: Any) -> Any:
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
            at=planned.at,
            thing=planned.thing,
            thing_name=planned.thing_name,
            holding=planned.holding,
        )
        if planned.is_needless:
            # All of the kind came back before, so there is nothing to do.
            step.complete(by=None)
            return step
        duties.owe(step, by=by)
        step._follow_list(by)
        return step

    def duty_title(self: Any) -> str:
        """What Today calls it: with the person concerned, unless that is whose Today it is."""
        title = f"Find who does this: {self.title}" if self.missing else self.title
        concerned = self.checklist.person
        return title if self.owner_id == concerned.id else f"{title} — {concerned.called}"[:320]

    def complete(
        self: Any, *, by: Person | None, proof: str = "", file: ProofFile | None = None
    ) -> bool:
        """Done, with its proof where it wants one. False when it was already done or skipped.

        Raises NeedsProof where something is handed out or taken back and nothing was said of it.
        """
        if self.wants_proof and self.state == "open" and not proof.strip():
            raise NeedsProof
        with db.write():
            now = clock.now()
            if not self._settle(by, "completed", "done", completed_at=now, completed_by=by):
                return False
            proofs.follow(self, proof, file, by=by)
        return True

    def skip(self: Any, reason: str, *, by: Person | None) -> bool:
        """Not needed here, and why. False when it was already settled."""
        values = {"skipped_at": clock.now(), "skipped_by": by, "skip_reason": reason[:300]}
        return self._settle(by, "skipped", "waived", reason=reason, **values)

    def _settle(
        self: Any, by: Person | None, done: str, outcome: str, reason: str = "", **values: Any
    ) -> bool:
        with db.write():
            if not self._change(values, self.is_open()):
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
            self._follow_list(by)
        return True

    def _follow_list(self: Any, by: Person | None) -> None:
        """With the last step the list is finished; with one that opens it is not any more."""
        finishes.follow(self.checklist, type(self), by=by)

    def reopen(self: Any, *, by: Person | None) -> bool:
        """Take back a completion or a skip. False when it is open already."""
        values = {
            "completed_at": None,
            "completed_by": None,
            "skipped_at": None,
            "skipped_by": None,
            "skip_reason": "",
        }
        with db.write():
            was_done = self.state == "done"
            if not proofs.may_be_undone(self) or not self._change(values, ~self.is_open()):
                return False
            if was_done:
                proofs.undo(self, by=by)
            duties.owe_again(self, by=by)
            audit.record(
                by,
                "reopened",
                self,
                about=self.checklist.person,
                data={"checklist": self.checklist_id, "key": self.key},
            )
            self._follow_list(by)
        return True

    def hand_to(self: Any, person: Person, *, by: Person) -> bool:
        """Somebody else does it from now on; a missing owner is found with that.

        False when it is theirs already, or settled.
        """
        if self.owner_id == person.id:
            return False
        values = {"owner": person, "function": None, "missing": ""}
        with db.write():
            before = self.owner_id
            if not self._change(values, self.is_open()):
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

    def move(self: Any, due_on: date, at: str, *, by: Person) -> bool:
        """Another day, or another time of day. False when it is settled, or is then already."""
        before = self.due_on
        if (due_on, at) == (before, self.at):
            return False
        with db.write():
            values = {"due_on": due_on, "at": at, "moved": self.moved + 1}
            if not self._change(values, self.is_open()):
                return False
            for assignment in [*self.assignments(), *duties.opened(self)]:
                assignment.move(due_on, at, by=by)
            audit.record(
                by,
                "moved",
                self,
                about=self.checklist.person,
                data={"checklist": self.checklist_id, "before": before, "due_on": due_on},
            )
        return True

    def lose_owner(self: Any) -> bool:
        """Nobody is there to do it any more, so HR finds somebody: a step is never dropped."""
        before, missing = self.owner_id, self.role
        if missing in (EMPLOYEE, GIVER):
            missing = "owner"
        values = {"owner": None, "function": None, "missing": missing}
        with db.write():
            # HR may have found somebody since this row was read.
            if not self._change(values, self.is_open() & self._is_still_owned_so()):
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

    def become_plain(self: Any) -> None:
        """What it would open is not there, so it is a step with a tick of its own."""
        self._change({"opens_kind": "", "opens_slug": ""}, type(self).id == self.id)

    def is_still_open(self: Any) -> bool:
        """Asked inside a write: whether nobody has settled it, or ended its list, meanwhile."""
        self._read_again()
        stopped = type(self.checklist).get_by_id(self.checklist_id).stopped_at
        return self.state == "open" and stopped is None

    def hold(self: Any, holding: Holding) -> None:
        """What it handed out, remembered with it."""
        self._change({"holding": holding}, type(self).id == self.id)

    def _change(self: Any, values: dict[str, Any], condition: Any) -> bool:
        """Write these values if the list still runs and `condition` holds; else read it again."""
        model = type(self)
        checklist: Any = model.checklist.rel_model
        running = checklist.select(checklist.id).where(
            checklist.id == self.checklist_id, checklist.stopped_at.is_null()
        )
        here = (model.id == self.id) & db.among(model.checklist, running) & condition
        if not model.update(**values).where(here).execute():
            self._read_again()
            return False
        self._take_on(values)
        return True

    def _is_still_owned_so(self: Any) -> Any:
        return (
            (type(self).missing == self.missing)
            & _same(type(self).owner, self.owner_id)
            & _same(type(self).function, self.function_id)
        )

    def assignments(self: Any) -> Any:
        """The duties that belong to this step, as a query."""
        return Assignment.select().where(Assignment.kind == KIND, Assignment.target == self.id)

    def open_duties(self: Any) -> list[Assignment]:
        """What is owed for it now: its own duty, or the one it stands for."""
        found = [*self.assignments(), *duties.opened(self)]
        return [duty for duty in found if duty.settled_at is None]

    def _read_again(self: Any) -> None:
        """What it has become meanwhile, by somebody who was faster."""
        fresh = type(self).get_by_id(self.id)
        self._take_on({name: getattr(fresh, name) for name in self.CHANGING})

    def _take_on(self: Any, values: dict[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)


def _same(column: Any, value: Any) -> Any:
    return column.is_null() if value is None else column == value
