"""Where rungs lead in circles: right between rungs of one level, wrong across levels."""

from collections.abc import Mapping, Sequence

from portal.careers.rungs import in_order
from portal.text import fold

Edges = Mapping[str, Sequence[str]]


def falling(edges: Edges, levels: Mapping[str, str]) -> list[tuple[str, str]]:
    """The steps of circles that go down a level, each as from where and to where.

    A circle in which levels differ has at least one.
    """
    height = {level: place for place, level in enumerate(in_order(levels.values()))}
    found = []
    for slug, nexts in edges.items():
        for other in nexts:
            here, there = (height[fold(levels[one])] for one in (slug, other))
            if there < here and slug in _reached(other, edges):
                found.append((slug, other))
    return found


def _reached(start: str, edges: Edges) -> set[str]:
    seen, left = {start}, [start]
    while left:
        for other in edges.get(left.pop(), ()):
            if other not in seen:
                seen.add(other)
                left.append(other)
    return seen
