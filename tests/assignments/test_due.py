"""When things are due: what a plan may say, and the day and second it comes to."""

from datetime import UTC, date, datetime

import pytest

from portal.assignments.due import Due, DueError, due_at, words
from portal.people.workdays import NeverWorksError, WorkCalendar

BERLIN = WorkCalendar(holidays=frozenset({date(2026, 12, 25), date(2026, 12, 26)}))
EVERY_DAY = WorkCalendar(weekdays=frozenset(range(7)))
MON = date(2026, 11, 23)


def on(text, anchor=MON, calendar=BERLIN):
    return Due.parse(text).on(anchor, calendar)


@pytest.mark.parametrize("text", ["start", "start-5", "start+5", "start+5w", "end-3", "today+2",
                                  "end", "today", "start+1m", "start-12m", "end-2w"])  # fmt: skip
def test_a_due_date_is_written_as_it_was_read(text):
    assert str(Due.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "same"),
    [("start+5d", "start+5"), ("START+5W", "start+5w"), (" start ", "start"), ("start-0", "start"),
     ("start+0w", "start"), ("start−5", "start-5"), ("start–5", "start-5")],
)  # fmt: skip
def test_other_spellings_are_understood(text, same):
    assert Due.parse(text) == Due.parse(same)
    assert str(Due.parse(text)) == same


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write start, start-5 (days), start+5w (working days) or start+1m (months)"),
        ("5", "is no due date"),
        ("+5", "is no due date"),
        ("start5", "is no due date"),
        ("start+5.5", "is no due date"),
        ("start+5ww", "is no due date"),
        ("start+٥", "is no due date"),
        ("friday+5", "“friday” is no day to count from; there are start, end, today."),
        ("start+5y", "“y” is no unit"),
        ("start+1001", "“start+1001” is more than 1,000 days away."),
        ("start-34m", "more than 1,000 days"),
        ("start+1001w", "more than 1,000 days"),
        ("x" * 500, "“" + "x" * 40 + "”"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(text, sentence):
    with pytest.raises(DueError) as caught:
        Due.parse(text)
    assert sentence in str(caught.value)
    assert str(caught.value).endswith(".")


def test_days_move_earlier_before_the_anchor_and_later_from_it_on():
    assert on("start-1") == date(2026, 11, 20)
    assert on("start-2") == date(2026, 11, 20)
    assert on("start+5") == date(2026, 11, 30)
    assert on("start+4") == date(2026, 11, 27)
    assert on("start", date(2026, 11, 28)) == date(2026, 11, 30)
    assert on("start+2", date(2026, 12, 23)) == date(2026, 12, 28)
    assert on("end-3", date(2026, 12, 28)) == date(2026, 12, 24)


def test_what_is_due_on_the_last_day_moves_earlier_since_after_it_the_person_is_gone():
    assert on("end", date(2026, 11, 29)) == date(2026, 11, 27)
    assert on("end-0", date(2026, 12, 26)) == date(2026, 12, 24)
    assert on("end-1", date(2026, 11, 29)) == date(2026, 11, 27)
    assert on("end+1", date(2026, 11, 27)) == date(2026, 11, 30)
    assert on("end", date(2026, 11, 27)) == date(2026, 11, 27)


def test_working_days_leave_out_what_is_free():
    assert on("start+5w") == date(2026, 11, 30)
    assert on("start+1w", date(2026, 12, 24)) == date(2026, 12, 28)
    assert on("end-1w", date(2026, 12, 28)) == date(2026, 12, 24)


def test_months_clamp_from_the_original_date():
    assert on("start+1m", date(2027, 1, 31), EVERY_DAY) == date(2027, 2, 28)
    assert on("start+2m", date(2027, 1, 31), EVERY_DAY) == date(2027, 3, 31)
    assert on("start-1m", date(2027, 3, 31), EVERY_DAY) == date(2027, 2, 28)
    assert on("start+14m", date(2026, 11, 30), EVERY_DAY) == date(2028, 1, 30)
    # 28 February 2027 is a Sunday, so it moves on into March.
    assert on("start+1m", date(2027, 1, 31)) == date(2027, 3, 1)


def test_somebody_who_starts_on_the_leap_day():
    assert on("start+12m", date(2028, 2, 29), EVERY_DAY) == date(2029, 2, 28)
    assert on("start+1m", date(2028, 1, 31), EVERY_DAY) == date(2028, 2, 29)
    assert on("start+1", date(2028, 2, 28), EVERY_DAY) == date(2028, 2, 29)


def test_a_place_that_never_works_is_an_error():
    for text in ("start", "start-5", "start+5w", "start+1m"):
        with pytest.raises(NeverWorksError):
            on(text, calendar=WorkCalendar(weekdays=frozenset()))


def test_a_date_past_the_calendar_is_an_error():
    with pytest.raises(DueError, match="no date"):
        on("start+1", date.max)
    with pytest.raises(DueError, match="no date"):
        on("start-1m", date.min)


@pytest.mark.parametrize(
    ("day", "zone", "utc"),
    [
        (date(2026, 11, 23), "UTC", (2026, 11, 23, 23, 59, 59)),
        (date(2026, 11, 23), "Europe/Berlin", (2026, 11, 23, 22, 59, 59)),
        # Clocks go forward, then back, in the night before this evening.
        (date(2026, 3, 28), "Europe/Berlin", (2026, 3, 28, 22, 59, 59)),
        (date(2026, 3, 29), "Europe/Berlin", (2026, 3, 29, 21, 59, 59)),
        (date(2026, 10, 24), "Europe/Berlin", (2026, 10, 24, 21, 59, 59)),
        (date(2026, 10, 25), "Europe/Berlin", (2026, 10, 25, 22, 59, 59)),
        # Beirut repeats the hour before midnight: the day ends at the second of the two.
        (date(2026, 10, 24), "Asia/Beirut", (2026, 10, 24, 21, 59, 59)),
        (date(2026, 11, 23), "America/Toronto", (2026, 11, 24, 4, 59, 59)),
        (date(2026, 11, 23), "Pacific/Kiritimati", (2026, 11, 23, 9, 59, 59)),
    ],
)
def test_a_day_ends_where_the_person_is(day, zone, utc):
    assert due_at(day, zone) == datetime(*utc, tzinfo=UTC)
    assert due_at(day, zone).tzinfo is UTC


@pytest.mark.parametrize(
    "zone", ["Berlin", "", "../etc/passwd", "Europe", "a\0b", "x" * 500, "/etc"]
)
def test_an_unknown_zone_is_a_sentence(zone):
    with pytest.raises(DueError, match="is no time zone"):
        due_at(MON, zone)


def test_the_last_day_there_is_has_an_end():
    assert due_at(date.max, "UTC").year == 9999
    with pytest.raises(DueError, match="too far"):
        due_at(date.max, "America/Toronto")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("start", "on the first day"),
        ("start-5", "5 days before the start"),
        ("start+1", "1 day after the start"),
        ("start+5w", "5 working days after the start"),
        ("start+1m", "1 month after the start"),
        ("end", "on the last day"),
        ("end-3", "3 days before the last day"),
        ("today", "on the day it is started"),
        ("today+2", "2 days after it is started"),
    ],
)
def test_a_due_date_in_words(text, said):
    assert words(Due.parse(text)) == said


def test_a_due_date_cannot_be_made_wrong():
    for wrong in (("noon", 1, "d"), ("start", 1, "y"), ("start", 2_000, "d")):
        with pytest.raises(DueError):
            Due(*wrong)
    assert Due("start", 0, "w") == Due("start")
