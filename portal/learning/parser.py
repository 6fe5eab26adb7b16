"""The grammar of a course: a source in, structure and problems by line out.

    ---
    kind: course
    title: Safety basics
    summary: What it is good for, in a sentence
    audience: everyone                  who finds it in the catalog
    format: page                        or another of the formats; page
    topic: Safety                       what the catalog sorts it under
    level: beginner                     or intermediate, advanced
    minutes: 15                         left out, it is counted from the words
    for: department = Operations        to whom it is shown as being for their role
    skills: communication, safety       competencies it makes better
    before: first-week                  courses that come first, by the end of their addresses
    pass: 80                            percent that are right; 80
    attempts: 3                         graded tries; left out, as many as needed
    questions: 5                        so many are drawn for each try; left out, all
    certificate: 24 months              or `for ever`; left out, it gives none
    ask-after: 6 weeks                  when the manager is asked whether it helped
    passes-when: completed              or `passed`, or `score 80`
    ---
    ## First
    …
    ## Questions
    What comes first?
    - ( ) This
    - (x) That
    see: First

A format reads keys of its own beside these (`formats.py`). The questions are those of every quiz
(`questionnaires/quiz.py`) and no part of the text that is read. Only whether the courses, the
competencies and the files it names are there is asked of the database.
"""

import re
from collections.abc import Callable
from typing import Any

from portal import text
from portal.documents.models import Document
from portal.documents.parser import COMMON_KEYS, Problem, Source, unknown_keys
from portal.documents.reading import Parsed
from portal.documents.terms import MAX_MONTHS, months_of
from portal.learning.asking import ASK_KEY, read_ask_after
from portal.learning.formats import formats
from portal.learning.models import KIND
from portal.people import audience
from portal.questionnaires.anchors import sources
from portal.questionnaires.quiz import SECONDS_A_QUESTION, read_asked

KEYS = frozenset(
    {
        "format", "topic", "level", "minutes", "for", "skills", "before", "pass", "attempts",
        "questions", "certificate", "passes-when", ASK_KEY,
    }
)  # fmt: skip
PAGE, COMPETENCY = "page", "competency"
LEVELS = ("beginner", "intermediate", "advanced")
PASS_MARK = 80
MAX_TOPIC_CHARS, MAX_NAMES = 60, 20
MAX_MINUTES, MAX_ATTEMPTS = 2_400, 20
WORDS_A_MINUTE = 200
# What a new course begins with, and nobody should find in the catalog.
EXAMPLE_SUMMARY = "What one can do after it, in a sentence"

_NUMBER = re.compile(r"(?P<number>[0-9]{1,5}) ?(?P<unit>[a-z]+|%)?")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SCORE = re.compile(r"score(?: (?:at least|of))? (?P<score>[0-9]{1,3}) ?%?")

Wrong = Callable[..., None]


def parse_course(source: Source) -> Parsed:
    """What a course says of itself, the part of its format among it, and its questions."""
    reader = _Reader(source)
    return Parsed(reader.read(), sorted(reader.problems))


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source, self.meta = source, source.meta
        self.problems: list[Problem] = []

    def wrong(self, key: str, message: str, level: Any = "error", needs: str = "") -> None:
        self.problems.append(Problem(self.source.line_of(key), message, level, needs))

    def read(self) -> dict[str, Any]:
        words, quiz = read_asked(self.source)
        self.problems += quiz.problems
        if self.meta.get("summary") == EXAMPLE_SUMMARY:
            unsaid = "This is still the example: say what one can do after it."
            self.wrong("summary", unsaid, "warning")
        name = self.format()
        own = self.own_part(name)
        questions = quiz.questions
        if questions and name != PAGE:
            self.wrong("format", "Only a course of the format page is asked questions.")
        if name == PAGE and not words.strip():
            line = self.source.body_line
            self.problems.append(Problem(line, "There is nothing to read in this course yet."))
        return own | {
            "summary": self.meta.get("summary", ""),
            "format": name,
            "topic": self.topic(),
            "level": self.level(),
            "minutes": self.minutes(name, words, len(questions)),
            "for": self.rule(),
            "skills": self.skills(),
            "before": self.before(),
            "pass_mark": self.pass_mark(bool(questions)),
            "attempts": self.number("attempts", 1, MAX_ATTEMPTS, "tries"),
            "draw": self.draw(len(questions)),
            "certificate": self.certificate(),
            "passes_when": self.passes_when(name, bool(questions)),
            "ask_after": read_ask_after(self.meta, self.wrong),
            "questions": questions,
        }

    # -- how it is taken -------------------------------------------------------------------

    def format(self) -> str:
        typed = text.fold(self.meta.get("format", "")) or PAGE
        if typed in formats:
            return typed
        known = ", ".join(sorted(formats))
        self.wrong("format", f"“{typed[:40]}” is no format of course. Known are: {known}.")
        return PAGE

    def own_part(self, name: str) -> dict[str, Any]:
        """What the format reads; keys of another one are none of this course's."""
        mine = formats[name].keys if name in formats else frozenset()
        for one in formats.values():
            for key in sorted((one.keys - mine) & set(self.meta)):
                self.wrong(key, f"“{key}” counts only with “format: {one.name}”.", "warning")
        known = COMMON_KEYS | KEYS | {key for one in formats.values() for key in one.keys}
        self.problems += unknown_keys(self.source, known)
        own, problems = formats[name].read(self.source) if name in formats else ({}, [])
        self.problems += problems
        return own

    def passes_when(self, name: str, is_asked: bool) -> dict[str, Any]:
        typed = " ".join(text.fold(self.meta.get("passes-when", "")).split()) or "completed"
        found = _SCORE.fullmatch(typed)
        if found and 1 <= int(found["score"]) <= 100:
            rule: dict[str, Any] = {"rule": "score", "score": int(found["score"])}
        elif typed in ("completed", "passed"):
            rule = {"rule": typed, "score": None}
        else:
            self.wrong("passes-when", "Write “completed”, “passed” or, for example, “score 80”.")
            return {"rule": "completed", "score": None}
        if name == PAGE and not is_asked and rule["rule"] != "completed":
            message = "Without questions nobody passes or scores: add some, or write “completed”."
            self.wrong("passes-when", message)
        return rule

    # -- what the catalog says -------------------------------------------------------------

    def topic(self) -> str:
        typed = " ".join(self.meta.get("topic", "").split())
        if len(typed) > MAX_TOPIC_CHARS:
            self.wrong("topic", f"A topic has {MAX_TOPIC_CHARS} characters at most.")
        return typed[:MAX_TOPIC_CHARS]

    def level(self) -> str:
        typed = text.fold(self.meta.get("level", ""))
        if typed and typed not in LEVELS:
            said = f"“{typed[:40]}” is no level. Write {', '.join(LEVELS[:-1])} or {LEVELS[-1]}."
            self.wrong("level", said)
            return ""
        return typed

    def minutes(self, name: str, words: str, questions: int) -> int:
        found = self.number("minutes", 1, MAX_MINUTES, "minutes", ("min", "minute", "minutes"))
        if found:
            return found
        if name != PAGE and not self.meta.get("minutes"):
            self.wrong("format", "Say how long it takes, as in “minutes: 20”.", "warning")
        seconds = len(words.split()) * 60 / WORDS_A_MINUTE + questions * SECONDS_A_QUESTION
        return max(1, round(seconds / 60))

    def rule(self) -> str:
        typed = self.meta.get("for", "").strip()
        try:
            if typed:
                audience.parse(typed)
        except audience.RuleError as error:
            where = f"“for” cannot be read at column {error.column}."
            self.wrong("for", f"{where} {error.message}")
            return ""
        return typed

    def names(self, key: str, what: str) -> list[str]:
        """The addresses a line lists, each once, in the order they stand."""
        typed = [one.strip() for one in self.meta.get(key, "").split(",") if one.strip()]
        found = []
        for name in dict.fromkeys(typed):
            if _SLUG.fullmatch(name):
                found.append(name)
            else:
                meant = text.slugify(name)
                said = f"“{name[:60]}” is not how {what} is named. Write its address: {meant}."
                self.wrong(key, said)
        if len(found) > MAX_NAMES:
            self.wrong(key, f"Name {MAX_NAMES} at most.")
        return found[:MAX_NAMES]

    def skills(self) -> list[str]:
        found = self.names("skills", "a competency")
        source = sources.get(COMPETENCY)
        for name in found:
            if source and not source.has(name):
                self.wrong("skills", f"There is no competency “{name[:80]}”.", "warning")
        return found

    def before(self) -> list[str]:
        found = self.names("before", "a course")
        if not found:
            return found
        courses = _courses()
        for name in found:
            if name not in courses:
                self.wrong("before", f"There is no course “{name[:80]}”.", needs=f"{KIND}:{name}")
        mine = self.address(courses)
        for name in found:
            if way := _way(name, mine, courses):
                said = " → ".join(f"“{courses[one][0] if one in courses else one}”" for one in way)
                message = "A course cannot come before itself"
                if len(way) > 1:
                    message = f"These wait for one another, so that nobody could begin: {said}"
                self.wrong("before", f"{message}.")
        return found

    def address(self, courses: dict[str, tuple[str, list[str]]]) -> str:
        """Where this course is or will be found: by its title, as the source says no address."""
        title = self.meta.get("title", "")
        known = (slug for slug, (called, _) in courses.items() if called == title)
        return next(known, text.slugify(title))

    # -- what counts -----------------------------------------------------------------------

    def number(
        self, key: str, least: int, most: int, noun: str, units: tuple[str, ...] = ()
    ) -> int | None:
        """The whole number of that line; None where it is left out or wrong."""
        typed = " ".join(text.fold(self.meta.get(key, "")).split())
        if not typed:
            return None
        found = _NUMBER.fullmatch(typed)
        if found is None or (found["unit"] and found["unit"] not in (*units, noun)):
            self.wrong(key, f"“{typed[:40]}” is no number of {noun}.")
            return None
        if not least <= int(found["number"]) <= most:
            self.wrong(key, f"Write a number from {least} to {most:,}.")
            return None
        return int(found["number"])

    def pass_mark(self, is_asked: bool) -> int | None:
        found = self.number("pass", 1, 100, "percent", ("%",))
        return found or (PASS_MARK if is_asked else None)

    def draw(self, questions: int) -> int | None:
        found = self.number("questions", 1, 200, "questions", ("question",))
        if found and found > questions:
            there = f"There {'is' if questions == 1 else 'are'} {questions} to draw from"
            self.wrong("questions", f"{there}: write as many at most.")
            return None
        return found if found != questions else None

    def certificate(self) -> dict[str, int | None] | None:
        typed = " ".join(text.fold(self.meta.get("certificate", "")).split())
        if typed in ("", "no", "none"):
            return None
        if typed in ("for ever", "forever"):
            return {"months": None}
        months = months_of(typed)
        if not 1 <= months <= MAX_MONTHS:
            self.wrong("certificate", "Write how long it holds: “24 months”, or “for ever”.")
            return None
        return {"months": months}


def _courses() -> dict[str, tuple[str, list[str]]]:
    """Every course in force, by its address: its title and what comes before it."""
    published = Document.select().where(Document.kind == KIND, Document.is_published())
    return {
        course.slug: (course.title, course.current.parsed.get("before", []))
        for course in Document.with_current(published)
    }


def _way(start: str, end: str, courses: dict[str, tuple[str, list[str]]]) -> list[str]:
    """How one gets from a course to another by what comes first; [] where there is no way."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop()
        if way[-1] == end:
            return way
        for name in courses.get(way[-1], ("", []))[1]:
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []
