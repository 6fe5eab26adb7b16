"""Measures of who is here, comes, stays and leaves: against a slow count, and by hand."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from portal import clock
from portal.metrics import people_counted, retention
from portal.metrics.measure import GROUPED, Scope
from portal.people.leaving import Stint
from portal.people.models import Person
from portal.people.positions import Position
from tests import cast
from tests.metrics.slowly import Data, Row, added, assert_all_agree


def _times(data: Data) -> list[Any]:
    """Each time somebody was here, of those who ever really were."""
    people = data.by_id(Person)
    staff = [one for one in people.values() if one.hired_on and not one.withdrawn_at]
    before = [one for one in data.of(Stint) if not people[one.person].withdrawn_at]
    return [
        SimpleNamespace(
            person=person, first=one.hired_on, last=one.last_day_on,
            voluntary=one.departure_voluntary, regretted=one.departure_regretted,
        )
        for person, one in [*((p.id, p) for p in staff), *((s.person, s) for s in before)]
    ]  # fmt: skip


def headcount(scope: Scope, data: Data) -> list[Row]:
    return [(person, 1, 1) for person in data.here(scope.last)]


def joiners(scope: Scope, data: Data) -> list[Row]:
    came = [one for one in _times(data) if scope.first <= one.first <= scope.last]
    return [(person, hits, 1) for person, hits, _ in added((one.person, 1, 1) for one in came)]


def _left(scope: Scope, data: Data) -> list[Any]:
    return [one for one in _times(data) if one.last and scope.first <= one.last <= scope.last]


def leavers(scope: Scope, data: Data) -> list[Row]:
    gone = added((one.person, 1, 1) for one in _left(scope, data))
    return [(person, hits, 1) for person, hits, _ in gone]


def span(scope: Scope, data: Data) -> list[Row]:
    reports: dict[int, set[int]] = {}
    here = set(data.here(scope.last))
    for row in data.of(Position):
        began = row.starts_on <= scope.last and (not row.ends_on or row.ends_on >= scope.last)
        if began and not row.superseded_at and row.manager in here:
            reports.setdefault(row.manager, set()).add(row.person)
    return [(manager, len(people), 1) for manager, people in reports.items()]


def kept_a_year(scope: Scope, data: Data) -> list[Row]:
    now = set(data.here(scope.last))
    return [(person, person in now, 1) for person in data.here(scope.first)]


def turnover(scope: Scope, data: Data) -> list[Row]:
    """Each with the days of theirs that lie in these days, as parts of all of them."""
    days = range(scope.first.toordinal(), scope.last.toordinal() + 1)
    found = []
    for one in _times(data):
        ended = (one.last or scope.last).toordinal()
        theirs = [day for day in days if one.first.toordinal() <= day <= ended]
        left = one.last is not None and one.last.toordinal() in days
        if theirs:
            found.append((one.person, left, len(theirs) / len(days)))
    return added(found)


def _noted(name: str) -> Any:
    def slow(scope: Scope, data: Data) -> list[Row]:
        said = [(one.person, getattr(one, name)) for one in _left(scope, data)]
        return added((person, is_so, 1) for person, is_so in said if is_so is not None)

    return slow


def _kept(number: int) -> Any:
    def slow(scope: Scope, data: Data) -> list[Row]:
        found = []
        for one in _times(data):
            day = one.first + timedelta(days=number)
            if scope.first <= day <= scope.last:
                found.append((one.person, one.last is None or one.last >= day, 1))
        return added(found)

    return slow


def test_each_agrees_with_a_slow_count(database: Any) -> None:
    assert_all_agree(
        [*people_counted.MEASURES, *retention.MEASURES],
        {
            "headcount": headcount,
            "joiners": joiners,
            "leavers": leavers,
            "span": span,
            "kept_a_year": kept_a_year,
            "turnover": turnover,
            "voluntary_departures": _noted("voluntary"),
            "regretted_departures": _noted("regretted"),
            **{f"kept_{number}_days": _kept(number) for number in (30, 60, 90)},
        },
    )


def _numbers(on: date) -> dict[str, float | None]:
    every = [*people_counted.MEASURES, *retention.MEASURES]
    return {one.name: one.value(one.tallies(one.scope(on))) for one in every}


def test_by_hand_somebody_comes_leaves_and_comes_back(who: Any, move_clock: Any) -> None:
    """The cast: ten work here since 2024, Nia joins on Monday, Lev left, Audrey is a guest."""
    said = _numbers(cast.TODAY)
    assert (said["headcount"], said["joiners"]) == (9, 0)
    assert said["kept_30_days"] is None
    assert _numbers(date(2024, 3, 1))["joiners"] == 10
    assert _numbers(date(2024, 2, 29))["headcount"] == 0
    assert _numbers(date(2024, 2, 29))["kept_a_year"] is None
    assert _numbers(cast.MONDAY)["headcount"] == 10
    who.ben.depart(
        by=who.helen, last_day_on=cast.TODAY, access_ends_at=clock.now() + timedelta(days=1),
        voluntary=True, regretted=True,
    )  # fmt: skip
    # His last day is a day here, and the day on which he leaves.
    assert _numbers(cast.TODAY)["headcount"] == 9
    tomorrow = cast.TODAY + timedelta(days=1)
    after = _numbers(tomorrow)
    assert (after["headcount"], after["regretted_departures"]) == (8, 100)
    move_clock(days=20)
    ben = Person.get_by_id(who.ben.id)
    ben.rehire(by=who.helen, starts_on=tomorrow + timedelta(days=30), role="Engineer")
    later = _numbers(tomorrow + timedelta(days=40))
    # What was noted of how he left is kept with that time, and he has joined again.
    assert (later["joiners"], later["regretted_departures"]) == (2, 100)
    assert _numbers(tomorrow)["headcount"] == 8


def test_how_somebody_left_is_told_of_departures_alone() -> None:
    """Of a team of thirty one of whom left, a share of thirty would say how that one did."""
    private = {one.name: one for one in retention.MEASURES if one.privacy == GROUPED}
    assert set(private) == {"voluntary_departures", "regretted_departures"}
    assert not any(one.for_lines or one.where for one in private.values())
