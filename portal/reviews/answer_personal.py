"""What is kept of those who are asked without names, and of what they said."""

from datetime import date
from typing import Any

import peewee

from portal import db
from portal.privacy import RecordClass, midnight
from portal.reviews.answers import Nominee, Response
from portal.reviews.models import Phase, Review

COLUMNS: list[object] = []


def _responses() -> Any:
    """Of steps that are over: else their number would tell when somebody answers. What is open of
    somebody who left is read by nobody, and goes with its step."""
    rows = Response.select().join(Review).switch(Response).join(Phase)
    return rows.where(Phase.closed_at.is_null(False))


def _past_responses(before: date | None) -> Any:
    return Phase.closed_at < midnight(before) if before else Response.key.is_null()


def _forget_responses(keys: list[Any], by: Any) -> None:
    with db.write():
        db.overwrite_deleted()
        Response.delete().where(Response.key.in_(keys)).execute()


def _nominees() -> Any:
    return Nominee.select().join(Review).switch(Nominee).join(Phase)


def _past_nominees(before: date | None) -> Any:
    """Not before what was said has gone: while it is there it has to be known who was asked, for
    they do not read it."""
    over = Phase.closed_at < midnight(before) if before else Nominee.id.is_null()
    said = Response.select(peewee.SQL("1")).where(
        Response.review == Nominee.review, Response.phase == Nominee.phase
    )
    return over & Nominee.is_over & ~peewee.fn.EXISTS(said)


def _forget_nominees(ids: list[int], by: Any) -> None:
    """With them goes what was said in a step that is not over yet: nothing else would take it."""
    with db.write():
        theirs = Nominee.select(Nominee.review, Nominee.phase).where(Nominee.id.in_(ids))
        for review_id, phase in list(theirs.distinct().tuples()):
            Response.forget(review_id, phase)
        Nominee.delete().where(Nominee.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="review_answers",
        title="What was said without names",
        holds="What colleagues and reports said of somebody in a review. Nobody knows who said"
        " what, so it is about that person alone.",
        model=Response,
        people=(Review.person,),
        counted_from="the day its step closed",
        day=Phase.closed_at,
        rows=_responses,
        is_past=_past_responses,
        goes=lambda person_id: Review.person == person_id,
        erase=_forget_responses,
        months=36,
        floor_months=6,
        advice="As long as the reviews it was written for. A form that names its own time goes"
        " sooner.",
        stays="What somebody said of others stays: nobody can tell which words are theirs.",
    ),
    RecordClass(
        name="review_nominees",
        title="Who was asked without a name",
        holds="That somebody was asked what they say of a colleague, and whether they answered.",
        model=Nominee,
        people=(Nominee.person, Review.person),
        counted_from="the day its step closed",
        day=Phase.closed_at,
        rows=_nominees,
        is_past=_past_nominees,
        goes=lambda person_id: Review.person == person_id,
        erase=_forget_nominees,
        months=36,
        floor_months=3,
        advice="The shorter, the better for whoever spoke. It stays as long as what was said, so"
        " that nobody who was asked reads what the others said.",
        stays="That somebody was asked stays as a number until its time is over: with a row less,"
        " how many answered would tell whether they had.",
    ),
]
