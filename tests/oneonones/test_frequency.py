"""How often people meet: by department, once a month, in fives, never so that a pair shows."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal import clock
from portal.oneonones import holding
from portal.oneonones.frequency import Met, TalkFigure, released
from portal.oneonones.models import OneOnOne
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position
from tests.cast import TODAY
from tests.oneonones.conftest import again, begin

SALES, HR, IT = 1, 2, 3


def met(team: int, pairs: int, within: int = 0, days: int = 10) -> list[Met]:
    return [Met(team, number < within, days) for number in range(pairs)]


def test_numbers_come_in_fives_for_departments_that_are_large_enough() -> None:
    found = released([*met(SALES, 12, 9), *met(HR, 7, 7), *met(IT, 5, 4)])
    assert found == {None: (20, 20, 10), SALES: (10, 5, 10), HR: (5, 5, 10), IT: (5, 0, 10)}


def test_nothing_is_told_of_fewer_than_five() -> None:
    assert released(met(SALES, 4, 4)) == {}
    # Five in all are the company; as a department they would be it without anybody else.
    assert set(released(met(SALES, 5, 5))) == {None}
    assert set(released([*met(SALES, 5), *met(HR, 4)])) == {None}


def test_what_is_hidden_cannot_be_had_by_subtracting() -> None:
    found = released([*met(SALES, 9), *met(HR, 6), *met(IT, 3)])
    # Three would be left over: the smallest department goes with them.
    assert set(found) == {None, SALES}
    assert set(released([*met(SALES, 9), *met(HR, 6), *met(IT, 5)])) == {None, SALES, HR, IT}


def test_one_more_talk_never_shows_by_itself() -> None:
    """Figures of one month are taken once; from one month to the next they move in fives."""
    one, other = released(met(SALES, 11, 6)), released(met(SALES, 11, 7))
    assert one == other


def hired(who: Any, number: int, team: Team | None, lead: Person) -> Person:
    return Person.hire(
        by=None, name=f"Person {number}", email=f"p{number}@halden.example", details={},
        starts_on=date(2025, 3, 1), role="Engineer", team=team,
        location=Position.of(who.mara.id, TODAY).location, manager=lead,
    )  # fmt: skip


def test_they_are_taken_once_when_the_month_is_over(
    as_: Any, who: Any, move_clock: Any, queries: Any
) -> None:
    team = Team.named("Engineering", "Platform")
    sales = Team.named("Sales")
    for number in range(6):
        begin(hired(who, number, team, who.mara), who.mara)
        begin(hired(who, number + 10, sales, who.otto), who.otto, weeks=4)
    begin(who.erin, who.mara, weeks=0, next_on=None)
    for one in OneOnOne.select().where(OneOnOne.lead == who.mara, OneOnOne.weeks > 0):
        holding.hold(again(one), TODAY, by=who.mara, number=1)
    assert not TalkFigure.take_if_due() or TalkFigure.select().count() == 0
    move_clock(to=datetime(2026, 12, 2, 9, tzinfo=UTC))
    assert TalkFigure.take_if_due() and not TalkFigure.take_if_due()
    shown = {
        row.team.name if row.team_id else "": (row.month, row.pairs, row.met, row.days)
        for row in TalkFigure.select()
    }
    end = date(2026, 11, 30)
    assert shown == {
        "": (end, 10, 10, 12), "Engineering": (end, 5, 5, 12), "Sales": (end, 5, 5, 12)
    }  # fmt: skip
    helen = as_("helen")
    helen.get("/one-on-ones/frequency")
    with queries() as seen:
        page = helen.get("/one-on-ones/frequency").text
    assert len(seen) <= 8
    assert "November 2026" in page and "Engineering" in page and "Mara" not in page
    # What comes later changes no month that is over.
    OneOnOne.get().end(by=None)
    assert not TalkFigure.take_if_due() and clock.today() > end + timedelta(days=1)
