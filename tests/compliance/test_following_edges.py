"""Where following is easily wrong: two stints, terms said ahead, several reasons, a cut run."""

from datetime import date, timedelta
from typing import Any

import peewee
import pytest

from portal import db
from portal.assignments.models import Assignment
from portal.compliance import exemptions, following
from portal.compliance.models import Coverage, Requirement, Terms
from portal.compliance.schedule import Rhythm
from portal.people.org import Team
from portal.people.positions import Position
from tests import cast
from tests.compliance.conftest import KIND

ENGINEERING, SALES = "department = Engineering", "department = Sales"
A_DAY = timedelta(days=1)
LATER = cast.TODAY + timedelta(days=30)


def duty(name: str) -> Any:
    mine = (Assignment.person == cast.person(name)) & (Assignment.kind == KIND)
    return Assignment.select().where(mine, Assignment.is_open()).first()


def spans(name: str) -> list[tuple[date, date | None]]:
    rows = Coverage.select().where(Coverage.person == cast.person(name), Coverage.is_known())
    return [(row.since, row.until) for row in rows.order_by(Coverage.since)]


def change(requirement: Requirement, audience: str, starts_on: date, **rhythm: Any) -> None:
    requirement.change(
        audience=audience, rhythm=Rhythm(**rhythm), starts_on=starts_on, by=cast.person("helen")
    )


def move(name: str, team: str, on: date) -> None:
    with db.write():
        Position.take(cast.person(name), by=None, starts_on=on, team=Team.named(team))


def test_two_stints_instead_of_one_leave_the_duty_open(require: Any, move_clock: Any) -> None:
    requirement = require(
        ENGINEERING, every_months=12, counted_from="date", lead_days=60, fixed_on=LATER
    )
    following.follow(requirement)
    assert duty("erin").due_on == LATER
    move_clock(days=20)
    move("erin", "Sales", cast.TODAY + timedelta(days=5))
    move("erin", "Engineering", cast.TODAY + timedelta(days=8))
    following.follow_all()
    assert len(spans("erin")) == 2
    assert duty("erin").due_on == LATER


# -- terms said ahead ------------------------------------------------------------------------


def test_terms_said_again_take_the_place_of_those_that_were_to_come(require: Any) -> None:
    requirement = require(ENGINEERING)
    change(requirement, "everyone", LATER, first_days=3)
    change(requirement, SALES, cast.TODAY, first_days=5)
    known = Terms.select().where(Terms.is_known(), Terms.is_held(LATER))
    assert [(one.audience, one.first_days) for one in known] == [(SALES, 5)]


def test_what_ends_asks_nothing_that_was_said_ahead_either(require: Any) -> None:
    requirement = require(ENGINEERING)
    change(requirement, "everyone", LATER)
    requirement.end(cast.TODAY, by=cast.person("helen"))
    assert requirement.terms_at(cast.TODAY + A_DAY) is None
    assert requirement.terms_at(LATER) is None


def test_what_has_not_begun_is_put_off_as_a_whole(require: Any, move_clock: Any) -> None:
    requirement = require(ENGINEERING, starts_on=LATER)
    following.follow(requirement)
    move_clock(days=5)
    change(requirement, ENGINEERING, LATER + timedelta(days=30))
    move_clock(days=26)
    following.follow_all()
    assert duty("erin") is None


def test_what_has_not_begun_is_brought_forward_with_its_people(
    require: Any, move_clock: Any
) -> None:
    requirement = require(ENGINEERING, starts_on=LATER)
    following.follow(requirement)
    change(requirement, ENGINEERING, cast.TODAY + timedelta(days=3))
    move_clock(days=3)
    following.follow_all()
    assert spans("erin") == [(cast.TODAY + timedelta(days=3), None)]
    assert duty("erin") is not None


def test_until_another_audience_begins_the_present_one_is_followed(
    require: Any, move_clock: Any
) -> None:
    requirement = require(ENGINEERING)
    following.follow(requirement)
    change(requirement, SALES, LATER)
    following.follow_all()
    assert spans("erin") == [(cast.TODAY, LATER - A_DAY)]
    move_clock(days=2)
    move("erin", "Sales", cast.TODAY + A_DAY)
    move("olga", "Engineering", cast.TODAY + timedelta(days=2))
    following.follow_all()
    assert spans("erin") == [(cast.TODAY, cast.TODAY), (LATER, None)]
    assert spans("olga") == [(cast.TODAY + timedelta(days=2), LATER - A_DAY)]
    assert duty("erin") is None and duty("olga") is not None


def test_whoever_ends_terms_is_who_said_so(require: Any, move_clock: Any) -> None:
    requirement, dora = require(ENGINEERING), cast.person("dora")
    move_clock(days=2)
    requirement.end(cast.TODAY + A_DAY, by=dora)
    assert requirement.last_terms().recorded_by == dora


# -- several reasons -------------------------------------------------------------------------


def test_of_several_requirements_the_earliest_day_counts_whichever_moves(require: Any) -> None:
    first, second = require(ENGINEERING, first_days=20), require(ENGINEERING, first_days=10)
    following.follow_all()
    change(second, ENGINEERING, cast.TODAY, first_days=5)
    following.follow_all()
    assert duty("erin").due_on == cast.TODAY + timedelta(days=5)
    change(second, ENGINEERING, cast.TODAY, first_days=15)
    following.follow_all()
    assert duty("erin").due_on == cast.TODAY + timedelta(days=15)
    second.end(cast.TODAY - A_DAY, by=cast.person("helen"))
    following.follow_all()
    assert duty("erin").due_on == cast.TODAY + timedelta(days=20)
    assert first.terms() is not None


def test_who_is_excused_from_the_earlier_one_has_the_days_of_the_other(require: Any) -> None:
    require(ENGINEERING, first_days=20)
    second = require(ENGINEERING, first_days=5)
    following.follow_all()
    exemptions.exempt(
        second, [cast.person("erin")], until=None, reason="Ill", by=cast.person("helen")
    )
    assert duty("erin").due_on == cast.TODAY + timedelta(days=20)


# -- a run that is cut short -----------------------------------------------------------------


def test_who_moved_is_not_forgotten_by_a_run_cut_short_in_the_last_requirement(
    require: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(ENGINEERING)
    following.follow_all()
    following.follow_all()
    moved = ("otto", "olga", "ida")
    for name in moved:
        move(name, "Engineering", cast.TODAY)
    monkeypatch.setattr(following, "BATCH", 1)
    calls = iter([False, False, True])
    monkeypatch.setattr("portal.queue.must_stop", lambda: next(calls, True))
    following.follow_all()
    assert sum(duty(name) is not None for name in moved) == 1
    monkeypatch.setattr("portal.queue.must_stop", lambda: False)
    following.follow_all()
    assert all(duty(name) is not None for name in moved)


# -- history -----------------------------------------------------------------------------------


def test_what_was_asked_is_superseded_and_neither_changed_nor_deleted(require: Any) -> None:
    terms = require(ENGINEERING).terms()
    for change_it in (
        Terms.update(audience="everyone"),
        Terms.update(starts_on=LATER),
        Terms.delete(),
    ):
        with pytest.raises(peewee.DatabaseError, match="only superseded"), db.write():
            change_it.execute()
    assert Terms.get_by_id(terms.id).audience == ENGINEERING
