"""A questionnaire as it is filled: its questions, and what may be answered.

Pure: it knows the structure a parser made, never a database or a request. An answer is kept as it
was typed, a string or a list of option keys; one that was not given is not kept at all.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from markupsafe import Markup

from portal import text
from portal.questionnaires.parser import (
    DATE,
    LINE,
    MANY,
    MAX_NUMBER,
    NUMBER,
    ONE,
    RATING,
    TEXT,
    YES_NO,
)
from portal.questionnaires.ratings import Anchor, from_rows

Answer = str | list[str]
Answers = dict[str, Answer]

PREFIX = "q-"
# In what was shown of a form: sections a room above has added for this one person.
ADDED = "+"
MAX_TEXT_CHARS = 10_000
MAX_LINE_CHARS = 300
# A draft is kept as it is typed, too long or not, up to what all answers together may have.
MAX_ANSWERS_CHARS = 120_000
YES_AND_NO = (("yes", "Yes"), ("no", "No"))
FIRST_YEAR, LAST_YEAR = 1900, 2200

_NUMBER = re.compile(r"[+-]?[0-9]{1,10}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Refused(ValueError):
    """Something no form of ours sends: an unknown field, a choice that is not offered."""


class TooLong(ValueError):
    """More than can be kept, or letters that no database takes. The sentence says which."""


@dataclass(frozen=True)
class Question:
    """One question: what is asked, and what counts as an answer."""

    key: str
    kind: str
    title: str
    hint: str = ""
    is_optional: bool = False
    options: tuple[tuple[str, str], ...] = ()
    anchors: tuple[Anchor, ...] = ()
    note: str = ""
    low: int | None = None
    high: int | None = None

    @property
    def name(self) -> str:
        """Of its field, and its id on the page."""
        return PREFIX + self.key

    @property
    def choices(self) -> list[tuple[str, str, str]]:
        """What is offered as value, words and text below; empty where one types."""
        if self.kind == RATING:
            return [(str(a.value), f"{a.value} {a.label}", a.text) for a in self.anchors]
        if self.kind == YES_NO:
            return [(value, words, "") for value, words in YES_AND_NO]
        return [(value, words, "") for value, words in self.options]

    @property
    def takes_many(self) -> bool:
        return self.kind == MANY

    def read(self, values: list[str]) -> Answer:
        """What was sent for it, "" or [] when nothing. Raises Refused for what is not offered."""
        if len(values) > (len(self.options) if self.takes_many else 1):
            raise Refused(f"“{self.title[:40]}” was answered more often than once.")
        offered = {value for value, _, _ in self.choices}
        given = [value for value in values if value or self.takes_many]
        if offered and any(value not in offered for value in given):
            raise Refused(f"“{self.title[:40]}” has no such answer.")
        if self.takes_many:
            return [value for value, _ in self.options if value in given]
        return given[0].replace("\r\n", "\n").replace("\r", "\n") if given else ""

    def problem(self, answer: Answer | None) -> str:
        """Why this cannot be sent; empty when it can."""
        given = answer.strip() if isinstance(answer, str) else answer
        if not given:
            return "" if self.is_optional else self._missing
        check = {LINE: self._bad_line, TEXT: self._bad_text, NUMBER: self._bad_number}.get(
            self.kind, self._bad_date if self.kind == DATE else None
        )
        return check(str(given)) if check else ""

    @property
    def _missing(self) -> str:
        if self.kind in (RATING, ONE, YES_NO):
            return "Choose one of these."
        if self.kind == MANY:
            return "Choose at least one of these."
        return {NUMBER: "Give a number.", DATE: "Give a date."}.get(self.kind, "Write an answer.")

    def _bad_line(self, given: str) -> str:
        if any(mark in given for mark in "\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"):
            return "Write this on one line."
        return _too_many(given, MAX_LINE_CHARS)

    def _bad_text(self, given: str) -> str:
        return _too_many(given, MAX_TEXT_CHARS)

    def _bad_number(self, given: str) -> str:
        if not _NUMBER.fullmatch(given):
            return "This is not a whole number."
        low = -MAX_NUMBER if self.low is None else self.low
        high = MAX_NUMBER if self.high is None else self.high
        return "" if low <= int(given) <= high else f"A number from {low:,} to {high:,}, please."

    def _bad_date(self, given: str) -> str:
        try:
            day = date.fromisoformat(given if _DAY.fullmatch(given) else "")
        except ValueError:
            return "This is not a date, like 2026-11-30."
        return "" if FIRST_YEAR <= day.year <= LAST_YEAR else "This year is out of reach."

    def words(self, answer: Answer | None) -> str:
        """The answer as one reads it; empty when there is none."""
        if not answer:
            return ""
        if isinstance(answer, list):
            return "\n".join(words for value, words, _ in self.choices if value in answer)
        if self.choices:
            return next((words for value, words, _ in self.choices if value == answer), answer)
        if self.kind == DATE and not self._bad_date(answer):
            day = date.fromisoformat(answer)
            return f"{day:%a} {day.day} {day:%b %Y}"
        return answer


def _too_many(given: str, limit: int) -> str:
    if len(given) <= limit:
        return ""
    return f"This has {len(given):,} characters; at most {limit:,} can be sent."


@dataclass(frozen=True)
class Section:
    """A heading, the words under it, and its questions."""

    title: str
    html: str
    questions: tuple[Question, ...]

    @property
    def intro(self) -> Markup:
        """Sanitized when the form was published."""
        return Markup(self.html)  # noqa: S704


@dataclass(frozen=True)
class Questionnaire:
    """The sections in their order. `shown` holds the rows of ratings that are kept elsewhere, and
    the sections that only this one has."""

    sections: tuple[Section, ...]

    @classmethod
    def of(cls, structure: Mapping[str, Any], shown: Mapping[str, Any]) -> "Questionnaire":
        """From a revision's structure, and by key the rows `shown` to whoever fills it."""
        sections = [*structure.get("sections", ()), *shown.get(ADDED, ())]
        return cls(
            tuple(
                Section(
                    section["title"],
                    section["html"],
                    tuple(_question(found, shown) for found in section["questions"]),
                )
                for section in sections
            )
        )

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)

    def read(self, fields: Iterable[tuple[str, list[str]]]) -> Answers:
        """The answers in a form that was sent, field by field.

        Raises Refused for a field nobody drew, TooLong for what cannot be kept.
        """
        by_name = {question.name: question for question in self.questions}
        answers: Answers = {}
        size = 0
        for name, values in fields:
            question = by_name.get(name)
            if question is None:
                raise Refused(f"The form has no field called “{name[:40]}”.")
            size += sum(map(len, values))
            if size > MAX_ANSWERS_CHARS:
                raise TooLong(
                    f"All answers together have {MAX_ANSWERS_CHARS:,} characters at most."
                )
            for value in values:
                _clean(value)
            if answer := question.read(values):
                answers[question.key] = answer
        return self.in_order(answers)

    def in_order(self, answers: Mapping[str, Answer]) -> Answers:
        """Only what is asked here, as it is asked."""
        return {q.key: answers[q.key] for q in self.questions if q.key in answers}

    def problems(self, answers: Mapping[str, Answer]) -> dict[str, str]:
        """Why it cannot be sent yet, by the key of the question; empty when it can."""
        found = {q.key: q.problem(answers.get(q.key)) for q in self.questions}
        return {key: sentence for key, sentence in found.items() if sentence}

    def final(self, answers: Mapping[str, Answer]) -> Answers:
        """The answers without the margins somebody typed around them."""
        stripped = {
            key: answer.strip() if isinstance(answer, str) else answer
            for key, answer in self.in_order(answers).items()
        }
        return {key: answer for key, answer in stripped.items() if answer}

    def differences(self, mine: Mapping[str, Answer], theirs: Mapping[str, Answer]) -> list[str]:
        """Keys of the questions that two drafts answer otherwise."""
        return [q.key for q in self.questions if mine.get(q.key) != theirs.get(q.key)]

    def count(self, answers: Mapping[str, Answer]) -> int:
        """How many questions have an answer."""
        return sum(1 for question in self.questions if answers.get(question.key))

    def lines(self, answers: Mapping[str, Answer]) -> list[tuple[str, str, str]]:
        """Section, question and answer in words: what a table of it holds."""
        return [
            (section.title, question.title, question.words(answers.get(question.key)))
            for section in self.sections
            for question in section.questions
        ]


def _clean(value: str) -> None:
    try:
        text.clean(value)
    except ValueError as error:
        raise TooLong(str(error)) from error


def _question(found: Mapping[str, Any], shown: Mapping[str, Any]) -> Question:
    elsewhere = shown.get(found["key"], {}) if found.get("source") else {}
    return Question(
        key=found["key"],
        kind=found["kind"],
        title=found["title"],
        hint=found["hint"],
        is_optional=found["optional"],
        options=tuple((option["key"], option["label"]) for option in found.get("options", ())),
        anchors=from_rows(elsewhere.get("rows") or found.get("anchors") or []),
        note=elsewhere.get("note", ""),
        low=found.get("low"),
        high=found.get("high"),
    )
