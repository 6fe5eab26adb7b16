"""Who finds which path, who puts whom on it, and who sees how far somebody has come."""

from typing import Any

from portal import db
from portal.documents import access as documents_access
from portal.documents.models import Document, Revision
from portal.paths.models import KIND, Enrollment, PathStep
from portal.people import audience
from portal.people.facts import facts_of
from portal.people.models import Person

EVERYONE = ["", "everyone"]


def visible_to(viewer: Person) -> Any:
    """Paths the viewer may know of, as a query.

    HR sees all with their drafts, whoever leads somebody all that are in force, because they may
    put their people on them. Others see what is in force and meant for them or kept by them, and
    what they are or were on. Whoever came by a pass sees none.
    """
    paths = Document.select().where(Document.kind == KIND)
    if viewer.came_by_pass or not (viewer.is_staff or viewer.is_hr):
        return paths.where(Document.id == 0)
    if viewer.is_hr:
        return paths
    gone = db.among(Document.id, enrollments_visible_to(viewer).select(Enrollment.path))
    found = Document.is_published()
    if not viewer.has_reports:
        found &= (Document.owner == viewer.id) | Document.id.not_in(_for_others(viewer))
    return paths.where(found | gone)


def _for_others(viewer: Person) -> list[int]:
    """Ids of the paths in whose audience the viewer is not."""
    rules: Any = Document.select(Document.id, Document.audience).where(
        Document.kind == KIND, Document.is_published(), Document.audience.not_in(EVERYONE)
    )
    narrow = list(rules.tuples())
    return [path for path, rule in narrow if not _is_hit(rule, viewer)]


def _is_hit(rule: str, person: Person) -> bool:
    """Whether the rule means them today; one nobody can read means nobody."""
    try:
        return audience.parse(rule).matches(facts_of(person, person.held_now))
    except audience.RuleError:
        return False


def enrollments_visible_to(viewer: Person) -> Any:
    """Enrollments the viewer may open, as a query: their own, those of everyone in their line; HR
    all."""
    if viewer.came_by_pass or not (viewer.is_staff or viewer.is_hr):
        return Enrollment.select().where(Enrollment.id == 0)
    if viewer.is_hr:
        return Enrollment.select()
    own = Enrollment.person == viewer.id
    if viewer.has_reports:
        own |= db.among(Enrollment.person, viewer.line())
    return Enrollment.select().where(own)


def whole(viewer: Person) -> Any:
    """The same, each with path, person and text: one query for a page of one of them."""
    return (
        enrollments_visible_to(viewer)
        .select(Enrollment, Document, Person, Revision)
        .join(Document, on=(Enrollment.path == Document.id))
        .switch(Enrollment)
        .join(Person, on=(Enrollment.person == Person.id))
        .switch(Enrollment)
        .join(Revision, on=(Enrollment.revision == Revision.id))
    )


def steps_visible_to(viewer: Person) -> Any:
    """Steps of the enrollments the viewer may open, as a query."""
    seen = enrollments_visible_to(viewer).select(Enrollment.id)
    return PathStep.select().where(db.among(PathStep.enrollment, seen))


def can_begin(viewer: Person, path: Document) -> bool:
    """Begin it oneself: whoever works here and is in its audience, while it is in force."""
    if viewer.came_by_pass or not _is_at_work(viewer) or path.state != "published":
        return False
    return path.audience in EVERYONE or _is_hit(path.audience, viewer)


def _is_at_work(person: Person) -> bool:
    return person.is_staff and person.is_active and not person.has_left(person.today())


def can_put_on(viewer: Person, path: Document) -> bool:
    """Put others on it: HR anybody, a manager their own line."""
    return not viewer.came_by_pass and path.state == "published" and can_follow(viewer)


def people_to_put_on(viewer: Person) -> Any:
    """Whom the viewer may put on a path, as a query of those who are here or about to be."""
    stays = Person.last_day_on.is_null() | (Person.last_day_on >= viewer.today())
    known = Person.withdrawn_at.is_null() & Person.hired_on.is_null(False)
    people = Person.select().where(known, stays, Person.id != viewer.id)
    return people if viewer.is_hr else people.where(db.among(Person.id, viewer.line()))


def can_follow(viewer: Person) -> bool:
    """See how far others have come: HR, and whoever leads somebody."""
    return not viewer.came_by_pass and (viewer.is_hr or viewer.has_reports)


def can_write(viewer: Person) -> bool:
    """Write paths, and move people to a newer text."""
    return documents_access.can_write(viewer)


def can_skip(viewer: Person, step: PathStep) -> bool:
    """Say that somebody need not do a step, and take that back: HR, never for themselves."""
    return viewer.is_hr and viewer.id != step.enrollment.person_id


def can_end(viewer: Person, enrollment: Enrollment) -> bool:
    """Take somebody off, and take that back: HR (not themselves), and whoever put them on it, as
    oneself or as their manager."""
    if viewer.came_by_pass or enrollment.finished_at:
        return False
    if viewer.is_hr and viewer.id != enrollment.person_id:
        return True
    return _is_own_doing(viewer, enrollment)


def can_restart(viewer: Person, enrollment: Enrollment) -> bool:
    """Begin it anew: HR for others; for oneself what one may begin and have finished or left."""
    if viewer.came_by_pass or enrollment.path.state != "published":
        return False
    if viewer.id == enrollment.person_id:
        return enrollment.state != "under way" and can_begin(viewer, enrollment.path)
    return viewer.is_hr


def _is_own_doing(viewer: Person, enrollment: Enrollment) -> bool:
    if enrollment.put_by_id != viewer.id:
        return False
    return viewer.id == enrollment.person_id or viewer.leads(enrollment.person)
