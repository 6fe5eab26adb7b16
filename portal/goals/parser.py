"""The grammar of goal templates, and of one key result wherever it is typed.

    ## Customers stay
    Why it matters, in a sentence.
    - key result: customers who leave in a year from 9 to 5 %
    - measure: deliveries on time from 88 to 95 %

A goal has key results, or one measure (a KPI). Front matter may name a `period`.
"""

import re
from dataclasses import dataclass
from typing import Any

from portal.documents.parser import Problem, Source
from portal.goals import shares
from portal.goals.key_results import Measured
from portal.goals.models import KPI, MAX_RESULTS, MAX_WORDS, OKR

MAX_GOALS = 40
MAX_TITLE = 200
MAX_UNIT = 20
KEYS: frozenset[str] = frozenset({"period"})

_HEADING = re.compile(r"## +(?P<title>\S.*)")
_RESULT = re.compile(r"[-*] +(?P<sort>key result|measure) *: *(?P<words>.*)", re.IGNORECASE)
_NUMBER = r"[+\-−]?[0-9][0-9 .,]*"
_WAY = re.compile(
    rf"(?P<title>.+?) +from +(?P<start>{_NUMBER}) +to +(?P<target>{_NUMBER})(?: *(?P<unit>\D.*))?",
    re.IGNORECASE,
)
MAX_LINE = 400
HOW = "Write it as “customers who leave from 9 to 5 %”."


@dataclass(frozen=True)
class Template:
    """One goal of a text, as “use this” fills the form with it."""

    title: str
    words: str
    sort: str
    results: list[Measured]


def read_result(words: str) -> Measured:
    """`customers who leave from 9 to 5 %`. Raises ValueError with a sentence."""
    found = _WAY.fullmatch(words.strip()) if len(words) <= MAX_LINE else None
    if found is None:
        raise ValueError(HOW)
    start, target = shares.number(found["start"]), shares.number(found["target"])
    unit = (found["unit"] or "").strip()
    if len(found["title"]) > MAX_TITLE:
        raise ValueError(f"A key result has {MAX_TITLE} characters at most.")
    if len(unit) > MAX_UNIT:
        raise ValueError(f"A unit has {MAX_UNIT} characters at most.")
    way = shares.direction_of(start, target)
    return Measured(found["title"].strip(), unit, start, target, way)


@dataclass
class _Goal:
    line: int
    title: str
    words: list[str]
    results: list[dict[str, Any]]
    sort: str = OKR


def parse(source: Source) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The goals of a text as JSON-able structure, and what was not understood."""
    problems: list[Problem] = []
    goals: list[_Goal] = []

    def wrong(line: int, message: str) -> None:
        problems.append(Problem(line, message))

    for number, typed in enumerate(source.body.split("\n"), source.body_line):
        line = typed.strip()
        if line.startswith("#"):
            _begin(number, line, goals, wrong)
        elif not line:
            continue
        elif not goals:
            wrong(number, "No goal begins above this line: write “## What is to be reached”.")
        elif result := _RESULT.fullmatch(line):
            _take(number, result["sort"].lower(), result["words"], goals[-1], wrong)
        elif line[0] in "-*":
            wrong(number, "A line of a goal begins with “- key result:” or “- measure:”.")
        else:
            goals[-1].words.append(line)
    _judge(goals, source.body_line, wrong)
    structure = [
        {
            "title": goal.title,
            "words": "\n".join(goal.words),
            "sort": goal.sort,
            "results": goal.results,
        }
        for goal in goals
    ]
    return structure, sorted(problems)


def _judge(goals: list[_Goal], first_line: int, wrong: Any) -> None:
    if not goals:
        wrong(first_line, "There is no goal yet: write “## What is to be reached”.")
    for goal in goals:
        if len("\n".join(goal.words)) > MAX_WORDS:
            wrong(goal.line, f"What stands below a goal has {MAX_WORDS:,} characters at most.")


def _begin(number: int, line: str, goals: list[_Goal], wrong: Any) -> None:
    heading = _HEADING.fullmatch(line)
    title = heading["title"].strip() if heading else ""
    if not title or len(title) > MAX_TITLE:
        wrong(number, f"A goal begins with ## and its title, of {MAX_TITLE} characters at most.")
    if len(goals) == MAX_GOALS:
        wrong(number, f"A text has {MAX_GOALS} goals at most; this is one more.")
        return
    goals.append(_Goal(number, title[:MAX_TITLE] or "A goal", [], []))


def _take(number: int, sort: str, words: str, goal: _Goal, wrong: Any) -> None:
    try:
        result = read_result(words)
    except ValueError as error:
        wrong(number, str(error))
        return
    is_measure = sort == "measure"
    if goal.results and (is_measure or goal.sort == KPI):
        wrong(number, "A goal has key results, or one measure and nothing beside it.")
        return
    if len(goal.results) == MAX_RESULTS:
        wrong(number, f"A goal has {MAX_RESULTS} key results at most.")
        return
    goal.sort = KPI if is_measure else OKR
    goal.results.append(
        {
            "title": result.title,
            "unit": result.unit,
            "start": result.start,
            "target": result.target,
        }
    )


def goals_of(structure: dict[str, Any]) -> list[Template]:
    """The goals of a published text."""
    return [
        Template(
            goal["title"],
            goal["words"],
            goal["sort"],
            [
                Measured(
                    one["title"], one["unit"], one["start"], one["target"],
                    shares.direction_of(one["start"], one["target"]),
                )
                for one in goal["results"]
            ],
        )
        for goal in structure.get("goals", [])
    ]  # fmt: skip
