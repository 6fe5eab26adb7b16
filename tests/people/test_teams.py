"""The tree of teams and the tree of people: who reads, who reorganizes, and what never changes."""

from datetime import date
from typing import Any

import pytest

from portal import db
from portal.audit import Event
from portal.people import teams
from portal.people.org import Team, Teams
from portal.people.positions import Position
from portal.people.vacancies import Vacancy
from tests import cast


def named(name: str) -> Team:
    return Team.get(Team.name == name)  # type: ignore[no-any-return]


def test_the_tree_of_teams_counts_whom_one_sees(as_: Any, who: Any) -> None:
    page = as_("helen").get("/teams").text
    assert "5 people, 1 in the team itself" in page
    # Nia is no colleague yet for Erin, so she is not counted for her.
    assert "4 people, 1 in the team itself" in as_("erin").get("/teams").text
    assert as_("audrey").get("/teams").status_code == 404


def test_a_rename_keeps_the_id_and_whatever_hangs_on_it(as_: Any, who: Any) -> None:
    team = named("Platform")
    parent = str(team.parent_id)
    answer = as_("helen").post(f"/teams/{team.id}", data={"name": "Ground", "parent": parent})
    assert answer.location == f"/teams/{team.id}"
    assert who.erin.position().team.name == "Ground"
    assert Event.select().order_by(Event.seq.desc()).first().tag == "team.renamed"
    assert "Erin Castellanos" in as_("otto").get(f"/teams/{team.id}").text


def test_a_team_moves_with_all_below_it_and_never_into_itself(as_: Any, who: Any) -> None:
    engineering, platform, sales = named("Engineering"), named("Platform"), named("Sales")
    helen = as_("helen")
    data = {"name": "Engineering", "parent": str(sales.id)}
    assert helen.post(f"/teams/{engineering.id}", data=data).status_code == 303
    assert Teams().path(platform.id) == "Sales / Engineering / Platform"
    with pytest.raises(ValueError, match="is a part of"):
        teams.move(named("Sales"), named("Platform"), by=None)
    offered = {"name": "Sales", "parent": str(platform.id)}
    assert helen.post(f"/teams/{sales.id}", data=offered).status_code == 422


def test_two_teams_of_one_parent_do_not_share_a_name(as_: Any) -> None:
    helen = as_("helen")
    for name in ("Sales", "SÁLES", "sales"):
        answer = helen.post("/teams", data={"name": name, "parent": ""})
        assert answer.status_code == 422 and "called Sales already" in answer.text
    answer = helen.post("/teams", data={"name": "Sales", "parent": str(named("Engineering").id)})
    assert answer.status_code == 303


def test_only_an_empty_team_is_closed_and_it_says_what_is_in_the_way(as_: Any, who: Any) -> None:
    helen, engineering = as_("helen"), named("Engineering")
    page = helen.get(f"/teams/{engineering.id}").text
    assert "1 team below it" in page and "1 person in it, now or later" in page
    assert helen.post(f"/teams/{engineering.id}/closing").status_code == 422
    empty = teams.found("Empty", None, by=None)
    assert helen.post(f"/teams/{empty.id}/closing").location == "/teams"
    assert ">Empty<" not in helen.get("/teams").text.partition("branches--top")[2]
    assert "This team is closed" in helen.get(f"/teams/{empty.id}").text
    events = Event.select().count()
    teams.close(named("Empty"), by=None)
    assert Event.select().count() == events
    # Founded again, it is the same team.
    assert teams.found("Empty", None, by=None).id == empty.id
    assert named("Empty").closed_at is None


def test_who_will_come_into_a_team_keeps_it_open(who: Any) -> None:
    empty = teams.found("Empty", None, by=None)
    Position.take(who.erin, by=None, starts_on=date(2027, 3, 1), team=empty)
    with pytest.raises(ValueError, match="now or later"):
        teams.close(empty, by=None)


def test_a_merge_moves_everyone_from_a_day_on_and_what_was_planned(as_: Any, who: Any) -> None:
    platform, sales = named("Platform"), named("Sales")
    Position.take(who.olga, by=None, starts_on=date(2027, 3, 1), team=platform)
    below = teams.found("Tools", platform, by=None)
    data = {"into": str(sales.id), "from_on": "2026-12-01"}
    answer = as_("helen").post(f"/teams/{platform.id}/merging", data=data)
    assert answer.location == f"/teams/{sales.id}"
    assert who.erin.position(date(2026, 11, 30)).team == platform
    assert who.erin.position(date(2026, 12, 1)).team == sales
    assert who.olga.position(date(2027, 3, 1)).team == sales
    assert Team.get_by_id(below.id).parent_id == sales.id
    assert Team.get_by_id(platform.id).closed_at is not None
    with pytest.raises(ValueError, match="move it out first"):
        teams.merge(named("Sales"), below, by=None, on=cast.TODAY)


def test_a_merge_says_so_where_a_closed_team_has_the_name(as_: Any) -> None:
    platform, sales = named("Platform"), named("Sales")
    teams.found("Tools", platform, by=None)
    teams.close(teams.found("Tools", sales, by=None), by=None)
    data = {"into": str(sales.id), "from_on": "2026-12-01"}
    answer = as_("helen").post(f"/teams/{platform.id}/merging", data=data)
    assert answer.status_code == 422 and "closed team called Tools" in answer.text


@pytest.mark.parametrize(
    "data", [{}, {"name": ""}, {"name": "x" * 121}, {"name": "a\nb"}, {"name": "X", "parent": "99"}]
)
def test_bad_input_is_answered_at_its_field(data: dict[str, str], as_: Any) -> None:
    helen = as_("helen")
    events = Event.select().count()
    assert helen.post("/teams", data=data).status_code == 422
    assert Event.select().count() == events


# -- who leads whom --------------------------------------------------------------------------------


def test_the_tree_of_people_shows_joiners_only_to_whom_they_are_known(as_: Any, who: Any) -> None:
    for name, sees in (("helen", True), ("mara", True), ("erin", False), ("otto", False)):
        page = as_(name).get("/people/tree").text
        assert ("Nia Novak" in page) == sees, name
        assert ("3 people report to Mara" in page) == sees, name
        assert "Erin Castellanos" in page and "Lev Abramov" not in page


def test_vacancies_stand_in_the_tree_for_hr_and_the_line(as_: Any, who: Any) -> None:
    Vacancy.plan(by=None, role="Data Engineer", manager=who.mara)
    Vacancy.plan(by=None, role="Closer", manager=who.otto)
    for name, sees in (("helen", (1, 1)), ("dora", (1, 0)), ("otto", (0, 1)), ("erin", (0, 0))):
        page = as_(name).get("/people/tree").text
        assert ("Data Engineer" in page, "Closer" in page) == sees, name


def test_a_large_company_opens_level_by_level_in_a_handful_of_queries(
    as_: Any, who: Any, queries: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("portal.people.tree.WHOLE", 3)
    helen = as_("helen")
    with queries() as seen:
        page = helen.get("/people/tree").text
    assert len(seen) <= 9, len(seen)
    # Those at the top and whoever reports to them are read in, the others only counted.
    assert sum('."folded_email", "t1"."hired_on"' in sql for sql in seen) == 2
    assert f'hx-get="/people/tree/{who.mara.id}"' in page and "Erin Castellanos" not in page
    assert f'href="/people/tree?from={who.mara.id}"' in page
    with queries() as seen:
        part = helen.hx_get(f"/people/tree/{who.mara.id}", "branch")
    assert len(seen) <= 8
    assert part.text.lstrip().startswith(f'<ul class="branches" id="branch-{who.mara.id}"')
    assert "Erin Castellanos" in part.text and "<html" not in part.text
    below = helen.get(f"/people/tree?from={who.mara.id}").text
    assert "Below Mara Okafor" in below and "Ben Hartmann" in below
    for wrong in ("from=x", "from=-1", "from=²"):
        assert helen.get(f"/people/tree?{wrong}").status_code == 200
    assert helen.get("/people/tree?from=999999").status_code == 404


def test_whoever_goes_in_a_circle_does_not_hang_the_tree(as_: Any, who: Any) -> None:
    with db.write():
        Position.update(manager=who.erin).where(Position.person == who.dora).execute()
    assert as_("helen").get("/people/tree").status_code == 200
