"""Who owes what: the names behind a figure, and asking them for it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.assignments import nudges
from portal.assignments.models import Assignment
from portal.compliance import access
from portal.compliance.figures import comes_due, in_unit, is_within
from portal.compliance.models import Coverage, Requirement
from portal.compliance.needs import kinds
from portal.compliance.titles import Thing
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.org import Team, Teams
from portal.people.positions import Position

LATE = "late"
STATES = {
    LATE: "Overdue",
    "30": "Within 30 days",
    "60": "31 to 60 days",
    "90": "61 to 90 days",
}
MAX_EXPORTED = 50_000


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a state, and of what and of whom.

    `department` is a team with all below it, `team` those who stand in it itself. Two days take the
    place of the state.
    """

    state: str = LATE
    days: tuple[date, date] | None = None
    requirement: int = 0
    department: int = 0
    team: int = 0
    unchased: bool = False

    def apply(self, visible: Any, on: date) -> Any:
        """`visible` coverages, those asked for alone."""
        query = visible.where(self._when(on))
        if self.requirement:
            query = query.where(Coverage.requirement == self.requirement)
        for unit, with_below in ((self.department, True), (self.team, False)):
            if unit:
                people = in_unit(unit, on, with_below=with_below)
                query = query.where(db.among(Coverage.person, people))
        return query.where(is_unchased(on)) if self.unchased else query

    def _when(self, on: date) -> Any:
        if self.days:
            return Coverage.is_ahead(on) & comes_due(*self.days)
        return is_within(self.state, on)

    @property
    def on(self) -> str:
        """The days as the address says them: `2026-12`, or `2026-12-01`."""
        first, last = self.days or (date.min, date.min)
        return f"{first:%Y-%m}" if last != first else str(first)

    @property
    def when(self) -> dict[str, str]:
        """The state or the days, as the address says them."""
        return {"on": self.on} if self.days else {"state": self.state}

    @property
    def title(self) -> str:
        """`Overdue`, `Within 30 days`, `December 2026`, `1 December 2026`."""
        if self.days is None:
            return STATES[self.state]
        first, last = self.days
        month = f"{first:%B %Y}"
        return f"{first.day} {month}" if first == last else month

    @property
    def is_late(self) -> bool:
        return self.state == LATE and self.days is None

    @property
    def filters(self) -> dict[str, Any]:
        """The same as the address says it, without the state."""
        named = {name: getattr(self, name) for name in ("requirement", "department", "team")}
        said = {name: number for name, number in named.items() if number}
        return said | ({"unchased": "1"} if self.unchased else {})


def is_unchased(on: date) -> Any:
    """Nobody is asked for it: no duty stands open yet, or whoever owes it is on leave."""
    away = db.among(Coverage.person, Leave.people_away(on))
    return (Coverage.since <= on) & (Coverage.opened_for.is_null() | away)


@dataclass(frozen=True)
class Heading:
    """How many there are in all, and what the filters are called."""

    total: int
    unit: str
    thing: Thing | None


def heading(query: Any, asked: Asked, *, names_all: bool) -> Heading:
    """One question for the count and the names; a requirement is named to whoever may read them
    all, or follows somebody whom it means."""
    unit = Team.select(Team.name).where(Team.id == (asked.department or asked.team))
    wanted = Requirement.id == asked.requirement
    found = query.select(
        peewee.fn.COUNT(Coverage.id),
        unit,
        Requirement.select(Requirement.kind).where(wanted),
        Requirement.select(Requirement.target).where(wanted),
    )
    total, name, kind, target = found.tuples().first()
    is_named = bool(kind) and (names_all or total > 0)
    return Heading(total, name or "", (kind, target) if is_named else None)


def rows(query: Any, on: date) -> Any:
    """These coverages by their day, each with its requirement, its person, where they stand
    (`.unit`), the open duty (`.duty_id`, 0 without) and whether it was asked for today."""
    today = clock.today()
    held = (Position.person == Coverage.person) & Position.is_held(on)
    asked = (nudges.Nudge.assignment == Assignment.id) & (nudges.Nudge.on == today)
    left = peewee.JOIN.LEFT_OUTER
    return (
        query.select(
            Coverage,
            Requirement,
            *Person.names(Person),
            # As expressions, so that they become the row's own and not another table's.
            peewee.fn.COALESCE(Team.name, "").alias("unit"),
            peewee.fn.COALESCE(Assignment.id, 0).alias("duty_id"),
            peewee.fn.COALESCE(nudges.Nudge.id, 0).alias("nudge_id"),
        )
        .join(Requirement)
        .switch(Coverage)
        .join(Person, on=(Coverage.person == Person.id))
        .switch(Coverage)
        .join(Position, left, on=held)
        .join(Team, left, on=(Position.team == Team.id))
        .switch(Coverage)
        .join(Assignment, left, on=is_its_duty())
        .join(nudges.Nudge, left, on=asked)
        # In the order of an index, so that a page reads no more than its rows.
        .order_by(Coverage.due_on, Coverage.id)
    )


def is_its_duty() -> Any:
    """The open duty of a coverage joined with its requirement, as a condition."""
    duties = [(kind.name, kind.duty) for kind in kinds.values()]
    kind: Any = peewee.Case(Requirement.kind, duties, "") if duties else peewee.Value("")
    return (
        (Assignment.person == Coverage.person)
        & Assignment.is_open()
        & (Assignment.kind == kind)
        & (Assignment.target == Requirement.target)
        & (Assignment.period == "")
    )


def one(visible: Any, coverage_id: int) -> Any:
    """That coverage alone, as a query."""
    return visible.where(Coverage.id == coverage_id)


def duties(query: Any, askable: Any) -> list[Assignment]:
    """The duties of these coverages that one may ask for and that nobody was asked for today, the
    longest overdue first, as many as one round takes."""
    told = nudges.Nudge.select(nudges.Nudge.id).where(
        nudges.Nudge.assignment == Assignment.id, nudges.Nudge.on == clock.today()
    )
    found = (
        query.select(Assignment.id)
        .join(Requirement)
        .join(Assignment, on=is_its_duty())
        .where(~peewee.fn.EXISTS(told), db.among(Assignment.id, askable.select(Assignment.id)))
        .order_by(Coverage.due_on, Assignment.id)
        .limit(nudges.MAX_DUTIES)
        .tuples()
    )
    ids = [number for (number,) in found]
    chosen: Any = (
        Assignment.select(Assignment, Person)
        .join(Person, on=(Assignment.person == Person.id))
        .where(Assignment.id.in_(ids))
    )
    ordered = sorted(chosen, key=lambda duty: ids.index(duty.id)) if ids else []
    # The same person each time, because whoever owes several things gets one letter.
    people: dict[int, Person] = {}
    for duty in ordered:
        duty.person = people.setdefault(duty.person_id, duty.person)
    return ordered


COLUMNS = ("name", "email", "team", "required", "due on", "overdue from", "last done on")


def table(found: Any, titles: dict[Thing, str]) -> list[list[str]]:
    """The rows as a file has them."""
    return [
        [
            row.person.name,
            row.person.email,
            row.unit,
            titles[row.requirement.kind, row.requirement.target],
            *("" if on is None else str(on) for on in (row.due_on, row.late_on, row.done_on)),
        ]
        for row in found
    ]


def askable(
    viewer: Person, kind: str, target: int, teams: Teams, **only: int | None
) -> list[Assignment]:
    """What others owe of one thing that the viewer may ask for now, as one round takes it: those
    first whom nobody asked today, the longest overdue before the others."""
    near = viewer.today() + timedelta(days=nudges.NEAR_DAYS)
    told = nudges.Nudge.select(nudges.Nudge.id).where(
        nudges.Nudge.assignment == Assignment.id, nudges.Nudge.on == clock.today()
    )
    duties = (
        access.duties_to_nudge(viewer)
        .select(Assignment, Person)
        .join(Person, on=(Assignment.person == Person.id))
        .where(Assignment.kind == kind, Assignment.target == target, Assignment.due_on <= near)
        .order_by(peewee.fn.EXISTS(told), Assignment.due_on, Assignment.id)
    )
    if only.get("person"):
        duties = duties.where(Assignment.person == only["person"])
    if team := only.get("team"):
        held = Position.select(Position.person).where(
            Position.is_held(viewer.today()), Position.team.in_(list(teams.below(team)) or [0])
        )
        duties = duties.where(db.among(Assignment.person, held))
    return list(duties.limit(nudges.MAX_DUTIES))
