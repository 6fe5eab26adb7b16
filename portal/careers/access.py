"""Who enters the careers pages, whose career they open, and who reads an aspiration.

Somebody's page is read by them, by whoever stands above them today, and by HR. An aspiration is
read by whom its owner has chosen, asked anew each time: nobody keeps one they could read once.
"""

from typing import Any

from portal import db
from portal.careers.aspirations import LINE, LINE_AND_HR, Aspiration
from portal.careers.plan_steps import CareerStep
from portal.careers.plans import CareerPlan
from portal.people.models import Person
from portal.people.positions import Position


def can_enter(viewer: Person) -> bool:
    """The room itself: whoever works here, and HR."""
    return not viewer.came_by_pass and (viewer.is_staff or viewer.is_hr)


def can_open(viewer: Person, person: Person) -> bool:
    """Somebody's career: their own, of their line, and HR."""
    if viewer.came_by_pass or not person.is_staff:
        return False
    return viewer.id == person.id or viewer.is_hr or viewer.leads(person)


def can_see_team(viewer: Person) -> bool:
    """The list of those one leads: whoever leads somebody."""
    return viewer.has_reports and not viewer.came_by_pass


def team_of(viewer: Person, *, is_whole: bool) -> Any:
    """Whom the viewer leads and who is here, by name, as a query: directly, or at any depth."""
    today = viewer.today()
    led = viewer.line() if is_whole else Position.led_by(viewer.id, today)
    rows = Person.select().where(
        db.among(Person.id, led), Person.is_here(today), Person.withdrawn_at.is_null()
    )
    return rows.order_by(Person.folded, Person.id)


# -- aspirations -------------------------------------------------------------------------------


def aspirations_of(viewer: Person) -> Any:
    """One's own, as a query."""
    mine = Aspiration.select().where(Aspiration.person == viewer.id)
    return mine if can_aspire(viewer) else mine.where(Aspiration.id.is_null())


def aspirations_visible_to(viewer: Person) -> Any:
    """Those one may read, as a query: one's own, and what others share with one."""
    rows = Aspiration.select()
    if viewer.came_by_pass or not can_enter(viewer):
        return rows.where(Aspiration.id.is_null())
    seen = Aspiration.person == viewer.id
    if viewer.has_reports:
        is_shared = Aspiration.shared.in_((LINE, LINE_AND_HR))
        seen |= is_shared & db.among(Aspiration.person, viewer.line())
    if viewer.is_hr:
        seen |= Aspiration.shared == LINE_AND_HR
    return rows.where(seen)


def can_aspire(viewer: Person) -> bool:
    """Say where one would like to go: whoever works here, of themselves alone."""
    return viewer.is_staff and not viewer.came_by_pass


# -- plans -------------------------------------------------------------------------------------


def plans_visible_to(viewer: Person) -> Any:
    """Career plans one may read, as a query: one's own, those of one's line; HR all."""
    plans = CareerPlan.select()
    if not can_enter(viewer):
        return plans.where(CareerPlan.id.is_null())
    if viewer.is_hr:
        return plans
    own = CareerPlan.person == viewer.id
    if viewer.has_reports:
        own |= db.among(CareerPlan.person, viewer.line())
    return plans.where(own)


def steps_visible_to(viewer: Person) -> Any:
    """Points of the plans one may read, as a query; what was left out only its owner has."""
    seen = plans_visible_to(viewer).select(CareerPlan.id)
    own = CareerStep.plan.in_(CareerPlan.select(CareerPlan.id).where(CareerPlan.person == viewer))
    return CareerStep.select().where(db.among(CareerStep.plan, seen), CareerStep.stands() | own)


def can_take_on(viewer: Person) -> bool:
    """Take something on: whoever works here, for themselves."""
    return viewer.is_staff and not viewer.came_by_pass


def can_decide(viewer: Person, plan: CareerPlan) -> bool:
    """Change it, tick its points, end it: whose it is, and nobody for them."""
    return viewer.id == plan.person_id and can_enter(viewer)
