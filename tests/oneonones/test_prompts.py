"""Prompts: on the day of the talk, once; never while one of the two is away or without a rhythm."""

from datetime import date, timedelta
from typing import Any

from portal.assignments import reminders
from portal.assignments.models import Assignment
from portal.mail.models import Letter, kinds
from portal.oneonones import holding, planning
from portal.oneonones.models import DUTY, OneOnOne
from portal.people.leave import Leave
from portal.people.models import Person
from tests.cast import TODAY
from tests.oneonones.conftest import TOMORROW, again, begin


def told(move_clock: Any, person: Person, days: int) -> list[date]:
    """On which of the days ahead a digest speaks of the talk to them."""
    found = []
    for ahead in range(days):
        if ahead:
            move_clock(days=1)
        planning.follow_leaves()
        reminders.write_digests()
        day = TODAY + timedelta(days=ahead)
        letter = Letter.get_or_none(Letter.key == f"digest:{person.id}:{day}")
        message = letter and kinds["digest"].render(letter)
        if message and "One-on-one with" in message.text:
            found.append(day)
    return found


def planned(one: OneOnOne) -> date | None:
    found: date | None = again(one).next.planned_on
    return found


def test_whoever_leads_hears_of_a_talk_on_its_day_and_not_before(
    app: Any, who: Any, move_clock: Any
) -> None:
    one = begin(who.erin, who.mara, next_on=TODAY + timedelta(days=6))
    planning.move(one, TODAY + timedelta(days=5), by=who.erin)
    assert told(move_clock, who.mara, 6) == [TODAY + timedelta(days=5)]
    holding.hold(again(one), TODAY + timedelta(days=5), by=who.mara, number=1)
    assert told(move_clock, who.mara, 1) == []


def test_a_talk_waits_until_both_are_back(app: Any, who: Any, move_clock: Any, pair: Any) -> None:
    back_on = TODAY + timedelta(days=20)
    Leave.record(
        who.erin, "parental", by=who.helen, starts_on=TODAY,
        ends_on=back_on - timedelta(days=1),
    )  # fmt: skip
    assert planning.follow_leaves() == 1 and planning.follow_leaves() == 0
    assert planned(pair) == back_on
    assert told(move_clock, who.mara, 20) == []
    assert "You have not met" not in str(again(pair).silence(TODAY + timedelta(days=90)))


def test_a_day_they_choose_while_one_of_them_is_away_stays(
    as_: Any, who: Any, move_clock: Any, pair: Any
) -> None:
    Leave.record(who.erin, "parental", by=who.helen, starts_on=TODAY)
    planning.follow_leaves()
    assert "It waits until both of you are back." in as_("mara").get(pair.url).text
    day = TODAY + timedelta(days=6)
    as_("erin").post(f"{pair.url}/day", data={"next_on": str(day)})
    assert planning.follow_leaves() == 0 and planned(pair) == day
    holding.hold(again(pair), day, by=who.mara, number=1)
    assert planning.follow_leaves() == 1 and planned(pair) is None


def test_where_nobody_knows_the_end_of_a_leave_there_is_no_day_until_they_are_back(
    app: Any, who: Any, move_clock: Any, pair: Any
) -> None:
    leave = Leave.record(who.mara, "sick", by=who.helen, starts_on=TODAY)
    planning.follow_leaves()
    assert planned(pair) is None and planning.follow_leaves() == 0
    assert not Assignment.select().where(Assignment.kind == DUTY, Assignment.is_open()).exists()
    move_clock(days=40)
    leave.come_back(TODAY + timedelta(days=40), by=who.helen)
    assert planning.follow_leaves() == 1
    day = planned(pair)
    assert day and TODAY + timedelta(days=40) < day <= TODAY + timedelta(days=60)


def test_a_leave_that_is_still_to_come_moves_no_talk_and_so_tells_nobody(
    who: Any, move_clock: Any, pair: Any
) -> None:
    starts_on = TOMORROW + timedelta(days=10)
    Leave.record(who.mara, "parental", by=who.helen, starts_on=starts_on)
    assert planning.follow_leaves() == 0
    holding.hold(again(pair), TODAY, by=who.erin, number=1)
    assert planned(pair) == TOMORROW + timedelta(weeks=2)


def test_a_rhythm_just_agreed_on_is_not_late_because_they_had_none_before(
    as_: Any, who: Any, move_clock: Any
) -> None:
    one = begin(who.erin, who.mara, weeks=0, next_on=None)
    move_clock(days=60)
    next_on = TODAY + timedelta(days=63)
    as_("erin").post(f"{one.url}/rhythm", data={"weeks": "1", "next_on": str(next_on)})
    assert "You have not met" not in as_("erin").get(one.url).text
    move_clock(days=17)
    assert "You have not met for 11 weeks" in as_("erin").get(one.url).text
