"""The executive page: six numbers of a month, none of it over fewer than five people."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock
from portal.metrics import executive, owning, reds
from portal.metrics.executive import SIX
from portal.metrics.measure import measures
from portal.people.functions import Function, Holder
from tests.cast import TODAY
from tests.metrics.told import NIGHT, OCTOBER, ON_TIME, SEPTEMBER, tell, tell_share


@pytest.fixture
def ida(as_: Any, who: Any) -> Any:
    function = Function.set_up("executive", "Executive", by=None)
    Holder.appoint(function, who.ida, by=None, starts_on=TODAY)
    return as_("ida")


def test_the_six_numbers_are_ones_that_are_counted(database: Any) -> None:
    assert [name for name in SIX if name not in measures] == [] and len(set(SIX)) == 6


def test_it_shows_six_numbers_with_sentence_target_and_owner(ida: Any, who: Any) -> None:
    for number, name in enumerate(SIX):
        tell_share(name, 60 + number, 80)
        tell_share(name, 50, 80, OCTOBER)
    owning.settle(measures[ON_TIME], by=who.helen, owner=who.otto, target=90)
    page = ida.get("/metrics/executive").text
    assert page.count('class="six__one"') == 6 and page.count('class="spark"') == 6
    assert "75\N{NO-BREAK SPACE}%" in page and "15 points short of the target" in page
    assert "Owner: Otto Weiß" in page and "the month is not over" in page
    # Whoever reads it opens no rows: nothing leads on from here.
    assert 'href="/metrics/' not in page.replace('href="/metrics/executive', "")


def test_a_month_that_is_over_has_its_own_page(ida: Any) -> None:
    tell_share(ON_TIME, 60, 80)
    tell_share(ON_TIME, 40, 80, OCTOBER)
    tell_share(ON_TIME, 20, 80, SEPTEMBER)
    page = ida.get("/metrics/executive/2026-10").text
    assert "October 2026" in page and "50\N{NO-BREAK SPACE}%" in page
    assert "75\N{NO-BREAK SPACE}%" not in page and "the month is not over" not in page
    assert (
        'href="/metrics/executive/2026-09"' in page and 'href="/metrics/executive/2026-11"' in page
    )
    for wrong in ("2026-12", "2019-01", "2026-13", "2026-1", "october", "2026-10-01"):
        assert ida.get(f"/metrics/executive/{wrong}").status_code == 404


def test_nothing_is_told_of_fewer_than_five_people_in_no_month(ida: Any) -> None:
    tell_share(ON_TIME, 3, 4)
    tell_share(ON_TIME, 77, 90, OCTOBER, people=4)
    tell_share("internal_mobility", 66, 90, people=5)
    tell_share("internal_mobility", 33, 44, date(2025, 11, 30), people=4)
    tell("kept_a_year")
    page = ida.get("/metrics/executive").text
    assert page.count("Too few people") == 2
    for secret in ("3 of 4", "75\N{NO-BREAK SPACE}%", "85.5", "77 of 90", "33 of 44"):
        assert secret not in page
    assert "66 of 90" in page and "on the year before" not in page
    month = executive.month(None)
    assert month is not None
    mobility = next(one for one in month.readings if one.measure.name == "internal_mobility")
    told = [point.value for point in mobility.points if not point.is_hidden]
    assert told == pytest.approx([6600 / 90])


def test_before_the_first_night_it_says_so(ida: Any) -> None:
    assert "Nothing has been counted yet" in ida.get("/metrics/executive").text
    assert ida.get(f"/metrics/executive/{NIGHT:%Y-%m}").status_code == 404


def test_each_red_number_has_its_note_and_the_page_leads_to_what_nobody_explains(
    ida: Any, who: Any, move_clock: Any
) -> None:
    tell_share(ON_TIME, 60, 80)
    tell_share("compliance_overdue", 20, 80)
    tell_share("review_participation", 3, 4)
    reds.follow()
    move_clock(days=1)
    page = ida.get("/metrics/executive").text
    # The third is of four people, so that it is red is not told either.
    assert page.count("Nobody has said why.") == 2 and "2 red numbers" in page
    reds.say(
        measures[ON_TIME], by=who.helen, why="Laptops came late.", action="IT orders ahead.",
        look_again_on=None,
    )  # fmt: skip
    page = ida.get("/metrics/executive").text
    assert "Laptops came late." in page and "IT orders ahead." in page
    assert page.count("Nobody has said why.") == 1 and "1 red number " in page

    # When the month is over, it shows what had been said by then.
    move_clock(to=clock.now() + timedelta(days=30))
    tell_share(ON_TIME, 60, 80, date(2026, 11, 30))
    tell_share(ON_TIME, 80, 80, date(2026, 12, 17))
    reds.follow()
    page = ida.get("/metrics/executive/2026-11").text
    assert "Laptops came late." in page
    assert "Laptops came late." not in ida.get("/metrics/executive").text
