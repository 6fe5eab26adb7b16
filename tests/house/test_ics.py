"""Calendar files: what a calendar reads is what was meant, whatever stands in a title."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from portal import ics

pytestmark = pytest.mark.one_database

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


def event(**more: object) -> ics.Event:
    said = {"uid": "step-1@portal.example", "title": "Welcome", "on": date(2026, 11, 30)}
    return ics.Event(**{**said, "stamp": NOW, **more})


def read(file: bytes):
    (found,) = Calendar.from_ical(file).walk("VEVENT")
    return found


def test_it_tells_and_asks_nobody_to_answer() -> None:
    file = ics.calendar([event()])
    assert b"METHOD:PUBLISH\r\n" in file
    assert b"ATTENDEE" not in file and b"ORGANIZER" not in file
    assert file.startswith(b"BEGIN:VCALENDAR\r\n") and file.endswith(b"END:VCALENDAR\r\n")


@pytest.mark.parametrize(
    ("zone", "on", "hour"),
    [
        ("Europe/Berlin", date(2026, 11, 30), 9),
        ("Europe/Berlin", date(2026, 7, 1), 8),
        ("America/New_York", date(2026, 11, 30), 15),
        ("Asia/Kolkata", date(2026, 11, 30), 4),
        ("Nowhere/Land", date(2026, 11, 30), 10),
    ],
)
def test_a_time_of_day_is_the_instant_it_is_at_that_place(zone: str, on: date, hour: int) -> None:
    found = read(ics.calendar([event(at="10:00", zone=zone, on=on, minutes=45)]))
    start = found["dtstart"].dt
    assert (start.utcoffset(), start.hour) == (timedelta(0), hour)
    assert (found["dtend"].dt - start).seconds == 45 * 60


def test_a_day_is_a_whole_day_that_blocks_nobody() -> None:
    found = read(ics.calendar([event()]))
    assert (found["dtstart"].dt, found["dtend"].dt) == (date(2026, 11, 30), date(2026, 12, 1))
    assert found["transp"] == "TRANSPARENT"


@pytest.mark.parametrize(
    "title",
    [
        "Lunch\r\nATTENDEE:mailto:evil@x.example",
        "Lunch\nEND:VEVENT\nBEGIN:VEVENT",
        "Lunch\rORGANIZER:mailto:evil@x.example",
        "Lunch\u2028ATTENDEE:mailto:evil@x.example",
        "Lunch\x0b\x0c\x00\x7f\x85here",
    ],
)
def test_a_title_never_becomes_another_property(title: str) -> None:
    file = ics.calendar([event(title=title, note=title)])
    found = read(file)
    assert "attendee" not in found and "organizer" not in found
    assert "\n" not in str(found["summary"])
    names = {line.split(b":")[0] for line in file.replace(b"\r\n ", b"").split(b"\r\n")}
    assert not names & {b"ATTENDEE", b"ORGANIZER"}


@pytest.mark.parametrize(
    "title", ["a;b,c\\d:e", "Größe " * 40, "日本語" * 60, "😀" * 80, "x" * 900]
)
def test_long_and_strange_titles_are_folded_at_75_octets_and_come_back(title: str) -> None:
    file = ics.calendar([event(title=title)])
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert str(read(file)["summary"]) == title.strip()[: ics.MAX_TITLE_CHARS]


def test_the_same_facts_are_the_same_bytes() -> None:
    assert ics.calendar([event()]) == ics.calendar([event()])
    assert int(read(ics.calendar([event(sequence=3)]))["sequence"]) == 3
