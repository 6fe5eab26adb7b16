"""Somebody is excused: nothing is owed while it lasts, and it is asked anew when it is over."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal import clock
from portal.assignments.duties import AssignmentKind, Cause
from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.compliance import exemptions, following
from portal.compliance.models import Coverage, Exemption, Requirement
from portal.compliance.needs import Fact
from portal.people.models import Person
from tests import cast
from tests.compliance.conftest import KIND, TARGET

TODAY = cast.TODAY


@pytest.fixture
def waived_by_kind(drill: Any) -> None:
    """The planted kind gives its waivers to `exemptions`, as policies and certificates do."""
    assignment_kinds[KIND] = AssignmentKind(
        name=KIND,
        title="Drill",
        icon="siren",
        url=lambda duty: "/drills",
        waive=exemptions.excuse,
        reopen=exemptions.excuse_no_more,
    )


def row(name: str) -> Coverage:
    mine = Coverage.person == cast.person(name)
    return Coverage.select().where(mine, Coverage.is_known()).get()  # type: ignore[no-any-return]


def duty(name: str) -> Any:
    mine = (Assignment.person == cast.person(name)) & (Assignment.kind == KIND)
    return Assignment.select().where(mine).order_by(Assignment.id.desc()).first()


def known(name: str) -> list[tuple[date, date | None]]:
    mine = (Exemption.person == cast.person(name)) & Exemption.is_known()
    rows = Exemption.select().where(mine).order_by(Exemption.since)
    return [(one.since, one.until) for one in rows]


def excuse(requirement: Requirement, *names: str, until: date | None = None) -> int:
    people = [cast.person(name) for name in names]
    helen = cast.person("helen")
    return exemptions.exempt(requirement, people, until=until, reason="On leave", by=helen)


# -- from the requirement's page -----------------------------------------------------------------


def test_who_is_excused_owes_nothing_and_what_they_owed_is_waived(require: Any) -> None:
    requirement = require()
    following.follow(requirement)
    assert excuse(requirement, "erin", "ben") == 2
    assert (duty("erin").outcome, duty("erin").reason) == ("waived", "On leave")
    assert row("erin").due_on is None and row("erin").opened_for is None
    assert duty("mara").settled_at is None
    assert following.follow(requirement) == 0
    given = Event.select().where(Event.tag == "exemption.given")
    assert {event.about_id for event in given} == {cast.person(n).id for n in ("erin", "ben")}
    assert all("reason" not in event.facts for event in given)


def test_nobody_excuses_themselves(require: Any) -> None:
    requirement = require()
    following.follow(requirement)
    assert excuse(requirement, "helen", "erin") == 1
    assert known("helen") == [] and duty("helen").settled_at is None


def test_the_day_after_it_is_asked_anew_with_days_to_do_it(require: Any, move_clock: Any) -> None:
    requirement = require(joiner_days=10, lead_days=5)
    following.follow(requirement)
    until = TODAY + timedelta(days=60)
    excuse(requirement, "erin", until=until)
    move_clock(days=60)
    following.follow_all()
    assert row("erin").due_on is None
    move_clock(days=1)
    following.follow_all()
    assert row("erin").due_on == until + timedelta(days=11)
    assert duty("erin").settled_at is None
    assert duty("erin").due_on == until + timedelta(days=11)


def test_taken_back_the_same_day_it_never_was(require: Any, who: SimpleNamespace) -> None:
    requirement = require()
    following.follow(requirement)
    was_due = row("erin").due_on
    excuse(requirement, "erin")
    assert exemptions.take_back(requirement, [who.erin], by=who.helen) == 1
    assert known("erin") == []
    assert row("erin").due_on == was_due == duty("erin").due_on
    assert duty("erin").settled_at is None
    assert exemptions.take_back(requirement, [who.erin], by=who.helen) == 0


def test_taken_back_later_the_days_that_passed_stay_excused(
    require: Any, who: SimpleNamespace, move_clock: Any
) -> None:
    requirement = require(first_days=3, joiner_days=10, lead_days=0)
    following.follow(requirement)
    excuse(requirement, "erin")
    before = clock.now()
    move_clock(days=20)
    exemptions.take_back(requirement, [who.erin], by=who.helen)
    assert known("erin") == [(TODAY, TODAY + timedelta(days=19))]
    assert row("erin").due_on == TODAY + timedelta(days=30)
    as_known = Exemption.select().where(Exemption.is_known(before)).get()
    assert as_known.until is None


def test_another_excuse_takes_the_place_of_the_first(require: Any) -> None:
    requirement = require()
    following.follow(requirement)
    excuse(requirement, "erin")
    excuse(requirement, "erin", until=TODAY + timedelta(days=5))
    assert known("erin") == [(TODAY, TODAY + timedelta(days=5))]
    assert Event.select().where(Event.tag == "exemption.taken_back").count() == 0


def test_what_is_done_while_excused_counts(
    require: Any, drill: Any, who: SimpleNamespace, move_clock: Any
) -> None:
    requirement = require(every_months=12)
    following.follow(requirement)
    excuse(requirement, "erin", until=TODAY + timedelta(days=30))
    drill.done[who.erin.id] = Fact(TODAY, "drill:1")
    following.refresh(KIND, TARGET, [who.erin.id])
    move_clock(days=31)
    following.follow_all()
    assert row("erin").due_on == date(2027, 11, 18)


def test_what_another_requirement_asks_too_stays_owed(require: Any) -> None:
    one, other = require(), require("department = Engineering")
    following.follow(one)
    following.follow(other)
    excuse(one, "erin")
    assert duty("erin").settled_at is None
    excuse(other, "erin")
    assert duty("erin").outcome == "waived"


# -- by waiving the duty, wherever that is done --------------------------------------------------


def test_a_waived_duty_is_not_asked_for_again_until_its_next_turn(
    require: Any, waived_by_kind: None, who: SimpleNamespace, move_clock: Any
) -> None:
    requirement = require(every_months=12, lead_days=30)
    following.follow(requirement)
    duty("erin").waive("Did it elsewhere", by=who.helen)
    assert duty("erin").outcome == "waived"
    assert known("erin") == [(TODAY, date(2027, 10, 18))]
    move_clock(days=300)
    following.follow_all()
    assert duty("erin").outcome == "waived"
    move_clock(days=35)
    following.follow_all()
    assert duty("erin").settled_at is None
    assert duty("erin").due_on == date(2027, 11, 18)


def test_waiving_what_comes_once_is_for_good(
    require: Any, waived_by_kind: None, who: SimpleNamespace
) -> None:
    requirement = require()
    following.follow(requirement)
    duty("erin").waive("Did it elsewhere", by=who.helen)
    assert known("erin") == [(TODAY, None)]


def test_waiving_excuses_from_every_requirement_of_the_same(
    require: Any, waived_by_kind: None, who: SimpleNamespace
) -> None:
    one, other = require(), require("department = Engineering", every_months=12)
    following.follow(one)
    following.follow(other)
    duty("erin").waive("Did it elsewhere", by=who.helen)
    following.follow(one)
    following.follow(other)
    assert duty("erin").outcome == "waived"
    assert len(known("erin")) == 2


def test_taking_the_waiver_back_opens_the_same_duty_again(
    require: Any, waived_by_kind: None, who: SimpleNamespace
) -> None:
    requirement = require()
    following.follow(requirement)
    was = duty("erin")
    was.waive("A mistake", by=who.helen)
    Assignment.get_by_id(was.id).unwaive(by=who.helen)
    assert known("erin") == []
    assert (duty("erin").id, duty("erin").settled_at) == (was.id, None)
    assert row("erin").opened_for == was.due_on
    following.follow(requirement)
    assert Assignment.select().where(Assignment.person == who.erin).count() == 1


def test_a_duty_nobody_requires_is_just_waived(
    drill: Any, waived_by_kind: None, who: SimpleNamespace
) -> None:
    alone = Assignment.assign(
        kind=KIND, target=TARGET, title="Drill", cause=Cause("publication", 1), by=None,
        person=who.erin,
    )  # fmt: skip
    alone.waive("Not for her", by=who.helen)
    assert duty("erin").outcome == "waived"
    assert Exemption.select().count() == 0


def test_a_joiner_can_be_excused_before_the_first_day(
    require: Any, who: SimpleNamespace, move_clock: Any
) -> None:
    requirement = require()
    following.follow(requirement)
    assert excuse(requirement, "nia") == 1
    move_clock(days=6)
    following.follow_all()
    assert duty("nia") is None
    assert Person.get_by_id(who.nia.id).hired_on == cast.MONDAY
