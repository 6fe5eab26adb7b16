"""The grammar of a path: sections, and under them steps that each open one thing.

    ## Foundations
    - Read how we work policy:code-of-conduct due:7
    - course:giving-feedback due:14
    - course:data-protection (optional)
    - course:manager-quiz gate

The words before the thing are the step's title; without them it is called what the thing is
called. Nothing here asks a database: what a step may open comes in as `opens`. What cannot be
understood is a problem on its line, and never an exception.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from portal.documents.parser import Problem, Source
from portal.documents.reading import Parsed
from portal.paths.who import WhoError, read_who
from portal.text import MAX_SLUG_LENGTH, fold

KEYS = frozenset({"assigned-to", "due", "order"})
STRICT, FREE = "strict", "free"
UNTITLED = "Steps"
STEP_TEMPLATE = "- course:giving-feedback due:14\n"
MAX_STEPS = 60
COMFORTABLE_STEPS = 12
MAX_DAYS = 1_000
MAX_TITLE_CHARS = 200

_HEADING = re.compile(r" {0,3}#{1,6}(?!#)\s*(?P<title>.*?)\s*#*")
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d+[.)])\s+(?:\[[ xX]?\]\s+)?(?P<text>\S.*)")
_THING = re.compile(r"(?P<kind>[A-Za-z][A-Za-z-]*):(?P<slug>\S*)")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MARKS = {"gate": "gate", "optional": "optional"}


def parse(source: Source, opens: Mapping[str, Callable[[str], bool]]) -> Parsed:
    """The path a document's source describes. Errors leave their step out of the structure."""
    reader = _Reader(source, opens)
    for number, line in enumerate(source.body.split("\n"), source.body_line):
        reader.take(number, line.expandtabs(4).rstrip())
    return reader.path()


def text_of(source: Source) -> str:
    """What people read of it: the words, without what the portal reads at the end of a step."""
    return "\n".join(_words_of(line) for line in source.body.split("\n"))


def _words_of(line: str) -> str:
    found = _ITEM.fullmatch(line.expandtabs(4).rstrip())
    if found is None:
        return line
    title, _ = _taken_apart(found["text"])
    return f"- {title}" if title else ""


def _taken_apart(words: str) -> tuple[str, list[str]]:
    """A step's title, and the run of words at its end that the portal reads."""
    typed = words.split()
    at = len(typed)
    while at and _is_read(typed[at - 1]):
        at -= 1
    return " ".join(typed[:at]), [_plain(word) for word in typed[at:]]


def _plain(word: str) -> str:
    return word.rstrip(",;").removeprefix("(").removesuffix(")")


def _is_read(word: str) -> bool:
    word = _plain(word)
    if word.lower() in _MARKS:
        return True
    found = _THING.fullmatch(word)
    # An address, or the end of a sentence, is neither.
    return bool(found and _SLUG.fullmatch(found["slug"].lower()))


@dataclass
class _Section:
    line: int
    title: str
    intro: list[str] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    # Counts those that could not be understood as well.
    seen: int = 0


class _Reader:
    """Goes down the body once."""

    def __init__(self, source: Source, opens: Mapping[str, Callable[[str], bool]]) -> None:
        self.source, self.opens = source, opens
        self.problems: list[Problem] = []
        self.intro: list[str] = []
        self.sections: list[_Section] = []
        self.lines: dict[str, int] = {}
        self.seen = 0

    def take(self, number: int, line: str) -> None:
        if line.lstrip().startswith("#") and (heading := _HEADING.fullmatch(line)):
            if not heading["title"]:
                self._error(number, "This section has no name: write it after ##.")
            self.sections.append(_Section(number, heading["title"][:120] or UNTITLED))
        elif item := _ITEM.fullmatch(line):
            self._step(number, item["text"])
        else:
            (self.sections[-1].intro if self.sections else self.intro).append(line)

    def path(self) -> Parsed:
        structure = {
            "due": self._days("due", self.source.meta.get("due", ""), self.source.line_of("due")),
            "order": self._order(),
            "assigned_to": self._assigned_to(),
            "intro": _paragraphs(self.intro),
            "sections": [
                {"title": s.title, "intro": _paragraphs(s.intro), "steps": s.steps}
                for s in self.sections
            ],
        }
        self._judge()
        return Parsed(structure, sorted(self.problems))

    # -- a step ----------------------------------------------------------------------------

    def _step(self, line: int, words: str) -> None:
        title, said = _taken_apart(words)
        if not said:
            self._only_text(line, words)
            return
        self.seen += 1
        if self.seen == MAX_STEPS + 1:
            self._error(line, f"A path has {MAX_STEPS} steps at most; this is one more.")
        if self.seen > MAX_STEPS:
            return
        if self.sections:
            self.sections[-1].seen += 1
        if len(title) > MAX_TITLE_CHARS:
            self._error(line, f"A step's words have {MAX_TITLE_CHARS} characters at most.")
        step: dict[str, Any] = {"title": title[:MAX_TITLE_CHARS], "due": None}
        step |= {"gate": False, "optional": False}
        for word in said:
            self._take_word(line, step, word)
        if "slug" not in step:
            if not self._has_error_at(line):
                example = " or ".join(f"{kind}:…" for kind in sorted(self.opens)[:3])
                message = f"This step opens nothing. End its line with what it is: {example}."
                self._error(line, message)
            return
        if step["gate"] and step["optional"]:
            self._error(line, "A gate cannot be optional: nobody goes past it.")
        self._keep(line, step)

    def _only_text(self, line: int, words: str) -> None:
        """A plain list item, or a step whose words go on after the thing it opens."""
        (self.sections[-1].intro if self.sections else self.intro).append(f"- {words}")
        for word in words.split():
            if word.partition(":")[0].lower() in self.opens and ":" in word:
                message = f"“{word[:80]}” counts only at the end of the line; here it is text."
                self._error(line, message)
                return
        example = " or ".join(f"{kind}:…" for kind in sorted(self.opens)[:3])
        self._warn(line, f"This line is only text. A step ends with what it opens: {example}.")

    def _take_word(self, line: int, step: dict[str, Any], word: str) -> None:
        if word.lower() in _MARKS:
            step[_MARKS[word.lower()]] = True
            return
        key, _, value = word.partition(":")
        key, value = key.lower(), value.lower()
        if key == "due":
            if step["due"] is not None:
                self._error(line, "A step has one “due”.")
            step["due"] = self._days("due", value, line)
            return
        self._thing(line, step, key, value)

    def _thing(self, line: int, step: dict[str, Any], kind: str, slug: str) -> None:
        if "slug" in step:
            self._error(line, "A step opens one thing; make a line for each.")
            return
        has = self.opens.get(kind)
        if has is None:
            known = sorted({*self.opens, "due"})
            close = get_close_matches(kind, known, 1, 0.6)
            meant = f"Did you mean “{close[0]}:”?" if close else f"There are {', '.join(known)}."
            self._error(line, f"A step cannot open “{kind[:40]}:{slug[:80]}”. {meant}")
            return
        fits = _SLUG.fullmatch(slug) and len(slug) <= MAX_SLUG_LENGTH
        if not fits or not has(slug):
            self._error(line, f"There is no {kind} “{slug[:80]}” in force.", f"{kind}:{slug}")
            return
        step |= {"kind": kind, "slug": slug, "key": f"{kind}:{slug}"}

    def _keep(self, line: int, step: dict[str, Any]) -> None:
        first = self.lines.setdefault(step["key"], line)
        if first != line:
            message = f"Line {first} has this step already. A path leads to each thing once."
            self._error(line, message)
            return
        if not self.sections:
            self.sections.append(_Section(line, UNTITLED))
        self.sections[-1].steps.append(step)

    # -- the front matter ------------------------------------------------------------------

    def _days(self, key: str, typed: str, line: int) -> int | None:
        words = typed.removesuffix(" days").removesuffix(" day").strip()
        if not words:
            if typed or key != "due":
                self._error(line, f"Write {key}:14, without a space after the colon.")
            return None
        if not re.fullmatch(r"[0-9]{1,4}", words) or not 1 <= int(words) <= MAX_DAYS:
            self._error(line, f"“{typed[:40]}” is no number of days: write 1 to {MAX_DAYS:,}.")
            return None
        return int(words)

    def _order(self) -> str:
        typed = fold(self.source.meta.get("order", ""))
        if typed in ("", STRICT, FREE):
            return typed or STRICT
        message = "“order” is strict (one after another) or free (in any order inside a section)."
        self._error(self.source.line_of("order"), message)
        return STRICT

    def _assigned_to(self) -> dict[str, str] | None:
        typed = self.source.meta.get("assigned-to", "")
        if not typed.strip():
            return None
        try:
            who = read_who(typed)
        except WhoError as error:
            self._error(self.source.line_of("assigned-to"), f"“assigned-to”: {error}")
            return None
        return {"group": who.group, "rule": who.rule}

    # -- as a whole ------------------------------------------------------------------------

    def _judge(self) -> None:
        steps = [step for section in self.sections for step in section.steps]
        for section in self.sections:
            if not (section.steps or section.seen):
                self._warn(section.line, f"The section “{section.title}” has no steps.")
        if not steps and not self.seen:
            message = f"A path needs a step, as in “{STEP_TEMPLATE.strip()}”."
            self._error(self.source.body_line, message)
        elif steps and all(step["optional"] for step in steps):
            message = "Every step is optional, so the path is finished as soon as it is begun."
            self._error(self.source.body_line, message)
        if len(steps) > COMFORTABLE_STEPS:
            message = (
                f"This path has {len(steps)} steps. Beyond {COMFORTABLE_STEPS}, paths are seldom "
                "finished: which can be optional, or go?"
            )
            self._warn(self.lines[steps[COMFORTABLE_STEPS]["key"]], message)
        if steps and steps[-1]["gate"]:
            message = "Nothing comes after this gate, so it is a step like any other."
            self._warn(self.lines[steps[-1]["key"]], message)

    def _has_error_at(self, line: int) -> bool:
        return any(problem.line == line for problem in self.problems)

    def _error(self, line: int, message: str, needs: str = "") -> None:
        self.problems.append(Problem(line, message, needs=needs))

    def _warn(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, message, "warning"))


def _paragraphs(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
