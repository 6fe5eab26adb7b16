"""What the company stands for: a document of `## Value` headings with a sentence or two under each.

Praise is tied to one. It keeps the value's words as they were, so a new text changes no old praise.
"""

import re
from dataclasses import dataclass
from typing import Any

from portal.documents.models import Document, Revision
from portal.documents.parser import Problem, Source
from portal.documents.reading import Parsed
from portal.people.models import Person
from portal.text import fold

KIND = "values"
MAX_VALUES = 12
MAX_NAME_CHARS = 60
MAX_WORDS_CHARS = 400

_HEADING = re.compile(r"(?P<marks>#{1,6})(?P<title>.*)")


@dataclass(frozen=True)
class Value:
    """One of them: its name, and what it means in a sentence or two."""

    name: str
    words: str

    @property
    def sentence(self) -> str:
        """The first of its sentences, where it stands beside others."""
        return re.split(r"(?<=[.!?])\s", self.words, maxsplit=1)[0]


def parse_values(source: Source) -> Parsed:
    """The values in their order; what stands above the first is an introduction."""
    found: list[tuple[int, str, list[str]]] = []
    problems: list[Problem] = []
    for number, typed in enumerate(source.body.split("\n"), source.body_line):
        line = typed.strip()
        heading = _HEADING.fullmatch(line)
        if heading and heading["title"][:1] in ("", " "):
            name = heading["title"].strip()
            problems += _wrong_name(number, heading["marks"], name, found)
            found.append((number, name[:MAX_NAME_CHARS], []))
        elif line and found:
            found[-1][2].append(line)
    problems += _wrong_all(found, source.body_line)
    values = [{"name": name, "words": " ".join(words)} for _, name, words in found if name]
    return Parsed({"values": values[:MAX_VALUES]}, sorted(problems))


def _wrong_name(
    line: int, marks: str, name: str, before: list[tuple[int, str, list[str]]]
) -> list[Problem]:
    if marks != "##":
        return [Problem(line, "A value begins with ## and its name, as in “## We help first”.")]
    if not name or len(name) > MAX_NAME_CHARS:
        return [Problem(line, f"A value has a name of 1 to {MAX_NAME_CHARS} characters.")]
    twins = [Problem(line, f"Line {at} has it already.") for at, one, _ in before
             if fold(one) == fold(name)]  # fmt: skip
    return twins[:1]


def _wrong_all(found: list[tuple[int, str, list[str]]], first_line: int) -> list[Problem]:
    if not found:
        return [Problem(first_line, "There is no value yet: write “## ” and its name.")]
    wrong = []
    if len(found) > MAX_VALUES:
        line = found[MAX_VALUES][0]
        wrong.append(Problem(line, f"{MAX_VALUES} values at most: nobody remembers more."))
    for line, name, words in found:
        if not words:
            wrong.append(Problem(line, f"Say under “{name}” in a sentence what it means."))
        elif len(" ".join(words)) > MAX_WORDS_CHARS:
            said = f"What “{name}” means takes {MAX_WORDS_CHARS} characters at most."
            wrong.append(Problem(line, said))
    return wrong


def may_add(viewer: Person, found: list[Value]) -> bool:
    """Whether somebody is told that there are none: whoever can write them, HR."""
    return viewer.is_hr and not viewer.came_by_pass and not found


def current() -> list[Value]:
    """The values of the newest published text; none where there is no text."""
    query: Any = Revision.newest().join(Document, on=(Revision.document == Document.id))
    newest = (
        query.where(Document.kind == KIND, Document.retired_at.is_null())
        .order_by(Revision.published_at.desc(), Revision.id.desc())
        .first()
    )
    return [Value(**each) for each in newest.parsed["values"]] if newest else []
