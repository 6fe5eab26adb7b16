"""Leading indicators: the interval is the known one, and what is told leads to nobody."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock
from portal.learning.models import Completion
from portal.metrics.intervals import newcombe, wilson
from portal.metrics.leading import days_of, indicators, shown, take_due
from portal.metrics.leading_counts import KINDS, Counted, counted
from portal.metrics.models import Snapshot
from portal.oneonones.models import OneOnOne, Talk
from portal.people.leaving import Stint
from portal.people.models import Person
from tests.conftest import ON_POSTGRES
from tests.metrics import companies
from tests.metrics.companies_talk import courses, fill, talks
from tests.metrics.slowly import SEEDS, Data, day_of

LAST = date(2026, 9, 30)
LEARNING, TALKS = KINDS


# -- the arithmetic ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_one_share_is_wilson_s(hits: int, of: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3."""
    assert wilson(hits, of) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_newcombe_s(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 873, table II, method 10."""
    found = newcombe(*one, *other)
    assert found == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


# -- counting ----------------------------------------------------------------------------------


def _slowly(data: Data, first: date, middle: date, last: date) -> dict[str, Counted]:
    """The two tables, person by person."""
    times: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for one in data.of(Stint):
        times[one.person].append((one.hired_on, one.last_day_on))
    for one in data.of(Person):
        if one.hired_on:
            times[one.id].append((one.hired_on, one.last_day_on))
    learned = {
        one.person
        for one in data.of(Completion)
        if one.superseded_at is None and first <= one.done_on <= middle
    }
    pairs, held = data.by_id(OneOnOne), Counter[int]()
    for talk in data.of(Talk):
        is_in = talk.held_on is not None and first <= talk.held_on <= middle
        if is_in and day_of(talk.held_at) <= middle + timedelta(days=1):
            held[pairs[talk.one_on_one].report] += 1
    did = {"learning": learned, "one_on_ones": {one for one in held if held[one] >= 6}}
    tables = {name: [[0, 0], [0, 0]] for name in did}
    for person in data.of(Person):
        whole = [
            ended
            for began, ended in times[person.id]
            if began <= first and (ended is None or ended >= middle)
        ]
        if person.withdrawn_at or not whole:
            continue
        is_left = any(ended is not None and ended < last for ended in whole)
        for name, people in did.items():
            row = tables[name][person.id not in people]
            row[0] += 1
            row[1] += is_left
    return {name: Counted(*yes, *no) for name, (yes, no) in tables.items()}


def test_both_tables_agree_with_a_slow_count(database: Any) -> None:
    sizes = Counter[str]()
    for seed in SEEDS:
        with companies.company(seed) as made:
            fill(made, courses, talks)
            data = Data()
            for _ in range(3):
                # Often on the very day on which somebody works here for the last time.
                ends = [one.last_day_on for one in data.of(Person) if one.last_day_on]
                middle = made.dice.choice([made.today - timedelta(days=182), *ends])
                last = made.dice.choice([end for end in ends if end > middle] or [made.today])
                first = middle - timedelta(days=made.dice.randint(30, 182))
                slow = _slowly(data, first, middle, last)
                for kind in KINDS:
                    fast = counted(kind, first, middle, last)
                    assert fast == slow[kind.name], (kind.name, seed)
                    sizes[kind.name] += fast.did
                    sizes["left"] += fast.did_left
    assert ON_POSTGRES or min(sizes.values()) > 10


def test_it_is_counted_once_a_quarter_and_never_again(
    database: Any, who: Any, move_clock: Any, queries: Any
) -> None:
    """Looked at again within a quarter it is the same, whatever became of somebody's dates."""
    assert {one.why_not[:15] for one in indicators(clock.today())} == {"Not counted yet"}
    assert (take_due(), take_due()) == (2, 0)
    with queries() as seen:
        found = indicators(clock.today())
    assert len(seen) == 1
    assert [one.name for one in found] == ["learning", "one_on_ones"]
    for one in found:
        assert (one.first, one.middle, one.last) == (*days_of(LAST), LAST)
        assert (one.middle - one.first).days + 1 == (one.last - one.middle).days == 182
        # The cast is small, so nothing is told, and it says why.
        assert not one.is_shown and "fewer than 20 people" in one.why_not == one.sentence
    move_clock(days=45)
    assert (take_due(), take_due()) == (2, 0)
    assert indicators(date(2026, 12, 31)) == found
    assert indicators(clock.today())[0].last == date(2026, 12, 31)


def _history(made: companies.Company, table: Counted) -> None:
    """So many people who took a course and met each month, and so many who did not; and who of
    them left in spring."""
    course, revision = made.document("course", "one")
    then, spring = date(2025, 12, 1), date(2026, 5, 4)
    groups = ((True, table.did, table.did_left), (False, table.did_not, table.did_not_left))
    for did, number, left in groups:
        for place in range(number):
            email = f"{did}{place}@random.example"
            person = made.rows.add(
                Person, name=email, email=email, folded_email=email, folded=email,
                hired_on=date(2020, 1, 1), last_day_on=spring if place < left else None,
            )  # fmt: skip
            if did:
                at = made.at(then)
                made.rows.add(
                    Completion, course=course, revision=revision, person=person, how="taken",
                    done_on=then, done_at=at, recorded_at=at, personal_hash="",
                )  # fmt: skip
                pair = made.rows.add(
                    OneOnOne, report=person, lead=companies.FIRST_ID, weeks=4, begun_at=at
                )
                for talk in range(6):
                    made.rows.add(Talk, one_on_one=pair, number=talk, held_on=then, held_at=at)
    made.rows.put()


def test_what_is_kept_is_what_was_told(database: Any) -> None:
    """Of a company in which it can be told; afterwards somebody's dates change, and it does not."""
    with companies.company(companies.NOBODY) as made:
        table = Counted(83, 5, 67, 16)
        _history(made, table)
        first, middle = days_of(LAST)
        found = [counted(kind, first, middle, LAST) for kind in KINDS]
        assert found[0] == found[1] and (found[0].did, found[0].did_left) == (83, 5)
        assert take_due() == 2
        told = indicators(clock.today())
        assert told == [shown(kind, found[0], LAST) for kind in KINDS]
        assert all(one.is_shown for one in told)
        assert {row.dimension for row in Snapshot.select()} == {"leading"}
        Person.update(last_day_on=None).execute()
        assert take_due() == 0
        assert indicators(clock.today()) == told


# -- telling -----------------------------------------------------------------------------------


def test_what_is_told_is_coarse_and_says_how_sure_it_is() -> None:
    one = shown(LEARNING, Counted(83, 5, 67, 16), LAST)
    assert [(group.people, group.left) for group in one.groups] == [(80, 5), (65, 25)]
    # 23.9 % less 6.0 % is 17.9 points, from 6.5 to 29.7: told outward in fives.
    assert (one.difference, one.low, one.high) == (20, 5, 30)
    assert one.is_shown and one.is_clear and "Chance alone seldom" in one.sentence
    assert "Together is not because" in one.caution
    unsure = shown(LEARNING, Counted(40, 4, 40, 5), LAST)
    assert (unsure.difference, unsure.is_clear) == (5, False)
    assert unsure.sentence.endswith("That difference may be chance.")


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (Counted(19, 9, 90, 20), "fewer than 20 people"),
        (Counted(90, 20, 19, 9), "fewer than 20 people"),
        (Counted(90, 3, 90, 1), "fewer than 5 people left"),
        (Counted(0, 0, 0, 0), "fewer than 20 people"),
    ],
)
def test_of_few_people_nothing_is_shown(table: Counted, why: str) -> None:
    for kind in KINDS:
        one = shown(kind, table, LAST)
        assert not one.is_shown and why in one.why_not
        assert (one.groups, one.difference, one.low, one.high) == ((), None, None, None)


def test_of_talks_each_cell_of_what_is_told_holds_five() -> None:
    """Whoever knows who left still cannot say of any of them, nor of one who stayed, whether they
    met: five and more of either sort did, and as many did not."""
    told = 0
    for did, did_not in ((20, 20), (21, 44), (60, 23)):
        for left in range(did + 1):
            for not_left in range(did_not + 1):
                if shown(TALKS, Counted(did, left, did_not, not_left), LAST).is_shown:
                    assert min(left, not_left, did - left, did_not - not_left) >= 5
                    told += 1
    assert told > 1_000


def test_nobody_who_left_follows_from_zero_or_all() -> None:
    """Where no one of the regular left, each who left would be known not to have met."""
    assert not shown(TALKS, Counted(80, 0, 80, 12), LAST).is_shown
    assert not shown(TALKS, Counted(80, 4, 80, 12), LAST).is_shown
    assert not shown(TALKS, Counted(24, 20, 80, 12), LAST).is_shown
    assert shown(TALKS, Counted(80, 5, 80, 12), LAST).is_shown
    # Courses are no secret from HR: of them the table is told.
    assert shown(LEARNING, Counted(80, 0, 80, 12), LAST).is_shown
