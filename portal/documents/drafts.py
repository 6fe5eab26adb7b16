"""Drafts: the text in work, one a document, and the texts that were set aside for it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import peewee

from portal import clock, db
from portal.people.models import Person

if TYPE_CHECKING:
    from portal.documents.models import Document

KEPT_ASIDE = 20


class Conflict(Exception):
    """Somebody else changed this text meanwhile: saved it, published it, threw it away."""


class Draft(db.Model):
    """The text in work: one a document. `writers` are all who saved it since the last revision."""

    # `Document` stands on this file, so the key to it is tied when that is defined.
    document = peewee.DeferredForeignKey("Document", unique=True)
    source = peewee.TextField(default="")
    saved_at = db.UtcField(null=True)
    saved_by = peewee.ForeignKeyField(Person, null=True)
    writers = peewee.TextField(default="")

    @classmethod
    def of(cls, document: "Document") -> "Draft":
        """The draft of a document; an unsaved one when nobody edits it."""
        found = (
            cls.select(cls, Person)
            .join(Person, peewee.JOIN.LEFT_OUTER)
            .where(cls.document == document)
            .first()
        )
        draft = found or cls(source=document.current.source if document.current else "")
        draft.document = document
        return draft

    @property
    def writer_ids(self) -> frozenset[int]:
        """Everybody whose words may be in it: none of them agrees to it."""
        named = {int(one) for one in self.writers.split()}
        return frozenset(named | ({self.saved_by_id} if self.saved_by_id else set()))

    def keep(self, source: str, *, by: Any) -> None:
        """Save this text as somebody's."""
        writers = self.writer_ids | ({by.id} if by else set())
        self.writers = written(writers)
        self.source, self.saved_by, self.saved_at = source, by, clock.now()
        self.save()

    @property
    def version(self) -> int:
        """What an editor hands back to say on which text its words stand."""
        return int(self.document.edits)


def written(ids: Iterable[int]) -> str:
    """Ids of people as they stand in a column of their own."""
    return " ".join(str(one) for one in sorted(ids))


class Aside(db.Model):
    """A text that another took the place of: kept, so that nothing typed is lost.

    Two people wrote at once and one of them chose. The newest twenty of a document stay.
    """

    document = peewee.DeferredForeignKey("Document", backref="asides", on_delete="CASCADE")
    source = peewee.TextField()
    written_by = peewee.ForeignKeyField(Person, null=True)
    set_aside_by = peewee.ForeignKeyField(Person, null=True)
    set_aside_at = db.UtcField()

    @classmethod
    def keep(cls, document: "Document", source: str, *, written_by: Any, by: Any) -> None:
        """Put this text aside unless it is there already."""
        if cls.select().where(cls.document == document, cls.source == source).exists():
            return
        cls.create(
            document=document,
            source=source,
            written_by=written_by,
            set_aside_by=by,
            set_aside_at=clock.now(),
        )
        newest = cls.select(cls.id).where(cls.document == document).order_by(cls.id.desc())
        kept = [row.id for row in newest.limit(KEPT_ASIDE)]
        cls.delete().where(cls.document == document, cls.id.not_in(kept)).execute()

    @classmethod
    def of(cls, document: "Document") -> list["Aside"]:
        """What was set aside, newest first, with who wrote it."""
        return list(
            cls.select(cls, Person)
            .join(Person, peewee.JOIN.LEFT_OUTER, on=(cls.written_by == Person.id))
            .where(cls.document == document)
            .order_by(cls.id.desc())
        )
