"""Careers, read off position history alone: who moved on within the company, who rose, how soon."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from portal import db
from portal.competencies.texts import nearest
from portal.metrics import days, searching
from portal.metrics.measure import MEDIAN, NEITHER, Measure, Scope, Tally
from portal.metrics.people_counted import headcount
from portal.people.positions import Position
from portal.text import fold

YEAR = 365


class Held(NamedTuple):
    """One position of somebody, as known now."""

    person: int
    starts_on: date
    is_hire: bool
    role: str
    level: str
    team: int | None

    def rises_from(self, before: "Held") -> bool:
        """The level is a higher one of the same row, by its number: L3 after L2."""
        return self.level != before.level and _is_higher(self.level, before.level)

    def differs_from(self, before: "Held") -> bool:
        """Another role or another team, where both are known."""
        if self.team and before.team and self.team != before.team:
            return True
        return bool(self.role and before.role and not _is_same(self.role, before.role))


# There are few words for levels and roles, and many positions.
@lru_cache(maxsize=4_096)
def _is_higher(level: str, than: str) -> bool:
    return fold(level) != fold(than) and nearest([than], level) is not None


@lru_cache(maxsize=4_096)
def _is_same(one: str, other: str) -> bool:
    return one == other or fold(one) == fold(other)


class Step(NamedTuple):
    """That somebody went from one position to the next, and since when they had been on the first
    one's level without a break."""

    before: Held
    after: Held
    level_since: date


def steps(scope: Scope) -> list[Step]:
    """Each step within the days, by person and in order. One query, for all measures of a page."""
    return scope.once(_steps)


def _steps(scope: Scope) -> list[Step]:
    return list(_walked(scope))


def _walked(scope: Scope) -> Iterator[Step]:
    before: Held | None = None
    since = date.min
    for after in _held(scope):
        if before is None or after.person != before.person or after.is_hire:
            since = after.starts_on
        else:
            if after.starts_on >= scope.first:
                yield Step(before, after, since)
            if not _is_same(after.level, before.level):
                since = after.starts_on
        before = after


def _held(scope: Scope) -> Iterator[Held]:
    """What those who took a position within the days have held until their end, oldest first."""
    is_known = searching.not_by(Position.superseded_at).is_null()
    known = is_known & (Position.starts_on <= scope.last)
    moved = Position.select(Position.person).where(
        known, Position.starts_on >= scope.first, ~Position.is_hire, scope.among(Position.person)
    )
    p = Position
    rows: Any = p.select(p.person, p.starts_on, p.is_hire, p.role, p.level, p.team).where(
        known, db.among(p.person, moved)
    )
    return (Held(*row) for row in rows.order_by(p.person, p.starts_on, p.id).tuples().iterator())


def moved_within(scope: Scope) -> Iterable[Tally]:
    """Of those here on the last day, who took another role or went to another team."""
    return _share(scope, lambda step: step.after.differs_from(step.before))


def promoted(scope: Scope) -> Iterable[Tally]:
    """Of those here on the last day, who rose to a higher level."""
    return _share(scope, lambda step: step.after.rises_from(step.before))


def _share(scope: Scope, counts: Callable[[Step], bool]) -> Iterable[Tally]:
    found = {step.after.person for step in steps(scope) if counts(step)}
    return [Tally(person, int(person in found)) for person, *_ in scope.once(headcount)]


def velocity(scope: Scope) -> Iterable[Tally]:
    """The months each who rose had been on the level before: one row a promotion."""
    return [
        Tally(step.after.person, (step.after.starts_on - step.level_since).days / days.A_MONTH)
        for step in steps(scope)
        if step.after.rises_from(step.before)
    ]


def _career(person: int) -> str:
    return f"/careers/people/{person}"


MEASURES = [
    Measure(
        name="internal_mobility",
        title="Internal mobility",
        group="careers",
        definition="Of everybody who works here, how many took on another role or went to another "
        "team within the last year. A promotion counts where it changes the role, too; another "
        "level, place or manager alone does not.",
        formula="people with another role or team ÷ people here",
        tallies=moved_within,
        days=YEAR,
        for_lines=True,
        where=_career,
        caution="A reorganization moves many at once without anybody having chosen it, and a role "
        "that is only called otherwise counts as another.",
    ),
    Measure(
        name="promotion_rate",
        title="People promoted",
        group="careers",
        definition="Of everybody who works here, how many rose to a higher level within the last "
        "year. Higher is read off the number: L3 after L2. Levels without a number cannot be "
        "compared and count as no promotion.",
        formula="people on a higher level than before ÷ people here",
        tallies=promoted,
        better=NEITHER,
        days=YEAR,
        for_lines=True,
        where=_career,
    ),
    Measure(
        name="promotion_velocity",
        title="Months between levels",
        group="careers",
        definition="For each promotion of the last year the months its person had been on the "
        "level before, without a break; of these the one in the middle.",
        formula="median of months from reaching a level to reaching the next",
        tallies=velocity,
        kind=MEDIAN,
        unit="months",
        better=NEITHER,
        days=YEAR,
        for_lines=True,
        where=_career,
        caution="A history that begins with an import shows the first level shorter than it was.",
    ),
]
