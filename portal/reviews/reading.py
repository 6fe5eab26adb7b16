"""From when on what somebody wrote may be read: shared by the person, released to them, signed."""

from portal import db
from portal.people.models import Person
from portal.questionnaires.terms import HR, SUBJECT
from portal.questionnaires.terms import MANAGER as LINE
from portal.reviews.models import Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER, SELF


def share(review: Review, *, by: Person | None) -> bool:
    """Whoever leads them and HR read the self-review. False when they did, or none is sent."""
    part = ReviewPart.of_step(review, SELF)
    if part is None or part.submission.submitted_at is None:
        return False
    with db.write():
        if not review.mark("shared_at", "shared", by=by):
            return False
        part.submission.let_read(HR, LINE, by=by)
    return True


def release(review: Review, *, by: Person | None) -> bool:
    """What the manager wrote is read by the person. False when it was, or is not sent."""
    part = ReviewPart.of_step(review, MANAGER)
    if part is None or part.submission.submitted_at is None:
        return False
    with db.write():
        if not review.mark("released_at", "released", by=by):
            return False
        part.submission.let_read(SUBJECT, by=by)
    return True


def sign(review: Review, *, by: Person) -> bool:
    """“I have read this.” False when it was signed, or is not released."""
    with db.write():
        fresh = Review.get_by_id(review.id)
        return bool(fresh.released_at) and review.mark("read_at", "read", by=by)
