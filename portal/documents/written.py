"""Documents as other rooms read them: the text in force, with what its parser understood of it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.documents.models import Document
from portal.documents.revisions import Revision
from portal.prepared import Prepared, blank


@dataclass(frozen=True)
class Written:
    """A document as one of its revisions says it: the one in force, or an earlier one."""

    document: Document
    revision: Revision

    @property
    def id(self) -> int:
        return int(self.document.id)

    @property
    def slug(self) -> str:
        return str(self.document.slug)

    @property
    def title(self) -> str:
        return str(self.document.title)

    @property
    def summary(self) -> str:
        return str(self.document.summary)

    @cached_property
    def structure(self) -> dict[str, Any]:
        """What the parser of its kind understood."""
        return self.revision.parsed


def in_force(kind: str) -> list[Document]:
    """Every document of that kind with its text in force, by its title: one query."""
    return _in_force(kind=kind)


_in_force = Prepared(
    lambda: Document.with_current(
        Document.select().where(Document.kind == blank("kind"), Document.is_published())
    ).order_by(Document.folded, Document.id)
)
