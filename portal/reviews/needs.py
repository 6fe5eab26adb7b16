"""What cycles under way need HR for: reviews nobody writes, and steps in which too little is sent.

Never counted is what is about whoever looks.
"""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import db
from portal.people.models import Person
from portal.questionnaires.models import Submission
from portal.reviews import access, control
from portal.reviews.models import Cycle, Phase, Review
from portal.reviews.parts import ReviewPart
from portal.reviews.steps import MANAGER, SELF, STEPS
from portal.text import count

# So long before its last day a step is looked at in which less than half is sent.
NEAR_DAYS = 3
NUMBER, FIRST = peewee.fn.COUNT, peewee.fn.MIN


def questions(viewer: Person, today: date) -> list[Any]:
    """Queries of one value each, to be asked together; `of` makes sentences of their answers."""
    seen = access.cycles_visible_to(viewer).where(Cycle.is_open()).select(Cycle.id)
    alone = _alone(viewer, seen)
    slow = _slow(viewer, seen, today)
    return [
        alone.select(NUMBER(Review.id)),
        alone.select(NUMBER(Review.cycle.distinct())),
        alone.select(FIRST(Review.cycle)),
        slow.select(NUMBER(Phase.id)),
        slow.select(FIRST(Phase.name)),
        slow.select(FIRST(Phase.cycle)),
        slow.select(FIRST(Cycle.title)),
    ]


def _alone(viewer: Person, seen: Any) -> Any:
    """Reviews that are to be written by somebody and have nobody, and have not been read."""
    writing = Phase.select(Phase.cycle).where(Phase.name == MANAGER)
    here = db.among(Review.cycle, seen) & db.among(Review.cycle, writing)
    rows = Review.select().where(here, Review.counts(), Review.person != viewer.id)
    return rows.where(Review.released_at.is_null(), control.is_nobodys())


def _slow(viewer: Person, seen: Any, today: date) -> Any:
    """Steps of launched cycles that are over, or nearly, and less than half of which is sent."""
    sent = control.one_if(Submission.is_sent())
    near = Phase.opened_at.is_null(False) & (Phase.closes_on <= today + timedelta(days=NEAR_DAYS))
    asking = Phase.select(Phase.id).join(Cycle).where(near, Phase.name.in_((SELF, MANAGER)))
    asking = asking.where(db.among(Phase.cycle, seen), Cycle.person.is_null())
    behind = (
        ReviewPart.select(ReviewPart.phase)
        .join(Submission)
        .switch(ReviewPart)
        .join(Review)
        .where(db.among(ReviewPart.phase, asking), ReviewPart.is_current())
        .where(Review.counts(), Review.person != viewer.id)
        .group_by(ReviewPart.phase)
        .having(sent * 2 < NUMBER(ReviewPart.id))
    )
    return Phase.select().join(Cycle).where(db.among(Phase.id, behind))


def of(
    alone: int, cycles: int, its: int, slow: int, step: str, slow_in: int, title: str
) -> list[tuple[str, str, str, str, str, bool]]:
    """Of each thing: icon, title, note, what to do, where, and whether it is late."""
    found = []
    if alone:
        reviews = count(alone, "review has", "reviews have")
        note = "Nobody leads them: say who does, or leave them out."
        url = f"/reviews/cycles/{its}?show=alone" if cycles == 1 else "/reviews/cycles"
        found.append(
            ("user-round-x", f"{reviews} nobody who writes it", note, "See whose", url, False)
        )
    if slow == 1:
        said = f"{title}: {STEPS[step].title}"
        note = "Less than half is sent, and its last day is near or over."
        found.append(
            ("clock-alert", said, note, "See who", f"/reviews/cycles/{slow_in}?show=open", True)
        )
    elif slow:
        note = "Less than half is sent in them, and their last day is near or over."
        said = f"{slow} steps of review cycles"
        found.append(("clock-alert", said, note, "See which", "/reviews/cycles", True))
    return found
