"""Who is meant by a requirement and where each of them stands: counted, listed, as a file."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import peewee

from portal import audit, db, text
from portal.assignments.models import Assignment
from portal.compliance import words
from portal.compliance.models import Coverage, Exemption, Requirement, Terms
from portal.compliance.titles import titles
from portal.people.models import Person
from portal.people.org import Teams
from portal.people.positions import Position
from portal.people.tables import write_table

DONE, OPEN, OVERDUE, EXCUSED, AHEAD = "done", "open", "overdue", "excused", "ahead"
STATES = {
    OVERDUE: "Overdue",
    OPEN: "Not done yet",
    DONE: "Done",
    EXCUSED: "Excused",
    AHEAD: "Not here yet",
}
OUTSTANDING = (OVERDUE, OPEN)
PAGE_ROWS = 50
MOST_ROWS = 50_000
MOST_NUDGED = 100


@dataclass
class Tally:
    """How many are meant today, and how they stand; who only comes later is not counted."""

    done: int = 0
    open: int = 0
    overdue: int = 0
    excused: int = 0
    ahead: int = 0

    @property
    def meant(self) -> int:
        return self.owing + self.excused

    @property
    def owing(self) -> int:
        """Those of whom it is really asked."""
        return self.done + self.open + self.overdue

    @property
    def outstanding(self) -> int:
        return self.open + self.overdue

    @property
    def percent(self) -> int:
        """How many of those asked have done it; rounded down, so that 100 means everyone."""
        return self.done * 100 // self.owing if self.owing else 100

    def add(self, state: str, number: int) -> None:
        setattr(self, state, getattr(self, state) + number)


def state(today: date) -> Any:
    """How a coverage stands today, in SQL; its exemption joined as in `_covered`."""
    is_done = Coverage.done_on.is_null(False)
    is_done &= Coverage.due_on.is_null() | (Coverage.due_on >= today)
    return peewee.Case(
        None,
        [
            (Coverage.since > today, AHEAD),
            (Exemption.id.is_null(False), EXCUSED),
            (is_done, DONE),
            (Coverage.late_on <= today, OVERDUE),
        ],
        OPEN,
    )


# By its name, because PostgreSQL takes the same words with other parameters for something else.
_BY_STATE = peewee.SQL("how")


def _covered(query: Any, today: date) -> Any:
    """`query` of the coverages that mean somebody now or later, joined with today's exemption."""
    covers = (Exemption.since <= today) & (Exemption.until.is_null() | (Exemption.until >= today))
    theirs = (Exemption.requirement == Coverage.requirement) & (Exemption.person == Coverage.person)
    return query.join(
        Exemption,
        peewee.JOIN.LEFT_OUTER,
        on=(theirs & covers & Exemption.is_known()),
        attr="excuse",
    ).where(Coverage.is_known(), Coverage.is_ahead(today))


# -- many requirements -------------------------------------------------------------------------


@dataclass
class Row:
    """One requirement in the list."""

    requirement: Requirement
    terms: Terms
    title: str
    tally: Tally = field(default_factory=Tally)


@dataclass
class Slice:
    """One page of what is sorted here, for the pager."""

    rows: list[Row]
    number: int
    has_next: bool


def listed(visible: Any, today: date, number: int, *, ended: bool = False) -> Slice:
    """A page of the requirements that are asked, or of those that have ended, by title."""
    last = Terms.alias()
    newest = last.select(peewee.fn.MAX(last.id)).where(
        last.requirement == Requirement.id, last.superseded_at.is_null()
    )
    over = Terms.holds_until.is_null(not ended)
    found = (
        visible.select(Requirement, Terms)
        .join(Terms, on=(Terms.id == newest), attr="terms_now")
        .where(over)
    )
    rows = [Row(one, one.terms_now, "") for one in found]
    known = titles((row.requirement.kind, row.requirement.target) for row in rows)
    for row in rows:
        row.title = known[row.requirement.kind, row.requirement.target]
    rows.sort(key=lambda row: (text.fold(row.title), row.requirement.id))
    first = (number - 1) * PAGE_ROWS
    shown = rows[first : first + PAGE_ROWS]
    tallies = tally([row.requirement.id for row in shown], today)
    for row in shown:
        row.tally = tallies[row.requirement.id]
    return Slice(shown, number, len(rows) > first + PAGE_ROWS)


def tally(requirements: Collection[int], today: date) -> dict[int, Tally]:
    """How many stand how, for each of these requirements; one query."""
    counted: dict[int, Tally] = defaultdict(Tally)
    if requirements:
        chosen = Coverage.select(
            Coverage.requirement, state(today).alias("how"), peewee.fn.COUNT(Coverage.id)
        )
        rows = _covered(chosen, today).where(Coverage.requirement.in_(list(requirements)))
        for requirement, stands, number in rows.group_by(Coverage.requirement, _BY_STATE).tuples():
            counted[requirement].add(stands, number)
    return counted


# -- one requirement ---------------------------------------------------------------------------


@dataclass
class Asked:
    """What the address of the page asks for."""

    words: str = ""
    state: str = ""
    team: int | None = None

    def __bool__(self) -> bool:
        return bool(self.words or self.state or self.team)


def by_department(
    requirement: Requirement, today: date, teams: Teams
) -> tuple[Tally, list[tuple[int | None, str, Tally]]]:
    """Everyone's tally, and each department's with its id, the least done first; one query."""
    chosen = Coverage.select(Position.team, state(today).alias("how"), peewee.fn.COUNT(Coverage.id))
    held = (Position.person == Coverage.person) & Position.is_held(today)
    rows = (
        _covered(chosen, today)
        .join(Position, peewee.JOIN.LEFT_OUTER, on=held)
        .where(Coverage.requirement == requirement)
        .group_by(Position.team, _BY_STATE)
    )
    total, found = Tally(), defaultdict(Tally)
    for team, stands, number in rows.tuples():
        total.add(stands, number)
        found[teams.top(team)].add(stands, number)
    named = [(top, teams.by_id[top].name if top else "No department", found[top]) for top in found]
    return total, sorted(named, key=lambda one: (one[2].percent, -one[2].overdue, one[1]))


def standing(requirement: Requirement, asked: Asked, today: date, teams: Teams) -> Any:
    """The people it means by name, each with `.state`, its `.excuse` and where they `.stands`."""
    how = state(today)
    held = (Position.person == Coverage.person) & Position.is_held(today)
    chosen = Coverage.select(
        Coverage,
        *Person.names(Person),
        how.alias("state"),
        Exemption.id,
        Exemption.until,
        Position.id,
        Position.role,
        Position.team,
    )
    rows = (
        _covered(chosen.join(Person, on=(Coverage.person == Person.id)).switch(Coverage), today)
        .switch(Coverage)
        .join(Position, peewee.JOIN.LEFT_OUTER, on=held, attr="stands")
        .where(Coverage.requirement == requirement)
        .order_by(Person.folded, Person.id, Coverage.since)
    )
    if asked.state:
        rows = rows.where(how == asked.state)
    if asked.team:
        rows = rows.where(Position.team.in_(list(teams.below(asked.team)) or [0]))
    return rows.where(Person.matches(asked.words)) if asked.words else rows


def meant_by(requirement: Requirement, people: Collection[int], today: date) -> list[Person]:
    """Those of these people whom it means now or soon, by name."""
    covered = Coverage.select(Coverage.person).where(
        Coverage.requirement == requirement, Coverage.is_known(), Coverage.is_ahead(today)
    )
    chosen = Person.select().where(Person.id.in_(list(people)), db.among(Person.id, covered))
    return list(chosen.order_by(Person.folded, Person.id))


def owed(requirement: Requirement, today: date, person_id: int | None = None) -> list[Assignment]:
    """What those whom it means, or one of them, still owe for it: the most overdue first."""
    how = state(today)
    outstanding = _covered(Coverage.select(Coverage.person), today).where(
        Coverage.requirement == requirement, how.in_(OUTSTANDING)
    )
    duties = (
        Assignment.select(Assignment, Person)
        .join(Person, on=(Assignment.person == Person.id))
        .where(
            Assignment.is_open(),
            Assignment.kind == requirement.kind_of.duty,
            Assignment.target == requirement.target,
            db.among(Assignment.person, outstanding),
        )
        .order_by(Assignment.due_on, Assignment.id)
    )
    if person_id is not None:
        duties = duties.where(Assignment.person == person_id)
    return list(duties.limit(MOST_NUDGED))


COLUMNS = (
    "name", "email", "department", "state", "meant since", "done on", "due on", "overdue from",
    "excused until",
)  # fmt: skip


def export(requirement: Requirement, asked: Asked, *, today: date, by: Person) -> bytes:
    """Whom the page shows as a CSV file; that it was taken, and how many, is in the trail."""
    teams = Teams()
    standings = standing(requirement, asked, today, teams).limit(MOST_ROWS)
    rows = [_cells(row, teams) for row in standings]
    with db.write():
        audit.record(by, "exported", requirement, data={"people": len(rows)})
    return write_table(COLUMNS, rows)


def _cells(row: Coverage, teams: Teams) -> list[str]:
    is_excused = row.state == EXCUSED
    stands = getattr(row, "stands", None)
    values = (
        row.person.name,
        row.person.email,
        teams.department(stands.team_id) if stands else "",
        STATES[row.state].lower(),
        row.since,
        row.done_on,
        None if is_excused else row.due_on,
        None if is_excused else row.late_on,
        (row.excuse.until or "for good") if is_excused else None,
    )
    return ["" if one is None else str(one) for one in values]


# -- its history -------------------------------------------------------------------------------


@dataclass
class Change:
    """One line of a requirement's history: when, who, and what it said from then on."""

    terms: Terms
    says: str
    changed: list[str]


def history(requirement: Requirement) -> list[Change]:
    """Every terms there were, as known now, the newest first, each beside the one before it."""
    rows = list(
        Terms.select(Terms, *Person.names(Person))
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Terms.recorded_by == Person.id))
        .where(Terms.requirement == requirement, Terms.is_known())
        .order_by(Terms.holds_from, Terms.id)
    )
    found = []
    for place, terms in enumerate(rows):
        before = rows[place - 1] if place else None
        says = words.whole(terms.rhythm, terms.audience, terms.starts_on)
        found.append(Change(terms, says, words.changes(before, terms) if before else []))
    return found[::-1]
