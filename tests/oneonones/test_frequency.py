"""How often people meet: by department, once a month, in fives, never so that anybody shows."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal.oneonones import holding
from portal.oneonones.frequency import Met, TalkFigure, Told, told
from portal.oneonones.models import OneOnOne
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position
from tests.cast import TODAY
from tests.oneonones.conftest import again, begin

SALES, HR, IT = 1, 2, 3


def people(team: int, led: int, pairs: int, within: int = 0) -> list[Met]:
    return [Met(team, number < pairs, number < within) for number in range(led)]


def test_departments_that_are_large_enough_are_told_of() -> None:
    found = told([*people(SALES, 15, 12, 9), *people(HR, 9, 7, 7), *people(IT, 8, 5, 4)], {})
    assert found == {None: (24, 20), SALES: (12, 9), HR: (7, 7), IT: (5, 0)}
    rows = {team: TalkFigure(pairs=pairs, met=met).about for team, (pairs, met) in found.items()}
    assert rows == {None: (25, 20), SALES: (10, 10), HR: (5, 5), IT: (5, 0)}


def test_nothing_is_told_of_fewer_than_five_nor_where_everybody_must_be_meant() -> None:
    nothing: Told = {None: (0, 0)}
    assert told(people(SALES, 9, 4, 4), {}) == nothing
    assert told(people(SALES, 5, 5, 5), {}) == nothing
    # The only department would be the company once more.
    assert set(told(people(SALES, 9, 9), {})) == {None}
    # Five of five: each of them has a rhythm.
    assert SALES not in told([*people(SALES, 5, 5), *people(HR, 9, 9)], {})
    assert SALES in told([*people(SALES, 6, 5), *people(HR, 9, 9)], {})


def test_what_is_not_told_cannot_be_had_by_subtracting() -> None:
    found = told([*people(SALES, 9, 9), *people(HR, 8, 6), *people(IT, 9, 3)], {})
    # Three would be left over: the smallest department goes with them.
    assert set(found) == {None, SALES}
    large = told([*people(SALES, 9, 9), *people(HR, 8, 6), *people(IT, 9, 5)], {})
    assert set(large) == {None, SALES, HR, IT}


def test_a_number_changes_only_when_five_people_have_changed() -> None:
    first = told([*people(SALES, 20, 12, 9), *people(HR, 20, 9, 5)], {})
    few = [*people(SALES, 20, 16, 5), *people(HR, 20, 5, 9)]
    assert told(few, first) == first
    many = told([*people(SALES, 20, 17, 4), *people(HR, 20, 9, 5)], first)
    assert many[SALES] == (17, 4) and many[HR] == first[HR]


def test_months_on_end_no_two_pages_tell_of_fewer_than_five() -> None:
    """People come to have a rhythm and lose it at random; each figure shown beside every earlier
    one of its department lies five changes or more apart, or is the same."""
    dice = random.Random(6)
    company = [[team, False, False] for team in (SALES, HR, IT) for _ in range(14)]
    before: Told = {}
    steps = 0
    for _ in range(300):
        for one in dice.sample(company, dice.choice((1, 2, 3, 9))):
            one[1] = dice.random() < 0.6
            one[2] = one[1] and dice.random() < 0.6
        now = told([Met(*one) for one in company], before)  # type: ignore[arg-type]
        for team, figures in now.items():
            if figures != (0, 0):
                last = before.get(team, (0, 0))
                moves = [abs(new - old) for new, old in zip(figures, last, strict=True)]
                assert all(move == 0 or move >= 5 for move in moves), (team, last, figures)
                steps += sum(moves) > 0
                before[team] = figures
        rest = now[None][0] - sum(n for team, (n, _) in now.items() if team)
        assert rest <= 0 or rest >= 5
    assert steps > 20


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
    move_clock(to=datetime(2026, 12, 2, 9, tzinfo=UTC))
    assert TalkFigure.take_if_due() and not TalkFigure.take_if_due()
    shown = {
        row.team.name if row.team_id else "": (row.month, row.pairs, row.met)
        for row in TalkFigure.select()
    }
    end = date(2026, 11, 30)
    assert shown == {"": (end, 12, 12), "Engineering": (end, 6, 6), "Sales": (end, 6, 6)}
    helen = as_("helen")
    helen.get("/one-on-ones/frequency")
    with queries() as seen:
        page = helen.get("/one-on-ones/frequency").text
    assert len(seen) <= 8
    assert "November 2026" in page and "Engineering" in page and "Mara" not in page
    assert ">12<" not in page and ">6<" not in page
    # What comes later changes no month that is over.
    OneOnOne.get().end(by=None)
    assert not TalkFigure.take_if_due()


def test_a_month_without_figures_is_over_as_well(as_: Any, who: Any, move_clock: Any) -> None:
    """Else they would come in its middle, the day after a fifth pair has agreed on a rhythm."""
    move_clock(to=datetime(2026, 12, 2, 9, tzinfo=UTC))
    assert TalkFigure.take_if_due() and not TalkFigure.take_if_due()
    assert "There are no figures yet" in as_("helen").get("/one-on-ones/frequency").text


def test_somebody_counts_once_and_with_whoever_leads_them_that_day(
    who: Any, move_clock: Any
) -> None:
    """Seven talk with Mara; then Otto leads them all, and they begin with him at once."""
    team = Team.named("Engineering", "Platform")
    led = [hired(who, number, team, who.mara) for number in range(7)]
    for person in led:
        begin(person, who.mara)
    for person in led:
        Position.take(person, by=None, starts_on=TODAY, manager=who.otto, team=team)
        OneOnOne.begin(person, who.otto, by=person, weeks=1, next_on=TODAY + timedelta(days=1))
    move_clock(to=datetime(2026, 12, 2, 9, tzinfo=UTC))
    assert TalkFigure.take_if_due()
    assert [row.pairs for row in TalkFigure.select().where(TalkFigure.team.is_null())] == [7]
