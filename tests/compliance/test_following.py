"""Who is meant is followed: as they arrive, move, leave, and as history is put right."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal import clock, db
from portal.assignments.models import Assignment
from portal.compliance import following
from portal.compliance.models import Coverage, Terms
from portal.compliance.needs import Fact
from portal.compliance.schedule import Rhythm
from portal.people import teams
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position
from tests import cast
from tests.compliance.conftest import KIND, TARGET

ENGINEERING = "department = Engineering"


def spans(name: str, *, known_at: datetime | None = None) -> list[tuple[date, date | None]]:
    rows = Coverage.select().where(
        Coverage.person == cast.person(name), Coverage.is_known(known_at)
    )
    return [(row.since, row.until) for row in rows.order_by(Coverage.since)]


def duty(name: str) -> Any:
    mine = (Assignment.person == cast.person(name)) & (Assignment.kind == KIND)
    return Assignment.select().where(mine, Assignment.is_open()).first()


def row(name: str) -> Coverage:
    mine = Coverage.person == cast.person(name)
    return Coverage.select().where(mine, Coverage.is_known()).get()  # type: ignore[no-any-return]


def test_everyone_meant_gets_the_duty_and_nobody_else(require: Any) -> None:
    requirement = require(ENGINEERING, first_days=10)
    assert following.follow(requirement) == 5
    assert spans("erin") == [(cast.TODAY, None)]
    assert duty("erin").due_on == cast.TODAY + timedelta(days=10)
    assert duty("otto") is None and duty("audrey") is None and duty("lev") is None


def test_a_joiner_is_meant_from_the_first_day_and_has_days_of_their_own(
    require: Any, move_clock: Any
) -> None:
    requirement = require(ENGINEERING, first_days=30, joiner_days=7)
    following.follow(requirement)
    assert spans("nia") == [(cast.MONDAY, None)]
    assert duty("nia") is None
    assert row("nia").due_on == cast.MONDAY + timedelta(days=7)
    move_clock(days=5)
    following.follow_all()
    assert duty("nia").due_on == cast.MONDAY + timedelta(days=7)


def test_a_second_run_finds_nothing_to_do(require: Any) -> None:
    requirement = require(ENGINEERING)
    following.follow(requirement)
    before = Coverage.select().count(), Assignment.select().count()
    assert following.follow(requirement) == 0
    assert (Coverage.select().count(), Assignment.select().count()) == before


def test_a_mover_is_let_go_and_another_one_asked_within_a_run(require: Any) -> None:
    following.follow_all()
    following.follow(require(ENGINEERING))
    with db.write():
        Position.take(cast.person("erin"), by=None, starts_on=cast.TODAY, team=Team.named("Sales"))
        Position.take(
            cast.person("olga"), by=None, starts_on=cast.TODAY, team=Team.named("Engineering")
        )
    following.follow_all()
    assert duty("erin") is None
    assert duty("olga") is not None
    ended = Assignment.get(Assignment.person == cast.person("erin"), Assignment.kind == KIND)
    assert ended.outcome == "ended"


def test_a_transfer_put_down_later_changes_the_past_and_not_what_was_known(
    require: Any, move_clock: Any
) -> None:
    following.follow(require(ENGINEERING))
    move_clock(days=20)
    then = clock.now()
    move_clock(seconds=1)
    moved_on = cast.TODAY + timedelta(days=5)
    with db.write():
        Position.take(cast.person("erin"), by=None, starts_on=moved_on, team=Team.named("Sales"))
    following.follow_all()
    assert spans("erin") == [(cast.TODAY, moved_on - timedelta(days=1))]
    assert spans("erin", known_at=then) == [(cast.TODAY, None)]
    assert duty("erin") is None


def test_a_leaver_is_meant_until_the_last_day_and_somebody_who_stays_goes_on(
    require: Any,
) -> None:
    following.follow(require(ENGINEERING))
    last_day = cast.TODAY + timedelta(days=30)
    cast.person("erin").depart(
        by=cast.person("helen"),
        last_day_on=last_day,
        access_ends_at=datetime(2026, 12, 18, 22, 0, tzinfo=UTC),
    )
    following.follow_all()
    assert spans("erin") == [(cast.TODAY, last_day)]
    assert duty("erin") is not None
    cast.person("erin").stay(by=cast.person("helen"))
    following.follow_all()
    assert spans("erin") == [(cast.TODAY, None)]
    assert Assignment.select().where(Assignment.kind == KIND).count() == 4


def test_a_wider_audience_keeps_those_who_were_meant_and_a_narrow_one_lets_go(
    require: Any, move_clock: Any
) -> None:
    requirement = require(ENGINEERING, first_days=30)
    following.follow(requirement)
    move_clock(days=10)
    later = cast.TODAY + timedelta(days=10)
    terms = requirement.terms()
    helen = cast.person("helen")
    requirement.change(
        audience="everyone", rhythm=terms.rhythm, starts_on=terms.starts_on, by=helen
    )
    following.follow_all()
    assert spans("erin") == [(cast.TODAY, None)]
    assert duty("erin").due_on == cast.TODAY + timedelta(days=30)
    assert spans("olga") == [(later, None)]
    requirement.change(
        audience="department = Sales", rhythm=terms.rhythm, starts_on=terms.starts_on, by=helen
    )
    following.follow_all()
    assert duty("erin") is None
    assert duty("olga") is not None


def test_the_end_of_a_requirement_ends_what_it_opened(require: Any) -> None:
    requirement = require(ENGINEERING)
    following.follow(requirement)
    requirement.end(cast.TODAY - timedelta(days=1), by=cast.person("helen"))
    following.follow_all()
    assert Assignment.select().where(Assignment.kind == KIND, Assignment.is_open()).count() == 0
    assert row("erin").due_on is None if spans("erin") else True


def test_what_is_done_comes_round_again_before_it_ends(
    require: Any, drill: Any, move_clock: Any
) -> None:
    requirement = require(ENGINEERING, every_months=12, lead_days=90)
    following.follow(requirement)
    erin = cast.person("erin")
    drill.done[erin.id] = Fact(cast.TODAY, "drill:1")
    with db.write():
        Assignment.settle_all(KIND, TARGET, person=erin, by=erin)
        following.refresh(KIND, TARGET, [erin.id])
    assert row("erin").due_on == date(2027, 11, 18)
    following.follow(requirement)
    assert duty("erin") is None
    move_clock(days=365 - 90)
    drill.done.clear()
    drill.done[erin.id] = Fact(cast.TODAY, "drill:1", holds_until=date(2027, 11, 18))
    following.follow_all()
    assert duty("erin").due_on == date(2027, 11, 18)
    assert duty("erin").remind_on == date(2027, 11, 18) - timedelta(days=90)


def test_nothing_is_asked_while_what_it_asks_is_not_in_force(require: Any, drill: Any) -> None:
    drill.since = None
    requirement = require(ENGINEERING)
    following.follow(requirement)
    assert spans("erin") == [(cast.TODAY, None)]
    assert duty("erin") is None
    drill.since = cast.TODAY
    following.refresh(KIND, TARGET)
    following.follow_all()
    assert duty("erin") is not None


def test_two_reasons_are_one_duty_that_ends_with_the_last(require: Any) -> None:
    first, second = require(ENGINEERING, first_days=20), require("team = Platform", first_days=5)
    following.follow_all()
    assert Assignment.select().where(Assignment.person == cast.person("erin")).count() == 1
    assert duty("erin").due_on == cast.TODAY + timedelta(days=5)
    second.end(cast.TODAY - timedelta(days=1), by=cast.person("helen"))
    following.follow_all()
    assert duty("erin") is not None
    first.end(cast.TODAY - timedelta(days=1), by=cast.person("helen"))
    following.follow_all()
    assert duty("erin") is None


def test_somebody_withdrawn_was_never_meant(require: Any) -> None:
    requirement = require(ENGINEERING)
    following.follow(requirement)
    erin = cast.person("erin").id
    with db.write():
        Position.update(superseded_at=clock.now()).where(Position.person == erin).execute()
        Person.update(withdrawn_at=clock.now()).where(Person.id == erin).execute()
    following.follow(requirement)
    hers = Coverage.select().where(Coverage.person == erin, Coverage.is_known())
    assert hers.count() == 0
    owed = Assignment.select().where(Assignment.person == erin, Assignment.is_open())
    assert owed.count() == 0


@pytest.mark.parametrize("audience", [ENGINEERING, "everyone"])
def test_a_run_that_was_cut_short_is_finished_by_the_next(
    require: Any, audience: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(audience)
    calls = iter([False, True, True, True])
    monkeypatch.setattr(following, "BATCH", 2)
    monkeypatch.setattr("portal.queue.must_stop", lambda: next(calls, True))
    following.follow_all()
    monkeypatch.setattr("portal.queue.must_stop", lambda: False)
    following.follow_all()
    people = Assignment.select(Assignment.person).where(Assignment.kind == KIND)
    asked = [name for name in cast.NAMES if duty(name)]
    assert people.count() == len(asked) == (4 if audience == ENGINEERING else 9)


def test_what_ended_today_and_is_set_again_has_one_set_of_terms_a_day(require: Any) -> None:
    requirement = require(ENGINEERING)
    helen = cast.person("helen")
    following.follow(requirement)
    requirement.end(cast.TODAY, by=helen)
    requirement.change(audience="everyone", rhythm=Rhythm(), starts_on=cast.TODAY, by=helen)
    following.follow(requirement)
    known = Terms.select().where(Terms.is_known(), Terms.is_held(cast.TODAY))
    assert [terms.audience for terms in known] == ["everyone"]
    assert duty("erin") is not None and duty("olga") is not None


def test_a_renamed_team_changes_whom_a_rule_means_from_now_on_and_never_before(
    require: Any, move_clock: Any
) -> None:
    requirement = require("team = Platform", first_days=60)
    following.follow(requirement)
    move_clock(days=10)
    following.follow_all()
    move_clock(days=10)
    renamed_on = cast.TODAY + timedelta(days=20)
    teams.rename(Team.named("Engineering", "Platform"), "Core", by=cast.person("helen"))
    following.follow_all()
    assert spans("erin") == [(cast.TODAY, renamed_on - timedelta(days=1))]
    assert duty("erin") is None
    move_clock(days=5)
    with db.write():
        Position.take(
            cast.person("erin"),
            by=None,
            starts_on=renamed_on + timedelta(days=5),
            role="Staff Engineer",
        )
    following.follow_all()
    assert spans("erin") == [(cast.TODAY, renamed_on - timedelta(days=1))]
    teams.rename(Team.named("Engineering", "Core"), "Platform", by=cast.person("helen"))
    following.follow_all()
    assert spans("erin")[0] == (cast.TODAY, renamed_on - timedelta(days=1))
    assert spans("erin")[1][0] == renamed_on + timedelta(days=5)
    assert duty("erin") is not None


def test_what_was_done_and_over_before_it_was_asked_is_asked_like_anybody_else(
    require: Any, drill: Any
) -> None:
    erin, ben = cast.person("erin"), cast.person("ben")
    drill.done[erin.id] = Fact(date(2024, 5, 1), "drill:1", holds_until=date(2025, 5, 1))
    drill.done[ben.id] = Fact(date(2026, 5, 1), "drill:2", holds_until=date(2027, 5, 1))
    following.follow(require(ENGINEERING, every_months=12, first_days=14))
    assert row("erin").due_on == cast.TODAY + timedelta(days=14) == duty("erin").due_on
    assert row("erin").done_on is None
    assert row("ben").due_on == date(2027, 5, 1) and duty("ben") is None
