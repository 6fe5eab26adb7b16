"""The days a place works."""

from datetime import date

import pytest

from portal.people.workdays import NeverWorksError, WorkCalendar

XMAS = frozenset({date(2026, 12, 25), date(2026, 12, 26)})
BERLIN = WorkCalendar(holidays=XMAS)
DUBAI = WorkCalendar(weekdays=frozenset({6, 0, 1, 2, 3}))
NEVER = WorkCalendar(weekdays=frozenset())

MON, FRI, SAT, SUN = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 29)


def test_weekends_and_holidays_are_free():
    assert BERLIN.is_working(FRI)
    assert not BERLIN.is_working(SAT)
    assert not BERLIN.is_working(date(2026, 12, 25))
    assert DUBAI.is_working(SUN) and not DUBAI.is_working(FRI)


def test_a_working_day_stays_where_it_is():
    assert BERLIN.move(FRI, earlier=True) == BERLIN.move(FRI, earlier=False) == FRI


def test_a_free_day_moves_the_way_it_is_told():
    assert BERLIN.move(SAT, earlier=True) == FRI
    assert BERLIN.move(SAT, earlier=False) == date(2026, 11, 30)
    assert BERLIN.move(date(2026, 12, 26), earlier=True) == date(2026, 12, 24)
    assert BERLIN.move(date(2026, 12, 25), earlier=False) == date(2026, 12, 28)


def test_working_days_are_counted_without_the_first():
    assert BERLIN.add(MON, 4) == FRI
    assert BERLIN.add(MON, 5) == date(2026, 11, 30)
    assert BERLIN.add(SAT, 1) == date(2026, 11, 30)
    assert BERLIN.add(MON, -1) == date(2026, 11, 20)
    assert BERLIN.add(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert BERLIN.add(SAT, 0) == date(2026, 11, 30)
    assert BERLIN.add(MON, 0) == MON


def test_counting_there_and_back_ends_on_the_same_working_day():
    for n in range(1, 300):
        assert BERLIN.add(BERLIN.add(MON, n), -n) == MON


@pytest.mark.parametrize("earlier", [True, False])
def test_a_place_that_never_works_is_an_error_and_not_a_loop(earlier):
    with pytest.raises(NeverWorksError, match="no working day within 366 days of 2026-11-23"):
        NEVER.move(MON, earlier)
    with pytest.raises(NeverWorksError):
        NEVER.add(MON, -3 if earlier else 3)


def test_a_calendar_of_holidays_only_is_an_error_too():
    holidays = frozenset(
        date.fromordinal(n) for n in range(MON.toordinal() - 800, MON.toordinal() + 800)
    )
    with pytest.raises(NeverWorksError):
        WorkCalendar(holidays=holidays).move(MON, earlier=False)


def test_the_ends_of_time_are_an_error():
    with pytest.raises(NeverWorksError):
        NEVER.move(date.max, earlier=False)
    with pytest.raises(NeverWorksError):
        BERLIN.add(date.min, -1)
