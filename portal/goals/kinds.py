"""Templates of goals as a kind of document; the two duties of whoever has a goal."""

from portal.assignments.duties import AssignmentKind
from portal.assignments.models import Assignment
from portal.documents.models import DocumentKind, Parsed
from portal.documents.parser import Source
from portal.goals import parser
from portal.goals.access import DOCUMENT
from portal.goals.models import CHECK_IN, GIVEN
from portal.people.models import Person

TEMPLATE = """---
kind: goals
title: Goals for a sales team
summary: Three goals to begin with; change every word
audience: everyone
owner: @hr
review-every: 12 months
---
## Customers stay
Why it matters, in a sentence.
- key result: customers who leave in a year from 9 to 5 %
- key result: customers who recommend us from 30 to 45

## Offers go out in time
- measure: offers sent within two days from 60 to 90 %
"""


def parse_goals(source: Source) -> Parsed:
    """The goals of a text, each mistake at its line."""
    goals, problems = parser.parse(source)
    return Parsed({"goals": goals, "period": source.meta.get("period", "")}, problems)


def _never(viewer: Person, duty: Assignment) -> bool:
    """Of a goal nobody else can say how it goes."""
    return False


DOCUMENTS = [
    DocumentKind(
        name=DOCUMENT,
        title="Goal templates",
        plural="Goal templates",
        parse=parse_goals,
        preview="goals/_preview.html",
        template=TEMPLATE,
        icon="target",
        is_for_all=True,
        folder="goals",
        help="goals",
        keys=parser.KEYS,
        inserts={
            "Goal": "\n## What is to be reached\nWhy it matters, in a sentence.\n"
            "- key result: what is counted from 0 to 10 %\n",
            "Key result": "- key result: what is counted from 0 to 10 %\n",
            "One measure": "- measure: what is counted from 0 to 10 %\n",
        },
    )
]

ASSIGNMENTS = [
    AssignmentKind(
        name=CHECK_IN,
        title="Check-in on a goal",
        icon="target",
        # It names the goal, which HR does not read.
        is_private=True,
        url=lambda duty: f"/goals/{duty.target}",
        may_waive=_never,
        may_hand_over=_never,
    ),
    AssignmentKind(
        name=GIVEN,
        title="A goal from somebody else",
        icon="target",
        # It names the goal, which HR does not read.
        is_private=True,
        url=lambda duty: f"/goals/{duty.target}",
        act=lambda duty: f"/goals/{duty.target}/look",
        act_label="Seen",
        may_waive=_never,
        may_hand_over=_never,
    ),
]
