"""The grammar of a competency: for each level its rows, in the words a rating is written in.

    ## L2
    What one looks at first on this level.
    ( ) 1 Developing: fixes what reviewers point out
    ( ) 2 Proficient: leaves code better than found

The levels are called as positions call them, and stand from the lowest to the highest.
"""

import re
from dataclasses import dataclass
from typing import Any

from portal.documents.parser import COMMON_KEYS, Problem, Source, unknown_keys
from portal.questionnaires import ratings
from portal.questionnaires.ratings import Anchor
from portal.text import fold

MAX_LEVELS = 12
MAX_LEVEL_CHARS = 40

_HEADING = re.compile(r"(?P<marks>#{1,6})(?P<title>.*)")


@dataclass(frozen=True)
class Competency:
    """The levels as JSON-able structure, and what was not understood."""

    levels: list[dict[str, Any]]
    problems: list[Problem]


@dataclass
class _Level:
    line: int
    title: str
    intro: list[str]
    anchors: list[Anchor]


def parse(source: Source) -> Competency:
    """The levels of a competency. Errors leave their part out of the structure."""
    problems = unknown_keys(source, COMMON_KEYS)
    levels: list[_Level] = []

    def wrong(line: int, message: str) -> None:
        problems.append(Problem(line, message))

    for number, typed in enumerate(source.body.split("\n"), source.body_line):
        line = typed.expandtabs(4).strip()
        heading = _HEADING.fullmatch(line)
        if heading and (heading["marks"] == "##" or heading["title"][:1] in ("", " ")):
            if len(levels) == MAX_LEVELS:
                wrong(number, f"There are {MAX_LEVELS} levels at most; this is one more.")
                break
            levels.append(_level(number, heading["marks"], heading["title"].strip(), levels, wrong))
        elif ratings.is_row(line):
            _take_row(number, line, levels, wrong)
        elif line and (not levels or levels[-1].anchors):
            wrong(number, "This line is no row: “( ) 1 Developing: …” stands under “## L1”.")
        elif line:
            levels[-1].intro.append(line)
    _judge(levels, source.body_line, wrong)
    structure = [
        {
            "level": level.title,
            "intro": "\n".join(level.intro),
            "anchors": ratings.to_rows(level.anchors),
        }
        for level in levels
        if len(level.anchors) >= ratings.MIN_ROWS
    ]
    return Competency(structure, sorted(problems))


def _level(number: int, marks: str, title: str, levels: list[_Level], wrong: Any) -> _Level:
    if marks != "##":
        wrong(number, "A level begins with ## and its name, as in “## L2”.")
    if not title or len(title) > MAX_LEVEL_CHARS:
        wrong(number, f"A level has a name of 1 to {MAX_LEVEL_CHARS} characters.")
    for other in levels:
        if fold(other.title) == fold(title):
            wrong(number, f"Line {other.line} has the level “{title[:MAX_LEVEL_CHARS]}” already.")
    return _Level(number, title[:MAX_LEVEL_CHARS], [], [])


def _take_row(number: int, line: str, levels: list[_Level], wrong: Any) -> None:
    if not levels:
        return wrong(number, "There is no level above this row: write “## L1” before it.")
    anchor = ratings.read_row(line, lambda message: wrong(number, message))
    if anchor is None:
        return None
    if problem := ratings.follows(anchor, levels[-1].anchors):
        return wrong(number, problem)
    levels[-1].anchors.append(anchor)
    return None


def _judge(levels: list[_Level], first_line: int, wrong: Any) -> None:
    if not levels:
        return wrong(first_line, "A competency has levels: write “## L1” and its rows.")
    for level in levels:
        if len(level.anchors) < ratings.MIN_ROWS:
            wrong(level.line, f"A level has {ratings.MIN_ROWS} to {ratings.MAX_ROWS} rows.")
    return None
