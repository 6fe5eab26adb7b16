"""One person's learning: what they owe, what is under way, and everything they have completed."""

from dataclasses import dataclass
from typing import Any

from portal import audit, db
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.learning import certificates
from portal.learning.models import FAILED, KIND, Attempt, Completion
from portal.people.models import Person
from portal.people.tables import write_table

MOST_ROWS = 500


def can_see_record(viewer: Person, person: Person) -> bool:
    """Their own, HR, and whoever leads them; nobody who came by a pass."""
    if viewer.came_by_pass:
        return False
    return viewer.id == person.id or viewer.is_hr or viewer.leads(person)


@dataclass(frozen=True)
class Line:
    """One completion in the list: what it is called, where it stands, whether to renew it."""

    completion: Completion
    title: str
    state: str
    is_newest: bool
    is_in_force: bool

    @property
    def may_renew(self) -> bool:
        is_over = self.state in (certificates.ENDING, certificates.ENDED)
        return self.is_newest and self.is_in_force and is_over


@dataclass(frozen=True)
class Record:
    """What the page shows, asked once."""

    owed: list[Assignment]
    begun: dict[int, Attempt]
    """Of those they owe, by course."""
    under_way: list[Attempt]
    """Chosen by themselves."""
    completed: list[Line]

    @property
    def is_empty(self) -> bool:
        return not (self.owed or self.under_way or self.completed)

    @property
    def courses(self) -> int:
        """How many courses were completed, each counted once."""
        return len({one.completion.course_id for one in self.completed if one.is_newest})

    @property
    def minutes(self) -> int:
        """The time it took, as far as the portal measured it."""
        kept = [one for one in self.completed if one.state != certificates.WITHDRAWN]
        return sum(one.completion.seconds for one in kept) // 60


def of(viewer: Person, person: Person) -> Record:
    """A person's record, for a viewer who may see it: all of it then. Three queries."""
    owed = _owed(person)
    targets = {duty.target for duty in owed}
    begun, chosen = {}, []
    for attempt in _under_way(person):
        if attempt.course_id in targets:
            begun[attempt.course_id] = attempt
        else:
            chosen.append(attempt)
    return Record(owed, begun, chosen, completed(viewer, person))


def _owed(person: Person) -> list[Assignment]:
    """The courses they are asked to take, the most urgent first."""
    mine = Assignment.select().where(
        Assignment.is_open(), Assignment.kind == KIND, Assignment.person == person
    )
    return list(mine.order_by(Assignment.due_on.asc(nulls="last"), Assignment.id))


def _under_way(person: Person) -> list[Attempt]:
    """Begun and not completed, the last touched first; done ones stand among the completed."""
    mine = (Attempt.person == person.id) & Attempt.is_open() & Attempt.completed_at.is_null()
    rows = (
        Attempt.select(Attempt, Document)
        .join(Document, on=(Attempt.course == Document.id))
        .where(mine)
        .order_by(Attempt.touched_at.desc())
    )
    return list(rows.limit(MOST_ROWS))


def completed(viewer: Person, person: Person) -> list[Line]:
    """Every completion, the newest first; renewed and withdrawn ones stay in the list."""
    rows = (
        Completion.select(Completion, Document)
        .join(Document, on=(Completion.course == Document.id))
        .where(Completion.person == person.id)
        .order_by(Completion.done_on.desc(), Completion.id.desc())
        .limit(MOST_ROWS)
    )
    today, seen, found = viewer.today(), set(), []
    for row in rows:
        is_newest = row.superseded_at is None and row.course_id not in seen
        if row.superseded_at is None:
            seen.add(row.course_id)
        state = certificates.state_of(row, today, is_renewed=not is_newest)
        if row.superseded_at is None and row.expires_on and not is_newest:
            state = certificates.RENEWED
        found.append(Line(row, row.course.title, state, is_newest, row.course.retired_at is None))
    return found


def is_failed(attempt: Attempt) -> bool:
    return attempt.success == FAILED


# -- as a file ---------------------------------------------------------------------------------

COLUMNS = (
    "course", "state", "completed on", "valid until", "how", "score", "minutes", "certificate",
    "due on", "last worked on",
)  # fmt: skip


def export(viewer: Person, person: Person) -> bytes:
    """All of it as a CSV file; who took somebody else’s is in the trail."""
    kept = of(viewer, person)
    rows = []
    for duty in kept.owed:
        row = [duty.title, "owed", *_worked(kept.begun.get(duty.target))]
        rows.append([*row[:-1], _said(duty.due_on), row[-1]])
    for attempt in kept.under_way:
        state = "failed" if is_failed(attempt) else "under way"
        row = [attempt.course.title, state, *_worked(attempt)]
        rows.append([*row[:-1], "", row[-1]])
    for one in kept.completed:
        row = one.completion
        said = [one.title, certificates.STATES[one.state].lower(), str(row.done_on)]
        said += [_said(row.expires_on), row.how, _score(row), str(row.seconds // 60)]
        rows.append([*said, certificates.spaced(row.code or ""), "", ""])
    if viewer.id != person.id:
        with db.write():
            data = {"rows": len(rows)}
            audit.record(viewer, "exported_learning", person, about=person, data=data)
    return write_table(COLUMNS, rows)


def _worked(attempt: Attempt | None) -> list[str]:
    """From “completed on” to “certificate”, and when they worked on it last."""
    if attempt is None:
        return [""] * 7
    on = str(attempt.touched_at.date())
    return ["", "", "", _score(attempt), str(attempt.seconds // 60), "", on]


def _said(value: Any) -> str:
    return str(value) if value else ""


def _score(row: Any) -> str:
    return str(int(row.score)) if row.score is not None else ""
