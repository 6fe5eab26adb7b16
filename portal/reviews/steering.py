"""What HR does to a cycle under way: other days, somebody left out or taken in, its end."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db, queue
from portal.assignments.due import due_at
from portal.assignments.ladder import first_reminder
from portal.assignments.models import Assignment, CauseRow
from portal.people.models import Person
from portal.questionnaires.keeping import FORM
from portal.reviews.answers import DUTY, Nominee
from portal.reviews.improvement import Improvement
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import BATCH, CAUSE, ReviewPart
from portal.reviews.steps import CALIBRATION, MANAGER, RELEASE, REPLY, SELF, STEPS

# What was ended by mistake goes on within this time; after it, what was asked is taken back.
REGRET_MINUTES = 10
# What has to be over before what begins.
BEFORE = ((MANAGER, CALIBRATION), (CALIBRATION, RELEASE), (MANAGER, RELEASE))


# -- days --------------------------------------------------------------------------------------


def move(
    cycle: Cycle,
    name: str,
    opens_on: date,
    closes_on: date | None,
    *,
    with_later: bool,
    by: Person,
) -> None:
    """Other days for one step; `with_later`: those after it move by as many days as its end.

    Raises ValueError with a sentence for days that cannot be.
    """
    with db.write():
        phases = Cycle.get_by_id(cycle.id).phases
        phase = next(one for one in phases if one.name == name)
        _keep_promise(phase, closes_on)
        shift = _shift(phase, opens_on, closes_on)
        days = {one.name: (one.opens_on, one.closes_on) for one in phases}
        days[name] = (opens_on, closes_on)
        later = [one for one in phases if one.place > phase.place and not one.opened_at]
        for one in later if with_later else []:
            closes = one.closes_on + shift if one.closes_on else None
            days[one.name] = (one.opens_on + shift, closes)
        _judge(days)
        phase.move(opens_on, closes_on, by=by)
        for one in later if with_later and shift else []:
            one.move(*days[one.name], by=by)
    cycle.__dict__.pop("phases", None)


def _shift(phase: Phase, opens_on: date, closes_on: date | None) -> timedelta:
    if closes_on and phase.closes_on:
        return closes_on - phase.closes_on
    return opens_on - phase.opens_on


def _keep_promise(phase: Phase, closes_on: date | None) -> None:
    """Who has sent a self-review and not shared it was told from when others read it."""
    if phase.name != SELF or phase.opened_at is None or phase.closes_on is None:
        return
    if (closes_on is None or closes_on < phase.closes_on) and ReviewPart.is_trusted_to(phase):
        raise ValueError(
            "Some have sent theirs, and were told that nobody reads it before this step is over: "
            f"choose {phase.closes_on:%d %b} or later."
        )


def _judge(days: dict[str, tuple[date, date | None]]) -> None:
    for early, late in BEFORE:
        if early not in days or late not in days:
            continue
        closes, opens = days[early][1], days[late][0]
        if closes and opens <= closes:
            first, second = STEPS[early].title, STEPS[late].title
            raise ValueError(f"“{second}” would begin before “{first}” is over.")
    opens, closes = days.get(RELEASE, (None, None))[0], days.get(REPLY, (None, None))[1]
    if opens and closes and closes < opens:
        raise ValueError("They could reply no more once they read it: “Reply” would be over.")


def follow_days() -> int:
    """What is owed has the last day of its step; returns how many duties moved."""
    moved = 0
    while not queue.must_stop() and (some := _move_some()):
        moved += some
    while not queue.must_stop() and (some := _move_answers()):
        moved += some
    return moved


def follow_some_days() -> None:
    """The first of them at once, so that a cycle of few has its new days when its page comes."""
    _move_some()


def _move_some() -> int:
    """Forms asked for by reviews alone: what a list asks for as well keeps the earlier day. One
    that counts for two cycles has the day of the one that ends first."""
    other, last_day = CauseRow.alias(), peewee.fn.MIN(ReviewPart.last_day())
    others = other.select(peewee.SQL("1")).where(
        other.assignment == Assignment.id, other.kind != CAUSE
    )
    rows = (
        Assignment.select(Assignment, last_day.alias("last"))
        .join(ReviewPart, on=(Assignment.target == ReviewPart.submission))
        .join(Phase, on=(ReviewPart.phase == Phase.id))
        .join(Cycle, on=(Phase.cycle == Cycle.id))
        .where(Assignment.kind == FORM, Assignment.is_open(), ReviewPart.is_current())
        .where(Cycle.is_open(), ~peewee.fn.EXISTS(others))
        .group_by(Assignment.id)
        .having(last_day != Assignment.due_on)
    )
    with db.write():
        found = list(rows.limit(BATCH).objects())
        for duty in found:
            # SQLite has no dates of its own: the least of them comes as it is written.
            duty.move(Phase.closes_on.python_value(duty.last), duty.at, by=None)
    return len(found)


def _move_answers() -> int:
    """What is said without a name: every duty of a review and step alike, done or not, without an
    event, so that none tells who has answered."""
    rows: Any = (
        Assignment.select(Assignment.id, Person.zone, Phase.closes_on)
        .join(Nominee, on=(Assignment.target == Nominee.id))
        .join(Phase, on=(Nominee.phase == Phase.id))
        .join(Person, on=(Assignment.person == Person.id))
        .where(Assignment.kind == DUTY, Phase.closed_at.is_null())
        .where(Phase.closes_on != Assignment.due_on)
    )
    with db.write():
        of_one = rows.select(Nominee.review, Nominee.phase).limit(1).tuples().first()
        if of_one is None:
            return 0
        is_of_it = (Nominee.review == of_one[0]) & (Nominee.phase == of_one[1])
        found: list[Any] = list(rows.where(is_of_it).tuples())
        for duty, zone, last_day in found:
            zone = zone or "UTC"
            Assignment.update(
                due_on=last_day,
                due_at=due_at(last_day, zone),
                remind_on=first_reminder(clock.today(zone), last_day, is_early=False),
            ).where(Assignment.id == duty).execute()
    return len(found)


# -- people ------------------------------------------------------------------------------------


def skip(review: Review, reason: str, *, by: Person | None) -> bool:
    """Nothing is asked about them any more, and why. False when they were left out already, or
    read what was written."""
    with db.write():
        if Review.get_by_id(review.id).released_at or not review.skip(reason, by=by):
            return False
        ReviewPart.let_go(review, by=by)
        _let_nominees_go(review)
    return True


def unskip(review: Review, *, by: Person) -> bool:
    """They are part of it again, with all that was written. False when they were."""
    with db.write():
        this = (Review.id == review.id) & Review.skipped_at.is_null(False)
        values = {"skipped_at": None, "skipped_by": None, "reason": ""}
        if not Review.update(values).where(this).execute():
            return False
        review.skipped_at, review.reason = None, ""
        review.said(by, "resumed")
        ReviewPart.ask_again(review, by=by)
        _ask_nominees_again(review)
    return True


def _let_nominees_go(review: Review) -> None:
    """Their duties end at the time of all others: without event, and none tells who answered."""
    for phase in Phase.select().where(Phase.cycle == review.cycle_id, Phase.closed_at.is_null()):
        values = {"settled_at": phase.opened_at, "outcome": "ended"}
        if phase.opened_at:
            Assignment.update(values).where(_owed(review, phase), Assignment.is_open()).execute()


def _ask_nominees_again(review: Review) -> None:
    for phase in Phase.select().where(Phase.cycle == review.cycle_id, Phase.closed_at.is_null()):
        ended = _owed(review, phase) & (Assignment.outcome == "ended")
        Assignment.update(settled_at=None, outcome="").where(ended).execute()


def _owed(review: Review, phase: Phase) -> Any:
    named = Nominee.select(Nominee.id).where(Nominee.review == review, Nominee.phase == phase)
    named = named.where(Nominee.removed_at.is_null(), ~Nominee.has_answered)
    return (Assignment.kind == DUTY) & db.among(Assignment.target, named)


def take_in(cycle: Cycle, person: Person, *, by: Person) -> Review:
    """Somebody more in a cycle that goes on; who was left out is part of it again.

    Raises ValueError for whoever is in it, and where it is over.
    """
    with db.write():
        if not Cycle.select().where(Cycle.id == cycle.id, Cycle.is_open()).exists():
            raise ValueError("This cycle is over.")
        known = Review.get_or_none(Review.cycle == cycle, Review.person == person)
        if known is not None:
            if not unskip(known, by=by):
                raise ValueError(f"{person.called} is part of it already.")
            return known  # type: ignore[no-any-return]
        Review.enlist(cycle, [person])
        review = Review.get(Review.cycle == cycle, Review.person == person)
        review.said(by, "added")
    return review  # type: ignore[no-any-return]


# -- the end -----------------------------------------------------------------------------------


def can_go_on(cycle: Cycle) -> bool:
    """Whether its end can still be taken back."""
    if cycle.ended_at is None:
        return False
    return bool(clock.now() - cycle.ended_at < timedelta(minutes=REGRET_MINUTES))


def go_on(cycle: Cycle, *, by: Person) -> bool:
    """It was ended by mistake. False when that is too late, or it goes on."""
    with db.write():
        fresh = Cycle.get_by_id(cycle.id)
        if not can_go_on(fresh):
            return False
        Cycle.update(ended_at=None, end_reason="").where(Cycle.id == cycle.id).execute()
        audit.record(by, "resumed", cycle, about=cycle.person)
    return True


def let_go_of_ended() -> int:
    """What cycles asked that are over for good is asked for no more; returns how many reviews."""
    before = clock.now() - timedelta(minutes=REGRET_MINUTES)
    owed = (
        CauseRow.select(CauseRow.ref)
        .join(Assignment)
        .where(CauseRow.kind == CAUSE, Assignment.kind == FORM, Assignment.is_open())
    )
    rows = (
        Review.select(Review, Cycle)
        .join(Cycle)
        .where(Cycle.ended_at < before, db.among(Review.id, owed))
        .order_by(Review.id)
    )
    last = count = 0
    while not queue.must_stop():
        with db.write():
            some = list(rows.where(Review.id > last).limit(BATCH))
            for review in some:
                ReviewPart.let_go(review, by=None)
        if not some:
            break
        last, count = some[-1].id, count + len(some)
    return count


def end_finished(on: date) -> int:
    """Cycles whose last day is over and in which nothing is missing end by themselves; returns how
    many did."""
    last = peewee.fn.MAX(peewee.fn.COALESCE(Phase.closes_on, Phase.opens_on))
    over = Phase.select(Phase.cycle).group_by(Phase.cycle).having(last < on)
    rows = Cycle.select().where(Cycle.is_open(), db.among(Cycle.id, over))
    rows = rows.where(Cycle.id.not_in(_with_something_missing()))
    rows = rows.where(Cycle.id.not_in(Improvement.cycles_under_way()))
    return sum(cycle.end(by=None) for cycle in rows)


def _with_something_missing() -> Any:
    """Ids of cycles in which a form is not sent, or what a manager writes is not released."""
    waiting = ReviewPart.select(ReviewPart.review).where(
        ReviewPart.is_current(), db.among(ReviewPart.submission, _unsent())
    )
    written = Phase.select(Phase.cycle).where(Phase.name == MANAGER)
    unread = Review.released_at.is_null() & Review.lead.is_null(False)
    missing = db.among(Review.id, waiting) | (unread & db.among(Review.cycle, written))
    return Review.select(Review.cycle).where(Review.counts(), missing)


def _unsent() -> Any:
    from_form: Any = ReviewPart.submission.rel_model
    unsent = from_form.submitted_at.is_null() & from_form.withdrawn_at.is_null()
    return from_form.select(from_form.id).where(unsent)
