"""Who is asked how a goal goes, when, and never twice; what follows when people move and leave."""

from datetime import date, timedelta
from typing import Any

from portal.assignments.models import Assignment
from portal.goals import asking, listing
from portal.goals.checkins import CheckIn
from portal.goals.jobs import look_after_goals
from portal.goals.models import CHECK_IN, Goal
from portal.people.leave import Leave
from portal.people.positions import Position
from tests import cast


def _open(kind: str) -> list[Assignment]:
    return list(Assignment.select().where(Assignment.kind == kind, Assignment.is_open()))


def test_a_quiet_goal_is_asked_about_once_a_month(
    as_: Any, who: Any, goal: Any, move_clock: Any
) -> None:
    made = goal(who.erin)
    move_clock(days=27)
    assert asking.ask() == 0
    move_clock(days=1)
    look_after_goals()
    (duty,) = _open(CHECK_IN)
    assert duty.person == who.erin and asking.ask() == 0
    assert as_("erin").get("/").text.count('name="state"') == 3
    tap = {"state": "at_risk", "origin": "today"}
    said = as_("erin").hx(f"{made.url}/check-ins", f"assignment-{duty.id}", data=tap)
    assert f'id="assignment-{duty.id}"' in said.text and _open(CHECK_IN) == []
    # Taken back, it is owed again; said again, nobody asks before four weeks are over.
    check_in = CheckIn.of(made)[0]
    back = as_("erin").post(f"/goals/check-ins/{check_in.id}/taking-back?from=today")
    assert back.location.endswith("/") and len(_open(CHECK_IN)) == 1
    CheckIn.say(made, "off", by=who.erin)
    move_clock(days=27)
    assert asking.ask() == 0
    move_clock(days=1)
    assert asking.ask() == 1


def test_what_was_asked_and_not_said_is_not_asked_twice(
    who: Any, goal: Any, move_clock: Any
) -> None:
    goal(who.erin)
    move_clock(days=28)
    assert asking.ask() == 1
    move_clock(days=40)
    assert asking.ask() == 0 and len(_open(CHECK_IN)) == 1


def test_the_end_of_a_goal_ends_what_was_asked(who: Any, goal: Any, move_clock: Any) -> None:
    made = goal(who.erin)
    move_clock(days=28)
    asking.ask()
    made.end("dropped", "", by=who.erin)
    assert _open(CHECK_IN) == [] and asking.ask() == 0
    made.reopen(by=who.erin)
    assert asking.ask() == 0


def test_nobody_is_asked_before_it_begins_or_after_they_left(
    who: Any, goal: Any, move_clock: Any
) -> None:
    goal(who.erin, starts_on=cast.TODAY + timedelta(days=60))
    goal(who.ben)
    move_clock(days=20)
    who.ben.depart(
        by=who.helen, last_day_on=cast.TODAY + timedelta(days=20), access_ends_at=None,
        voluntary=True, regretted=False,
    )  # fmt: skip
    move_clock(days=10)
    assert asking.ask() == 0


def test_hr_is_asked_of_a_teams_goal_that_nobody_keeps(
    who: Any, goal: Any, teams: Any, move_clock: Any
) -> None:
    goal(by=who.mara, team=teams["Platform"])
    move_clock(days=28)
    asking.ask()
    (duty,) = _open(CHECK_IN)
    assert duty.person == who.mara
    CheckIn.say(Goal.get(), "on_track", by=who.mara)
    for person in (who.erin, who.ben, who.nia):
        Position.take(person, by=who.helen, starts_on=duty.due_on, manager=who.otto)
    move_clock(days=30)
    asking.ask()
    (duty,) = _open(CHECK_IN)
    assert duty.person_id is None and duty.function.slug == "hr"


def test_a_goal_is_asked_about_four_weeks_after_it_has_begun(
    who: Any, goal: Any, move_clock: Any
) -> None:
    made = goal(who.erin, starts_on=cast.TODAY + timedelta(days=30))
    move_clock(days=30)
    assert asking.ask() == 0 and not listing.lines(Goal.select())[0].is_quiet
    move_clock(days=28)
    assert asking.ask() == 1 and listing.lines(Goal.select())[0].is_quiet
    assert _open(CHECK_IN)[0].target == made.id


def test_what_ends_while_people_are_asked_is_not_asked_about(
    who: Any, goal: Any, move_clock: Any, monkeypatch: Any
) -> None:
    first, second = goal(who.erin), goal(who.ben)
    move_clock(days=28)
    ask = asking._ask

    def ends_the_other(goal: Goal, today: date) -> None:
        ask(goal, today)
        second.end("dropped", "", by=who.ben)

    monkeypatch.setattr(asking, "_ask", ends_the_other)
    assert asking.ask() == 1
    assert [duty.target for duty in _open(CHECK_IN)] == [first.id]


def test_nobody_on_leave_is_asked(who: Any, goal: Any, move_clock: Any) -> None:
    goal(who.erin)
    first = cast.TODAY + timedelta(days=20)
    away = {"starts_on": first, "ends_on": first + timedelta(days=30)}
    Leave.record(who.erin, "parental", by=who.helen, **away)
    move_clock(days=28)
    assert asking.ask() == 0
    move_clock(days=40)
    assert asking.ask() == 1


def test_who_leads_a_team_no_more_owes_no_check_in_of_its_goal(
    who: Any, goal: Any, teams: Any, move_clock: Any
) -> None:
    goal(by=who.mara, team=teams["Platform"])
    move_clock(days=28)
    asking.ask()
    (asked,) = _open(CHECK_IN)
    for person in (who.erin, who.ben, who.nia):
        Position.take(person, by=who.helen, starts_on=asked.due_on, manager=who.otto)
    move_clock(days=8)
    look_after_goals()
    (duty,) = _open(CHECK_IN)
    assert duty.person_id is None and duty.function.slug == "hr"
    assert Assignment.get_by_id(asked.id).outcome == "ended"
    look_after_goals()
    assert len(_open(CHECK_IN)) == 1


def test_the_goals_of_whoever_leaves_end_with_their_last_day(
    who: Any, goal: Any, teams: Any, move_clock: Any
) -> None:
    made, of_team = goal(who.mara), goal(by=who.mara, team=teams["Platform"])
    who.mara.depart(
        by=who.helen, last_day_on=cast.TODAY, access_ends_at=None, voluntary=True, regretted=False
    )
    look_after_goals()
    assert Goal.get_by_id(made.id).ended_at is None
    move_clock(days=1)
    look_after_goals()
    ended = Goal.get_by_id(made.id)
    assert (ended.outcome, ended.ended_by) == ("dropped", None)
    assert Goal.get_by_id(of_team.id).ended_at is None


def test_an_undo_after_the_end_asks_nobody_again(who: Any, goal: Any, move_clock: Any) -> None:
    made = goal(who.erin)
    move_clock(days=28)
    asking.ask()
    said = CheckIn.say(made, "off", by=who.erin)
    made.end("missed", "", by=who.erin)
    assert said and not said.take_back(by=who.erin) and _open(CHECK_IN) == []
