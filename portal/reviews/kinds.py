"""The plan of a review as a kind of document; what it asks without names as a kind of duty."""

from typing import Any

from portal.assignments.duties import AssignmentKind
from portal.documents.models import Document, DocumentKind, Parsed
from portal.documents.parser import Source
from portal.questionnaires.amending import Amendment
from portal.questionnaires.companions import Companion
from portal.questionnaires.parser import RATING
from portal.reviews import companion, parser
from portal.reviews.answers import DUTY, asked_now
from portal.reviews.models import KIND
from portal.reviews.nominating import NAMING
from portal.reviews.parser import KnownForm
from portal.reviews.reading import READ
from portal.reviews.sheet import calibrated

TEMPLATE = """---
kind: review
title: A review
summary: One sentence on what it is for
---
Everybody in it reads this.

- self form:ninety-days opens:0 closes:10
- manager form:ninety-days opens:0 closes:14
- release opens:15
- reply closes:30

## The conversation
Begin where your answers are furthest apart.
"""
INSERTS = {
    "Self-review": "\n- self form:ninety-days opens:0 closes:14\n",
    "Colleagues": "\n- peers form:ninety-days opens:0 closes:14\n",
    "Manager": "\n- manager form:ninety-days opens:15 closes:28\n",
    "Calibration": "\n- calibration opens:29 closes:35\n",
    "Release": "\n- release opens:36\n- reply closes:50\n",
}


def known_forms() -> dict[str, KnownForm]:
    """The forms in force, by address."""
    rows: Any = Document.with_current(Document.select()).where(
        Document.kind == "form", Document.is_published()
    )
    return {document.slug: _known(document.current.parsed) for document in rows}


def _known(structure: dict[str, Any]) -> KnownForm:
    asked = [one for section in structure.get("sections", ()) for one in section["questions"]]
    ratings = frozenset(one["title"] for one in asked if one["kind"] == RATING)
    return KnownForm(ratings, len(asked))


def parse_review(source: Source) -> Parsed:
    return parser.parse(source, known_forms())


DOCUMENTS = [
    DocumentKind(
        name=KIND,
        title="Review",
        plural="Reviews",
        parse=parse_review,
        preview="reviews/_preview.html",
        template=TEMPLATE,
        icon="clipboard-check",
        folder="reviews",
        help="writing-reviews",
        inserts=INSERTS,
        text_of=parser.text_of,
    )
]

ASSIGNMENTS = [
    AssignmentKind(
        name=DUTY,
        title="What you say of a colleague",
        icon="message-circle",
        url=lambda assignment: f"/reviews/answers/{assignment.target}",
        is_private=True,
        alike=asked_now,
        may_waive=lambda viewer, assignment: False,
        may_hand_over=lambda viewer, assignment: False,
        may_reopen=lambda viewer, assignment: False,
    ),
    AssignmentKind(
        name=NAMING,
        title="Colleagues to ask without their names",
        icon="users-round",
        url=lambda assignment: f"/reviews/{assignment.target}/nominees",
        may_hand_over=lambda viewer, assignment: False,
        may_reopen=lambda viewer, assignment: False,
    ),
    AssignmentKind(
        name=READ,
        title="A review to read",
        icon="book-open-check",
        url=lambda assignment: f"/reviews/{assignment.target}",
        # It ends when they sign that they have read it.
        may_waive=lambda viewer, assignment: False,
        may_hand_over=lambda viewer, assignment: False,
        may_reopen=lambda viewer, assignment: False,
    ),
]

COMPANIONS = [Companion("review", companion.beside)]

AMENDMENTS = [Amendment("calibration", calibrated)]
