"""The questions of a course: drawn anew for each try, graded here, and never sent with an answer.

A try keeps what was drawn for it, in which order, and what was chosen so far. What is right stays
in the text; it is asked only when the try is graded, against the text the try was begun with.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from portal import clock, db, text
from portal.documents.models import Document
from portal.documents.passages import place_of, with_places
from portal.learning import taking
from portal.learning.models import COMPLETED, FAILED, PASSED, Attempt
from portal.learning.tries import NoTryLeft, tries_left
from portal.people.models import Person
from portal.questionnaires.questionnaire import Answers, Question
from portal.questionnaires.quiz import Sheet, chosen

_chance = secrets.SystemRandom()
# These speak of the answers above them.
_LAST_OPTIONS = ("all of ", "none of ", "both of ", "neither of ")
# Formats in which somebody's own word completes it, where no question is asked.
BY_WORD = ("page", "file", "link")
# Whoever puts a course aside for longer than this is not reckoned to have gone on with it.
LEAST_AWAY_MINUTES = 30


@dataclass(frozen=True)
class Paper:
    """The questions of one try as they are put, and how it went once it is graded."""

    attempt: Attempt

    @cached_property
    def kept(self) -> dict[str, Any]:
        return self.attempt.kept

    @cached_property
    def sheet(self) -> Sheet:
        """What was drawn, in the order it was drawn; where nothing was, every question."""
        asked = {one["key"]: one for one in self.attempt.revision.parsed["questions"]}
        drawn = self.kept.get("drawn")
        if drawn is None:
            return Sheet.of(list(asked.values()))
        return Sheet(tuple(_in_order(asked[one["key"]], one["options"]) for one in drawn))

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.sheet.questions

    @property
    def answers(self) -> Answers:
        return dict(self.kept.get("answers", {}))

    @property
    def result(self) -> "Result | None":
        """How it went; None while it is not graded."""
        found = self.kept.get("result")
        return Result(found["right"], found["of"], frozenset(found["wrong"])) if found else None

    @property
    def pass_mark(self) -> int:
        return int(self.attempt.revision.parsed["pass_mark"] or 0)

    def passage(self, key: str) -> tuple[str, str] | None:
        """The heading that answers a question, and its place on the page."""
        heading = self.sheet.passages.get(key)
        return (heading, place_of(heading)) if heading else None

    @property
    def text(self) -> Markup:
        """The text the try was begun with, each heading a place to be led to."""
        return with_places(self.attempt.revision.html)

    def said(self, key: str) -> str:
        """What was chosen, in words."""
        question = next(one for one in self.questions if one.key == key)
        picked = chosen(self.answers, key)
        return ", ".join(words for value, words, _ in question.choices if value in picked)


@dataclass(frozen=True)
class Result:
    """How many answers were right, of how many, and which were not."""

    right: int
    of: int
    wrong: frozenset[str]

    @property
    def percent(self) -> int:
        # Never said to be enough when it is a little less.
        return self.right * 100 // self.of if self.of else 100


def _in_order(question: Mapping[str, Any], options: list[str]) -> dict[str, Any]:
    by_key = {option["key"]: option for option in question["options"]}
    return {**question, "options": [by_key[key] for key in options if key in by_key]}


def draw(questions: list[dict[str, Any]], count: int | None) -> list[dict[str, Any]]:
    """So many questions by lot, and the answers of each in an order by lot."""
    picked = _chance.sample(questions, min(count or len(questions), len(questions)))
    return [{"key": one["key"], "options": _shuffled(one["options"])} for one in picked]


def _shuffled(options: list[dict[str, Any]]) -> list[str]:
    last = [one["key"] for one in options if text.fold(one["label"]).startswith(_LAST_OPTIONS)]
    others = [one["key"] for one in options if one["key"] not in last]
    _chance.shuffle(others)
    return [*others, *last]


# -- verbs -------------------------------------------------------------------------------------


def begin(course: Document, person: Person, *, by: Person) -> Attempt:
    """`taking.begin`, with the questions of this try drawn. Raises NoTryLeft as well."""
    with db.write():
        attempt = Attempt.open_of(course.id, person.id)
        if attempt is None and tries_left(course, person) == 0:
            raise NoTryLeft
        attempt = attempt or taking.begin(course, person, by=by)
        said = attempt.revision.parsed
        if said["questions"] and "drawn" not in attempt.kept:
            drawn = draw(said["questions"], said["draw"])
            taking.keep(attempt, by=by, state=attempt.kept | {"drawn": drawn})
    return attempt


def begin_anew(course: Document, person: Person, *, by: Person) -> Attempt:
    """Leave the try that is under way and begin one with the text in force.

    One that was begun with this text and is not done goes on: questions are drawn once for a try,
    and not until one likes them.
    """
    with db.write():
        under_way = Attempt.open_of(course.id, person.id)
        is_older = under_way and course.current and under_way.revision_id != course.current.id
        if under_way and (under_way.is_done or is_older):
            taking.end(under_way, by=by)
        return begin(course, person, by=by)


def keep_answers(attempt: Attempt, answers: Answers, *, by: Person) -> None:
    """What was chosen so far, so that it is there on another device and another day."""
    with db.write():
        fresh = Attempt.get_by_id(attempt.id)
        if fresh.ended_at is None:
            state = fresh.kept | {"answers": dict(answers)}
            taking.keep(fresh, by=by, state=state, seconds=seconds_of(fresh))


def grade(attempt: Attempt, answers: Answers, *, by: Person) -> Attempt:
    """The try is over: counted, kept, and the course completed where that was enough.

    Sent twice, it is graded once.
    """
    with db.write():
        fresh = Attempt.get_by_id(attempt.id)
        if fresh.ended_at is not None:
            return fresh  # type: ignore[no-any-return]
        paper = Paper(fresh)
        wrong = paper.sheet.grade(answers)
        of = len(paper.questions)
        result = Result(of - len(wrong), of, frozenset(wrong))
        score = 100 * result.right / of if of else 100.0
        kept = {"right": result.right, "of": of, "wrong": sorted(wrong)}
        taking.keep(
            fresh,
            by=by,
            completion=COMPLETED,
            success=PASSED if score >= paper.pass_mark else FAILED,
            score=round(score, 2),
            seconds=seconds_of(fresh),
            state=fresh.kept | {"answers": dict(answers), "result": kept},
        )
        taking.end(fresh, by=by)
    return fresh  # type: ignore[no-any-return]


def finish(attempt: Attempt, *, by: Person, note: str = "") -> None:
    """They say that they have read, watched or done it: that completes it."""
    with db.write():
        fresh = Attempt.get_by_id(attempt.id)
        if fresh.ended_at is None:
            state = fresh.kept | ({"note": note} if note else {})
            taking.keep(fresh, by=by, completion=COMPLETED, seconds=seconds_of(fresh), state=state)
            taking.end(fresh, by=by)


def seconds_of(attempt: Attempt) -> int:
    """The time spent so far, as the server sees it: from one sign of life to the next, and never
    more between two of them than somebody may well take who does nothing else."""
    minutes = int(attempt.revision.parsed.get("minutes") or 0)
    most = max(LEAST_AWAY_MINUTES, 2 * minutes) * 60
    since = (clock.now() - attempt.touched_at).total_seconds()
    return int(attempt.seconds) + max(0, min(int(since), most))
