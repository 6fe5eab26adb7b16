"""What happens by the clock: steps open and close on their days, what was said is read from its day
on, and reviews follow who leads whom."""

from datetime import date
from typing import Any

import peewee

from portal import clock, db, queue
from portal.people.models import Person
from portal.people.org import Company
from portal.people.positions import Position
from portal.reviews import (
    beginning,
    effects,
    gathering,
    improvement_following,
    nominating,
    reading,
    standing,
    steering,
)
from portal.reviews.answers import Nominee
from portal.reviews.calibration import CalibrationSession, Placement
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import BATCH, ReviewPart
from portal.reviews.steps import MANAGER, SELF, UPWARD


def today() -> date:
    """The company's day, by which steps open and close."""
    return clock.today(Company.settings().zone)


def run() -> None:
    """All that is due, in small writes: whoever stops it after any of them loses nothing."""
    ReviewPart.follow_forms()
    follow_leads()
    beginning.begin_due(today())
    for phase in Phase.to_open(today()):
        phase.open(by=None)
    for phase in Phase.to_close(today()):
        shut(phase)
    steering.follow_days()
    without_names()
    ask_all()
    share_and_release()
    effects.gather()
    improvement_following.follow()
    steering.end_finished(today())
    steering.let_go_of_ended()


# -- asking ------------------------------------------------------------------------------------


def ask_all() -> int:
    """Ask whoever a step under way has not asked yet; returns how many."""
    asked = 0
    for phase in Phase.asking():
        ask = ReviewPart.ask if phase.name in (SELF, MANAGER) else ask_nominees
        while phase.name == UPWARD and not queue.must_stop() and nominating.enlist_reports(phase):
            pass
        while not queue.must_stop() and (some := ask(phase)):
            asked += some
    return asked


def ask_nominees(phase: Phase) -> int:
    """The duties of some who were approved and are not asked yet; returns how many."""
    if not Nominee.unasked(phase).exists():
        return 0
    with db.write():
        rows = list(Nominee.unasked(phase).limit(BATCH))
        for nominee in rows:
            nominee.ask()
    return len(rows)


def shut(phase: Phase) -> None:
    """A step is over by its days. Nobody answers without a name any more; who reviews under theirs
    and is late may still send it."""
    if phase.close(by=None) and phase.step.is_anonymous:
        gathering.gather()


def without_names() -> None:
    """Who names whom, and what becomes of what they say."""
    gathering.gather()
    gathering.erase_past()
    nominating.follow()


# -- reading -----------------------------------------------------------------------------------


def share_and_release() -> int:
    """What one may read from today on; returns how many reviews changed."""
    changed = 0
    for review in ReviewPart.to_share():
        if queue.must_stop():
            return changed
        changed += reading.share(review, by=None)
    CalibrationSession.lock_due(today())
    for review in ReviewPart.to_release(today(), without=Placement.waiting()):
        if queue.must_stop():
            return changed
        changed += reading.release(review, by=None)
    return changed


# -- people ------------------------------------------------------------------------------------


def follow_leads() -> int:
    """Whoever leads somebody now reviews them, unless that is written already: nobody who has left.
    What is missing of those who left themselves is skipped. Returns how many changed."""
    on, changed, lead = today(), 0, Person.alias()
    # Two positions can be held on no day, so there is one leader or none.
    leads_now = (
        Position.select(Position.manager)
        .join(lead, on=(Position.manager == lead.id))
        .where(Position.person == Review.person, Position.is_held(on))
        .where(lead.last_day_on.is_null() | (lead.last_day_on >= on), lead.withdrawn_at.is_null())
    )
    rows: Any = (
        Review.select(Review, Cycle, Person, leads_now.alias("leads_now"))
        .join(Cycle)
        .switch(Review)
        .join(Person, on=(Review.person == Person.id), attr="person")
        .where(Cycle.is_open(), Review.counts())
    )
    same = peewee.fn.COALESCE(leads_now, 0) == peewee.fn.COALESCE(Review.lead, 0)
    is_gone = (Person.last_day_on < on) | Person.withdrawn_at.is_null(False)
    is_left = is_gone & Review.released_at.is_null()
    for review in rows.where(is_left | ~same & ~peewee.fn.COALESCE(is_gone, peewee.Value(False))):
        if review.person.has_left(on) or review.person.withdrawn_at:
            changed += _skip_who_is_gone(review)
        elif ReviewPart.change_lead(review, review.leads_now):
            changed += 1
    return changed


def _skip_who_is_gone(review: Review) -> bool:
    if standing.of(review).is_complete:
        return False
    why = "did not join" if review.person.withdrawn_at else "has left"
    return steering.skip(review, f"{review.person.called} {why}.", by=None)
