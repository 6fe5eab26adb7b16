"""Snapshots: every night, once, whatever was down; and closed quarters once and for ever."""

from datetime import date, timedelta
from typing import Any

from portal import clock, db
from portal.metrics import snapshots
from portal.metrics.cohorts import facts
from portal.metrics.measure import QUARTERLY, measures
from portal.metrics.models import Snapshot
from portal.people import teams
from portal.people.positions import Position
from tests import cast

NIGHT = cast.TODAY - timedelta(days=1)


def rows() -> set[tuple[Any, ...]]:
    fields = (
        Snapshot.measure, Snapshot.on, Snapshot.dimension, Snapshot.cell, Snapshot.hits,
        Snapshot.of, Snapshot.people, Snapshot.value, Snapshot.is_hidden,
    )  # fmt: skip
    return set(Snapshot.select(*fields).tuples())


def groups_of(by: str) -> dict[str, Snapshot]:
    """What is told of the groups of one filter on the first night, by their names."""
    return dict(snapshots.named(by, snapshots.groups(measures["headcount"], by, [NIGHT])[NIGHT]))


def nights() -> list[date]:
    """The nights taken after the last end of a month, the oldest first."""
    month = snapshots.month_ends(NIGHT)[0]
    found = Snapshot.select(Snapshot.on).where(Snapshot.on > month).distinct()
    return sorted(day for (day,) in found.tuples())


def test_nights_months_and_quarters_of_half_a_year(who: Any, queries: Any, move_clock: Any) -> None:
    """One company from its first night on: each first run counts fourteen days."""
    assert snapshots.take_due() == 1 + snapshots.MONTHS
    _assert_the_first_night_took_itself_and_the_months_before()
    _assert_nothing_changes_when_taken_again(queries)
    _assert_what_broke_off_is_finished()
    _assert_groups_have_the_names_of_today(who)
    told = _quarters()
    assert told and {row.on for row in told.values()} == {date(2026, 9, 30)}

    _assert_nights_without_the_portal_are_made_up_for(move_clock)
    _assert_after_a_long_time_only_this_night_and_the_months_are_taken(move_clock)
    # What is said later of that quarter changes nothing that was told.
    assert _ids(_quarters()) == _ids(told)
    _assert_a_quarter_is_told_two_days_after_its_end(move_clock, told)


def _assert_the_first_night_took_itself_and_the_months_before() -> None:
    assert nights() == [NIGHT]
    told = snapshots.latest()
    assert set(told) == set(measures)
    assert told["headcount"].hits == 9, "Nia joins on Monday, Lev has left, Audrey is a guest"
    past = [row.on for row in snapshots.trends(["headcount"], NIGHT)["headcount"]]
    assert past == [*reversed(snapshots.month_ends(NIGHT)), NIGHT]


def _assert_nothing_changes_when_taken_again(queries: Any) -> None:
    before = rows()
    with queries() as seen:
        assert snapshots.take_due() == 0
    assert len(seen) <= 25
    snapshots.take(NIGHT, measures.values())
    assert rows() == before


def _assert_what_broke_off_is_finished() -> None:
    before = rows()
    later = [name for name in measures if name > "m"]
    broken = (NIGHT, *snapshots.month_ends(NIGHT)[:2])
    with db.write():
        Snapshot.delete().where(Snapshot.measure.in_(later), Snapshot.on.in_(broken)).execute()
    assert snapshots.take_due() == len(broken)
    assert rows() == before


def _assert_groups_have_the_names_of_today(who: Any) -> None:
    table = groups_of("department")
    assert {name: row.hits for name, row in table.items()} == {
        "Engineering": 4, "Sales": 2, "People": 3}  # fmt: skip
    teams.rename(who.otto.position().team, "Selling", by=who.helen)
    assert "Selling" in groups_of("department")
    led = groups_of("manager")
    assert led["Mara Okafor"].hits == 2 and led["Led by nobody"].hits == 5


def _assert_nights_without_the_portal_are_made_up_for(move_clock: Any) -> None:
    move_clock(days=4)
    snapshots.take_due()
    assert nights() == [NIGHT + timedelta(days=n) for n in range(5)]
    # Of the nights between only the company is kept.
    this_month = Snapshot.on > snapshots.month_ends(NIGHT)[0]
    grouped = Snapshot.select(Snapshot.on).where(Snapshot.dimension != "", this_month)
    assert {day for (day,) in grouped.tuples()} == {NIGHT + timedelta(days=4)}


def _assert_after_a_long_time_only_this_night_and_the_months_are_taken(move_clock: Any) -> None:
    before = _days_taken()
    move_clock(days=25)
    snapshots.take_due()
    last = snapshots.last_night()
    assert last == date(2026, 12, 16)
    assert _days_taken() == {*before, last, *snapshots.month_ends(last)}
    assert len(_days_taken()) == len(before) + 2, "the night, and the end of November"


def _assert_a_quarter_is_told_two_days_after_its_end(move_clock: Any, told: Any) -> None:
    move_clock(to=clock.now().replace(year=2027, month=1, day=1))
    assert snapshots.last_night() == date(2026, 12, 31)
    snapshots.take_due()
    assert _ids(_quarters()) == _ids(told)
    move_clock(days=2)
    snapshots.take_due()
    assert {row.on for row in _quarters().values()} == {date(2026, 12, 31)}


def _quarters() -> dict[str, Snapshot]:
    """What is told of each measure of a quarter."""
    told = snapshots.latest()
    return {one.name: told[one.name] for one in measures.values() if one.cadence == QUARTERLY}


def _ids(told: dict[str, Snapshot]) -> dict[str, int]:
    return {name: row.id for name, row in told.items()}


def _days_taken() -> set[date]:
    counted = Snapshot.select(Snapshot.on).where(Snapshot.measure == "headcount")
    return {day for (day,) in counted.tuples()}


def test_where_somebody_stood_is_asked_of_the_day(who: Any) -> None:
    moved_on = cast.TODAY - timedelta(days=10)
    sales = who.otto.position().team
    Position.take(who.ben, by=who.helen, starts_on=moved_on, team=sales, manager=who.otto)
    before, after = facts(moved_on - timedelta(days=1)), facts(moved_on)

    assert before[who.ben.id].manager == str(who.mara.id)
    assert after[who.ben.id].manager == str(who.otto.id)
    assert after[who.ben.id].department == str(sales.id)
    assert after[who.lev.id].department == before[who.erin.id].department, "as he left"
    assert who.audrey.id not in after, "a guest stands nowhere"
    assert after[who.nia.id].hired == "2026 Q4"
