"""Measures of mentors, stretch tasks and plans against slow counts."""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from portal import clock, db
from portal.growth.mentoring import Mentor
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.seats import StretchSeat
from portal.metrics import growing
from portal.metrics.measure import Scope
from tests.metrics.companies_talk import growth
from tests.metrics.slowly import Data, Row, added, assert_all_agree, day_of


def mentoring(scope: Scope, data: Data) -> list[Row]:
    here = set(data.here(scope.last))
    runs = Counter(
        one.mentor
        for one in data.of(Mentorship)
        if day_of(one.begun_at) <= scope.last < day_of(one.ended_at)
    )
    return [
        (one.person, min(runs[one.person], one.capacity), one.capacity)
        for one in data.of(Mentor)
        if one.person in here and day_of(one.offered_at) <= scope.last < day_of(one.ended_at)
    ]


def stretched(scope: Scope, data: Data) -> list[Row]:
    done = [
        (one.person, 1, 0)
        for one in data.of(StretchSeat)
        if one.outcome == "confirmed" and scope.first <= day_of(one.ended_at) <= scope.last
    ]
    return [(person, number, 1) for person, number, _ in added(done)]


def planning(scope: Scope, data: Data) -> list[Row]:
    people = {
        one.person
        for one in data.of(DevelopmentPlan)
        if day_of(one.accepted_at) <= scope.last < day_of(one.ended_at)
    }
    return [(person, person in people, 1) for person in data.here(scope.last)]


def test_each_agrees_with_a_slow_count(database: Any) -> None:
    slow = {"mentoring_used": mentoring, "stretch_done": stretched, "plans_under_way": planning}
    assert_all_agree(growing.MEASURES, slow, growth)


def test_who_has_asked_for_a_mentor_moves_no_number(database: Any, who: SimpleNamespace) -> None:
    measure = growing.MEASURES[0]

    def value() -> float | None:
        return measure.value(measure.tallies(measure.scope(clock.today())))

    assert value() is None
    with db.write():
        mentor = Mentor.offer(who.otto, by=who.otto, capacity=2, line="", competencies=[])
        mentorship = Mentorship.ask(mentor, who.erin, by=who.erin, competency=None, wish="")
    assert value() == 0
    mentorship.accept("", by=who.otto)
    assert value() == 50
    # Yesterday it did not run, and neither was it offered.
    assert list(growing.mentoring(measure.scope(clock.today() - timedelta(days=1)))) == []
