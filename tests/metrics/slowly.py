"""Counting slowly: every row of a table as it is, and plain loops; nothing of what measures use."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from portal.metrics.measure import Measure, Scope
from portal.people.leaving import Stint
from portal.people.models import Person
from tests.conftest import ON_POSTGRES
from tests.metrics import companies, companies_talk

# On PostgreSQL some of them: the questions are the same.
SEEDS = range(0, 26, 4) if ON_POSTGRES else range(26)
FEW = SEEDS[:: 1 if ON_POSTGRES else 3]
ZONE = ZoneInfo("Europe/Berlin")
Row = tuple[int, float, float]


class Data:
    """Tables as lists of rows, each read once; what points at something is its number."""

    def __init__(self) -> None:
        self._read: dict[Any, list[Any]] = {}

    def of(self, model: Any) -> list[Any]:
        if model not in self._read:
            rows = model.select().order_by(model.id).dicts()
            self._read[model] = [SimpleNamespace(**row) for row in rows]
        return self._read[model]

    def by_id(self, model: Any) -> dict[int, Any]:
        return {row.id: row for row in self.of(model)}

    def here(self, on: date) -> list[int]:
        """Who works here that day, from the first days and last days alone."""
        times = [(one.id, one.hired_on, one.last_day_on) for one in self.of(Person)]
        times += [(one.person, one.hired_on, one.last_day_on) for one in self.of(Stint)]
        gone = {one.id for one in self.of(Person) if one.withdrawn_at}
        found = {
            person
            for person, first, last in times
            if first and first <= on and (last is None or last >= on) and person not in gone
        }
        return sorted(found)


def day_of(moment: datetime | None) -> date:
    """The day it was in the company; what has not happened never will."""
    return moment.astimezone(ZONE).date() if moment else date.max


def added(rows: Iterable[tuple[int, float, float]]) -> list[Row]:
    """By person the sums."""
    hits: dict[int, float] = defaultdict(float)
    of: dict[int, float] = defaultdict(float)
    for person, hit, one in rows:
        hits[person] += hit
        of[person] += one
    return [(person, hits[person], of[person]) for person in hits]


Slow = Callable[[Scope, Data], Iterable[Row]]


def assert_all_agree(
    measures: list[Measure], slow: dict[str, Slow], *parts: companies_talk.Part
) -> None:
    """Each measure says of each random company what its slow count says: today and on other days,
    of everybody and of some. `parts` are the tables they count."""
    counted = [one for one in measures if one.ready is None]
    assert {one.name for one in counted} == set(slow)
    something = set()
    for seed in SEEDS:
        with companies.company(seed) as made:
            companies_talk.fill(made, *parts)
            data = Data()
            for measure in counted:
                for on, people in _asked(made):
                    scope = measure.scope(on, people)
                    expected = [
                        row for row in slow[measure.name](scope, data) if scope.keeps(row[0])
                    ]
                    found = [tuple(map(_number, row)) for row in measure.tallies(scope)]
                    wanted = [tuple(map(_number, row)) for row in expected]
                    assert sorted(found) == sorted(wanted), (measure.name, seed, on, people)
                    something |= {measure.name} if any(row[1] for row in wanted) else set()
    assert ON_POSTGRES or something == set(slow), "Some measures were never more than nothing."


def _asked(made: companies.Company) -> list[tuple[date, frozenset[int] | None]]:
    some = frozenset(made.dice.sample(made.people, len(made.people) // 2))
    back = made.today - timedelta(days=made.dice.randint(1, 500))
    return [
        (made.today, None),
        (back, None),
        (back + timedelta(days=40), some),
        (back, frozenset()),
    ]


def _number(value: Any) -> float:
    return round(float(value), 6)
