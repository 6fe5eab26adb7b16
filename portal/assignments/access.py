"""Who may see a duty, and who may put it off or let it go."""

from typing import Any

from portal import db
from portal.assignments import nudges
from portal.assignments.models import Assignment
from portal.people.models import Person


def visible_to(viewer: Person) -> Any:
    """Duties the viewer owes, those of everyone below, and for HR all, as a query.

    What others owe about the viewer is nobody's in HR and no manager's to read.
    """
    own, others = Assignment.is_owed_by(viewer), Assignment.is_known_to(viewer)
    if viewer.is_hr:
        return Assignment.select().where(own | others)
    if viewer.has_reports:
        own |= db.among(Assignment.person, viewer.line()) & others
    return Assignment.select().where(own)


def can_snooze(viewer: Person, assignment: Assignment) -> bool:
    """Only whoever owes it."""
    return assignment.settled_at is None and assignment.is_owner(viewer)


def can_waive(viewer: Person, assignment: Assignment) -> bool:
    """HR, with a reason, and never for oneself; or as the kind of duty says."""
    if assignment.settled_at is not None:
        return False
    if assignment.kind_of.may_waive:
        return assignment.kind_of.may_waive(viewer, assignment)
    return viewer.is_hr and assignment.person_id != viewer.id


def can_reassign(viewer: Person, assignment: Assignment) -> bool:
    """HR, and the line above whoever owes it; or as the kind of duty says."""
    if assignment.settled_at is not None:
        return False
    if assignment.kind_of.may_hand_over:
        return assignment.kind_of.may_hand_over(viewer, assignment)
    owner = assignment.person_id
    return viewer.is_hr or (owner is not None and viewer.leads(owner))


def can_reopen(viewer: Person, assignment: Assignment) -> bool:
    """HR takes a waiver back; what was done is reopened where it was done."""
    if assignment.outcome != "waived":
        return False
    if assignment.kind_of.may_reopen:
        return assignment.kind_of.may_reopen(viewer, assignment)
    return viewer.is_hr


def can_nudge(viewer: Person, assignment: Assignment) -> bool:
    """HR and the line above whoever owes it, once it is near or late; nobody asks themselves."""
    if not nudges.is_ripe(assignment, viewer.today()) or assignment.person_id == viewer.id:
        return False
    owner = assignment.person_id
    return viewer.is_hr or (owner is not None and viewer.leads(owner))
