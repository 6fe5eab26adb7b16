"""Leaving and coming back: who takes the reports over, whether we would hire again, a new start."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.audit import Event
from portal.people import access, handing_over
from portal.people.functions import Function, Holder, functions_of
from portal.people.grants import Grant
from portal.people.leaving import Stint
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.vacancies import Vacancy
from tests import cast
from tests.reach import knock

LEFT = date(2026, 10, 30)
BACK = date(2027, 1, 4)
FORM = {"role": "Engineer", "employment": "permanent", "manager": "mara@halden.example"}


def test_who_leads_people_is_not_let_go_without_a_word_about_them(as_: Any, who: Any) -> None:
    helen, address = as_("helen"), f"/people/{who.mara.id}/departure"
    page = helen.get(address).text
    assert "3 people report to Mara: who takes over?" in page
    assert 'value="dora@halden.example"' in page
    data = {"last_day_on": "2026-12-31", "access_ends_on": "2026-12-31"}
    assert helen.post(address, data=data).location == f"{address}#reports"
    page = helen.get(address).text
    assert "3 people report to Mara: say who takes over." in page
    assert 'value="2027-01-01"' in page and "Start the leaving list" in page
    moving = {"manager": "dora@halden.example", "from_on": "2027-01-01"}
    answer = helen.post(f"/people/{who.mara.id}/reports", data=moving)
    assert answer.location == f"/people/{who.mara.id}"
    for name in ("erin", "ben", "nia"):
        person = cast.person(name)
        assert person.position(date(2026, 12, 31)).manager == who.mara
        assert person.position(date(2027, 1, 1)).manager == who.dora
    assert handing_over.led_by(cast.person("mara")) != []
    assert "Nobody" not in helen.get(address).text


@pytest.mark.parametrize(
    ("manager", "said"),
    [
        ("nobody@halden.example", "Nobody here"),
        ("mara@halden.example", "same person"),
        ("lev@halden.example", "has left"),
        ("erin@halden.example", "circle"),
        ("", "Say who"),
    ],
)
def test_who_cannot_take_over_does_not(manager: str, said: str, as_: Any, who: Any) -> None:
    helen = as_("helen")
    events = Event.select().count()
    data = {"manager": manager, "from_on": "2026-12-01"}
    if manager == "erin@halden.example":
        # Erin stays with Mara, and Mara is to report to Erin's report: all or nobody moves.
        Position.take(who.dora, by=None, starts_on=cast.TODAY, manager=who.olga)
        Position.take(who.olga, by=None, starts_on=cast.TODAY, manager=who.helen)
        data["manager"] = "ben@halden.example"
        Position.take(who.ben, by=None, starts_on=date(2026, 12, 5), manager=who.erin)
        events = Event.select().count()
    answer = helen.post(f"/people/{who.mara.id}/reports", data=data)
    assert answer.status_code == 422 and said in answer.text
    assert Event.select().count() == events


def test_hr_does_not_hand_over_themselves(as_: Any, who: Any) -> None:
    Position.take(who.helen, by=None, starts_on=cast.TODAY, manager=who.otto)
    answer = as_("helen").post(
        f"/people/{who.otto.id}/reports",
        data={"manager": "dora@halden.example", "from_on": "2026-12-01"},
    )
    assert answer.status_code == 422 and "somebody else in HR" in answer.text
    assert cast.person("olga").position(date(2026, 12, 1)).manager == who.otto


def test_whether_we_would_hire_again_is_hrs_and_wants_a_reason(as_: Any, who: Any) -> None:
    helen, address = as_("helen"), f"/people/{who.erin.id}/departure"
    data = {"last_day_on": "2026-12-31", "access_ends_on": "2026-12-31", "may_be_rehired": "no"}
    answer = helen.post(address, data=data)
    assert answer.status_code == 422 and "Say why not" in answer.text
    assert helen.post(address, data=data | {"rehire_reason": "Took the till"}).status_code == 303
    assert "Took the till" in helen.get(f"/people/{who.erin.id}").text
    for name in ("erin", "mara", "otto"):
        assert "Took the till" not in as_(name).get(f"/people/{who.erin.id}").text


def test_somebody_comes_back_as_the_same_person_with_their_history(
    as_: Any, who: Any, move_clock: Any
) -> None:
    who.lev.depart(
        by=None, last_day_on=LEFT, access_ends_at=clock.end_of_day(LEFT, "UTC"),
        may_be_rehired=False, rehire_reason="Ask Dora first", reason="Moved away",
    )  # fmt: skip
    helen, address = as_("helen"), f"/people/{who.lev.id}/return"
    page = helen.get(address).text
    assert "it was said not to hire them again" in page and "Ask Dora first" in page
    assert helen.post(address, data=FORM | {"starts_on": "2026-10-30"}).status_code == 422
    assert helen.post(address, data=FORM | {"starts_on": str(BACK)}).status_code == 303
    lev = cast.person("lev")
    assert (lev.id, lev.hired_on, lev.last_day_on, lev.access_ends_at) == (
        who.lev.id, BACK, None, None,
    )  # fmt: skip
    assert (lev.may_be_rehired, lev.departure_reason) == (None, "")
    stint = Stint.get()
    assert (stint.hired_on, stint.last_day_on) == (date(2024, 3, 1), LEFT)
    # On no day do two positions hold, and until the new first day counts what is to come.
    for day, role in ((date(2025, 1, 1), 1), (LEFT, 1), (date(2026, 11, 1), 0), (cast.TODAY, 1)):
        held = Position.select().where(Position.person == lev, Position.is_held(day))
        assert held.count() == role, day
    assert lev.position(cast.TODAY).starts_on == BACK and cast.person("mara").leads(lev)
    assert access.visible_to(who.erin).where(Person.id == lev.id).count() == 0
    assert "Earlier times here" in helen.get(f"/people/{lev.id}/history").text
    assert "Moved away" in helen.get(f"/people/{lev.id}/history").text
    assert "Moved away" not in as_("mara").get(f"/people/{lev.id}/history").text
    assert helen.get(address).status_code == 404
    move_clock(to=clock.end_of_day(BACK, "UTC"))
    assert access.visible_to(cast.person("erin")).where(Person.id == lev.id).count() == 1


def test_two_who_bring_somebody_back_at_once_bring_them_back_once(who: Any) -> None:
    first, second = Person.get_by_id(who.lev.id), Person.get_by_id(who.lev.id)
    first.rehire(by=who.helen, starts_on=BACK, role="Engineer")
    second.rehire(by=who.helen, starts_on=BACK, role="Engineer")
    assert [stint.last_day_on for stint in Stint.of(who.lev)] == [LEFT]
    assert Event.select().where(Event.tag == "person.rehired").count() == 1


def test_nobody_comes_back_who_is_here(as_: Any, who: Any) -> None:
    assert as_("helen").get(f"/people/{who.erin.id}/return").status_code == 404
    with pytest.raises(ValueError, match="after the last one"):
        who.erin.rehire(by=None, starts_on=BACK)


def test_the_departure_page_of_many_reports_stays_short(as_: Any, who: Any) -> None:
    for number in range(15):
        Person.hire(
            by=None, name=f"Person {number}", email=f"p{number}@halden.example",
            starts_on=cast.TODAY, details={}, role="Engineer", manager=who.otto,
        )  # fmt: skip
    page = as_("helen").get(f"/people/{who.otto.id}/departure").text
    assert "16 people report to Otto" in page and "And 4 more." in page


def test_no_right_goes_on_when_whoever_had_it_has_left_and_may_still_come_in(
    as_: Any, who: Any, move_clock: Any
) -> None:
    """HR and a leader leave; a week of access more is for their papers, not for anybody's."""
    Holder.appoint(Function.named("executive"), who.mara, by=None, starts_on=cast.TODAY)
    last = cast.TODAY + timedelta(days=3)
    for one in (who.mara, who.helen):
        one.depart(
            by=None,
            last_day_on=last,
            access_ends_at=clock.end_of_day(last + timedelta(days=7), "UTC"),
        )
    move_clock(days=3)
    assert as_("helen").get("/people/import").status_code == 200, "her last day"
    assert as_("mara").get(f"/people/{who.erin.id}/history").status_code == 200
    move_clock(days=1)
    mara, helen = as_("mara"), as_("helen")
    assert helen.get("/me").status_code == mara.get("/me").status_code == 200
    assert helen.get("/people/import").status_code == 404
    assert helen.get(f"/people/{who.erin.id}/history").status_code in (403, 404)
    assert mara.get(f"/people/{who.erin.id}/history").status_code in (403, 404)
    for name in ("mara", "helen"):
        left = cast.person(name)
        assert not left.grants and not left.has_reports and not left.is_executive
        assert functions_of(left) == []
    assert who.helen not in Grant.holders_of("hr", clock.today())


def test_what_only_a_leaver_holds_or_waits_for_is_nobodys(as_: Any, who: Any) -> None:
    """Ida and Mara left yesterday and may still come in: nobody holds IT, nobody leads the desk."""
    desk = Vacancy.plan(by=who.helen, role="Tester", manager=who.mara, note="CANARY")
    here = f"/people/vacancies/{desk.id}"
    assert as_("mara").get(here).status_code == 200
    assert "it" not in {one.slug for one in Function.vacant(cast.TODAY)}
    yesterday, later = cast.TODAY - timedelta(days=1), cast.NOW + timedelta(days=7)
    for one in (who.ida, who.mara):
        one.depart(by=who.helen, last_day_on=yesterday, access_ends_at=later)
    assert "it" in {one.slug for one in Function.vacant(cast.TODAY)}
    assert "<b>IT</b>: nobody yet" in as_("helen").get("/settings").text
    knock(as_, {"mara": 404, "helen": 200}, here, nowhere="/people/vacancies/999999")


def test_whoever_comes_back_is_given_every_right_anew(as_: Any, who: Any, move_clock: Any) -> None:
    """Mara was HR and held IT; back from Monday she is an engineer, also before her first day."""
    it = Function.named("it")
    Grant.give(who.mara, "hr", by=who.adam, starts_on=date(2025, 1, 1))
    Holder.appoint(it, who.mara, by=who.helen, starts_on=date(2025, 1, 1))
    last = cast.TODAY + timedelta(days=1)
    later = cast.NOW + timedelta(days=7)
    who.mara.depart(by=who.helen, last_day_on=last, access_ends_at=later)
    who.mara.rehire(by=who.helen, starts_on=cast.MONDAY, role="Engineer", manager=who.dora)
    move_clock(days=1)
    assert cast.person("mara").is_hr, "her last day"
    for days in (1, 3):
        move_clock(days=days)
        mara, today = cast.person("mara"), clock.today()
        assert not mara.grants and functions_of(mara) == []
        assert mara not in Grant.holders_of("hr", today) and mara not in it.holders(None, today)
        assert "Mara Okafor" not in as_("adam").get("/settings").text
    Grant.give(mara, "hr", by=who.adam, starts_on=today)
    Holder.appoint(it, mara, by=who.helen, starts_on=today)
    back = cast.person("mara")
    assert back.is_hr and (it.id, None) in functions_of(back)


def test_the_last_afternoon_in_the_americas_is_still_theirs(who: Any, move_clock: Any) -> None:
    who.mara.zone = "America/Los_Angeles"
    with db.write():
        who.mara.save()
    later = clock.end_of_day(cast.TODAY + timedelta(days=7), "UTC")
    who.mara.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=later)
    last = clock.end_of_day(cast.TODAY, "America/Los_Angeles")
    move_clock(to=last)
    assert cast.person("mara").has_reports
    move_clock(minutes=1)
    assert not cast.person("mara").has_reports
