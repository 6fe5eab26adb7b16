"""A manager's line: counted now, of whom they lead today, and of nobody else."""

from typing import Any

from portal.checklists.models import Checklist
from portal.metrics import line
from portal.metrics.forms import Asked
from portal.metrics.measure import measures
from portal.people.positions import Position
from tests import cast
from tests.cast import MONDAY, TODAY
from tests.metrics.told import ON_TIME, tell

HEADS = "headcount"


def page_of(as_: Any, name: str, address: str) -> str:
    answer = as_(name).get(address)
    assert answer.status_code == 200
    return str(answer.text)


def test_each_reads_their_own_line_and_no_number_of_the_company(as_: Any, who: Any) -> None:
    tell(HEADS, value=8765, hits=8765, of=8765, people=8765)
    for name, people in {"dora": 3, "mara": 2, "otto": 1}.items():
        found = line.total(measures[HEADS], line.of(cast.person(name)), TODAY)
        assert (found.hits, found.people) == (people, people)
        page = page_of(as_, name, "/metrics?group=people")
        assert f"<strong>{people} <small>" in page and "8,765" not in page
        assert "8,765" not in page_of(as_, name, f"/metrics/{HEADS}")
    assert "8,765" in page_of(as_, "helen", f"/metrics/{HEADS}")


def test_whoever_goes_to_another_line_is_gone_from_this_one_at_once(as_: Any, who: Any) -> None:
    mara = as_("mara")
    assert "Erin Castellanos" in mara.get(f"/metrics/{HEADS}/people").text
    held = who.erin.position(TODAY)
    Position.take(
        who.erin, by=who.helen, starts_on=TODAY, role=held.role, team=held.team, manager=who.otto,
        location=held.location,
    )  # fmt: skip
    assert "Erin Castellanos" not in mara.get(f"/metrics/{HEADS}/people").text
    assert "Erin Castellanos" in as_("otto").get(f"/metrics/{HEADS}/people").text
    # Neither an address nor a filter brings anybody in who is not led.
    for query in ("?on=2026-10-31", f"?by=manager&cell={who.mara.id}", "?only=all", "?by=level"):
        assert "Erin" not in mara.get(f"/metrics/{HEADS}/people{query}").text


def test_a_line_is_divided_by_one_filter_of_three(as_: Any, who: Any) -> None:
    page = page_of(as_, "dora", f"/metrics/{HEADS}?by=manager")
    assert "Mara Okafor" in page and "Otto" not in page
    rows = {label: row.hits for label, row in _rows("dora", "manager")}
    assert rows == {"Dora Lindqvist": 1, "Mara Okafor": 2}
    assert {label: row.hits for label, row in _rows("dora", "role")} == {
        "Engineer": 2, "Engineering Manager": 1,
    }  # fmt: skip
    assert [row.people for _, row in _rows("mara", "location")] == [2]
    one = page_of(as_, "dora", f"/metrics/{HEADS}?by=manager&cell={who.mara.id}")
    assert "People who work here: Mara Okafor" in one
    assert "By hired" not in page_of(as_, "dora", f"/metrics/{HEADS}?by=hired")


def _rows(name: str, by: str) -> Any:
    me = cast.person(name)
    return line.page(measures[HEADS], line.of(me), Asked(by=by), TODAY).rows


def test_few_people_are_counted_rather_than_told_in_percent(
    as_: Any, who: Any, plan: Any, move_clock: Any
) -> None:
    Checklist.start(plan.current, who.nia, by=who.helen, anchor_on=MONDAY)
    move_clock(days=90)
    page = page_of(as_, "mara", "/metrics?group=onboarding")
    assert "0 of 1" in page and "Misses its target" in page and "0 %" not in page
    behind = as_("mara").get(f"/metrics/{ON_TIME}/people").text
    assert "Nia Novak" in behind and f"person={who.nia.id}" in behind


def test_it_says_whom_it_is_about(as_: Any) -> None:
    page = page_of(as_, "mara", "/metrics")
    assert "You see the people you lead today" in page
    assert "months are not kept of lines" in page_of(as_, "mara", f"/metrics/{HEADS}")
