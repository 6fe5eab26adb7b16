"""The path: as a kind of document, and as why somebody owes what its steps open."""

from functools import cache
from typing import Any

from portal.assignments.duties import AssignmentKind, CauseKind
from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.documents.models import Document, DocumentKind, Parsed
from portal.documents.parser import Source
from portal.paths import following, parser
from portal.paths.models import CAUSE, KIND, Enrollment, PathStep
from portal.people.models import Person
from portal.text import count

TEMPLATE = """---
kind: path
title: A path
summary: One sentence that says where it leads
audience: everyone
order: strict
due: 60
---
What somebody can do at the end of it.

## First steps
- course:first-week due:14
- policy:code-of-conduct due:14

## Going on
- course:giving-feedback due:14
- course:data-protection (optional)
"""


def _opens() -> dict[str, Any]:
    """What a step may open: every kind of duty that a plan may open, asked once a text."""
    kinds = [kind for kind in assignment_kinds.values() if kind.open and kind.has]
    return {kind.name: _has(kind) for kind in kinds}


def _has(kind: AssignmentKind) -> Any:
    if kind.slugs is None:
        return kind.has
    known_ones = cache(kind.slugs)
    return lambda slug: slug in known_ones()


def parse_path(source: Source) -> Parsed:
    return parser.parse(source, _opens())


def asks(path: Document) -> str:
    """What happens to those on an earlier text, whoever publishes this one."""
    under_way = Enrollment.select().where(Enrollment.path == path.id, Enrollment.is_under_way())
    people = under_way.count()
    if not people:
        waiting = len(following.waiting(path)) if path.current else 0
        return f"Nobody is on it yet{f', and {waiting} wait to be put on it' if waiting else ''}."
    stay = "stays on the text they began" if people == 1 else "stay on the text they began"
    return (
        f"{count(people, 'person', 'people')} under way {stay} with, until you move them: the "
        "page of the path shows what would change."
    )


def _settled(duty: Assignment, step_id: int, by: Person | None) -> None:
    if step := PathStep.get_or_none(PathStep.id == step_id):
        step.duty_settled(duty, by=by)


def _reopened(duty: Assignment, step_id: int, by: Person | None) -> None:
    if step := PathStep.get_or_none(PathStep.id == step_id):
        step.duty_reopened(duty, by=by)


DOCUMENTS = [
    DocumentKind(
        name=KIND,
        title="Learning path",
        plural="Learning paths",
        parse=parse_path,
        preview="paths/_preview.html",
        template=TEMPLATE,
        icon="route",
        is_for_all=True,
        folder="paths",
        help="learning-paths",
        keys=parser.KEYS,
        inserts={
            "Step": parser.STEP_TEMPLATE,
            "Section": "\n## A section\n",
            "Gate": "- course:safety-basics gate\n",
        },
        text_of=parser.text_of,
        asks=asks,
    )
]

CAUSES = [CauseKind(CAUSE, settled=_settled, reopened=_reopened)]
