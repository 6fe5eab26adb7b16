"""Who may know of a review, who may read what in it, and who may do what.

The person, whoever leads them and the line above, HR (never more of their own than anybody).
Whoever led them and wrote something keeps that. What stands in a form is asked of the form itself
(`questionnaires.access`), so that its own page and these never disagree.
"""

from typing import Any

from portal import db
from portal.people.models import Person
from portal.reviews.answers import Nominee
from portal.reviews.models import Cycle, Review
from portal.reviews.parts import ReviewPart


def can_enter(viewer: Person) -> bool:
    """The page of one's own reviews: everybody who works here."""
    return not viewer.came_by_pass and (viewer.is_staff or viewer.is_hr)


def visible_to(viewer: Person) -> Any:
    """Reviews of which the viewer may know that they are, as a query."""
    if viewer.came_by_pass:
        return Review.select().where(Review.id.is_null())
    if viewer.is_hr:
        return Review.select()
    seen = (Review.person == viewer.id) | Review.id.in_(_written_by(viewer))
    if viewer.has_reports:
        seen |= db.among(Review.person, viewer.line())
    return Review.select().where(seen)


def _written_by(viewer: Person) -> Any:
    return ReviewPart.select(ReviewPart.review).where(ReviewPart.author == viewer.id)


def of_line(viewer: Person) -> Any:
    """Reviews of those below the viewer, as a query."""
    below = viewer.line() if viewer.has_reports else [0]
    return Review.select().where(db.among(Review.person, below))


def leads(viewer: Person, review: Review) -> bool:
    """Whether the viewer is above the person, today."""
    return viewer.leads(review.person_id)


def can_manage(viewer: Person) -> bool:
    """Launch cycles, move their days, skip and remind."""
    return bool(viewer.is_hr and not viewer.came_by_pass)


def can_manage_review(viewer: Person, review: Review) -> bool:
    """HR, never what is about themselves."""
    return can_manage(viewer) and review.person_id != viewer.id


def can_read_calibration(viewer: Person, review: Review) -> bool:
    """What a rating was before: HR and the line above, never the person it is about."""
    if review.person_id == viewer.id:
        return False
    return can_manage(viewer) or leads(viewer, review)


def cycles_visible_to(viewer: Person) -> Any:
    """Cycles whose page of control the viewer may open: HR. What is about themselves alone is not
    theirs to steer."""
    if not can_manage(viewer):
        return Cycle.select().where(Cycle.id.is_null())
    return Cycle.select().where(Cycle.person.is_null() | (Cycle.person != viewer.id))


def nominations_of(viewer: Person) -> Any:
    """Where the viewer was asked to say something, as a query: nobody else sees it of them."""
    asked = Nominee.approved_at.is_null(False) & Nominee.removed_at.is_null()
    return Nominee.select().where(Nominee.person == viewer.id, asked)
