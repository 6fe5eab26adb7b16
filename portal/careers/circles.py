"""Where rungs lead in circles: right between rungs of one level, wrong across levels."""

from collections.abc import Mapping, Sequence

from portal.careers.rungs import rank
from portal.text import fold

Edges = Mapping[str, Sequence[str]]


def falling(edges: Edges, levels: Mapping[str, str]) -> list[tuple[str, str]]:
    """The steps of circles that go down a level, each as from where and to where.

    A circle in which levels differ has at least one; where none of them has a number, the step that
    ends a level named later and goes to one named before.
    """
    order = {fold(level): place for place, level in enumerate(levels.values())}
    found = []
    for slug, nexts in edges.items():
        for other in nexts:
            here, there = (_height(levels[one], order) for one in (slug, other))
            if there < here and slug in _reached(other, edges):
                found.append((slug, other))
    return found


def _height(level: str, order: Mapping[str, int]) -> tuple[str, int, int]:
    numbered = rank(level)
    # Levels without numbers stand in the order in which the text names them.
    return (*numbered, 0) if numbered != ("", 0) else ("", 0, order[fold(level)])


def _reached(start: str, edges: Edges) -> set[str]:
    seen, left = {start}, [start]
    while left:
        for other in edges.get(left.pop(), ()):
            if other not in seen:
                seen.add(other)
                left.append(other)
    return seen
