"""How often people meet: by department, once a month, in fives, never so that anybody shows."""

import itertools
import random
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

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


def shown(found: Told) -> dict[int | None, tuple[int, int]]:
    return {
        team: TalkFigure(pairs=pairs, met=met).about
        for team, (pairs, met) in found.items()
        if pairs
    }


def test_departments_that_are_large_enough_are_told_of() -> None:
    found = told([*people(SALES, 15, 12, 9), *people(HR, 9, 7, 7), *people(IT, 8, 5, 4)], {})
    # The two small ones are told of together.
    assert shown(found) == {None: (10, 10), SALES: (10, 5)}
    # Of all ten a rhythm, and all ten met: neither can be seen.
    assert shown(told(people(SALES, 10, 10, 10), {})) == {SALES: (5, 5)}
    assert shown(told(people(SALES, 20, 19, 4), {})) == {SALES: (15, 0)}


def test_nothing_is_told_of_a_few_nor_where_everybody_must_be_meant() -> None:
    nothing: Told = {None: (0, 0)}
    assert told(people(SALES, 20, 4, 4), {}) == nothing
    assert told(people(SALES, 9, 9, 9), {}) == nothing
    # Three would be left over: the smallest department goes with them.
    with_few = [*people(SALES, 12, 12), *people(HR, 11, 6), *people(IT, 3, 3)]
    assert set(told(with_few, {})) == {None, SALES}
    assert set(told([*people(SALES, 12, 12), *people(IT, 3, 3)], {})) == {None}


def worlds_by_page(sizes: tuple[int, ...], is_met: bool) -> dict[Any, list[tuple[int, ...]]]:
    """How many of each department could be meant by each page that there can be: by those that have
    a rhythm, or by those that met where everybody has one."""
    found: dict[Any, list[tuple[int, ...]]] = {}
    for world in itertools.product(*(range(led + 1) for led in sizes)):
        company = []
        for team, (led, some) in enumerate(zip(sizes, world, strict=True), 1):
            company += people(team, led, led if is_met else some, some)
        lines = tuple(sorted(shown(told(company, {})).items(), key=str))
        found.setdefault(lines, []).append(world)
    return found


def is_solved(sizes: tuple[int, ...], worlds: list[tuple[int, ...]]) -> bool:
    """Whether all, or none, of a department must be meant: to a reader outside (reader None), or
    to one of department `reader` who knows of themselves."""
    for reader, own in [(None, 0), *itertools.product(range(len(sizes)), (0, 1))]:
        known = [
            [some - own * (team == reader) for team, some in enumerate(world)] for world in worlds
        ]
        others = [led - (team == reader) for team, led in enumerate(sizes)]
        fits = [
            each
            for each in known
            if all(0 <= some <= led for some, led in zip(each, others, strict=True))
        ]
        for team, led in enumerate(others):
            if fits and {each[team] for each in fits} in ({0}, {led}):
                return True
    return False


@pytest.mark.parametrize("is_met", [False, True])
def test_no_page_tells_of_anybody_in_any_company_of_two_or_three_departments(is_met: bool) -> None:
    sizes = [
        *itertools.combinations_with_replacement(range(5, 11), 2),
        *itertools.combinations_with_replacement(range(5, 11), 3),
        *itertools.combinations_with_replacement(range(10, 16), 2),
    ]
    for each in sizes:
        for page, worlds in worlds_by_page(each, is_met).items():
            assert not is_solved(each, worlds), (each, page, worlds)


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
        assert all(pairs == 0 or pairs >= 5 for pairs, _ in now.values())
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
    for number in range(12):
        begin(hired(who, number, team, who.mara), who.mara)
        begin(hired(who, number + 20, sales, who.otto), who.otto, weeks=4)
    begin(who.erin, who.mara, weeks=0, next_on=None)
    for one in OneOnOne.select().where(OneOnOne.lead == who.mara, OneOnOne.weeks > 0):
        holding.hold(again(one), TODAY, by=who.mara, number=1)
    move_clock(to=datetime(2026, 12, 2, 9, tzinfo=UTC))
    assert TalkFigure.take_if_due() and not TalkFigure.take_if_due()
    kept = {
        row.team.name if row.team_id else "": (row.month, row.pairs, row.met)
        for row in TalkFigure.select()
    }
    end = date(2026, 11, 30)
    # In Sales thirteen are led: two of them stay open.
    assert kept == {"": (end, 0, 0), "Engineering": (end, 12, 12), "Sales": (end, 11, 11)}
    helen = as_("helen")
    helen.get("/one-on-ones/frequency")
    with queries() as seen:
        page = helen.get("/one-on-ones/frequency").text
    assert len(seen) <= 8
    assert "November 2026" in page and "Engineering" in page and "Mara" not in page
    assert re.findall(r'"number">(\d+)<', page) == ["20", "20", "10", "10", "10", "10"]
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
