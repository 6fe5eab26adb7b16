"""Who may read which document, and who may write."""

from typing import Any

from portal.documents.models import Document, kinds
from portal.people import audience
from portal.people.facts import facts_of
from portal.people.models import Person


def visible_to(viewer: Person) -> Any:
    """Documents the viewer may know of, as a query.

    HR sees all with their drafts. Others see what is published, of a kind that is for all (a
    page), and meant for them. An auditor's reach over policies arrives with the policies.
    """
    if viewer.is_hr:
        return Document.select().where(Document.kind.in_(list(kinds)))
    if not viewer.is_staff:
        return Document.select().where(Document.id == 0)
    open_kinds = [kind.name for kind in kinds.values() if kind.is_for_all]
    readable = Document.kind.in_(open_kinds) & Document.is_published()
    return Document.select().where(readable, Document.id.not_in(_for_others(viewer, readable)))


def _for_others(viewer: Person, readable: Any) -> list[int]:
    """Ids of the texts whose audience the viewer does not belong to."""
    rules: Any = Document.select(Document.id, Document.audience)
    narrow = list(rules.where(readable, Document.audience.not_in(["", "everyone"])).tuples())
    if not narrow:
        return []
    facts = facts_of(viewer, viewer.position())
    return [document for document, rule in narrow if not _hits(rule, facts)]


def _hits(rule: str, facts: dict[str, str]) -> bool:
    """Whether the rule means somebody with these facts; one nobody can read means nobody."""
    try:
        return audience.parse(rule).matches(facts)
    except audience.RuleError:
        return False


def can_write(viewer: Person) -> bool:
    """Start, edit, publish, retire, import and export documents."""
    return viewer.is_hr
