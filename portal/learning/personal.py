"""Learning: that somebody completed a course is the proof and stays; names and answers may go."""

import json
from datetime import date
from typing import Any

from portal import db
from portal.learning import certificates
from portal.learning.models import Attempt, Completion, CompletionDetails
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted, midnight

PROOF = "as long as the portal: it is the proof"
EMPTY = json.dumps({})

COLUMNS = [
    Column("completion.person", "Who completed which course, when and until when", PROOF,
           PSEUDONYMISE),
    *acted("completion", "recorded_by", purpose="Who wrote it down"),
    Column("attempt.person", "Who began which course, how far they came, score and time",
           "as long as the portal: a completion names it", PSEUDONYMISE),
    Column("given_try.person", "Who was given one more try",
           "as long as the portal: it says why there were more", PSEUDONYMISE),
    *acted("given_try", "given_by"),
    *acted("course_file", "put_by"),
]  # fmt: skip


def _details() -> Any:
    return CompletionDetails.select().join(Completion)


def _past_details(before: date | None) -> Any:
    if before is None:
        return CompletionDetails.id.is_null()
    is_over = Completion.expires_on.is_null() | (Completion.expires_on < before)
    return (Completion.done_at < midnight(before)) & is_over


def _forget_details(ids: list[int], by: Any) -> None:
    certificates.forget(ids)


def _has_answers() -> Any:
    return Attempt.state != EMPTY


def _past_answers(before: date | None) -> Any:
    if before is None:
        return Attempt.id.is_null()
    return (Attempt.ended_at < midnight(before)) & _has_answers()


def _forget_answers(ids: list[int], by: Any) -> None:
    with db.write():
        Attempt.update(state=EMPTY).where(Attempt.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="course_certificates",
        title="Names on course certificates",
        holds="The name a certificate was given to, and the note beside a completion. Their salted"
        " hash stays in the completion.",
        model=CompletionDetails,
        people=(Completion.person,),
        counted_from="the day it was completed, and never before it ends",
        day=Completion.done_at,
        rows=_details,
        is_past=_past_details,
        goes=lambda person_id: Completion.person == person_id,
        erase=_forget_details,
        months=72,
        floor_months=12,
        advice="Keep them while somebody may ask whether a certificate is genuine.",
        stays="Completions stay, with person number, text, times and code: they are the proof."
        " Whoever checks the code is told that the holder’s details were removed.",
    ),
    RecordClass(
        name="course_answers",
        title="Answers in courses",
        holds="What somebody answered in a course, the order in which it was asked, and the place"
        " they had reached.",
        model=Attempt,
        people=(Attempt.person,),
        counted_from="the day the attempt ended",
        day=Attempt.ended_at,
        is_past=_past_answers,
        goes=lambda person_id: (Attempt.person == person_id) & _has_answers(),
        erase=_forget_answers,
        months=24,
        floor_months=1,
        advice="They show which questions are hard; two years are enough for that.",
        stays="Attempts stay, with person number, score, time and result.",
    ),
]
