"""Who may report, who reads which report, and who sees numbers alone."""

from typing import Any

from portal import db
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.incidents.models import COURSE, MEASURE, Incident, Measure
from portal.incidents.sorts import SORTS
from portal.people.functions import Function, functions_of
from portal.people.models import Person

LEAST_LINE = 5


def can_report(viewer: Person) -> bool:
    """Everybody who works here."""
    return viewer.is_staff and not viewer.came_by_pass


def sorts_of(viewer: Person) -> frozenset[str]:
    """The sorts of which the viewer looks at everybody's: HR at all, Safety and Legal at theirs."""
    if viewer.came_by_pass:
        return frozenset()
    if viewer.is_hr:
        return frozenset(SORTS)
    if "_sorts_of_incident" not in viewer.__dict__:
        viewer.__dict__["_sorts_of_incident"] = _held_by(viewer)
    return viewer.__dict__["_sorts_of_incident"]  # type: ignore[no-any-return]


def _held_by(viewer: Person) -> frozenset[str]:
    held = [function for function, _ in functions_of(viewer)]
    if not held:
        return frozenset()
    rows: Any = Function.select(Function.slug).where(Function.id.in_(held)).tuples()
    slugs = {slug for (slug,) in rows}
    return frozenset(sort.name for sort in SORTS.values() if sort.function in slugs)


def visible_to(viewer: Person) -> Any:
    """Reports the viewer may read, as a query: their own, and those of the sorts they look at."""
    if viewer.came_by_pass:
        return Incident.select().where(Incident.id.is_null())
    seen = Incident.reporter == viewer.id
    if sorts := sorts_of(viewer):
        seen |= Incident.sort.in_(sorted(sorts))
    return Incident.select().where(seen)


def can_work_on(viewer: Person, incident: Incident) -> bool:
    """Answer, take measures, close."""
    return incident.sort in sorts_of(viewer)


def can_add(viewer: Person, incident: Incident) -> bool:
    """A note, as long as it is open: whoever reported it, and whoever works on it."""
    is_theirs = incident.reporter_id == viewer.id or can_work_on(viewer, incident)
    return is_theirs and incident.closed_at is None


def measures_visible_to(viewer: Person) -> Any:
    """Measures one may read: those one is to take, and those of incidents one works on."""
    if viewer.came_by_pass:
        return Measure.select().where(Measure.id.is_null())
    mine = Assignment.select(Assignment.target).where(
        Assignment.kind == MEASURE, Assignment.person == viewer.id
    )
    seen = db.among(Measure.id, mine)
    if sorts := sorts_of(viewer):
        theirs = Incident.select(Incident.id).where(Incident.sort.in_(sorted(sorts)))
        seen |= db.among(Measure.incident, theirs)
    return Measure.select().where(seen)


def can_see_numbers(viewer: Person) -> bool:
    """HR, the auditor, whoever works on a sort; whoever leads, of their line alone."""
    if viewer.came_by_pass and not viewer.is_auditor:
        return False
    return viewer.is_auditor or bool(sorts_of(viewer)) or _leads_enough(viewer)


def _leads_enough(viewer: Person) -> bool:
    """Among fewer people a number tells who it was."""
    if not viewer.has_reports:
        return False
    return viewer.line().limit(LEAST_LINE).count() >= LEAST_LINE  # type: ignore[no-any-return]


def counted_by(viewer: Person) -> tuple[Any, Any]:
    """Which incidents the viewer may count, and of whom completions are counted beside them: two
    queries, None for everybody."""
    if viewer.is_hr or viewer.is_auditor:
        return Incident.select(), None
    seen = db.among(Incident.reporter, viewer.line()) if _leads_enough(viewer) else None
    if sorts := sorts_of(viewer):
        theirs = Incident.sort.in_(sorted(sorts))
        return Incident.select().where(theirs if seen is None else seen | theirs), None
    return Incident.select().where(False if seen is None else seen), viewer.line()


def courses() -> list[Document]:
    """Courses in force, of which one may be about an incident."""
    query = Document.select().where(Document.kind == COURSE, Document.is_published())
    return list(query.order_by(Document.folded))


def may_let_go(viewer: Person, duty: Assignment) -> bool:
    """A measure is let go, or owed again, by whoever works on its incident."""
    sorts = sorts_of(viewer)
    mine = (
        Measure.select()
        .join(Incident)
        .where(Measure.id == duty.target, Incident.sort.in_(sorted(sorts)))
    )
    return bool(sorts) and bool(mine.exists())
