"""Paths: who was on which goes once its time is over; what was learned on it stays where it is."""

from datetime import date
from typing import Any

from portal import db
from portal.paths.models import Enrollment, PathStep
from portal.privacy import DELETE, Column, RecordClass, acted, midnight

COLUMNS = [
    Column("enrollment.person", "Who is or was on which path", "its rule", DELETE),
    *acted("enrollment", "put_by", purpose="Who put them on it"),
    *acted("enrollment", "ended_by", purpose="Who took them off"),
]


def _rows() -> Any:
    return Enrollment.select().where(~Enrollment.is_under_way())


def _past(before: date | None) -> Any:
    if before is None:
        return Enrollment.id.is_null()
    return (Enrollment.finished_at < midnight(before)) | (Enrollment.ended_at < midnight(before))


def _erase(ids: list[int], by: Any) -> None:
    with db.write():
        PathStep.delete().where(PathStep.enrollment.in_(ids)).execute()
        Enrollment.delete().where(Enrollment.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="paths",
        title="Ways on learning paths",
        holds="Who was on which learning path, how far they came and when, and why a step was"
        " skipped or a path ended.",
        model=Enrollment,
        people=(Enrollment.person,),
        counted_from="the day it was finished or ended",
        day=Enrollment.moved_at,
        rows=_rows,
        is_past=_past,
        goes=lambda person_id: Enrollment.person == person_id,
        erase=_erase,
        months=36,
        floor_months=1,
        advice="They show how long a path takes and where people stop; three years are enough.",
        stays="Courses completed, texts signed and forms sent stay, each by its own rule.",
    ),
]
