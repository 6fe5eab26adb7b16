"""Who names whom without names, who decides, and who reads what was said."""

from typing import Any

import peewee

from portal import db
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.positions import Position
from portal.questionnaires.terms import HR, SUBJECT
from portal.questionnaires.terms import MANAGER as LINE
from portal.reviews import access
from portal.reviews.answers import Nominee
from portal.reviews.models import Phase, Review

MAX_SUGGESTED = 30


def can_propose(viewer: Person, review: Review) -> bool:
    """The person themselves."""
    return viewer.id == review.person_id and access.can_enter(viewer)


def can_decide(viewer: Person, review: Review) -> bool:
    """Agree, add and take out: whoever leads them, and HR; never about oneself."""
    if viewer.id == review.person_id or viewer.came_by_pass:
        return False
    return access.leads(viewer, review) or access.can_manage_review(viewer, review)


def can_see_named(viewer: Person, review: Review) -> bool:
    """Who is named: the person, whoever leads them, HR. Not whoever led them once."""
    return can_propose(viewer, review) or can_decide(viewer, review)


def nominees_visible_to(viewer: Person) -> Any:
    """Nominees in reviews the viewer may know of, as a query; whether they may know who is named
    is asked of the review."""
    mine = access.visible_to(viewer).select(Review.id)
    return Nominee.whole(Nominee.select().where(db.among(Nominee.review, mine)))


# -- whom one may name -------------------------------------------------------------------------


def colleagues_for(viewer: Person, review: Review) -> Any:
    """Whoever works here and has no part of their own in that review, as a query."""
    here = people_access.visible_to(viewer).where(Person.is_here(viewer.today()))
    own = [review.person_id, review.lead_id or 0]
    return here.where(Person.withdrawn_at.is_null(), Person.id.not_in(own))


def colleague(viewer: Person, review: Review, typed: str) -> Person | None:
    """Who is meant by a name or an address, among those; None for nobody, or more than one."""
    return Person.colleague(typed, colleagues_for(viewer, review))


def suggested(viewer: Person, review: Review, words: str = "") -> list[Person]:
    """Names to choose from while one is typed: first who has the same manager (`is_near`)."""
    team = Position.led_by(review.lead_id or 0, viewer.today())
    near = peewee.Case(None, [(db.among(Person.id, team), 1)], 0)
    found = colleagues_for(viewer, review).where(Person.matches(words))
    rows = found.select_extend(near.alias("is_near")).order_by(near.desc(), Person.folded)
    return list(rows.limit(MAX_SUGGESTED))


# -- reading -----------------------------------------------------------------------------------


def readers_of(phase: Phase) -> tuple[str, ...]:
    """Whom the form names: `hr`, `manager`, `subject`."""
    return tuple(phase.form.parsed.get("readers", ())) if phase.form_id else ()


def can_read(viewer: Person, review: Review, phase: Phase, *, was_asked: bool) -> bool:
    """Whom the form names, and nobody who was asked in that step: with their own words in mind they
    would know more of the others’. When it can be read is another question."""
    named = readers_of(phase)
    if viewer.came_by_pass:
        return False
    if viewer.id == review.person_id:
        return SUBJECT in named
    is_named = (HR in named and viewer.is_hr) or (LINE in named and access.leads(viewer, review))
    return is_named and not was_asked
