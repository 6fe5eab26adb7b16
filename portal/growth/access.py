"""Who finds which mentor and which task, and who sees whose plan.

A plan is read by the person, by whoever stands above them today, and by HR. A mentorship is opened
by the two alone: those above see that there is one, HR who meets whom, and nobody what is said.
"""

from datetime import date
from typing import Any

import peewee

from portal import db
from portal.documents.models import Document
from portal.growth.mentoring import Mentor
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.seats import StretchSeat
from portal.growth.steps import PlanStep
from portal.growth.stretches import Stretch
from portal.people import audience
from portal.people.facts import facts_of
from portal.people.models import Person

EVERYONE = ("", "everyone")
COMPETENCY = "competency"


def can_enter(viewer: Person) -> bool:
    """The room itself: whoever works here, and HR."""
    return not viewer.came_by_pass and (viewer.is_staff or viewer.is_hr)


def can_open(viewer: Person, person: Person) -> bool:
    """Somebody's growth: their own, of their line, and HR."""
    if viewer.came_by_pass or not person.is_staff:
        return False
    return viewer.id == person.id or viewer.is_hr or viewer.leads(person)


def competencies() -> list[Document]:
    """Competencies in force, for which one may offer or ask something."""
    return list(_published().order_by(Document.folded))


def how_many_competencies() -> Any:
    """How many are in force, as a column: without one there is nothing to make a plan for."""
    return _published().select(peewee.fn.COUNT(Document.id))


def _published() -> Any:
    return Document.select().where(Document.kind == COMPETENCY, Document.is_published())


# -- mentors -----------------------------------------------------------------------------------


def mentors_visible_to(viewer: Person) -> Any:
    """Offers that stand, of whoever is here, as a query; paused ones too, for who has the link."""
    offers = Mentor.select().where(Mentor.stands())
    if not can_enter(viewer):
        return offers.where(Mentor.id.is_null())
    here = Person.select(Person.id).where(Person.is_here(viewer.today()))
    return offers.where(db.among(Mentor.person, here))


def can_offer(viewer: Person) -> bool:
    """Be a mentor, and ask for one: whoever works here and has not left."""
    is_here = viewer.is_staff and not viewer.has_left(viewer.today())
    return is_here and not viewer.came_by_pass


def own_offer(viewer: Person) -> Any:
    """One's own offer, taken back or not, as a query."""
    return Mentor.select().where(Mentor.person == viewer.id)


def mentorships_visible_to(viewer: Person) -> Any:
    """Mentorships one may open, as a query: one's own, on either side."""
    rows = Mentorship.select()
    if not can_enter(viewer):
        return rows.where(Mentorship.id.is_null())
    return rows.where((Mentorship.mentor == viewer.id) | (Mentorship.person == viewer.id))


def running_of(person: Person) -> Any:
    """What runs for a person with a mentor: for whoever `can_open`, who reads a day and no more."""
    return Mentorship.select().where(Mentorship.person == person.id, Mentorship.is_running())


def can_see_pairs(viewer: Person) -> bool:
    """How much of what mentors offer is in use, and who meets whom: HR."""
    return viewer.is_hr and not viewer.came_by_pass


def pairs(viewer: Person) -> Any:
    """What runs in the company, as a query, for HR."""
    rows = Mentorship.select().where(Mentorship.is_running())
    return rows if can_see_pairs(viewer) else rows.where(Mentorship.id.is_null())


# -- stretch tasks -----------------------------------------------------------------------------


def can_post(viewer: Person) -> bool:
    """Offer a task: HR, and whoever leads somebody."""
    return can_enter(viewer) and (viewer.is_hr or viewer.has_reports)


def stretches_visible_to(viewer: Person) -> Any:
    """Tasks on one's board, as a query.

    HR and whoever leads somebody find all. Others those that mean them and are open, and those
    they once asked for.
    """
    tasks = Stretch.select()
    if not can_enter(viewer):
        return tasks.where(Stretch.id.is_null())
    if can_post(viewer):
        return tasks
    mine = StretchSeat.select(StretchSeat.stretch).where(StretchSeat.person == viewer.id)
    meant = Stretch.id.not_in(_for_others(viewer, viewer.today())) & Stretch.closed_at.is_null()
    return tasks.where(
        db.among(Stretch.id, mine)
        | (Stretch.posted_by == viewer.id)
        | (meant & (Stretch.until >= viewer.today()))
    )


def _for_others(person: Person, today: date) -> list[int]:
    """Ids of the open tasks in whose audience the person is not."""
    rules: Any = Stretch.select(Stretch.id, Stretch.audience).where(
        Stretch.is_open(today), Stretch.audience.not_in(EVERYONE)
    )
    narrow = list(rules.tuples())
    return [stretch for stretch, rule in narrow if not _is_hit(rule, person)]


def _is_hit(rule: str, person: Person) -> bool:
    """Whether the rule means them today; one nobody can read means nobody."""
    try:
        return audience.parse(rule).matches(facts_of(person, person.held_now))
    except audience.RuleError:
        return False


def is_meant(person: Person, stretch: Stretch) -> bool:
    """Whether a task is open to them, as they stand today."""
    return stretch.audience in EVERYONE or _is_hit(stretch.audience, person)


def found(viewer: Person, stretch_id: int) -> Stretch | None:
    """The task under that number, for whoever finds it on the board, and whom it means though it is
    over: who comes too late is told so."""
    if not can_enter(viewer):
        return None
    stretch: Stretch | None = Stretch.whole(
        Stretch.select().where(Stretch.id == stretch_id)
    ).first()
    if stretch is None or can_post(viewer) or stretch.posted_by_id == viewer.id:
        return stretch
    is_theirs = is_meant(viewer, stretch) or stretch.id in StretchSeat.newest_of(
        [stretch.id], viewer
    )
    return stretch if is_theirs else None


def can_ask(viewer: Person, stretch: Stretch) -> bool:
    """Ask for a seat: whom it means, while it is open. Whether there is one, the writer sees."""
    if not can_offer(viewer) or stretch.posted_by_id == viewer.id:
        return False
    return not stretch.is_over(viewer.today()) and is_meant(viewer, stretch)


def can_keep(viewer: Person, stretch: Stretch) -> bool:
    """Change and close a task, see who asks, answer them: whoever offers it, and HR."""
    return can_enter(viewer) and (viewer.is_hr or stretch.posted_by_id == viewer.id)


def seats_visible_to(viewer: Person) -> Any:
    """Seats one may read, as a query: one's own, those on tasks one offers, HR all."""
    seats = StretchSeat.select()
    if not can_enter(viewer):
        return seats.where(StretchSeat.id.is_null())
    if viewer.is_hr:
        return seats
    offered = Stretch.select(Stretch.id).where(Stretch.posted_by == viewer.id)
    own = (StretchSeat.person == viewer.id) | db.among(StretchSeat.stretch, offered)
    return seats.where(own)


def can_answer(viewer: Person, seat: StretchSeat) -> bool:
    """Accept, decline, confirm: whoever keeps the task, and never for themselves."""
    return seat.person_id != viewer.id and can_keep(viewer, seat.stretch)


# -- plans -------------------------------------------------------------------------------------


def plans_visible_to(viewer: Person) -> Any:
    """Plans one may open, as a query: one's own, those of one's line; HR all."""
    plans = DevelopmentPlan.select()
    if not can_enter(viewer):
        return plans.where(DevelopmentPlan.id.is_null())
    if viewer.is_hr:
        return plans
    own = DevelopmentPlan.person == viewer.id
    if viewer.has_reports:
        own |= db.among(DevelopmentPlan.person, viewer.line())
    return plans.where(own)


def steps_visible_to(viewer: Person) -> Any:
    """Steps of the plans one may open, as a query."""
    seen = plans_visible_to(viewer).select(DevelopmentPlan.id)
    return PlanStep.select().where(db.among(PlanStep.plan, seen))


def can_make(viewer: Person, person: Person) -> bool:
    """A plan for oneself, or to be proposed to somebody in one's line. HR reads and makes none."""
    if viewer.came_by_pass or not person.is_staff or person.has_left(person.today()):
        return False
    return viewer.id == person.id or viewer.leads(person)


def can_decide(viewer: Person, plan: DevelopmentPlan) -> bool:
    """Accept it, change its steps, end it: whose it is, and nobody for them."""
    return viewer.id == plan.person_id and can_enter(viewer)


def can_name_mentors(viewer: Person, plan: DevelopmentPlan) -> bool:
    """Who the mentor of a plan is: whose plan it is, and HR once they meet. Those above see that
    there is one; a proposal names somebody who was not asked yet."""
    return viewer.id == plan.person_id or viewer.is_hr or plan.state == "proposed"


def can_withdraw(viewer: Person, plan: DevelopmentPlan) -> bool:
    """Take back what one has proposed, while one leads them and it is not answered."""
    if plan.proposed_by_id != viewer.id or plan.state != "proposed":
        return False
    return viewer.leads(plan.person_id)
