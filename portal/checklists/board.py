"""The board: every list a row with its phases as segments, what is late, who is waited for."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import peewee

from portal import clock, db
from portal.assignments.models import Assignment, CauseRow
from portal.checklists.duties import KIND, OPENED
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.documents.models import Document, Revision
from portal.people.functions import Function
from portal.people.models import Person, Position
from portal.people.org import Team
from portal.text import enumerated

# Of all lists, so many are to have every step settled by its day.
ON_TIME_TARGET = 95
ON_TIME_DAYS = 365
GROUPS = {
    "onboarding": "Arriving",
    "offboarding": "Leaving",
    "promotion": "Promotions",
    "transfer": "Changing team or place",
    "leave": "Going on leave",
    "return": "Coming back",
    "other": "Other lists",
}


@dataclass
class Segment:
    """One phase of a list: how many of its steps are settled, and how many late."""

    title: str
    total: int = 0
    settled: int = 0
    late: int = 0

    @property
    def state(self) -> str:
        """`done`, `late`, `begun` or `ahead`."""
        if self.settled == self.total:
            return "done"
        if self.late:
            return "late"
        return "begun" if self.settled else "ahead"

    @property
    def words(self) -> str:
        late = f", {self.late} late" if self.late else ""
        return f"{self.title}: {self.settled} of {self.total}{late}"


@dataclass
class Row:
    """A list on the board."""

    checklist: Checklist
    segments: list[Segment] = field(default_factory=list)
    waits_for: list[str] = field(default_factory=list)
    ownerless: int = 0

    @property
    def total(self) -> int:
        return sum(one.total for one in self.segments)

    @property
    def settled(self) -> int:
        return sum(one.settled for one in self.segments)

    @property
    def late(self) -> int:
        return sum(one.late for one in self.segments)

    @property
    def waiting(self) -> str:
        """Who is waited for, three by name."""
        said = enumerated(self.waits_for[:3], len(self.waits_for))
        if self.ownerless:
            missing = f"{self.ownerless} without an owner"
            said = f"{said}; {missing}" if said else missing
        return said


@dataclass(frozen=True)
class Filters:
    """What the address asks for."""

    transition: str = ""
    team: int = 0
    plan: int = 0
    finished: bool = False
    person: int = 0

    def apply(self, query: Any, on: date) -> Any:
        """`query` of checklists, only those asked for, in the board's order, with their persons."""
        query = self.only(query, on)
        if self.person:
            return Checklist.of_person(query, self.person)
        order = peewee.Case(Checklist.transition, [(name, n) for n, name in enumerate(GROUPS)], 99)
        by_day = Checklist.anchor_on.desc() if self.finished else Checklist.anchor_on
        return Checklist.listing(query, self.finished).order_by(order, by_day, Checklist.id)

    def only(self, query: Any, on: date) -> Any:
        """`query` of checklists without those that other people, plans and events have."""
        if self.transition:
            query = query.where(Checklist.transition == self.transition)
        if self.plan:
            of_plan = Revision.select(Revision.id).where(Revision.document == self.plan)
            query = query.where(db.among(Checklist.revision, of_plan))
        if self.team:
            query = query.where(db.among(Checklist.person, _in_team(self.team, on)))
        return query


def _in_team(team_id: int, on: date) -> Any:
    """Ids of whoever stands in the team or below it that day."""
    here = Team.select(Team.id).where(Team.id == team_id)
    tree = here.cte("tree", recursive=True, columns=("id",))
    below = Team.alias()
    tree = tree.union(below.select(below.id).join(tree, on=(below.parent == tree.c.id)))
    teams = tree.select_from(tree.c.id)
    return Position.select(Position.person).where(
        db.among(Position.team, teams), Position.is_held(on)
    )


def rows(checklists: list[Checklist], on: date) -> list[Row]:
    """These lists as rows: one query for all their steps and owners."""
    found = {one.id: Row(one) for one in checklists}
    steps: Any = (
        Step.select(
            Step.checklist, Step.phase, Step.completed_at, Step.skipped_at, Step.due_on,
            Step.missing, Person.name, Person.preferred_name, Function.name,
        )
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Step.owner == Person.id))
        .switch(Step)
        .join(Function, peewee.JOIN.LEFT_OUTER, on=(Step.function == Function.id))
        .where(Step.checklist.in_(list(found)))
        .order_by(Step.checklist, Step.order)
        .tuples()
    )  # fmt: skip
    for list_id, of_list in groupby(steps if found else [], key=lambda step: step[0]):
        _fill(found[list_id], list(of_list), on)
    return list(found.values())


def _fill(row: Row, steps: list[tuple[Any, ...]], on: date) -> None:
    stopped = row.checklist.stopped_at is not None
    segments: dict[str, Segment] = {}
    for _, phase, done, skipped, due_on, missing, name, preferred, function in steps:
        segment = segments.setdefault(phase, Segment(phase))
        segment.total += 1
        if done or skipped:
            segment.settled += 1
            continue
        if stopped:
            continue
        segment.late += bool(due_on and due_on < on)
        if missing:
            row.ownerless += 1
            continue
        owner = Person(name=name, preferred_name=preferred).called if name else function or ""
        if owner and owner not in row.waits_for:
            row.waits_for.append(owner)
    row.segments = list(segments.values())


def grouped(found: list[Row]) -> list[tuple[str, list[Row]]]:
    """The rows under what happens to people, in the board's order."""
    groups: dict[str, list[Row]] = {name: [] for name in GROUPS}
    for row in found:
        groups.setdefault(row.checklist.transition, []).append(row)
    return [(GROUPS.get(name, "Other lists"), of) for name, of in groups.items() if of]


def choices(visible: Any) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Teams to filter by, and the plans of the `visible` checklists, in one query."""
    of_lists = db.among(Revision.id, visible.select(Checklist.revision))
    plans = Document.select(peewee.Value("plan"), Document.id, Document.title).where(
        db.among(Document.id, Revision.select(Revision.document).where(of_lists))
    )
    teams = Team.select(peewee.Value("team"), Team.id, Team.name).where(Team.closed_at.is_null())
    both = list(plans.union_all(teams).tuples())
    named = sorted(both, key=lambda row: str(row[2]).casefold())
    return (
        [(number, name) for kind, number, name in named if kind == "team"],
        [(number, name) for kind, number, name in named if kind == "plan"],
    )


# -- on time ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class OnTime:
    """Of `n` lists begun in the last year and either finished or already late, how many had every
    step settled by its day. What still runs in time is neither yet."""

    n: int
    kept: int

    @property
    def share(self) -> int | None:
        """Whole percent, rounded down: 94.9 is not 95."""
        return self.kept * 100 // self.n if self.n else None

    @property
    def is_met(self) -> bool:
        return self.share is not None and self.share >= ON_TIME_TARGET


def on_time(visible: Any, on: date, now: datetime | None = None) -> OnTime:
    """The figure over `visible` checklists: one query."""
    since = (now or clock.now()) - timedelta(days=ON_TIME_DAYS)
    mine = Step.checklist == Checklist.id
    one = peewee.SQL("1")
    is_open = peewee.fn.EXISTS(Step.select(one).where(mine, Step.is_open()))
    is_late = peewee.fn.EXISTS(Step.select(one).where(mine, Step.is_open(), Step.is_late(on)))
    late_duty = Assignment.outcome.in_(["done", "waived"]) & (
        Assignment.settled_at > Assignment.due_at
    )
    own = (Assignment.kind == KIND) & (Assignment.target == Step.id)
    stands_for = (CauseRow.kind == OPENED) & (CauseRow.ref == Step.id)
    # Asked apart, because joined by an “or” no index would help; and crossed, because SQLite would
    # begin with every duty of the company instead of the twenty steps of a list.
    was_late = peewee.fn.EXISTS(
        Step.select(one).join(Assignment, peewee.JOIN.CROSS).where(mine, own, late_duty)
    ) | peewee.fn.EXISTS(
        Step.select(one)
        .join(CauseRow, peewee.JOIN.CROSS)
        .join(Assignment, on=(CauseRow.assignment == Assignment.id))
        .where(mine, stands_for, late_duty)
    )
    missed = is_late | was_late
    counted = visible.where(
        Checklist.stopped_at.is_null(), Checklist.started_at >= since, ~is_open | is_late
    )
    kept = peewee.Case(None, [(~missed, 1)], 0)
    n, good = counted.select(peewee.fn.COUNT(Checklist.id), peewee.fn.SUM(kept)).tuples().first()
    return OnTime(n, good or 0)
