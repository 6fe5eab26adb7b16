"""Who may see a paper, and who may keep somebody's file."""

from typing import Any

from portal import db
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.positions import Position
from portal.personnel.models import Paper
from portal.personnel.papers import MANAGER, PERSON


def visible_to(viewer: Person) -> Any:
    """Papers the viewer may read, removed and replaced ones too, as a query.

    HR reads every file but their own, in which they see what a person sees: what is shared with
    them, and current. A manager reads what is shared with the manager of the moment, not the line.
    """
    shared = Paper.is_current() & (Paper.person == viewer.id) & Paper.seen_by.in_([PERSON, MANAGER])
    if viewer.is_hr:
        return Paper.select().where(shared | (Paper.person != viewer.id))
    if viewer.has_reports:
        led = db.among(Paper.person, Position.led_by(viewer.id, viewer.today()))
        shared |= (
            Paper.is_current() & led & (Paper.seen_by == MANAGER) & (Paper.person != viewer.id)
        )
    return Paper.select().where(shared)


def can_open_file(viewer: Person, person: Person) -> bool:
    """Whether there is a file of papers to be looked into: one's own, one's reports', HR's work."""
    if viewer.is_hr or viewer.id == person.id:
        return True
    held = person.held_now if viewer.has_reports else None
    return held is not None and held.manager_id == viewer.id


def can_file(viewer: Person, person: Person) -> bool:
    """Add, replace, correct, remove: HR, and never in one's own file."""
    return people_access.can_correct(viewer, person)


def can_see_expiring(viewer: Person) -> bool:
    return viewer.is_hr


def can_send_link(viewer: Person, person: Person) -> bool:
    """Papers by a link are for somebody who leaves, and HR sends it."""
    return can_file(viewer, person) and person.last_day_on is not None


def can_end_link(viewer: Person, person: Person) -> bool:
    """Also when they stay after all."""
    return can_file(viewer, person)


def can_say_if_in_touch(viewer: Person) -> bool:
    """Leavers are asked, from the day on that their departure is known."""
    return viewer.last_day_on is not None
