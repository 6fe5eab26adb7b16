"""Answers to forms: where they point and how long they are kept."""

from typing import Any

from portal.documents.revisions import Revision
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted
from portal.questionnaires.models import Submission

COLUMNS = [
    Column("submission.person", "Who fills it", "as long as its row", PSEUDONYMISE),
    Column("submission.about", "Whom it is about", "as long as its row", PSEUDONYMISE),
    *acted("submission", "opened_by", "read_by", "handed_over_by"),
]


def _purge(ids: list[int], by: Any) -> None:
    for submission in Submission.select().where(Submission.id.in_(ids)):
        submission.purge(by=by)


def _goes(person_id: int) -> Any:
    """What was said about them, and what they never sent. What they said of others is theirs."""
    unsent = (Submission.person == person_id) & Submission.submitted_at.is_null()
    return Submission.purged_at.is_null() & ((Submission.about == person_id) | unsent)


def _titles(ids: list[int]) -> dict[int, str]:
    rows = Submission.select(Submission, Revision).join(Revision).where(Submission.id.in_(ids))
    return {row.id: row.title for row in rows}


RECORDS = [
    RecordClass(
        name="forms",
        title="Form answers",
        holds="What somebody answered in a form. That they did, when and about whom, stays.",
        model=Submission,
        people=(Submission.about, Submission.person),
        counted_from="the day it was sent",
        day=Submission.opened_at,
        is_past=Submission.is_past,
        goes=_goes,
        erase=_purge,
        own_time="When the time is over that the form itself names (“keep:”), and drafts 90 days"
        " after nobody asks for them any more.",
        months=36,
        floor_months=3,
        advice="A form that names its own time goes sooner. Three years cover most claims.",
        stays="What they wrote about others stays: it is about somebody else.",
        titles=_titles,
        batch=10,
    ),
]
