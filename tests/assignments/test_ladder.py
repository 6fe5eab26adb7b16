"""The ladder, rung by rung: which day says what, and when the next one comes."""

from datetime import date, timedelta

import pytest

from portal.assignments.ladder import Rung, first_reminder, rung

DUE = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("days", "name", "next_in"),
    [
        (-40, "new", -3), (-4, "new", -3), (-3, "soon", 0), (-1, "soon", 0), (0, "due", 1),
        (1, "late1", 3), (2, "late1", 3), (3, "late3", 7), (6, "late3", 7), (7, "late7", 14),
        (8, "late7", 14), (13, "late7", 14), (14, "late14", 21), (20, "late14", 21),
        (21, "late21", 28), (365, "late364", 371),
    ],
)  # fmt: skip
def test_each_day_stands_on_the_highest_rung_reached(days: int, name: str, next_in: int) -> None:
    assert rung(DUE, DUE + timedelta(days=days)) == Rung(name, DUE + timedelta(days=next_in))


def test_whoever_is_told_on_each_day_named_hears_every_rung_once() -> None:
    day: date | None = DUE - timedelta(days=10)
    heard = []
    while day and day <= DUE + timedelta(days=28):
        reached = rung(DUE, day)
        heard.append((reached.name, (day - DUE).days))
        day = reached.next_on
    assert heard == [
        ("new", -10), ("soon", -3), ("due", 0), ("late1", 1), ("late3", 3), ("late7", 7),
        ("late14", 14), ("late21", 21), ("late28", 28),
    ]  # fmt: skip


def test_the_next_day_is_always_ahead() -> None:
    for days in range(-60, 400):
        today = DUE + timedelta(days=days)
        next_on = rung(DUE, today).next_on
        assert next_on is not None
        assert next_on > today


def test_without_a_date_it_is_said_once() -> None:
    assert rung(None, DUE) == Rung("new", None)


@pytest.mark.parametrize(
    ("due_in", "told_in"), [(None, 0), (-5, 0), (0, 0), (14, 0), (15, 12), (90, 87)]
)
def test_what_is_near_is_told_at_once_and_what_is_far_three_days_before(
    due_in: int | None, told_in: int
) -> None:
    due = None if due_in is None else DUE + timedelta(days=due_in)
    assert first_reminder(DUE, due) == DUE + timedelta(days=told_in)
