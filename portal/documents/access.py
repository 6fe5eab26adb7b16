"""Who may read which document, and who may write."""

from typing import Any

from portal.documents.models import Document, kinds
from portal.people.models import Person


def visible_to(viewer: Person) -> Any:
    """Documents the viewer may know of, as a query.

    HR sees all with their drafts. Others see what is published and of a kind that is for all (a
    page). An auditor's reach over policies arrives with the policies.
    """
    if viewer.is_hr:
        return Document.select()
    if not viewer.is_staff:
        return Document.select().where(Document.id == 0)
    open_kinds = [kind.name for kind in kinds.values() if kind.is_for_all]
    return Document.select().where(Document.kind.in_(open_kinds), Document.is_published())


def can_write(viewer: Person) -> bool:
    """Start, edit, publish, retire, import and export documents."""
    return viewer.is_hr
