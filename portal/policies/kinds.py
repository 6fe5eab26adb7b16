"""The policy: as a kind of document, as a duty to sign, and as something that is required."""

from portal.assignments.duties import AssignmentKind
from portal.assignments.models import Assignment
from portal.compliance.exemptions import excuse, excuse_no_more
from portal.compliance.needs import RequirementKind
from portal.documents.models import Document, DocumentKind
from portal.people.models import Person
from portal.policies import people, requiring
from portal.policies.models import KIND
from portal.policies.parser import KEYS, STATEMENT, parse_policy
from portal.questionnaires import quiz

TEMPLATE = f"""---
kind: policy
title: A policy
summary: One or two sentences in plain words that say what it comes down to
audience: everyone
owner: @hr
review-every: 12 months
sign-within: 14
joiners-within: 7
statement: {STATEMENT}
---
## Who this is for
Everyone who works here.

## What to do
- One rule a line, with a verb in it.

## An example
What it looks like on an ordinary day.

## Whom to tell
Name a person or a function that can be reached.

## Questions
Whom do you tell?
- ( ) Nobody
- (x) Whoever is named above
see: Whom to tell
"""


def _never(viewer: Person, duty: Assignment) -> bool:
    """A signature is nobody else's to give."""
    return False


def _is_hr(viewer: Person, duty: Assignment) -> bool:
    return viewer.is_hr and viewer.id != duty.person_id


DOCUMENTS = [
    DocumentKind(
        name=KIND,
        title="Policy",
        plural="Policies",
        parse=parse_policy,
        preview="policies/_preview.html",
        template=TEMPLATE,
        icon="scale",
        is_for_all=True,
        folder="policies",
        help="policies",
        keys=KEYS,
        inserts={"Section": "\n## A section\n", **quiz.INSERTS},
        text_of=quiz.text_of,
        asks=people.asks,
        published=requiring.require,
        retired=requiring.require_no_more,
    )
]

ASSIGNMENTS = [
    AssignmentKind(
        name=KIND,
        title="Policy to sign",
        icon="signature",
        url=lambda duty: f"/policies/{duty.target}",
        is_early=True,
        has=lambda slug: slug in Document.slugs_in_force(KIND),
        slugs=lambda: Document.slugs_in_force(KIND),
        open=requiring.open_planned,
        waive=excuse,
        reopen=excuse_no_more,
        may_waive=_is_hr,
        may_hand_over=_never,
        may_reopen=_is_hr,
    )
]

REQUIREMENTS = [
    RequirementKind(
        name=KIND,
        title="Policy",
        icon="signature",
        duty=KIND,
        targets=requiring.TEXT.targets,
        title_of=requiring.TEXT.title_of,
        url_of=lambda target: f"/policies/{target}",
        since=requiring.TEXT.since,
        facts=requiring.facts,
        open=requiring.TEXT.open_required,
    )
]
