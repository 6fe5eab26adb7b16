"""Charts say what their table says: places of marks, bars from zero, gaps where nothing is told."""

import itertools
import random
from dataclasses import dataclass
from datetime import date

from portal.metrics import charts, words
from portal.metrics.measure import CLOSED, COUNT, DOWN, MEDIAN, NEITHER, QUARTERLY, Measure
from portal.metrics.release import Cell


def measure(**more: object) -> Measure:
    told = {"definition": "", "formula": "", "tallies": lambda scope: [], **more}
    return Measure("one", "One", "onboarding", **told)  # type: ignore[arg-type]


@dataclass
class Point:
    on: date
    value: float | None = None
    low: float | None = None
    high: float | None = None


def months(*values: float | None) -> list[Point]:
    return [Point(date(2026, number, 28), value) for number, value in enumerate(values, start=1)]


def places(line: str) -> list[tuple[float, float]]:
    return [tuple(map(float, pair.split(","))) for pair in line.split()]  # type: ignore[misc]


def test_a_line_rises_where_the_number_does_and_breaks_where_nothing_is_told() -> None:
    drawn = charts.trend(measure(), months(50, 60, None, 80, 75), 90)
    assert drawn is not None
    first, second = (places(line) for line in drawn.lines)
    assert first[0][1] > first[1][1] > second[0][1] and second[1][1] > second[0][1]
    assert drawn.target < min(y for _, y in first + second)
    said = {mark.words for mark in drawn.labels}
    assert "50\N{NO-BREAK SPACE}%" in said and "75\N{NO-BREAK SPACE}%" in said
    assert drawn.target_said.words == "Target: 90\N{NO-BREAK SPACE}% or more"


def test_one_number_is_no_line() -> None:
    for points in ([], months(5), months(None, 5, None)):
        assert charts.trend(measure(), points, None) is None
        assert charts.spark(points) is None


def test_whatever_the_numbers_are_nothing_leaves_the_drawing_or_lies_over_another() -> None:
    chance = random.Random(8)
    for _ in range(200):
        values = [chance.choice([None, chance.uniform(0, 1e4)]) for _ in range(13)]
        points = [
            Point(date(2025 + number // 12, number % 12 + 1, 28), value)
            for number, value in enumerate(values)
        ]
        drawn = charts.trend(measure(), points, chance.choice([None, 95.0]))
        if drawn is None:
            continue
        marks = [*drawn.labels, *drawn.dots, *drawn.days]
        assert all(0 <= mark.x <= drawn.wide and 0 < mark.y <= drawn.high for mark in marks)
        xs = sorted(mark.x for mark in drawn.labels)
        assert all(b - a > 60 for a, b in itertools.pairwise(xs))


def test_a_span_is_drawn_between_its_ends() -> None:
    points = [*months(40), Point(date(2026, 3, 31), None, 0, 20)]
    drawn = charts.trend(measure(cadence=QUARTERLY, privacy=CLOSED), points, None)
    assert drawn is not None
    (span,) = drawn.spans
    assert drawn.dots[0].y < span.top < span.bottom


def test_bars_begin_at_zero_and_say_their_numbers() -> None:
    rows = [
        ("Engineering", Cell("department", "1", 9, 40, 50, 80)),
        ("Sales", Cell("department", "2", 4, 2, 5, 40)),
        ("Legal", Cell("department", "3", is_hidden=True)),
    ]
    drawn = charts.bars(measure(), rows, 60)
    assert drawn is not None
    one, other = drawn.bars
    assert one.width == 2 * other.width and one.width * 60 / 80 - drawn.target < 0.2
    assert (one.is_red, other.is_red) == (False, True)
    assert [bar.said for bar in drawn.bars] == ["80\N{NO-BREAK SPACE}%", "40\N{NO-BREAK SPACE}%"]
    assert charts.bars(measure(), rows[1:], None) is None


def test_numbers_are_rounded_down_and_said_with_their_unit() -> None:
    assert [words.number(one) for one in (94.97, 57 / 0.6, 0.05, 1204, 0, 62.199997)] == [
        "94.9", "95", "0", "1,204", "0", "62.2",
    ]  # fmt: skip
    days = measure(kind=MEDIAN, unit="days", better=DOWN)
    assert words.with_unit(days, 1) == "1\N{NO-BREAK SPACE}day"
    assert words.target(days, 45) == "45\N{NO-BREAK SPACE}days or fewer"
    assert words.target(measure(better=DOWN), 5) == "under 5\N{NO-BREAK SPACE}%"


def test_a_sentence_says_the_target_the_period_before_and_how_many() -> None:
    quarter = measure(days=90, better=DOWN)
    now, before = Cell("", "", 190, 7, 212, 700 / 212), Cell("", "", 190, 1, 200, 0.5)
    assert words.sentence(quarter, now, before, 5) == (
        "Target met, up 2.8 points on the quarter before; 7 of 212."
    )
    assert words.change(quarter, 5, 3).verdict == "worse"  # type: ignore[union-attr]
    assert words.change(measure(better=NEITHER), 5, 3).verdict == "up"  # type: ignore[union-attr]
    assert words.change(measure(), 5, 5.01).arrow == "same"  # type: ignore[union-attr]
    assert words.sentence(measure(), now, None, 50) == "46.7 points short of the target; 7 of 212."
    heads = measure(kind=COUNT, unit="people", better=NEITHER)
    assert words.sentence(heads, Cell("", "", 3, 3, 3, 3), Cell("", "", 2, 2, 2, 2), None) == (
        "Up 1 person on the month before."
    )
    assert words.value(measure(), Cell("", "", is_hidden=True)) == words.TOO_FEW


def test_the_ends_of_a_closed_number_are_said_in_words() -> None:
    closed = measure(privacy=CLOSED, cadence=QUARTERLY)
    said = [
        words.value(closed, Cell("", "", 20, None, 20, None, low, high))
        for low, high in ((0, 10), (90, 100), (40, 60))
    ]
    assert [one.replace("\N{NO-BREAK SPACE}", " ") for one in said] == [
        "10 % at most", "90 % or more", "40 to 60 %",
    ]  # fmt: skip


def test_the_period_before_is_as_long_as_the_one_that_is_counted() -> None:
    night = date(2026, 11, 17)
    found = {
        days: words.day_before(measure(days=days), night) for days in (0, 30, 90, 182, 365, 800)
    }
    assert found == {
        0: date(2026, 10, 31), 30: date(2026, 10, 31), 90: date(2026, 8, 31),
        182: date(2026, 5, 31), 365: date(2025, 11, 30), 800: date(2025, 11, 30),
    }  # fmt: skip
    assert words.day_before(measure(cadence=QUARTERLY), date(2026, 9, 30)) == date(2026, 6, 30)


def test_what_hardly_moved_is_no_cliff() -> None:
    drawn = charts.trend(measure(), months(100, 100, 98), None)
    assert drawn is not None
    (line,) = drawn.lines
    ys = [y for _, y in places(line)]
    assert 0 < max(ys) - min(ys) < drawn.high / 10
    assert drawn.labels[0].y > ys[-1], "what stands over the last mark would lie over the line"
    steep = charts.spark(months(100, 20))
    assert steep is not None and places(steep.lines[0])[0][1] < places(steep.lines[0])[1][1] / 2


def test_a_sentence_does_not_repeat_that_nothing_is_counted() -> None:
    nothing = Cell("", "", 0, None, None, None)
    assert words.value(measure(), nothing) == words.value(measure(), None) == words.NOTHING
    assert words.sentence(measure(), nothing, None, 50) == ""
    of_one = Cell("", "", 1, None, 1, 48)
    days = measure(kind=MEDIAN, unit="days", better=DOWN)
    assert words.sentence(days, of_one, None, 90) == "Target met; 1 person counted."
