"""Values as a kind of document; an answer that was asked for and a word to a report as duties."""

from portal.assignments.duties import AssignmentKind
from portal.documents.reading import DocumentKind
from portal.feedback import access
from portal.feedback.asking import DUTY
from portal.feedback.check_ins import CHECK_IN
from portal.feedback.letters import LETTERS
from portal.feedback.values import KIND, parse_values

TEMPLATE = """---
kind: values
title: What we stand for
summary: The few things by which we decide when nobody tells us to
audience: everyone
owner: @hr
review-every: 12 months
---
## We help first
Whoever is stuck gets half an hour of whoever is near, before anything else.

## We say it early
Bad news is told on the day it is known, by whoever knows it.
"""

DOCUMENTS = [
    DocumentKind(
        name=KIND,
        title="Values",
        plural="Values",
        parse=parse_values,
        preview="feedback/_values.html",
        template=TEMPLATE,
        icon="gem",
        is_for_all=True,
        folder="values",
        help="praise",
        keys=frozenset(),
        inserts={"Value": "\n## A value\nWhat it means here, in a sentence or two.\n"},
    )
]

ASSIGNMENTS = [
    AssignmentKind(
        name=DUTY,
        title="Feedback somebody asked for",
        icon="message-circle",
        is_private=True,
        url=lambda duty: f"/feedback/asked/{duty.target}",
        may_waive=access.never,
        may_hand_over=access.never,
    ),
    AssignmentKind(
        name=CHECK_IN,
        title="A word to somebody one leads",
        icon="message-circle",
        is_private=True,
        url=lambda duty: f"/feedback/check-ins/{duty.id}",
        act=lambda duty: f"/feedback/check-ins/{duty.id}/talk",
        act_label="We spoke",
        may_waive=access.never,
        may_hand_over=access.never,
    ),
]

__all__ = ["ASSIGNMENTS", "DOCUMENTS", "LETTERS"]
