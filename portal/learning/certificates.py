"""Certificates of courses: a completion with a code, as it is printed, and whether it is genuine.

A certificate says what its completion says, and no more: who it was by the name they had then, the
course as it was called, the day, and until when it holds. A score is never on it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee
import segno
from markupsafe import Markup

from portal import db
from portal.documents.models import Document, Revision
from portal.documents.parser import read
from portal.learning.models import (
    ATTENDED,
    CODE_LENGTH,
    CODE_LETTERS,
    CONFIRMED,
    RECORDED,
    TAKEN,
    Completion,
    CompletionDetails,
)
from portal.people.models import Person

VALID, ENDING, ENDED, RENEWED, WITHDRAWN = "valid", "ending", "ended", "renewed", "withdrawn"
# So many days before its end it is spoken of.
ENDING_DAYS = 60
STATES = {
    VALID: "Valid",
    ENDING: "Ends soon",
    ENDED: "Ended",
    RENEWED: "Renewed since",
    WITHDRAWN: "Withdrawn",
}
HOW = {
    TAKEN: "has completed",
    ATTENDED: "has attended",
    CONFIRMED: "has shown at work what is asked in",
    RECORDED: "has completed",
}
CHECKED = "/learning/certificates"


def spaced(code: str) -> str:
    """`ABCD-EFGH-JKMN`: as it is printed, to be read aloud and typed."""
    return "-".join(code[first : first + 4] for first in range(0, len(code), 4))


def as_typed(said: str) -> str:
    """The code somebody means, whatever stands between its letters; "" where it can be none."""
    letters = "".join(mark for mark in said[:60].upper() if mark.isalnum())
    is_code = len(letters) == CODE_LENGTH and set(letters) <= set(CODE_LETTERS)
    return letters if is_code else ""


@dataclass(frozen=True)
class Certificate:
    """One as it is shown and printed. `name` is None once what named its holder was erased."""

    completion: Completion
    title: str
    name: str | None
    # That the holder has completed the same course later.
    is_renewed: bool = False

    @property
    def code(self) -> str:
        return spaced(self.completion.code or "")

    @property
    def did(self) -> str:
        return HOW[self.completion.how]

    def state(self, today: date) -> str:
        """Where it stands on a day: a mistake, over, or valid; `renewed` where it is over and a
        later one follows it."""
        return state_of(self.completion, today, is_renewed=self.is_renewed)

    def address(self, app_url: str) -> str:
        """Where anybody asks whether it is genuine."""
        return f"{app_url}{CHECKED}/{self.completion.code}"

    def picture(self, app_url: str) -> Markup:
        """The same address as a QR code: an SVG that needs no style of its own."""
        drawn = segno.make(self.address(app_url), error="m", micro=False).svg_inline(
            border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
        )
        return Markup(drawn)  # noqa: S704 (drawn here, of our own address)


def state_of(completion: Completion, today: date, *, is_renewed: bool = False) -> str:
    """As `Certificate.state`, for a row of a list."""
    if completion.superseded_at is not None:
        return WITHDRAWN
    if completion.expires_on is None:
        return VALID
    if completion.expires_on < today:
        return RENEWED if is_renewed else ENDED
    days = (completion.expires_on - today).days
    return ENDING if days <= ENDING_DAYS and not is_renewed else VALID


def find(code: str) -> Certificate | None:
    """The certificate of that code, for whoever asks: one that was withdrawn, too."""
    wanted = as_typed(code)
    if not wanted:
        return None
    return _shown(Completion.select().where(Completion.code == wanted))


def of(visible: Any, completion_id: int) -> Certificate | None:
    """A completion the viewer may see, as its certificate."""
    return _shown(visible.where(Completion.id == completion_id))


def _shown(query: Any) -> Certificate | None:
    """With its text, its person and what names them, in one query."""
    later = Completion.alias()
    follows = peewee.fn.EXISTS(
        later.select(later.id).where(
            later.course == Completion.course,
            later.person == Completion.person,
            later.superseded_at.is_null(),
            (later.done_on > Completion.done_on)
            | ((later.done_on == Completion.done_on) & (later.id > Completion.id)),
        )
    )
    row = (
        query.select(
            Completion,
            Revision.id,
            Revision.number,
            Revision.source,
            Document.id,
            Document.title,
            Document.retired_at,
            *Person.names(Person),
            CompletionDetails.name,
            CompletionDetails.note,
            follows.alias("is_followed"),
        )
        .join(Revision, on=(Completion.revision == Revision.id))
        .switch(Completion)
        .join(Document, on=(Completion.course == Document.id))
        .switch(Completion)
        .join(Person, on=(Completion.person == Person.id))
        .switch(Completion)
        .join(CompletionDetails, peewee.JOIN.LEFT_OUTER, attr="said")
        .first()
    )
    if row is None:
        return None
    said = getattr(row, "said", None)
    return Certificate(
        row,
        title_in(row.revision) or row.course.title,
        said.name if said is not None and said.name else None,
        bool(row.is_followed),
    )


def title_in(revision: Revision) -> str:
    """What the course was called in that text."""
    return str(read(revision.source).meta.get("title", ""))[:200]


def renews(completion: Completion) -> bool:
    """Whether the course can be taken again: it is in force."""
    found = Document.select().where(Document.id == completion.course_id, Document.is_published())
    return bool(found.exists())


def forget(ids: list[int]) -> None:
    """Erase what named the holders; that somebody has completed it stays."""
    with db.write():
        CompletionDetails.delete().where(CompletionDetails.id.in_(ids)).execute()
