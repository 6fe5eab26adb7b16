"""Cycles of one person that begin by themselves, so many days around what happened to them."""

import logging
from datetime import date, timedelta
from typing import Any

from peewee import IntegrityError

from portal import db
from portal.checklists.happenings import Happening, matching
from portal.documents.models import Document
from portal.people import audience
from portal.reviews import facts
from portal.reviews.models import KIND, Cycle, Phase
from portal.reviews.steps import planned

# So many days ahead people see it coming; and so long after its day it still begins, should the
# sweep have stood still.
AHEAD_DAYS = 14
LATE_DAYS = 14
# A day may be put off by so much, and what was to begin is put off with it.
MOVED_DAYS = 200


def plans() -> list[Document]:
    """Plans in force that begin with something that happens, by name."""
    rows = Document.select().where(Document.kind == KIND, Document.is_published())
    found = Document.with_current(rows).order_by(Document.folded)
    return [one for one in found if one.current and one.current.parsed.get("begins")]


def first_offset(structure: dict[str, Any]) -> int:
    """How many days after the day of the fact its first step opens."""
    return min((step.opens for step in planned(structure)), default=0)


def coming(document: Document, first: date, last: date) -> list[Happening]:
    """Who is to be reviewed by this plan, with the fact, where its first step opens on these
    days."""
    plan = document.current.parsed  # type: ignore[union-attr]
    offset = timedelta(days=first_offset(plan))
    found = facts.between(plan["begins"], first - offset, last - offset)
    rule = audience.parse(plan.get("for") or "everyone")
    return [one for one in matching(rule, found) if not one.person.has_left(one.on + offset)]


def begin_due(on: date) -> int:
    """Begin what is due, once for each fact; a day that moved moves what has not begun. Returns how
    many began."""
    begun = 0
    for document in plans():
        begun += _begin(document, on)
    return begun


def _begin(document: Document, on: date) -> int:
    assert document.current is not None
    since = document.current.published_at.date()
    first = max(since, on - timedelta(days=LATE_DAYS))
    found = coming(document, first, on + timedelta(days=MOVED_DAYS))
    known = _known(document, found)
    begun = 0
    for one in found:
        cycle = known.get((one.person.id, one.key[:60]))
        if cycle is not None:
            shift(cycle, one.on)
        elif _has_come(document, one, on):
            begun += _begin_one(document, one)
    return begun


def _has_come(document: Document, one: Happening, on: date) -> bool:
    """Soon enough to be seen coming, but nothing begins before the first day of whoever joins, or
    of whoever changes."""
    assert document.current is not None
    offset = first_offset(document.current.parsed)
    is_near = one.on + timedelta(days=offset) <= on + timedelta(days=AHEAD_DAYS)
    return is_near and (one.on <= on or offset < 0)


def _begin_one(document: Document, one: Happening) -> int:
    try:
        Cycle.begin(document, [one.person], one.on, by=None, person=one.person, fact=one.key[:60])
    except IntegrityError:
        return 0  # Another sweep was faster.
    except ValueError as error:
        # A form it needs is not in force: HR sees that on the plan's own page.
        logging.getLogger(__name__).warning("a review did not begin: %s", error)
        return 0
    return 1


def _known(document: Document, found: list[Happening]) -> dict[tuple[int, str], Cycle]:
    people = list({one.person.id for one in found})
    rows = Cycle.select().where(Cycle.document == document, Cycle.person.in_(people or [0]))
    return {(cycle.person_id, cycle.fact): cycle for cycle in rows}


def shift(cycle: Cycle, day: date) -> bool:
    """The day of the fact has moved: so do its steps, as long as none has opened."""
    if cycle.day == day or cycle.ended_at or any(phase.opened_at for phase in cycle.phases):
        return False
    with db.write():
        by = day - cycle.day
        Cycle.update(day=day).where(Cycle.id == cycle.id).execute()
        for phase in cycle.phases:
            closes = phase.closes_on + by if phase.closes_on else None
            this = (Phase.id == phase.id) & Phase.opened_at.is_null()
            Phase.update(opens_on=phase.opens_on + by, closes_on=closes).where(this).execute()
    return True
