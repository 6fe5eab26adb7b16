"""Who may open and do what among people and settings: the cast at every route, one table."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.audit import Event
from portal.people import access, teams
from portal.people.dotted import DottedLine
from portal.people.functions import Holder
from portal.people.grants import Grant
from portal.people.importing import Import
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.org import Location, Team
from portal.people.positions import Position
from portal.people.signing import Device
from portal.people.vacancies import Vacancy
from portal.sessions import planning
from portal.sessions.models import Session
from tests import cast
from tests.sessions.conftest import HOURS, LIVE, STARTS, publish

OUT = 303
"""Lev has left: whatever he opens asks him to sign in."""
COLLEAGUES = ("erin", "mara", "otto", "adam", "nia")


def table(colleague: int, **but: int) -> dict[str, int]:
    """One answer for all colleagues, and other answers for those named."""
    return {**dict.fromkeys(COLLEAGUES, colleague), "audrey": 404, "lev": OUT, **but}


EVERYONE = table(200, helen=200)
HR_CORRECTS = table(403, helen=200, nia=403)
HR_WRITES = table(403, helen=303)
ONLY_HR = table(404, helen=200)
SETTINGS = table(404, helen=200, adam=200)
OWN = table(303, helen=303, audrey=303)
IN_LINE = table(404, mara=200, helen=200)
CSV = "email,name,start\nnew@halden.example,New Person,2026-12-01\n"
COMPANY = {"name": "Brightwater", "zone": "Europe/Berlin", "hue": "10", "digest_hour": "8"}
PLACE = {"name": "Lisbon", "zone": "Europe/Lisbon", "weekdays": "Mon-Fri"}
POSITION = {"starts_on": "2026-12-01", "role": "Lead", "employment": "permanent"}
DEPARTURE = {"last_day_on": "2026-12-31", "access_ends_on": "2026-12-31"}

GET: dict[str, tuple[str, dict[str, int]]] = {
    "people.index": ("/people", EVERYONE),
    "people.show": ("/people/{erin}", EVERYONE),
    "people.edit": ("/people/{erin}/edit", HR_CORRECTS),
    "people.new_position": ("/people/{erin}/position", HR_CORRECTS),
    "people.new_departure": ("/people/{erin}/departure", HR_CORRECTS),
    "people.me": ("/me", {**EVERYONE, "audrey": 200}),
    "people.new_import": ("/people/import", ONLY_HR),
    "people.settings": ("/settings", SETTINGS),
    "people.show_effect": ("/people/{erin}/position/effect?starts_on=2027-01-01", HR_CORRECTS),
    "people.history": ("/people/{erin}/history", table(403, erin=200, mara=200, helen=200)),
    "people.edit_employment": ("/people/{erin}/employment", HR_CORRECTS),
    "people.new_return": ("/people/{lev}/return", ONLY_HR),
    "people.new_leave": ("/people/{erin}/leave", HR_CORRECTS),
    "people.edit_leave": ("/people/{erin}/leave/{leave}", HR_CORRECTS),
    "people.list_leave": ("/people/leave", ONLY_HR),
    "people.new_dotted": ("/people/{erin}/dotted", HR_CORRECTS),
    "people.show_tree": ("/people/tree", EVERYONE),
    "people.show_branch": ("/people/tree/{mara}", EVERYONE),
    "people.list_teams": ("/teams", EVERYONE),
    "people.show_team": ("/teams/{team}", EVERYONE),
    "people.show_quality": ("/people/quality", ONLY_HR),
    "people.list_vacancies": ("/people/vacancies", table(404, mara=200, otto=200, helen=200)),
    "people.new_vacancy": ("/people/vacancies/new", ONLY_HR),
    "people.show_vacancy": ("/people/vacancies/{vacancy}", IN_LINE),
    "people.edit_vacancy": ("/people/vacancies/{vacancy}/edit", table(404, mara=403, helen=200)),
    "people.show_import": ("/people/imports/{kept}", ONLY_HR),
    "people.edit_location": ("/settings/locations/{place}", SETTINGS),
}
POST: dict[str, tuple[str, dict[str, Any], dict[str, int]]] = {
    "people.update": (
        "/people/{erin}/edit",
        {"name": "Erin C.", "email": "erin@halden.example"},
        HR_WRITES,
    ),
    "people.take_position": ("/people/{erin}/position", POSITION, HR_WRITES),
    "people.depart": ("/people/{erin}/departure", DEPARTURE, HR_WRITES),
    "people.withdraw_departure": ("/people/{olga}/departure/withdrawal", {}, HR_WRITES),
    "people.update_me": ("/me", {"zone": "Europe/Paris", "theme": "dark"}, OWN),
    "people.revoke_device": (
        "/me/devices/{device}/revocation",
        {},
        table(404, erin=303, helen=404),
    ),
    "people.revoke_other_devices": ("/me/devices/revocation", {}, OWN),
    "people.read_import": ("/people/import", {"pasted": CSV}, table(404, helen=200)),
    "people.apply_import": (
        "/people/imports/{kept}/application",
        {},
        table(404, helen=303),
    ),
    "people.change_company": ("/settings/company", COMPANY, table(404, adam=403, helen=303)),
    "people.open_location": ("/settings/locations", PLACE, table(404, adam=403, helen=303)),
    "people.change_location": (
        "/settings/locations/{place}",
        {**PLACE, "name": "Berlin Mitte"},
        table(404, adam=403, helen=303),
    ),
    "people.appoint_holder": (
        "/settings/holders",
        {"function": "Legal", "email": "otto@halden.example"},
        table(404, adam=403, helen=303),
    ),
    "people.release_holder": (
        "/settings/holders/{holder}/end",
        {},
        table(404, adam=403, helen=303),
    ),
    "people.give_grant": (
        "/settings/grants",
        {"email": "dora@halden.example", "kind": "auditor"},
        table(404, helen=403, adam=303),
    ),
    "people.end_grant": ("/settings/grants/{grant}/end", {}, table(404, helen=403, adam=303)),
    "people.sign_out": ("/sign-out", {}, {**OWN, "lev": OUT}),
    "people.export": ("/people/export", {}, table(200, helen=200)),
    "people.withdraw_position": (
        "/people/{ben}/positions/{later}/withdrawal", {}, table(403, helen=303),
    ),
    "people.hand_over_reports": (
        "/people/{mara}/reports",
        {"manager": "dora@halden.example", "from_on": "2026-12-01"},
        table(403, helen=303),
    ),
    "people.update_employment": (
        "/people/{erin}/employment", {"hired_on": "2024-02-01"}, HR_WRITES,
    ),
    "people.rehire": (
        "/people/{lev}/return", {**POSITION, "starts_on": "2027-01-04"}, table(404, helen=303),
    ),
    "people.record_leave": (
        "/people/{ben}/leave", {"kind": "other", "starts_on": "2027-05-01"}, HR_WRITES,
    ),
    "people.change_leave": (
        "/people/{erin}/leave/{leave}", {"kind": "sick", "starts_on": "2027-01-01"}, HR_WRITES,
    ),
    "people.end_leave": (
        "/people/{erin}/leave/{leave}/return", {"returned_on": "2027-03-01"}, HR_WRITES,
    ),
    "people.cancel_leave": ("/people/{erin}/leave/{leave}/cancellation", {}, HR_WRITES),
    "people.draw_dotted": (
        "/people/{erin}/dotted",
        {"lead": "otto@halden.example", "purpose": "Fairs", "starts_on": "2026-12-01"},
        HR_WRITES,
    ),
    "people.end_dotted": ("/people/{erin}/dotted/{line}/end", {}, HR_WRITES),
    "people.found_team": ("/teams", {"name": "Research"}, HR_WRITES),
    "people.change_team": ("/teams/{team}", {"name": "Platform and tools"}, HR_WRITES),
    "people.merge_team": (
        "/teams/{team}/merging", {"into": "{sales}", "from_on": "2026-12-01"}, HR_WRITES,
    ),
    "people.close_team": ("/teams/{empty}/closing", {}, HR_WRITES),
    "people.reopen_team": ("/teams/{empty}/opening", {}, HR_WRITES),
    "people.plan_vacancy": ("/people/vacancies", {"role": "Tester"}, table(404, helen=303)),
    "people.change_vacancy": (
        "/people/vacancies/{vacancy}", {"role": "Tester"}, table(404, mara=403, helen=303),
    ),
    "people.close_vacancy": (
        "/people/vacancies/{vacancy}/closing", {}, table(404, mara=403, helen=303),
    ),
    "people.reopen_vacancy": (
        "/people/vacancies/{vacancy}/opening", {}, table(404, mara=403, helen=303),
    ),
    "people.say_columns": ("/people/imports/{kept}/columns", {}, table(404, helen=303)),
    "people.cancel_import": ("/people/imports/{kept}/cancellation", {}, table(404, helen=303)),
    "people.undo_import": ("/people/imports/{kept}/undoing", {}, table(404, helen=303)),
}  # fmt: skip


@pytest.fixture
def ids(who: Any) -> dict[str, int]:
    """What the addresses of the table name, with somebody leaving and a file waiting."""
    who.olga.depart(
        by=who.helen,
        last_day_on=date(2026, 12, 31),
        access_ends_at=cast.NOW.replace(year=2027),
    )
    Device.sign_in(who.erin, how="test", agent="another phone", address="10.0.0.1")
    kept = Import.keep(CSV.encode(), "new.csv", by=who.helen)
    return {
        **{name: getattr(who, name).id for name in cast.NAMES},
        "place": Location.get().id,
        "holder": Holder.get().id,
        "grant": Grant.get(Grant.kind == "auditor").id,
        "device": Device.get(Device.agent == "another phone").id,
        "kept": kept.id,
        **_made(who),
    }


def _made(who: Any) -> dict[str, int]:
    """A leave, a dotted line, a vacancy in Mara's line, teams, and a change to come."""
    leave = Leave.record(who.erin, "sabbatical", by=who.helen, starts_on=date(2027, 1, 1))
    line = DottedLine.draw(who.erin, who.olga, "Fairs", by=who.helen, starts_on=cast.TODAY)
    vacancy = Vacancy.plan(by=who.helen, role="Engineer", manager=who.mara)
    later = Position.take(who.ben, by=None, starts_on=date(2027, 2, 1), role="Lead")
    return {
        "leave": leave.id,
        "line": line.id,
        "vacancy": vacancy.id,
        "later": later.id,
        "team": Team.get(Team.name == "Platform").id,
        "sales": Team.get(Team.name == "Sales").id,
        "empty": teams.found("Empty", None, by=who.helen).id,
    }


def test_the_table_has_every_route_behind_the_door(app: Flask) -> None:
    tabled = {*GET, *POST}
    behind = {
        name
        for name, view in app.view_functions.items()
        if name.startswith("people.") and view.door == "signed_in"
    }
    assert tabled == behind


@pytest.mark.parametrize("endpoint", GET)
def test_who_may_open(endpoint: str, as_: Any, ids: dict[str, int]) -> None:
    address, expected = GET[endpoint]
    address = address.format(**ids)
    clients = {name: as_(name) for name in expected}
    before = Event.select().count()
    answers = {name: clients[name].get(address).status_code for name in expected}
    assert answers == expected
    assert Event.select().count() == before


@pytest.mark.parametrize("endpoint", POST)
def test_who_may_do(endpoint: str, as_: Any, ids: dict[str, int]) -> None:
    """The refused first, and not one of them leaves a trace; then those who may."""
    address, data, expected = POST[endpoint]
    address = address.format(**ids)
    data = {key: str(value).format(**ids) for key, value in data.items()}
    clients = {name: as_(name) for name in expected}
    before = Event.select().count()
    refused = {name: status for name, status in expected.items() if status > 303 or name == "lev"}
    answers = {name: clients[name].post(address, data=data) for name in refused}
    assert {name: answer.status_code for name, answer in answers.items()} == refused
    assert Event.select().count() == before
    assert answers["lev"].location.startswith("/sign-in")
    for name in sorted(expected.keys() - refused.keys()):
        answer = clients[name].post(address, data=data)
        assert (name, answer.status_code) == (name, expected[name])
        assert not (answer.location or "").startswith("/sign-in") or endpoint == "people.sign_out"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("nia", table(404, helen=200, mara=200, dora=200, ben=200, nia=200)),
        ("lev", ONLY_HR),
        ("audrey", table(404, helen=200, audrey=200)),
        ("helen", EVERYONE),
    ],
)
def test_joiners_leavers_and_guests_are_known_to_few(
    target: str, expected: dict[str, int], as_: Any, ids: dict[str, int]
) -> None:
    answers = {name: as_(name).get(f"/people/{ids[target]}").status_code for name in expected}
    assert answers == expected


def test_nobody_not_even_hr_changes_their_own_file(as_: Any, ids: dict[str, int]) -> None:
    helen = as_("helen")
    before = Event.select().count()
    for page in ("edit", "position", "departure"):
        assert helen.get(f"/people/{ids['helen']}/{page}").status_code == 403
        assert helen.post(f"/people/{ids['helen']}/{page}").status_code == 403
    assert helen.post(f"/people/{ids['helen']}/departure/withdrawal").status_code == 403
    assert Event.select().count() == before


def test_what_one_may_not_see_has_the_bytes_of_what_does_not_exist(
    as_: Any, ids: dict[str, int]
) -> None:
    erin = as_("erin")
    nothing = erin.get("/people/999999").data
    hidden = [
        f"/people/{ids['nia']}", f"/people/{ids['lev']}", f"/people/{ids['lev']}/edit",
        f"/people/{ids['audrey']}", "/people/import", "/settings",
        f"/settings/locations/{ids['place']}",
    ]  # fmt: skip
    for address in hidden:
        answer = erin.get(address)
        assert (answer.status_code, answer.data) == (404, nothing), address
    for address in (f"/me/devices/{ids['device'] + 999}/revocation", "/settings/company"):
        assert erin.post(address).data == nothing, address
    otto = as_("otto")
    theirs = otto.post(f"/me/devices/{ids['device']}/revocation")
    assert (theirs.status_code, theirs.data) == (404, otto.get("/people/999999").data)


def test_an_admin_sees_what_a_colleague_sees(as_: Any, ids: dict[str, int]) -> None:
    adam = as_("adam")
    for target, status in (("erin", 200), ("nia", 404), ("lev", 404), ("audrey", 404)):
        assert adam.get(f"/people/{ids[target]}").status_code == status
    page = adam.get(f"/people/{ids['erin']}").text
    assert "Employee number" not in page and "Change position" not in page


def test_one_hr_person_does_not_apply_what_another_read_in(
    as_: Any, who: Any, ids: dict[str, int]
) -> None:
    Grant.give(who.ida, "hr", by=None, starts_on=cast.TODAY)
    before = Person.select().count()
    address = f"/people/imports/{ids['kept']}/application"
    assert as_("ida").post(address).status_code == 404
    assert Person.select().count() == before


def test_a_button_is_shown_to_whom_its_endpoint_obeys(as_: Any, ids: dict[str, int]) -> None:
    for name in ("erin", "mara", "helen", "otto"):
        client = as_(name)
        shown = f"/people/{ids['ben']}/edit" in client.get(f"/people/{ids['ben']}").text
        obeyed = client.get(f"/people/{ids['ben']}/edit").status_code == 200
        assert shown == obeyed, name
    settings = {name: as_(name).get("/settings").text for name in ("helen", "adam")}
    assert "/settings/company" in settings["helen"] and "/settings/company" not in settings["adam"]
    assert 'action="/settings/grants"' in settings["adam"]
    assert 'action="/settings/grants"' not in settings["helen"]


def test_nobody_is_named_whom_one_may_not_know_of(who: Any) -> None:
    """Nia begins next week: her line and HR know it, by her address as by her name."""
    for typed in ("nia@halden.example", who.nia.name):
        found = {name: access.colleague(getattr(who, name), typed) for name in table(0, helen=0)}
        knows = {name for name, person in found.items() if person is not None}
        assert knows == {"mara", "helen", "nia"}, typed
    assert access.colleague(who.erin, "lev@halden.example") is None, "he has left"
    assert access.colleague(who.erin, "Otto Weiß") == who.otto
    assert access.colleague(who.audrey, "Otto Weiß") is None, "a guest knows nobody"


def test_with_whom_one_holds_a_date_one_may_name(as_: Any, who: Any) -> None:
    """Nia begins on Monday, and HR has named her beside Ida; Otto names nobody by her address."""
    live = publish(LIVE, who.helen)

    def date_of(*trainers: Person) -> Session:
        said = planning.Plan(STARTS, STARTS + HOURS, "Europe/Berlin", 5, trainers=trainers)
        return planning.plan(live, said, by=who.helen)[0]

    ours, his = date_of(who.ida, who.nia), date_of(who.otto)
    said = {
        "on": "2026-11-26", "starts": "14:00", "ends": "16:00", "zone": "Europe/Berlin",
        "place": "Room 5", "seats": "5", "trainers": f"{who.ida.email}, {who.nia.email}",
    }  # fmt: skip
    assert as_("ida").post(f"{ours.url}/edit", data=said).status_code == 303
    assert Session.get_by_id(ours.id).place == "Room 5"
    assert planning.said_of(ours).trainers == (who.ida, who.nia)
    assert "Nobody here" in as_("otto").post(f"{his.url}/edit", data=said).text
