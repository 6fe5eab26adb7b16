"""Measures of careers and vacancies: against a slow count of positions, and by hand."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from portal.metrics import hiring, mobility
from portal.metrics.measure import Scope
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.vacancies import Vacancy
from tests import cast
from tests.metrics.slowly import Data, Row, assert_all_agree, day_of
from tests.metrics.test_measures_retention import _times

A_MONTH = 365.25 / 12


def _careers(data: Data) -> list[list[Any]]:
    """Each unbroken row of positions of somebody, from the one they were hired into."""
    rows = sorted(
        (row for row in data.of(Position) if not row.superseded_at),
        key=lambda row: (row.person, row.starts_on, row.id),
    )
    found: list[list[Any]] = []
    for row in rows:
        if not found or found[-1][-1].person != row.person or row.is_hire:
            found.append([])
        found[-1].append(row)
    return found


def _is_higher(before: str, after: str) -> bool:
    before, after = before.lower(), after.lower()
    if before[1:].isdigit() and after[1:].isdigit() and before[0] == after[0]:
        return int(after[1:]) > int(before[1:])
    return False


def _rises(scope: Scope, data: Data) -> list[tuple[Any, date]]:
    """Positions of the days on a higher level, with the day the level before was reached."""
    found = []
    for career in _careers(data):
        for place in range(1, len(career)):
            row, before = career[place], career[place - 1]
            if scope.first <= row.starts_on <= scope.last and _is_higher(before.level, row.level):
                back = place - 1
                while back and career[back - 1].level.lower() == before.level.lower():
                    back -= 1
                found.append((row, career[back].starts_on))
    return found


def velocity(scope: Scope, data: Data) -> list[Row]:
    return [
        (row.person, (row.starts_on - since).days / A_MONTH, 1)
        for row, since in _rises(scope, data)
    ]


def promoted(scope: Scope, data: Data) -> list[Row]:
    rose = {row.person for row, _ in _rises(scope, data)}
    return [(person, person in rose, 1) for person in data.here(scope.last)]


def moved(scope: Scope, data: Data) -> list[Row]:
    people = set()
    for career in _careers(data):
        for before, row in pairwise(career):
            role = {before.role.lower(), row.role.lower()}
            team = {before.team, row.team}
            is_other = (len(role) == 2 and "" not in role) or (len(team) == 2 and None not in team)
            if is_other and scope.first <= row.starts_on <= scope.last:
                people.add(row.person)
    return [(person, person in people, 1) for person in data.here(scope.last)]


def _filled(scope: Scope, data: Data) -> list[Any]:
    people = data.by_id(Person)
    return [
        one
        for one in data.of(Vacancy)
        if one.filled_by and not people[one.filled_by].withdrawn_at
        if scope.first <= day_of(one.filled_at) <= scope.last
    ]


def time_to_fill(scope: Scope, data: Data) -> list[Row]:
    return [
        (one.filled_by, (one.filled_at.date() - one.opened_at.date()).days, 1)
        for one in _filled(scope, data)
    ]


def from_inside(scope: Scope, data: Data) -> list[Row]:
    found = []
    for one in _filled(scope, data):
        opened, filled = one.opened_at.date(), one.filled_at.date()
        theirs = [time for time in _times(data) if time.person == one.filled_by]
        was_here = any(
            time.first < opened and not (time.last and time.last < filled) for time in theirs
        )
        found.append((one.filled_by, was_here, 1))
    return found


def test_each_agrees_with_a_slow_count(database: Any) -> None:
    assert_all_agree(
        [*mobility.MEASURES, *hiring.MEASURES],
        {
            "internal_mobility": moved,
            "promotion_rate": promoted,
            "promotion_velocity": velocity,
            "time_to_fill": time_to_fill,
            "filled_from_inside": from_inside,
        },
    )


def _said(on: date) -> dict[str, float | None]:
    every = [*mobility.MEASURES, *hiring.MEASURES]
    return {one.name: one.value(one.tallies(one.scope(on))) for one in every}


def test_by_hand_somebody_rises_is_corrected_and_moves(who: Any, move_clock: Any) -> None:
    def take(starts_on: date, **values: Any) -> Any:
        return Position.take(who.erin, by=who.helen, starts_on=starts_on, **values)

    take(date(2024, 3, 1), level="L2")
    take(date(2025, 3, 1), location=None)
    take(date(2026, 9, 1), level="L3")
    said = _said(cast.TODAY)
    assert said["promotion_rate"] == pytest.approx(100 / 9)
    # From the first of March 2024, though the place changed in between.
    assert said["promotion_velocity"] == pytest.approx(914 / A_MONTH)
    assert said["internal_mobility"] == 0
    assert _said(date(2026, 8, 31))["promotion_velocity"] is None
    # It was a month earlier: the row that was wrong counts no more.
    take(date(2026, 8, 1), level="L3")
    assert _said(cast.TODAY)["promotion_velocity"] == pytest.approx(883 / A_MONTH)
    # What begins later has not happened, and a fall is no rise.
    take(date(2026, 12, 1), level="L4")
    assert len(list(mobility.velocity(Scope(date(2026, 1, 1), cast.TODAY)))) == 1
    Position.take(who.ben, by=who.helen, starts_on=cast.TODAY, role="Test Engineer", level="L1")
    assert _said(cast.TODAY)["internal_mobility"] == pytest.approx(100 / 9)


def test_by_hand_a_vacancy_is_filled_from_inside_or_by_somebody_new(
    who: Any, move_clock: Any
) -> None:
    inside = Vacancy.plan(by=who.helen, role="Test Engineer")
    outside = Vacancy.plan(by=who.helen, role="Engineer")
    move_clock(days=10)
    inside.fill(who.erin, by=who.helen)
    move_clock(days=10)
    Person.hire(
        by=who.helen, name="Vera New", email="vera@halden.example", details={}, role="Engineer",
        starts_on=cast.TODAY + timedelta(days=15), vacancy=outside,
    )  # fmt: skip
    said = _said(cast.TODAY + timedelta(days=20))
    assert (said["time_to_fill"], said["filled_from_inside"]) == (15, 50)
    assert _said(cast.TODAY + timedelta(days=9))["time_to_fill"] is None
