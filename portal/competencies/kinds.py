"""The competency as a kind of document, and as a source of rows for the ratings of forms."""

from portal.competencies.parser import parse
from portal.documents.models import Document, DocumentKind, Parsed
from portal.documents.parser import Source
from portal.questionnaires.anchors import AnchorSource, Shown
from portal.questionnaires.ratings import from_rows
from portal.text import fold

COMPETENCY = "competency"

COMPETENCY_TEMPLATE = """---
kind: competency
title: Communication
summary: How they make themselves understood, and understand
---
## L1
( ) 1 Developing: explains when asked
( ) 2 Proficient: tells those concerned before they ask
( ) 3 Advanced: others understand a hard matter after hearing them

## L2
( ) 1 Developing: tells those concerned before they ask
( ) 2 Proficient: brings people who disagree to one decision
( ) 3 Advanced: writes what others build on for years
"""


def parse_competency(source: Source) -> Parsed:
    """Levels and their rows, each mistake at its line."""
    found = parse(source)
    summary = source.meta.get("summary", "")
    return Parsed({"summary": summary, "levels": found.levels}, found.problems)


def has_competency(slug: str) -> bool:
    document = Document.named(COMPETENCY, slug)
    return document is not None and document.state == "published"


def anchors_of(slug: str, level: str) -> Shown | None:
    """The rows of that level; where it is not known or not written down, of the lowest."""
    document = Document.named(COMPETENCY, slug)
    if document is None or document.current is None:
        return None
    levels = document.current.parsed["levels"]
    named = next((one for one in levels if fold(one["level"]) == fold(level)), None)
    shown = named or levels[0]
    note = f"What is written here is for level {shown['level']}"
    if named is None:
        note += f", as nothing is written for {level}" if level else ", as no level is known"
    return Shown(from_rows(shown["anchors"]), f"{note}.")


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
        help="writing-forms",
        inserts={
            "Level": "\n## L3\n( ) 1 Developing: what it looks like\n"
            "( ) 2 Proficient: what it looks like\n( ) 3 Advanced: what it looks like\n"
        },
    )
]

ANCHORS = [AnchorSource(COMPETENCY, has_competency, anchors_of)]
