"""Pages of metrics as HR reads them, and what they cost at any size."""

import csv
import io
import re
from datetime import date
from typing import Any

from portal import db
from portal.metrics import snapshots
from portal.metrics.cohorts import DIMENSIONS
from portal.metrics.measure import measures
from portal.people.models import Person
from portal.people.org import Location, Team
from tests import cast
from tests.cast import TODAY
from tests.metrics.told import NIGHT, OCTOBER, ON_TIME, SEPTEMBER, tell, tell_share

MOST = 8


def test_before_the_first_night_the_page_says_what_will_come(as_: Any) -> None:
    helen = as_("helen")
    assert "Nothing has been counted yet" in helen.get("/metrics").text
    assert "Nothing has been counted yet" in helen.get(f"/metrics/{ON_TIME}").text


def test_what_misses_its_target_comes_first_with_icon_and_word(as_: Any) -> None:
    tell_share("kept_a_year", 9, 10)
    tell_share(ON_TIME, 6, 10)
    tell_share("compliance_overdue", 1, 100)
    page = as_("helen").get("/metrics").text
    order = [page.index(f'id="measure-{name}"') for name in (ON_TIME, "compliance_overdue")]
    assert order == sorted(order)
    (red, rest) = page.split('id="group-onboarding"')
    assert "Onboarding on time" in red and "Misses its target" in red
    assert "Misses its target" not in rest and "Target met" in rest
    assert "35 points short of the target; 6 of 10." in red


def test_a_month_is_chosen_in_the_address(as_: Any) -> None:
    tell_share(ON_TIME, 6, 10)
    tell_share(ON_TIME, 9, 10, OCTOBER)
    helen = as_("helen")
    now, then = helen.get("/metrics").text, helen.get(f"/metrics?on={OCTOBER}").text
    assert "60\N{NO-BREAK SPACE}%" in now and "90\N{NO-BREAK SPACE}%" in then
    assert f"/metrics/{ON_TIME}?on={OCTOBER}" in then
    one = helen.get(f"/metrics/{ON_TIME}?on={OCTOBER}").text
    assert "90\N{NO-BREAK SPACE}%" in one and f"/people?on={OCTOBER}" in one
    # What is no month that was counted is the last night.
    for strange in ("2026-10-30", "tomorrow", "2026-02-31", "9999-12-31", "1"):
        assert helen.get(f"/metrics?on={strange}").text.count("60\N{NO-BREAK SPACE}%") == 1


def test_a_number_is_compared_with_the_period_before_in_words(as_: Any) -> None:
    tell_share(ON_TIME, 75, 100)
    tell_share(ON_TIME, 60, 100, date(2025, 11, 30))
    page = as_("helen").get(f"/metrics/{ON_TIME}").text
    assert "up 15 points on the year before; 75 of 100." in page
    assert re.search(r"badge--good.*better", page)


def test_groups_stand_in_a_table_with_the_chart_beside_and_hidden_ones_in_words(
    as_: Any, who: Any
) -> None:
    team = {one.name: str(one.id) for one in Team.select()}
    tell_share("comment_length", 30, 60)
    tell_share("comment_length", 20, 30, by="department", cell=team["Engineering"])
    tell_share("comment_length", 10, 30, by="department", cell="")
    tell("comment_length", by="department", cell=team["Sales"])
    tell("comment_length", by="department", cell=team["People"])
    page = as_("helen").get("/metrics/comment_length?by=department").text
    assert "2 groups are not told" in page and page.count("not told") == 3
    assert page.index("<table") < page.index('class="chart"')
    assert "Engineering" in page and "In no department" in page and "20 of 30" in page
    chosen = (
        as_("helen").get(f"/metrics/comment_length?by=department&cell={team['Engineering']}").text
    )
    assert "Comments that say something: Engineering" in chosen
    assert "See who" not in chosen
    hidden = as_("helen").get(f"/metrics/comment_length?by=department&cell={team['Sales']}").text
    assert "Too few people" in hidden


def test_groups_stand_beside_what_was_told_of_them_a_period_before(as_: Any) -> None:
    """A quarter's groups are those of that quarter, and the last one's are beside them."""
    june = date(2026, 6, 30)
    for on, hits in ((SEPTEMBER, 12), (june, 9)):
        tell_share("goals_met", hits, 20, on)
        tell_share("goals_met", hits, 20, on, by="department", cell="*")
    tell("goals_met", june, by="department", cell="gone")
    helen, address = as_("helen"), "/metrics/goals_met"
    page = helen.get(f"{address}?by=department").text
    assert "Quarter before" in page and "60%" in spaced(page) and "45%" in spaced(page)
    head, row = list(
        csv.reader(io.StringIO(file_of(helen, f"{address}/figures.csv?by=department")))
    )
    assert head[-1] == "a period before" and row[-1] == "45" and "60" in row
    earlier = helen.get(f"{address}?by=department&on={june}").text
    assert "45%" in spaced(earlier) and "Quarter before" not in earlier
    assert len(file_of(helen, f"{address}/figures.csv").splitlines()[0].split(",")) == 7


def spaced(page: str) -> str:
    return page.replace("\N{NO-BREAK SPACE}", "").replace("&nbsp;", "")


def file_of(client: Any, address: str) -> str:
    return str(client.get(address).data.decode("utf-8-sig"))


def test_who_is_behind_a_number_stands_by_group_and_page(as_: Any, who: Any) -> None:
    tell_share("headcount", 11, 11)
    helen = as_("helen")
    everybody = helen.get("/metrics/headcount/people").text
    assert "Otto Weiß" in everybody and f"/people/{who.otto.id}" in everybody
    sales = str(Team.get(Team.name == "Sales").id)
    some = helen.get(f"/metrics/headcount/people?by=department&cell={sales}").text
    assert "Otto Weiß" in some and "Erin Castellanos" not in some and ": Sales" in some
    assert "Counts against it: 11" not in helen.get("/metrics/internal_mobility/people").text
    kept = helen.get("/metrics/kept_a_year/people?only=for").text
    assert "Counts against it: 1" in kept and "Erin Castellanos" in kept and "Lev" not in kept
    gone = helen.get("/metrics/kept_a_year/people?only=against").text
    assert "Lev Abramov" in gone and "Erin Castellanos" not in gone
    then = helen.get("/metrics/headcount/people?on=2026-10-29").text
    assert "Lev Abramov" in then and "Lev Abramov" not in everybody
    assert helen.get("/metrics/headcount/people?page=9").status_code == 200


def test_no_page_asks_more_than_a_few_questions_of_many_people(
    as_: Any, who: Any, queries: Any
) -> None:
    crowd(60)
    with db.write():
        for name in measures:
            tell_share(name, 8, 10)
            tell_share(name, 7, 10, OCTOBER)
        for by in DIMENSIONS:
            for cell in range(1, 60):
                tell_share(ON_TIME, 3, 5, by=by, cell=str(cell))
    seen = {}
    for who_looks, address in ADDRESSES:
        client = as_(who_looks)
        with queries() as asked:
            answer = client.get(address)
        assert answer.status_code == 200, address
        seen[address] = len(asked)
    too_many = {address: asked for address, asked in seen.items() if asked > MOST}
    assert too_many == {}
    assert seen["/metrics"] <= 6


ADDRESSES = (
    ("helen", "/metrics"),
    ("helen", f"/metrics?on={OCTOBER}"),
    ("helen", f"/metrics/{ON_TIME}"),
    *(("helen", f"/metrics/{ON_TIME}?by={by}") for by in DIMENSIONS),
    ("helen", f"/metrics/{ON_TIME}?by=department&cell=1"),
    ("helen", f"/metrics/headcount/people?on={NIGHT}"),
    ("helen", "/metrics/executive"),
    ("helen", "/metrics/executive/2026-10"),
    ("mara", "/metrics/headcount"),
    ("mara", "/metrics/headcount/people"),
)


def crowd(size: int) -> None:
    """So many more engineers below Mara."""
    mara, berlin = cast.person("mara"), Location.get()
    for number in range(size):
        Person.hire(
            by=None, name=f"Ada {number}", email=f"ada{number}@halden.example",
            starts_on=date(2024, 3, 1), details={}, role=f"Engineer {number % 7}",
            team=Team.get(Team.name == "Platform"), manager=mara, location=berlin,
        )  # fmt: skip


def test_a_lines_numbers_cost_what_each_of_them_asks_whatever_its_size(
    as_: Any, who: Any, queries: Any
) -> None:
    """Each number of a line is a question of its own, so they stand group by group."""
    mara = as_("mara")
    asked = []
    for size in (0, 40):
        crowd(size)
        with queries() as seen:
            assert mara.get("/metrics?group=people").status_code == 200
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_what_a_real_night_tells_is_on_every_page(as_: Any, plan: Any) -> None:
    snapshots.take(NIGHT, measures.values())
    helen = as_("helen")
    page = helen.get("/metrics").text
    assert all(f'id="measure-{name}"' in page for name in measures)
    for name in measures:
        for by in ("", *DIMENSIONS):
            assert helen.get(f"/metrics/{name}?by={by}").status_code == 200, (name, by)
    assert helen.get("/metrics/leading").status_code == 200
    assert TODAY > NIGHT


def test_a_long_table_comes_in_pages_and_strange_days_are_none(as_: Any) -> None:
    with db.write():
        tell_share("headcount", 70, 70)
        for number in range(70):
            tell_share("headcount", 1, 1, by="role", cell=f"Role {number:02}")
    helen = as_("helen")
    first = helen.get("/metrics/headcount?by=role").text
    assert "Role 00" in first and "Role 69" not in first and "page=2" in first
    assert "Role 69" in helen.get("/metrics/headcount?by=role&page=2").text
    assert helen.get("/metrics/headcount/figures.csv?by=role").text.count("Role ") == 70
    for day in ("0001-01-01", "9999-12-31", "2026-W01-1", "1969-12-31"):
        assert helen.get(f"/metrics/goals_met?on={day}").status_code == 200
        assert helen.get(f"/metrics/headcount/people?on={day}").status_code == 200
