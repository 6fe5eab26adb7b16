"""The hub: a short word from each room that is about getting better; and one person’s growth."""

from typing import Any

from flask import Blueprint, render_template

from portal import audit, doors, web
from portal.growth import access, hub, overview
from portal.people import access as people
from portal.people.models import Person
from portal.people.session import viewer

bp = Blueprint("growth", __name__)


@bp.app_template_global("may_open_growth")
def may_open_growth(person: Person) -> bool:
    """For the tab in a person's file: the same rule as the page it leads to."""
    return access.can_open(viewer(), person)


@bp.get("/growth")
@doors.signed_in
def index() -> Any:
    """My plan, my goals, my next one-on-one, feedback, where I stand, mentoring."""
    me = viewer()
    web.exists(access.can_enter(me))
    return render_template(
        "growth/index.html",
        hub=hub.of(me),
        may_see_pairs=access.can_see_pairs(me),
        today=me.today(),
    )


@bp.get("/growth/people/<int:person_id>")
@doors.signed_in
def show_person(person_id: int) -> Any:
    """Plans, gaps to make one from, and that there is a mentor: for them, their line, HR."""
    me, person = viewer(), person_or_404(person_id)
    if person.id != me.id:
        audit.looked(me, person, about=person)
    return render_template(
        "growth/person.html",
        person=person,
        plans=overview.plans_of(person),
        seats=overview.seats_of(person),
        gaps=overview.gaps_of(person),
        competencies=access.competencies() if access.can_make(me, person) else [],
        mentors=list(access.running_of(person)),
        is_own=person.id == me.id,
        may_name=person.id == me.id or me.is_hr,
        may_make=access.can_make(me, person),
        today=me.today(),
    )


def person_or_404(person_id: int) -> Person:
    """Somebody whose growth the viewer may read."""
    me = viewer()
    person = me if person_id == me.id else web.get_or_404(people.visible_to(me), id=person_id)
    web.exists(access.can_open(me, person))
    return person  # type: ignore[no-any-return]
