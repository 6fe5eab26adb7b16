"""What holds of every measure: it adds up, counts nobody twice over, and says what it is."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from portal.metrics import measures
from portal.metrics.measure import (
    CLOSED,
    GROUPS,
    MEDIAN,
    NAMED,
    QUARTERLY,
    SHARE,
    Measure,
    Memo,
)
from tests.metrics.companies import company

COUNTED = [one for one in measures.ALL if one.ready is None]


def _rows(measure: Measure, made: Any, people: frozenset[int] | None) -> list[tuple[int, Any, Any]]:
    rows = measure.tallies(measure.scope(made.today, people))
    return sorted((row.person, round(row.hits, 6), round(row.of, 6)) for row in rows)


def test_parts_of_a_company_add_up_to_the_whole(database: Any) -> None:
    """So groups are sums, and no row depends on who else is asked about."""
    for seed in (3, 5, 8):
        with company(seed) as made:
            made.dice.shuffle(made.people)
            parts = [frozenset(made.people[start::3]) for start in range(3)]
            for measure in COUNTED:
                whole = _rows(measure, made, frozenset(made.people))
                split = [row for part in parts for row in _rows(measure, made, part)]
                assert sorted(split) == whole, (measure.name, seed)
                everybody = _rows(measure, made, None)
                assert not Counter(whole) - Counter(everybody), measure.name


def test_measures_that_ask_something_together_say_what_each_says(database: Any) -> None:
    with company(5) as made:
        memo, some = Memo(), frozenset(made.people[::3])
        for measure in COUNTED:
            for people in (None, some):
                for on in (made.today, made.today - timedelta(days=40)):
                    alone = list(measure.tallies(measure.scope(on, people)))
                    together = list(measure.tallies(measure.scope(on, people, memo)))
                    assert together == alone, (measure.name, on)


def test_a_person_has_one_row_and_a_share_is_one(database: Any) -> None:
    with company(11) as made:
        for measure in COUNTED:
            rows = _rows(measure, made, None)
            if measure.kind != MEDIAN:
                assert len({person for person, *_ in rows}) == len(rows), measure.name
            if measure.kind == SHARE and measure.name != "turnover":
                assert all(0 <= hits <= of for _, hits, of in rows), measure.name


def test_nobody_is_nothing(database: Any) -> None:
    with company(0) as made:
        for measure in COUNTED:
            assert _rows(measure, made, frozenset()) == [], measure.name


@pytest.mark.parametrize("measure", measures.ALL, ids=lambda one: one.name)
def test_each_says_what_it_is(measure: Measure) -> None:
    assert sum(one.name == measure.name for one in measures.ALL) == 1
    assert measure.group in GROUPS
    assert measure.title and measure.formula and measure.definition.endswith(".")
    assert len(measure.name) <= 60
    # Managers read of their line only what they may open row by row.
    assert not measure.for_lines or measure.privacy == NAMED
    assert (measure.privacy == CLOSED) <= (measure.cadence == QUARTERLY)
    assert measure.where is None or measure.where(7).startswith("/")
