"""Packages: who brought them, and what courses in them have reported of somebody."""

from datetime import date
from typing import Any

from portal import db
from portal.learning.models import Attempt
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted, midnight
from portal.scorm.models import ItemState, Run

EMPTY, NOTHING = "{}", '""'

COLUMNS = [
    *acted("package", "created_by", purpose="Who sent the package"),
    Column("run.person", "Who opened a package, when, and how it ended",
           "as long as the attempt it belongs to", PSEUDONYMISE),
]  # fmt: skip


def _reported() -> Any:
    return ItemState.select().join(Attempt)


def _has_words() -> Any:
    return (ItemState.data != EMPTY) | (ItemState.suspend != NOTHING)


def _past_reported(before: date | None) -> Any:
    if before is None:
        return ItemState.id.is_null()
    return (Attempt.ended_at < midnight(before)) & _has_words()


def _forget_reported(ids: list[int], by: Any) -> None:
    with db.write():
        forgotten = ItemState.update(data=EMPTY, suspend=NOTHING)
        forgotten.where(ItemState.id.in_(ids)).execute()


def _past_runs(before: date | None) -> Any:
    return Run.closed_at < midnight(before) if before else Run.id.is_null()


def _forget_runs(ids: list[int], by: Any) -> None:
    with db.write():
        Run.delete().where(Run.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="package_reports",
        title="What course packages reported",
        holds="Every answer and place that a course package reported of somebody, and what it keeps"
        " for itself.",
        model=ItemState,
        people=(Attempt.person,),
        counted_from="the day the attempt ended",
        day=Attempt.ended_at,
        rows=_reported,
        is_past=_past_reported,
        goes=lambda person_id: (Attempt.person == person_id) & _has_words(),
        erase=_forget_reported,
        months=24,
        floor_months=1,
        advice="They show which questions are hard; two years are enough for that.",
        stays="Status, score and time of each part stay with the attempt.",
    ),
    RecordClass(
        name="package_runs",
        title="Openings of course packages",
        holds="When somebody opened a course package, and how that ended. The secret address is"
        " kept as a hash and opens nothing afterwards.",
        model=Run,
        people=(Run.person,),
        counted_from="the day it was closed",
        day=Run.closed_at,
        is_past=_past_runs,
        goes=lambda person_id: Run.person == person_id,
        erase=_forget_runs,
        months=12,
        floor_months=1,
        advice="They only explain why something was not saved; a year is plenty.",
    ),
]
