"""Goals: the words go once their time is over; that there was one and how it came out stays."""

from datetime import date
from typing import Any

from portal import clock, db
from portal.assignments.models import Assignment
from portal.goals.checkins import CheckIn
from portal.goals.log import Accomplishment
from portal.goals.models import CHECK_IN, GIVEN, Goal, KeyResult
from portal.privacy import DELETE, PSEUDONYMISE, Column, RecordClass, acted, midnight

COLUMNS = [
    Column(
        "goal.person", "Whose goal it is",
        "as long as the numbers need its line; its words go before", PSEUDONYMISE,
    ),
    *acted("goal", "set_by", purpose="Who set it"),
    *acted("goal", "changed_by"),
    *acted("goal", "ended_by"),
    *acted("check_in", "by", purpose="Who said how it goes"),
    Column(
        "accomplishment.person", "What somebody notes that they got done, for themselves",
        "as long as they are here, and the time of its class after", DELETE,
    ),
]  # fmt: skip


def _goals() -> Any:
    return Goal.select().where(Goal.person.is_null(False), Goal.forgotten_at.is_null())


def _past_goals(before: date | None) -> Any:
    if before is None:
        return Goal.id.is_null()
    return Goal.ended_at < midnight(before)


def _forget(ids: list[int], by: Any) -> None:
    """Let the words go, with those of key results and check-ins; that it was, and how it came out,
    stays for the numbers. An open one is over with it."""
    with db.write():
        KeyResult.update(title="", unit="").where(KeyResult.goal.in_(ids)).execute()
        CheckIn.update(sentence="").where(CheckIn.goal.in_(ids)).execute()
        gone = {"title": "", "folded": "", "words": "", "said": ""}
        Goal.update(**gone, forgotten_at=clock.now()).where(Goal.id.in_(ids)).execute()
        Assignment.update(title="A goal").where(
            Assignment.kind.in_([CHECK_IN, GIVEN]), Assignment.target.in_(ids)
        ).execute()
        for goal in ids:
            for kind in (CHECK_IN, GIVEN):
                Assignment.settle_all(kind, goal, by=None, outcome="ended")


def _past_log(before: date | None) -> Any:
    if before is None:
        return Accomplishment.id.is_null()
    return Accomplishment.on < before


def _erase_log(ids: list[int], by: Any) -> None:
    with db.write():
        Accomplishment.delete().where(Accomplishment.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="goals",
        title="Goals of people",
        holds="What somebody wanted to reach, with key results and check-ins.",
        model=Goal,
        people=(Goal.person,),
        counted_from="the day it ended",
        day=Goal.ended_at,
        rows=_goals,
        is_past=_past_goals,
        goes=lambda person_id: Goal.person == person_id,
        erase=_forget,
        months=36,
        floor_months=6,
        advice="Three years hold what a review of the years before draws on; longer rarely helps.",
        stays="An open one stays until it is ended; a leaver’s ends with their last day. That there"
        " was one, whose, and how it came out, stays without words, for the numbers. Goals of teams"
        " and of the company are no person’s.",
    ),
    RecordClass(
        name="accomplishments",
        title="Logs of what people got done",
        holds="Lines somebody wrote about their own work, each with a day.",
        model=Accomplishment,
        people=(Accomplishment.person,),
        counted_from="the day it is about",
        day=Accomplishment.on,
        is_past=_past_log,
        goes=lambda person_id: Accomplishment.person == person_id,
        erase=_erase_log,
        months=60,
        floor_months=6,
        advice="It is theirs: keep it at least as long as a promotion may look back.",
    ),
]
