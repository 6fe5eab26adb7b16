"""What people hope for and take on, and who moved: how long it is kept, and how it goes."""

from datetime import date
from typing import Any

import peewee

from portal import db
from portal.careers.aspirations import Aspiration
from portal.careers.plan_steps import CareerStep
from portal.careers.plans import CareerPlan
from portal.privacy import DELETE, Column, RecordClass, acted, midnight


def _none() -> Any:
    """Whether somebody hopes for anything is theirs to tell."""
    return peewee.Value(1) == 0


COLUMNS = [
    Column(
        "aspiration.person", "Who would like to get there", "their word, or their last day",
        DELETE, _none, False,
    ),
    Column("career_plan.person", "Whose career plan it is", "its rule", DELETE),
    *acted("career_plan", "made_by", "ended_by", purpose="Who made or ended it"),
]  # fmt: skip


def _forget(ids: list[int], by: Any) -> None:
    with db.write():
        Aspiration.delete().where(Aspiration.id.in_(ids)).execute()


def _over(before: date | None) -> Any:
    if before is None:
        return CareerPlan.id.is_null()
    return CareerPlan.ended_at < midnight(before)


def _erase_plans(ids: list[int], by: Any) -> None:
    """What is still open of them ends before, so that nothing of it is owed."""
    with db.write():
        for plan in CareerPlan.select().where(CareerPlan.id.in_(ids), CareerPlan.is_open()):
            plan.end(by=by)
        CareerStep.delete().where(CareerStep.plan.in_(ids)).execute()
        CareerPlan.delete().where(CareerPlan.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="aspirations",
        title="Aspirations",
        holds="Where somebody would like to go, and what they wrote about it.",
        model=Aspiration,
        people=(Aspiration.person,),
        goes=lambda person_id: Aspiration.person == person_id,
        erase=_forget,
        is_private=True,
    ),
    RecordClass(
        name="career_plans",
        title="Career plans",
        holds="For which rung somebody made a plan, what they took on for it, and how far they"
        " came.",
        model=CareerPlan,
        people=(CareerPlan.person,),
        counted_from="the day it ended",
        day=CareerPlan.ended_at,
        is_past=_over,
        goes=lambda person_id: CareerPlan.person == person_id,
        erase=_erase_plans,
        months=24,
        floor_months=1,
        advice="Two years are enough to see what helped; courses and certificates stay by their"
        " own rules.",
        stays="Courses that were completed for it stay, by their own rule.",
    ),
]
