"""The library: every policy somebody may read, and where they stand with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from portal.assignments.models import Assignment
from portal.compliance.models import Coverage, Requirement
from portal.documents.findable import Findable, asked
from portal.documents.models import Document, Revision
from portal.people.functions import Function
from portal.people.models import Person
from portal.policies import access
from portal.policies.models import KIND, Acknowledgment


@dataclass(frozen=True)
class Figure:
    """Of how many it is asked today, and how many of them have signed."""

    asked: int
    signed: int

    @property
    def percent(self) -> int:
        # Never said to be all while somebody is missing.
        return self.signed * 100 // self.asked if self.asked else 0


@dataclass(frozen=True)
class Entry:
    """A policy in the viewer's library: their newest signature, what they owe, how all stand."""

    document: Document
    last: Acknowledgment | None
    material_number: int
    duty: Assignment | None
    is_meant: bool
    figure: Figure | None

    @property
    def number(self) -> int:
        return self.document.current.number if self.document.current else 0

    @property
    def is_in_force(self) -> bool:
        return bool(self.number and not self.document.retired_at)

    @property
    def still_holds(self) -> bool:
        """Whether what they signed asks the same as the text in force."""
        return self.last is not None and self.last.revision.number >= self.material_number

    @property
    def is_to_sign(self) -> bool:
        if not self.is_in_force:
            return False
        return self.duty is not None or (self.is_meant and not self.still_holds)

    @property
    def has_changed_since(self) -> bool:
        """Whether its words are others by now, though nothing is asked again."""
        return (
            self.last is not None and self.still_holds and self.last.revision.number < self.number
        )


def entries(viewer: Person, words: str) -> list[Entry]:
    """What the viewer may read, by title; with `words`, whose title or text has them."""
    found = access.visible_to(viewer)
    if wanted := asked(words):
        found = found.join(Findable, on=(Findable.document == Document.id)).where(
            Findable.has(wanted), ~Findable.is_draft
        )
        found = found.switch(Document)
    documents = list(with_texts(found).order_by(Document.folded, Document.id))
    ids = [document.id for document in documents]
    signed, duties = _signed_by(viewer), _owed_by(viewer)
    counted = figures(ids, viewer.today()) if viewer.is_hr or viewer.is_auditor else {}
    return [
        Entry(
            document,
            signed.get(document.id),
            document.material,
            duties.get(document.id),
            access.is_in_audience(viewer, document),
            counted.get(document.id),
        )
        for document in documents
    ]


def urgency(entry: Entry) -> tuple[date, str]:
    """What is sorted by: the day by which it is to be signed, then the title."""
    due_on = entry.duty.due_on if entry.duty else None
    return due_on or date.max, entry.document.folded


def with_texts(found: Any) -> Any:
    """Policies with their text in force, and as `.material` the number of the last text that
    changed what is asked."""
    text = Revision.alias()
    matters = (text.document == Document.id) & (text.is_material | (text.number == 1))
    material = text.select(peewee.fn.MAX(text.number)).where(matters)
    # As an expression, so that it becomes the document's own and not another table's.
    number = peewee.fn.COALESCE(material, 1).alias("material")
    left, keeper = peewee.JOIN.LEFT_OUTER, Document.owner_function == Function.id
    policies = Document.with_current(found).switch(Document)
    policies = policies.join(Function, left, on=keeper, attr="owner_function")
    return policies.select_extend(Function, number)


def _signed_by(person: Person) -> dict[int, Acknowledgment]:
    """The person's newest signature by document."""
    rows = (
        Acknowledgment.select(Acknowledgment, Revision.id, Revision.number)
        .join(Revision, on=(Acknowledgment.revision == Revision.id))
        .where(Acknowledgment.person == person.id)
        .order_by(Acknowledgment.signed_at, Acknowledgment.id)
    )
    return {row.document_id: row for row in rows}


def _owed_by(person: Person) -> dict[int, Assignment]:
    mine = Assignment.is_open() & (Assignment.kind == KIND) & (Assignment.person == person.id)
    return {duty.target: duty for duty in Assignment.select().where(mine)}


def figures(documents: Iterable[int], on: date) -> dict[int, Figure]:
    """How many each policy asks that day and how many of them have signed, in one query."""
    # Signed until it is due again, as on the page that names who has.
    done = Coverage.done_on.is_null(False) & (Coverage.due_on.is_null() | (Coverage.due_on >= on))
    rows: Any = (
        Coverage.select(
            Requirement.target,
            peewee.fn.COUNT(Coverage.id),
            peewee.fn.SUM(peewee.Case(None, [(done, 1)], 0)),
        )
        .join(Requirement)
        .where(Requirement.kind == KIND, Requirement.source == KIND)
        .where(Requirement.target.in_(list(documents)))
        .where(Coverage.is_known(), Coverage.is_on(on))
        .group_by(Requirement.target)
    )
    return {target: Figure(int(meant), int(signed)) for target, meant, signed in rows.tuples()}


def signatures_of(document: Document, visible: Any, words: str) -> Any:
    """Who has signed, the newest first, each with the person and the number of the text."""
    rows = (
        visible.select(
            Acknowledgment, Revision.id, Revision.number, *Person.names(Person), Person.folded
        )
        .join(Revision, on=(Acknowledgment.revision == Revision.id))
        .switch(Acknowledgment)
        .join(Person, on=(Acknowledgment.person == Person.id))
        .where(Acknowledgment.document == document)
    )
    if words:
        rows = rows.where(Person.matches(words))
    return rows.order_by(Acknowledgment.signed_at.desc(), Acknowledgment.id.desc())


def receipts(visible: Any) -> Any:
    """Acknowledgments with what their receipts name, in one query."""
    signer = Person.alias()
    return (
        visible.select(Acknowledgment, Document, Revision, Person, *Person.names(signer))
        .join(Document, on=(Acknowledgment.document == Document.id))
        .switch(Acknowledgment)
        .join(Revision, on=(Acknowledgment.revision == Revision.id))
        .switch(Acknowledgment)
        .join(Person, on=(Acknowledgment.person == Person.id))
        .switch(Acknowledgment)
        .join(signer, on=(Acknowledgment.signed_by == signer.id), attr="signed_by")
    )
