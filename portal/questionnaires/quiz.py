"""Questions with right answers, for policies and courses: what forms can ask, and three things.

    How do you report an accident? (new)
    _Whatever its size._
    - ( ) Not at all, if nobody was hurt
    - (x) To your manager, the same day
    see: What to do

`- (x)` marks the one right answer, `- [x]` each of several. `see: Heading` names the heading of the
passage that answers the question, and stands under it. `(new)` ends the line of a question that is
put to those who are shown only what changed. Other kinds of question, and optional ones, are no
part of a quiz. It stands under `## Questions`, last in the text it asks about, and is no part of
what is read and searched. Nothing here reads a database; what is right never leaves `grade`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from portal import text
from portal.documents.parser import Problem, Source
from portal.questionnaires.parser import MANY, MAX_TITLE_CHARS, ONE, Known, parse
from portal.questionnaires.questionnaire import Answers, Question, Questionnaire

NEW = "(new)"
# A question and its answers are read before one is chosen.
SECONDS_A_QUESTION = 20

LAST = "The questions stand last: what is below them is not read. Move this part above them."

_HEADING = re.compile(r" {0,3}#{1,6}(?:\s.*|)")
_QUESTIONS = re.compile(r" {0,3}##\s*questions\s*#*\s*", re.IGNORECASE)
_SEE = re.compile(r"see:\s*(?P<heading>.*)", re.IGNORECASE)
_ATX = re.compile(r" {0,3}#{1,6}(?P<title>.*?)#*\s*")
_SETEXT = re.compile(r" {0,3}(=+|-+)\s*")
INSERTS = {
    "Question": "\nWhat comes first?\n- ( ) This\n- (x) That\nsee: Heading of the passage\n",
    "Several right": "\nWhich are right?\n- [x] This\n- [ ] That\n- [x] That, too\n"
    "see: Heading of the passage\n",
}


def split(source: Source) -> tuple[str, Source | None]:
    """The text that people read, and the questions as a body of their own; None without any."""
    lines = source.body.split("\n")
    at = next((n for n, line in enumerate(lines) if _QUESTIONS.fullmatch(line)), None)
    if at is None:
        return source.body, None
    body_line = source.body_line + at + 1
    return "\n".join(lines[:at]), replace(
        source, body="\n".join(lines[at + 1 :]), body_line=body_line
    )


def text_of(source: Source) -> str:
    """What people read: everything above the questions."""
    return split(source)[0]


def read_asked(source: Source) -> tuple[str, "Quiz"]:
    """The text of a document that may end in questions, and what is asked about it."""
    words, asked = split(source)
    if asked is None:
        return words, Quiz([], [])
    quiz = read_quiz(asked, headings_of(words))
    below = [
        Problem(number, LAST)
        for number, line in enumerate(asked.body.split("\n"), asked.body_line)
        if _HEADING.fullmatch(line)
    ]
    return words, Quiz(quiz.questions, [*quiz.problems, *below])


def headings_of(markdown: str) -> list[str]:
    """The headings of a text as one reads them, in their order."""
    lines = markdown.split("\n")
    found = []
    for number, line in enumerate(lines):
        if atx := _ATX.fullmatch(line):
            found.append(_plain(atx["title"]))
        elif number and _SETEXT.fullmatch(line) and lines[number - 1].strip():
            found.append(_plain(lines[number - 1]))
    return [title for title in found if title]


def _plain(heading: str) -> str:
    return " ".join(text.plain_words(heading).replace("_", " ").split())


@dataclass(frozen=True)
class Quiz:
    """The questions as JSON-able structure, and what was not understood."""

    questions: list[dict[str, Any]]
    problems: list[Problem]


def read_quiz(source: Source, headings: list[str] | None = None) -> Quiz:
    """The quiz in a body. `headings` are those a `see:` may name; None asks for no such line."""
    return _Reader(source, headings).read()


class _Reader:
    def __init__(self, source: Source, headings: list[str] | None) -> None:
        self.source, self.headings = source, headings
        self.sees: dict[int, str] = {}
        self.news: set[int] = set()
        self.problems: list[Problem] = []

    def read(self) -> Quiz:
        if not self.source.body.strip():
            message = "No question stands here yet: write one, or leave the section out."
            return Quiz([], [Problem(self.source.body_line, message)])
        plain = replace(self.source, body=self._without_own_lines())
        parsed = parse(plain, Known(), is_graded=True)
        asked = [question for section in parsed.sections for question in section["questions"]]
        if any(section["html"] for section in parsed.sections):
            message = "The words above the first question are not shown: leave them out."
            self.problems.append(Problem(self.source.body_line, message, "warning"))
        self._place_sees(asked, {problem.line for problem in parsed.problems})
        questions = [found for question in asked if (found := self._judge(question))]
        return Quiz(questions, sorted([*parsed.problems, *self.problems]))

    def _without_own_lines(self) -> str:
        """The body as a form would write it: a blank line for each `see:`, so that lines count."""
        lines = []
        for number, line in enumerate(self.source.body.split("\n"), self.source.body_line):
            said = line.strip()
            if see := _SEE.fullmatch(said):
                self.sees[number] = " ".join(see["heading"].split())
                line = ""
            elif said.lower().endswith(NEW):
                self.news.add(number)
                line = said[: -len(NEW)].rstrip()
            lines.append(line)
        return "\n".join(lines)

    def _place_sees(self, asked: list[dict[str, Any]], wrong: set[int]) -> None:
        """Each `see:` belongs to the question above it; a line that is `wrong` was spoken of."""
        starts = [question["line"] for question in asked]
        for number, heading in self.sees.items():
            above = max((start for start in starts if start < number), default=None)
            if above is None:
                self._error(number, "“see:” stands under the question whose passage it names.")
                continue
            question = asked[starts.index(above)]
            if "see" in question:
                self._error(number, "This question names its passage already.")
            question["see"] = self._known(number, heading)
        for number in sorted(self.news - set(starts) - wrong):
            self._error(number, f"“{NEW}” counts only at the end of a question’s line.")

    def _known(self, number: int, heading: str) -> str:
        """The heading as it is written in the text; "" where none is called so."""
        if self.headings is None:
            return heading[:MAX_TITLE_CHARS]
        wanted = text.fold(_plain(heading))
        found = next((one for one in self.headings if text.fold(one) == wanted), "")
        if not wanted:
            self._error(number, "Say which heading: “see: What to do”.")
        elif not found:
            self._error(number, f"No heading of this text is called “{heading[:80]}”.")
        return found

    def _judge(self, question: dict[str, Any]) -> dict[str, Any] | None:
        line, kind = question["line"], question["kind"]
        if kind not in (ONE, MANY):
            self._error(line, "Only “- ( )” and “- [ ]” have a right answer: write it as a choice.")
            return None
        if question["optional"]:
            self._error(line, "Every question of a quiz is answered: leave “(optional)” out.")
        right = sum(option["right"] for option in question["options"])
        if not right:
            self._error(line, "No answer is marked as right: write x between its brackets.")
        if kind == ONE and right > 1:
            message = "This has more than one right answer: write “- [ ]” and “- [x]” for several."
            self._error(line, message)
        if kind == MANY and len(question["options"]) < 2:
            self._error(line, "This question has one answer to choose: add another “- [ ]”.")
        if self.headings is not None and "see" not in question:
            message = "Say where the answer stands: “see:” and a heading of the text."
            self.problems.append(Problem(line, message, "warning"))
        return question | {"see": question.get("see", ""), "is_new": line in self.news}

    def _error(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, message))


@dataclass(frozen=True)
class Sheet:
    """A quiz as it is put to somebody: every question of it, or those on what is new."""

    structure: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, questions: list[dict[str, Any]], *, only_new: bool = False) -> "Sheet":
        return cls(tuple(q for q in questions if q["is_new"] or not only_new))

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """What is drawn and read: questions and answers, and nothing of which is right."""
        section = {"title": "", "html": "", "questions": self.structure}
        return Questionnaire.of({"sections": [section]}, {})

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.questionnaire.questions

    @property
    def passages(self) -> dict[str, str]:
        """The heading that answers a question, by the question's key."""
        return {question["key"]: question["see"] for question in self.structure}

    def grade(self, answers: Answers) -> set[str]:
        """The keys of the questions that were not answered rightly, one left open among them."""
        return {
            question["key"]
            for question in self.structure
            if chosen(answers, question["key"]) != _right(question)
        }


def chosen(answers: Answers, key: str) -> set[str]:
    """The keys of the options that were chosen."""
    given = answers.get(key) or []
    return {given} if isinstance(given, str) else set(given)


def _right(question: Mapping[str, Any]) -> set[str]:
    return {option["key"] for option in question["options"] if option["right"]}
