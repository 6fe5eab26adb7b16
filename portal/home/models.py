"""What HR's own help pages were begun from, so that an update of the shipped text is noticed."""

from typing import Any

import peewee

from portal import audit, db
from portal.documents.models import Document, Draft
from portal.home.guide import KIND, Help, shipped


class HelpCopy(db.Model):
    """The shipped text that HR had before their eyes when they last wrote a page of their own."""

    document = peewee.ForeignKeyField(Document, unique=True, on_delete="CASCADE")
    shipped = peewee.TextField()

    class Meta:
        table_name = "help_copy"

    @property
    def page(self) -> Help | None:
        """The text that ships now; None when the portal no longer has such a page."""
        return shipped().get(self.document.slug)

    @property
    def is_behind(self) -> bool:
        """Whether the shipped text changed in an update since."""
        return self.page is not None and self.page.source != self.shipped

    @classmethod
    def of(cls, slug: str) -> "HelpCopy | None":
        """The copy in use under this address, whose document is not retired."""
        return (  # type: ignore[no-any-return]
            cls._in_use().where(Document.slug == slug).first()
        )

    @classmethod
    def behind(cls) -> set[str]:
        """Addresses of the pages whose shipped text changed since HR wrote their own."""
        return {copy.document.slug for copy in cls._in_use() if copy.is_behind}

    @classmethod
    def _in_use(cls) -> Any:
        return (
            cls.select(cls, Document)
            .join(Document)
            .where(Document.kind == KIND, Document.retired_at.is_null())
        )

    @classmethod
    def begin(cls, page: Help, *, by: Any) -> Document:
        """HR's own text in place of a shipped page: a draft that starts with the shipped words.

        One that is in work or in force already is simply gone on with.
        """
        with db.write():
            document = Document.named(KIND, page.slug)
            if document is None:
                document = Document.start(
                    KIND, page.title, by=by, slug=page.slug, source=page.source
                )
            elif (
                document.retired_at
                and not Draft.select().where(Draft.document == document).exists()
            ):
                # They had gone back to the shipped text, so they start from it again.
                document.save_draft(page.source, document.edits, by=by)
            else:
                return document
            if page.is_shipped:
                cls.insert(document=document, shipped=page.source).on_conflict(
                    conflict_target=[cls.document], update={cls.shipped: page.source}
                ).execute()
        return document

    def catch_up(self, *, by: Any) -> None:
        """HR has seen what the update changed, and keeps their own text."""
        if not self.is_behind or self.page is None:
            return
        with db.write():
            self.shipped = self.page.source
            self.save()
            audit.record(by, "caught_up", self.document, data={"title": self.document.title})
