"""The library: documents as lists show them, and a document's history."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.documents.approvals import Approval
from portal.documents.drafts import Draft
from portal.documents.head import NOTICE_DAYS
from portal.documents.models import Document
from portal.documents.reading import DocumentKind, kinds
from portal.documents.revisions import Revision
from portal.people.functions import Function
from portal.people.models import Person


@dataclass(frozen=True)
class Shelf:
    """A list of the library that HR can ask for."""

    name: str
    title: str
    empty: str


SHELVES = {
    shelf.name: shelf
    for shelf in (
        Shelf("", "All", ""),
        Shelf("approval", "In approval", "Nothing waits for anybody’s approval."),
        Shelf("due", "Due for review", "Nothing has to be looked at again within 30 days."),
        Shelf("unowned", "Without owner", "Every text in force has somebody who keeps it."),
        Shelf("retired", "Retired", "Nothing was retired."),
    )
}


def on_shelf(name: str) -> Any:
    """What stands on this shelf, as a condition on documents."""
    in_force = Document.is_published()
    waiting = Approval.select(Approval.document).where(Approval.is_open())
    ownerless = Document.owner.is_null() & Document.owner_function.is_null()
    return {
        "approval": db.among(Document.id, waiting),
        "due": in_force & is_due(clock.today()),
        "unowned": in_force & ownerless,
        "retired": Document.retired_at.is_null(False),
    }.get(name, Document.retired_at.is_null())


def is_due(on: date) -> Any:
    """To be looked at again within the notice, or already."""
    return Document.review_on <= on + timedelta(days=NOTICE_DAYS)


def shelf_counts(query: Any) -> dict[str, int]:
    """How many of the documents of `query` stand on each shelf, asked at once."""
    counted = [
        peewee.fn.SUM(peewee.Case(None, [(on_shelf(name), 1)], 0)).alias(name or "all")
        for name in SHELVES
    ]
    found = query.select(*counted).dicts().first() or {}
    return {name: int(found.get(name or "all") or 0) for name in SHELVES}


def by_kind(query: Any) -> list[tuple[DocumentKind, list[Document]]]:
    """`query` of documents under their kinds, by title, with `.number`, `.drafted`, `.waiting`
    and whoever keeps them."""
    newest = (
        Revision.select(Revision.document, peewee.fn.MAX(Revision.number).alias("number"))
        .group_by(Revision.document)
        .alias("newest")
    )
    left = peewee.JOIN.LEFT_OUTER
    waiting = (Approval.document == Document.id) & Approval.is_open()
    rows = (
        query.select(
            Document,
            *Person.names(Person),
            Function,
            # As expressions, so that they become the document's own and not another table's.
            peewee.fn.COALESCE(newest.c.number, 0).alias("number"),
            peewee.fn.COALESCE(Draft.id, 0).alias("drafted"),
            peewee.fn.COALESCE(Approval.id, 0).alias("waiting"),
        )
        .join(newest, left, on=(Document.id == newest.c.document_id))
        .switch(Document)
        .join(Draft, left, on=(Draft.document == Document.id))
        .switch(Document)
        .join(Approval, left, on=waiting)
        .switch(Document)
        .join(Person, left, on=(Document.owner == Person.id), attr="owner")
        .switch(Document)
        .join(Function, left, on=(Document.owner_function == Function.id), attr="owner_function")
        .order_by(Document.folded, Document.id)
    )
    groups: dict[str, list[Document]] = {}
    for document in rows:
        groups.setdefault(document.kind, []).append(document)
    return [(kind, groups[kind.name]) for kind in kinds.values() if kind.name in groups]


def history_of(document: Document) -> list[Revision]:
    """Every revision without its text, newest first, with who wrote it and, as `.agreed`, who
    approved it."""
    approver = Person.alias()
    left = peewee.JOIN.LEFT_OUTER
    return list(
        Revision.select(
            Revision.id,
            Revision.number,
            Revision.hash,
            Revision.note,
            Revision.is_material,
            Revision.published_at,
            Revision.published_by,
            *Person.names(Person),
            Approval.id,
            Approval.decided_by,
            *Person.names(approver),
        )
        .join(Person, left, on=(Revision.published_by == Person.id), attr="published_by")
        .switch(Revision)
        .join(Approval, left, on=(Approval.revision == Revision.id), attr="agreed")
        .join(approver, left, on=(Approval.decided_by == approver.id), attr="decided_by")
        .where(Revision.document == document)
        .order_by(Revision.number.desc())
    )
