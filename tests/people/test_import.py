"""Bringing people in: what would happen is said first, then all of it happens or nothing."""

# ruff: noqa: E501 - the rows of a table are read across, and so are those of a CSV file.

from datetime import date
from typing import Any

import pytest

from portal import clock, db
from portal.audit import Event
from portal.people import importing
from portal.people.importing import Import
from portal.people.models import Person
from portal.people.org import Location, Team, Teams
from portal.people.positions import Position
from portal.people.tables import read_table
from tests import cast
from tests.people.files import apply, read, rows, state

NEW = "901,tove@halden.example,Tove Øst,2026-12-01,Engineer,Engineering,Platform,Berlin,mara@halden.example,"
ERIN = "erin@halden.example,Erin Castellanos,2024-03-01"


def changed_by(as_: Any, content: str) -> str:
    """The sentence of the dry run, and then it is applied."""
    helen = as_("helen")
    answer = read(helen, content)
    assert answer.status_code == 200, answer.text[answer.text.find("problems") :][:900]
    assert apply(helen).status_code == 303
    return str(answer.text.partition("<h1>")[2].partition("</h1>")[0])


# -- what would happen --------------------------------------------------------------------------


def test_a_dry_run_writes_nothing_but_the_waiting_file(as_: Any) -> None:
    helen = as_("helen")
    before = state()
    answer = read(helen, rows(NEW))
    assert answer.status_code == 200 and "Tove Øst" in answer.text
    after = state()
    assert after[:-1] == before[:-1] and len(after[-1]) == 1
    read(helen, rows(NEW, NEW.replace("901", "902").replace("tove", "tora")))
    assert len(state()[-1]) == 1


def test_the_dry_run_says_who_of_the_portal_is_not_in_the_file(as_: Any) -> None:
    answer = read(as_("helen"), rows(NEW)).text
    # The cast without Lev, who has left, and Audrey, who is a guest.
    assert "10 people here are not in this file; nothing happens to them." in answer
    everyone = [
        f",{p.email},{p.name},{p.hired_on},,,,,,"
        for p in Person.select().where(Person.hired_on.is_null(False))
        if p.first_name not in ("Lev", "Olga")
    ]
    answer = read(as_("helen"), rows(*everyone)).text
    assert "0 new, 0 changed, 9 unchanged" in answer
    assert "1 person here is not in this file; nothing happens to that person." in answer


def test_a_start_that_differs_is_a_remark_and_changes_nothing(as_: Any) -> None:
    helen = as_("helen")
    answer = read(
        helen, rows("erin@halden.example,Erin Castellanos,2020-01-01", head="email,name,start")
    )
    assert answer.status_code == 200
    assert "is here since 2024-03-01; that day is not changed" in answer.text
    assert "0 new, 0 changed, 1 unchanged" in answer.text


# -- what happens -------------------------------------------------------------------------------


def test_somebody_new_stands_where_the_row_says(as_: Any) -> None:
    boss = "902,tora@halden.example,Tora Vik,1.12.2026,Head,Research,,Oslo,dora@halden.example,"
    report = "903,tor@halden.example,Tor Ås,2026-12-01,Scientist,Research,Lab,Oslo,TORA@halden.example,tove@halden.example"
    assert changed_by(as_, rows(NEW, report, boss)).startswith("3 new, 0 changed")
    tor = cast.person("tor")
    held = tor.position()
    assert (held.role, held.manager.email, held.buddy.email) == (
        "Scientist", "tora@halden.example", "tove@halden.example",
    )  # fmt: skip
    assert Teams().path(held.team_id) == "Research / Lab"
    assert (held.location.name, held.is_hire, tor.hired_on) == ("Oslo", True, date(2026, 12, 1))
    assert (tor.zone, tor.number) == ("Europe/Berlin", "903")
    of_tor = Event.select().where(Event.about_id == tor.id)
    about = [event.tag for event in of_tor.order_by(Event.seq)]
    assert about == ["person.hired", "position.taken"]
    taken = Event.get(Event.about_id == tor.id, Event.tag == "position.taken")
    assert (taken.subject_id, taken.facts["manager"]) == (str(held.id), held.manager_id)
    assert cast.person("dora").leads(tor)


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ("role\nerin@halden.example,Erin Castellanos,2024-03-01,Lead", ["role"]),
        ("department\nerin@halden.example,Erin Castellanos,2024-03-01,Sales", ["department"]),
        ("team\nerin@halden.example,Erin Castellanos,2024-03-01,Sales", ["team"]),
        ("team\nerin@halden.example,Erin Castellanos,2024-03-01,Tools", ["team"]),
        ("department,team\nerin@halden.example,Erin Castellanos,2024-03-01,Engineering,Core", ["team"]),
        ("buddy\nerin@halden.example,Erin Castellanos,2024-03-01,ben@halden.example", ["buddy"]),
        ("manager\nerin@halden.example,Erin Castellanos,2024-03-01,OTTO@halden.example", ["manager"]),
        ("type\nerin@halden.example,Erin Castellanos,2024-03-01,Part-time", ["type"]),
        ("location\nerin@halden.example,Erin Castellanos,2024-03-01,Porto", ["location"]),
        ("phone,pronouns\nerin@halden.example,Erin Castellanos,2024-03-01,123,they", ["pronouns", "phone"]),
        ("department\nerin@halden.example,Erin Castellanos,2024-03-01,ENGINEERING", []),
        ("department,team\nerin@halden.example,Erin Castellanos,2024-03-01,Engineering,platform", []),
        ("manager,location,type\nErin@halden.example,Erin Castellanos,2024-03-01,Mara@halden.example,berlin,Permanent", []),
        ("role,level,team,manager\nerin@halden.example,Erin Castellanos,2024-03-01,,,,", []),
    ],
)  # fmt: skip
def test_what_differs_is_noticed_and_what_does_not_is_left_alone(
    row: str, fields: list[str], as_: Any, who: Any
) -> None:
    head, line = row.split("\n")
    content = rows(line, head=f"email,name,start,{head}")
    helen, before = as_("helen"), state()
    answer = read(helen, content).text
    found = Import.get().dry_run()
    assert [change.fields for change in found.changes] == ([fields] if fields else [])
    assert f"{len(found.changes)} changed" in answer
    apply(helen)
    again = read(helen, content).text
    assert "0 new, 0 changed, 1 unchanged" in again
    if not fields:
        assert state()[:4] == before[:4]


def test_a_team_alone_is_the_one_there_is(as_: Any, who: Any) -> None:
    teams = Team.select().count()
    changed_by(
        as_,
        rows(
            "olga@halden.example,Olga Søndergaard,2024-03-01,platform", head="email,name,start,team"
        ),
    )
    assert Teams().path(who.olga.position().team_id) == "Engineering / Platform"
    changed_by(
        as_,
        rows("erin@halden.example,Erin Castellanos,2024-03-01,Tools", head="email,name,start,team"),
    )
    assert Teams().path(who.erin.position().team_id) == "Engineering / Tools"
    assert Team.select().count() == teams + 1


def test_a_change_keeps_what_the_row_does_not_say_and_the_history(as_: Any, who: Any) -> None:
    changed_by(as_, rows(f"{ERIN},Lead", head="email,name,start,role"))
    history = Position.history_of(who.erin)
    assert [(one.role, one.team.name, one.manager.first_name) for one in history] == [
        ("Lead", "Platform", "Mara"),
        ("Engineer", "Platform", "Mara"),
    ]


def test_a_number_finds_somebody_whose_address_has_changed(as_: Any, who: Any) -> None:
    who.mara.correct(by=None, number="77")
    head = "number,email,name,start,manager"
    content = rows(
        "77,mara.new@halden.example,Mara Okafor,2024-03-01,dora@halden.example",
        "901,tove@halden.example,Tove Øst,2026-12-01,mara.new@halden.example",
        "902,tora@halden.example,Tora Vik,2026-12-01,MARA@halden.example",
        ",ben@halden.example,Ben Hartmann,2024-03-01,mara.new@halden.example",
        head=head,
    )
    assert changed_by(as_, content).startswith("2 new, 1 changed, 1 unchanged")
    mara = Person.by_email("mara.new@halden.example")
    assert mara is not None and mara.id == who.mara.id
    assert {cast.person(name).position().manager_id for name in ("tove", "tora", "ben")} == {
        mara.id
    }


def test_what_a_joiner_is_hired_into_changes_before_it_begins(as_: Any, who: Any) -> None:
    content = rows(
        "nia@halden.example,Nia Novak,2026-11-23,Data Engineer", head="email,name,start,role"
    )
    changed_by(as_, content)
    held = [(one.role, one.starts_on, one.is_hire) for one in Position.history_of(who.nia)]
    assert held == [("Data Engineer", cast.MONDAY, True)]


def test_pressing_the_button_twice_does_nothing_more(as_: Any) -> None:
    helen = as_("helen")
    read(helen, rows(NEW))
    assert apply(helen).location == "/people"
    before = state()
    assert apply(helen).status_code == 303
    assert "imported before" in helen.get("/people").text
    assert state() == before
    assert bytes(Import.get().content) == b""


def test_the_same_file_again_changes_nothing(as_: Any) -> None:
    changed_by(as_, rows(NEW))
    before = state()
    assert changed_by(as_, rows(NEW)).startswith("0 new, 0 changed, 1 unchanged")
    assert state()[:4] == before[:4]


def test_what_became_wrong_since_the_dry_run_is_not_applied(as_: Any, who: Any) -> None:
    helen = as_("helen")
    read(helen, rows(NEW))
    ends = clock.end_of_day(date(2026, 11, 1), "UTC")
    who.mara.depart(by=None, last_day_on=date(2026, 11, 1), access_ends_at=ends)
    before = state()
    answer = apply(helen)
    assert answer.status_code == 422 and "not a colleague any more" in answer.text
    assert state()[:-1] == before[:-1]


def test_all_or_nothing(as_: Any, monkeypatch: Any) -> None:
    """The last row fails in the middle of the writing: the first one is not there either."""
    helen = as_("helen")
    read(helen, rows(NEW, f",{ERIN},Lead,,,,,"))
    before = state()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Position, "take_many", fail)
    assert apply(helen).status_code == 500
    monkeypatch.undo()
    assert state() == before
    assert apply(helen).status_code == 303


def test_rows_may_be_pasted(as_: Any) -> None:
    helen = as_("helen")
    pasted = rows(NEW).replace(",", "\t")
    assert "1 new, 0 changed" in helen.post("/people/import", data={"pasted": pasted}).text
    apply(helen)
    assert cast.person("tove").is_staff


def test_whatever_a_cell_says_is_shown_as_text(as_: Any) -> None:
    evil = '901,tove@halden.example,"<svg onload=alert(1)>",2026-12-01,{{7*7}},=1+1,,<b>,,'
    answer = read(as_("helen"), rows(evil), name="<img src=x>.csv")
    assert answer.status_code == 200
    assert "<svg onload" not in answer.text and "<b>" not in answer.text
    assert "{{7*7}}" in answer.text and "<img src=x" not in answer.text


def test_an_unknown_column_is_a_remark(as_: Any) -> None:
    answer = read(as_("helen"), rows("a@b.cc,A B,2026-12-01,7", head="email,name,start,shoe size"))
    assert answer.status_code == 200 and "only a remark" in answer.text


def test_two_joiners_of_one_place_found_it_once(as_: Any) -> None:
    with db.write():
        Location.open(by=None, name="Zürich", zone="Europe/Zurich")
    head = "email,name,start,location,department"
    changed_by(
        as_,
        rows("a@b.cc,A A,2026-12-01,zurich,Ops", "b@b.cc,B B,2026-12-01,ZÜRICH,ops", head=head),
    )
    assert Location.select().count() == 2
    assert Team.select().where(Team.folded == "ops").count() == 1
    assert {p.zone for p in Person.select().where(Person.email.endswith("b.cc"))} == {
        "Europe/Zurich"
    }


def test_a_guest_with_a_start_date_becomes_a_colleague(as_: Any, who: Any) -> None:
    """Whoever set the portal up was a guest until the company's own file came in."""
    text = (
        "email,name,start,role,manager\n"
        "audrey@halden.example,Audrey Lemaire,2026-11-23,Controller,dora@halden.example\n"
        "new@halden.example,Newt Scale,2026-12-01,Clerk,audrey@halden.example\n"
    )
    found = importing.dry_run(read_table(text.encode()))
    assert found.errors == [] and len(found.joiners) == 2
    importing.apply(found, by=who.helen)
    audrey = Person.by_email("audrey@halden.example")
    assert audrey is not None and audrey.id == who.audrey.id and audrey.is_staff
    assert audrey.position().manager == who.dora
    assert Person.by_email("new@halden.example").position().manager == audrey
    assert "auditor" in audrey.grants
