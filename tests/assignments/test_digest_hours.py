"""When a digest comes: once a day, at eight where its reader is, and not on a day off."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal import db
from portal.assignments.reminders import write_digests
from portal.mail.models import Letter
from portal.people.org import Company
from tests.cast import TODAY


def letters() -> int:
    return Letter.select().where(Letter.kind == "digest").count()


def live_in(person, zone):
    person.correct(by=None, zone=zone)


@pytest.mark.parametrize(
    ("zone", "hour_utc"),
    [("Europe/Berlin", 7), ("America/Toronto", 13), ("Asia/Tokyo", 23), ("Pacific/Auckland", 19)],
)
def test_it_comes_at_eight_where_the_reader_is_and_not_before(owe, who, move_clock, zone, hour_utc):
    live_in(who.erin, zone)
    owe(who.erin, due=date(2026, 11, 20))
    # Wednesday's eight o'clock there.
    eight = datetime(2026, 11, 18, hour_utc, tzinfo=UTC)
    if hour_utc > 16:
        eight -= timedelta(days=1)
    move_clock(to=eight - timedelta(minutes=1))
    assert (write_digests(), letters()) == (0, 0)
    move_clock(to=eight)
    assert (write_digests(), letters()) == (1, 1)
    move_clock(hours=3)
    assert (write_digests(), letters()) == (0, 1)


@pytest.mark.parametrize(
    ("day", "eight_utc"),
    [
        (date(2027, 3, 26), 7),
        (date(2027, 3, 29), 6),
        (date(2026, 10, 23), 6),
        (date(2026, 10, 26), 7),
    ],
    ids=["winter", "summer", "still summer", "winter again"],
)  # fmt: skip
def test_eight_stays_eight_when_the_clocks_change(owe, who, move_clock, day, eight_utc):
    move_clock(to=datetime(day.year, day.month, day.day, eight_utc, tzinfo=UTC))
    owe(who.erin, due=day)
    move_clock(minutes=-1)
    assert write_digests() == 0
    move_clock(minutes=1)
    assert write_digests() == 1


def test_who_gives_no_zone_reads_at_the_companys_hour(owe, who, move_clock):
    live_in(who.erin, "")
    owe(who.erin, due=TODAY, zone="Europe/Berlin")
    move_clock(to=datetime(2026, 11, 18, 6, 59, tzinfo=UTC))
    assert write_digests() == 0
    move_clock(minutes=1)
    assert write_digests() == 1


def test_hr_far_away_hears_at_her_own_hour_too(owe, who, move_clock):
    live_in(who.helen, "America/Toronto")
    owe(who.erin, due=TODAY - timedelta(days=8))
    write_digests()
    assert not Letter.select().where(Letter.person_id == who.helen.id).exists()
    move_clock(to=datetime(2026, 11, 18, 13, tzinfo=UTC))
    write_digests()
    letter = Letter.get(Letter.person_id == who.helen.id)
    assert letter.key == f"digest:{who.helen.id}:2026-11-18"


def test_the_only_person_of_a_zone_who_has_given_notice_still_gets_hers(owe, who, move_clock):
    live_in(who.erin, "Asia/Tokyo")
    who.erin.depart(
        by=who.helen,
        last_day_on=date(2026, 12, 31),
        access_ends_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    owe(who.erin, due=TODAY)
    assert write_digests() == 1


def test_nobody_without_access_is_written_to(owe, who):
    owe(who.lev, due=TODAY)
    assert (write_digests(), letters()) == (0, 0)


def test_a_new_duty_after_the_mail_waits_for_the_next_morning(owe, who, digests, move_clock):
    owe(who.erin, "First", due=date(2026, 11, 20))
    assert set(digests()) == {"erin"}
    owe(who.erin, "Second", due=date(2026, 11, 27))
    assert digests() == {}
    move_clock(days=1)
    assert "Second" in digests()["erin"].text


# -- days off ----------------------------------------------------------------------------------


def test_a_weekend_is_left_in_peace_and_monday_tells_it(owe, who, digests, move_clock):
    owe(who.erin, "Water the plants", due=date(2026, 11, 19))
    assert set(digests()) == {"erin"}
    for day in (19, 20):
        move_clock(to=datetime(2026, 11, day, 9, tzinfo=UTC))
        assert set(digests()) == {"erin"}
    for day in (21, 22):
        move_clock(to=datetime(2026, 11, day, 9, tzinfo=UTC))
        assert digests() == {}
    move_clock(to=datetime(2026, 11, 23, 9, tzinfo=UTC))
    assert {"erin", "mara"} <= set(digests())


def test_a_holiday_of_the_place_is_a_day_off(owe, who, digests, move_clock):
    berlin = who.erin.position().location
    berlin.keep_holidays([(TODAY, "A holiday")], by=None)
    owe(who.erin, "Water the plants", due=date(2026, 11, 20))
    assert digests() == {}
    move_clock(days=1)
    assert set(digests()) == {"erin"}


def test_what_is_due_on_the_day_off_itself_is_still_said(owe, who, digests, move_clock):
    move_clock(to=datetime(2026, 11, 21, 9, tzinfo=UTC))
    owe(who.erin, "Switch off the heating", due=date(2026, 11, 21))
    owe(who.ben, "Anything else", due=date(2026, 11, 24))
    assert set(digests()) == {"erin"}


def test_a_place_that_works_on_sunday_is_written_to_on_sunday(owe, who, digests, move_clock):
    with db.write():
        who.erin.position().location.change(by=None, weekdays="60123")
    move_clock(to=datetime(2026, 11, 22, 9, tzinfo=UTC))
    owe(who.erin, due=date(2026, 11, 24))
    assert set(digests()) == {"erin"}


def test_the_hour_is_the_companys_to_choose(owe, who, move_clock):
    Company.change(by=None, digest_hour=11)
    owe(who.erin, due=TODAY)
    assert write_digests() == 0
    move_clock(hours=1)
    assert write_digests() == 1
