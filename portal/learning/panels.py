"""What the panels of this room's own formats draw, and what is missing in each until it is done."""

from typing import Any

from portal.documents.models import Document
from portal.documents.passages import with_places
from portal.learning.course_files import FILE_KEY, CourseFile
from portal.learning.models import Attempt
from portal.learning.quizzing import Paper
from portal.people.models import Person


def page_shown(viewer: Person, course: Document, attempt: Attempt | None) -> dict[str, Any]:
    """The text, and the questions of the try that is under way."""
    revision = attempt.revision if attempt else course.current
    paper = Paper(attempt) if attempt and revision.parsed["questions"] else None
    return {"text": with_places(revision.html), "paper": paper, "revision": revision}


def page_reasons(attempt: Attempt) -> list[str]:
    """Until it is read to the end, or enough answers are right."""
    paper = Paper(attempt)
    if not paper.questions:
        return ["Nobody has said yet that it was read to the end."]
    result = paper.result
    if result is None:
        answered = sum(1 for one in paper.questions if paper.answers.get(one.key))
        return [f"The questions are not sent in: {answered} of {len(paper.questions)} answered."]
    rule = attempt.revision.parsed["passes_when"]
    needed = max(paper.pass_mark, rule["score"] or 0)
    return [
        f"{result.right} of {result.of} answers were right, {result.percent} %."
        f" It counts from {needed} % on."
    ]


def file_shown(viewer: Person, course: Document, attempt: Attempt | None) -> dict[str, Any]:
    """The film or document of the text that is taken, and the words beside it."""
    revision = attempt.revision if attempt else course.current
    slug = revision.parsed[FILE_KEY]
    return {"text": with_places(revision.html), "file": CourseFile.named(slug), "slug": slug}


def file_offered(course: Document) -> str:
    slug = course.current.parsed.get(FILE_KEY) if course.current else ""
    return "" if slug and CourseFile.named(slug) else "Its file is missing. HR puts it back."


def file_reasons(attempt: Attempt) -> list[str]:
    return ["Nobody has said yet that it was watched or read to the end."]


def link_shown(viewer: Person, course: Document, attempt: Attempt | None) -> dict[str, Any]:
    revision = attempt.revision if attempt else course.current
    said = revision.parsed
    return {"text": with_places(revision.html), "link": said["link"], "host": said["host"]}


def link_reasons(attempt: Attempt) -> list[str]:
    return ["Nobody has said yet that it was done there."]
