"""Leave, dotted lines and vacancies: who sees what of them, and what other slices may ask."""

from datetime import date
from typing import Any

import pytest

from portal.audit import Event
from portal.people import access
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.vacancies import Vacancy
from tests import cast

CHRISTMAS = date(2026, 12, 24)


def test_everyone_sees_until_when_and_only_some_what_kind(as_: Any, who: Any) -> None:
    Leave.record(
        who.erin, "parental", by=who.helen, starts_on=cast.TODAY, ends_on=CHRISTMAS, note="Twins"
    )
    address = f"/people/{who.erin.id}"
    for name, kind, note in (
        ("helen", True, True), ("erin", True, False), ("mara", False, False),
        ("otto", False, False),
    ):  # fmt: skip
        client = as_(name)
        page = client.get(address).text
        assert "Erin is away until Thu 24 Dec" in page, name
        assert ("Parental leave" in page, "Twins" in page) == (kind, note), name
        rows = client.get("/people").text
        assert "Away until Thu 24 Dec" in rows and "Parental" not in rows


def test_a_leave_is_recorded_changed_ended_and_taken_out(as_: Any, who: Any) -> None:
    helen, address = as_("helen"), f"/people/{who.erin.id}/leave"
    data = {"kind": "sick", "starts_on": "2026-11-20", "ends_on": "", "note": "Long"}
    assert helen.post(address, data=data).status_code == 303
    leave = Leave.get()
    assert "open-ended" in helen.get("/people/leave").text
    data["ends_on"] = "2026-11-30"
    assert helen.post(f"{address}/{leave.id}", data=data).status_code == 303
    early = helen.post(f"{address}/{leave.id}/return", data={"returned_on": "2026-11-01"})
    assert early.status_code == 422 and "not before the leave began" in early.text
    helen.post(f"{address}/{leave.id}/return", data={"returned_on": "2026-11-25"})
    assert Leave.get().returned_on == date(2026, 11, 25)
    helen.post(f"{address}/{leave.id}/cancellation")
    assert Leave.of(who.erin) == []
    tags = [e.tag for e in Event.select().order_by(Event.seq.desc()).limit(4)][::-1]
    assert tags == ["leave.recorded", "leave.changed", "leave.ended", "leave.canceled"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "sick", "starts_on": ""}, "Say from which day"),
        ({"kind": "", "starts_on": "2026-12-01"}, "Choose the kind"),
        ({"kind": "golf", "starts_on": "2026-12-01"}, "valid choice"),
        ({"kind": "sick", "starts_on": "2026-12-01", "ends_on": "2026-11-01"}, "before the first"),
        ({"kind": "sick", "starts_on": "29.02.2027"}, "not a date"),
        ({"kind": "sick", "starts_on": "2026-12-20", "ends_on": "2027-01-05"}, "from 2026-12-24"),
        ({"kind": "sick", "starts_on": "2026-12-01", "note": "x" * 301}, "At most 300"),
    ],
)  # fmt: skip
def test_a_leave_that_cannot_be_is_refused(
    data: dict[str, str], said: str, as_: Any, who: Any
) -> None:
    Leave.record(who.erin, "other", by=None, starts_on=CHRISTMAS, ends_on=date(2026, 12, 31))
    helen = as_("helen")
    events = Event.select().count()
    answer = helen.post(f"/people/{who.erin.id}/leave", data=data)
    assert answer.status_code == 422 and said in answer.text
    assert Event.select().count() == events


def test_other_slices_ask_who_is_away_and_whose_leave_begins(who: Any) -> None:
    leave = Leave.record(who.erin, "other", by=None, starts_on=cast.MONDAY, ends_on=CHRISTMAS)
    assert Leave.select().where(Leave.is_away(cast.TODAY)).count() == 0
    away = Person.select().where(Person.id.in_(Leave.people_away(cast.MONDAY)))
    assert [one.first_name for one in away] == ["Erin"]
    found = list(Leave.starting_between(cast.TODAY, cast.MONDAY))
    assert [(one.id, one.person.first_name) for one in found] == [(leave.id, "Erin")]
    leave.come_back(date(2026, 12, 1), by=None)
    assert Leave.select().where(Leave.is_away(date(2026, 12, 1))).count() == 0
    assert Leave.select().where(Leave.is_away(date(2026, 11, 30))).count() == 1


# -- dotted lines ----------------------------------------------------------------------------------


def test_a_dotted_line_is_shown_and_opens_nothing(as_: Any, who: Any) -> None:
    helen, address = as_("helen"), f"/people/{who.erin.id}/dotted"
    data = {"lead": "otto@halden.example", "purpose": "Mobile app", "starts_on": "2026-11-18"}
    assert helen.post(address, data=data).status_code == 303
    helen.post(address, data=data)
    for name, sees in (("helen", True), ("erin", True), ("mara", True), ("otto", False)):
        page = as_(name).get(f"/people/{who.erin.id}").text
        assert ("Mobile app" in page) == sees, name
        assert page.count("</a> for Mobile app") == sees
    assert access.relation(cast.person("otto"), who.erin) == "colleague"
    for wrong, said in (
        ({"lead": "nobody@x.yz"}, "Nobody here"),
        ({"lead": "erin@halden.example"}, "same person"),
        ({"purpose": ""}, "Say for what"),
        ({"ends_on": "2026-01-01"}, "before the first day"),
    ):
        answer = helen.post(address, data=data | wrong)
        assert answer.status_code == 422 and said in answer.text


# -- vacancies -------------------------------------------------------------------------------------


def test_hr_and_the_line_see_a_vacancy_and_nobody_else(as_: Any, who: Any) -> None:
    vacancy = Vacancy.plan(by=who.helen, role="Engineer", manager=who.mara, note="Secret plan")
    for name, sees in (
        ("helen", True), ("mara", True), ("dora", True), ("otto", False), ("erin", False),
        ("adam", False),
    ):  # fmt: skip
        answer = as_(name).get(f"/people/vacancies/{vacancy.id}")
        assert (answer.status_code == 200, "Secret plan" in answer.text) == (sees, sees), name
    listed = as_("otto").get("/people/vacancies").text
    assert "Nothing is open in your line" in listed


def test_a_vacancy_is_filled_by_whoever_is_hired_into_it(as_: Any, who: Any) -> None:
    held = who.erin.position()
    vacancy = Vacancy.plan(
        by=who.helen, role="Engineer", level="L3", team=held.team, location=held.location,
        manager=who.mara, wanted_from=date(2027, 2, 1),
    )  # fmt: skip
    assert vacancy.prefill() == {
        "role": "Engineer", "level": "L3", "team": str(held.team_id),
        "location": str(held.location_id), "manager": "mara@halden.example",
        "starts_on": date(2027, 2, 1),
    }  # fmt: skip
    assert vacancy.is_planned(cast.TODAY)
    tove = Person.hire(
        by=who.helen, name="Tove Øst", email="tove@halden.example", starts_on=date(2027, 2, 1),
        details={}, role="Engineer", manager=who.mara, vacancy=vacancy,
    )  # fmt: skip
    fresh = Vacancy.get_by_id(vacancy.id)
    assert (fresh.state, fresh.filled_by_id) == ("filled", tove.id)
    fresh.fill(who.ben, by=who.helen)
    assert Vacancy.get_by_id(vacancy.id).filled_by_id == tove.id
    page = as_("mara").get(f"/people/vacancies/{vacancy.id}").text
    assert "Tove Øst was hired into it" in page


def test_a_vacancy_is_planned_changed_closed_and_opened_again(as_: Any, who: Any) -> None:
    helen = as_("helen")
    data = {"role": "Tester", "manager": "mara@halden.example", "wanted_from": "2027-01-01"}
    address = helen.post("/people/vacancies", data=data).location
    assert "Planned: wanted from" in helen.get(address).text
    assert f"{address}/edit" in helen.get(address).text
    assert 'value="Tester"' in helen.get(f"{address}/edit").text
    assert helen.post(address, data=data | {"role": "Head of tests"}).status_code == 303
    events = Event.select().count()
    helen.post(address, data=data | {"role": "Head of tests"})
    assert Event.select().count() == events
    assert helen.post(f"{address}/closing").status_code == 303
    assert "Nobody is wanted any more" in helen.get(address).text
    assert helen.post(f"{address}/opening").status_code == 303
    assert Vacancy.get().state == "open"
    for wrong in ({"role": ""}, {"manager": "x"}, {"manager": "no@b.cc"}, {"wanted_from": "soon"}):
        assert helen.post("/people/vacancies", data=data | wrong).status_code == 422
