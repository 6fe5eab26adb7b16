"""What is kept of improvement plans, and what of it may go. What has to change stands in a form."""

from datetime import date
from typing import Any

from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted, midnight
from portal.reviews.improvement import Improvement
from portal.reviews.improvement_said import ImprovementOutcome, ImprovementWord
from portal.reviews.models import Review

COLUMNS = [
    *acted("improvement", "started_by", purpose="Who started it"),
    Column(
        "improvement_word.author", "Who said how it goes", "as long as the plan", PSEUDONYMISE
    ),
    *acted("improvement_outcome", "by", purpose="Who decided how it ended"),
]  # fmt: skip


def _of(model: Any) -> Any:
    return model.select().join(Improvement).join(Review).switch(model).where(model.words != "")


def _past(model: Any, before: date | None) -> Any:
    """Of plans that are over; while one runs, both need what was said."""
    if before is None:
        return model.id.is_null()
    return Improvement.closed_at < midnight(before)


ADVICE = "As long as somebody may ask why it ended so: three years cover most claims."
STAYS = "That it was said, by whom and when, stays without a word."

RECORDS = [
    RecordClass(
        name="improvement_words",
        title="What was said in improvement plans",
        holds="How it goes, as the person and those above them said it at each check-in, and what"
        " they answered.",
        model=ImprovementWord,
        people=(Review.person,),
        counted_from="the day the plan was decided",
        day=Improvement.closed_at,
        rows=lambda: _of(ImprovementWord),
        is_past=lambda before: _past(ImprovementWord, before),
        goes=lambda person_id: (Review.person == person_id) & (ImprovementWord.words != ""),
        erase=lambda ids, by: ImprovementWord.forget(ids),
        months=36,
        floor_months=6,
        advice=ADVICE,
        stays=STAYS,
    ),
    RecordClass(
        name="improvement_outcomes",
        title="How improvement plans ended",
        holds="Met, extended or not met, and why.",
        model=ImprovementOutcome,
        people=(Review.person,),
        counted_from="the day the plan was decided",
        day=Improvement.closed_at,
        rows=lambda: _of(ImprovementOutcome),
        is_past=lambda before: _past(ImprovementOutcome, before),
        goes=lambda person_id: (Review.person == person_id) & (ImprovementOutcome.words != ""),
        erase=lambda ids, by: ImprovementOutcome.forget(ids),
        months=36,
        floor_months=6,
        advice=ADVICE,
        stays=STAYS,
    ),
]
