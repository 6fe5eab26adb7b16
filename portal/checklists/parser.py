"""The grammar of a checklist plan: phases, steps, and at the end of a step's line who and when.

    ## Before day one
    - [ ] Order laptop @it due:start-5 minutes:10
          Ask the manager which one.

A step nobody is named for is HR's, with a warning; one that opens a duty (policy:travel) is the
employee's own, as nobody signs for another. Nothing here asks a database: what a plan may name
comes in as `Known`. What cannot be understood is a problem on its line, and never an exception.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from portal.assignments.due import Due, DueError
from portal.documents.parser import COMMON_KEYS, Problem, Source, unknown_keys
from portal.text import MAX_SLUG_LENGTH, count, fold, slugify

TRANSITIONS = ("onboarding", "offboarding", "promotion", "transfer", "leave", "other")
PLAN_KEYS = COMMON_KEYS | {"transition", "success"}
EMPLOYEE, HR = "employee", "hr"
ROLES = (EMPLOYEE, "manager", "buddy", HR)
STEP_TEMPLATE = "- [ ] What to do @employee due:start+5 minutes:15\n      What done looks like.\n"
UNTITLED_PHASE = "Steps"

MAX_STEPS = 200
COMFORTABLE_STEPS = 15
MAX_STEP_TITLE_CHARS = 300
MAX_PHASE_TITLE_CHARS = 120
MAX_SUCCESS_CHARS = 300
MAX_OWNERS = 10
MAX_TOKENS = 30
MAX_MINUTES = 24 * 60


@dataclass(frozen=True)
class Known:
    """What a plan may name: functions, persons by e-mail, and for each kind of duty its slugs."""

    functions: frozenset[str] = frozenset()
    has_person: Callable[[str], bool] = lambda email: False
    opens: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)


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
        if nested and _trailing(nested["text"] or "", self.known)[1]:
            message = "This line belongs to the step above it, so its owner and date do not count."
            self._warn(number, message)

    def _begin_phase(self, number: int, title: str) -> None:
        self._finish_step()
        if not title:
            self._error(number, "This phase has no name: write it after ##.")
        if len(title) > MAX_PHASE_TITLE_CHARS:
            limit = f"{MAX_PHASE_TITLE_CHARS} characters"
            self._error(number, f"The name of a phase has {limit} at most.")
        self.phases.append(_Phase(number, title or UNTITLED_PHASE))

    def _begin_step(self, number: int, found: re.Match[str]) -> None:
        self._finish_step()
        if found["mark"].strip():
            self._warn(number, "A plan has nothing ticked yet: write [ ] in place of [x].")
        self.open = _Step(number, len(found["indent"]), found["text"] or "")

    def _paragraph(self, number: int, line: str) -> None:
        intro = self.phases[-1].intro if self.phases else self.intro
        if self.open:
            intro.append("")
        self._finish_step()
        if _ITEM.match(line) and self._was_meant_as_step(line):
            self._warn(number, "This line is only text. A step begins with “- [ ]”.")
        intro.append(line)

    def _was_meant_as_step(self, line: str) -> bool:
        """A plain list item among steps, or one that ends like a step."""
        among_steps = bool(self.phases and self.phases[-1].steps)
        return among_steps or bool(_trailing(line, self.known)[1])

    def _finish_step(self) -> None:
        step, self.open = self.open, None
        if step is None:
            return
        self.steps_seen += 1
        if self.steps_seen == MAX_STEPS + 1:
            self._error(step.line, f"A plan has {MAX_STEPS} steps at most; this is one more.")
        if self.steps_seen > MAX_STEPS:
            return
        if not self.phases:
            self.phases.append(_Phase(step.line, UNTITLED_PHASE))
        self.phases[-1].steps.append(self._step(step))

    def _step(self, step: _Step) -> dict[str, Any]:
        title, words = _trailing(step.text, self.known)
        self._judge_title(step.line, title)
        facts = _Tokens(self, step.line)
        for word in words[:MAX_TOKENS]:
            facts.take(word)
        facts.complain_of_missing()
        if len(words) > MAX_TOKENS:
            self._error(step.line, "This line ends in too many owners and dates.")
        return {
            "key": self._key(title),
            "line": step.line,
            "title": title,
            "detail": _moved_back(step.detail),
            "owners": facts.owners or [EMPLOYEE if facts.opens else HR],
            "due": facts.due,
            "minutes": facts.minutes,
            "optional": facts.optional,
            "opens": facts.opens,
        }

    def _judge_title(self, line: int, title: str) -> None:
        if not title:
            self._error(line, "This step does not say what to do.")
        if len(title) > MAX_STEP_TITLE_CHARS:
            limit = f"{MAX_STEP_TITLE_CHARS} characters at most"
            self._error(line, f"A step's line has {limit}: put the rest under it, moved in.")
        if stray := re.search(r"(?<!\S)(due|minutes):(\S*)", title):
            self._misplaced(line, stray[1], stray[2])
        first = self.first_lines.setdefault(fold(title), line)
        if title and first != line:
            self._warn(line, f"Line {first} has a step with the same words.")

    def _misplaced(self, line: int, key: str, value: str) -> None:
        if value:
            message = f"“{key}:{value}” counts only at the end of the line; here it is text."
            return self._warn(line, message)
        example = "due:start+5" if key == "due" else "minutes:15"
        return self._error(line, f"Write {example}, without a space after the colon.")

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
        self._error(self.source.line_of("transition"), message)
        return "other"

    def _success(self) -> str:
        success = self.source.meta.get("success", "")
        if len(success) > MAX_SUCCESS_CHARS:
            message = f"“success” has {MAX_SUCCESS_CHARS} characters at most."
            self._error(self.source.line_of("success"), message)
        return success[:MAX_SUCCESS_CHARS]

    def _judge_size(self) -> None:
        for phase in self.phases:
            if not phase.steps:
                self._warn(phase.line, f"The phase “{phase.title}” has no steps.")
        steps = [step for phase in self.phases for step in phase.steps]
        if not steps:
            message = "This plan has no steps, so it is complete as soon as it is started."
            self._warn(self.source.body_line, message)
        if len(steps) > COMFORTABLE_STEPS:
            message = (
                f"This plan has {count(self.steps_seen, 'step')}. "
                f"Beyond {COMFORTABLE_STEPS}, plans are seldom finished: which can go?"
            )
            self._warn(steps[COMFORTABLE_STEPS]["line"], message)

    def _error(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, message))

    def _warn(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, message, "warning"))


def _paragraphs(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _moved_back(lines: list[str]) -> str:
    """A step's detail at the margin; a line that was not moved in stays where it is."""
    margins = [len(line) - len(line.lstrip()) for line in lines if line]
    margin = min((width for width in margins if width), default=0)
    return _paragraphs([line[min(margin, len(line) - len(line.lstrip())) :] for line in lines])


# ---------------------------------------------------------------- the end of a step's line

_OWNER = re.compile(r"@(?P<owner>\w[\w.+-]*(?:@[\w.-]+)?)")
_PAIR = re.compile(r"(?P<key>[A-Za-z][A-Za-z-]*):(?P<value>\S*)")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _trailing(text: str, known: Known) -> tuple[str, list[str]]:
    """The step's words, and the run of tokens after the last of them."""
    words = text.split()
    at = len(words)
    while at and _is_token(words[at - 1].rstrip(",;"), known):
        at -= 1
    title = " ".join(words[:at])
    return title, [word.rstrip(",;") for word in words[at:]]


def _is_token(word: str, known: Known) -> bool:
    """An owner, `optional`, or key:value. An address such as https://x.example is neither."""
    if word.lower() == "optional" or _OWNER.fullmatch(word):
        return True
    pair = _PAIR.fullmatch(word)
    if pair is None:
        return False
    key = pair["key"].lower()
    return key in ("due", "minutes", *known.opens) or bool(_SLUG.fullmatch(pair["value"].lower()))


class _Tokens:
    """The facts of one step, gathered token by token."""

    def __init__(self, reader: _Reader, line: int) -> None:
        self.reader, self.line = reader, line
        self.given: set[str] = set()
        self.owners: list[str] = []
        self.due: str | None = None
        self.minutes: int | None = None
        self.optional = False
        self.opens: dict[str, str] | None = None

    def take(self, word: str) -> None:
        if word.startswith("@"):
            return self._owner(word[1:])
        key, _, value = word.partition(":")
        key = key.lower()
        if key == "optional":
            self.optional = True
            return None
        what = key if key in ("due", "minutes") else "opens"
        if what in self.given:
            return self._error(f"“{word[:80]}” is one too many: a step has one {_ONE[what]}.")
        self.given.add(what)
        if key == "due":
            return self._due(value)
        if key == "minutes":
            return self._minutes(value)
        return self._opens(key, value.lower())

    def complain_of_missing(self) -> None:
        if "owner" not in self.given and not self.opens:
            self._warn("Nobody is named for this step, so it goes to HR: end it with @manager.")
        if "due" not in self.given:
            example = f"due:{self.reader.anchor}+5"
            self._warn(f"This step has no date and will not be reminded of: add {example}.")

    def _owner(self, typed: str) -> None:
        self.given.add("owner")
        owner = typed.rstrip(".").lower()[:120]
        problem = self._email_problem(owner) if "@" in owner else self._role_problem(owner)
        if problem:
            return self._error(problem)
        if len(self.owners) == MAX_OWNERS:
            return self._error(
                f"A step has {MAX_OWNERS} owners at most; a function has many hands."
            )
        if owner not in self.owners:
            self.owners.append(owner)
        return None

    def _email_problem(self, email: str) -> str:
        if self.reader.known.has_person(email):
            return ""
        return f"Nobody here has the address “{email}”."

    def _role_problem(self, owner: str) -> str:
        known = sorted({*ROLES, *self.reader.known.functions})
        if owner in known:
            return ""
        return f"There is no owner “@{owner}”. {_meant(owner, known, '@')}"

    def _due(self, value: str) -> None:
        try:
            due = Due.parse(value)
        except DueError as error:
            return self._error(str(error))
        if due.anchor not in (self.reader.anchor, "today"):
            return self._error(self._wrong_anchor(due))
        self.due = str(due)
        return None

    def _wrong_anchor(self, due: Due) -> str:
        right = Due(self.reader.anchor, due.offset, due.unit)
        day = "last" if self.reader.anchor == "end" else "first"
        plan = self.reader.transition
        return f"A plan for “{plan}” counts from the {day} day: write due:{right}."

    def _minutes(self, value: str) -> None:
        if not re.fullmatch(r"[0-9]{1,4}", value) or not 1 <= int(value) <= MAX_MINUTES:
            message = f"“minutes:{value[:40]}” is no length of time: write 1 to {MAX_MINUTES:,}."
            return self._error(message)
        self.minutes = int(value)
        return None

    def _opens(self, kind: str, slug: str) -> None:
        has = self.reader.known.opens.get(kind)
        if has is None:
            known = sorted({"due", "minutes", *self.reader.known.opens})
            hint = "If it is part of the sentence, end the line with a period."
            meant = _meant(kind, known, "", ":")
            return self._error(f"A step cannot open “{kind[:40]}:{slug[:80]}”. {meant} {hint}")
        if not _SLUG.fullmatch(slug) or not has(slug):
            return self._error(f"There is no {kind} “{slug[:80]}”.")
        self.opens = {"kind": kind, "slug": slug}
        return None

    def _error(self, message: str) -> None:
        self.reader._error(self.line, message)

    def _warn(self, message: str) -> None:
        self.reader._warn(self.line, message)


_ONE = {"due": "due date", "minutes": "length in minutes", "opens": "thing to open"}


def _meant(typed: str, known: Iterable[str], before: str, after: str = "") -> str:
    """A suggestion when something known looks alike, otherwise all there is."""
    candidates = list(known)
    close = get_close_matches(typed, candidates, 1, 0.6)
    if close:
        return f"Did you mean “{before}{close[0]}{after}”?"
    return f"There are {', '.join(before + name + after for name in candidates)}."
