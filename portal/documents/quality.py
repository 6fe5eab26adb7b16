"""What can be wrong with texts in force: nobody keeps them, or nobody looked at them in time."""

from datetime import date
from typing import Any

import peewee

from portal.documents.models import Document
from portal.people.models import Person
from portal.people.quality import TEXTS, Check, said

OWNER, REVIEW = "text-owner", "text-review"


def _nobody_keeps(today: date) -> Any:
    ref = Document.kind.concat("/").concat(Document.slug)
    rows = Document.select(*said(OWNER, ref, Document.title, Person.name))
    rows = rows.join(Person, peewee.JOIN.LEFT_OUTER, on=(Document.owner == Person.id))
    nobody = Document.owner.is_null() & Document.owner_function.is_null()
    return rows.where(Document.is_published(), nobody | (Person.last_day_on < today))


def _late(today: date) -> Any:
    rows = Document.select(*said(REVIEW, Document.id, Document.title, Document.review_on))
    return rows.where(Document.is_published(), Document.review_on < today)


CHECKS = [
    Check(
        OWNER, TEXTS, "Texts nobody keeps",
        "They name no owner, or one who has left: nobody is asked whether they are still right.",
        "Name an owner", url="/documents/{ref}/edit", note="was kept by {}", rows=_nobody_keeps,
    ),
    Check(
        REVIEW, TEXTS, "Texts to be looked at again",
        "The day on which their owner was to say that they are still right is over.",
        "Look at it", url="/documents/reviews/{ref}", note="by {}", rows=_late,
    ),
]  # fmt: skip
