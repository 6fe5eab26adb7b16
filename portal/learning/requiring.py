"""A course as something that is owed: required of people, asked by a plan, asked anew in time.

A completion answers for the text it was taken with and every minor change of it; after a material
one the course is asked again. Where the course gives a certificate, its last day says how long a
completion counts; otherwise the requirement does.
"""

import json
from collections.abc import Collection
from datetime import UTC, date
from typing import Any

from portal import clock
from portal.assignments.duties import NothingToOpen, Opening
from portal.assignments.models import Assignment
from portal.compliance.needs import Fact, Moment
from portal.documents.models import Document, Revision
from portal.learning.models import KIND, Completion
from portal.people.models import Person
from portal.prepared import Prepared, blank

# -- as something that can be required ---------------------------------------------------------


def targets() -> list[tuple[int, str]]:
    """The courses in force, by title."""
    rows = Document.select(Document.id, Document.title).where(
        Document.kind == KIND, Document.is_published()
    )
    return list(rows.order_by(Document.folded, Document.id).tuples())


def title_of(target: int) -> str:
    document = Document.get_or_none(Document.id == target)
    return document.title if document else "A course"


def url_of(target: int) -> str:
    return f"/learning/courses/{target}"


def since(target: int, moment: Moment) -> date | None:
    """The day of the last text that changed what is asked."""
    material = Revision.material_at(target, moment.latest)
    return material.published_at.astimezone(UTC).date() if material else None


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


def open_required(person: Person, target: int, opening: Opening) -> Assignment | None:
    """The duty, when its turn has come: whoever calls has looked at what was completed."""
    found = _in_force.first(document=target)
    if found is None:
        raise NothingToOpen(str(target))
    title, structure = found
    return _open(target, title, json.loads(structure).get("minutes"), person, opening)


def open_planned(person: Person, slug: str, opening: Opening) -> Assignment | None:
    """The duty a plan asks for; None where they have done it and it counts until it is due."""
    document = Document.named(KIND, slug)
    if document is None or document.state != "published" or document.current is None:
        raise NothingToOpen(slug)
    today = person.today()
    fact = facts(document.id, [person.id], Moment(today)).get(person.id)
    if fact is not None:
        counts_on = max(today, opening.due_on or today)
        if fact.holds_until is None or fact.holds_until >= counts_on:
            return None
    minutes = document.current.parsed.get("minutes")
    return _open(document.id, document.title, minutes, person, opening)


# Asked for each of thousands, when a course is required: without the text itself.
_in_force = Prepared(
    lambda: (
        Revision.newest()
        .select(Document.title, Revision.structure)
        .join(Document)
        .where(Document.id == blank("document"), Document.retired_at.is_null())
        .tuples()
    )
)


def _open(
    course_id: int, title: str, minutes: int | None, person: Person, opening: Opening
) -> Assignment:
    return Assignment.assign(
        kind=KIND,
        target=course_id,
        title=f"Take “{title}”",
        cause=opening.cause,
        by=opening.by,
        person=person,
        about=person,
        due_on=opening.due_on,
        zone=person.zone or "UTC",
        minutes=opening.minutes or minutes,
    )
