"""What somebody is shown who signed an earlier text: exactly what changed in it since.

What was shown is kept under its hash by whoever signs it first, so that a receipt shows the very
bytes even when a later portal would tell the same change in other words.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import peewee
from markupsafe import Markup

from portal import clock, db, text
from portal.documents.difference import Difference, difference_of
from portal.documents.models import Revision
from portal.policies.models import hash_of

REMEMBERED = 64


def between(before: Revision, after: Revision) -> Difference:
    """What changed from one text to another, as both were drawn when they were published."""
    return _between(_Drawn(before.html), _Drawn(after.html))


class _Drawn:
    """A drawn text that stands in the memory of differences by its hash alone."""

    def __init__(self, html: str) -> None:
        self.html, self.hash = html, hash_of(html)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Drawn) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)


@lru_cache(maxsize=REMEMBERED)
def _between(before: _Drawn, after: _Drawn) -> Difference:
    return difference_of(before.html, after.html)


def questions_on(
    structure: Mapping[str, Any], before: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """The questions of a text that are put to somebody: all, or those marked as new.

    `before` is the structure of the text they signed; what it asked already is not new to them.
    """
    questions = list(structure["questions"])
    if before is None:
        return questions
    asked = {text.fold(question["title"]) for question in before.get("questions", [])}
    return [q for q in questions if q["is_new"] and text.fold(q["title"]) not in asked]


class ShownDifference(db.Model):
    """The bytes of a difference that somebody signed, by their hash. A row never changes."""

    hash = peewee.CharField(max_length=64, unique=True)
    before = peewee.ForeignKeyField(Revision)
    after = peewee.ForeignKeyField(Revision)
    html = peewee.TextField()
    kept_at = db.UtcField()

    @classmethod
    def keep(cls, before: Revision, after: Revision, html: str) -> None:
        """Put down what was shown, once; called inside the write that signs it."""
        row = {"before": before, "after": after, "html": html, "kept_at": clock.now()}
        cls.insert(hash=hash_of(html), **row).on_conflict_ignore().execute()

    @classmethod
    def of(cls, shown_hash: str) -> "ShownDifference | None":
        """What has this hash; None where a whole text was shown."""
        return cls.get_or_none(cls.hash == shown_hash)

    @property
    def drawn(self) -> Markup:
        """As HTML: it was escaped and sanitized when it was made."""
        return Markup(self.html)  # noqa: S704


GUARDS = [db.immutable("shown_difference", "what was shown and signed never changes")]
