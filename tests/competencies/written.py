"""Competencies and a matrix in force, for tests that need some."""

from portal.competencies.matrices import Matrix
from portal.documents.models import Document
from tests import cast

CODE = """---
kind: competency
title: Code quality
summary: How far others can build on what they wrote
---
## L1
Where everybody begins.
( ) 1 Developing: fixes what reviewers point out
( ) 2 Proficient: hands in small changes
( ) 3 Advanced: rereads each change
? Tell me about a remark that you still think of.
- task: reread each change once this month
## L2
( ) 1 Developing: hands in changes after some rounds
( ) 2 Proficient: hands in what one can read in one sitting
( ) 3 Advanced: tidies the code around a change
? Tell me about the last change you split.
- course:clean-code
- read:how-we-review the part about small changes
"""
TALK = """---
kind: competency
title: Communication
---
## L1
( ) 1 Developing: explains when asked
( ) 2 Proficient: tells those concerned
## L2
( ) 1 Developing: tells those concerned
( ) 2 Proficient: brings people to one decision
"""
MATRIX = """---
kind: matrix
title: {title}
summary: What we look at
for: {rule}
levels: L1 = Junior, L2 = Engineer
---
Read it together.
## Craft
How one builds.
- competency:code-quality
## With others
- competency:communication
"""


def publish(kind: str, slug: str, source: str) -> Document:
    """A text in force, written by Helen."""
    helen = cast.person("helen")
    document = Document.start(kind, slug.capitalize(), by=helen, slug=slug)
    document.publish(source, by=helen)
    return document


def competencies() -> list[Document]:
    """Code quality and communication, on two levels each."""
    return [
        publish("competency", "code-quality", CODE),
        publish("competency", "communication", TALK),
    ]


def all_of_it() -> Matrix:
    """Both, and a matrix of them."""
    competencies()
    return matrix()


def matrix(rule: str = "department = Engineering", title: str = "Engineering") -> Matrix:
    """A matrix of both, which have to be in force."""
    document = publish("matrix", title.lower(), MATRIX.format(rule=rule, title=title))
    return Matrix(document, document.current)
