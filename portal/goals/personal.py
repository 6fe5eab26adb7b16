"""Goals: the words go once their time is over; that there was one and how it came out stays."""

from datetime import date
from typing import Any

from portal import db
from portal.goals.log import Accomplishment
from portal.goals.models import Goal
from portal.privacy import DELETE, PSEUDONYMISE, Column, RecordClass, acted, midnight

COLUMNS = [
    Column(
        "goal.person", "Whose goal it is",
        "as long as the numbers need its line; its words go before", PSEUDONYMISE,
    ),
    *acted("goal", "set_by", purpose="Who set it"),
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
        erase=lambda ids, by: Goal.forget(ids),
        months=36,
        floor_months=6,
        advice="Three years hold what a review of the years before draws on; longer rarely helps.",
        stays="An open one stays until it is ended. That there was one, whose, and how it came out,"
        " stays without words, for the numbers. Goals of teams and of the company are no person’s.",
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
