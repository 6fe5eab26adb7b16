"""The grammar of a review's plan: whom it is for, its steps with their days, the conversation.

    ---
    kind: review
    title: Annual review
    for: hired < 2026-07-01             an audience rule; everyone without it
    rating: How was this year?          the question that is calibrated
    begins: hired                       by itself, for each; without it HR launches it for all
    ---
    What it is for, in a few words.
    - self form:annual-review opens:0 closes:14
    - peers form:peer-feedback opens:0 closes:14
    - manager form:annual-review opens:15 closes:28
    - calibration opens:29 closes:35
    - release opens:36
    - reply closes:50
    ## The conversation
    Begin with what went well.

Days count from the day of the launch, or from the day of the fact it begins with. A step without
`opens` opens when the one before it closes. Nothing here asks a database: the forms in force come
in as `forms`, by address the titles of their ratings. What cannot be understood is a problem on its
line, and never an exception.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from portal.documents.parser import COMMON_KEYS, Problem, Source, unknown_keys
from portal.documents.reading import Parsed
from portal.people import audience
from portal.reviews.steps import (
    CALIBRATION,
    EVENTS,
    MANAGER,
    ORDER,
    RELEASE,
    REPLY,
    SELF,
    STEPS,
)
from portal.text import fold

KEYS = (COMMON_KEYS - {"audience"}) | {"for", "rating", "begins"}
MAX_DAYS = 400
# A form that is longer is seldom finished on a phone.
COMFORTABLE_QUESTIONS = 15
KEYS_OF_STEP = ("form", "opens", "closes")

_ITEM = re.compile(r" {0,3}[-*+]\s+(?P<words>\S.*)")
_HEADING = re.compile(r" {0,3}#{1,6}(?!#)\s*(?P<title>.*?)\s*#*")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DAYS = re.compile(r"-?[0-9]{1,4}")


@dataclass(frozen=True)
class KnownForm:
    """What a plan must know of a form in force: its ratings by title, and how much it asks."""

    ratings: frozenset[str]
    questions: int


def parse(source: Source, forms: Mapping[str, KnownForm]) -> Parsed:
    """The plan a text describes. Errors leave their part out of the structure."""
    reader = _Reader(source, forms)
    for number, line in enumerate(source.body.split("\n"), source.body_line):
        reader.take(number, line.expandtabs(4).rstrip())
    return reader.plan()


def text_of(source: Source) -> str:
    """What people read of it: the words around the steps."""
    kept, in_guide = [], False
    for line in source.body.split("\n"):
        bare = line.expandtabs(4).rstrip()
        if _step(bare, in_guide=in_guide) is None:
            kept.append(line)
            in_guide = in_guide or bool(_HEADING.fullmatch(bare))
    return "\n".join(kept)


def _step(line: str, *, in_guide: bool) -> list[str] | None:
    """The words of a line that is a step, or is meant as one; None for what people read.

    A name alone is a step (`- calibration`), unless it stands in a list of the guide.
    """
    found = _ITEM.fullmatch(line)
    if found is None:
        return None
    words: list[str] = found["words"].split()
    keys = sum(map(_is_key, words[1:]))
    if fold(words[0].rstrip(":")) not in STEPS:
        return words if keys and keys == len(words) - 1 else None
    is_named = len(words) == 1 and not in_guide
    return words if keys or is_named else None


def _is_key(word: str) -> bool:
    return word.partition(":")[0].lower() in KEYS_OF_STEP and ":" in word


@dataclass
class _Step:
    line: int
    name: str
    form: str = ""
    opens: int | None = None
    closes: int | None = None
    seen: set[str] = field(default_factory=set)


class _Reader:
    """Goes down the body once."""

    def __init__(self, source: Source, forms: Mapping[str, KnownForm]) -> None:
        self.source, self.forms = source, forms
        self.problems = unknown_keys(source, KEYS)
        self.intro: list[str] = []
        self.guide: list[str] = []
        self.steps: dict[str, _Step] = {}
        self.in_guide = False

    def wrong(self, line: int, message: str, level: Any = "error", needs: str = "") -> None:
        self.problems.append(Problem(line, message, level, needs))

    def take(self, number: int, line: str) -> None:
        words = _step(line, in_guide=self.in_guide)
        if words is not None:
            self._step(number, words)
        elif _HEADING.fullmatch(line) or self.in_guide:
            self.in_guide = True
            self.guide.append(line)
        else:
            self.intro.append(line)

    def plan(self) -> Parsed:
        steps = [self.steps[name] for name in ORDER if name in self.steps]
        self._follow(steps)
        structure = {
            "title": self.source.meta.get("title", ""),
            "summary": self.source.meta.get("summary", ""),
            "for": self._rule(),
            "begins": self._begins(),
            "rating": self._rating(),
            "intro": "\n".join(self.intro).strip("\n"),
            "guide": "\n".join(self.guide).strip("\n"),
            "steps": [
                {"name": s.name, "form": s.form, "opens": s.opens, "closes": s.closes}
                for s in steps
            ],
        }
        self._judge(steps)
        return Parsed(structure, sorted(self.problems))

    # -- a step ----------------------------------------------------------------------------

    def _step(self, line: int, words: list[str]) -> None:
        name = fold(words[0].rstrip(":"))
        if name not in STEPS:
            close = get_close_matches(name, ORDER, 1, 0.6)
            meant = f"Did you mean “{close[0]}”?" if close else f"There are {', '.join(ORDER)}."
            self.wrong(line, f"A review has no step “{words[0][:40]}”. {meant}")
            return
        if name in self.steps:
            self.wrong(line, f"Line {self.steps[name].line} has this step already.")
            return
        step = self.steps[name] = _Step(line, name)
        for word in filter(_is_key, words[1:]):
            key, _, value = word.partition(":")
            self._take_word(step, key.lower(), value.strip().lower())
        if strange := " ".join(word for word in words[1:] if not _is_key(word)):
            said = f"We do not know “{strange[:40]}” here. After the name stand form:, opens: and "
            self.wrong(line, said + "closes:, each with its word right behind the colon.")
        if STEPS[name].asks and not step.form and "form" not in step.seen:
            self.wrong(line, "Say which form is filled in this step, as in “form:annual-review”.")

    def _take_word(self, step: _Step, key: str, value: str) -> None:
        if key in step.seen:
            self.wrong(step.line, f"A step has one “{key}”.")
            return
        step.seen.add(key)
        if key != "form":
            self._days(step, key, value)
        elif not STEPS[step.name].asks:
            said = f"Nobody fills a form in the step “{step.name}”."
            self.wrong(step.line, said)
        elif not _SLUG.fullmatch(value) or value not in self.forms:
            said = f"There is no form “{value[:80]}” in force."
            self.wrong(step.line, said, needs=f"form:{value}")
        else:
            step.form = value
            asked = self.forms[value].questions
            if asked > COMFORTABLE_QUESTIONS:
                said = f"This form asks {asked} questions. Beyond {COMFORTABLE_QUESTIONS}, people "
                self.wrong(step.line, said + "hurry: which can go?", "warning")

    def _days(self, step: _Step, key: str, value: str) -> None:
        if not _DAYS.fullmatch(value) or abs(int(value)) > MAX_DAYS:
            said = f"“{key}:{value[:20]}” is no number of days: write -{MAX_DAYS} to {MAX_DAYS}."
            self.wrong(step.line, said)
            return
        setattr(step, key, int(value))

    def _follow(self, steps: list[_Step]) -> None:
        """A step opens when the last that closes before it has closed, unless it says when."""
        before: int | None = None
        for step in steps:
            if step.opens is None:
                step.opens = 0 if before is None else before + 1
            # A release has one day: what follows it may begin on the same.
            over = step.opens - 1 if step.closes is None else step.closes
            before = over if before is None else max(before, over)
            if step.closes is None and STEPS[step.name].asks:
                self.wrong(step.line, "Say when this step closes, as in “closes:14”.")
            elif step.closes is not None and step.closes < step.opens:
                self.wrong(step.line, "This step would close before it opens.")

    # -- the front matter ------------------------------------------------------------------

    def _rule(self) -> str:
        typed = self.source.meta.get("for", "").strip() or "everyone"
        try:
            return str(audience.parse(typed))
        except audience.RuleError as error:
            said = f"“for” cannot be read at column {error.column}. {error.message}"
            self.wrong(self.source.line_of("for"), said)
            return ""

    def _begins(self) -> str:
        typed = fold(self.source.meta.get("begins", ""))
        if typed and typed not in EVENTS:
            said = f"A review cannot begin with “{typed[:40]}”. There are {', '.join(EVENTS)}."
            self.wrong(self.source.line_of("begins"), said)
            return ""
        return typed

    def _rating(self) -> str:
        typed = self.source.meta.get("rating", "").strip()
        step = self.steps.get(MANAGER)
        if not typed or step is None or not step.form:
            if typed and step is None:
                said = "Only what the manager rates is calibrated, and there is no such step."
                self.wrong(self.source.line_of("rating"), said)
            return typed
        if typed not in self.forms[step.form].ratings:
            said = f"The manager’s form has no rating “{typed[:80]}”: write its question as it is."
            self.wrong(self.source.line_of("rating"), said)
        return typed

    # -- as a whole ------------------------------------------------------------------------

    def _judge(self, steps: list[_Step]) -> None:
        names = {step.name for step in steps}
        if not names & {SELF, MANAGER}:
            said = "A review needs a step “self” or “manager” with its form."
            self.wrong(self.source.body_line, said)
            return
        for name in (CALIBRATION, RELEASE):
            if name in names and MANAGER not in names:
                said = f"Without a manager’s review there is nothing for the step “{name}”."
                self.wrong(self.steps[name].line, said)
        if CALIBRATION in names and not self.source.meta.get("rating", "").strip():
            said = "Say which question is calibrated, as in “rating: How was this year?”."
            self.wrong(self.steps[CALIBRATION].line, said)
        if CALIBRATION in names and RELEASE not in names:
            said = "What is calibrated needs a step “release” after it."
            self.wrong(self.steps[CALIBRATION].line, said)
        if REPLY in names and MANAGER not in names:
            said = "Without a manager’s review there is nothing to reply to."
            self.wrong(self.steps[REPLY].line, said)
        elif REPLY in names and RELEASE in names:
            self._reply_after(self.steps[RELEASE], self.steps[REPLY])
        for early, late in ((MANAGER, CALIBRATION), (CALIBRATION, RELEASE), (MANAGER, RELEASE)):
            if early in names and late in names:
                self._after(self.steps[early], self.steps[late])

    def _reply_after(self, release: _Step, reply: _Step) -> None:
        if reply.closes is None or release.opens is None or reply.closes >= release.opens:
            return
        said = "They could reply no more once they read it: “reply” closes before “release” opens."
        self.wrong(reply.line, said)

    def _after(self, early: _Step, late: _Step) -> None:
        end = early.closes
        if end is not None and late.opens is not None and late.opens <= end:
            said = f"“{late.name}” opens before “{early.name}” has closed."
            self.wrong(late.line, said)
