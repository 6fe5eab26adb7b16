"""What follows for what a person has when a step that hands out or takes back is done or undone."""

from typing import TYPE_CHECKING, Any

from portal.checklists.holdings import Holding, ProofFile
from portal.checklists.words import HANDED_OUT, TAKEN_BACK

if TYPE_CHECKING:
    from portal.checklists.steps import Step


def follow(step: "Step", proof: str, file: ProofFile | None, *, by: Any) -> None:
    """The step is done: the person has it from now on, or has it no more."""
    if step.thing in HANDED_OUT:
        given = Holding.give(
            step.checklist.person,
            HANDED_OUT[step.thing],
            step.thing_name,
            by=by,
            proof=proof,
            function=step.function_id,
            location=step.checklist.location_id,
            file=file,
        )
        step.hold(given)
    elif step.thing in TAKEN_BACK and step.holding_id:
        step.holding.take(by=by, proof=proof, file=file)
        for other in _others(step, "open"):
            other.complete(by=by, proof=proof)


def may_be_undone(step: "Step") -> bool:
    """What was taken back since was handed out for certain: that stays said."""
    if step.thing not in HANDED_OUT or not step.completed_at or not step.holding_id:
        return True
    return Holding.get_by_id(step.holding_id).taken_at is None


def undo(step: "Step", *, by: Any) -> None:
    """A step that was done is open again: it was never handed out, or it is still out."""
    if not step.holding_id:
        return
    if step.thing in HANDED_OUT:
        step.holding.withdraw(by=by)
        for other in _others(step, "open"):
            other.skip("It was never handed out.", by=by)
    elif step.holding.leave_out(by=by):
        for other in _others(step, "done"):
            other.reopen(by=by)


def take_back(holding: Holding, proof: str, *, by: Any) -> bool:
    """It was taken back, on the person's own page: the step that asks for it is done with it."""
    waiting = _asking(holding, "open")
    return waiting[0].complete(by=by, proof=proof) if waiting else holding.take(by=by, proof=proof)


def leave_out(holding: Holding, *, by: Any) -> bool:
    """Taking it back was a mistake: the steps that were done with it are open again."""
    done = _asking(holding, "done")
    return done[0].reopen(by=by) if done else holding.leave_out(by=by)


def withdraw(holding: Holding, *, by: Any) -> bool:
    """It was never handed out: nobody has to take it back."""
    waiting = _asking(holding, "open")
    if not holding.withdraw(by=by):
        return False
    for step in waiting:
        step.skip("It was never handed out.", by=by)
    return True


def _others(step: "Step", state: str) -> list["Step"]:
    return [other for other in _asking(step.holding, state) if other.id != step.id]


def _asking(holding: Holding, state: str) -> list["Step"]:
    """The steps of lists that have not ended early and that take this back, in that state."""
    model: Any = Holding.steps.rel_model  # type: ignore[attr-defined]
    found = model.with_checklist(holding.steps).where(model.thing.in_(list(TAKEN_BACK)))
    return [step for step in found if step.state == state and not step.checklist.stopped_at]
