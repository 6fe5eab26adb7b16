"""Feedback and praise: their words go in time, and what was taken back goes after a day."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock
from portal.feedback.asking import FeedbackRequest
from portal.feedback.models import BACK_HOURS, Note
from portal.feedback.opting_out import PraiseOptOut
from portal.feedback.praise import Praise, PraiseTo
from portal.privacy import DELETE, PSEUDONYMISE, Column, RecordClass, acted, midnight

COUNTED = "as long as it is counted"
WITH_IT = "as long as the praise"


def _none() -> Any:
    """How often somebody speaks is nobody's to count: beside the letters it would say to whom."""
    return peewee.Value(1) == 0


COLUMNS = [
    Column("note.giver", "Who gave feedback: it is never anonymous", COUNTED, PSEUDONYMISE, _none),
    Column("note.about", "Whom feedback is about", COUNTED, PSEUDONYMISE, Note.stands),
    Column("note_reader.person", "Who led them that day, where it is shared with those who lead",
           "as long as the feedback", PSEUDONYMISE, _none),
    *acted("feedback_request", "asker", purpose="Who asked for feedback", shown=_none),
    Column("feedback_request.about", "About whom feedback was asked for", COUNTED, PSEUDONYMISE,
           _none),
    *acted("feedback_ask", "person", purpose="Who was asked", shown=_none),
    *acted("praise", "giver", purpose="Who gave praise", shown=_none),
    *acted("praise", "removed_by", purpose="Who took it off the page"),
    Column("praise_to.person", "Who is praised", WITH_IT, DELETE),
    Column("praise_opt_out.person", "That somebody wants no praise on the page",
           "until they choose otherwise", DELETE),
]  # fmt: skip


def _taken_back(model: Any) -> Any:
    """Until then whoever took it back may have it stand after all."""
    return model.withdrawn_at < clock.now() - timedelta(hours=BACK_HOURS)


def _notes() -> Any:
    return Note.select().where(Note.forgotten_at.is_null())


def _past_notes(before: date | None) -> Any:
    past = _taken_back(Note)
    return past if before is None else past | (Note.given_at < midnight(before))


def _praise() -> Any:
    return PraiseTo.select().join(Praise)


def _past_praise(before: date | None) -> Any:
    past = _taken_back(Praise)
    return past if before is None else past | (Praise.given_at < midnight(before))


def _requests() -> Any:
    return FeedbackRequest.select().where(FeedbackRequest.question != "")


def _past_requests(before: date | None) -> Any:
    if before is None:
        return FeedbackRequest.id.is_null()
    return FeedbackRequest.asked_at < midnight(before)


RECORDS = [
    RecordClass(
        name="feedback",
        title="Feedback",
        holds="What people wrote to each other, asked or not.",
        model=Note,
        people=(Note.about,),
        counted_from="the day it was given",
        day=Note.given_at,
        rows=_notes,
        is_past=_past_notes,
        goes=lambda person_id: Note.about == person_id,
        erase=lambda ids, by: Note.forget(ids),
        shown=Note.stands,
        own_time="What was taken back goes a day later.",
        months=36,
        floor_months=6,
        advice="Keep it as long as a review or a promotion may speak of it, and no longer.",
        stays="That something was said, by whom and on which day, stays without a word, for the"
        " counts. What somebody wrote to others belongs to those others.",
    ),
    RecordClass(
        name="feedback_requests",
        title="Questions for feedback",
        holds="What somebody asked others about themselves or about a report.",
        model=FeedbackRequest,
        people=(FeedbackRequest.about,),
        counted_from="the day it was asked",
        day=FeedbackRequest.asked_at,
        rows=_requests,
        is_past=_past_requests,
        goes=lambda person_id: (
            (FeedbackRequest.about == person_id) & (FeedbackRequest.question != "")
        ),
        erase=lambda ids, by: FeedbackRequest.forget(ids),
        is_private=True,
        months=36,
        floor_months=6,
        advice="As long as the answers.",
        stays="Who was asked on which day stays, without the question.",
    ),
    RecordClass(
        name="praise",
        title="Praise",
        holds="Praise of somebody, on the page or for them alone.",
        model=PraiseTo,
        people=(PraiseTo.person,),
        counted_from="the day it was given",
        day=Praise.given_at,
        rows=_praise,
        is_past=_past_praise,
        goes=lambda person_id: PraiseTo.person == person_id,
        erase=lambda ids, by: Praise.forget(ids),
        shown=Praise.stands,
        own_time="What was taken back goes a day later.",
        months=60,
        floor_months=6,
        advice="Praise on the page is the company’s memory: many keep it for years.",
        stays="Praise for several stays for the others, until it goes for the last of them.",
    ),
    RecordClass(
        name="praise_choices",
        title="Choices about praise",
        holds="That somebody wants no praise of them on the page.",
        model=PraiseOptOut,
        people=(PraiseOptOut.person,),
        goes=lambda person_id: PraiseOptOut.person == person_id,
        erase=lambda ids, by: PraiseOptOut.delete().where(PraiseOptOut.id.in_(ids)).execute(),
    ),
]
