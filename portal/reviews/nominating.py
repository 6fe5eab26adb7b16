"""Who is asked to say something without their name: named by the person and agreed to by whoever
leads them; of a leader the direct reports, three or nobody."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock, db, queue
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.people.models import Person
from portal.people.positions import Position
from portal.reviews.answers import DUTY, LEAST, MOST, Nominee
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import BATCH
from portal.reviews.steps import PEERS
from portal.web import day

NAMING = "review_naming"
# So long before the step opens one is asked whom to ask, and so long after at least.
AHEAD = timedelta(days=7)
TIME = timedelta(days=3)


# -- naming ------------------------------------------------------------------------------------


def propose(
    review: Review, phase: Phase, person: Person, *, by: Person, is_decided: bool
) -> Nominee:
    """They are named; where whoever names them decides, they are agreed to as well. Raises
    ValueError, or Closed."""
    with db.write():
        nominee = Nominee.name(review, phase, person, by=by)
        if is_decided:
            nominee.approve(by=by)
        follow_one(review, phase, by=by)
    return nominee


def approve(nominee: Nominee, *, by: Person) -> bool:
    with db.write():
        done = nominee.approve(by=by)
        follow_one(nominee.review, nominee.phase, by=by)
    return done


def approve_all(review: Review, phase: Phase, *, by: Person) -> int:
    """Everybody who waits for it; returns how many."""
    with db.write():
        waiting = list(Nominee.of(review, phase).where(Nominee.approved_at.is_null()))
        for nominee in waiting:
            nominee.review, nominee.phase = review, phase
            nominee.approve(by=by)
        follow_one(review, phase, by=by)
    return len(waiting)


def remove(nominee: Nominee, *, by: Person) -> bool:
    with db.write():
        done = nominee.remove(by=by)
        follow_one(nominee.review, nominee.phase, by=by)
    return done


def restore(nominee: Nominee, *, by: Person) -> bool:
    with db.write():
        done = nominee.restore(by=by)
        follow_one(nominee.review, nominee.phase, by=by)
    return done


def follow_one(review: Review, phase: Phase, *, by: Person | None) -> None:
    """The duties around naming, as they stand now; and whoever may be asked by now is. Call it
    inside `db.write()`."""
    named = list(Nominee.of(review, phase))
    if len(named) >= LEAST:
        Assignment.settle_all(NAMING, review.id, by=by, person=review.person)
    if any(nominee.approved_at is None for nominee in named):
        _ask_lead(review, phase)
    elif review.lead_id:
        Assignment.settle_all(NAMING, review.id, by=by, person=review.lead)
    if Phase.get_by_id(phase.id).is_under_way:
        for nominee in list(Nominee.unasked(phase).where(Nominee.review == review)):
            nominee.ask()


# -- by the clock ------------------------------------------------------------------------------


def follow() -> None:
    """Whom to ask is asked in time; what nobody needs to do any more ends."""
    today = clock.today()
    soon = Phase.select(Phase, Cycle).join(Cycle).where(
        Phase.name == PEERS, Phase.closed_at.is_null(), Phase.opens_on <= today + AHEAD,
        Cycle.is_open(),
    )  # fmt: skip
    for phase in list(soon.order_by(Phase.id)):
        for some in (_ask_people, _ask_leads):
            while not queue.must_stop() and some(phase):
                pass
    end_naming()


def _ask_people(phase: Phase) -> int:
    """Up to BATCH persons who have named fewer than are needed, each once."""
    named = Nominee.select(peewee.fn.COUNT(Nominee.id)).where(
        Nominee.review == Review.id, Nominee.phase == phase, Nominee.removed_at.is_null()
    )
    had = _owed(Review.person)
    rows = _reviews(phase).where(named < LEAST, ~peewee.fn.EXISTS(had)).limit(BATCH)
    with db.write():
        found = list(rows)
        for review in found:
            title = f"Whom to ask about your work: {review.cycle.title}"
            _assign(review, phase, review.person, title)
    return len(found)


def _ask_leads(phase: Phase) -> int:
    """Up to BATCH leads before whom a proposal lies: another may lead by now."""
    waiting = Nominee.select(Nominee.review).where(
        Nominee.phase == phase, Nominee.removed_at.is_null(), Nominee.approved_at.is_null()
    )
    owed = _owed(Review.lead).where(Assignment.is_open())
    rows = _reviews(phase).where(
        Review.lead.is_null(False), db.among(Review.id, waiting), ~peewee.fn.EXISTS(owed)
    )
    with db.write():
        found = list(rows.limit(BATCH))
        for review in found:
            _ask_lead(review, phase)
    return len(found)


def _reviews(phase: Phase) -> Any:
    rows = Review.whole(Review.select()).where(Review.cycle == phase.cycle_id, Review.counts())
    return rows.order_by(Review.id)


def _owed(person: Any) -> Any:
    return Assignment.select(peewee.SQL("1")).where(
        Assignment.kind == NAMING, Assignment.target == Review.id, Assignment.person == person
    )


def _ask_lead(review: Review, phase: Phase) -> None:
    if review.lead_id:
        _assign(review, phase, review.lead, f"Whom to ask about {review.person.called}")


def _assign(review: Review, phase: Phase, person: Person, title: str) -> None:
    Assignment.assign(
        kind=NAMING,
        target=review.id,
        title=title[:320],
        cause=Cause("review", review.id),
        by=None,
        person=person,
        about=review.person,
        due_on=_due(phase, clock.today()),
        zone=person.zone or "UTC",
        minutes=3,
    )


def _due(phase: Phase, today: date) -> date:
    """Before the step opens; where it is open, in a few days."""
    if phase.opens_on > today:
        return phase.opens_on
    return min(today + TIME, phase.closes_on or date.max)


def end_naming() -> int:
    """What somebody owes of it ends with the step, with the review, and when another leads; returns
    how many."""
    is_theirs = (Assignment.person == Review.person) | (Assignment.person == Review.lead)
    is_off = Phase.closed_at.is_null(False) | Cycle.ended_at.is_null(False) | ~Review.counts()
    rows = (
        Assignment.select()
        .join(Review, on=(Assignment.target == Review.id))
        .join(Cycle)
        .join(Phase, on=((Phase.cycle == Cycle.id) & (Phase.name == PEERS)))
        .where(Assignment.kind == NAMING, Assignment.is_open())
        .where(is_off | Review.lead.is_null() & (Assignment.person != Review.person) | ~is_theirs)
    )
    ended = list(rows)
    for duty in ended:
        duty.settle(by=None, outcome="ended")
    return len(ended)


# -- upward ------------------------------------------------------------------------------------


def enlist_reports(phase: Phase) -> int:
    """Up to BATCH leaders whose direct reports are asked by themselves; returns how many. Fewer
    reports than may be read together are not asked at all."""
    on = clock.today()
    here = (
        Position.select()
        .join(Person, on=(Position.person == Person.id))
        .where(Position.is_held(on), Person.is_here(on), Person.withdrawn_at.is_null())
    )
    led = here.select(Position.manager).where(Position.manager.is_null(False))
    led = led.group_by(Position.manager).having(peewee.fn.COUNT(Position.id) >= LEAST)
    had = Nominee.select(Nominee.review).where(Nominee.phase == phase)
    rows = _reviews(phase).where(db.among(Review.person, led), Review.id.not_in(had))
    with db.write():
        found = list(rows.limit(BATCH))
        for review in found:
            _enlist(review, phase, here.select(Position.person))
    return len(found)


def _enlist(review: Review, phase: Phase, here: Any) -> None:
    now = clock.now()
    mine: Any = here.where(Position.manager == review.person_id).order_by(Position.person).tuples()
    people = [person for (person,) in mine]
    for person in people:
        Nominee.create(review=review, phase=phase, person=person, nominated_at=now, approved_at=now)
    review.said(None, "reports_named", data={"step": phase.name, "people": len(people)})


# -- as a page draws it ------------------------------------------------------------------------


@dataclass(frozen=True)
class Nominating:
    """Who is named in one review, as one viewer may see and change it."""

    review: Review
    phase: Phase
    rows: list[Nominee]
    asked: frozenset[int]
    is_own: bool
    decides: bool
    is_open: bool

    @property
    def url(self) -> str:
        return f"{self.review.url}/nominees"

    @property
    def waiting(self) -> list[Nominee]:
        return [one for one in self.rows if one.approved_at is None]

    @property
    def has_room(self) -> bool:
        return self.is_open and len(self.rows) < MOST

    def may_remove(self, nominee: Nominee, viewer: Person) -> bool:
        """Whoever decides; and whoever named them, until it is decided. Nobody who was asked."""
        if not self.is_open or nominee.id in self.asked:
            return False
        is_mine = nominee.nominated_by_id == viewer.id and nominee.approved_at is None
        return self.decides or is_mine

    @property
    def sentence(self) -> str:
        """How it stands, and what is next."""
        if not self.is_open:
            return "This is over: nobody is named any more."
        named, agreed = len(self.rows), len(self.rows) - len(self.waiting)
        lead = "you agree" if self.decides else f"{self._lead} agrees"
        if named < LEAST:
            more = "1 more is" if named == LEAST - 1 else f"{LEAST - named} more are"
            return f"{more} needed: fewer than three are not asked at all."
        if agreed < LEAST:
            return f"They are asked once {lead} to at least three."
        last = self.phase.closes_on
        until = f" They answer until {day(last)}." if last else ""
        if self.phase.opened_at and not self.asked:
            return "At least three who work here are needed: somebody has left."
        if self.phase.opened_at:
            return f"{agreed} are asked.{until} Nobody is told who has answered."
        return f"{agreed} are asked from {day(self.phase.opens_on)} on.{until}"

    @property
    def _lead(self) -> str:
        return self.review.lead.first_name if self.review.lead_id else "HR"


def of(review: Review, viewer: Person, *, is_own: bool, decides: bool) -> Nominating | None:
    """What a page draws of it; None where colleagues are not asked."""
    phase = review.cycle.phase(PEERS)
    if phase is None:
        return None
    duty = Assignment.select(peewee.SQL("1")).where(
        Assignment.kind == DUTY, Assignment.target == Nominee.id
    )
    is_asked = peewee.Case(None, [(peewee.fn.EXISTS(duty), 1)], 0).alias("has_duty")
    rows = list(Nominee.of(review, phase).select_extend(is_asked))
    asked = frozenset(one.id for one in rows if one.has_duty)
    is_off = phase.closed_at or review.skipped_at or review.cycle.ended_at
    return Nominating(review, phase, rows, asked, is_own, decides, not is_off)
