"""A course as something that is owed: required of people, asked by a plan, asked anew in time.

A completion answers for the text it was taken with and every minor change of it; after a material
one the course is asked again. Where the course gives a certificate, its last day says how long a
completion counts; otherwise the requirement does.
"""

from collections.abc import Collection
from typing import Any

from portal import clock
from portal.assignments.duties import Opening
from portal.assignments.models import Assignment
from portal.compliance.needs import Fact, Moment
from portal.compliance.texts import RequiredText
from portal.documents.models import Revision
from portal.learning.models import KIND, Completion
from portal.people.models import Person

TEXT = RequiredText(KIND, noun="A course", asks="Take “{}”")

# -- as something that can be required ---------------------------------------------------------


def url_of(target: int) -> str:
    return f"/learning/courses/{target}"


def facts(target: int, people: Collection[int] | None, moment: Moment) -> dict[int, Fact]:
    """Who has completed the text that counted then, or a later one, and when last.

    A completion counts by `known_at` if it was on record and not withdrawn then, though what is
    asked about may be an earlier day: that somebody sat in a course in March may be found out in
    April. Of two the later one counts, unless the earlier goes on for longer.
    """
    material = Revision.material_at(target, moment.latest)
    if material is None:
        return {}
    known_at = moment.known_at or clock.now()
    known = (Completion.recorded_at <= known_at) & (
        Completion.superseded_at.is_null() | (Completion.superseded_at > known_at)
    )
    # The day it was where they are may be a day ahead; what was recorded late has its own day.
    by_then = (Completion.done_at <= moment.latest) | (Completion.done_on <= moment.on)
    rows: Any = (
        Completion.select(Completion)
        .join(Revision, on=(Completion.revision == Revision.id))
        .where(Completion.course == target, Revision.number >= material.number, known, by_then)
        .order_by(Completion.done_on, Completion.done_at, Completion.id)
    )
    if people is not None:
        rows = rows.where(Completion.person.in_(list(people)))
    newest: dict[int, Completion] = {}
    for row in rows:
        before = newest.get(row.person_id)
        if before is None or not _goes_on_longer(before, row):
            newest[row.person_id] = row
    return {person: _fact(row) for person, row in newest.items()}


def _goes_on_longer(before: Completion, after: Completion) -> bool:
    if before.expires_on is None or after.expires_on is None:
        return False
    return bool(before.expires_on > after.expires_on)


def _fact(row: Completion) -> Fact:
    return Fact(row.done_on, f"completion:{row.id}", row.record, row.expires_on)


# -- as a duty ---------------------------------------------------------------------------------


def open_planned(person: Person, slug: str, opening: Opening) -> Assignment | None:
    """The duty a plan asks for; None where they have done it and it counts until it is due."""
    document = TEXT.named(slug)
    today = person.today()
    fact = facts(document.id, [person.id], Moment(today)).get(person.id)
    if fact is not None:
        counts_on = max(today, opening.due_on or today)
        if fact.holds_until is None or fact.holds_until >= counts_on:
            return None
    minutes = document.current.parsed.get("minutes")
    return TEXT.open(document.id, document.title, minutes, person, opening)
