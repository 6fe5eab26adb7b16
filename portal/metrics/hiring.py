"""Vacancies: how long one stays empty, and whether somebody from here takes it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from portal import db
from portal.metrics import days, stints
from portal.metrics.measure import DOWN, MEDIAN, Measure, Scope, Tally
from portal.people.models import Person
from portal.people.vacancies import Vacancy

YEAR = 365


class Filled(NamedTuple):
    """A vacancy that somebody took within the days."""

    person: int
    opened_on: date
    filled_on: date


def filled(scope: Scope) -> Iterator[Filled]:
    """Those that were filled within the days, by whoever took them."""
    rows: Any = _filled(scope).select(Vacancy.filled_by, Vacancy.opened_at, Vacancy.filled_at)
    for person, opened_at, filled_at in rows.tuples():
        yield Filled(person, opened_at.date(), filled_at.date())


def _filled(scope: Scope) -> Any:
    return (
        Vacancy.select(Vacancy.filled_by)
        .join(Person, on=(Vacancy.filled_by == Person.id))
        .where(days.within(Vacancy.filled_at, scope))
        .where(Person.withdrawn_at.is_null(), scope.among(Vacancy.filled_by))
    )


def time_to_fill(scope: Scope) -> Iterable[Tally]:
    """The days each stood open, one row a vacancy."""
    return [Tally(one.person, (one.filled_on - one.opened_on).days) for one in filled(scope)]


def filled_from_inside(scope: Scope) -> Iterable[Tally]:
    """Which of them somebody took who was here before it was opened."""
    taken = _filled(scope)
    was_here: dict[int, list[tuple[date, date | None]]] = {}
    for person, began, ended, *_ in stints.rows(lambda column: db.among(column, taken)).tuples():
        was_here.setdefault(person, []).append((began, ended))
    return [
        Tally(one.person, int(_is_inside(one, was_here.get(one.person, []))))
        for one in filled(scope)
    ]


def _is_inside(one: Filled, was_here: list[tuple[date, date | None]]) -> bool:
    return any(
        began < one.opened_on and (ended is None or ended >= one.filled_on)
        for began, ended in was_here
    )


def _vacancies(person: int) -> str:
    return "/people/vacancies"


MEASURES = [
    Measure(
        name="time_to_fill",
        title="Days until a vacancy is filled",
        group="hiring",
        definition="For each vacancy filled within the last year the days from being opened here "
        "until somebody was found for it; of these the one in the middle. Their first day may be "
        "later.",
        formula="median of days from opened to filled",
        tallies=time_to_fill,
        kind=MEDIAN,
        unit="days",
        better=DOWN,
        days=YEAR,
        where=_vacancies,
        caution="A vacancy that was planned long ahead stood open for long without being late.",
    ),
    Measure(
        name="filled_from_inside",
        title="Vacancies filled from inside",
        group="hiring",
        definition="Of the vacancies filled within the last year, how many went to somebody who "
        "worked here already when it was opened.",
        formula="filled by people who were here before ÷ filled",
        tallies=filled_from_inside,
        days=YEAR,
        where=_vacancies,
    ),
]
