"""The grammar of questions. A question is a line, and under it stands how it is answered.

    ## Code quality
    How did they raise the quality of our code?
    _Think of the last three months._
    ( ) 1 Developing: fixes what reviewers point out
    ( ) 2 Proficient: leaves code better than found
    > One example, please. (optional)

One rule for each thing, and blank lines never matter. `( ) 1 Name: what it looks like` is a row of
a rating, `( ) competency:slug` a rating whose rows are kept elsewhere, `- ( )` one of several,
`- [ ]` any of several, `= yes/no`, `= number 0..10`, `= date` and `= line` what they say, and `>`
begins a question that is answered in as many words as one likes. `_…_` right under a question is
its hint; `(optional)` ends its line. What cannot be understood is a problem on its line.
"""

import hashlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from portal import text
from portal.documents.parser import Problem, Source
from portal.questionnaires import ratings
from portal.questionnaires.ratings import Anchor

RATING, ONE, MANY = "rating", "one", "many"
YES_NO, NUMBER, DATE, LINE, TEXT = "yes-no", "number", "date", "line", "text"
KINDS = (RATING, ONE, MANY, YES_NO, NUMBER, DATE, LINE, TEXT)

MAX_QUESTIONS = 120
MAX_SECTIONS = 40
MAX_OPTIONS = 40
MAX_TITLE_CHARS = 300
MAX_SECTION_CHARS = 120
MAX_NUMBER = 1_000_000_000
MAX_KEY_CHARS = 60

SECONDS = {RATING: 20, ONE: 15, MANY: 20, YES_NO: 8, NUMBER: 12, DATE: 12, LINE: 20, TEXT: 90}
INSERTS = {
    "Section": "\n## A section\n",
    "Rating": "\nHow well does it go?\n( ) 1 Developing: what it looks like\n"
    "( ) 2 Proficient: what it looks like\n( ) 3 Advanced: what it looks like\n",
    "One of": "\nWhich one?\n- ( ) This\n- ( ) That\n",
    "Any of": "\nWhich of these?\n- [ ] This\n- [ ] That\n",
    "Yes or no": "\nIs it so?\n= yes/no\n",
    "Number": "\nHow many?\n= number 0..100\n",
    "Date": "\nOn which day?\n= date\n",
    "One line": "\nWhat is it called?\n= line\n",
    "Text": "\n> What should we know? (optional)\n",
}


@dataclass(frozen=True)
class Known:
    """What a form may name: functions, and for each source of anchors what it has."""

    functions: frozenset[str] = frozenset()
    vacant: frozenset[str] = frozenset()
    sources: Mapping[str, Callable[[str], bool]] = field(default_factory=dict)


@dataclass
class _Question:
    line: int
    kind: str
    title: str
    hint: str = ""
    optional: bool = False
    anchors: list[Anchor] = field(default_factory=list)
    source: dict[str, str] | None = None
    options: list[dict[str, Any]] = field(default_factory=list)
    low: int | None = None
    high: int | None = None

    def structure(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = {"key": key, "line": self.line, "kind": self.kind}
        found |= {"title": self.title, "hint": self.hint, "optional": self.optional}
        if self.kind == RATING:
            found |= {"anchors": ratings.to_rows(self.anchors), "source": self.source}
        if self.kind in (ONE, MANY):
            found["options"] = self.options
        if self.kind == NUMBER:
            found |= {"low": self.low, "high": self.high}
        return found


@dataclass
class _Section:
    line: int
    title: str
    intro: list[str] = field(default_factory=list)
    intro_line: int = 0
    questions: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Questions:
    """The sections as JSON-able structure, and what was not understood."""

    sections: list[dict[str, Any]]
    problems: list[Problem]

    @property
    def minutes(self) -> int:
        """About how long it takes; what is optional is half skipped."""
        asked = [question for section in self.sections for question in section["questions"]]
        halves = sum(SECONDS[q["kind"]] * (1 if q["optional"] else 2) for q in asked)
        return max(1, math.ceil(halves / 120))


def parse(source: Source, known: Known, *, is_graded: bool = False) -> Questions:
    """The questions of a document's body. Errors leave their part out of the structure.

    Where nothing `is_graded`, a right answer that is marked gets a warning.
    """
    reader = _Reader(source, known, is_graded)
    for number, line in enumerate(source.body.split("\n"), source.body_line):
        if reader.is_full:
            break
        reader.take(number, line.expandtabs(4).strip())
    return reader.finish()


_HEADING = re.compile(r"(?P<marks>#{1,6})(?P<title>.*)")
_OPTION = re.compile(
    r"(?:[-*+]|[0-9]{1,3}[.)])\s*(?P<box>\[\s?[xX]?\s?\](?!\()|\(\s?[xX]?\s?\))(?P<label>.*)"
)
_SOURCE = re.compile(r"(?P<name>[A-Za-z][A-Za-z-]*):(?P<slug>[A-Za-z0-9][\w-]*)")
_RANGE = re.compile(r"(?P<low>[+-]?[0-9]{1,10})\s?\.\.\s?(?P<high>[+-]?[0-9]{1,10})")
_HINT = re.compile(r"_(?P<hint>[^_\s].*)_")
_TYPES = {"yes/no": YES_NO, "number": NUMBER, "date": DATE, "line": LINE}
_OPTIONAL = "(optional)"


class _Reader:
    """Goes down the body once. `loose` are the lines of which nobody knows yet what they are."""

    def __init__(self, source: Source, known: Known, is_graded: bool) -> None:
        self.source, self.known, self.is_graded = source, known, is_graded
        self.problems: list[Problem] = []
        self.sections: list[_Section] = []
        self.loose: list[tuple[int, str]] = []
        self.open: _Question | None = None
        self.first_lines: dict[str, int] = {}
        self.asked = 0
        self.is_full = False

    # -- lines -----------------------------------------------------------------------------

    def take(self, number: int, line: str) -> None:
        heading = _HEADING.fullmatch(line)
        if heading and (heading["marks"] == "##" or heading["title"][:1] in ("", " ")):
            self._heading(number, heading["marks"], heading["title"].strip())
        elif option := _OPTION.fullmatch(line):
            self._option(number, option["box"], option["label"])
        elif ratings.is_row(line):
            self._row(number, line)
        elif line.startswith("="):
            self._typed(number, line[1:])
        elif line.startswith(">"):
            self._prompt(number, line[1:])
        elif line and self._is_hint_of_prompt(line):
            assert self.open is not None
            self.open.hint = line[1:-1].strip()
        else:
            self.loose.append((number, line))

    def _is_hint_of_prompt(self, line: str) -> bool:
        is_fresh = self.open is not None and self.open.kind == TEXT and not self.open.hint
        return is_fresh and not self._words() and _HINT.fullmatch(line) is not None

    def _heading(self, number: int, marks: str, title: str) -> None:
        self._end_section()
        if marks != "##":
            self._error(number, "A section begins with ## and its name.")
        if not title:
            self._error(number, "This section has no name: write it after ##.")
        if len(title) > MAX_SECTION_CHARS:
            self._error(
                number, f"The name of a section has {MAX_SECTION_CHARS} characters at most."
            )
        if len(self.sections) == MAX_SECTIONS:
            self._error(number, f"There are {MAX_SECTIONS} sections at most; this is one more.")
            self.is_full = True
            return
        self.sections.append(_Section(number, title[:MAX_SECTION_CHARS]))

    def _row(self, number: int, line: str) -> None:
        rest = ratings.rest_of(line)
        named = _SOURCE.fullmatch(rest)
        if text.fold(rest) in _TYPES:
            return self._error(number, f"Write “= {text.fold(rest)}” under the question.")
        question = self._going_on(RATING) or self._begin(number, RATING)
        if question is None:
            return None
        if named:
            return self._sourced(number, question, named["name"].lower(), named["slug"].lower())
        if question.source:
            return self._error(number, "The rows of this rating are kept elsewhere: end with them.")
        anchor = ratings.read_row(line, lambda message: self._error(number, message))
        if anchor is None:
            return None
        if problem := ratings.follows(anchor, question.anchors):
            if anchor.value == 1 and question.anchors:
                problem = "There is no question above this rating."
            return self._error(number, problem)
        question.anchors.append(anchor)
        return None

    def _sourced(self, number: int, question: _Question, name: str, slug: str) -> None:
        if question.anchors or question.source:
            return self._error(number, f"“( ) {name}:{slug}” is the only row of its rating.")
        has = self.known.sources.get(name)
        question.source = {"name": name, "slug": slug}
        if has is None:
            names = ", ".join(f"{known}:…" for known in sorted(self.known.sources)) or "none yet"
            return self._error(number, f"Nothing keeps rows for “{name}:”. There is {names}.")
        if not has(slug):
            said = f"There is no {name} “{slug[:80]}” in force."
            return self._error(number, said, f"{name}:{slug}")
        return None

    def _option(self, number: int, box: str, label: str) -> None:
        label = " ".join(label.split())
        kind = MANY if box.startswith("[") else ONE
        other = self.open if self.open and not self._words() else None
        if other and other.kind in (ONE, MANY) and other.kind != kind:
            message = "A question takes one of its options, “- ( )”, or any of them, “- [ ]”."
            return self._error(number, message)
        question = self._going_on(kind) or self._begin(number, kind)
        if question is None:
            return None
        if not label:
            return self._error(number, "This option says nothing.")
        if len(label) > MAX_TITLE_CHARS:
            self._error(number, f"An option has {MAX_TITLE_CHARS} characters at most.")
        if label.lower().endswith(_OPTIONAL):
            self._warn(number, f"“{_OPTIONAL}” counts only at the end of the question’s line.")
        if any(text.fold(label) == text.fold(option["label"]) for option in question.options):
            return self._error(number, "The same option stands above already.")
        if len(question.options) == MAX_OPTIONS:
            return self._error(number, f"A question has {MAX_OPTIONS} options at most.")
        is_right = "x" in box.lower()
        if is_right and not self.is_graded and not any(o["right"] for o in question.options):
            self._warn(number, "Right answers are marked in a quiz; here nothing is graded.")
        taken = {option["key"] for option in question.options}
        key = _free(text.slugify(label)[:MAX_KEY_CHARS], taken)
        question.options.append({"key": key, "label": label[:MAX_TITLE_CHARS], "right": is_right})
        return None

    def _typed(self, number: int, words: str) -> None:
        said = re.sub(r"\s*/\s*", "/", text.fold(words[:80]))
        name, _, rest = said.partition(" ")
        if name not in _TYPES or (rest and name != "number"):
            return self._error(number, _unknown_type(said))
        question = self._begin(number, _TYPES[name])
        if question is not None and rest:
            self._bounds(number, question, rest)
        return None

    def _bounds(self, number: int, question: _Question, rest: str) -> None:
        found = _RANGE.fullmatch(rest)
        if found is None:
            return self._error(number, f"“{rest}” is no range: write “= number 0..100”.")
        low, high = int(found["low"]), int(found["high"])
        if low >= high or max(abs(low), abs(high)) > MAX_NUMBER:
            return self._error(number, f"“{rest}” is no range: the smaller number comes first.")
        question.low, question.high = low, high
        return None

    def _prompt(self, number: int, words: str) -> None:
        self._judge_loose(len(self.loose))
        self._ask(number, TEXT, words, "")

    # -- questions -------------------------------------------------------------------------

    def _words(self) -> list[tuple[int, str]]:
        """The loose lines that say something."""
        return [(number, line) for number, line in self.loose if line]

    def _going_on(self, kind: str) -> _Question | None:
        """The question whose next row this is, when nothing was said in between."""
        if self.open and self.open.kind == kind and not self._words():
            return self.open
        return None

    def _begin(self, number: int, kind: str) -> _Question | None:
        """The question that the nearest line above asks."""
        words = self._words()
        hint = ""
        if words and _HINT.fullmatch(words[-1][1]):
            hint = words.pop()[1][1:-1].strip()
        if not words:
            self._finish_question()
            self.loose = []
            self._error(
                number, "There is no question above this line: write it on a line of its own."
            )
            # What follows belongs to it, so that one mistake is one problem.
            self.open = _Question(number, kind, "")
            return self.open
        at, title = words[-1]
        self._judge_loose(self.loose.index((at, title)))
        return self._ask(at, kind, title, hint)

    def _ask(self, line: int, kind: str, words: str, hint: str) -> _Question:
        self._finish_question()
        self.loose = []
        title = " ".join(words.split())
        optional = title.lower().endswith(_OPTIONAL)
        if optional:
            title = title[: -len(_OPTIONAL)].rstrip()
        self.open = _Question(line, kind, title, hint, optional)
        if not title:
            self._error(line, "This question says nothing.")
        for what, said in (("question", title), ("hint", hint)):
            if len(said) > MAX_TITLE_CHARS:
                self._error(line, f"A {what} has {MAX_TITLE_CHARS} characters at most.")
        return self.open

    def _finish_question(self) -> None:
        question, self.open = self.open, None
        if question is None or not question.title or self.is_full:
            return
        if len(question.title) > MAX_TITLE_CHARS or len(question.hint) > MAX_TITLE_CHARS:
            question.title, question.hint = "", ""
            return
        self._judge_rows(question)
        self.asked += 1
        if self.asked > MAX_QUESTIONS:
            self._error(
                question.line, f"There are {MAX_QUESTIONS} questions at most; this is one more."
            )
            self.is_full = True
            return
        key = _key_of(question.title)
        first = self.first_lines.setdefault(key, question.line)
        if first != question.line:
            self._error(question.line, f"Line {first} asks the same: change a word in one of them.")
            return
        if not self.sections:
            self.sections.append(_Section(question.line, ""))
        self.sections[-1].questions.append(question.structure(key))

    def _judge_rows(self, question: _Question) -> None:
        has_rows = question.source or len(question.anchors) >= ratings.MIN_ROWS
        if question.kind == RATING and not has_rows:
            message = f"A rating has {ratings.MIN_ROWS} to {ratings.MAX_ROWS} rows."
            self._error(question.line, message)
        if question.kind == ONE and len(question.options) < 2:
            self._error(question.line, "This question has a choice of one: add another “- ( )”.")

    def _judge_loose(self, end: int) -> None:
        """The lines before a question: a section's introduction, or words nobody can place."""
        lines, section = self.loose[:end], self.sections[-1] if self.sections else None
        if self.open is not None or (section and section.questions):
            for number, line in lines:
                if line:
                    self._error(number, _nowhere(line))
            return
        while lines and not lines[0][1]:
            lines = lines[1:]
        if not lines:
            return
        if section is None:
            section = _Section(lines[0][0], "")
            self.sections.append(section)
        section.intro_line = lines[0][0]
        section.intro = [line for _, line in lines]
        for number, line in lines:
            if line.endswith("?"):
                message = "This is only text, as nothing under it says how it is answered."
                self._warn(number, message)

    # -- the end ---------------------------------------------------------------------------

    def _end_section(self) -> None:
        self._judge_loose(len(self.loose))
        self.loose = []
        self._finish_question()

    def finish(self) -> Questions:
        self._end_section()
        for section in self.sections:
            if not section.questions and section.title and not self.is_full:
                self._warn(section.line, f"The section “{section.title}” asks nothing.")
        if not self.asked and not self.problems:
            self._error(self.source.body_line, "This form asks nothing yet: write a question.")
        sections = [self._structure(section) for section in self.sections]
        return Questions(sections, sorted(self.problems))

    def _structure(self, section: _Section) -> dict[str, Any]:
        intro = "\n".join(section.intro).strip("\n")
        html = ""
        try:
            html = text.render_markdown(intro) if intro else ""
        except text.TooComplex as error:
            self._error(section.intro_line + error.line - 1, error.message)
        return {"title": section.title, "html": html, "questions": section.questions}

    def _error(self, line: int, message: str, needs: str = "") -> None:
        self.problems.append(Problem(line, message, needs=needs))

    def _warn(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, message, "warning"))


def _nowhere(line: str) -> str:
    if _HINT.fullmatch(line):
        return "A hint stands directly under its question, above the answers."
    if line.endswith("?") or line.lower().endswith(_OPTIONAL):
        return "Nothing under this question says how it is answered. For a text, begin it with >."
    return (
        "This line is neither a question nor an answer. An introduction stands right under ##, "
        "and a row or an option is one line."
    )


def _unknown_type(said: str) -> str:
    if said in ("text", "long text", "words"):
        return "For an answer in words, begin the question’s line with > and leave this one out."
    close = get_close_matches(said, _TYPES, 1, 0.6)
    meant = f" Did you mean “= {close[0]}”?" if close else ""
    known = "= yes/no, = number 0..10, = date, = line"
    return f"“= {said[:40]}” is no kind of answer.{meant} There are {known}."


def _key_of(title: str) -> str:
    """A question's name in answers: from its words alone, so that it survives every other edit."""
    slug = text.slugify(title)
    if len(slug) <= MAX_KEY_CHARS:
        return slug
    mark = hashlib.sha256(text.fold(title).encode("utf-8", "replace")).hexdigest()[:8]
    return f"{slug[: MAX_KEY_CHARS - 9].rstrip('-')}-{mark}"


def _free(stem: str, taken: set[str]) -> str:
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key
