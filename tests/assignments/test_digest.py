"""What a digest says, to whom it climbs, and when it keeps silent."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.assignments.models import Assignment
from portal.assignments.reminders import write_digests
from portal.mail.models import Letter
from portal.people.functions import Function, Holder
from tests.cast import TODAY


def at(day):
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def days_told(name, digests, move_clock, days):
    """Days from today on which the person gets a digest, working days all."""
    told = []
    for day in range(days):
        move_clock(to=at(TODAY + timedelta(days=day)))
        if name in digests():
            told.append(day)
    return told


@pytest.fixture
def every_day_works(who):
    who.erin.position().location.change(by=None, weekdays="0123456")


def test_one_duty_is_spoken_of_on_the_days_of_the_ladder(
    owe, who, digests, move_clock, every_day_works
):
    owe(who.erin, due=TODAY + timedelta(days=10))
    assert days_told("erin", digests, move_clock, 34) == [0, 7, 10, 11, 13, 17, 24, 31]


def test_ten_duties_make_one_letter(owe, who, digests):
    for number in range(10):
        owe(who.erin, f"Errand {number}", due=TODAY)
    (message,) = digests().values()
    assert message.subject == "10 things for you: 10 due today"
    assert all(f"Errand {number}" in message.text for number in range(10))


def test_something_new_is_in_the_letter_it_causes_though_it_is_not_due_this_week(owe, who, digests):
    owe(who.erin, "Plan the offsite", due=TODAY + timedelta(days=13))
    assert "Plan the offsite" in digests()["erin"].text


def test_a_long_list_is_cut_and_says_so(owe, who, digests):
    for number in range(60):
        owe(who.erin, f"Errand {number}", due=TODAY)
    message = digests()["erin"]
    assert message.subject.startswith("60 things for you")
    assert "And 10 more." in message.text
    assert "And 10 more." in message.html


def test_what_is_put_off_is_silent_until_its_day(owe, who, digests, move_clock):
    duty = owe(who.erin, due=TODAY)
    duty.snooze(TODAY + timedelta(days=2), by=who.erin)
    assert days_told("erin", digests, move_clock, 3) == [2]


def test_putting_off_does_not_keep_a_manager_from_hearing(owe, who, digests):
    owe(who.erin, due=TODAY - timedelta(days=4)).snooze(TODAY + timedelta(days=30), by=who.erin)
    assert set(digests()) == {"mara"}


# -- it stops at once --------------------------------------------------------------------------


def waiting():
    return [letter.state for letter in Letter.select().order_by(Letter.id)]


@pytest.mark.parametrize("ends", ["settled", "waived", "snoozed", "handed on"])
def test_a_letter_that_waits_is_withdrawn_when_its_reason_ends(owe, who, digests, ends):
    duty = owe(who.erin, due=TODAY)
    write_digests()
    assert waiting() == ["waiting"]
    if ends == "settled":
        duty.settle(by=who.erin)
    elif ends == "waived":
        duty.waive("Not needed", by=who.helen)
    elif ends == "snoozed":
        duty.snooze(TODAY + timedelta(days=2), by=who.erin)
    else:
        duty.reassign(who.ben, by=who.mara)
    assert "erin" not in digests()
    assert waiting()[0] == "withdrawn"


def test_what_was_told_before_does_not_keep_a_letter_alive(owe, who, digests, move_clock):
    """Yesterday's news alone are no reason to write today."""
    owe(who.erin, "Told yesterday", due=TODAY + timedelta(days=6))
    digests()
    move_clock(days=1)
    news = owe(who.erin, "News", due=TODAY + timedelta(days=6))
    write_digests()
    news.settle(by=who.erin)
    assert digests() == {}


def test_a_letter_two_days_late_gives_way_to_the_newer_one(owe, who, digests, move_clock):
    """The mail server was away: its reader gets one mail, not one for each day."""
    owe(who.erin, due=TODAY)
    write_digests()
    move_clock(days=1)
    write_digests()
    assert set(digests()) == {"erin"}
    assert waiting() == ["withdrawn", "sent"]


def test_done_and_taken_back_is_spoken_of_again(owe, who, digests, move_clock):
    duty = owe(who.erin, due=TODAY)
    digests()
    duty.settle(by=who.erin)
    move_clock(days=1)
    assert digests() == {}
    duty.reopen(by=who.erin)
    assert set(digests()) == {"erin"}


def test_whoever_takes_it_over_is_told_as_of_something_new(owe, who, digests):
    duty = owe(who.erin, due=TODAY + timedelta(days=5))
    assert set(digests()) == {"erin"}
    duty.reassign(who.ben, by=who.mara)
    assert set(digests()) == {"ben"}


# -- functions ---------------------------------------------------------------------------------


def test_each_holder_of_a_function_is_told_once_at_their_own_hour(owe, who, digests, move_clock):
    it = Function.named("it")
    Holder.appoint(it, who.ben, by=None, starts_on=TODAY)
    who.ben.correct(by=None, zone="America/Toronto")
    owe(None, "Order the laptop", due=TODAY + timedelta(days=2), function=it)
    assert set(digests()) == {"ida"}
    move_clock(hours=4)
    assert set(digests()) == {"ben"}
    move_clock(hours=1)
    assert digests() == {}


def test_the_first_who_acts_silences_it_for_all(owe, who, digests, move_clock):
    it = Function.named("it")
    Holder.appoint(it, who.ben, by=None, starts_on=TODAY)
    duty = owe(None, "Order the laptop", due=TODAY, function=it)
    write_digests()
    duty.settle(by=who.ida)
    assert digests() == {}


def test_a_functions_duty_climbs_the_ladder_for_its_holder(owe, who, digests, move_clock):
    owe(None, due=TODAY + timedelta(days=2), function=Function.named("it"))
    told = days_told("ida", digests, move_clock, 10)
    # Saturday and Sunday (days 3 and 4) are free; what they miss, Monday says.
    assert told == [0, 2, 5, 9]


def test_a_new_holder_hears_of_what_is_open(owe, who, digests, move_clock):
    it = Function.named("it")
    owe(None, due=TODAY + timedelta(days=5), function=it)
    assert set(digests()) == {"ida"}
    move_clock(days=1)
    Holder.appoint(it, who.ben, by=None, starts_on=TODAY)
    assert set(digests()) == {"ben"}


# -- escalation --------------------------------------------------------------------------------


def test_the_manager_hears_after_three_days_and_hr_after_seven_each_once(
    owe, who, digests, move_clock, every_day_works
):
    owe(who.erin, "Sign the contract", due=TODAY)
    told = {}
    for day in range(22):
        move_clock(to=at(TODAY + timedelta(days=day)))
        for name, message in digests().items():
            told.setdefault(name, []).append(day)
            if name != "erin":
                assert "Erin Castellanos" in message.text
                assert "Sign the contract" in message.text
    assert told == {"erin": [0, 1, 3, 7, 14, 21], "mara": [3], "helen": [7]}


def test_a_manager_hears_of_direct_reports_only(owe, who, digests):
    owe(who.erin, due=TODAY - timedelta(days=4))
    assert set(digests()) == {"erin", "mara"}


def test_a_functions_late_duty_climbs_to_hr(owe, who, digests):
    owe(None, "Order the laptop", due=TODAY - timedelta(days=7), function=Function.named("it"))
    arrived = digests()
    assert set(arrived) == {"ida", "helen"}
    assert "IT, late: " in arrived["helen"].text


def test_a_managers_letter_is_withdrawn_when_the_report_did_it(owe, who, digests):
    duty = owe(who.erin, due=TODAY - timedelta(days=4))
    write_digests()
    duty.settle(by=who.erin)
    assert digests() == {}


# -- the worker was away -----------------------------------------------------------------------


def test_three_days_without_a_worker_make_one_letter_each_and_lose_nothing(
    owe, who, digests, move_clock
):
    owe(who.erin, "Due on Wednesday", due=TODAY)
    owe(who.erin, "Due on Thursday", due=TODAY + timedelta(days=1))
    owe(who.ben, "New on Wednesday", due=TODAY + timedelta(days=9))
    move_clock(to=at(date(2026, 11, 23)))
    arrived = digests()
    assert set(arrived) == {"erin", "ben", "mara"}
    assert "Due on Wednesday" in arrived["erin"].text
    assert "Due on Thursday" in arrived["erin"].text
    assert digests() == {}
    assert not Assignment.select().where(Assignment.remind_on <= date(2026, 11, 23)).exists()
