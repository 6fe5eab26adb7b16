"""Charts as numbers: where lines, bars and words stand. Templates draw them; nothing is asked here.

A chart shows what the table beside it says, and is labeled on its marks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.metrics import words
from portal.metrics.measure import SHARE, Measure

SPARK_WIDE, SPARK_HIGH, SPARK_EDGE = 112, 32, 4
WIDE, HIGH = 440, 230
LEFT, RIGHT, TOP, BOTTOM = 4, 4, 28, 30
MOST_BARS = 20
MOST_LABEL_CHARS = 44
BAR_STEP, BAR_HIGH = 46, 14
# Room for the number behind the longest bar.
BAR_ROOM = 104


@dataclass(frozen=True)
class Spark:
    """A line without words: `lines` are the stretches without a gap, as SVG points."""

    lines: list[str]
    x: float
    y: float
    wide: int = SPARK_WIDE
    high: int = SPARK_HIGH


def spark(points: Sequence[Any]) -> Spark | None:
    """The last months of a number, drawn small; None with fewer than two of them."""
    told = [point for point in points if point.value is not None]
    if len(told) < 2:
        return None
    scale = _Scale.over(
        [point.value for point in told],
        (points[0].on, points[-1].on),
        (SPARK_EDGE, SPARK_WIDE - SPARK_EDGE, SPARK_EDGE, SPARK_HIGH - SPARK_EDGE),
    )
    x, y = scale.at(told[-1].on, told[-1].value)
    return Spark(_lines(points, scale), x, y)


@dataclass(frozen=True)
class Mark:
    """A word, or a dot, at a place; `anchor` as SVG says it."""

    x: float
    y: float
    words: str = ""
    anchor: str = "middle"


@dataclass(frozen=True)
class Span:
    """Between which two heights a number lies that is not told."""

    x: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Trend:
    """A line over months with its target; numbers stand on its first, last and outermost marks."""

    lines: list[str]
    dots: list[Mark]
    spans: list[Span]
    labels: list[Mark]
    days: list[Mark]
    target: float | None
    target_said: Mark | None
    wide: int = WIDE
    high: int = HIGH
    floor: int = HIGH - BOTTOM


def trend(measure: Measure, points: Sequence[Any], target: float | None) -> Trend | None:
    """The months of a number; None with fewer than two that say anything."""
    told = [point for point in points if point.value is not None]
    spans = [point for point in points if point.value is None and point.low is not None]
    if len(told) + len(spans) < 2:
        return None
    values = [point.value for point in told]
    values += [end for point in spans for end in (point.low, point.high)]
    if target is not None:
        values.append(target)
    box = (LEFT + 12, WIDE - RIGHT - 12, TOP, HIGH - BOTTOM - 8)
    scale = _Scale.over(values, (points[0].on, points[-1].on), box)
    dots = [Mark(*scale.at(point.on, point.value)) for point in told]
    labels = _labels(measure, told, scale)
    return Trend(
        lines=_lines(points, scale),
        dots=dots,
        spans=[Span(scale.x(one.on), scale.y(one.high), scale.y(one.low)) for one in spans],
        labels=labels,
        days=_days(points, scale),
        target=scale.y(target) if target is not None else None,
        target_said=_target(measure, target, scale, [*dots, *labels])
        if target is not None
        else None,
    )


def _target(measure: Measure, target: float, scale: "_Scale", others: list[Mark]) -> Mark:
    """The target in words at its line: left or right, over or under it, wherever most room is."""
    said = f"Target: {words.target(measure, target)}"
    y = scale.y(target)
    places = [
        Mark(x, round(y + off, 1), said, anchor)
        for x, anchor in ((WIDE - RIGHT, "end"), (LEFT, "start"))
        for off in (-7, 17)
        if 10 < y + off < HIGH - BOTTOM
    ]
    return max(places, key=lambda place: _room(place, others))


def _room(place: Mark, others: list[Mark]) -> float:
    """How far the nearest mark is in height, of those that stand where the words do."""
    wide = 7.5 * len(place.words)
    left = place.x - wide if place.anchor == "end" else place.x
    near = [abs(one.y - place.y + 5) for one in others if left - 30 < one.x < left + wide + 30]
    return min(near, default=float(HIGH))


def _labels(measure: Measure, told: Sequence[Any], scale: "_Scale") -> list[Mark]:
    """Numbers on the first, last, lowest and highest mark, none of them over another."""
    if not told:
        return []
    values = [point.value for point in told]
    wanted = [len(told) - 1, 0, values.index(max(values)), values.index(min(values))]
    marks: list[Mark] = []
    for place in wanted:
        point = told[place]
        x, y = scale.at(point.on, point.value)
        anchor = "start" if x < 40 else "end" if x > WIDE - 40 else "middle"
        # Below where the line comes from above, or it would lie over it.
        falls = max(values[max(0, place - 1) : place + 2]) > point.value
        is_below = (falls and y + 20 < HIGH - BOTTOM) or y - 9 <= 14
        if all(abs(mark.x - x) > 64 for mark in marks):
            said = words.with_unit(measure, point.value)
            marks.append(Mark(x, round(y + 20 if is_below else y - 9, 1), said, anchor))
    return marks


def _days(points: Sequence[Any], scale: "_Scale") -> list[Mark]:
    """The months under the line: the first, the last, and what fits between."""
    first, last = points[0].on, points[-1].on
    found = [Mark(scale.x(first), HIGH - 8, _month(first), "start")]
    found.append(Mark(scale.x(last), HIGH - 8, _month(last), "end"))
    for point in points[1:-1]:
        x = scale.x(point.on)
        if all(abs(mark.x - x) > 84 for mark in found):
            found.append(Mark(x, HIGH - 8, f"{point.on:%b}"))
    return found


def _month(day: date) -> str:
    return f"{day:%b} {day.year}"


# -- bars --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    y: int
    width: float
    label: str
    said: str
    is_red: bool


@dataclass(frozen=True)
class Bars:
    bars: list[Bar]
    target: float | None
    left_out: int
    wide: int = WIDE
    step: int = BAR_STEP
    thick: int = BAR_HIGH

    @property
    def high(self) -> int:
        return len(self.bars) * BAR_STEP + 4


def bars(measure: Measure, rows: Sequence[tuple[str, Any]], target: float | None) -> Bars | None:
    """A bar a group, from zero, in the order of the table; None where fewer than two are told."""
    told = [(label, row) for label, row in rows if row.value is not None]
    if len(told) < 2:
        return None
    shown = told[:MOST_BARS]
    longest = max([row.value for _, row in shown] + ([target] if target else []))
    longest = max(longest, 100) if measure.kind == SHARE else longest
    room = (WIDE - BAR_ROOM) / (longest or 1)
    return Bars(
        [
            Bar(
                y=number * BAR_STEP,
                width=max(2, round(row.value * room, 1)),
                label=_short(label),
                said=words.with_unit(measure, row.value),
                is_red=measure.is_red(row.value, target),
            )
            for number, (label, row) in enumerate(shown)
        ],
        round(target * room, 1) if target is not None else None,
        len(told) - len(shown),
    )


def _short(label: str) -> str:
    return label if len(label) <= MOST_LABEL_CHARS else f"{label[: MOST_LABEL_CHARS - 1]}…"


# -- scales ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Scale:
    first: date
    days: int
    low: float
    span: float
    left: float
    right: float
    top: float
    bottom: float

    @classmethod
    def over(
        cls,
        values: Sequence[float],
        days: tuple[date, date],
        box: tuple[float, float, float, float],
    ) -> "_Scale":
        """From the lowest value to the highest, with those in the middle that hardly differ: a
        fall from 100 to 98 is no cliff."""
        low, high = min(values), max(values)
        room = max(0.0, (abs(high) / 5 or 2) - (high - low)) / 2
        low, high = low - room, high + room
        first, last = days
        return cls(first, max(1, (last - first).days), low, high - low, *box)

    def x(self, day: date) -> float:
        share = (day - self.first).days / self.days
        return round(self.left + share * (self.right - self.left), 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / self.span
        return round(self.bottom - share * (self.bottom - self.top), 1)

    def at(self, day: date, value: float) -> tuple[float, float]:
        return self.x(day), self.y(value)


def _lines(points: Sequence[Any], scale: _Scale) -> list[str]:
    """Stretches between gaps, as `x,y x,y`; a number between two gaps is a dot alone."""
    stretches: list[list[str]] = [[]]
    for point in points:
        if point.value is None:
            stretches.append([])
            continue
        x, y = scale.at(point.on, point.value)
        stretches[-1].append(f"{x},{y}")
    return [" ".join(stretch) for stretch in stretches if len(stretch) > 1]
