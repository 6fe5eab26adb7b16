"""Who may know of a form somebody fills, who may read it, and who may do what to it.

Each rule stands in two shapes, as a query and as a question; a test holds them together.
"""

from typing import Any

from portal import db
from portal.people.functions import is_held_by, owns
from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.questionnaires.terms import HR, MANAGER, SUBJECT


def visible_to(viewer: Person) -> Any:
    """Submissions of which the viewer may know that they are, and how far, as a query.

    One's own; HR all; managers those that somebody below fills; and whoever may read one. What
    others write about the viewer does not exist for them, unless its terms say that they read it.
    """
    own = Submission.person == viewer.id
    if viewer.came_by_pass:
        return Submission.select().where(own)
    if viewer.is_hr:
        reach = Submission.id > 0
    else:
        reach = own | _readable(viewer)
        if viewer.has_reports:
            reach |= db.among(Submission.person, viewer.line())
    return Submission.select().where(reach, own | _is_not_secret_to(viewer))


def can_see(viewer: Person, submission: Submission) -> bool:
    """`visible_to` for a submission that is loaded."""
    if submission.person_id == viewer.id:
        return True
    if viewer.came_by_pass or _is_secret_to(viewer, submission):
        return False
    return viewer.is_hr or viewer.leads(submission.person_id) or _reads(viewer, submission)


def readable_to(viewer: Person) -> Any:
    """Submissions whose answers the viewer may read now, as a query: sent, and not yet erased."""
    own = Submission.person == viewer.id
    if viewer.came_by_pass:
        return Submission.select().where(own, _is_there())
    return Submission.select().where(
        own & _is_there() | _readable(viewer), own | _is_not_secret_to(viewer)
    )


def mine(viewer: Person) -> Any:
    """What the viewer fills or has filled."""
    return Submission.select().where(Submission.person == viewer.id)


def sent_to(viewer: Person) -> Any:
    """What others have written that the viewer may read now."""
    return readable_to(viewer).where(Submission.person != viewer.id)


def can_read(viewer: Person, submission: Submission) -> bool:
    """`readable_to` for a submission that is loaded."""
    if submission.submitted_at is None or submission.purged_at is not None:
        return False
    if submission.person_id == viewer.id:
        return True
    if viewer.came_by_pass or _is_secret_to(viewer, submission):
        return False
    return _reads(viewer, submission)


def _is_there() -> Any:
    return Submission.is_sent() & Submission.purged_at.is_null()


def _readable(viewer: Person) -> Any:
    """Whom the terms name: HR, the line of the person concerned, that person, the function."""
    named = Submission.is_read_by(SUBJECT) & (Submission.about == viewer.id)
    if viewer.is_hr:
        named |= Submission.is_read_by(HR)
    if viewer.has_reports:
        named |= Submission.is_read_by(MANAGER) & db.among(Submission.about, viewer.line())
    named |= is_held_by(viewer, Submission.function, lambda place: Submission.location == place)
    return _is_there() & named


def _reads(viewer: Person, submission: Submission) -> bool:
    if submission.submitted_at is None or submission.purged_at is not None:
        return False
    readers = submission.readers.split()
    return bool(
        (SUBJECT in readers and submission.about_id == viewer.id)
        or (HR in readers and viewer.is_hr)
        or (MANAGER in readers and viewer.leads(submission.about_id))
        or takes_over(viewer, submission)
    )


def takes_over(viewer: Person, submission: Submission) -> bool:
    """Whether the viewer holds the function to which it was handed, where it was."""
    return owns(viewer, None, submission.function_id, submission.location_id)


def _is_not_secret_to(viewer: Person) -> Any:
    return (Submission.about != viewer.id) | Submission.is_read_by(SUBJECT)


def _is_secret_to(viewer: Person, submission: Submission) -> bool:
    is_other = submission.person_id != viewer.id and submission.about_id == viewer.id
    return is_other and SUBJECT not in submission.readers.split()


def can_fill(viewer: Person, submission: Submission) -> bool:
    """Only whoever it was given to, until it is sent: not HR on anybody's behalf."""
    return submission.person_id == viewer.id and submission.is_open


def can_take_back(viewer: Person, submission: Submission) -> bool:
    return submission.person_id == viewer.id and submission.may_be_taken_back


def can_take_over(viewer: Person, submission: Submission) -> bool:
    """The function's holders, never what concerns themselves."""
    is_own = viewer.id in (submission.person_id, submission.about_id)
    return takes_over(viewer, submission) and not is_own and can_read(viewer, submission)


def can_send(viewer: Person) -> bool:
    """Give a form out by hand."""
    return viewer.is_hr


def can_withdraw(viewer: Person, submission: Submission) -> bool:
    """HR, neither what they were given themselves nor what another writes about them."""
    return viewer.is_hr and not _concerns(viewer, submission) and submission.is_open


def can_restore(viewer: Person, submission: Submission) -> bool:
    """Ask again for what was withdrawn."""
    is_withdrawn = submission.withdrawn_at is not None and submission.state == "ended"
    return viewer.is_hr and not _concerns(viewer, submission) and is_withdrawn


def can_hand_to(viewer: Person, submission: Submission) -> bool:
    """Give it to another: HR and the line above, where it is about somebody else than either."""
    in_charge = viewer.is_hr or viewer.leads(submission.person_id)
    is_mine = viewer.id == submission.about_id
    return in_charge and not is_mine and submission.is_open and submission.is_about_another


def _concerns(viewer: Person, submission: Submission) -> bool:
    return viewer.id in (submission.person_id, submission.about_id)
