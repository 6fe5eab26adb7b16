"""From when on what somebody wrote may be read: shared by the person, released to them.

Each verb asks the database once more inside its write, so that whoever releases while another
takes over, or while the form is taken back, does nothing.
"""

from datetime import date, timedelta
from typing import Any

from portal import clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.people.lines import managers_above
from portal.people.models import Person
from portal.questionnaires.terms import HR, SUBJECT
from portal.questionnaires.terms import MANAGER as LINE
from portal.reviews.calibration import Placement
from portal.reviews.improvement import calendar_of, is_improvement
from portal.reviews.models import Review
from portal.reviews.parts import CAUSE, ReviewPart
from portal.reviews.steps import MANAGER, RELEASE, REPLY, SELF

READ = "review_read"
READ_DAYS, READ_MINUTES = 14, 10
# So many working days for an improvement plan, which runs already.
PLAN_DAYS = 3


def share(review: Review, *, by: Person | None) -> bool:
    """Whoever leads them and HR read the self-review. False when they did, or none is sent."""
    with db.write():
        part = ReviewPart.of_step(review, SELF)
        if part is None or part.submission.submitted_at is None or _is_skipped(review):
            return False
        if not review.mark("shared_at", "shared", by=by):
            return False
        part.submission.let_read(HR, LINE, by=by)
    return True


def plan_talk(review: Review, day: date, *, by: Person) -> bool:
    """The day on which they talk, and on which what was written is released at the latest. False
    when it is that day already. Raises ValueError with a sentence for a day that cannot be."""
    with db.write():
        fresh = Review.get_by_id(review.id)
        if not _is_in_charge(by, fresh):
            raise ValueError("You do not lead them any more.")
        if fresh.released_at:
            raise ValueError("They read it already, so its day does not change any more.")
        if day < clock.today():
            raise ValueError("This day is over: choose today or later.")
        last = latest_talk(fresh)
        if day > last:
            raise ValueError(f"They read it by {last:%d %b %Y} at the latest: choose a day before.")
        if fresh.talk_on == day:
            return False
        Review.update(talk_on=day).where(Review.id == review.id).execute()
        review.talk_on = day
        review.said(by, "talk_planned", data={"on": day})
    return True


def latest_talk(review: Review) -> date:
    """The last day for the talk: the cycle's last one. Where that is over, some days from now, and
    what was said then is not put off once more."""
    today, last = clock.today(), review.cycle.last_day
    if last >= today:
        return last
    if review.talk_on and review.talk_on >= today:
        return review.talk_on  # type: ignore[no-any-return]
    return today + timedelta(days=READ_DAYS)


def not_before(review: Review) -> date | None:
    """The day before which nothing is released, whatever day they talk: None once it has come."""
    step = review.cycle.phase(RELEASE)
    return step.opens_on if step is not None and step.opened_at is None else None


def may_be_released(review: Review) -> bool:
    """Whether its day has come but for the talk: the step has opened, and no session holds it."""
    if review.released_at or review.skipped_at or not_before(review):
        return False
    return not Placement.waiting().where(Placement.review == review.id).exists()


def release(review: Review, *, by: Person | None) -> bool:
    """What the manager wrote is read by the person. False when it was, is not sent, waits for its
    session, or is not for `by` to release any more."""
    with db.write():
        fresh = Review.get_by_id(review.id)
        part = ReviewPart.of_step(review, MANAGER)
        if part is None or part.submission.submitted_at is None:
            return False
        if not may_be_released(fresh):
            return False
        # By the clock only on the day that was looked at: they may talk on another by now.
        is_due = fresh.talk_on == review.talk_on if by is None else _is_in_charge(by, fresh)
        if not is_due:
            return False
        if not review.mark("released_at", "released", by=by):
            return False
        part.submission.let_read(SUBJECT, by=by)
        _ask_to_read(fresh, by)
    return True


def _ask_to_read(review: Review, by: Any) -> None:
    """Their duty to read it, with no word of who wrote what."""
    Assignment.assign(
        kind=READ,
        target=review.id,
        title=f"Read your review: {review.cycle.title}"[:320],
        cause=Cause(CAUSE, review.id),
        by=by,
        person=review.person,
        due_on=_read_by(review),
        zone=review.person.zone or "UTC",
        minutes=READ_MINUTES,
    )


def _read_by(review: Review) -> date:
    if is_improvement(review):
        return calendar_of(review.person).add(clock.today(), PLAN_DAYS)
    reply = review.cycle.phase(REPLY)
    soon = clock.today() + timedelta(days=READ_DAYS)
    return max(soon, reply.closes_on) if reply and reply.closes_on else soon


def _is_in_charge(by: Person, review: Review) -> bool:
    """HR and the line above, asked anew of the database; never the person themselves."""
    if by.id == review.person_id:
        return False
    return by.is_hr or by.id in managers_above(review.person_id, by.today())


def _is_skipped(review: Review) -> bool:
    return Review.get_by_id(review.id).skipped_at is not None
