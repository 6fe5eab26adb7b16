"""Who may see a running checklist and its steps, and who may move them."""

from typing import Any

from portal import db
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.people.functions import functions_of
from portal.people.models import Person


def visible_to(viewer: Person) -> Any:
    """Running and finished checklists the viewer may open, as a query.

    HR sees all, a manager those of everyone below, a person their own. A departure's list is not
    the leaver's to read: they see the steps that are theirs. Owners outside (IT, a buddy) have no
    checklist, only their steps.
    """
    if viewer.is_hr:
        return Checklist.select()
    own = (Checklist.person == viewer.id) & (Checklist.transition != "offboarding")
    if not viewer.has_reports:
        return Checklist.select().where(own)
    return Checklist.select().where(
        own | (db.among(Checklist.person, viewer.line()) & (Checklist.person != viewer.id))
    )


def can_open(viewer: Person, checklist: Checklist) -> bool:
    """`visible_to` for a checklist that is loaded; a test holds the two against each other."""
    if viewer.is_hr:
        return True
    if checklist.person_id == viewer.id:
        return bool(checklist.transition != "offboarding")
    return viewer.leads(checklist.person_id)


def steps_visible_to(viewer: Person) -> Any:
    """Steps of those checklists and the steps the viewer owns, as a query."""
    if viewer.is_hr:
        return Step.select()
    owned = Step.owner == viewer.id
    for function_id, location_id in functions_of(viewer):
        held = Step.function == function_id
        if location_id is not None:
            here = Checklist.select(Checklist.id).where(Checklist.location == location_id)
            held &= db.among(Step.checklist, here)
        owned |= held
    open_to_viewer = visible_to(viewer).select(Checklist.id)
    return Step.select().where(owned | db.among(Step.checklist, open_to_viewer))


def can_see(viewer: Person, step: Step) -> bool:
    """`steps_visible_to` for a step that is loaded; a test holds the two against each other."""
    return is_owner(viewer, step) or can_open(viewer, step.checklist)


def can_start(viewer: Person, person: Person | None = None) -> bool:
    """Start a plan for somebody: HR, never for themselves."""
    return viewer.is_hr and (person is None or person.id != viewer.id)


def is_owner(viewer: Person, step: Step) -> bool:
    """Whether the step is the viewer's own, directly or by a function they hold."""
    if step.owner_id:
        return bool(step.owner_id == viewer.id)
    if not step.function_id:
        return False
    place = step.checklist.location_id
    return any(
        function_id == step.function_id and location_id in (None, place)
        for function_id, location_id in functions_of(viewer)
    )


def can_complete(viewer: Person, step: Step) -> bool:
    """Its owner, or HR on somebody's behalf, but not on a list that is about themselves."""
    if step.opens or step.checklist.stopped_at:
        # What stands for a duty of another domain is done by doing that.
        return False
    helps = viewer.is_hr and step.checklist.person_id != viewer.id
    return helps or is_owner(viewer, step)


def can_skip(viewer: Person, step: Step) -> bool:
    """HR and the subject's line, with a reason, never the subject; its owner where the plan says
    that it is optional."""
    if step.checklist.stopped_at:
        return False
    return _is_in_charge(viewer, step) or (step.is_optional and is_owner(viewer, step))


def can_hand_over(viewer: Person, step: Step) -> bool:
    """HR and the subject's line, while it is open."""
    return step.state == "open" and not step.checklist.stopped_at and _is_in_charge(viewer, step)


def can_reopen(viewer: Person, step: Step) -> bool:
    """HR and the line at any time, the owner within a day. What another domain's fact has settled
    is taken back there."""
    if step.checklist.stopped_at or (step.opens and step.state == "done"):
        return False
    return _is_in_charge(viewer, step) or (step.may_be_undone and is_owner(viewer, step))


def can_stop(viewer: Person, checklist: Checklist) -> bool:
    """End a list early: HR, never their own."""
    return viewer.is_hr and checklist.person_id != viewer.id


def _is_in_charge(viewer: Person, step: Step) -> bool:
    concerned = step.checklist.person_id
    return viewer.id != concerned and (viewer.is_hr or viewer.leads(concerned))


class Powers:
    """What the viewer may do to the steps of one checklist: the functions above, for templates."""

    def __init__(self, viewer: Person, checklist: Checklist) -> None:
        self.viewer, self.checklist = viewer, checklist

    def complete(self, step: Step) -> bool:
        return can_complete(self.viewer, step)

    def skip(self, step: Step) -> bool:
        return can_skip(self.viewer, step)

    def hand_over(self, step: Step) -> bool:
        return can_hand_over(self.viewer, step)

    def reopen(self, step: Step) -> bool:
        return can_reopen(self.viewer, step)

    def owns(self, step: Step) -> bool:
        return is_owner(self.viewer, step)

    @property
    def stop(self) -> bool:
        return can_stop(self.viewer, self.checklist) and not self.checklist.stopped_at
