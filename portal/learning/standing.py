"""Where somebody stands with one course: what they owe, have under way, and have completed."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import peewee

from portal import clock, text
from portal.assignments.models import Assignment
from portal.compliance.models import Coverage, Requirement
from portal.documents.models import Document, Revision
from portal.learning.formats import Format, formats
from portal.learning.models import FAILED, KIND, Attempt, Completion
from portal.learning.quizzing import Paper
from portal.learning.taking import missing_before
from portal.learning.tries import tries_left
from portal.people.models import Person
from portal.people.org import Company


@dataclass(frozen=True)
class Standing:
    """One course before one person, as things stand now. `comes_on`: by when a requirement wants
    it, where nobody has asked for it yet."""

    course: Document
    person: Person
    attempts: tuple[Attempt, ...]
    last: Completion | None
    duty: Assignment | None
    comes_on: date | None = None

    @classmethod
    def of(cls, course: Document, person: Person) -> "Standing":
        texts = Attempt.select(Attempt, Revision).join(Revision)
        mine = (Attempt.course == course.id) & (Attempt.person == person.id)
        attempts = list(texts.where(mine).order_by(Attempt.number.desc()))
        for attempt in attempts:
            attempt.course, attempt.person = course, person
        left = peewee.JOIN.LEFT_OUTER
        owed = (Assignment.kind == KIND) & (Assignment.target == course.id)
        owed &= (Assignment.person == person.id) & Assignment.is_open()
        done = (Completion.course == course.id) & (Completion.person == person.id)
        row = (
            Document.select(Document.id, Assignment, Completion, _coming(course, person))
            .join(Assignment, left, on=owed, attr="duty")
            .switch(Document)
            .join(Completion, left, on=done & Completion.stands(), attr="last")
            .where(Document.id == course.id)
            .order_by(Completion.done_on.desc(nulls="last"), Completion.id.desc())
            .first()
        )
        last, duty = (row.__dict__.get(name) for name in ("last", "duty"))
        last, duty = (one if one is not None and one.id else None for one in (last, duty))
        # Out of a subquery SQLite gives a date as it keeps it.
        comes_on = row.comes_on
        if isinstance(comes_on, str):
            comes_on = date.fromisoformat(comes_on)
        return cls(course, person, tuple(attempts), last, duty, comes_on)

    # -- what is so ------------------------------------------------------------------------

    @property
    def under_way(self) -> Attempt | None:
        """The attempt that is open."""
        return next((one for one in self.attempts if one.ended_at is None), None)

    @property
    def ended(self) -> list[Attempt]:
        """Those that are over, the newest first."""
        return [one for one in self.attempts if one.ended_at is not None]

    @cached_property
    def revision(self) -> Revision | None:
        """The text that counts for them: of what is under way, else the one in force."""
        return self.under_way.revision if self.under_way else self.course.current

    @cached_property
    def said(self) -> dict[str, Any]:
        return self.revision.parsed if self.revision else {}

    @property
    def format(self) -> Format | None:
        """How it is taken; None where the portal knows no such format any more."""
        return formats.get(self.said.get("format", ""))

    @property
    def newer(self) -> Revision | None:
        """The text in force, where theirs is an older one."""
        mine, current = self.under_way, self.course.current
        if mine is None or current is None or self.course.state != "published":
            return None
        return current if mine.revision_id != current.id else None

    @cached_property
    def missing(self) -> list[Document]:
        """The courses that come first and that they have not completed."""
        return missing_before(self.revision, self.person) if self.revision else []

    @cached_property
    def left(self) -> int | None:
        """How many graded tries are left; None for as many as needed."""
        return tries_left(self.course, self.person)

    @property
    def failed(self) -> Attempt | None:
        """The newest try, where it was graded and was not enough."""
        newest = self.attempts[0] if self.attempts else None
        if newest is None or newest.ended_at is None or newest.is_done:
            return None
        return newest if newest.success == FAILED or newest.score is not None else None

    @property
    def is_done(self) -> bool:
        """Whether they have completed it and need not do so again."""
        return bool(self.last and self.duty is None and self.last.is_valid(self.person.today()))

    # -- in words --------------------------------------------------------------------------

    @property
    def why_not(self) -> list[str]:
        """Why it is not complete, in sentences; [] where nothing is under way or it is."""
        attempt = self.under_way or self.failed
        if attempt is None or attempt.is_done:
            return []
        found = formats.get(attempt.format)
        return found.reasons(attempt) if found else []

    def paper_of(self, attempt: Attempt) -> Paper | None:
        """The questions of a try that is graded, to be looked at; None where there are none."""
        paper = Paper(attempt)
        return paper if attempt.format == "page" and paper.result else None


def _coming(course: Document, person: Person) -> Any:
    """By when a requirement wants it of them, as a column."""
    return (
        Coverage.select(peewee.fn.MIN(Coverage.due_on))
        .join(Requirement)
        .where(Requirement.kind == KIND, Requirement.target == course.id)
        .where(Coverage.person == person.id, Coverage.is_known())
        .where(Coverage.is_ahead(person.today()))
        .alias("comes_on")
    )


def asks(course: Document) -> str:
    """Whom a material text would ask to take it again."""
    on = clock.today(Company.settings().zone)
    required: Any = (
        Coverage.select(peewee.fn.COUNT(Coverage.person.distinct()))
        .join(Requirement)
        .where(Requirement.kind == KIND, Requirement.target == course.id)
        .where(Coverage.is_known(), Coverage.is_on(on))
    )
    under_way = Attempt.select().where(Attempt.course == course.id, Attempt.is_open()).count()
    count = required.scalar() or 0
    said = "A material text asks nobody to take it again: it is required of nobody today."
    if count:
        said = f"A material text asks {text.count(count, 'person', 'people')} to take it again."
    if under_way:
        goes_on = f"{text.count(under_way, 'person', 'people')} who began it"
        said += f" {goes_on} may finish the text they began."
    return said
