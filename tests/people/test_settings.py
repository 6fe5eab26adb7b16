"""Settings: places with their calendar, functions with dated holders, grants and their alarm."""

from datetime import date, timedelta
from typing import Any

from portal.audit import Event
from portal.mail.models import Letter
from portal.people.functions import Function, Holder
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.org import Company, Location
from portal.people.settings_forms import LocationForm
from tests import cast

PLACE = {"name": "Tel Aviv", "zone": "Asia/Jerusalem", "weekdays": "Sun-Thu"}
TODAY = cast.TODAY


def last_event() -> Event:
    found = Event.select().order_by(Event.seq.desc()).first()
    assert found is not None
    return found


# -- the company and its places ------------------------------------------------------------------


def test_the_company_is_changed_and_only_what_differs_is_recorded(as_: Any) -> None:
    helen = as_("helen")
    data = {"name": "Brightwater", "zone": "Europe/Berlin", "hue": "260", "digest_hour": "7"}
    assert helen.post("/settings/company", data=data).location == "/settings"
    company = Company.settings()
    assert (company.hue, company.digest_hour, Company.select().count()) == (260, 7, 1)
    assert last_event().facts == {"hue": 260, "digest_hour": 7}
    before = Event.select().count()
    helen.post("/settings/company", data=data)
    assert Event.select().count() == before


def test_whoever_has_no_place_gets_the_company_s_zone(who: Any) -> None:
    assert who.audrey.zone == "Europe/Berlin"
    guest = Person.invite(by=None, name="Guest", email="guest@halden.example")
    assert guest.zone == "Europe/Berlin"


def test_a_place_has_its_week_and_its_holidays(as_: Any) -> None:
    helen = as_("helen")
    helen.post("/settings/locations", data=PLACE)
    place = Location.get(Location.name == "Tel Aviv")
    assert (place.zone, place.weekdays) == ("Asia/Jerusalem", "01236")
    address = f"/settings/locations/{place.id}"
    days = "2027-05-12 Independence Day\n\n2027-04-22  Passover  \n2027-04-28"
    answer = helen.post(address, data=PLACE | {"holidays": days})
    assert answer.status_code == 303
    kept = [(str(day.on), day.name) for day in place.kept()]
    assert kept == [
        ("2027-04-22", "Passover"),
        ("2027-04-28", "Holiday"),
        ("2027-05-12", "Independence Day"),
    ]
    page = helen.get(address).text
    assert "2027-05-12 Independence Day" in page and 'value="Mon, Tue, Wed, Thu, Sun"' in page
    calendar = place.calendar()
    friday, sunday = date(2026, 11, 20), date(2026, 11, 22)
    assert not calendar.is_working(friday) and calendar.is_working(sunday)
    assert not calendar.is_working(date(2027, 5, 12))
    before = Event.select().count()
    helen.post(address, data=PLACE | {"holidays": days})
    assert Event.select().count() == before


def test_days_are_written_as_people_write_them() -> None:
    written = {
        "Mon-Fri": "01234", "mon–fri": "01234", "Sun, Mon": "06", "Fri-Mon": "0456", "Sat": "5",
        "Monday - Thursday": "0123", "": "", "Mon,": "", "Mon-Tue-Wed": "", "x": "",
    }  # fmt: skip
    assert {typed: LocationForm._digits(typed) for typed in written} == written


def test_the_admin_reads_the_places_and_changes_none(as_: Any) -> None:
    place = Location.get()
    page = as_("adam").get(f"/settings/locations/{place.id}").text
    assert "Europe/Berlin" in page and '<form class="form"' not in page


# -- functions -----------------------------------------------------------------------------------


def appoint(helen: Any, **data: str) -> Any:
    return helen.post("/settings/holders", data=data)


def names(function: Function, place: int | None = None, on: date = TODAY) -> list[str]:
    return [person.first_name for person in function.holders(place, on)]


def test_a_function_has_several_dated_holders_first_those_of_the_place(as_: Any, who: Any) -> None:
    helen, berlin = as_("helen"), Location.get()
    it = Function.named("it")
    assert it is not None
    appoint(helen, function="IT", email="ben@halden.example", location=str(berlin.id))
    appoint(
        helen, function="it", email="otto@halden.example", starts_on="2026-12-01",
        ends_on="2026-12-31",
    )  # fmt: skip
    assert names(it) == ["Ida"]
    assert names(it, berlin.id) == ["Ben"]
    assert names(it, on=date(2026, 12, 1)) == ["Ida", "Otto"]
    assert names(it, on=date(2027, 1, 1)) == ["Ida"]
    page = helen.get("/settings").text
    assert "holds IT for Berlin" in page and "from Tue 1 Dec" in page
    assert Function.select().where(Function.slug == "it").count() == 1


def test_a_new_function_is_set_up_by_naming_it(as_: Any) -> None:
    appoint(as_("helen"), function="Data Protection", email="otto@halden.example")
    function = Function.named("data-protection")
    assert function is not None and names(function) == ["Otto"]
    tags = [event.tag for event in Event.select().order_by(Event.seq.desc()).limit(2)]
    assert tags == ["holder.appointed", "function.set_up"]


def test_appointing_twice_appoints_once(as_: Any) -> None:
    helen = as_("helen")
    for _ in range(2):
        appoint(helen, function="Legal", email="otto@halden.example")
    assert Holder.select().join(Function).where(Function.slug == "legal").count() == 1


def test_a_holder_is_released_with_the_day(as_: Any, who: Any) -> None:
    holder = Holder.get(Holder.person == who.ida)
    it = Function.named("it")
    assert it is not None
    helen = as_("helen")
    helen.post(f"/settings/holders/{holder.id}/end")
    assert names(it) == ["Ida"] and names(it, on=TODAY + timedelta(days=1)) == []
    before = Event.select().count()
    helen.post(f"/settings/holders/{holder.id}/end")
    assert Event.select().count() == before


def test_a_leaver_holds_nothing_any_more(who: Any) -> None:
    it = Function.named("it")
    assert it is not None
    who.ida.depart(by=None, last_day_on=TODAY, access_ends_at=cast.NOW)
    assert names(it) == ["Ida"] and names(it, on=TODAY + timedelta(days=1)) == []


# -- grants --------------------------------------------------------------------------------------


def test_a_grant_has_a_last_day(as_: Any, who: Any, move_clock: Any) -> None:
    data = {"email": "otto@halden.example", "kind": "hr", "ends_on": "2026-11-20"}
    assert as_("adam").post("/settings/grants", data=data).status_code == 303
    assert cast.person("otto").is_hr
    move_clock(days=2)
    assert cast.person("otto").is_hr
    move_clock(days=1)
    assert not cast.person("otto").is_hr


def test_ending_a_grant_ends_it_at_once(as_: Any, who: Any) -> None:
    grant = Grant.get(Grant.person == who.helen)
    adam = as_("adam")
    assert "last one" in adam.post(f"/settings/grants/{grant.id}/end", follow_redirects=True).text
    assert cast.person("helen").is_hr
    Grant.give(who.dora, "hr", by=None, starts_on=TODAY)
    assert adam.post(f"/settings/grants/{grant.id}/end").status_code == 303
    assert not cast.person("helen").is_hr
    assert (last_event().tag, last_event().about_id) == ("grant.ended", who.helen.id)
    assert adam.post(f"/settings/grants/{grant.id}/end").status_code == 404


def test_a_right_that_ended_is_not_brought_back_by_another_time_zone(as_: Any, who: Any) -> None:
    Grant.give(who.dora, "hr", by=None, starts_on=TODAY)
    helen = as_("helen")
    as_("adam").post(f"/settings/grants/{Grant.get(Grant.person == who.helen).id}/end")
    for zone in ("Pacific/Pago_Pago", "Pacific/Kiritimati"):
        helen.post("/me", data={"zone": zone, "theme": "auto"})
        assert cast.person("helen").zone == zone
        assert helen.get("/hr").status_code == 404


def test_ending_everybodys_hr_first_does_not_keep_the_alert_from_them(
    as_: Any, who: Any, mailbox: Any
) -> None:
    Grant.give(who.dora, "hr", by=None, starts_on=TODAY)
    adam = as_("adam")
    adam.post(f"/settings/grants/{Grant.get(Grant.person == who.helen).id}/end")
    adam.post("/settings/grants", data={"email": "adam@halden.example", "kind": "hr"})
    assert len(mailbox("helen@halden.example")) == 1 == len(mailbox("dora@halden.example"))


def test_an_admin_who_grants_himself_something_alerts_every_hr_person(
    as_: Any, who: Any, mailbox: Any
) -> None:
    Grant.give(who.ida, "hr", by=None, starts_on=TODAY)
    adam = as_("adam")
    adam.post("/settings/grants", data={"email": "adam@halden.example", "kind": "hr"})
    assert cast.person("adam").is_hr
    for name in ("helen", "ida"):
        (letter,) = mailbox(f"{name}@halden.example")
        assert letter["Subject"] == "Adam Farouk granted themselves a right"
        said = letter.get_body(("plain",)).get_content()
        assert "HR, from Wed 18 Nov" in said and "/settings#grants" in said
        assert "Adam Farouk" in letter.get_body(("html",)).get_content()
    assert mailbox("adam@halden.example") == []
    assert Letter.select().where(Letter.kind == "grant_alert").count() == 2


def test_whatever_it_is_he_grants_himself_hr_hears_of_it(as_: Any, mailbox: Any) -> None:
    as_("adam").post("/settings/grants", data={"email": "adam@halden.example", "kind": "auditor"})
    assert len(mailbox("helen@halden.example")) == 1


def test_a_grant_to_somebody_else_is_no_alarm(as_: Any, mailbox: Any) -> None:
    as_("adam").post("/settings/grants", data={"email": "otto@halden.example", "kind": "hr"})
    assert mailbox("helen@halden.example") == []
    assert Letter.select().count() == 0


def test_the_alarm_rings_even_when_the_grant_was_ended_before_it_was_sent(
    as_: Any, who: Any, mailbox: Any
) -> None:
    adam = as_("adam")
    adam.post("/settings/grants", data={"email": "adam@halden.example", "kind": "hr"})
    grant = Grant.get(Grant.person == who.adam, Grant.kind == "hr")
    adam.post(f"/settings/grants/{grant.id}/end")
    assert len(mailbox("helen@halden.example")) == 1
