"""Practice: what somebody said and sent may go; that it was confirmed is the completion's."""

from typing import Any

from portal import db
from portal.learning.models import Attempt
from portal.learning.practice import Practice
from portal.privacy import Column, RecordClass, acted, midnight

COLUMNS: list[Column] = [*acted("practice", "answered_by", purpose="Who confirmed it, or not")]


def _rows() -> Any:
    return Practice.select().join(Attempt)


def _past(before: Any) -> Any:
    old = Practice.answered_at < midnight(before) if before else Practice.id.is_null()
    return old & (Practice.said != "")


def _blank(ids: list[int], by: Any) -> None:
    with db.write():
        Practice.update(said="", note="", blob=None, file_name="", media_type="").where(
            Practice.id.in_(ids)
        ).execute()


def _of(person_id: int) -> Any:
    mine = Attempt.select(Attempt.id).where(Attempt.person == person_id)
    return db.among(Practice.attempt, mine) & (Practice.said != "")


RECORDS = [
    RecordClass(
        name="practice",
        title="What was done on the job",
        holds="What somebody wrote and sent to show what they did, and the words of the answer.",
        model=Practice,
        people=(Attempt.person,),
        counted_from="the day of the answer",
        day=Practice.answered_at,
        rows=_rows,
        is_past=_past,
        goes=_of,
        erase=_blank,
        months=36,
        floor_months=1,
        advice="Keep it as long as somebody may ask how it was confirmed.",
        stays="That it was confirmed, by whom and when, stays: the completion is the proof.",
    ),
]
