"""Searching by name, role, team and place, filtering by address, and the list as a file."""

import csv
import io
from typing import Any

import pytest

from portal import db
from portal.audit import Event
from portal.people.models import Person
from portal.people.org import Location, Team
from portal.people.positions import Position
from tests import cast
from tests.people.test_pages import names_on

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def table(client: Any, **asked: str) -> list[dict[str, str]]:
    answer = client.post("/people/export", data=asked)
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.fixture
def abroad(who: Any) -> None:
    """Somebody whose role, team and place are full of letters that do not decompose."""
    with db.write():
        place = Location.open(by=None, name="Łódź", zone="Europe/Warsaw")
        team = Team.named("Straße & Fjørd")
        Position.take(
            who.olga, by=None, starts_on=cast.TODAY, role="Đirektor Größe", team=team,
            location=place,
        )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    ["lodz", "ŁÓDŹ", "strasse", "fjord", "direktor", "grosse olga", "GRÖSSE", "sonder lodz"],
)
def test_role_team_and_place_are_found_whatever_their_letters(
    words: str, as_: Any, abroad: None
) -> None:
    erin = as_("erin")
    for headers in ({}, PARTIAL):
        page = erin.get("/people", query_string={"q": words}, headers=headers)
        assert names_on(page.text) == ["Olga Søndergaard"]


def test_part_of_a_word_finds_names_but_not_roles(as_: Any) -> None:
    # “erin” stands in Engineering, and nobody who types it means the whole department.
    assert names_on(as_("otto").get("/people?q=erin").text) == ["Erin Castellanos"]
    found = names_on(as_("otto").get("/people?q=engineering").text)
    assert found == ["Dora Lindqvist", "Mara Okafor"]


def test_team_and_place_are_filters_in_the_address(as_: Any, who: Any, abroad: None) -> None:
    erin = as_("erin")
    engineering, lodz = Team.get(Team.name == "Engineering"), Location.get(Location.name == "Łódź")
    found = names_on(erin.get(f"/people?team={engineering.id}").text)
    assert found == ["Ben Hartmann", "Dora Lindqvist", "Erin Castellanos", "Mara Okafor"]
    assert names_on(erin.get(f"/people?place={lodz.id}").text) == ["Olga Søndergaard"]
    assert names_on(erin.get(f"/people?team={engineering.id}&q=hart").text) == ["Ben Hartmann"]
    page = erin.get(f"/people?team={engineering.id}&place={lodz.id}").text
    assert "Nobody stands there now." in page
    assert f'<option value="{engineering.id}" selected' in page
    for wrong in ("team=x", "place=-1", "team=%00", "team=²", f"team={'9' * 30}", "all=2"):
        assert erin.get(f"/people?{wrong}").status_code in (200, 400)


def test_the_list_is_in_one_order_on_both_databases(as_: Any) -> None:
    for name in ("Ærlig Bo", "Zoë Z", "Åse Å", "Émile É", "eve e", "Łukasz Ł", "O’Brien X", "Đ Đ"):
        Person.hire(
            by=None, name=name, email=f"p{abs(hash(name))}@b.cc", starts_on=cast.TODAY, details={}
        )
    names = names_on(as_("otto").get("/people").text)
    keys = [name.replace("’", "'").replace("&#39;", "'") for name in names]
    from portal.text import fold

    assert [fold(key) for key in keys] == sorted(fold(key) for key in keys)


# -- the file --------------------------------------------------------------------------------------


def test_the_file_holds_of_each_what_its_reader_may_see(as_: Any, who: Any) -> None:
    with db.write():
        Person.update(number="77").where(Person.id == who.erin.id).execute()
        Person.update(number="78").where(Person.id == who.olga.id).execute()
    for name, numbers in (
        ("helen", {"77", "78"}),
        ("mara", {"77"}),
        ("erin", {"77"}),
        ("otto", {"78"}),
    ):
        rows = table(as_(name))
        assert {row["number"] for row in rows} - {""} == numbers, name
    by_name = {row["name"]: row for row in table(as_("otto"))}
    assert by_name["Erin Castellanos"]["manager"] == "mara@halden.example"
    assert by_name["Erin Castellanos"]["start"] == "" and by_name["Olga Søndergaard"]["start"]
    assert "Nia Novak" not in by_name and "Lev Abramov" not in by_name


def test_the_file_is_the_list_as_it_is_filtered(as_: Any, who: Any) -> None:
    helen = as_("helen")
    assert [row["name"] for row in table(helen, q="erin")] == ["Erin Castellanos"]
    team = Team.get(Team.name == "Sales")
    assert len(table(helen, team=str(team.id))) == 2
    assert "Lev Abramov" in {row["name"] for row in table(helen, all="1")}
    assert table(helen, q="nobody at all") == []


def test_who_took_how_many_is_in_the_trail(as_: Any, who: Any) -> None:
    table(as_("otto"))
    event = Event.select().order_by(Event.seq.desc()).first()
    assert (event.tag, event.by_id, event.facts["people"]) == ("person.exported", who.otto.id, 9)


def test_a_spreadsheet_computes_nothing_and_the_import_reads_it_again(as_: Any, who: Any) -> None:
    who.erin.correct(by=None, preferred_name="=1+1", phone="+49 30")
    helen = as_("helen")
    answer = helen.post("/people/export", data={"q": "castellanos"})
    assert b"'=1+1" in answer.data and b"'+49 30" in answer.data
    again = helen.post("/people/import", data={"pasted": answer.data.decode("utf-8-sig")})
    assert "0 new, 0 changed, 1 unchanged" in again.text


def test_a_guest_has_no_file(as_: Any) -> None:
    assert as_("audrey").post("/people/export").status_code == 404
