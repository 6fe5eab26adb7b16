"""The competency and the matrix as kinds of document, and rows for the ratings of forms."""

from functools import cache
from typing import Any

from portal.assignments.duties import AssignmentKind
from portal.competencies import matrices, matrix_parser, texts
from portal.competencies.asking import KIND as ASSESSMENT
from portal.competencies.parser import HELP_KINDS, parse
from portal.documents.models import Document, DocumentKind, Parsed
from portal.documents.parser import Source
from portal.questionnaires.anchors import AnchorSource, Shown
from portal.text import fold

COMPETENCY, MATRIX = texts.KIND, matrices.KIND

COMPETENCY_TEMPLATE = """---
kind: competency
title: Communication
summary: How they make themselves understood, and understand others
owner: @hr
review-every: 12 months
---
## L1
( ) 1 Developing: explains when asked
( ) 2 Proficient: tells those concerned before they ask
( ) 3 Advanced: others understand a hard matter after hearing them
? Tell me about something you had to explain to somebody from another field.
- task: explain your current work to a colleague of another team, and ask what they heard

## L2
( ) 1 Developing: tells those concerned before they ask
( ) 2 Proficient: brings people who disagree to one decision
( ) 3 Advanced: writes what others build on for years
? Tell me about a decision on which people around you disagreed. What did you do?
- task: lead a meeting that ends with a decision, and write it down
"""

MATRIX_TEMPLATE = f"""---
kind: matrix
title: Engineering
summary: What we look at on each level
for: {matrix_parser.NOBODY_YET}
levels: L1 = Junior, L2 = Engineer, L3 = Senior
owner: @hr
review-every: 12 months
---
## Craft
- competency:code-quality

## Working with others
- competency:communication
"""


def parse_competency(source: Source) -> Parsed:
    """Levels with their rows, probes and helps, each mistake at its line."""
    known: dict[str, Any] = {kind: _has(kind) for kind in HELP_KINDS.values()}
    found = parse(source, known)
    summary = source.meta.get("summary", "")
    return Parsed({"summary": summary, "levels": found.levels}, found.problems)


def _has(kind: str) -> Any:
    """Whether a text of that kind is in force, asked once for all that is named."""
    known_ones = cache(lambda: Document.slugs_in_force(kind))
    return lambda slug: slug in known_ones()


def parse_matrix(source: Source) -> Parsed:
    return matrix_parser.parse(source, texts.levels_in_force())


def has_competency(slug: str) -> bool:
    document = Document.named(COMPETENCY, slug)
    return document is not None and document.state == "published"


def anchors_of(slug: str, level: str) -> Shown | None:
    """The rows of that level, or of the one that counts where nothing is written for it."""
    document = Document.named(COMPETENCY, slug)
    if document is None or document.current is None:
        return None
    shown = texts.Text(document, document.current).at(level)
    note = f"What is written here is for level {shown.level}"
    if fold(shown.level) != fold(level):
        note += f", as nothing is written for {level}" if level else ", as no level is known"
    return Shown(shown.anchors, f"{note}.")


DOCUMENTS = [
    DocumentKind(
        name=COMPETENCY,
        title="Competency",
        plural="Competencies",
        parse=parse_competency,
        preview="competencies/_preview.html",
        template=COMPETENCY_TEMPLATE,
        icon="layers",
        folder="competencies",
        help="competencies",
        inserts={
            "Level": "\n## L3\n( ) 1 Developing: what it looks like\n"
            "( ) 2 Proficient: what it looks like\n( ) 3 Advanced: what it looks like\n",
            "Question for interviews": "? Tell me about a time when …\n",
            "Course": "- course:address-of-the-course\n",
            "Page to read": "- read:address-of-the-page\n",
            "Task": "- task: something to do at work that teaches it\n",
        },
        readers="Everybody at work reads this under Competencies; the questions for interviews "
        "only managers and HR.",
    ),
    DocumentKind(
        name=MATRIX,
        title="Competency matrix",
        plural="Competency matrices",
        parse=parse_matrix,
        preview="competencies/_matrix_preview.html",
        template=MATRIX_TEMPLATE,
        icon="table-2",
        folder="matrices",
        help="competencies",
        inserts={
            "Section": "\n## A section\n",
            "Competency": "- competency:ownership\n",
        },
        readers="Everybody at work reads this under Competencies.",
    ),
]

ANCHORS = [AnchorSource(COMPETENCY, has_competency, anchors_of)]

ASSIGNMENTS = [
    AssignmentKind(
        name=ASSESSMENT,
        title="Assessment of a colleague",
        icon="compass",
        # A colleague's lead reads nothing of it, so they do not learn that it is asked either.
        is_private=True,
        url=lambda duty: f"/competencies/people/requests/{duty.target}",
        # It ends with an answer, with “I cannot say”, or with being taken back.
        may_waive=lambda viewer, duty: False,
        may_hand_over=lambda viewer, duty: False,
        may_reopen=lambda viewer, duty: False,
    )
]
