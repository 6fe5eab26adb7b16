"""Who may read which policy, who signs it, for whom, and who sees who has signed."""

from typing import Any

from portal import db
from portal.assignments.models import Assignment
from portal.documents import access as documents_access
from portal.documents.models import Document, Revision
from portal.people import audience
from portal.people.facts import facts_of
from portal.people.models import Person
from portal.policies.models import KIND, Acknowledgment


def visible_to(viewer: Person) -> Any:
    """Policies the viewer may know of, as a query.

    HR sees all with their drafts, an auditor whatever was ever published. Others see what is in
    force and meant for them, what they owe, and what they have signed, retired or not. Whoever
    came by a pass sees none, unless it carries the auditor’s grant.
    """
    policies = Document.select().where(Document.kind == KIND)
    if viewer.came_by_pass and not viewer.is_auditor:
        return policies.where(Document.id == 0)
    if viewer.is_hr:
        return policies
    mine = Document.id == 0
    if viewer.is_staff:
        meant = documents_access.visible_to(viewer).where(Document.kind == KIND)
        signed = Acknowledgment.select(Acknowledgment.document)
        mine = (
            db.among(Document.id, meant.select(Document.id))
            | db.among(Document.id, signed.where(Acknowledgment.person == viewer.id))
            | (db.among(Document.id, _owed_by(viewer)) & Document.is_published())
        )
    if viewer.is_auditor:
        mine |= db.among(Document.id, Revision.select(Revision.document))
    return policies.where(mine)


def _owed_by(person: Person) -> Any:
    """Ids of the policies the person has been asked to sign and has not."""
    owed = (Assignment.kind == KIND) & (Assignment.person == person.id)
    return Assignment.select(Assignment.target).where(Assignment.is_open(), owed)


def is_meant(person: Person, document: Document) -> bool:
    """Whether the policy in force is one for this person to sign: they are in its audience, or
    somebody asked them to, as a checklist or another requirement does."""
    if document.state != "published" or not _is_at_work(person):
        return False
    return is_in_audience(person, document) or bool(
        _owed_by(person).where(Assignment.target == document.id).exists()
    )


def is_in_audience(person: Person, document: Document) -> bool:
    """Whether its front matter means this person, as they stand today."""
    if document.audience in ("", "everyone"):
        return person.is_staff
    try:
        rule = audience.parse(document.audience)
    except audience.RuleError:
        return False
    return person.is_staff and rule.matches(facts_of(person, person.held_now))


def _is_at_work(person: Person) -> bool:
    return person.is_staff and person.is_active and not person.has_left(person.today())


def can_sign(viewer: Person, document: Document) -> bool:
    """Sign for oneself: whoever it is meant for, signed in by themselves."""
    return not viewer.came_by_pass and is_meant(viewer, document)


def can_sign_for(viewer: Person, person: Person, document: Document) -> bool:
    """Sign on somebody's behalf, with a note: HR, and never for themselves."""
    return viewer.is_hr and viewer.id != person.id and is_meant(person, document)


def can_see_signatures(viewer: Person, document: Document) -> bool:
    """Who has signed which text and when: HR, and an auditor of what was ever in force."""
    return viewer.is_hr or (viewer.is_auditor and document.current is not None)


def can_write(viewer: Person) -> bool:
    """Write policies, and see who may sign them on whose behalf."""
    return documents_access.can_write(viewer)


def signatures_visible_to(viewer: Person) -> Any:
    """Acknowledgments the viewer may open, as a query: HR and auditors all, others their own."""
    if viewer.came_by_pass and not viewer.is_auditor:
        return Acknowledgment.select().where(Acknowledgment.id == 0)
    if viewer.is_hr or viewer.is_auditor:
        return Acknowledgment.select()
    return Acknowledgment.select().where(Acknowledgment.person == viewer.id)


def texts_visible_to(viewer: Person, document: Document) -> Any:
    """Revisions whose exact words the viewer may read, as a query: HR and auditors all, others
    those they signed."""
    texts = Revision.select().where(Revision.document == document.id)
    if viewer.is_hr or viewer.is_auditor:
        return texts
    mine = signatures_visible_to(viewer).where(Acknowledgment.person == viewer.id)
    return texts.where(db.among(Revision.id, mine.select(Acknowledgment.revision)))
