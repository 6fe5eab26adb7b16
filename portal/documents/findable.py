"""What can be found: the words of every text, folded, one row for what is published and one for
what is being written.

Both databases search the same words: a text becomes runs of letters and digits without accents or
case, with single spaces between them, so neither database's own idea of a word matters.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import peewee

from portal import db, text
from portal.documents.parser import read
from portal.documents.reading import kinds

if TYPE_CHECKING:
    from portal.documents.models import Document

MAX_WORD_CHARS = 60
# PostgreSQL takes one megabyte of words at most; some letters fold into eighteen.
MAX_WORDS_CHARS = 150_000
PIECE_CHARS = 500
MAX_ASKED_CHARS = 200
MAX_ASKED_WORDS = 8

_WORD = re.compile(r"[^\W_]+")
_TARGET = re.compile(r"\]\([^()\n]{0,2000}\)")


def words_of(typed: str) -> list[str]:
    """The words of a text as they are compared, up to what a database keeps."""
    words: list[str] = []
    size = 0
    for piece in _folded(typed):
        for word in _WORD.findall(piece):
            words.append(word[:MAX_WORD_CHARS])
            size += len(words[-1]) + 1
        if size > MAX_WORDS_CHARS:
            break
    return words


@lru_cache(maxsize=4_096)
def fold(word: str) -> str:
    """`text.fold`, quickly for words that need no more than small letters, or were asked before."""
    return word.lower() if word.isascii() else text.fold(word)


def _folded(typed: str) -> Iterator[str]:
    for piece in typed.split():
        for at in range(0, len(piece), PIECE_CHARS):
            yield fold(piece[at : at + PIECE_CHARS])


def asked(typed: str) -> list[str]:
    """The words somebody looks for: each is the beginning of a word."""
    return words_of(typed[:MAX_ASKED_CHARS])[:MAX_ASKED_WORDS]


def shown(source: str, kind: str = "") -> tuple[str, str]:
    """Title and readable text of a source, without front matter, marks and addresses of links, and
    without what its `kind` keeps from readers: the right answers to its questions."""
    taken = read(source)
    text_of = kinds[kind].text_of if kind in kinds else None
    body = _TARGET.sub("]", text_of(taken) if text_of else taken.body)
    body = re.sub(r"(?m)^[ \t]*(?:#+|[-*+]|>|\d+[.)])[ \t]+(?:\[[ xX]?\][ \t]+)?", "", body)
    body = re.sub(r"[_|]+", " ", re.sub(r"[*`\[\]]+", "", body))
    return taken.meta.get("title", ""), " ".join(f"{taken.meta.get('summary', '')} {body}".split())


class Findable(db.Model):
    """The words by which a document is found: of the text in force, or of its draft."""

    # `Document` stands on this file, so the key to it is tied when that is defined.
    document = peewee.DeferredForeignKey("Document", backref="findables")
    is_draft = peewee.BooleanField(default=False)
    # Which edit of the document these words are of: a draft is read again by the clock, so that
    # nobody who types waits for it.
    edit = peewee.IntegerField(default=0)
    title = peewee.TextField(default="")
    words = peewee.TextField(default="")
    shown = peewee.TextField(default="")

    class Meta:
        indexes = ((("document", "is_draft"), True),)

    @classmethod
    def keep(cls, document: "Document", source: str, *, is_draft: bool) -> None:
        """From now on the text is found by these words."""
        title, readable = shown(source, document.kind)
        title = title or document.title
        folded = words_of(title)
        words = " ".join([*folded, *words_of(readable)])[:MAX_WORDS_CHARS]
        values = {
            "title": " ".join(folded),
            "words": words,
            "shown": readable,
            "edit": document.edits,
        }
        here = (cls.document == document) & (cls.is_draft == is_draft)
        if not cls.update(**values).where(here).execute():
            cls.create(document=document, is_draft=is_draft, **values)

    @classmethod
    def forget(cls, document: "Document", *, is_draft: bool) -> None:
        cls.delete().where(cls.document == document, cls.is_draft == is_draft).execute()

    @classmethod
    def has(cls, words: list[str]) -> Any:
        """A word of the text begins with each of these, as a condition."""
        if db.is_sqlite():
            # Letters and digits only: nothing in it that the query language would read.
            match = " AND ".join(f'"{word}"*' for word in words)
            found = peewee.SQL(
                "(SELECT rowid FROM findable_words WHERE findable_words MATCH ?)", [match]
            )
            return peewee.Expression(cls.id, "IN", found)
        match = " & ".join(f"'{word}':*" for word in words)
        row = peewee.fn.array_to_tsvector(peewee.fn.string_to_array(cls.words, " "))
        return peewee.Expression(row, "@@", peewee.SQL("%s::tsquery", [match]))

    @classmethod
    def in_title(cls, words: list[str]) -> Any:
        """0 where each word begins one of the title, else 1: what is sorted by first."""
        hit: Any = None
        for word in words:
            here = peewee.Value(" ").concat(cls.title) ** f"% {word}%"
            hit = here if hit is None else hit & here
        return peewee.Case(None, [(hit, 0)], 1)


_SYNC = "INSERT INTO findable_words(rowid, words) VALUES (new.id, new.words)"
_DROP = (
    "INSERT INTO findable_words(findable_words, rowid, words) VALUES ('delete', old.id, old.words)"
)

GUARDS = [
    db.Guard(
        "findable",
        "findable_words",
        sqlite=(
            "DROP TRIGGER IF EXISTS findable_added",
            "DROP TRIGGER IF EXISTS findable_changed",
            "DROP TRIGGER IF EXISTS findable_removed",
            "DROP TABLE IF EXISTS findable_words",
            # Words come folded and divided by spaces: all that is left to do is to split there.
            "CREATE VIRTUAL TABLE findable_words USING fts5(words, content='findable', "
            "content_rowid='id', tokenize='ascii')",
            "INSERT INTO findable_words(findable_words) VALUES ('rebuild')",
            f"CREATE TRIGGER findable_added AFTER INSERT ON findable BEGIN {_SYNC}; END",
            f"CREATE TRIGGER findable_removed AFTER DELETE ON findable BEGIN {_DROP}; END",
            f"CREATE TRIGGER findable_changed AFTER UPDATE ON findable BEGIN {_DROP}; {_SYNC}; END",
        ),
        postgres=(
            "DROP INDEX IF EXISTS findable_words",
            "CREATE INDEX findable_words ON findable USING gin "
            "(array_to_tsvector(string_to_array(words, ' ')))",
        ),
    )
]
