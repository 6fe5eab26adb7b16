"""Figures: how much is overdue, what comes due, and which departments are at risk.

Counted is each thing required of each person who is meant today: that many are owed. Overdue is
what is not done and past its last day and its grace; whoever is excused counts as in order. What
comes due is counted up to 90 days ahead, joiners included, without those who leave before.
All of it is added up by the database in one question, however many people there are.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import peewee

from portal.compliance.models import Coverage, Requirement
from portal.compliance.titles import Thing, titles
from portal.people.org import Team
from portal.people.positions import Position
from portal.text import count

GOAL_PERCENT = 5
HORIZONS = (30, 60, 90)
# A department is at risk, too, when so much of what it owes comes due within 30 days.
WAVE_PERCENT = 25
NOWHERE = 0


@dataclass
class Tally:
    """How much is owed, how much of it overdue, and how much comes due within 30, 60, 90 days."""

    owed: int = 0
    late: int = 0
    within: tuple[int, int, int] = (0, 0, 0)

    def add(self, owed: int, late: int, within: tuple[int, int, int]) -> None:
        self.owed += owed
        self.late += late
        self.within = tuple(map(sum, zip(self.within, within, strict=True)))  # type: ignore[assignment]

    @property
    def soon(self) -> int:
        return self.within[0]

    @property
    def ahead(self) -> int:
        return sum(self.within)

    @property
    def share(self) -> float:
        """Percent overdue, with one digit, rounded down: 4.97 is not 5."""
        return self.late * 1000 // self.owed / 10 if self.owed else 0.0

    @property
    def is_met(self) -> bool:
        return self.late * 100 < GOAL_PERCENT * self.owed or not self.late

    @property
    def has_wave(self) -> bool:
        return self.soon > 1 and self.soon * 100 >= WAVE_PERCENT * self.owed


@dataclass
class Unit:
    """A department (or, for a manager, a team of theirs) with what it owes; `id` 0: in none."""

    id: int
    name: str
    tally: Tally = field(default_factory=Tally)
    by_thing: dict[Thing, Tally] = field(default_factory=dict)

    def worst(self) -> Thing | None:
        """What most of it is: of what is overdue, or, where nothing is, of what comes due."""

        def weight(thing: Thing) -> tuple[int, int]:
            tally = self.by_thing[thing]
            return (tally.late if self.tally.late else tally.soon, tally.soon)

        return max(self.by_thing, key=weight, default=None)


@dataclass
class Line:
    """One requirement with what comes due of it."""

    id: int
    thing: Thing
    tally: Tally = field(default_factory=Tally)


@dataclass
class Cell:
    """One requirement in one department."""

    unit: Unit
    line: Line
    tally: Tally


class Figures:
    """What is owed in a reach (`followed_by` somebody) on a day, as it stands now."""

    def __init__(
        self, visible: Any, on: date, *, by_team: bool = False, days: int = HORIZONS[-1]
    ) -> None:
        """`days`: how far ahead it looks; 30 is read faster than 90."""
        self.total = Tally()
        self.units: dict[int, Unit] = {}
        self.lines: dict[int, Line] = {}
        self.cells: list[Cell] = []
        self.nowhere = "No team" if by_team else "No department"
        for row in _rows(visible, on, by_team=by_team, days=days):
            self._take(*row)
        self._titles: dict[Thing, str] | None = None

    def _take(
        self, unit_id: int | None, name: str | None, requirement: int, kind: str, target: int,
        *counts: int,
    ) -> None:  # fmt: skip
        owed, late, *within = (int(number or 0) for number in counts)
        said = (owed, late, (within[0], within[1], within[2]))
        key = unit_id or NOWHERE
        unit = self.units.setdefault(key, Unit(key, name or self.nowhere))
        self.total.add(*said)
        unit.tally.add(*said)
        if not requirement:
            return
        line = self.lines.setdefault(requirement, Line(requirement, (kind, target)))
        line.tally.add(*said)
        unit.by_thing.setdefault(line.thing, Tally()).add(*said)
        self.cells.append(Cell(unit, line, Tally(*said)))

    def title(self, thing: Thing) -> str:
        if self._titles is None:
            self._titles = titles(line.thing for line in self.lines.values())
        return self._titles[thing]

    @property
    def departments(self) -> list[Unit]:
        """Those that owe anything, by name."""
        owing = (unit for unit in self.units.values() if unit.tally.owed or unit.tally.ahead)
        return sorted(owing, key=lambda unit: (unit.id == NOWHERE, unit.name.casefold()))

    @property
    def at_risk(self) -> list[Unit]:
        """Those at risk: the largest share overdue first, then the largest wave ahead.

        A wave that goes through the whole company is no department's own.
        """
        found = [
            unit
            for unit in self.departments
            if not unit.tally.is_met or (unit.tally.has_wave and not self.total.has_wave)
        ]

        def weight(unit: Unit) -> tuple[bool, float, float]:
            tally = unit.tally
            return tally.is_met, -tally.late / (tally.owed or 1), -tally.soon / (tally.owed or 1)

        return sorted(found, key=weight)

    def why(self, unit: Unit, *, briefly: bool = False) -> str:
        """Why a department is at risk, as a sentence; briefly: without what most of it is."""
        tally, worst = unit.tally, None if briefly else unit.worst()
        how_much = "most" if len(unit.by_thing) > 1 else "all"
        mostly = f", {how_much} of it {self.title(worst)}" if worst else ""
        if tally.is_met:
            # Not "of" what is owed: whoever starts by then is among those, and owes nothing today.
            return f"{count(tally.soon, 'thing')} come due within 30 days{mostly}."
        more = f" {tally.soon} more {'comes' if tally.soon == 1 else 'come'} due within 30 days."
        said = f"{tally.late} of {tally.owed} overdue ({tally.share:g} %){mostly}."
        return said + (more if tally.soon else "")

    def by_title(self) -> list[Line]:
        """The requirements of which something is overdue or comes due, by title."""
        return sorted(self.lines.values(), key=lambda line: self.title(line.thing).casefold())

    def table(self) -> list[list[str]]:
        """Every requirement in every department, as a file has it."""
        cells = sorted(
            self.cells,
            key=lambda cell: (cell.unit.name.casefold(), self.title(cell.line.thing).casefold()),
        )
        return [
            [
                cell.unit.name,
                self.title(cell.line.thing),
                *(str(number) for number in (cell.tally.late, *cell.tally.within)),
            ]
            for cell in cells
        ]

    @property
    def sentence(self) -> str:
        """`14 of 412 are overdue.`"""
        if not self.total.owed:
            return "Nothing is required of anybody yet."
        are = "is" if self.total.late == 1 else "are"
        return f"{self.total.late} of {count(self.total.owed, 'thing')} owed {are} overdue."


COLUMNS = ("overdue", "within 30 days", "31 to 60 days", "61 to 90 days")


def is_late(on: date) -> Any:
    """Overdue that day, as a condition on coverages: past its last day and its grace."""
    # The first half follows from the second, and is what an index can be searched by.
    return (Coverage.due_on < on) & (Coverage.late_on <= on)


def comes_due(first: date, last: date) -> Any:
    """Due in these days, of somebody who is still meant then."""
    return Coverage.due_on.between(first, last) & stays()


def stays() -> Any:
    """Meant on the day by which it is due: who leaves before owes it to nobody."""
    return Coverage.until.is_null() | (Coverage.until >= Coverage.due_on)


def is_within(state: str, on: date) -> Any:
    """What a list of one state holds, as a condition: `late`, `30`, `60` or `90`."""
    meant = Coverage.is_ahead(on)
    if state == "late":
        return meant & is_late(on)
    days = int(state)
    last = on + timedelta(days=days)
    if days == HORIZONS[0]:
        return meant & ~_or_false(is_late(on)) & (Coverage.due_on <= last) & stays()
    return meant & comes_due(last - timedelta(days=29), last)


def _or_false(condition: Any) -> Any:
    return peewee.fn.COALESCE(condition, False)


def in_unit(team_id: int, on: date, *, with_below: bool) -> Any:
    """Ids of whoever stands in a team that day, as a query; with all the teams below it, or not."""
    if not with_below:
        here = Position.team == team_id
        return Position.select(Position.person).where(here, Position.is_held(on))
    tree = (
        Team.select(Team.id).where(Team.id == team_id).cte("tree", recursive=True, columns=("id",))
    )
    below = Team.alias()
    tree = tree.union(below.select(below.id).join(tree, on=(below.parent == tree.c.id)))
    teams = tree.select_from(tree.c.id)
    in_tree = peewee.Expression(Position.team, "in", teams)
    return Position.select(Position.person).where(in_tree, Position.is_held(on))


# -- the one question ----------------------------------------------------------------------------


def _rows(visible: Any, on: date, *, by_team: bool, days: int) -> Any:
    """Unit, its name, requirement (0 for what is owed in all), its kind and target, and counts."""
    places = _places(on, by_team=by_team)
    counted = (
        _owed(visible, on, places).union_all(_coming(visible, on, places, days)).alias("counted")
    )
    c = counted.c
    return (
        peewee.Select(
            [counted],
            [
                c.unit, Team.name, c.requirement, Requirement.kind, Requirement.target,
                c.owed, c.late, c.first, c.second, c.third,
            ],
        )
        .join(Team, peewee.JOIN.LEFT_OUTER, on=(c.unit == Team.id))
        .join(Requirement, peewee.JOIN.LEFT_OUTER, on=(c.requirement == Requirement.id))
        .with_cte(*places.ctes)
        .bind(Coverage._meta.database)  # type: ignore[attr-defined]
        .tuples()
    )  # fmt: skip


class _Places:
    """In which unit each person stands: read once, because it is asked for every row."""

    def __init__(self, ctes: list[Any]) -> None:
        self.ctes, self.c = ctes, ctes[-1].c
        self.cte = ctes[-1]


def _places(on: date, *, by_team: bool) -> _Places:
    held = Position.is_held(on)
    if by_team:
        chosen: Any = Position.select(Position.person, peewee.fn.MAX(Position.team))
        ctes: list[Any] = []
    else:
        tops = _tops()
        unit = peewee.fn.MAX(tops.c.top)
        chosen = Position.select(Position.person, unit).join(
            tops, peewee.JOIN.LEFT_OUTER, on=(Position.team == tops.c.id)
        )
        ctes = [tops]
    # Two positions held on one day are a mistake, and must not count what is owed twice.
    named = chosen.where(held).group_by(Position.person)
    return _Places([*ctes, named.cte("places", columns=("person", "unit"), materialized=True)])


def _tops() -> Any:
    """Each team with the department above it."""
    top = (
        Team.select(Team.id, Team.id.alias("top"))
        .where(Team.parent.is_null())
        .cte("tops", recursive=True, columns=("id", "top"))
    )
    below = Team.alias()
    return top.union_all(below.select(below.id, top.c.top).join(top, on=(below.parent == top.c.id)))


def _owed(visible: Any, on: date, places: _Places) -> Any:
    """How much is owed in each unit. By person first: an index holds all that this asks."""
    people = (
        visible.where(Coverage.is_on(on))
        .select(Coverage.person.alias("person"), peewee.fn.COUNT(peewee.SQL("*")).alias("n"))
        .group_by(Coverage.person)
        .alias("people")
    )
    none = peewee.Value(0)
    return (
        peewee.Select(
            [people],
            [
                places.c.unit.alias("unit"), none.alias("requirement"),
                peewee.fn.SUM(people.c.n).alias("owed"), none.alias("late"),
                none.alias("first"), none.alias("second"), none.alias("third"),
            ],
        )
        .join(places.cte, peewee.JOIN.LEFT_OUTER, on=(people.c.person == places.c.person))
        .group_by(places.c.unit)
    )  # fmt: skip


def _coming(visible: Any, on: date, places: _Places, most: int) -> Any:
    """How much of each requirement in each unit is overdue or comes due within so many days."""
    days = [on + timedelta(days=horizon) for horizon in HORIZONS]
    last = on + timedelta(days=most)
    due = Coverage.due_on
    late = peewee.Case(None, [(is_late(on), 1)], 0)
    firsts = peewee.Case(None, [(is_late(on), 0), (due <= days[0], 1)], 0)
    rows = visible.where(Coverage.is_ahead(on), due <= last, is_late(on) | stays())
    return (
        rows.select(
            places.c.unit,
            Coverage.requirement,
            peewee.Value(0),
            peewee.fn.SUM(late),
            peewee.fn.SUM(firsts),
            peewee.fn.SUM(peewee.Case(None, [((due > days[0]) & (due <= days[1]), 1)], 0)),
            peewee.fn.SUM(peewee.Case(None, [(due > days[1], 1)], 0)),
        )
        .join(places.cte, peewee.JOIN.LEFT_OUTER, on=(Coverage.person == places.c.person))
        .group_by(places.c.unit, Coverage.requirement)
    )
