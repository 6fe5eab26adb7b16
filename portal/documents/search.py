"""Finding documents by their words: only what the viewer may read is looked through.

    hits = find(viewer, "travl poli", 20)

Every word must begin a word of the text; accents and case do not matter. A title that has them
all comes first, then titles in order, alike on both databases.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import peewee
from markupsafe import Markup, escape

from portal import db
from portal.documents import access
from portal.documents.drafts import Draft
from portal.documents.findable import PIECE_CHARS, Findable, asked, fold
from portal.documents.head import read_head
from portal.documents.models import Document
from portal.documents.parser import read
from portal.documents.reading import DocumentKind
from portal.documents.revisions import Revision
from portal.people.models import Person

LIMIT = 30
BEFORE_CHARS, AROUND_CHARS = 50, 190
# Of a longer text the rest is found, too, and only not shown.
MAX_SCANNED_CHARS = 100_000
BATCH = 50


@dataclass(frozen=True)
class Hit:
    """A document in which the words stand; `is_draft` when only in what is being written."""

    document: Document
    is_draft: bool
    excerpt: Markup

    @property
    def title(self) -> str:
        return str(self.document.title)

    @property
    def url(self) -> str:
        return f"{self.document.url}/edit" if self.is_draft else self.document.url

    @property
    def kind(self) -> DocumentKind:
        return self.document.kind_of


def find(viewer: Person, words: str, limit: int = LIMIT) -> list[Hit]:
    """The first documents with all these words that the viewer may read; none for no words.

    Drafts are found by who may write, and only where the published text has not the words too.
    """
    wanted = asked(words)
    if not wanted:
        return []
    query = (
        access.visible_to(viewer)
        .select(Document, Findable)
        .join(Findable, on=(Findable.document == Document.id), attr="found")
        .where(Findable.has(wanted))
        .order_by(Findable.in_title(wanted), Document.folded, Document.id, Findable.is_draft)
    )
    if not access.can_write(viewer):
        query = query.where(~Findable.is_draft)
    hits: dict[int, Hit] = {}
    for document in query.limit(2 * limit):
        found = document.found
        if document.id not in hits:
            hits[document.id] = Hit(document, found.is_draft, excerpt(found.shown, wanted))
    return list(hits.values())[:limit]


_WORD = re.compile(r"[^\W_]+")


def excerpt(shown: str, wanted: Sequence[str]) -> Markup:
    """Some of the text around the first hit, the words in it marked; or how the text begins."""
    first = next(_hits(shown, wanted, 0), None)
    at = first[0] if first else 0
    start = shown.rfind(" ", 0, max(0, at - BEFORE_CHARS)) + 1 if at > BEFORE_CHARS else 0
    end = min(len(shown), start + AROUND_CHARS)
    if end < len(shown):
        end = max(shown.rfind(" ", start, end), start + AROUND_CHARS // 2)
    pieces = [Markup("… ") if start else Markup("")]
    done = start
    for low, high in _hits(shown, wanted, start):
        if high > end:
            break
        pieces += [escape(shown[done:low]), Markup("<mark>{}</mark>").format(shown[low:high])]
        done = high
    pieces += [escape(shown[done:end]), Markup(" …") if end < len(shown) else Markup("")]
    return Markup("").join(pieces)


def _hits(shown: str, wanted: Sequence[str], start: int) -> Iterator[tuple[int, int]]:
    """Where words from `start` on begin with one that is looked for."""
    for word in _WORD.finditer(shown, start, start + MAX_SCANNED_CHARS):
        if fold(word[0][:PIECE_CHARS]).startswith(tuple(wanted)):
            yield word.span()


def index_missing() -> int:
    """Texts that cannot be found yet get their words: drafts that went on, and what is from before
    there was search, whose front matter is read with it. Returns how many were."""
    found = Findable.select(Findable.document).where(~Findable.is_draft)
    newest: Any = (
        Revision.newest()
        .select(Revision, Document)
        .join(Document)
        .where(Revision.document.not_in(found))
        .order_by(Document.id)
        .limit(BATCH)
    )
    fresh = Findable.select(Findable.document).where(
        Findable.is_draft, Findable.document == Document.id, Findable.edit == Document.edits
    )
    drafts: Any = (
        Draft.select(Draft, Document)
        .join(Document)
        .where(~peewee.fn.EXISTS(fresh))
        .order_by(Draft.id)
        .limit(BATCH)
    )
    done = 0
    while rows := [*newest, *drafts]:
        for row in rows:
            with db.write():
                if isinstance(row, Revision):
                    head, _ = read_head(read(row.source))
                    head.give_to(row.document, row.document.review_on or head.review_by)
                    row.document.save()
                Findable.keep(row.document, row.source, is_draft=isinstance(row, Draft))
        done += len(rows)
        newest, drafts = newest.clone(), drafts.clone()
    return done
