"""Who may read which document, who may write, who may agree, and whom a text is meant for."""

from typing import Any

from portal.documents.approvals import Approval
from portal.documents.models import Document, kinds
from portal.people import audience
from portal.people.facts import facts_of
from portal.people.functions import functions_of
from portal.people.models import Person


def visible_to(viewer: Person) -> Any:
    """Documents the viewer may know of, as a query.

    HR sees all with their drafts. Others see what is published, of a kind that is for all (a
    page), and meant for them; and what they keep, whomever it is for. An auditor's reach over
    policies arrives with the policies.
    """
    if viewer.is_hr:
        return Document.select().where(Document.kind.in_(list(kinds)))
    if not viewer.is_staff:
        return Document.select().where(Document.id == 0)
    open_kinds = [kind.name for kind in kinds.values() if kind.is_for_all]
    readable = Document.kind.in_(open_kinds) & Document.is_published()
    meant = readable & Document.id.not_in(_for_others(viewer, readable))
    kept = Document.kind.in_(list(kinds)) & Document.is_published() & is_kept_by(viewer)
    return Document.select().where(meant | kept)


def is_kept_by(viewer: Person) -> Any:
    """Documents whose owner the viewer is, or whose function they hold, as a condition."""
    held = [function for function, place in functions_of(viewer) if place is None]
    return (Document.owner == viewer.id) | Document.owner_function.in_(held)


def _for_others(viewer: Person, readable: Any) -> list[int]:
    """Ids of the texts whose audience the viewer does not belong to."""
    rules: Any = Document.select(Document.id, Document.audience)
    narrow = list(rules.where(readable, Document.audience.not_in(["", "everyone"])).tuples())
    if not narrow:
        return []
    facts = facts_of(viewer, viewer.held_now)
    return [document for document, rule in narrow if not _hits(rule, facts)]


def _hits(rule: str, facts: dict[str, str]) -> bool:
    """Whether the rule means somebody with these facts; one nobody can read means nobody."""
    try:
        return audience.parse(rule).matches(facts)
    except audience.RuleError:
        return False


def can_write(viewer: Person) -> bool:
    """Start, edit, publish, retire, import and export documents; see whom a text is meant for."""
    return viewer.is_hr


def can_confirm(viewer: Person, document: Document) -> bool:
    """Say that a text in force is still right: whoever keeps it, and HR."""
    if document.state != "published":
        return False
    return viewer.is_hr or keeps(viewer, document)


def keeps(viewer: Person, document: Document) -> bool:
    """`is_kept_by` for a document that is loaded."""
    if document.owner_id:
        return bool(document.owner_id == viewer.id)
    held = (document.owner_function_id, None)
    return document.owner_function_id is not None and held in functions_of(viewer)


# -- approvals ---------------------------------------------------------------------------------


def approvals_visible_to(viewer: Person) -> Any:
    """Approvals the viewer may open, as a query: HR all, others what was put before them.

    An approver who is not HR sees that text and nothing else of the document.
    """
    if viewer.is_hr:
        return Approval.select()
    if not viewer.is_staff:
        return Approval.select().where(Approval.id == 0)
    return Approval.select().where(Approval.is_for(viewer) | (Approval.decided_by == viewer.id))


def can_decide(viewer: Person, approval: Approval) -> bool:
    """Agree or send back: whom it was put before, while it waits, and never one's own text."""
    return approval.waits and approval.is_addressed_to(viewer) and not approval.is_writer(viewer)


def can_change_approval(viewer: Person, approval: Approval) -> bool:
    """Withdraw it, or put it before somebody else."""
    return approval.waits and viewer.is_hr


def can_read_text(viewer: Person, approval: Approval) -> bool:
    """What was withdrawn or replaced is no longer put before anybody."""
    return viewer.is_hr or approval.outcome in ("", "approved", "sent back")
