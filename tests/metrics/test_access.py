"""Who reads numbers: the whole cast at every address. Nobody else finds that there are any."""

from dataclasses import replace
from typing import Any

import pytest

from portal.audit import Event
from portal.home import actions, nav
from portal.metrics import access, drill
from portal.metrics.forms import Asked
from portal.metrics.measure import CLOSED, NAMED, Tally, measures
from portal.people.functions import Function, Holder
from portal.people.models import Person
from tests import cast
from tests.cast import TODAY
from tests.metrics.told import OCTOBER, ON_TIME, tell_share
from tests.reach import knock

NOBODY: dict[str, int] = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
HR = NOBODY | {"helen": 200}
# Dora and Mara lead engineers, Otto leads Olga.
LEADS = HR | {"dora": 200, "mara": 200, "otto": 200}
# Ida holds the function.
EXECUTIVE = HR | {"ida": 200}
FILES = ("csv", "xlsx")


@pytest.fixture
def executive(who: Any) -> Person:
    function = Function.set_up("executive", "Executive", by=None)
    Holder.appoint(function, who.ida, by=None, starts_on=TODAY)
    return who.ida  # type: ignore[no-any-return]


@pytest.fixture
def told(database: Any) -> None:
    tell_share(ON_TIME, 8, 10)
    tell_share(ON_TIME, 9, 10, OCTOBER)


def test_the_page_is_for_hr_and_whoever_leads(as_: Any, told: None, executive: Person) -> None:
    addresses = ["/metrics", *(f"/metrics/figures.{form}" for form in FILES)]
    addresses += [f"/metrics/{ON_TIME}{end}" for end in ("", "/figures.csv", "/people")]
    for address in addresses:
        knock(as_, LEADS, address, nowhere="/metrics/nothing/at/all")


def test_what_is_not_meant_for_lines_is_not_there_for_managers(as_: Any, told: None) -> None:
    for name in ("kept_a_year", "comment_length", "goals_met"):
        assert not measures[name].for_lines
        knock(as_, HR, f"/metrics/{name}", nowhere="/metrics/nothing_of_it")


def test_rows_are_opened_only_where_each_may_be_opened(as_: Any, told: None) -> None:
    for name in ("comment_length", "goals_met", "voluntary_departures"):
        assert measures[name].privacy != NAMED
        knock(as_, NOBODY, f"/metrics/{name}/people", nowhere="/metrics/nothing_of_it/people")
        knock(
            as_, NOBODY, f"/metrics/{name}/people.csv", data={},
            nowhere="/metrics/nothing_of_it/people.csv",
        )  # fmt: skip


def test_a_file_with_names_is_recorded(as_: Any, told: None) -> None:
    knock(as_, LEADS, f"/metrics/{ON_TIME}/people.xlsx", data={}, nowhere="/metrics/x/people.xlsx")
    written = Event.select().where(Event.tag == "person.exported_measure")
    assert written.count() == sum(status == 200 for status in LEADS.values())
    trail = as_("helen").get("/audit").text
    assert "saved who is behind a number as a file" in trail


def test_the_executive_page_is_for_its_holders_and_hr(
    as_: Any, told: None, executive: Person
) -> None:
    for address in ("/metrics/executive", "/metrics/executive/2026-10"):
        knock(as_, EXECUTIVE, address, nowhere="/metrics/executive/2001-01")
    for address in ("/metrics/executive/2026-12", "/metrics/executive/today"):
        assert as_("ida").get(address).status_code == 404


def test_a_function_that_ended_opens_nothing(
    as_: Any, who: Any, told: None, executive: Person, move_clock: Any
) -> None:
    holder = Holder.get(Holder.function == Function.named("executive"))
    assert as_("ida").get("/metrics/executive").status_code == 200
    holder.release(by=who.helen, ends_on=TODAY)
    move_clock(days=2)
    assert as_("ida").get("/metrics/executive").status_code == 404
    assert not cast.person("ida").is_executive


def test_what_goes_before_leaving_is_hrs(as_: Any, executive: Person) -> None:
    knock(as_, HR, "/metrics/leading", nowhere="/metrics/leading/nothing")


def test_measures_offered_are_the_ones_that_may_be_read(who: Any, executive: Person) -> None:
    assert access.visible_to(who.helen) == list(measures.values())
    assert access.visible_to(who.mara) == [one for one in measures.values() if one.for_lines]
    for name in ("erin", "ida", "adam", "audrey"):
        assert access.visible_to(getattr(who, name)) == []
    assert all(one.privacy != CLOSED for one in access.visible_to(who.mara))


def test_everybody_finds_exactly_what_they_may_open(as_: Any, executive: Person) -> None:
    for name in set(cast.NAMES) - {"lev"}:
        client, me = as_(name), cast.person(name)
        me.device = me.devices.order_by(me.devices.model.id.desc()).first()
        offered = {item["url"] for group in nav.rail(me, "/") for item in group["items"]}
        offered |= {action.url for action in actions.for_viewer(me)}
        for address in ("/metrics", "/metrics/executive", "/metrics/leading"):
            if address in offered:
                assert client.get(address).status_code == 200, (name, address)
        opens = [one for one in ("/metrics", "/metrics/executive") if one in offered]
        assert bool(opens) == (client.get("/metrics").status_code == 200 or name == "ida"), name


def test_the_page_behind_each_row_opens_for_whoever_may_see_the_row(as_: Any, who: Any) -> None:
    """A manager reads a number of their line because they may open each row of it."""
    addresses = {
        name: {one.where(who.erin.id) for one in access.visible_to(cast.person(name)) if one.where}
        for name in ("helen", "mara")
    }
    closed = {
        (name, address)
        for name, wanted in addresses.items()
        for address in wanted
        if as_(name).get(address).status_code not in (200, 303)
    }
    assert closed == set()


def test_nobody_in_hr_opens_the_row_of_what_was_said_of_themselves(
    who: Any,
) -> None:
    """Also of a day on which they were no HR yet, so that they are counted."""
    measure = measures["time_to_productivity"]
    rows = [Tally(who.helen.id, 40), Tally(who.erin.id, 60)]
    counted = replace(measure, tallies=lambda scope: rows)
    kept = drill.behind(counted, TODAY, None, Asked(), access.left_out(who.helen, counted))
    assert [row.person for row in kept.rows] == [who.erin.id]
    assert access.left_out(who.helen, measures["headcount"]) == frozenset()


def test_no_number_of_a_line_is_one_whose_rows_are_not_open() -> None:
    assert {one.privacy for one in measures.values() if one.for_lines} == {NAMED}
