"""Who may read and write what was said of somebody.

Where somebody stands is read by themselves, by everybody above them and by HR. Whoever led them
directly once keeps what was said in that time; an author keeps what they said. Nobody else reads
any of it, and an auditor and an admin nothing at all.
"""

from typing import Any

import peewee

from portal import db
from portal.competencies.asking import AssessmentRequest
from portal.competencies.models import Assessment
from portal.people import access as people
from portal.people.lines import managers_above
from portal.people.models import Person
from portal.people.positions import Position


def can_open(viewer: Person, person: Person) -> bool:
    """The gap table of somebody: their own, their line, HR."""
    if viewer.came_by_pass or not person.is_staff:
        return False
    return viewer.id == person.id or viewer.is_hr or viewer.leads(person)


def can_assess(viewer: Person, person: Person) -> bool:
    """Oneself, and whoever leads them; a colleague is asked first, and HR leads nobody by that."""
    if viewer.came_by_pass or not person.is_staff or person.has_left(person.today()):
        return False
    return viewer.id == person.id or viewer.leads(person)


def can_ask(viewer: Person, person: Person) -> bool:
    """Ask a colleague about somebody: who may assess them themselves."""
    return can_assess(viewer, person)


def can_withdraw(viewer: Person, asked: AssessmentRequest) -> bool:
    """Ask a colleague no longer: whoever asked, and nobody whom the answer would be about."""
    return bool(asked.asked_by_id == viewer.id)


def visible_to(viewer: Person) -> Any:
    """Assessments the viewer may read, as a query.

    Those about them, and those they gave; of their line all; of whom they led directly once,
    those that were given while they did.
    """
    if viewer.came_by_pass:
        return Assessment.select().where(Assessment.id.is_null())
    if viewer.is_hr:
        return Assessment.select()
    seen = (Assessment.about == viewer.id) | (Assessment.by == viewer.id) | _while_leading(viewer)
    if viewer.has_reports:
        seen |= db.among(Assessment.about, viewer.line())
    return Assessment.select().where(seen)


def _while_leading(viewer: Person) -> Any:
    """That the viewer was their direct manager on the day it was given, as known now; to whoever
    has left nobody."""
    if viewer.has_left(viewer.today()):
        return Assessment.id.is_null()
    led = Position.select(Position.id).where(
        Position.person == Assessment.about,
        Position.manager == viewer.id,
        Position.is_known(),
        Position.starts_on <= Assessment.given_on,
        Position.ends_on.is_null() | (Position.ends_on >= Assessment.given_on),
    )
    return peewee.fn.EXISTS(led)


def given_by(viewer: Person) -> Any:
    """What the viewer said of others, as a query."""
    return visible_to(viewer).where(Assessment.by == viewer.id, Assessment.about != viewer.id)


def kept_for(viewer: Person, person: Person) -> Any:
    """What the viewer may still read of somebody they led directly once, as a query; of whom they
    never led it holds nothing."""
    mine = visible_to(viewer).where(Assessment.about == person.id)
    return mine if mine.where(_while_leading(viewer)).exists() else mine.where(False)


def led_before(viewer: Person) -> Any:
    """Colleagues of whom the viewer keeps something because they led them once, as a query."""
    if viewer.came_by_pass:
        return Person.select().where(Person.id.is_null())
    about = Assessment.select(Assessment.about).where(_while_leading(viewer))
    known = people.visible_to(viewer).where(db.among(Person.id, about), Person.id != viewer.id)
    if viewer.has_reports:
        known = known.where(~db.among(Person.id, viewer.line()))
    return known.order_by(Person.folded, Person.id)


def colleagues(viewer: Person, person: Person) -> Any:
    """Whom the viewer may ask about somebody, as a query: whom they know of, who works here or is
    about to, and does not lead them."""
    if not can_ask(viewer, person):
        return Person.select().where(Person.id.is_null())
    stays = Person.last_day_on.is_null() | (Person.last_day_on >= viewer.today())
    others = [person.id, *managers_above(person.id, person.today())]
    known = people.visible_to(viewer).where(
        Person.hired_on.is_null(False), Person.withdrawn_at.is_null(), stays,
        Person.id.not_in(others),
    )  # fmt: skip
    return known.order_by(Person.folded, Person.id)


def requests_visible_to(viewer: Person) -> Any:
    """Requests as the colleague who was asked sees them: their own."""
    query = AssessmentRequest.select()
    if viewer.came_by_pass:
        return query.where(AssessmentRequest.id.is_null())
    return query.where(AssessmentRequest.peer == viewer.id)


def requests_about(viewer: Person, person: Person) -> Any:
    """Whom one has asked about somebody: for whoever reads their gap table."""
    query = AssessmentRequest.select().where(AssessmentRequest.about == person.id)
    return query if can_open(viewer, person) else query.where(AssessmentRequest.id.is_null())


def can_have_said(viewer: Person) -> bool:
    """A page of what one said of others: whoever works here."""
    return viewer.is_staff and not viewer.came_by_pass


def can_see_team(viewer: Person) -> bool:
    """The gap table of a team: whoever leads one."""
    return viewer.has_reports and not viewer.came_by_pass


def team_of(viewer: Person, *, is_whole: bool) -> Any:
    """Whom the viewer leads and who is here, as a query: directly, or at any depth."""
    today = viewer.today()
    led = viewer.line() if is_whole else Position.led_by(viewer.id, today)
    return Person.select().where(
        db.among(Person.id, led), Person.is_here(today), Person.withdrawn_at.is_null()
    )


def can_see_company(viewer: Person) -> bool:
    """Departments and roles, in numbers: HR."""
    return viewer.is_hr and not viewer.came_by_pass


def positions(viewer: Person) -> Any:
    """The positions held today, for whoever sees those numbers, as a query."""
    held = Position.select().where(Position.is_held(viewer.today()))
    return held if can_see_company(viewer) else held.where(False)


def in_group(viewer: Person, *, role: str = "", teams: set[int] | None = None) -> list[Person]:
    """Whoever is here in that role, or stands in one of those teams."""
    held = positions(viewer).where(
        Position.role == role if role else Position.team.in_(sorted(teams or ()))
    )
    here = Person.is_here(viewer.today()) & Person.withdrawn_at.is_null()
    chosen = db.among(Person.id, held.select(Position.person))
    return list(Person.select(*Person.names(Person)).where(here, chosen))
