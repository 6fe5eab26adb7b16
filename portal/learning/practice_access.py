"""Who reads what somebody did on the job, and who answers it."""

from typing import Any

import peewee

from portal import db
from portal.assignments.models import Assignment
from portal.learning.models import Attempt
from portal.learning.practice import PRACTICE, Practice
from portal.people.models import Person


def visible_to(viewer: Person) -> Any:
    """What was sent that the viewer may read, as a query: their own, what is theirs to confirm or
    what they have answered; HR all. Not what somebody took back before it was answered, but for
    themselves and HR."""
    sent = Practice.select()
    if viewer.came_by_pass:
        return sent.where(Practice.id == 0)
    if viewer.is_hr:
        return sent
    mine = Attempt.select(Attempt.id).where(Attempt.person == viewer.id)
    asked = Assignment.select(Assignment.target).where(
        Assignment.is_open(), Assignment.kind == PRACTICE, Assignment.is_owed_by(viewer)
    )
    return sent.where(
        db.among(Practice.attempt, mine)
        | db.among(Practice.id, asked)
        | ((Practice.answered_by == viewer.id) & (Practice.outcome != "withdrawn"))
    )


def history(viewer: Person, practice: Practice) -> list[Practice]:
    """What was sent before in the same attempt, the newest first: whoever may read this one needs
    what was said and answered then, unless it was taken back."""
    rows: Any = (
        Practice.select(Practice, Person)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Practice.answered_by == Person.id))
        .where(Practice.attempt == practice.attempt_id, Practice.id < practice.id)
        .order_by(Practice.id.desc())
    )
    is_own = practice.attempt.person_id == viewer.id
    return [row for row in rows if is_own or row.outcome != "withdrawn"]


def can_answer(viewer: Person, practice: Practice, duty: Assignment | None) -> bool:
    """Confirm it or send it back: whoever has it to do, and never one's own."""
    if viewer.came_by_pass or practice.attempt.person_id == viewer.id:
        return False
    return practice.is_waiting and duty is not None and duty.is_owner(viewer)


def can_withdraw(viewer: Person, practice: Practice) -> bool:
    """Take it back while it waits: whoever sent it."""
    is_own = practice.attempt.person_id == viewer.id and not viewer.came_by_pass
    return is_own and practice.is_waiting


def can_send(viewer: Person) -> bool:
    """A file with it: whoever works here."""
    return not viewer.came_by_pass and viewer.is_staff
