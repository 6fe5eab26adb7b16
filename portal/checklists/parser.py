"""The grammar of a checklist plan: phases, steps, and at the end of a step's line who and when.

    ## Before day one
    - [ ] Order laptop @it due:start-5 minutes:10
          Ask the manager which one.

A step nobody is named for is HR's, with a warning; one that opens a duty (policy:travel) is the
employee's own, as nobody signs for another. Nothing here asks a database: what a plan may name
comes in as `Known`. What cannot be understood is a problem on its line, and never an exception.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from portal.checklists.words import STRAY, Known, Tokens, read_due, trailing
from portal.documents.parser import COMMON_KEYS, Problem, Source, unknown_keys
from portal.text import MAX_SLUG_LENGTH, count, fold, slugify

TRANSITIONS = ("onboarding", "offboarding", "promotion", "transfer", "leave", "return", "other")
PLAN_KEYS = COMMON_KEYS | {"transition", "success", "success-by"}
STEP_TEMPLATE = "- [ ] What to do @employee due:start+5 minutes:15\n      What done looks like.\n"
UNTITLED_PHASE = "Steps"

MAX_STEPS = 200
COMFORTABLE_STEPS = 15
MAX_STEP_TITLE_CHARS = 300
MAX_PHASE_TITLE_CHARS = 120
MAX_SUCCESS_CHARS = 300
MAX_TOKENS = 30

__all__ = ["STEP_TEMPLATE", "TRANSITIONS", "Known", "Plan", "parse"]


@dataclass(frozen=True)
class Plan:
    """A plan as JSON-able structure, and what was not understood (without the source's own)."""

    structure: dict[str, Any]
    problems: list[Problem]


def parse(source: Source, known: Known) -> Plan:
    """The plan a document's source describes. Errors leave their part out of the structure."""
    reader = _Reader(source, known)
    for number, line in enumerate(source.body.split("\n"), source.body_line):
        reader.take(number, line.expandtabs(4).rstrip())
    return reader.plan()


# ---------------------------------------------------------------- lines

_HEADING = re.compile(r" ?(?:#(?!\S)|##(?!#))(?P<title>.*)")
_STEP = re.compile(
    r"(?P<indent> *)(?:[-*+]|\d+[.)])\s*\[(?P<mark>[ xX]?)\](?!\()(?:\s+(?P<text>.*)|$)"
)
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d+[.)])\s+\S")


@dataclass
class _Step:
    line: int
    indent: int
    text: str
    detail: list[str] = field(default_factory=list)


@dataclass
class _Phase:
    line: int
    title: str
    intro: list[str] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)


class _Reader:
    """Goes down the body once; a step is finished when the next one, or a heading, begins."""

    def __init__(self, source: Source, known: Known) -> None:
        self.source, self.known = source, known
        self.problems = unknown_keys(source, PLAN_KEYS)
        self.transition = self._transition()
        self.anchor = "end" if self.transition == "offboarding" else "start"
        self.intro: list[str] = []
        self.phases: list[_Phase] = []
        self.open: _Step | None = None
        self.after_blank = False
        self.steps_seen = 0
        self.keys: set[str] = set()
        self.first_lines: dict[str, int] = {}

    def take(self, number: int, line: str) -> None:
        if heading := _HEADING.fullmatch(line):
            self._begin_phase(number, heading["title"].strip().rstrip("#").rstrip())
        elif self._is_detail(line):
            self._detail(number, line)
        elif step := _STEP.fullmatch(line):
            self._begin_step(number, step)
        else:
            self._paragraph(number, line)
        self.after_blank = not line

    def plan(self) -> Plan:
        self._finish_step()
        self._judge_size()
        structure = {
            "transition": self.transition,
            "anchor": self.anchor,
            "success": self._success(),
            "success_by": self._success_by(),
            "intro": _paragraphs(self.intro),
            "phases": [
                {"title": p.title, "intro": _paragraphs(p.intro), "steps": p.steps}
                for p in self.phases
            ],
        }
        return Plan(structure, sorted(self.problems))

    def _is_detail(self, line: str) -> bool:
        """Moved in under the step, or its paragraph going on; a blank line decides nothing yet."""
        if self.open is None:
            return False
        if not line:
            return True
        indent = len(line) - len(line.lstrip())
        if indent >= self.open.indent + 2:
            return True
        return not (self.after_blank or _ITEM.match(line) or _STEP.fullmatch(line))

    def _detail(self, number: int, line: str) -> None:
        assert self.open is not None
        self.open.detail.append(line)
        nested = _STEP.fullmatch(line)
        if nested and trailing(nested["text"] or "", self.known)[1]:
            message = "This line belongs to the step above it, so its owner and date do not count."
            self.warn(number, message)

    def _begin_phase(self, number: int, title: str) -> None:
        self._finish_step()
        if not title:
            self.error(number, "This phase has no name: write it after ##.")
        if len(title) > MAX_PHASE_TITLE_CHARS:
            limit = f"{MAX_PHASE_TITLE_CHARS} characters"
            self.error(number, f"The name of a phase has {limit} at most.")
        self.phases.append(_Phase(number, title or UNTITLED_PHASE))

    def _begin_step(self, number: int, found: re.Match[str]) -> None:
        self._finish_step()
        if found["mark"].strip():
            self.warn(number, "A plan has nothing ticked yet: write [ ] in place of [x].")
        self.open = _Step(number, len(found["indent"]), found["text"] or "")

    def _paragraph(self, number: int, line: str) -> None:
        intro = self.phases[-1].intro if self.phases else self.intro
        if self.open:
            intro.append("")
        self._finish_step()
        if _ITEM.match(line) and self._was_meant_as_step(line):
            self.warn(number, "This line is only text. A step begins with “- [ ]”.")
        intro.append(line)

    def _was_meant_as_step(self, line: str) -> bool:
        """A plain list item among steps, or one that ends like a step."""
        among_steps = bool(self.phases and self.phases[-1].steps)
        return among_steps or bool(trailing(line, self.known)[1])

    def _finish_step(self) -> None:
        step, self.open = self.open, None
        if step is None:
            return
        self.steps_seen += 1
        if self.steps_seen == MAX_STEPS + 1:
            self.error(step.line, f"A plan has {MAX_STEPS} steps at most; this is one more.")
        if self.steps_seen > MAX_STEPS:
            return
        if not self.phases:
            self.phases.append(_Phase(step.line, UNTITLED_PHASE))
        self.phases[-1].steps.append(self._step(step))

    def _step(self, step: _Step) -> dict[str, Any]:
        title, words = trailing(step.text, self.known)
        self._judge_title(step.line, title)
        facts = Tokens(self, step.line)
        for word in words[:MAX_TOKENS]:
            facts.take(word)
        facts.finish()
        if len(words) > MAX_TOKENS:
            self.error(step.line, "This line ends in too many owners and dates.")
        return {
            "key": self._key(title),
            "line": step.line,
            "title": title,
            "detail": _moved_back(step.detail),
            "owners": facts.owners_or_default(),
            "due": facts.due,
            "minutes": facts.minutes,
            "at": facts.at,
            "optional": facts.optional,
            "opens": facts.opens,
            "thing": facts.thing,
        }

    def _judge_title(self, line: int, title: str) -> None:
        if not title:
            self.error(line, "This step does not say what to do.")
        if len(title) > MAX_STEP_TITLE_CHARS:
            limit = f"{MAX_STEP_TITLE_CHARS} characters at most"
            self.error(line, f"A step's line has {limit}: put the rest under it, moved in.")
        if stray := STRAY.search(title):
            self._misplaced(line, stray[1], stray[2])
        first = self.first_lines.setdefault(fold(title), line)
        if title and first != line:
            self.warn(line, f"Line {first} has a step with the same words.")

    def _misplaced(self, line: int, key: str, value: str) -> None:
        if value:
            message = f"“{key}:{value}” counts only at the end of the line; here it is text."
            self.warn(line, message)
            return
        examples = {"due": "due:start+5", "minutes": "minutes:15"}
        # “Check access: badge, parking” is a sentence; a date or a length cut in two is a slip.
        if key in examples:
            self.error(line, f"Write {examples[key]}, without a space after the colon.")

    def _key(self, title: str) -> str:
        plain = slugify(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title))
        key, n = plain, 1
        while key in self.keys:
            n += 1
            suffix = f"-{n}"
            key = plain[: MAX_SLUG_LENGTH - len(suffix)] + suffix
        self.keys.add(key)
        return key

    def _transition(self) -> str:
        typed = fold(self.source.meta.get("transition", ""))
        if not typed or typed in TRANSITIONS:
            return typed or TRANSITIONS[0]
        message = f"“{typed}” is no transition; there are {', '.join(TRANSITIONS)}."
        self.error(self.source.line_of("transition"), message)
        return "other"

    def _success(self) -> str:
        success = self.source.meta.get("success", "")
        if len(success) > MAX_SUCCESS_CHARS:
            message = f"“success” has {MAX_SUCCESS_CHARS} characters at most."
            self.error(self.source.line_of("success"), message)
        return success[:MAX_SUCCESS_CHARS]

    def _success_by(self) -> str | None:
        """When the manager is asked whether it has come to that; needs the sentence to ask."""
        typed = self.source.meta.get("success-by", "")
        if not typed:
            return None
        line = self.source.line_of("success-by")
        due, problem = read_due(typed, self.anchor, self.transition)
        if problem:
            self.error(line, problem.replace("write due:", "write success-by: "))
        elif not self.source.meta.get("success", ""):
            self.error(line, "“success-by” asks whether “success” came true, so say that too.")
        return due

    def _judge_size(self) -> None:
        for phase in self.phases:
            if not phase.steps:
                self.warn(phase.line, f"The phase “{phase.title}” has no steps.")
        steps = [step for phase in self.phases for step in phase.steps]
        if not steps:
            message = "This plan has no steps, so it is complete as soon as it is started."
            self.warn(self.source.body_line, message)
        if len(steps) > COMFORTABLE_STEPS:
            message = (
                f"This plan has {count(self.steps_seen, 'step')}. "
                f"Beyond {COMFORTABLE_STEPS}, plans are seldom finished: which can go?"
            )
            self.warn(steps[COMFORTABLE_STEPS]["line"], message)

    def error(self, line: int, message: str, needs: str = "") -> None:
        self.problems.append(Problem(line, message, needs=needs))

    def warn(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, message, "warning"))


def _paragraphs(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _moved_back(lines: list[str]) -> str:
    """A step's detail at the margin; a line that was not moved in stays where it is."""
    margins = [len(line) - len(line.lstrip()) for line in lines if line]
    margin = min((width for width in margins if width), default=0)
    return _paragraphs([line[min(margin, len(line) - len(line.lstrip())) :] for line in lines])
