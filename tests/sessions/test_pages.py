"""The pages of sessions: planning, a date with its seats, booking others, and how much they ask."""

from datetime import timedelta
from typing import Any

import pytest

from portal.audit import Event
from portal.mail.models import Letter
from portal.people.leave import Leave
from portal.sessions import booking, planning
from portal.sessions.models import BOOKED, LEFT, WAITING, DateWish, Seat, Session, Trainer
from tests import cast
from tests.sessions.conftest import HOURS, STARTS

MOST = 8
FORM = {
    "on": "2026-11-26", "starts": "14:00", "ends": "16:00", "ends_on": "", "zone": "Europe/Berlin",
    "place": "Room 4", "link": "", "seats": "5", "trainers": "Ida Sørensen, Red Cross",
    "note": "", "every": "", "times": "",
}  # fmt: skip


def test_hr_plans_a_date_and_a_series(course: Any, as_: Any, who: Any) -> None:
    helen = as_("helen")
    here = f"/learning/courses/{course.id}"
    assert "Plan a date" in helen.get(here).text
    assert helen.get(f"{here}/sessions/new").status_code == 200
    made = helen.post(f"{here}/sessions", data=FORM)
    [session] = Session.select()
    assert (made.status_code, made.location) == (303, session.url)
    assert session.starts_at == STARTS and session.ends_at == STARTS + HOURS
    assert [one.called for one in Trainer.select().order_by(Trainer.id)] == [
        "Ida Sørensen",
        "Red Cross",
    ]
    helen.post(f"{here}/sessions", data=FORM | {"every": "2", "times": "3"})
    assert Session.select().count() == 4
    page = helen.get(here).text
    assert "Thu 26 Nov, 14:00 to 16:00" in page and "5 of 5 seats free" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"on": ""}, "Say on which day."),
        ({"starts": ""}, "Say when it begins"),
        ({"ends": "14:00"}, "It ends before it begins."),
        ({"ends_on": "2026-11-25"}, "It ends before it begins."),
        ({"ends_on": "2027-02-01"}, "It goes on for 31 days at most."),
        ({"on": "2036-11-26"}, "too far away"),
        ({"place": ""}, "Say where it is"),
        ({"link": "javascript:alert(1)"}, "An address begins with https://."),
        ({"seats": "0"}, "A number from 1 to 1000"),
        ({"trainers": "nobody@halden.example"}, "Nobody here"),
        ({"every": "1"}, "Say how many dates there are in all."),
        ({"zone": "Mars/Olympus"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    course: Any, as_: Any, wrong: dict[str, str], said: str
) -> None:
    events = Event.select().count()
    answer = as_("helen").post(f"/learning/courses/{course.id}/sessions", data=FORM | wrong)
    assert answer.status_code == 422 and said in answer.text
    assert Session.select().count() == 0 and Event.select().count() <= events + 1


def test_a_date_is_changed_copied_and_canceled(plan: Any, as_: Any, who: Any) -> None:
    session = plan()
    booking.book(session, who.erin, by=who.erin)
    ida = as_("ida")
    assert "1 have a seat" in ida.get(f"{session.url}/edit").text
    changed = {name: value for name, value in FORM.items() if name not in ("every", "times")}
    answer = ida.post(f"{session.url}/edit", data=changed | {"starts": "15:00", "ends": "17:00"})
    assert (
        answer.status_code == 303
        and Letter.select().where(Letter.kind == "session_changed").count() == 1
    )
    few = ida.post(f"{session.url}/edit", data=changed | {"seats": "1"})
    assert few.status_code == 303
    copied = ida.get(f"{session.url}/copy").text
    assert 'value="2026-12-03"' in copied
    assert ida.post(f"{session.url}/cancellation", data={"reason": "Ill"}).status_code == 303
    assert ida.get(f"{session.url}/edit").status_code == 404
    assert b"METHOD:CANCEL" in as_("erin").get(f"{session.url}/calendar.ics").data


def test_one_books_waits_and_gives_back(plan: Any, as_: Any, who: Any) -> None:
    session = plan(seats=1, link="https://video.example/7")
    erin, ben = as_("erin"), as_("ben")
    assert "video.example" not in erin.get(session.url).text
    booked = erin.post(f"{session.url}/seat")
    assert (booked.status_code, booked.location) == (303, session.url)
    assert "https://video.example/7" in erin.get(session.url).text
    ben.post(f"{session.url}/seat")
    page = ben.get(session.url).text
    assert "You wait, number 1 in the line." in page and "Erin" not in page
    assert "video.example" not in page
    course = ben.get(f"/learning/courses/{session.course_id}").text
    assert "You wait, number 1 in the line" in course and "Leave the line" in course
    assert "You have a seat" in erin.get("/learning/sessions").text
    erin.post(f"{session.url}/seat/return")
    assert Seat.of(session.id, who.ben.id).state == BOOKED
    again = erin.post(f"{session.url}/seat", headers={"HX-Request-Type": "partial"})
    assert again.headers["HX-Redirect"] == session.url
    assert Seat.of(session.id, who.erin.id).state == WAITING


def test_a_manager_books_the_line_and_nobody_else(plan: Any, as_: Any, who: Any) -> None:
    session = plan()
    Leave.record(who.erin, "sick", by=who.helen, starts_on=session.on)
    mara = as_("mara")
    here = f"{session.url}/seats"
    for typed, said in (
        ("olga@halden.example", "You book for people in your line."),
        ("mara@halden.example", "Book your own seat with the button above."),
        ("Nobody", "Nobody here"),
    ):
        answer = mara.post(here, data={"person": typed})
        assert answer.status_code == 422 and said in answer.text
    assert mara.post(here, data={"person": "Erin Castellanos"}).status_code == 303
    page = mara.get(session.url).text
    assert "Erin is recorded as away on that day." in page and "sick" not in page
    assert "From your line" in page
    seat = Seat.of(session.id, who.erin.id)
    assert as_("otto").post(f"{here}/{seat.id}/return").status_code == 404
    assert mara.post(f"{here}/{seat.id}/return").status_code == 303
    assert Seat.of(session.id, who.erin.id).state == LEFT


def test_without_a_date_one_may_ask_to_hear_of_one(course: Any, as_: Any) -> None:
    erin = as_("erin")
    here = f"/learning/courses/{course.id}"
    assert "Tell me when there is a date" in erin.get(here).text
    assert erin.post(f"{here}/date-wish").status_code == 303
    assert "You get a letter when there is one." in erin.get(here).text
    erin.post(f"{here}/date-wish/end")
    assert not DateWish.select().where(DateWish.is_open()).exists()


def test_what_is_owed_says_when_one_is_booked(plan: Any, owe: Any, as_: Any, who: Any) -> None:
    session = plan()
    owe(who.erin)
    assert "booked Thu" not in as_("erin").get("/").text
    booking.book(session, who.erin, by=who.erin)
    assert "booked Thu 26 Nov, 14:00" in as_("erin").get("/").text


def test_times_are_those_of_whoever_reads(plan: Any, as_: Any, who: Any) -> None:
    session = plan()
    who.erin.correct(by=who.erin, zone="America/New_York")
    assert "Thu 26 Nov, 08:00 to 10:00 (14:00 in Berlin)" in as_("erin").get(session.url).text
    assert "(14:00 in Berlin)" not in as_("ben").get(session.url).text


def test_pages_ask_little_however_many_dates_and_people(
    plan: Any, as_: Any, who: Any, queries: Any, move_clock: Any
) -> None:
    sessions = [plan(seats=20, starts_at=STARTS + timedelta(days=n)) for n in range(6)]
    people = [getattr(who, name) for name in cast.NAMES if name not in ("lev", "audrey", "nia")]
    for session in sessions[:5]:
        for person in people:
            booking.book(session, person, by=person)
    last = sessions[0]
    pages = {
        "erin": ["/learning/sessions", last.url, sessions[5].url],
        "mara": [last.url],
        "ida": ["/learning/sessions", last.url, f"{last.url}/edit", f"{last.url}/attendance"],
        "helen": ["/learning/sessions", last.url, f"{last.url}/attendance"],
    }
    for name, addresses in pages.items():
        client = as_(name)
        client.get("/me")
        for address in addresses:
            with queries() as seen:
                assert client.get(address).status_code == 200
            asked = [sql for sql in seen if sql.startswith(("SELECT", "WITH", "("))]
            assert len(asked) <= MOST, (name, address, len(asked), "\n".join(asked))
    assert planning.ATTENDANCE == "attendance"


def test_a_live_course_asks_little_with_dates_and_without(
    course: Any, plan: Any, as_: Any, queries: Any
) -> None:
    for _ in range(2):
        for name in ("erin", "mara", "ida", "helen"):
            client = as_(name)
            client.get("/me")
            with queries() as seen:
                assert client.get(f"/learning/courses/{course.id}").status_code == 200
            assert len(seen) <= 8, (name, "\n".join(seen))
        plan()
