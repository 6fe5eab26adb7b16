"""What a measure is: how it counts, in words and in numbers, and who may look into it.

A closed measure counts each person once, as yes or no (`hits` 0 or 1, `of` 1).

Everything the room shows comes from one thing: rows of one person with what was counted of them
(`Tally`). The company, a department, a cohort and a line are sums over some of these rows, so no
two pages can disagree.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, NamedTuple, TypeVar

from portal import clock
from portal.people.org import Company
from portal.registry import Registry

# How rows become a number.
SHARE, COUNT, MEAN, MEDIAN = "share", "count", "mean", "median"
# Which way is better.
UP, DOWN, NEITHER = "up", "down", "neither"
# By when it is counted again: a day's state, or a quarter that is over and is never counted again.
NIGHTLY, QUARTERLY = "nightly", "quarterly"

# Who could learn something from a small group.
# NAMED: whoever reads it may open each row anyway.
# GROUPED: told of five or more, with no way to subtract.
# CLOSED: nobody may open the rows: told once a quarter is over, of departments of ten or more.
NAMED, GROUPED, CLOSED = "named", "grouped", "closed"
FLOOR = {NAMED: 0, GROUPED: 5, CLOSED: 10}

GROUPS = (
    "onboarding", "compliance", "performance", "learning", "retention", "people", "careers",
    "engagement", "hiring", "talent",
)  # fmt: skip


Answer = TypeVar("Answer")


class Tally(NamedTuple):
    """What was counted of one person: `hits` of `of`. For a median `hits` is the one value, `of` is
    1, and a person may have several rows."""

    person: int
    hits: float
    of: float = 1


class Memo:
    """What the measures of one page, or of one night, ask in common: asked once."""

    def __init__(self) -> None:
        self._found: dict[Any, Any] = {}

    def once(self, key: Any, ask: Callable[[], Any]) -> Any:
        """What `ask()` answered the first time."""
        if key not in self._found:
            self._found[key] = ask()
        return self._found[key]


@dataclass(frozen=True)
class Scope:
    """What is counted: days from `first` to `last`, both included; of these people, or of all.

    `people` is a set of ids. Whatever holds "on a day" is asked of `last`. Scopes of one page share
    a `memo`, which lives as long as the page.
    """

    first: date
    last: date
    people: frozenset[int] | None = None
    memo: Memo = field(default_factory=Memo, compare=False, repr=False)

    def among(self, column: Any) -> Any:
        """The people it is about, as a condition on a column that names them."""
        if self.people is None:
            return column.is_null(False)
        return column.in_(sorted(self.people))

    def keeps(self, person: int) -> bool:
        return self.people is None or person in self.people

    def once(self, ask: "Callable[[Scope], Answer]") -> Answer:
        """`ask` of these days and people; measures that ask the same are told the same again."""
        return self.memo.once((ask, self), lambda: ask(self))  # type: ignore[no-any-return]

    @property
    def zone(self) -> str:
        """Where the company is."""
        return str(self.memo.once("zone", lambda: Company.settings().zone))

    @property
    def begin(self) -> datetime:
        """The last second before the first day where the company is."""
        return clock.end_of_day(self.first - timedelta(days=1), self.zone)

    @property
    def end(self) -> datetime:
        """The last second of the last day where the company is."""
        return clock.end_of_day(self.last, self.zone)


@dataclass(frozen=True)
class Measure:
    """One number: what it says, how it is counted, what is good, and who may open its rows.

    `tallies(scope)` gives the rows. `days` is how far back it looks (0: the state of the day).
    `for_lines`: managers read it of their line, because they may open each row of it. `where` is
    the page on which one does something about one person's row, given their id.
    """

    name: str
    title: str
    group: str
    definition: str
    formula: str
    tallies: Callable[[Scope], Iterable[Tally]]
    kind: str = SHARE
    unit: str = "%"
    target: float | None = None
    better: str = UP
    days: int = 0
    cadence: str = NIGHTLY
    privacy: str = NAMED
    for_lines: bool = False
    where: Callable[[int], str] | None = None
    # Where a room tells sums only: what it tells on a day, as cells (`release.Cell`).
    ready: Callable[[date], list[Any]] | None = None
    # Whose it is until HR names an owner: shown, never written to.
    meant_for: str = "HR"
    # What is to be thought of before acting on it.
    caution: str = ""

    @property
    def floor(self) -> int:
        """The fewest people of whom it is told."""
        return FLOOR[self.privacy]

    def scope(
        self, on: date, people: frozenset[int] | None = None, memo: Memo | None = None
    ) -> Scope:
        """What it counts for a day: that day, or the days up to it; of a closed quarter the whole
        of the last that is over on that day."""
        memo = memo or Memo()
        if self.cadence == QUARTERLY:
            last = quarter_end_before(on)
            return Scope(quarter_start(last), last, people, memo)
        return Scope(on - timedelta(days=max(0, self.days - 1)), on, people, memo)

    def value(self, tallies: "Iterable[Tally]") -> float | None:
        """The number; None where there is nothing to count, which is not zero."""
        rows = list(tallies)
        if self.kind == COUNT:
            return sum(row.hits for row in rows)
        if not rows:
            return None
        if self.kind == MEDIAN:
            return float(median(row.hits for row in rows))
        of = sum(row.of for row in rows)
        if not of:
            return None
        return (100 if self.kind == SHARE else 1) * sum(row.hits for row in rows) / of

    def is_red(self, value: float | None, target: float | None = None) -> bool:
        """Whether it misses its target (HR's, if given)."""
        wanted = self.target if target is None else target
        if value is None or wanted is None or self.better == NEITHER:
            return False
        if self.better == UP:
            return value < wanted
        # A share is to be under its target, as the compliance pages judge it; none is always so.
        return value > wanted or (self.kind == SHARE and value == wanted > 0)


measures: Registry[Measure] = Registry("measures")


def quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_end_before(day: date) -> date:
    """The last day of the newest quarter that is over on that day, in every zone."""
    return quarter_start(day - timedelta(days=1)) - timedelta(days=1)
