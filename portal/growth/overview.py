"""What the room shows of somebody at a glance: for the hub, a person's page and a review."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import peewee

from portal import clock, db, web
from portal.competencies import gaps
from portal.competencies.gaps import Gap
from portal.documents.models import Document
from portal.growth import access
from portal.growth.mentoring import Mentor
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.seats import StretchSeat
from portal.growth.steps import PlanStep
from portal.growth.stretches import Stretch
from portal.people.models import Person
from portal.privacy import midnight

PLANS = 30
SEATS = 20
MENTORS = 500
LATELY_DAYS = 30
MOST_MENTORSHIPS = 20


@dataclass(frozen=True)
class PlanShown:
    """A plan with its steps and how many of them are done."""

    plan: DevelopmentPlan
    steps: list[PlanStep]

    @property
    def shown(self) -> list[PlanStep]:
        return [step for step in self.steps if not step.left_out_at]

    @property
    def done(self) -> int:
        return sum(1 for step in self.shown if step.is_settled)

    @property
    def total(self) -> int:
        return len(self.shown)

    @property
    def next(self) -> PlanStep | None:
        return next((step for step in self.shown if not step.is_settled), None)


def open_plans(viewer: Person) -> list[PlanShown]:
    """One's own that are proposed or under way: one query."""
    return _grouped(
        PlanStep.whole((DevelopmentPlan.person == viewer.id) & DevelopmentPlan.is_open())
    )


def columns(viewer: Person) -> dict[str, Any]:
    """What the hub counts, each a column of its one query: with whom they meet, and who waits."""
    mine = access.mentorships_visible_to(viewer).select(peewee.fn.COUNT(Mentorship.id))
    asked = mine.where(Mentorship.is_open(), Mentorship.begun_at.is_null())
    running = mine.where(Mentorship.is_running())
    return {
        "mentors": running.where(Mentorship.person == viewer.id),
        "mentees": running.where(Mentorship.mentor == viewer.id),
        "asked_mentors": asked.where(Mentorship.person == viewer.id),
        "asks_to_mentor": asked.where(Mentorship.mentor == viewer.id),
        "competencies": access.how_many_competencies(),
    }


def _grouped(steps: list[PlanStep]) -> list[PlanShown]:
    """Steps under their plans, in the order in which those come."""
    plans = {step.plan.id: step.plan for step in steps}
    found: dict[int, list[PlanStep]] = {number: [] for number in plans}
    for step in steps:
        step.plan = plans[step.plan.id]
        found[step.plan.id].append(step)
    return [PlanShown(plan, found[number]) for number, plan in plans.items()]


def plans_of(person: Person, since: date | None = None) -> list[PlanShown]:
    """Somebody's plans, the open ones first; with `since` without those that were over by then.
    Who may read them is asked by whoever calls. One query."""
    mine = DevelopmentPlan.person == person.id
    if since is not None:
        mine &= DevelopmentPlan.ended_at.is_null() | (DevelopmentPlan.ended_at >= midnight(since))
    return _grouped(PlanStep.whole(mine, PLANS))


def taken_on(people: list[int], since: datetime, until: datetime) -> list[PlanStep]:
    """Steps of the plans these people accepted between the two, without those they left out; each
    with what its title names, and its plan. Who may read them is asked by whoever calls."""
    left, about = peewee.JOIN.LEFT_OUTER, Document.alias()
    plan = DevelopmentPlan
    return list(
        PlanStep.select(
            PlanStep, Document.id, Document.title, Stretch.id, Stretch.title,
            plan.id, plan.person, plan.accepted_at, about.id, about.title,
        )
        .join(Document, left, on=(PlanStep.document == Document.id), attr="document")
        .switch(PlanStep)
        .join(Stretch, left, on=(PlanStep.stretch == Stretch.id), attr="stretch")
        .switch(PlanStep)
        .join(plan, on=(PlanStep.plan == plan.id), attr="plan")
        .join(about, on=(plan.competency == about.id), attr="competency")
        .where(plan.person.in_(people), plan.accepted_at.between(since, until))
        .where(PlanStep.left_out_at.is_null())
        .order_by(PlanStep.id)
    )  # fmt: skip


def seats_of(person: Person) -> list[StretchSeat]:
    """Tasks somebody has, or has done; what was only asked for is theirs and the poster's."""
    given = StretchSeat.select().where(StretchSeat.person == person.id, StretchSeat.takes_a_seat())
    return list(StretchSeat.whole(given).limit(SEATS))


def gaps_of(person: Person) -> list[Gap]:
    """Where somebody stands, the widest gap first."""
    return gaps.widest_first(gaps.of(person))


# -- mentors -----------------------------------------------------------------------------------


def mentors(viewer: Person, wanted: Document | None, number: int) -> web.Page:
    """Those whom the viewer may ask, with who has room first by their names."""
    query = access.mentors_visible_to(viewer).where(
        Mentor.may_be_asked(), Mentor.person != viewer.id
    )
    if wanted is not None:
        query = query.where(db.among(Mentor.id, Mentor.skilled_in(wanted.id)))
    return web.Page(Mentor.with_people(query), number)


def mentorships(viewer: Person) -> list[Mentorship]:
    """One's own on either side: what is asked or runs, and what was answered or ended lately."""
    lately = clock.now() - timedelta(days=LATELY_DAYS)
    rows = access.mentorships_visible_to(viewer).where(
        Mentorship.is_open() | (Mentorship.ended_at > lately)
    )
    return list(Mentorship.with_both(rows).limit(MOST_MENTORSHIPS))


def all_mentors() -> list[Mentor]:
    """Every offer that stands, paused ones too, by name: for HR. Whom with room first would tell
    who is asked."""
    here = Mentor.select().where(Mentor.stands())
    by_name = Mentor.with_people(here).order_by(Person.folded, Mentor.id)
    return list(by_name.limit(MENTORS))


def open_between(mentor: Mentor, person: Person) -> Mentorship | None:
    """What is asked or runs between the two."""
    both = (Mentorship.mentor == mentor.person_id) & (Mentorship.person == person.id)
    return Mentorship.get_or_none(both & Mentorship.is_open())  # type: ignore[no-any-return]


# -- the board ---------------------------------------------------------------------------------


def board(viewer: Person, number: int, *, is_over: bool) -> web.Page:
    """Tasks the viewer may read: those that may be asked for, or those that are over."""
    today = viewer.today()
    is_open = Stretch.is_open(today)
    query: Any = access.stretches_visible_to(viewer).where(~is_open if is_over else is_open)
    return web.Page(Stretch.whole(query), number)


def seats_on(viewer: Person, stretch: Stretch) -> list[StretchSeat]:
    """Who asked for a task and who has it, in the order of asking; without the viewer's own."""
    seen = access.seats_visible_to(viewer).where(
        StretchSeat.stretch == stretch.id, StretchSeat.person != viewer.id
    )
    rows = list(StretchSeat.with_people(seen))
    for seat in rows:
        seat.stretch = stretch
    return rows
