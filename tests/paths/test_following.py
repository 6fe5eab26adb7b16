"""Whom a path means is put on it by the portal, once; nobody is taken off silently."""

from datetime import timedelta

from portal import clock
from portal.paths import following
from portal.paths.models import Enrollment
from portal.people.positions import Position
from tests import cast
from tests.paths.conftest import STRICT, again, publish


def assigned(whom):
    return publish(STRICT.replace("due: 90", f"due: 90\nassigned-to: {whom}"))


def on_it():
    rows = Enrollment.select().order_by(Enrollment.id)
    return sorted(row.person.first_name.lower() for row in rows if row.state == "under way")


def test_a_rule_puts_on_whom_it_means_once_and_they_are_the_portals_doing(things, who):
    assigned("department = Sales")
    assert following.follow_news() == 2 and on_it() == ["olga", "otto"]
    assert {row.cause for row in Enrollment.select()} == {"rule"}
    assert following.follow_news() == 0 and following.follow_all() == 0


def test_whoever_was_taken_off_is_not_put_on_it_again(things, who):
    assigned("department = Sales")
    following.follow_all()
    Enrollment.get(Enrollment.person == who.olga).end("Not now.", by=who.helen)
    assert following.follow_all() == 0 and on_it() == ["otto"]


def test_whoever_moves_away_stays_on_it(things, who):
    assigned("department = Sales")
    following.follow_all()
    publish(STRICT.replace("due: 90", "due: 90\nassigned-to: department = Engineering"))
    following.follow_all()
    assert {"olga", "otto"} <= set(on_it()) and "erin" in on_it()


def test_managers_are_those_who_lead_somebody_today(things):
    assigned("managers")
    following.follow_all()
    assert on_it() == ["dora", "mara", "otto"]


def test_new_managers_led_nobody_when_the_path_came_into_force(things, who, move_clock):
    assigned("new managers")
    assert following.follow_all() == 0
    move_clock(days=10)
    Position.take(who.nia, by=who.helen, starts_on=clock.today(), manager=who.ben)
    assert following.follow_news() == 1 and on_it() == ["ben"]


def test_newcomers_come_on_their_first_day_and_not_before(things, who, move_clock):
    assigned("newcomers")
    assert following.follow_all() == 0, "Nia joins on Monday"
    move_clock(days=5)
    assert following.follow_all() == 1 and on_it() == ["nia"]


def test_a_retired_path_and_a_rule_nobody_can_read_any_more_put_on_nobody(things, who):
    path = assigned("everyone")
    path.retire(by=who.helen)
    assert following.follow_all() == 0


def test_what_nothing_happened_to_is_not_looked_through_again(things, queries):
    assigned("department = Sales")
    following.follow_news()
    following.follow_news()
    with queries() as seen:
        assert following.follow_news() == 0
    assert len(seen) <= 3, seen


def test_leavers_end_and_may_be_put_on_anew_when_they_come_back(things, who, move_clock):
    assigned("department = Sales")
    following.follow_all()
    way = Enrollment.get(Enrollment.person == who.olga)
    last = cast.TODAY + timedelta(days=1)
    who.olga.depart(by=who.helen, last_day_on=last, access_ends_at=None)
    move_clock(days=5)
    assert following.follow_all() == 0
    assert again(way).state == "ended" and again(way).ended_why == "left"
    assert on_it() == ["otto"]
