"""Texts that are required: what a policy to sign and a course to take share as something owed."""

import json
from dataclasses import dataclass
from datetime import UTC, date

from portal.assignments.duties import NothingToOpen, Opening
from portal.assignments.models import Assignment
from portal.compliance.needs import Moment
from portal.documents.models import Document, Revision
from portal.people.models import Person
from portal.prepared import Prepared, blank


@dataclass(frozen=True)
class RequiredText:
    """A kind of document whose text in force is asked of people, anew after each material change.

    `noun` stands for one that is gone; `asks` is the title of the duty, around that of the text.
    """

    kind: str
    noun: str
    asks: str

    def targets(self) -> list[tuple[int, str]]:
        """Those in force, id and title, by title."""
        rows = Document.select(Document.id, Document.title).where(
            Document.kind == self.kind, Document.is_published()
        )
        return list(rows.order_by(Document.folded, Document.id).tuples())

    def title_of(self, target: int) -> str:
        document = Document.get_or_none(Document.id == target)
        return document.title if document else self.noun

    def since(self, target: int, moment: Moment) -> date | None:
        """The day of the last text that changed what is asked."""
        material = Revision.material_at(target, moment.latest)
        return material.published_at.astimezone(UTC).date() if material else None

    def named(self, slug: str) -> Document:
        """The one in force under that address; raises NothingToOpen where there is none."""
        document = Document.named(self.kind, slug)
        if document is None or document.state != "published" or document.current is None:
            raise NothingToOpen(slug)
        return document

    def open_required(self, person: Person, target: int, opening: Opening) -> Assignment:
        """The duty, when its turn has come: whoever calls has looked at what was done."""
        found = _in_force.first(document=target)
        if found is None:
            raise NothingToOpen(str(target))
        title, structure = found
        return self.open(target, title, json.loads(structure).get("minutes"), person, opening)

    def open(
        self, target: int, title: str, minutes: int | None, person: Person, opening: Opening
    ) -> Assignment:
        """The duty itself."""
        return Assignment.assign(
            kind=self.kind,
            target=target,
            title=self.asks.format(title),
            cause=opening.cause,
            by=opening.by,
            person=person,
            about=person,
            due_on=opening.due_on,
            zone=person.zone or "UTC",
            minutes=opening.minutes or minutes,
        )


# Asked for each of thousands, when a text is published: without the text itself.
_in_force = Prepared(
    lambda: (
        Revision.newest()
        .select(Document.title, Revision.structure)
        .join(Document)
        .where(Document.id == blank("document"), Document.retired_at.is_null())
        .tuples()
    )
)
