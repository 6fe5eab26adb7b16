"""A page to read as a kind of document; to approve and to look at again as kinds of duty."""

from portal.assignments.duties import AssignmentKind
from portal.assignments.models import Assignment
from portal.documents.approvals import KIND as APPROVAL
from portal.documents.letters import write_answer
from portal.documents.models import REVIEW
from portal.documents.parser import Source
from portal.documents.reading import DocumentKind, Parsed
from portal.mail.models import LetterKind
from portal.people.models import Person

PAGE_TEMPLATE = """---
kind: page
title: A page to read
summary: One sentence that says what this is for
audience: everyone
owner: @hr
---
Write here, in Markdown.
"""


def parse_page(source: Source) -> Parsed:
    """A page has no structure beyond its text."""
    return Parsed({"summary": source.meta.get("summary", "")})


DOCUMENTS = [
    DocumentKind(
        name="page",
        title="Page",
        plural="Pages",
        parse=parse_page,
        preview="documents/_page.html",
        template=PAGE_TEMPLATE,
        icon="book-open",
        is_for_all=True,
        folder="pages",
        help="writing-documents",
        keys=frozenset(),
    )
]


def _never(viewer: Person, duty: Assignment) -> bool:
    """An approval is withdrawn or put before another where one sees whose text it is."""
    return False


def _is_hr(viewer: Person, duty: Assignment) -> bool:
    return viewer.is_hr


ASSIGNMENTS = [
    AssignmentKind(
        name=APPROVAL,
        title="Approval of a text",
        icon="stamp",
        url=lambda duty: f"/documents/approvals/{duty.target}",
        may_waive=_never,
        may_hand_over=_never,
        may_reopen=_never,
    ),
    AssignmentKind(
        name=REVIEW,
        title="Review of a text",
        icon="book-open-check",
        url=lambda duty: f"/documents/reviews/{duty.target}",
        # Whoever gets it must be able to read the text: its owner and HR are.
        may_hand_over=_never,
        may_reopen=_is_hr,
    ),
]

LETTERS = [LetterKind("approval", write_answer, title="Answer to an approval")]
