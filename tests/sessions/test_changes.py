"""A date is planned, repeated, moved and canceled; who is concerned reads it once, old and new."""

from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar

from portal.assignments import feed
from portal.mail.models import Letter, kinds
from portal.people.passes import Pass
from portal.sessions import booking, calendars, planning
from portal.sessions.models import Seat, Session
from tests import cast
from tests.sessions.conftest import HOURS, STARTS

URL = "https://portal.example"


def letters(kind: str) -> list[Letter]:
    return list(Letter.select().where(Letter.kind == kind).order_by(Letter.id))


def rendered(app: Any, letter: Letter) -> Any:
    with app.test_request_context():
        return kinds[letter.kind].render(letter)


def moved(session: Session, who: Any, **more: Any) -> list[str]:
    said = planning.said_of(Session.get_by_id(session.id))
    return planning.change(session, planning.replace(said, **more), by=who.helen)


def test_a_series_keeps_its_hour_when_the_clocks_are_changed(course: Any, who: Any) -> None:
    said = planning.Plan(
        starts_at=datetime(2027, 3, 18, 13, 0, tzinfo=UTC),
        ends_at=datetime(2027, 3, 18, 15, 0, tzinfo=UTC),
        zone="Europe/Berlin", seats=5, place="Room 4",
    )  # fmt: skip
    made = planning.plan(course, said, by=who.helen, every_weeks=1, times=3)
    assert [f"{one.local(one.starts_at):%d %b %H:%M}" for one in made] == [
        "18 Mar 14:00", "25 Mar 14:00", "01 Apr 14:00",
    ]  # fmt: skip
    assert made[2].starts_at == datetime(2027, 4, 1, 12, 0, tzinfo=UTC)


def test_a_moved_session_says_old_and_new_to_everyone_concerned(
    plan: Any, who: Any, app: Any
) -> None:
    session = plan(seats=1)
    booking.book(session, who.erin, by=who.erin)
    booking.book(session, who.ben, by=who.ben)
    assert moved(session, who, starts_at=STARTS + HOURS, ends_at=STARTS + 2 * HOURS)
    told = letters("session_changed")
    assert {letter.person_id for letter in told} == {who.erin.id, who.ben.id, who.ida.id}
    message = rendered(app, told[0])
    assert message.subject == "Your session has moved"
    for words in (message.text, message.html):
        assert "Thu 26 Nov, 14:00 to 16:00" in words and "Thu 26 Nov, 16:00 to 18:00" in words
    assert Session.get_by_id(session.id).sequence == 1


def test_two_changes_before_the_mail_leaves_are_one_letter(plan: Any, who: Any, app: Any) -> None:
    session = plan(trainers=())
    booking.book(session, who.erin, by=who.erin)
    moved(session, who, starts_at=STARTS + HOURS, ends_at=STARTS + 2 * HOURS)
    moved(session, who, place="Room 9")
    [letter] = letters("session_changed")
    text = rendered(app, letter).text
    assert "It was: Thu 26 Nov, 14:00 to 16:00, Room 4" in text and "Room 9" in text
    assert letter.claim()
    moved(session, who, place="Room 1")
    assert len(letters("session_changed")) == 2
    # Back where it was: the second letter says so, to whoever has read the first.
    assert "Room 9" in rendered(app, letters("session_changed")[1]).text


def test_what_concerns_nobody_is_told_nobody(plan: Any, who: Any) -> None:
    session = plan()
    booking.book(session, who.erin, by=who.erin)
    assert moved(session, who, seats=9, note="Bring a pen.") == ["seats", "note"]
    assert moved(session, who) == []
    assert letters("session_changed") == []
    assert Session.get_by_id(session.id).sequence == 1


def test_a_canceled_session_is_told_once_and_stays_to_be_read(
    plan: Any, who: Any, app: Any, as_: Any
) -> None:
    session = plan()
    booking.book(session, who.erin, by=who.erin)
    assert planning.cancel(session, "The trainer is ill.", by=who.ida)
    assert not planning.cancel(session, "", by=who.helen)
    [letter] = letters("session_canceled")
    assert letter.person_id == who.erin.id
    assert "The trainer is ill." in rendered(app, letter).text
    page = as_("erin").get(session.url).text
    assert "Canceled: it does not take place." in page and "Book a seat" not in page
    assert "Take it out of my calendar" in page and "Give the seat back" not in page


def test_letters_that_are_no_longer_true_are_withdrawn(plan: Any, who: Any, app: Any) -> None:
    session = plan(seats=1)
    seat = booking.book(session, who.erin, by=who.mara)
    booking.book(session, who.ben, by=who.ben)
    booking.give_back(seat, by=who.erin)
    first, second = letters("session_seat")
    assert rendered(app, first) is None
    assert "A seat came free" in rendered(app, second).text
    moved(session, who, place="Room 9")
    moved(session, who, place="Room 4")
    assert [rendered(app, one) for one in letters("session_changed")] == [None, None]
    planning.cancel(session, "", by=who.helen)
    assert rendered(app, second) is None


def test_every_letter_is_drawn(plan: Any, who: Any, app: Any, course: Any, move_clock: Any) -> None:
    booking.wish(course, who.otto)
    session = plan(seats=1, link="https://video.example/7", note="Bring a pen.")
    booking.book(session, who.erin, by=who.mara)
    booking.book(session, who.ben, by=who.mara)
    for letter, words in zip(
        letters("session_seat"), ("has booked a seat for you", "into the line"), strict=True
    ):
        assert words in rendered(app, letter).text
    assert "Thu 26 Nov, 14:00 to 16:00" in rendered(app, letters("session_date")[0]).text
    move_clock(to=STARTS - timedelta(hours=20))
    booking.remind()
    text = rendered(app, letters("session_reminder")[0]).text
    assert "https://video.example/7" in text and "Bring a pen." in text


def entry(file: bytes) -> tuple[Any, Any]:
    calendar = Calendar.from_ical(file)
    return calendar, calendar.walk("VEVENT")[0]


def test_the_calendar_file_keeps_its_name_and_counts_its_changes(plan: Any, who: Any) -> None:
    session = plan()
    calendar, event = entry(calendars.file_of(session, URL, sees_link=False))
    assert (calendar["METHOD"], event["UID"]) == ("PUBLISH", f"session-{session.id}@portal.example")
    assert event["DTSTART"].dt == STARTS and event["DTEND"].dt == STARTS + HOURS
    assert (event["SEQUENCE"], event["LOCATION"]) == (0, "Room 4")
    moved(session, who, place="Room 9")
    planning.cancel(session, "", by=who.helen)
    canceled = Session.get_by_id(session.id)
    calendar, event = entry(calendars.file_of(canceled, URL, sees_link=False))
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert event["UID"] == f"session-{session.id}@portal.example"


def test_the_personal_calendar_shows_what_one_attends_and_holds(plan: Any, who: Any) -> None:
    session = plan(link="https://video.example/7")
    booking.book(session, who.erin, by=who.erin)
    for person, count in ((who.erin, 1), (who.ida, 1), (who.ben, 0)):
        for is_named in (True, False):
            given: Pass = feed.make_link(person, is_named=is_named)
            file = feed.file_of(given, URL)
            assert file.count(b"BEGIN:VEVENT") == count
            assert (b"First aid" in file) == (is_named and count == 1)
            assert is_named or b"video.example" not in file
    booking.give_back(Seat.of(session.id, who.erin.id), by=who.erin)
    assert b"VEVENT" not in feed.file_of(feed.make_link(who.erin, is_named=True), URL)
    assert cast.NOW < STARTS
