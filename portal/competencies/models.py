"""Assessments: who said of whom where they stand, on which day, by which words. Never overwritten.

What stands now is the newest of each author; what was said before stays beside it.
"""

from collections.abc import Iterable
from typing import Any

import peewee

from portal import audit, clock, db
from portal.competencies.texts import LevelText, Text
from portal.documents.models import Document
from portal.documents.revisions import Revision
from portal.mail.models import Letter
from portal.people.lines import managers_above
from portal.people.models import Person
from portal.questionnaires.ratings import Anchor

SELF, MANAGER, PEER = "self", "manager", "peer"
# The letter that tells somebody of it.
SAID = "assessment_said"
MAX_NOTE_CHARS = 500


class Assessment(db.Model):
    """One rating of one competency: about whom, by whom, on which level, by which text.

    A row never changes and never goes; who thinks otherwise later says so in another one.
    `relation` is read off the lines of report on that day; `level` is the one whose rows were
    shown; `given_on` is the day it was where the author is. The sentence beside it is erasable,
    and bound by `personal_hash`.
    """

    about = peewee.ForeignKeyField(Person, backref="assessments")
    by = peewee.ForeignKeyField(Person, backref="assessments_given")
    relation = peewee.CharField(max_length=8)
    document = peewee.ForeignKeyField(Document)
    revision = peewee.ForeignKeyField(Revision)
    level = peewee.CharField(max_length=40)
    value = peewee.IntegerField()
    given_on = peewee.DateField()
    given_at = db.UtcField()
    personal_hash = peewee.CharField(max_length=64)

    class Meta:
        indexes = (
            (("about", "document"), False),
            (("by", "given_on"), False),
        )

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def newest(cls, about: list[int]) -> Any:
        """Of these people the last word of each author on each competency and level, as a query.

        Rows are only ever added, so the last one has the highest number.
        """
        group = (cls.about, cls.document, cls.level, cls.relation, cls.by)
        last = cls.select(peewee.fn.MAX(cls.id)).where(cls.about.in_(about)).group_by(*group)
        return cls.select().where(db.among(cls.id, last))

    @classmethod
    def listing(cls, visible: Any) -> Any:
        """`visible` assessments with their words, their text and both people, the newest first."""
        about, left = Person.alias(), peewee.JOIN.LEFT_OUTER
        return (
            visible.select(
                cls, *Person.names(Person), *Person.names(about), Document, Revision, AssessmentNote
            )
            .join(Person, on=(cls.by == Person.id), attr="by")
            .switch(cls)
            .join(about, on=(cls.about == about.id), attr="about")
            .switch(cls)
            .join(Document, on=(cls.document == Document.id), attr="document")
            .switch(cls)
            .join(Revision, on=(cls.revision == Revision.id), attr="revision")
            .switch(cls)
            .join(AssessmentNote, left, on=(AssessmentNote.assessment == cls.id), attr="kept")
            .order_by(cls.given_on.desc(), cls.id.desc())
        )

    @classmethod
    def last_by(cls, by: Person, about: Person) -> "dict[int, Assessment]":
        """What somebody said last of somebody, by competency, with its words and its text."""
        last = cls.select(peewee.fn.MAX(cls.id)).where(cls.by == by, cls.about == about)
        rows = cls.select().where(db.among(cls.id, last.group_by(cls.document)))
        return {one.document_id: one for one in cls.listing(rows)}

    # -- what it says ----------------------------------------------------------------------

    @property
    def note(self) -> str:
        """The sentence beside it; empty where there is none, or where it was erased."""
        kept = self.__dict__.get("kept")
        return str(kept.note) if kept is not None and kept.id else ""

    @property
    def text(self) -> LevelText:
        """What was written for its level, as it was."""
        return Text(self.document, self.revision).at(self.level)

    @property
    def row(self) -> Anchor | None:
        """The row that was chosen, in the words of that day."""
        return self.text.anchor(self.value)

    @property
    def label(self) -> str:
        """`2 Proficient`."""
        row = self.row
        return f"{self.value} {row.label}" if row else str(self.value)

    @property
    def bound(self) -> dict[str, Any]:
        """What its event is made over: ids, the day and hashes, nobody's name."""
        names = ("about", "by", "document", "revision")
        facts = {name: getattr(self, f"{name}_id") for name in names}
        more = ("id", "relation", "level", "value", "given_on", "given_at", "personal_hash")
        return facts | {name: getattr(self, name) for name in more}

    @property
    def record(self) -> str:
        """The hash that binds it."""
        return audit.binding(self.bound)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def give_all(cls, about: Person, by: Person, said: Iterable[tuple[Document, int, str]]) -> None:
        """What was chosen in one form: competency, row and sentence. Whoever it is about learns by
        a letter that there is something to read, once a day from each."""
        with db.write():
            for document, value, note in said:
                cls.give(about, by, document, value, note)
            if about.id != by.id:
                key = f"{SAID}:{about.id}:{by.id}:{by.today()}"
                Letter.write(SAID, key, about.id, by=by.id)

    @classmethod
    def give(
        cls, about: Person, by: Person, document: Document, value: int, note: str = ""
    ) -> "Assessment":
        """Somebody says where somebody stands in one competency, on the level they are on.

        Raises ValueError where the text is not in force, or has no such row on that level. Said
        again in the same words on the same day, it stays the one it was.
        """
        with db.write():
            position = about.position()
            revision = document.current
            if revision is None or document.retired_at:
                raise ValueError(f"{document.title} is not in force.")
            shown = Text(document, revision).at(position.level if position else "")
            if shown.anchor(value) is None:
                raise ValueError(f"{document.title} has no row {value}.")
            facts: dict[str, Any] = {
                "about": about, "by": by, "relation": relation_of(about, by),
                "document": document, "revision": revision, "level": shown.level,
                "given_on": by.today(),
            }  # fmt: skip
            return cls._same(facts, value, note) or cls._put_down(facts, value, note)

    @classmethod
    def _same(cls, facts: dict[str, Any], value: int, note: str) -> "Assessment | None":
        """The last one, when it said just this today: a form sent twice says nothing twice."""
        said = [getattr(cls, name) == fact for name, fact in facts.items()]
        last = cls.select().where(*said).order_by(cls.id.desc()).first()
        if last is None or last.value != value:
            return None
        kept = AssessmentNote.get_or_none(AssessmentNote.assessment == last)
        return last if (kept.note if kept else "") == note else None  # type: ignore[no-any-return]

    @classmethod
    def _put_down(cls, facts: dict[str, Any], value: int, note: str) -> "Assessment":
        words = AssessmentNote.draft(note=note)
        assessment = cls.create(
            value=value, given_at=clock.now(), personal_hash=words.commitment, **facts
        )
        words.assessment = assessment
        words.save(force_insert=True)
        data = {
            "document": assessment.document_id,
            "revision": assessment.revision_id,
            "relation": assessment.relation,
            "record": assessment.record,
        }
        audit.record(facts["by"], "given", assessment, about=facts["about"], data=data)
        return assessment


class AssessmentNote(audit.Committed, db.Model):
    """The sentence beside an assessment: erasable, and bound by a salted hash."""

    assessment = peewee.ForeignKeyField(Assessment, unique=True, backref="notes")
    salt = peewee.CharField(max_length=32)
    note = peewee.CharField(max_length=MAX_NOTE_CHARS, default="")

    SAID = ("note",)


def relation_of(about: Person, by: Person) -> str:
    """`self`, `manager` (anybody above them on this day) or `peer`."""
    if by.id == about.id:
        return SELF
    return MANAGER if by.id in managers_above(about.id, about.today()) else PEER


GUARDS = [db.immutable("assessment", "what was said of somebody never changes")]
