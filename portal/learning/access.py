"""Who finds which course, who may take it, and who sees how far somebody has come."""

from typing import Any

import peewee

from portal import db
from portal.assignments.models import Assignment
from portal.documents import access as documents_access
from portal.documents.models import Document, Revision
from portal.learning.models import KIND, Attempt, Completion
from portal.people import audience
from portal.people.facts import facts_of
from portal.people.functions import Holder
from portal.people.models import Person

EVERYONE = ("", "everyone")
ALWAYS = Document.id.is_null(False)


def visible_to(viewer: Person) -> Any:
    """Courses the viewer may know of, as a query.

    HR sees all with their drafts, an auditor whatever was ever published. Others see what is in
    force and meant for them, what they owe, and what they began or completed, retired or not.
    Whoever came by a pass sees none, unless it carries the auditor’s grant.
    """
    return Document.select().where(Document.kind == KIND, _is_visible(viewer))


def found(viewer: Person, course_id: int, also: Any = None) -> Document | None:
    """The course with its text in force, if `visible_to` has it; where `also`, a condition, is so
    as well. One query: of one course only its own rule is read."""
    is_for_all = Document.audience.in_(EVERYONE)
    theirs, if_meant = (_is_visible(viewer, meant) for meant in (is_for_all, ALWAYS))
    if also is not None:
        theirs, if_meant = theirs | also, if_meant | also
    rows = Document.select().where(Document.kind == KIND, Document.id == course_id, if_meant)
    is_theirs = peewee.Case(None, [(theirs, 1)], 0).alias("is_theirs")
    course = Document.with_current(rows).select_extend(is_theirs).first()
    if course is None or course.is_theirs or is_hit(course.audience, viewer):
        return course  # type: ignore[no-any-return]
    return None


def _is_visible(viewer: Person, meant: Any = None) -> Any:
    """What `visible_to` says, as a condition; `meant` stands for whom the audience means."""
    if viewer.came_by_pass and not viewer.is_auditor:
        return Document.id == 0
    if viewer.is_hr:
        return ALWAYS
    mine = Document.id == 0
    if viewer.is_staff:
        begun = Attempt.select(Attempt.course).where(Attempt.person == viewer.id)
        done = Completion.select(Completion.course).where(Completion.person == viewer.id)
        if meant is None:
            meant = _is_meant(viewer)
        mine = (
            (Document.is_published() & (meant | _is_kept_by(viewer)))
            | db.among(Document.id, begun)
            | db.among(Document.id, done)
            | (db.among(Document.id, owed_by(viewer)) & Document.is_published())
        )
    if viewer.is_auditor:
        mine |= db.among(Document.id, Revision.select(Revision.document))
    return mine


def _is_meant(viewer: Person) -> Any:
    """Whom its audience means, as a condition on a course in force."""
    courses = (Document.kind == KIND) & Document.retired_at.is_null()
    rules: Any = Document.select(Document.id, Document.audience)
    narrow = rules.where(courses, Document.audience.not_in(EVERYONE)).tuples()
    others = [course for course, rule in narrow if not is_hit(rule, viewer)]
    return Document.id.not_in(others)


def _is_kept_by(viewer: Person) -> Any:
    """Whose text it is to keep right, by themselves or by a function they hold, which nobody does
    who has left: one query with the rest."""
    today = viewer.today()
    held = Holder.select(Holder.function).join(Person).where(
        Holder.person == viewer.id, Holder.is_held(today), Holder.location.is_null(),
        Person.is_here(today),
    )  # fmt: skip
    return (Document.owner == viewer.id) | db.among(Document.owner_function, held)


def owed_by(person: Person) -> Any:
    """Ids of the courses the person has been asked to take and has not completed."""
    owed = (Assignment.kind == KIND) & (Assignment.person == person.id)
    return Assignment.select(Assignment.target).where(Assignment.is_open(), owed)


def can_take(viewer: Person, course: Document, *, is_theirs: bool | None = None) -> bool:
    """Begin it, go on with it and finish it: whoever works here, it is in force, and it is meant
    for them, asked of them, or under way. Nobody does so for somebody else, or by a pass.

    `is_theirs`: that it is asked of them or under way, where the caller knows it already."""
    if viewer.came_by_pass or course.state != "published" or not _is_at_work(viewer):
        return False
    if is_theirs is not None:
        return is_theirs or is_in_audience(viewer, course)
    return (
        is_in_audience(viewer, course)
        or bool(owed_by(viewer).where(Assignment.target == course.id).exists())
        or Attempt.open_of(course.id, viewer.id) is not None
    )


def is_in_audience(person: Person, course: Document) -> bool:
    """Whether it is in this person's catalog, as they stand today."""
    if course.audience in EVERYONE:
        return person.is_staff
    return person.is_staff and is_hit(course.audience, person)


def is_hit(rule: str, person: Person) -> bool:
    """Whether the rule means them today; one nobody can read means nobody."""
    try:
        return audience.parse(rule).matches(facts_of(person, person.held_now))
    except audience.RuleError:
        return False


def _is_at_work(person: Person) -> bool:
    return person.is_staff and person.is_active and not person.has_left(person.today())


def can_manage(viewer: Person) -> bool:
    """Write courses, keep their files, ask people to take them, and record what was completed."""
    return documents_access.can_write(viewer)


def can_record(viewer: Person, person: Person) -> bool:
    """Write down, or take back, that somebody has completed a course: HR, and never of
    themselves."""
    return can_manage(viewer) and viewer.id != person.id


def can_see_people(viewer: Person) -> bool:
    """Follow how far others have come: HR, an auditor, and whoever leads somebody."""
    if viewer.came_by_pass and not viewer.is_auditor:
        return False
    return viewer.is_hr or viewer.is_auditor or viewer.has_reports


def attempts_visible_to(viewer: Person) -> Any:
    """Attempts of which the viewer may know, as a query: their own and those of everyone in their
    line; HR all. What was answered is another question: `can_see_answers`."""
    if viewer.came_by_pass and not viewer.is_auditor:
        return Attempt.select().where(Attempt.id == 0)
    if viewer.is_hr or viewer.is_auditor:
        return Attempt.select()
    return Attempt.select().where(_is_theirs(viewer, Attempt.person))


def can_see_answers(viewer: Person, attempt: Attempt) -> bool:
    """What somebody answered: they themselves, and HR."""
    return viewer.id == attempt.person_id or (viewer.is_hr and not viewer.came_by_pass)


def completions_visible_to(viewer: Person) -> Any:
    """Completions the viewer may open, as a query: their own and their line's; HR and auditors
    all."""
    if viewer.came_by_pass and not viewer.is_auditor:
        return Completion.select().where(Completion.id == 0)
    if viewer.is_hr or viewer.is_auditor:
        return Completion.select()
    return Completion.select().where(_is_theirs(viewer, Completion.person))


def _is_theirs(viewer: Person, person: Any) -> Any:
    """The viewer's own, and of whoever stands below them."""
    own = person == viewer.id
    return own | person.in_(viewer.line()) if viewer.has_reports else own
