"""The grammar of a competency: for each level its rows, in the words a rating is written in.

    ## L2
    What one looks at first on this level.
    ( ) 1 Developing: fixes what reviewers point out
    ( ) 2 Proficient: leaves code better than found
    ? Tell me about code you were asked to change and first made simpler.
    - course:clean-code
    - read:how-we-review
    - task: review one change outside your team each week

The levels are called as positions call them, and stand from the lowest to the highest. `?` is a
question for an interview, `-` something that helps to get there: a course, a page, or a task.
Only whether the courses and pages are there is asked of others, who come in as `known`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from portal import text
from portal.documents.parser import COMMON_KEYS, Problem, Source, unknown_keys
from portal.questionnaires import ratings
from portal.questionnaires.ratings import Anchor
from portal.text import fold

MAX_LEVELS = 12
MAX_LEVEL_CHARS = 40
MAX_PROBES = MAX_HELPS = 12
MAX_WORDS_CHARS = 300
TASK = "task"
# What a help leads to, as kinds of documents.
HELP_KINDS = {"course": "course", "read": "page"}

_HEADING = re.compile(r"(?P<marks>#{1,6})(?P<title>.*)")
_HELP = re.compile(r"[-*+]\s+(?P<sort>[A-Za-z][A-Za-z-]{0,39}):(?P<rest>.*)")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NO_ROW = (
    "This line is no row: “( ) 1 Developing: …” stands under “## L1”, and so do "
    "“? Tell me …”, “- course:…”, “- read:…” and “- task: …”."
)

Known = Mapping[str, Callable[[str], bool]]
Wrong = Callable[..., None]


@dataclass(frozen=True)
class Competency:
    """The levels as JSON-able structure, and what was not understood."""

    levels: list[dict[str, Any]]
    problems: list[Problem]


@dataclass
class _Level:
    line: int
    title: str
    intro: list[str] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    probes: dict[str, int] = field(default_factory=dict)
    helps: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    # Counts those that could not be read as well.
    seen: int = 0

    @property
    def is_intro_over(self) -> bool:
        return bool(self.anchors or self.probes or self.helps or self.seen)


def parse(source: Source, known: Known | None = None) -> Competency:
    """The levels of a competency. Errors leave their part out of the structure.

    `known` tells by kind of document (course, page) whether one of that address is in force.
    """
    reader = _Reader(source, known or {})
    reader.read()
    return Competency(reader.structure(), sorted(reader.problems))


class _Reader:
    """Goes down the body once."""

    def __init__(self, source: Source, known: Known) -> None:
        self.source, self.known = source, known
        self.problems = unknown_keys(source, COMMON_KEYS)
        self.levels: list[_Level] = []

    def wrong(self, line: int, message: str, level: Any = "error", needs: str = "") -> None:
        self.problems.append(Problem(line, message, level, needs))

    def read(self) -> None:
        for number, typed in enumerate(self.source.body.split("\n"), self.source.body_line):
            line = typed.expandtabs(4).strip()
            heading = _HEADING.fullmatch(line)
            if heading and (heading["marks"] == "##" or heading["title"][:1] in ("", " ")):
                if len(self.levels) == MAX_LEVELS:
                    self.wrong(number, f"There are {MAX_LEVELS} levels at most; this is one more.")
                    break
                self._begin(number, heading["marks"], heading["title"].strip())
            elif line:
                self._take(number, line)
        self._judge()

    def structure(self) -> list[dict[str, Any]]:
        return [
            {
                "level": level.title,
                "intro": "\n".join(level.intro),
                "anchors": ratings.to_rows(level.anchors),
                "probes": list(level.probes),
                "helps": list(level.helps.values()),
            }
            for level in self.levels
            if len(level.anchors) >= ratings.MIN_ROWS
        ]

    # -- line by line ----------------------------------------------------------------------

    def _begin(self, number: int, marks: str, title: str) -> None:
        if marks != "##":
            self.wrong(number, "A level begins with ## and its name, as in “## L2”.")
        if not title or len(title) > MAX_LEVEL_CHARS:
            self.wrong(number, f"A level has a name of 1 to {MAX_LEVEL_CHARS} characters.")
        for other in self.levels:
            if fold(other.title) == fold(title):
                said = f"Line {other.line} has the level “{title[:MAX_LEVEL_CHARS]}” already."
                self.wrong(number, said)
        self.levels.append(_Level(number, title[:MAX_LEVEL_CHARS]))

    def _take(self, number: int, line: str) -> None:
        level = self.levels[-1] if self.levels else None
        if ratings.is_row(line):
            if level is None:
                self.wrong(number, "There is no level above this row: write “## L1” before it.")
            else:
                self._row(number, line, level)
        elif level is None:
            self.wrong(number, _NO_ROW)
        elif line.startswith("?"):
            self._probe(number, line[1:].strip(), level)
        elif found := _HELP.fullmatch(line):
            self._help(number, found["sort"].lower(), found["rest"].strip(), level)
        elif level.is_intro_over:
            self.wrong(number, _NO_ROW)
        else:
            level.intro.append(line)

    def _row(self, number: int, line: str, level: _Level) -> None:
        anchor = ratings.read_row(line, lambda message: self.wrong(number, message))
        if anchor is None:
            return None
        if problem := ratings.follows(anchor, level.anchors):
            return self.wrong(number, problem)
        level.anchors.append(anchor)
        return None

    def _probe(self, number: int, words: str, level: _Level) -> None:
        level.seen += 1
        if not words:
            self.wrong(number, "Write the question after the ?, as in “? Tell me about a time …”.")
        elif len(words) > MAX_WORDS_CHARS:
            self.wrong(number, f"A question has {MAX_WORDS_CHARS} characters at most.")
        elif words in level.probes:
            self.wrong(number, f"Line {level.probes[words]} asks this already.")
        elif len(level.probes) == MAX_PROBES:
            self.wrong(number, f"A level has {MAX_PROBES} questions at most; this is one more.")
        else:
            level.probes[words] = number

    def _help(self, number: int, sort: str, rest: str, level: _Level) -> None:
        level.seen += 1
        if sort != TASK and sort not in HELP_KINDS:
            sorts = [*HELP_KINDS, TASK]
            close = get_close_matches(sort, sorts, 1, 0.6)
            meant = f"Did you mean “{close[0]}:”?" if close else "There are course, read and task."
            return self.wrong(number, f"“{sort}:” is nothing that helps. {meant}")
        target, _, words = ("", "", rest) if sort == TASK else rest.partition(" ")
        target, words = target.lower(), words.strip()
        if len(words) > MAX_WORDS_CHARS:
            return self.wrong(number, f"What helps has {MAX_WORDS_CHARS} characters at most.")
        if problem := _unfinished(sort, target, words):
            return self.wrong(number, problem)
        key = (sort, target or words)
        if key in level.helps:
            return self.wrong(number, "This helps on this level already, some lines above.")
        if len(level.helps) == MAX_HELPS:
            said = f"A level has {MAX_HELPS} things that help at most; this is one more."
            return self.wrong(number, said)
        self._ask_whether_there(number, sort, target)
        level.helps[key] = {"sort": sort, "target": target, "words": words}
        return None

    def _ask_whether_there(self, number: int, sort: str, target: str) -> None:
        """A course may name this competency and be published after it: a remark, and no error."""
        kind = HELP_KINDS.get(sort, "")
        has = self.known.get(kind)
        if has is not None and not has(target):
            message = f"There is no {kind} “{target[:80]}” in force, so nobody is shown it: "
            message += "publish it, or write the end of another one’s address."
            self.wrong(number, message, "warning", f"{kind}:{target}")

    def _judge(self) -> None:
        if not self.levels:
            line = self.source.body_line
            self.wrong(line, "A competency has levels: write “## L1” and its rows.")
        for level in self.levels:
            if len(level.anchors) < ratings.MIN_ROWS:
                said = f"A level has {ratings.MIN_ROWS} to {ratings.MAX_ROWS} rows."
                self.wrong(level.line, said)


def _unfinished(sort: str, target: str, words: str) -> str:
    """Why a help cannot be read; empty when it can."""
    if sort == TASK:
        return "" if words else "Write what to do, as in “- task: review one change a week”."
    if not target:
        return f"Write its address after the colon, as in “- {sort}:its-address”."
    if not _SLUG.fullmatch(target) or len(target) > text.MAX_SLUG_LENGTH:
        meant = text.slugify(target)
        return f"“{target[:80]}” is no address. Write, for example, {sort}:{meant[:60]}."
    return ""
