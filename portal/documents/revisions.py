"""Revisions: a published text is numbered, hashed, and never changes."""

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import peewee
from markupsafe import Markup

from portal import audit, clock, db
from portal.people.models import Person

if TYPE_CHECKING:
    from portal.documents.models import Document
    from portal.documents.reading import Checked

WEIGHTS = {
    "minor": "Minor: clearer words, and nobody has to do anything differently",
    "material": "Material: what people must do or know is different",
}


def hash_of(source: str) -> str:
    """What binds a text: SHA-256 of its bytes, in hex."""
    return hashlib.sha256(source.encode()).hexdigest()


class Revision(db.Model):
    """A published text: immutable, numbered from 1, bound by its hash."""

    # `Document` stands on this file, so the key to it is tied when that is defined.
    document = peewee.DeferredForeignKey("Document", backref="revisions")
    number = peewee.IntegerField()
    source = peewee.TextField()
    structure = peewee.TextField(default="{}")
    html = peewee.TextField(default="")
    hash = peewee.CharField(max_length=64)
    note = peewee.CharField(max_length=300, default="")
    is_material = peewee.BooleanField(default=False)
    published_at = db.UtcField()
    published_by = peewee.ForeignKeyField(Person, null=True)

    class Meta:
        indexes = ((("document", "number"), True),)

    @classmethod
    def newest(cls) -> Any:
        """The newest revision of each document, as a query."""
        other = cls.alias()
        highest = other.select(peewee.fn.MAX(other.number)).where(other.document == cls.document)
        return cls.select().where(cls.number == highest)

    @classmethod
    def in_force_at(cls, document_id: int, moment: datetime) -> "Revision | None":
        """What was the newest published text at that moment."""
        mine = (cls.document == document_id) & (cls.published_at <= moment)
        return cls.select().where(mine).order_by(cls.number.desc()).first()  # type: ignore[no-any-return]

    @classmethod
    def material_at(cls, document_id: int, moment: datetime) -> "Revision | None":
        """The last one at that moment that changed what people must do or know.

        The first text always does.
        """
        matters = cls._matters(document_id, moment)
        return cls.select().where(matters).order_by(cls.number.desc()).first()  # type: ignore[no-any-return]

    @classmethod
    def material_number(cls, document_id: int, moment: datetime) -> Any:
        """The number of `material_at`, within another query; 1 where there is no text yet."""
        other = cls.alias()
        matters = cls._matters(document_id, moment, other)
        highest = other.select(peewee.fn.MAX(other.number)).where(matters)
        return peewee.fn.COALESCE(highest, 1)

    @classmethod
    def _matters(cls, document_id: int, moment: datetime, rows: Any = None) -> Any:
        rows = rows or cls
        mine = (rows.document == document_id) & (rows.published_at <= moment)
        return mine & (rows.is_material | (rows.number == 1))

    @classmethod
    def add(
        cls,
        document: "Document",
        checked: "Checked",
        source: str,
        *,
        by: Any,
        written_by: Any,
        note: str,
        is_material: bool,
    ) -> "Revision":
        """Put the text down as the next revision; only a document's verbs do."""
        before = document.current
        revision = cls.create(
            document=document,
            number=before.number + 1 if before else 1,
            source=source,
            structure=json.dumps(checked.parsed.structure, ensure_ascii=False),
            html=checked.html,
            hash=hash_of(source),
            note=note,
            is_material=is_material,
            published_at=clock.now(),
            published_by=written_by,
        )
        data = {
            "document": document.id,
            "kind": document.kind,
            "number": revision.number,
            "hash": revision.hash,
            "material": is_material,
        }
        audit.record(by, "published", revision, data=data)
        return revision

    @property
    def drawn(self) -> Markup:
        """The text as HTML, sanitized when it was published."""
        return Markup(self.html)  # noqa: S704

    @property
    def parsed(self) -> dict[str, Any]:
        return dict(json.loads(self.structure))

    @property
    def weight(self) -> str:
        """What the change means, in a sentence."""
        return WEIGHTS["material" if self.is_material else "minor"]


GUARDS = [
    db.Guard(
        "revision",
        "revision_is_immutable",
        sqlite=(
            "DROP TRIGGER IF EXISTS revision_no_update",
            "CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision "
            "BEGIN SELECT RAISE(ABORT, 'a published revision never changes'); END",
        ),
        postgres=(
            "CREATE OR REPLACE FUNCTION refuse_revision_change() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RAISE EXCEPTION 'a published revision never changes'; END $$",
            "DROP TRIGGER IF EXISTS revision_no_update ON revision",
            "CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision "
            "FOR EACH ROW EXECUTE FUNCTION refuse_revision_change()",
        ),
    )
]
