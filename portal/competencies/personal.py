"""Assessments: that somebody was rated stays under their number; the sentences beside it may go."""

from datetime import date
from typing import Any

from portal import db
from portal.competencies.models import Assessment, AssessmentNote
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted, midnight

UNTIL = "as long as the portal: what was said is never overwritten"

COLUMNS = [
    Column("assessment.about", "Who was said to stand where, on which day", UNTIL, PSEUDONYMISE),
    Column("assessment.by", "Who said it: whoever it is about knows the author", UNTIL,
           PSEUDONYMISE),
    Column("assessment_request.about", "Of whom a colleague was asked to say where they stand",
           UNTIL, PSEUDONYMISE),
    Column("assessment_request.peer", "Which colleague was asked", UNTIL, PSEUDONYMISE),
    *acted("assessment_request", "asked_by", purpose="Who asked the colleague"),
]  # fmt: skip


def _rows() -> Any:
    return AssessmentNote.select().join(Assessment).where(AssessmentNote.note != "")


def _past(before: date | None) -> Any:
    if before is None:
        return AssessmentNote.id.is_null()
    return (Assessment.given_at < midnight(before)) & (AssessmentNote.note != "")


def _forget(ids: list[int], by: Any) -> None:
    with db.write():
        AssessmentNote.delete().where(AssessmentNote.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="assessment_notes",
        title="Sentences beside assessments",
        holds="The sentence somebody wrote beside a rating of a competency. Its salted hash stays"
        " in the assessment.",
        model=AssessmentNote,
        people=(Assessment.about, Assessment.by),
        counted_from="the day it was written",
        day=Assessment.given_at,
        rows=_rows,
        is_past=_past,
        goes=lambda person_id: Assessment.about == person_id,
        erase=_forget,
        months=36,
        floor_months=6,
        advice="They explain a rating while somebody may still ask about it; three years cover"
        " most claims.",
        stays="Ratings stay, with person numbers, competency, level and day: they are never"
        " overwritten. What they wrote about others is about somebody else.",
    ),
]
