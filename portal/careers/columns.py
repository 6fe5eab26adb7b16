"""Where rungs stand on a map: in columns by level, in lanes so that few lines cross."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.careers.rungs import Rung, in_order
from portal.text import fold


@dataclass(frozen=True)
class Placed:
    """Column and lane of each rung by its key, and what the columns are called."""

    at: dict[str, tuple[int, int]]
    names: list[str]


def place(rungs: Sequence[Rung]) -> Placed:
    """The lowest level stands first. A rung without a level stands after those that lead to it."""
    names = in_order(one.level for one in rungs if fold(one.level))
    column = {one.key: names.index(fold(one.level)) for one in rungs if fold(one.level)}
    shown = {fold(one.level): one.level for one in reversed(rungs)}
    titles = [shown[name] for name in names]
    for rung in (one for one in rungs if one.key not in column):
        before = [column[one.key] for one in rungs if rung.key in one.keys_to and one.key in column]
        column[rung.key] = max(before, default=-1) + 1
    titles += [""] * (max(column.values(), default=-1) + 1 - len(titles))
    return Placed(_with_lanes(rungs, column), titles)


def _with_lanes(rungs: Sequence[Rung], column: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Each beside those that lead to it from the left, else in the order of the text."""
    lanes: dict[str, int] = {}
    for number in sorted(set(column.values())):
        here = [one for one in rungs if column[one.key] == number]
        wanted = {one.key: _beside(one, rungs, lanes) for one in here}
        free = 0
        for rung in sorted(here, key=lambda one: (wanted[one.key], rungs.index(one))):
            lanes[rung.key] = max(free, int(wanted[rung.key]))
            free = lanes[rung.key] + 1
    used = sorted(set(lanes.values()))
    return {key: (column[key], used.index(lane)) for key, lane in lanes.items()}


def _beside(rung: Rung, rungs: Sequence[Rung], lanes: dict[str, int]) -> float:
    before = [lanes[one.key] for one in rungs if rung.key in one.keys_to and one.key in lanes]
    return sum(before) / len(before) if before else 0
