"""The grammar of a matrix: whom it is for, its levels, and sections of competencies.

    ---
    kind: matrix
    title: Engineering
    for: department = Engineering        an audience rule
    levels: L1 = Junior, L2 = Engineer   as positions call them, the lowest first; what they mean
    ---
    What we look at, in a few words.
    ## Craft
    How one builds.
    - competency:code-quality
    - competency:system-design

Nothing here asks a database: what is written about competencies comes in as `known`, by address
the levels for which each says something.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from portal import text
from portal.documents.parser import COMMON_KEYS, Problem, Source, unknown_keys
from portal.documents.reading import Parsed
from portal.people import audience
from portal.text import fold

KEYS = (COMMON_KEYS - {"audience"}) | {"for", "levels"}
COMPETENCY = "competency"
MAX_LEVELS, MIN_LEVELS = 12, 1
# As long as the level of a position may be.
MAX_LEVEL_CHARS = 20
MAX_TITLE_CHARS = 60
MAX_SECTION_CHARS = 120
MAX_COMPETENCIES = 60
UNTITLED = "Competencies"
# What stands in a new matrix until somebody says whom it is for: it takes nobody from another one.
NOBODY_YET = 'role = "whom it is for"'
WHOM = (
    "“for: role = Engineer” or “for: department = Engineering”, in the words of people’s "
    "positions, or “for: everyone”. Whoever it means has it instead of an older one."
)

_HEADING = re.compile(r" {0,3}#{1,6}(?!#)\s*(?P<title>.*?)\s*#*")
_ITEM = re.compile(r" {0,3}[-*+]\s+(?P<kind>[A-Za-z][A-Za-z-]{0,39}):(?P<slug>.*)")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

Known = Mapping[str, frozenset[str]]


def parse(source: Source, known: Known) -> Parsed:
    """The matrix a text describes. Errors leave their part out of the structure."""
    reader = _Reader(source, known)
    for number, line in enumerate(source.body.split("\n"), source.body_line):
        reader.take(number, line.expandtabs(4).rstrip())
    return reader.matrix()


@dataclass
class _Section:
    line: int
    title: str
    intro: list[str] = field(default_factory=list)
    slugs: list[str] = field(default_factory=list)
    # Counts those that could not be read as well.
    seen: int = 0


class _Reader:
    """Goes down the body once."""

    def __init__(self, source: Source, known: Known) -> None:
        self.source, self.known = source, known
        self.problems = unknown_keys(source, KEYS)
        self.intro: list[str] = []
        self.sections: list[_Section] = []
        self.lines: dict[str, int] = {}
        self.seen = 0
        self.levels = self._levels()

    def wrong(self, line: int, message: str, level: Any = "error", needs: str = "") -> None:
        self.problems.append(Problem(line, message, level, needs))

    def matrix(self) -> Parsed:
        structure = {
            "summary": self.source.meta.get("summary", ""),
            "for": self._rule(),
            "levels": self.levels,
            "intro": "\n".join(self.intro).strip("\n"),
            "sections": [
                {
                    "title": section.title,
                    "intro": "\n".join(section.intro).strip("\n"),
                    "competencies": section.slugs,
                }
                for section in self.sections
            ],
        }
        self._judge()
        return Parsed(structure, sorted(self.problems))

    # -- the front matter ------------------------------------------------------------------

    def _rule(self) -> str:
        typed = self.source.meta.get("for", "").strip()
        line = self.source.line_of("for")
        if not typed:
            self.wrong(line, f"Say whose matrix it is: {WHOM}")
            return ""
        try:
            rule = str(audience.parse(typed))
        except audience.RuleError as error:
            self.wrong(line, f"“for” cannot be read at column {error.column}. {error.message}")
            return ""
        if rule == NOBODY_YET:
            self.wrong(line, f"It means nobody yet. Say whose matrix it is: {WHOM}", "warning")
        return rule

    def _levels(self) -> list[dict[str, str]]:
        line = self.source.line_of("levels")
        typed = [one.strip() for one in self.source.meta.get("levels", "").split(",")]
        found: dict[str, dict[str, str]] = {}
        for name, _, title in (one.partition("=") for one in typed if one):
            level = {"name": " ".join(name.split()), "title": " ".join(title.split())}
            if problem := self._bad_level(level, found):
                self.wrong(line, problem)
            else:
                found[fold(level["name"])] = level
        if not any(typed):
            said = "Say which levels there are, the lowest first: “levels: L1 = Junior, L2 = …”."
            self.wrong(line, said)
        if len(found) > MAX_LEVELS:
            self.wrong(line, f"There are {MAX_LEVELS} levels at most.")
        return list(found.values())[:MAX_LEVELS]

    def _bad_level(self, level: dict[str, str], found: Mapping[str, Any]) -> str:
        name, title = level["name"], level["title"]
        if not name:
            return f"A level has a name before the =, as in “L1 = {title[:40] or 'Junior'}”."
        if len(name) > MAX_LEVEL_CHARS:
            short = f"A level is called as in people’s positions: {MAX_LEVEL_CHARS} characters at "
            return f"{short}most. What it means stands after an =, as in “L1 = Junior”."
        if len(title) > MAX_TITLE_CHARS:
            return f"What a level means has {MAX_TITLE_CHARS} characters at most."
        return f"The level “{name}” stands there twice." if fold(name) in found else ""

    # -- line by line ----------------------------------------------------------------------

    def take(self, number: int, line: str) -> None:
        if line.lstrip().startswith("#") and (heading := _HEADING.fullmatch(line)):
            if not heading["title"]:
                self.wrong(number, "This section has no name: write it after ##.")
            title = heading["title"][:MAX_SECTION_CHARS] or UNTITLED
            self.sections.append(_Section(number, title))
        elif item := _ITEM.fullmatch(line):
            self._item(number, item["kind"].lower(), item["slug"].strip().lower())
        elif self.sections and self.sections[-1].seen and line.strip():
            said = "This line names no competency: under the words of a section stand lines such "
            self.wrong(number, f"{said}as “- competency:communication”.")
        else:
            (self.sections[-1].intro if self.sections else self.intro).append(line.strip())

    def _item(self, number: int, kind: str, slug: str) -> None:
        self.seen += 1
        if not self.sections:
            self.sections.append(_Section(number, UNTITLED))
        section = self.sections[-1]
        section.seen += 1
        if problem := self._bad_item(kind, slug):
            self.wrong(number, problem)
        elif slug not in self.known:
            close = get_close_matches(slug, sorted(self.known), 1, 0.75)
            meant = f"Did you mean “{close[0]}”?" if close else "Publish it first, or name another."
            said = f"There is no competency “{slug[:80]}” in force. {meant}"
            self.wrong(number, said, needs=f"{COMPETENCY}:{slug}")
        elif slug in self.lines:
            self.wrong(number, f"Line {self.lines[slug]} has this competency already.")
        else:
            self.lines[slug] = number
            section.slugs.append(slug)
            self._remark_on_levels(number, slug)

    def _bad_item(self, kind: str, slug: str) -> str:
        if self.seen > MAX_COMPETENCIES:
            return f"A matrix has {MAX_COMPETENCIES} competencies at most; this is one more."
        if kind != COMPETENCY:
            return f"A matrix has no “{kind}:” in it, but “{COMPETENCY}:” and its address."
        if not _SLUG.fullmatch(slug) or len(slug) > text.MAX_SLUG_LENGTH:
            meant = text.slugify(slug)[:60] if slug else "communication"
            return f"“{slug[:80]}” is no address. Write, for example, {COMPETENCY}:{meant}."
        return ""

    def _remark_on_levels(self, number: int, slug: str) -> None:
        """Where nothing is written for a level, people are shown the rows of another one."""
        missing = [one["name"] for one in self.levels if fold(one["name"]) not in self.known[slug]]
        if missing:
            said = f"“{slug}” says nothing for {', '.join(missing)}."
            self.wrong(number, f"{said} The next level below counts there.", "warning")

    def _judge(self) -> None:
        for section in self.sections:
            if not section.seen:
                said = f"The section “{section.title}” has no competencies."
                self.wrong(section.line, said, "warning")
        if not self.seen:
            said = "A matrix needs a competency, as in “- competency:communication”."
            self.wrong(self.source.body_line, said)
