"""Who reads competencies and matrices, and who sees the questions for interviews."""

from typing import Any, NamedTuple

from portal import db
from portal.competencies import matrices, texts
from portal.competencies.assessment_access import can_open as can_open
from portal.competencies.matrices import Matrix
from portal.documents import access as documents_access
from portal.documents.models import Document, Draft
from portal.people.models import Person
from portal.prepared import Prepared, blank


def can_read(viewer: Person) -> bool:
    """Competencies and matrices in force: everybody who works here or is about to."""
    return not viewer.came_by_pass and (viewer.is_staff or viewer.is_hr)


def matrices_for(viewer: Person) -> list[Matrix]:
    """The matrices the viewer may read, as they are tried: what is in force and nothing else.

    Drafts and what is retired HR has among the documents.
    """
    return matrices.all_of_them() if can_read(viewer) else []


class Entry(NamedTuple):
    """A line of a search."""

    title: str
    url: str
    icon: str
    summary: str


def entries(viewer: Person) -> list[Entry]:
    """Every matrix and competency the viewer may read, without its text: one query."""
    if not can_read(viewer):
        return []
    kinds = Document.kind.in_([texts.KIND, matrices.KIND])
    rows = Document.select().where(kinds, Document.is_published())
    return [_entry(one) for one in rows.order_by(Document.folded, Document.id)]


def _entry(document: Document) -> Entry:
    url = texts.url_of(document) if document.kind == texts.KIND else matrices.url_of(document)
    return Entry(document.title, url, document.kind_of.icon, document.summary)


def being_written(viewer: Person) -> list[Document]:
    """What has a draft, for whoever may write: the matrices first, each by its title."""
    if not can_write(viewer):
        return []
    rows = Document.select().where(
        Document.kind.in_([texts.KIND, matrices.KIND]),
        Document.retired_at.is_null(),
        db.among(Document.id, Draft.select(Draft.document)),
    )
    return list(rows.order_by(Document.kind.desc(), Document.folded, Document.id))


def with_matrices(viewer: Person, slug: str) -> tuple[Document | None, list[Matrix]]:
    """The competency of this address, if the viewer may read it, and every matrix: one query."""
    found = _with_matrices(slug=slug) if can_read(viewer) else []
    named = (one for one in found if one.kind == texts.KIND)
    return next(named, None), matrices.in_order(found)


_with_matrices = Prepared(
    lambda: Document.with_current(
        Document.select().where(
            (Document.kind == matrices.KIND)
            | ((Document.kind == texts.KIND) & (Document.slug == blank("slug"))),
            Document.is_published(),
        )
    )
)


def can_see_probes(viewer: Person) -> bool:
    """The questions for interviews: whoever leads somebody, and HR. Who is asked them does not."""
    return can_read(viewer) and (viewer.is_hr or viewer.has_reports)


def can_write(viewer: Person) -> bool:
    """Write competencies and matrices."""
    return documents_access.can_write(viewer)


def helping(viewer: Person, helps: Any) -> dict[tuple[str, str], Document]:
    """The courses and pages among these helps that the viewer may open, by kind and address."""
    named = {(one.kind, one.target) for one in helps if one.kind}
    if not named:
        return {}
    rows = documents_access.visible_to(viewer).where(
        Document.kind.in_(sorted({kind for kind, _ in named})),
        Document.slug.in_(sorted({slug for _, slug in named})),
        Document.is_published(),
    )
    found = {(one.kind, one.slug): one for one in rows}
    return {key: one for key, one in found.items() if key in named}
