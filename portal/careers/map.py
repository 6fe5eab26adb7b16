"""The map of a career: rungs in columns by level, and where each leads, as a drawing.

It is drawn here and not in the browser: `map.of(rungs, standing)` gives places and words, and
`careers/_map.html` the SVG with the same as a list. Nothing is read from a database.
"""

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.careers import columns
from portal.careers.map_edges import WORDS, Edge, sort_of
from portal.careers.rungs import INDIVIDUAL, Rung
from portal.text import enumerated

WIDE, HIGH = 152, 96
BETWEEN_COLUMNS, BETWEEN_LANES = 40, 26
MARGIN, HEAD = 10, 30
LINE_CHARS, MAX_LINES, NOTE_CHARS = 15, 3, 18
# How far from the middle of a side those lines meet it that do not lead higher.
ASIDE = 20
# From here on it is too wide for a page and can be moved sideways.
COMFORTABLE_WIDTH = 900


@dataclass(frozen=True)
class Node:
    """A rung on the map. `lines` is its name, broken; `note` what stands under it, and `more` the
    part of that which is not its level."""

    rung: Rung
    x: int
    y: int
    lines: list[str]
    note: str
    more: str
    said: str
    leads_to: list[Rung]
    is_here: bool
    is_next: bool

    @property
    def right(self) -> int:
        return self.x + WIDE

    @property
    def bottom(self) -> int:
        return self.y + HIGH

    @property
    def middle(self) -> int:
        return self.y + HIGH // 2


@dataclass(frozen=True)
class Column:
    """A level, and where its name stands; "" where rungs have none."""

    name: str
    x: int


@dataclass(frozen=True)
class Here:
    """Where somebody stands; `name` is "" for whoever looks."""

    rung: Rung | None = None
    name: str = ""

    @property
    def said(self) -> str:
        return f"{self.name} is here" if self.name else "You are here"


@dataclass(frozen=True)
class Map:
    """What is drawn, in the units of the drawing; `legend` are the sorts of lines there are."""

    nodes: list[Node]
    edges: list[Edge]
    columns: list[Column]
    width: int
    height: int
    title: str
    said: str
    # What stands at the rung where somebody is.
    here: str
    # What each sort of line that is drawn means.
    legend: list[tuple[str, str]]

    @property
    def is_wide(self) -> bool:
        return self.width > COMFORTABLE_WIDTH


def of(rungs: Iterable[Rung], standing: Rung | None = None, name: str = "") -> Map:
    """The map of these rungs; `standing` is where whoever looks stands, or who has that `name`, if
    it is among them."""
    shown = list(dict.fromkeys(rungs))
    here = Here(standing if standing in shown else None, name)
    placed = columns.place(shown)
    known = {one.key: one for one in shown}
    home = _home(shown)
    nodes = [_node(rung, placed.at[rung.key], known, here, home) for rung in shown]
    by_key = {node.rung.key: node for node in nodes}
    edges = _edges(nodes, by_key)
    lanes = 1 + max((lane for _, lane in placed.at.values()), default=0)
    return Map(
        nodes=sorted(nodes, key=lambda node: (node.x, node.y)),
        edges=edges,
        columns=[Column(name, _x(number)) for number, name in enumerate(placed.names)],
        width=_x(max(len(placed.names), 1)) - BETWEEN_COLUMNS + MARGIN,
        height=_y(lanes) - BETWEEN_LANES + MARGIN,
        title=_title(shown, here),
        said=_said(shown, here, known),
        here=here.said,
        legend=[pair for pair in WORDS.items() if pair[0] in {edge.sort for edge in edges}],
    )


def around(standing: Rung, known: Mapping[str, Rung], steps: int = 2) -> list[Rung]:
    """The rung, and those one may reach from it in so many steps; `known` are all by their key."""
    reached, last = [standing], [standing]
    for _ in range(steps):
        last = [known[key] for one in last for key in one.keys_to if key in known]
        reached += last
    return list(dict.fromkeys(reached))


def _x(column: int) -> int:
    return MARGIN + column * (WIDE + BETWEEN_COLUMNS)


def _y(lane: int) -> int:
    return HEAD + MARGIN + lane * (HIGH + BETWEEN_LANES)


def _home(rungs: list[Rung]) -> int:
    """The track that most of them are of: its name need not stand at each."""
    counted = Counter(rung.document.id for rung in rungs)
    return counted.most_common(1)[0][0] if counted else 0


def _node(
    rung: Rung, place: tuple[int, int], known: dict[str, Rung], here: Here, home: int
) -> Node:
    leads_to = [known[key] for key in rung.keys_to if key in known]
    is_here = rung == here.rung
    kind = "" if rung.kind == INDIVIDUAL else rung.kind
    more = rung.track_title if rung.document.id != home else kind
    return Node(
        rung=rung,
        x=_x(place[0]),
        y=_y(place[1]),
        lines=_broken(rung.title),
        note=_note(rung.level, more, here.said if is_here else ""),
        more=more,
        said=_spoken(rung, leads_to, here.said if is_here else ""),
        leads_to=leads_to,
        is_here=is_here,
        is_next=here.rung is not None and rung.key in here.rung.keys_to,
    )


def _broken(title: str) -> list[str]:
    return textwrap.wrap(title, LINE_CHARS, max_lines=MAX_LINES, placeholder=" …") or [title]


def _note(level: str, more: str, here: str) -> str:
    """What stands under a name: the level, and where somebody is. A long name has no room there."""
    told = [level, here or more]
    if here and len(" · ".join(filter(None, told))) > NOTE_CHARS:
        told = [level, "here"]
    return _cut(" · ".join(filter(None, told)))


def _cut(words: str) -> str:
    return words if len(words) <= NOTE_CHARS else f"{words[: NOTE_CHARS - 1].rstrip()}…"


def _spoken(rung: Rung, leads_to: list[Rung], here: str) -> str:
    """The node in words, for whoever does not see where its lines go."""
    said = f"{rung.called}. "
    said += f"{here}. " if here else ""
    led = enumerated([one.called for one in leads_to])
    return said + (f"Leads to {led}." if leads_to else "Leads to nothing on this map.")


def _edges(nodes: list[Node], by_key: dict[str, Node]) -> list[Edge]:
    """Two that lead to each other have one line, with an arrow at each end."""
    found: list[Edge] = []
    for node in nodes:
        for rung in node.leads_to:
            other = by_key[rung.key]
            is_both = node.rung in other.leads_to
            if is_both and (other.x, other.y) < (node.x, node.y):
                continue
            found.append(_edge(node, other, is_both=is_both))
    return found


def _edge(node: Node, other: Node, *, is_both: bool) -> Edge:
    is_from_here = node.is_here or (is_both and other.is_here)
    return Edge(_line(node, other), sort_of(node.rung, other.rung), is_both, is_from_here)


def _line(node: Node, other: Node) -> str:
    if node.x < other.x:
        return _curve(node.right, node.middle, other.x, other.middle)
    if node.x > other.x:
        return _curve(node.x, node.middle + ASIDE, other.right, other.middle + ASIDE)
    first, last = sorted((node, other), key=lambda one: one.y)
    at = node.x + WIDE // 2
    if last.y - first.bottom <= BETWEEN_LANES:
        ends = (first.bottom, last.y) if first is node else (last.y, first.bottom)
        return f"M{at} {ends[0]}V{ends[1]}"
    # Past the ones between, on the right.
    out, (start, end) = node.right + BETWEEN_COLUMNS - 8, (ASIDE, -ASIDE)
    if first is other:
        start, end = end, start
    start, end = node.middle + start, other.middle + end
    return f"M{node.right} {start}C{out} {start} {out} {end} {other.right} {end}"


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    half = (x + to_x) // 2
    return f"M{x} {y}C{half} {y} {half} {to_y} {to_x} {to_y}"


def _title(rungs: list[Rung], here: Here) -> str:
    if here.rung is not None:
        return f"Where one may go from {here.rung.called}"
    titles = list(dict.fromkeys(rung.track_title for rung in rungs))
    return f"Career map: {enumerated(titles[:3], len(titles))}" if titles else "Career map"


def _said(rungs: list[Rung], here: Here, known: dict[str, Rung]) -> str:
    """The drawing in a sentence."""
    if here.rung is None:
        return f"{len(rungs)} rungs, from left to right by level, with lines to where each leads."
    nexts = [known[key].called for key in here.rung.keys_to if key in known]
    led = f"From there one may go to {enumerated(nexts)}." if nexts else "It leads nowhere else."
    who = f"{here.name} stands" if here.name else "You stand"
    return f"{who} on {here.rung.called}. {led}"
