"""What a package has reported in an attempt, as one reads it: parts, questions, what is missing."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from portal.learning.models import COMPLETED, FAILED, PASSED, Attempt
from portal.scorm import playing
from portal.scorm.datamodel import SUSPEND
from portal.scorm.models import ItemState, Package
from portal.scorm.steering import nodes

MAX_QUESTIONS, MAX_RAW = 1_000, 5_000
_QUESTION = re.compile(r"cmi\.interactions\.(\d{1,4})\.(.+)")
# How both standards say that an answer was right or wrong; anything else is a number of points.
RIGHT = {"correct": True, "wrong": False, "incorrect": False}


@dataclass(frozen=True)
class Question:
    """One interaction, as the package said it."""

    id: str
    type: str
    answer: str
    result: str
    is_right: bool | None


@dataclass
class Part:
    """One item of the package, with what it has reported."""

    id: str
    title: str
    state: ItemState | None
    questions: list[Question] = field(default_factory=list)
    raw: list[tuple[str, str]] = field(default_factory=list)

    @property
    def status(self) -> str:
        """In words."""
        if self.state is None:
            return "not opened"
        if self.state.success == FAILED:
            return "not passed"
        if self.state.success == PASSED:
            return "passed"
        return "completed" if self.state.completion == COMPLETED else "begun"

    @property
    def is_done(self) -> bool:
        return self.state is not None and (
            self.state.completion == COMPLETED and self.state.success != FAILED
        )


def attempts(visible: Any) -> Any:
    """Those of packages among them, with course, text and person."""
    return Attempt.whole(visible).where(Attempt.format == playing.FORMAT)


def parts_of(attempt: Attempt, package: Package, *, with_answers: bool) -> list[Part]:
    """Its items in the order of the package, each with what it reported."""
    states = {row.item: row for row in ItemState.select().where(ItemState.attempt == attempt.id)}
    structure = package.parsed
    root = structure["organizations"][structure.get("default", 0)]
    parts = []
    for node in nodes(root):
        if not node.get("href"):
            continue
        part = Part(node["id"], node["title"], states.get(node["id"]))
        if with_answers and part.state is not None:
            said = json.loads(part.state.data)
            part.questions, part.raw = _questions(said), _raw(part.state, said)
        parts.append(part)
    return parts


def _questions(said: dict[str, str]) -> list[Question]:
    rows: dict[int, dict[str, str]] = {}
    for name, value in said.items():
        if found := _QUESTION.fullmatch(name):
            rows.setdefault(int(found.group(1)), {})[found.group(2)] = value
    return [_question(rows[index]) for index in sorted(rows)[:MAX_QUESTIONS]]


def _question(row: dict[str, str]) -> Question:
    result = row.get("result", "")
    answer = row.get("learner_response") or row.get("student_response") or ""
    # 2004 parts answers and pairs by signs that nobody reads.
    answer = answer.replace("[,]", ", ").replace("[.]", ": ").replace("[:]", " to ")
    return Question(row.get("id", ""), row.get("type", ""), answer, result, RIGHT.get(result))


def _raw(state: ItemState, said: dict[str, str]) -> list[tuple[str, str]]:
    rows = sorted(said.items())[:MAX_RAW]
    suspend = json.loads(state.suspend)
    return [*rows, (SUSPEND, suspend)] if suspend else rows


def reasons(attempt: Attempt) -> list[str]:
    """Why the course is not complete, part by part; `[]` where it is."""
    if attempt.is_done:
        return []
    package = playing.of_text(attempt.revision)
    if package is None:
        return [playing.NOT_READY]
    parts = parts_of(attempt, package, with_answers=False)
    said = [reason for part in parts if (reason := _reason(part, len(parts) == 1))]
    rule = attempt.revision.parsed["passes_when"]
    if rule["rule"] == "score":
        reached = "no score yet" if attempt.score is None else f"{attempt.score:.0f} %"
        said.append(f"It counts from {rule['score']} % on; there is {reached}.")
    elif rule["rule"] == "passed" and attempt.success != PASSED:
        said.append("It counts once the course itself says that it was passed.")
    return said


def _reason(part: Part, is_only: bool) -> str:
    if part.is_done:
        return ""
    name = "The course" if is_only else f"“{part.title}”"
    if part.state is None:
        return f"{name} was not opened yet."
    score = part.state.score
    if part.state.success == FAILED:
        reached = "" if score is None else f", with {score:.0f} %"
        return f"{name} was not passed{reached}."
    return f"{name} was begun and has not said that it is done."
