"""Who may know of an improvement plan, say something in it, and decide how it ended."""

from typing import Any

from portal import db
from portal.people.models import Person
from portal.reviews import access
from portal.reviews.improvement import Improvement, ImprovementCheck
from portal.reviews.improvement_said import (
    ImprovementOutcome,
    ImprovementWord,
    may_decide,
    may_say,
)
from portal.reviews.models import Review


def can_list(viewer: Person) -> bool:
    """The list of those one may start and follow: whoever leads somebody, and HR."""
    return not viewer.came_by_pass and bool(viewer.is_hr or viewer.has_reports)


def visible_to(viewer: Person) -> Any:
    """Plans whose every word the viewer may read, as a query: one's own, the line’s, HR’s."""
    rows = Improvement.whole(Improvement.select())
    if viewer.came_by_pass:
        return rows.where(Improvement.id.is_null())
    if viewer.is_hr:
        return rows
    seen = Review.person == viewer.id
    if viewer.has_reports:
        seen |= db.among(Review.person, viewer.line())
    return rows.where(seen)


def of_others(viewer: Person) -> Any:
    """Those of them that are not about the viewer, what goes on first."""
    rows = visible_to(viewer).where(Review.person != viewer.id)
    return rows.order_by(Improvement.closed_at.is_null(False), Improvement.id.desc())


def checks_visible_to(viewer: Person) -> Any:
    mine = visible_to(viewer).select(Improvement.id)
    return ImprovementCheck.select().where(db.among(ImprovementCheck.plan, mine))


def outcomes_visible_to(viewer: Person) -> Any:
    mine = visible_to(viewer).select(Improvement.id)
    return ImprovementOutcome.select().where(db.among(ImprovementOutcome.plan, mine))


def can_start(viewer: Person, person: Person) -> bool:
    """Those above somebody, and HR; never of oneself."""
    if viewer.came_by_pass or viewer.id == person.id or not person.is_staff:
        return False
    return bool(viewer.is_hr or viewer.leads(person))


def can_read(viewer: Person, review: Review) -> bool:
    """`visible_to` for a review that is loaded."""
    return not viewer.came_by_pass and access.is_in(viewer, review)


def can_read_word(viewer: Person, review: Review, word: ImprovementWord) -> bool:
    """All of it whoever reads the plan; whoever led them what they said themselves."""
    return can_read(viewer, review) or word.author_id == viewer.id


def can_say(viewer: Person, plan: Improvement) -> bool:
    """The two sides: the person, and those above them today."""
    is_side = viewer.id == plan.review.person_id or viewer.leads(plan.review.person_id)
    return is_side and not viewer.came_by_pass and may_say(plan)


def can_decide(viewer: Person, plan: Improvement) -> bool:
    """Those above them, and HR; never of oneself."""
    return can_steer(viewer, plan.review) and may_decide(plan)


def can_steer(viewer: Person, review: Review) -> bool:
    """Move its days: the same people."""
    in_charge = access.leads(viewer, review) or access.can_manage_review(viewer, review)
    return in_charge and not viewer.came_by_pass
