"""Where people stand with a course: who has done it, who is on it, who has not begun or not passed.

Everyone stands here of whom it is asked, and whoever has begun or completed it without being asked.
Each stands here once, by what counts today: a completion of a text before the last material change,
or one that has ended, is to be taken again.
"""

import functools
import operator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments import nudges
from portal.assignments.models import Assignment
from portal.compliance.models import Coverage, Exemption, Requirement
from portal.documents.models import Document, Revision
from portal.learning import access
from portal.learning.models import FAILED, KIND, Attempt, Completion
from portal.learning.standing import Standing
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.org import Teams
from portal.people.positions import Position
from portal.people.tables import write_table
from portal.text import count
from portal.web import day

# From what is worst to what is best, as the list shows them.
NOT_PASSED, AGAIN, NOT_BEGUN, BEGUN, DONE, EXCUSED = (
    "failed", "again", "waiting", "begun", "done", "excused",
)  # fmt: skip
RANKS = (NOT_PASSED, AGAIN, NOT_BEGUN, BEGUN, DONE, EXCUSED)
WORDS = {
    NOT_PASSED: "Not passed",
    AGAIN: "To take again",
    NOT_BEGUN: "Not begun",
    BEGUN: "Under way",
    DONE: "Completed",
    EXCUSED: "Excused",
}
OVERDUE = "overdue"
FILTERS = {"": "Everyone", OVERDUE: "Overdue"} | WORDS
MOST_ROWS = 50_000
# The rank by its name: written out once more, PostgreSQL would take it for another.
AT_RANK = peewee.SQL("at_rank")


# -- who may -----------------------------------------------------------------------------------


def find(viewer: Person, course_id: int) -> Document | None:
    """The course, if the viewer follows who takes it: HR, auditors and whoever leads others each
    one they may know of, and these also one that somebody in their line owes or has begun."""
    if not access.can_see_people(viewer):
        return None
    leads = viewer.has_reports and not viewer.is_hr
    return access.found(viewer, course_id, _concerns_line(viewer) if leads else None)


def _concerns_line(viewer: Person) -> Any:
    """Courses that somebody in the viewer's line owes, has begun or has completed."""
    duty = (Assignment.kind == KIND) & Assignment.is_open()
    owed = Assignment.select(Assignment.target).where(
        duty, db.among(Assignment.person, viewer.line())
    )
    begun = access.attempts_visible_to(viewer).select(Attempt.course)
    done = access.completions_visible_to(viewer).select(Completion.course)
    theirs = (db.among(Document.id, rows) for rows in (owed, begun, done))
    return functools.reduce(operator.or_, theirs)


# -- where they stand --------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for."""

    words: str = ""
    state: str = ""
    team: int | None = None

    @property
    def query(self) -> dict[str, Any]:
        """The same as an address says it."""
        said = {"q": self.words, "state": self.state, "team": self.team}
        return {name: value for name, value in said.items() if value}


@dataclass
class Row:
    """One person with a course: where they stand, what they owe, how far they have come."""

    person: Person
    state: str
    due_on: date | None
    duty_id: int
    done_on: date | None
    holds_until: date | None
    completion_id: int
    touched_on: date | None
    score: float | None
    seconds: int
    tries: int
    is_asked_today: bool

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today

    def may_be_asked(self, today: date) -> bool:
        """They owe it, it is near or late, and nobody has asked today."""
        near = today + timedelta(days=nudges.NEAR_DAYS)
        is_ripe = self.due_on is not None and self.due_on <= near
        return bool(self.duty_id) and is_ripe and not self.is_asked_today


class Everyone:
    """Everybody a viewer follows with one course on a day, as one query others narrow."""

    def __init__(self, viewer: Person, course: Document, on: date) -> None:
        self.viewer, self.course, self.on = viewer, course, on
        self.done = self._done()
        self.last = self._last()
        duty = (Assignment.kind == KIND) & (Assignment.target == course.id)
        self.owed = duty & (Assignment.person == Person.id) & Assignment.is_open()
        self.rank = self._rank()

    def _done(self) -> Any:
        """Each person's completions: until when one counts, and the newest of them."""
        number = Revision.material_number(self.course.id, clock.now())
        until = peewee.fn.COALESCE(Completion.expires_on, date.max)
        counts = peewee.Case(None, [(Revision.number >= number, until)], None)
        return (
            Completion.select(
                Completion.person.alias("person_id"),
                peewee.fn.MAX(counts).alias("until"),
                peewee.fn.MAX(Completion.done_on).alias("done_on"),
                peewee.fn.MAX(Completion.id).alias("newest"),
            )
            .join(Revision, on=(Completion.revision == Revision.id))
            .where(Completion.course == self.course.id, Completion.stands())
            .group_by(Completion.person)
            .alias("done")
        )

    def _last(self) -> Any:
        """The number of each person's last attempt."""
        return (
            Attempt.select(
                Attempt.person.alias("person_id"), peewee.fn.MAX(Attempt.number).alias("number")
            )
            .where(Attempt.course == self.course.id)
            .group_by(Attempt.person)
            .alias("last")
        )

    def _rank(self) -> Any:
        is_done = self.done.c.until >= self.on
        is_under_way = Attempt.id.is_null(False) & Attempt.completed_at.is_null()
        cases = [
            (is_done, DONE),
            (is_under_way & (Attempt.success == FAILED), NOT_PASSED),
            (is_under_way & Attempt.ended_at.is_null(), BEGUN),
            (Assignment.id.is_null() & db.among(Person.id, self._excused()), EXCUSED),
            (self.done.c.newest.is_null(False), AGAIN),
        ]
        ranked = [(condition, RANKS.index(name)) for condition, name in cases]
        return peewee.Case(None, ranked, RANKS.index(NOT_BEGUN))

    def _requirements(self) -> Any:
        return Requirement.select(Requirement.id).where(
            Requirement.kind == KIND, Requirement.target == self.course.id
        )

    def _excused(self) -> Any:
        covers = (Exemption.since <= self.on) & (
            Exemption.until.is_null() | (Exemption.until >= self.on)
        )
        asked = db.among(Exemption.requirement, self._requirements())
        return Exemption.select(Exemption.person).where(asked, covers, Exemption.is_known())

    def _meant(self) -> Any:
        """Of whom it is required today."""
        return Coverage.select(Coverage.person).where(
            db.among(Coverage.requirement, self._requirements()),
            Coverage.is_known(),
            Coverage.is_on(self.on),
        )

    def people(self, *chosen: Any) -> Any:
        """`chosen` of each person, joined with all that says where they stand."""
        left = peewee.JOIN.LEFT_OUTER
        rows = (
            Person.select(*chosen)
            .join(self.done, left, on=(self.done.c.person_id == Person.id))
            .switch(Person)
            .join(self.last, left, on=(self.last.c.person_id == Person.id))
            .switch(Person)
            .join(
                Attempt,
                left,
                on=(
                    (Attempt.course == self.course.id)
                    & (Attempt.person == Person.id)
                    & (Attempt.number == self.last.c.number)
                ),
            )
            .switch(Person)
            .join(Assignment, left, on=self.owed)
            .switch(Person)
        )
        is_here = Person.hired_on.is_null(False) & Person.withdrawn_at.is_null()
        is_here &= Person.last_day_on.is_null() | (Person.last_day_on >= self.on)
        stands = (
            self.done.c.newest.is_null(False)
            | self.last.c.number.is_null(False)
            | Assignment.id.is_null(False)
            | db.among(Person.id, self._meant())
        )
        rows = rows.where(is_here, stands)
        if self.viewer.is_hr or self.viewer.is_auditor:
            return rows
        return rows.where(db.among(Person.id, self.viewer.line()))

    def narrowed(self, rows: Any, asked: Asked, teams: Teams) -> Any:
        """Only whom the address asks for."""
        if asked.state == OVERDUE:
            rows = rows.where(Assignment.due_on < self.on)
        elif asked.state:
            rows = rows.where(self.rank == RANKS.index(asked.state))
        if asked.team:
            held = Position.select(Position.person).where(
                Position.is_held(self.on), Position.team.in_(list(teams.below(asked.team)) or [0])
            )
            rows = rows.where(db.among(Person.id, held))
        return rows.where(Person.matches(asked.words)) if asked.words else rows

    def counts(self, asked: Asked, teams: Teams) -> dict[str, int]:
        """How many each filter shows, of the team that is asked for; one query."""
        number = peewee.fn.COUNT(Person.id)
        late = peewee.Case(None, [(Assignment.due_on < self.on, 1)], 0)
        rows = self.people(self.rank.alias("at_rank"), number, peewee.fn.SUM(late))
        rows = self.narrowed(rows, Asked(team=asked.team), teams)
        found = list(rows.group_by(AT_RANK).tuples())
        counted = {RANKS[rank]: int(many) for rank, many, _ in found}
        counted[OVERDUE] = sum(int(late or 0) for _, _, late in found)
        counted[""] = sum(int(many) for _, many, _ in found)
        return counted

    def listed(self, asked: Asked, teams: Teams) -> Any:
        """Whom the address asks for, as a query of dicts for `web.Page`: the worst first."""
        today = (nudges.Nudge.assignment == Assignment.id) & (nudges.Nudge.on == clock.today())
        rows = self.people(
            *Person.names(Person),
            self.rank.alias("at_rank"),
            self.done.c.done_on.alias("done_on"),
            self.done.c.until.alias("until"),
            self.done.c.newest.alias("completion_id"),
            Attempt.touched_at.alias("touched_at"),
            Attempt.score.alias("score"),
            Attempt.seconds.alias("seconds"),
            Attempt.number.alias("tries"),
            Assignment.id.alias("duty_id"),
            Assignment.due_on.alias("due_on"),
            nudges.Nudge.id.alias("nudge_id"),
        ).join_from(Assignment, nudges.Nudge, peewee.JOIN.LEFT_OUTER, on=today)
        return (
            self.narrowed(rows, asked, teams)
            .order_by(AT_RANK, Assignment.due_on.asc(nulls="last"), Person.folded, Person.id)
            .dicts()
        )


def rows_of(found: list[dict[str, Any]]) -> list[Row]:
    """The people of one page."""
    return [_row(row) for row in found]


def _row(row: dict[str, Any]) -> Row:
    named = {field.name: row[field.name] for field in Person.names(Person)}
    until, touched_at = _day(row["until"]), row["touched_at"]
    return Row(
        person=Person(**named),
        state=RANKS[row["at_rank"]],
        due_on=_day(row["due_on"]),
        duty_id=row["duty_id"] or 0,
        done_on=_day(row["done_on"]),
        holds_until=None if until in (None, date.max) else until,
        completion_id=row["completion_id"] or 0,
        touched_on=touched_at.date() if touched_at else None,
        score=row["score"],
        seconds=row["seconds"] or 0,
        tries=row["tries"] or 0,
        is_asked_today=row["nudge_id"] is not None,
    )


def _day(value: Any) -> date | None:
    # Out of a subquery SQLite gives a date as it keeps it.
    return date.fromisoformat(value) if isinstance(value, str) else value


# -- as a file ---------------------------------------------------------------------------------


COLUMNS = (
    "name", "email", "state", "due on", "completed on", "valid until", "last worked on", "score",
    "minutes", "attempts",
)  # fmt: skip


def export(viewer: Person, course: Document, asked: Asked) -> bytes:
    """Whom the page shows as a CSV file; that it was taken, and how many, is in the trail."""
    everyone = Everyone(viewer, course, viewer.today())
    table = [
        [
            row.person.name,
            row.person.email,
            WORDS[row.state].lower(),
            *(_said(one) for one in (row.due_on, row.done_on, row.holds_until, row.touched_on)),
            str(int(row.score)) if row.score is not None else "",
            str(row.seconds // 60) if row.tries else "",
            str(row.tries) if row.tries else "",
        ]
        for row in rows_of(list(everyone.listed(asked, Teams()).limit(MOST_ROWS)))
    ]
    document = course
    with db.write():
        audit.record(viewer, "exported", document, data={"people": len(table)})
    return write_table(COLUMNS, table)


def _said(on: date | None) -> str:
    return str(on) if on else ""


# -- one person --------------------------------------------------------------------------------


def followed(viewer: Person) -> Any:
    """Whom the viewer follows one by one, as a query: HR everybody, others their line."""
    people = people_access.visible_to(viewer)
    return people if viewer.is_hr else people.where(db.among(Person.id, viewer.line()))


def completions(viewer: Person, course: Document, person: Person) -> list[Completion]:
    """What somebody has completed of it, withdrawn ones too, the newest first."""
    rows = access.completions_visible_to(viewer).where(
        Completion.course == course.id, Completion.person == person.id
    )
    return list(rows.order_by(Completion.done_on.desc(), Completion.id.desc()))


def why(standing: Standing) -> list[str]:
    """Why it is not complete, in sentences for whoever asks; [] where it is."""
    if standing.is_done:
        return []
    said = [*_before(standing), *_so_far(standing)]
    if standing.missing:
        titles = ", ".join(f"“{one.title}”" for one in standing.missing)
        said.append(f"First comes {titles}.")
    return said


def _before(standing: Standing) -> list[str]:
    """What was completed once and does not count any more."""
    last, today = standing.last, standing.person.today()
    if last is None:
        return []
    done_on = day(last.done_on, today)
    if last.expires_on and last.expires_on < today:
        return [f"What was completed on {done_on} ended on {day(last.expires_on, today)}."]
    material = Revision.material_at(standing.course.id, clock.now())
    if material and last.revision.number < material.number:
        changed = f"What is asked has changed since, with text {material.number}."
        return [f"Text {last.revision.number} was completed on {done_on}. {changed}"]
    if standing.duty is not None:
        return [f"It was completed on {done_on}, and is asked for again."]
    return []


def _so_far(standing: Standing) -> list[str]:
    """How far the newest attempt has come."""
    if not standing.attempts:
        return ["It has not been begun."]
    said = list(standing.why_not)
    if standing.newer is not None and standing.under_way is not None:
        begun = standing.under_way.revision.number
        said.append(f"They began text {begun}; by now text {standing.newer.number} is in force.")
    if standing.failed is not None and standing.under_way is None:
        left = standing.left
        if left == 0:
            said.append("No try is left: HR may give another.")
        else:
            more = "" if left is None else f", {count(left, 'time')}"
            said.append(f"They may try again{more}.")
    newest = standing.attempts[0]
    if not said and not newest.is_done:
        said.append("It was begun and not finished.")
    return said or ["It has not been begun anew."]
