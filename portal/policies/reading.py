"""What is put before somebody to sign: the text or what changed in it, its statement, questions."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from markupsafe import Markup

from portal import clock
from portal.assignments.models import Assignment
from portal.documents.difference import Difference
from portal.documents.models import Document, Revision
from portal.documents.passages import place_of, with_places
from portal.people.models import Person
from portal.policies import differences
from portal.policies.models import KIND, Acknowledgment, hash_of
from portal.questionnaires.questionnaire import Question
from portal.questionnaires.quiz import Sheet


@dataclass(frozen=True)
class Reading:
    """One policy before one person, as things stand now.

    `last` is their newest signature, `valid` the one that still counts, `duty` what they owe of it,
    `changes` what became of the text since their last signature. `since` is the text they signed
    before, where they are shown those changes instead of all of it.
    """

    document: Document
    revision: Revision
    person: Person
    signed: tuple[Acknowledgment, ...]
    material_number: int
    duty: Assignment | None

    @classmethod
    def of(
        cls, document: Document, person: Person, material: int | None = None
    ) -> "Reading | None":
        """None while no text was published. `material` is the number of the last text that changed
        what is asked, where it is known."""
        revision = document.current
        if revision is None:
            return None
        if material is None:
            found = Revision.material_at(document.id, clock.now())
            material = found.number if found else 1
        owed = Assignment.select().where(
            Assignment.is_open(),
            Assignment.person == person.id,
            Assignment.kind == KIND,
            Assignment.target == document.id,
        )
        signed = Acknowledgment.of(document.id, person.id)
        return cls(document, revision, person, tuple(signed), material, owed.first())

    # -- where they stand ------------------------------------------------------------------

    @property
    def last(self) -> Acknowledgment | None:
        return self.signed[0] if self.signed else None

    @property
    def valid(self) -> Acknowledgment | None:
        """Their newest signature under a text that asks the same as the one in force."""
        return next((one for one in self.signed if self._still_holds(one)), None)

    def _still_holds(self, one: Acknowledgment) -> bool:
        return bool(one.revision.number >= self.material_number)

    @property
    def is_owed(self) -> bool:
        """Whether a signature is missing: none counts, or they are asked to sign once more."""
        return self.valid is None or self.duty is not None

    @property
    def round(self) -> int:
        """How often they signed this very text before."""
        return sum(1 for one in self.signed if one.revision_id == self.revision.id)

    @cached_property
    def changes(self) -> Difference | None:
        """What has changed since their newest signature; None where there is none."""
        return differences.between(self.last.revision, self.revision) if self.last else None

    @property
    def is_unchanged(self) -> bool:
        """Whether the text reads as it did when they signed it."""
        return self.changes is not None and self.changes.is_empty

    @cached_property
    def since(self) -> Revision | None:
        """What they signed before this changed materially; None where all of it is to be read:
        by who never signed, and where nothing can be told apart or too much has changed."""
        if self.valid is not None or self.last is None or self.changes is None:
            return None
        if self.changes.is_empty or self.changes.is_much:
            return None
        before: Revision = self.last.revision
        return before

    # -- what they are shown ---------------------------------------------------------------

    @cached_property
    def structure(self) -> dict[str, Any]:
        return self.revision.parsed

    @property
    def statement(self) -> str:
        return str(self.structure["statement"])

    @cached_property
    def sheet(self) -> Sheet:
        """The questions that are put to them: on the difference only those that are new."""
        before = self.since.parsed if self.since else None
        return Sheet.of(differences.questions_on(self.structure, before))

    @cached_property
    def shown(self) -> str:
        """The bytes that are put before them to read, of which the signature keeps the hash."""
        return str(self.changes.html) if self.since and self.changes else self.revision.html

    @property
    def shown_hash(self) -> str:
        return hash_of(self.shown)

    @cached_property
    def text(self) -> Markup:
        """The whole text, each heading a place to be led to."""
        return with_places(self.revision.html)

    def place_of(self, key: str) -> tuple[str, str] | None:
        """The passage that answers a question: its heading and its place on the page."""
        heading = self.sheet.passages.get(key)
        return (heading, place_of(heading)) if heading else None

    def seen(self, by: Person) -> "Seen":
        """What goes with the page, sealed, so that what is signed is what was shown."""
        return Seen(
            person=self.person.id,
            by=by.id,
            revision=self.revision.id,
            since=self.since.id if self.since else None,
            shown_hash=self.shown_hash,
            round=self.round,
            shown_at=clock.now(),
        )


@dataclass(frozen=True)
class Seen:
    """What was put before whom, by whose hand, and when."""

    person: int
    by: int
    revision: int
    since: int | None
    shown_hash: str
    round: int
    shown_at: datetime

    def is_still(self, reading: Reading) -> bool:
        """Whether the same would be shown now."""
        since = reading.since.id if reading.since else None
        same = (self.revision, self.since, self.shown_hash)
        return same == (reading.revision.id, since, reading.shown_hash)


def answered(receipt: Acknowledgment) -> list[tuple[str, str]]:
    """The questions that were put with a signature, and what was answered, in words."""
    before = receipt.since_revision.parsed if receipt.since_revision else None
    sheet = Sheet.of(differences.questions_on(receipt.revision.parsed, before))
    return [(q.title, _said(q, receipt.given.get(q.key, []))) for q in sheet.questions]


def _said(question: Question, given: list[str]) -> str:
    return ", ".join(words for value, words, _ in question.choices if value in given)
