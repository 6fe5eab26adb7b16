"""The grammar of a ready agenda: one point a line, as `- How are you?`, `• …` or `1. …`."""

import re
from dataclasses import dataclass, field

from portal.documents.parser import Problem, Source

MAX_POINTS = 30
MAX_POINT_CHARS = 300

# As people type lists, and as they come out of a word processor.
_POINT = re.compile(r"(?:[-*•]|[0-9]{1,2}[.)])\s+(?P<words>\S.*)")


@dataclass
class Agenda:
    """Its points, and what was not understood."""

    points: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def parse(source: Source) -> Agenda:
    """The points of an agenda; headings and plain lines between them are for whoever reads it."""
    found = Agenda()
    for number, typed in enumerate(source.body.split("\n"), source.body_line):
        line = typed.strip()
        point = _POINT.fullmatch(line)
        if point is None:
            continue
        words = point["words"].strip()
        if len(words) > MAX_POINT_CHARS:
            message = f"A point has {MAX_POINT_CHARS} characters at most."
            found.problems.append(Problem(number, message))
        elif words in found.points:
            found.problems.append(Problem(number, "This point stands above already.", "warning"))
        elif len(found.points) == MAX_POINTS:
            message = f"There are {MAX_POINTS} points at most: nobody gets through more in a talk."
            found.problems.append(Problem(number, message))
            break
        else:
            found.points.append(words)
    if not found.points and not found.problems:
        message = "An agenda has points: write one a line, as “- How are you?”."
        found.problems.append(Problem(source.body_line, message))
    return found
