"""Numbers as people say them: a value, its target, what it did since, and one sentence of it all.

Rounded down to one decimal, so that 94.97 is not said to be 95. Nothing here asks a database.
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal import text
from portal.metrics.measure import (
    CLOSED,
    COUNT,
    DOWN,
    GROUPED,
    MEDIAN,
    NAMED,
    NEITHER,
    QUARTERLY,
    SHARE,
    UP,
    Measure,
)

TOO_FEW = "Too few people"
NOTHING = "Nothing to count"

GROUP_TITLES = {
    "onboarding": "Onboarding",
    "compliance": "Compliance",
    "performance": "Performance",
    "learning": "Learning",
    "retention": "Retention",
    "people": "People",
    "careers": "Careers",
    "engagement": "Engagement",
    "hiring": "Hiring",
    "talent": "Talent",
}
PRIVACY = {
    NAMED: "Whoever reads this number may open each row of it, so no group is too small for it.",
    GROUPED: "Told of five people or more, and never so that somebody could be worked out by "
    "subtracting one group from another.",
    CLOSED: "Told once a quarter is over, of departments of ten or more. Nobody opens its rows.",
}
DAYS_A_MONTH = 30.4
BEFORE = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}
# Of fewer people percent say less than “3 of 4”.
FEW = 5
# Less than this is no change that anybody would see.
SAME = 0.05


def number(value: float) -> str:
    """`94.3`, `1,204`: one decimal at most, rounded down."""
    cut = as_said(value)
    return f"{cut:,.0f}" if cut == int(cut) else f"{cut:,.1f}"


def as_said(value: float) -> float:
    """One decimal at most, rounded down: what is reckoned with it fits what one reads."""
    # What sums leave behind the last digit is no part of it; PostgreSQL keeps seven digits.
    return math.floor(value * 10 + 1e-6 * max(1.0, abs(value * 10))) / 10


def with_unit(measure: Measure, value: float) -> str:
    if measure.unit == "%":
        return f"{number(value)}\N{NO-BREAK SPACE}%"
    return f"{number(value)}\N{NO-BREAK SPACE}{_unit(measure, number(value))}".rstrip()


def _unit(measure: Measure, said: str) -> str:
    """Days or people; of one of them the singular."""
    if said != "1":
        return measure.unit
    return {"people": "person"}.get(measure.unit, measure.unit.removesuffix("s"))


def is_nothing(told: Any) -> bool:
    """Whether nothing of the kind has happened, which is not zero."""
    return told is None or (not told.is_hidden and told.value is None and told.low is None)


def value(measure: Measure, told: Any) -> str:
    """What stands large: the number, the ends between which it lies, or that it is not told."""
    if is_nothing(told):
        return NOTHING
    if told.is_hidden:
        return TOO_FEW
    if told.value is not None:
        return with_unit(measure, told.value)
    if told.low <= 0:
        return f"{with_unit(measure, told.high)} at most"
    if told.high >= 100 and measure.kind == SHARE:
        return f"{with_unit(measure, told.low)} or more"
    return f"{number(told.low)} to {with_unit(measure, told.high)}"


def target(measure: Measure, wanted: float | None) -> str:
    """`95 % or more`, `under 5 %`; empty without one."""
    if wanted is None or measure.better == NEITHER:
        return ""
    said = with_unit(measure, wanted)
    if measure.better == UP:
        return said if measure.kind == SHARE and wanted >= 100 else f"{said} or more"
    return f"under {said}" if measure.kind == SHARE else f"{said} or fewer"


def counts(measure: Measure, told: Any) -> str:
    """`7 of 212`, or of how many people it is."""
    if told is None or told.is_hidden or not told.of:
        return ""
    if measure.kind == SHARE and told.hits is not None:
        return f"{number(told.hits)} of {_whole(told.of)}"
    # What a room tells as a sum is not counted by person.
    no_people = told.people is None or measure.ready is not None
    return "" if no_people else f"of {text.count(told.people, 'person')}"


def _whole(of: float) -> str:
    """Whole numbers as they are; of a sum of parts of a year about how many."""
    return number(of) if of == int(of) else f"about {of:,.0f}"


# -- against the period before -----------------------------------------------------------------


def months_before(measure: Measure) -> int:
    """How many months earlier the number stands that one compares with: a period of its own."""
    if measure.cadence == QUARTERLY:
        return 3
    return max(1, min(12, round(measure.days / DAYS_A_MONTH)))


def day_before(measure: Measure, on: date) -> date:
    """The end of the month in which that number stands."""
    months = on.year * 12 + on.month - 1 - months_before(measure) + 1
    first = date(months // 12, months % 12 + 1, 1)
    return date.fromordinal(first.toordinal() - 1)


def period(measure: Measure) -> str:
    months = months_before(measure)
    return f"the {BEFORE[months]} before" if months in BEFORE else f"{months} months before"


@dataclass(frozen=True)
class Change:
    """What a number did since: an arrow, a word, and whether that is good (None: neither)."""

    arrow: str
    words: str
    is_good: bool | None = None

    @property
    def icon(self) -> str:
        return {"up": "arrow-up-right", "down": "arrow-down-right"}.get(self.arrow, "arrow-right")

    @property
    def verdict(self) -> str:
        """One word: better, worse; where neither is, which way it went."""
        return {True: "better", False: "worse", None: self.arrow}[self.is_good]


def change(
    measure: Measure, now: float | None, before: float | None, since: str = ""
) -> Change | None:
    """None where one of the two is not told. `since` says against what, if not a period of its
    own."""
    if now is None or before is None:
        return None
    now, before = as_said(now), as_said(before)
    moved, since = abs(now - before), since or period(measure)
    if moved < SAME:
        return Change("same", f"the same as {since}")
    way = "up" if now > before else "down"
    good = None if measure.better == NEITHER else (way == "up") == (measure.better == UP)
    unit = _points(measure, number(moved))
    return Change(way, f"{way} {unit} on {since}", good)


def _points(measure: Measure, moved: str) -> str:
    if moved == "0":
        moved = "less than 0.1"
    if measure.unit == "%":
        return f"{moved} point" if moved == "1" else f"{moved} points"
    return f"{moved} {_unit(measure, moved)}".strip()


def against_target(measure: Measure, now: float | None, wanted: float | None) -> str:
    """`2 points short of the target`; empty where there is none, or no number."""
    if now is None or wanted is None or measure.better == NEITHER:
        return ""
    if not measure.is_red(now, wanted):
        return "target met"
    if now == wanted:
        return "at the target, not under it"
    gap = _points(measure, number(abs(wanted - as_said(now))))
    return f"{gap} short of the target" if measure.better == UP else f"{gap} over the target"


def sentence(
    measure: Measure, told: Any, before: Any, wanted: float | None, since: str = ""
) -> str:
    """One line of interpretation, such as “Up 3 points on the quarter before; 7 of 212.”"""
    if is_nothing(told):
        return ""  # as it stands large already
    if told.is_hidden:
        return "Not told: of so few people somebody could be recognized."
    now = told.value
    moved = change(measure, now, before.value if before is not None else None, since)
    said = [against_target(measure, now, wanted), moved.words if moved else ""]
    first = ", ".join(part for part in said if part)
    whole = "; ".join(part for part in (first, _of(measure, told)) if part)
    return f"{whole[0].upper()}{whole[1:]}." if whole else ""


def _of(measure: Measure, told: Any) -> str:
    said = counts(measure, told)
    if measure.kind == MEDIAN and said:
        return f"the middle one {said}" if told.people != 1 else "1 person counted"
    return said if measure.kind != COUNT else ""


def hidden(rows: list[Any]) -> str:
    """How many groups of a table are not told, in words; empty for none."""
    few = sum(1 for row in rows if row.is_hidden)
    if not few:
        return ""
    verb = "is" if few == 1 else "are"
    return f"{text.count(few, 'group')} {verb} not told, so that nobody in them can be worked out."


def window(measure: Measure) -> str:
    """Which days are counted, in words."""
    if measure.cadence == QUARTERLY:
        return "of the last quarter that is over"
    if not measure.days:
        return "as it stands on that day"
    months = round(measure.days / DAYS_A_MONTH)
    if months >= 1 and measure.days % 30 in (0, 5):
        return f"of the {text.count(months, 'month')} up to that day"
    return f"of the {text.count(measure.days, 'day')} up to that day"


def better(measure: Measure) -> str:
    return {UP: "More is better", DOWN: "Less is better"}.get(measure.better, "Neither is better")
