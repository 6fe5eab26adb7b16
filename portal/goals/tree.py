"""The tree of goals: which hangs on which, of those the viewer may read.

Who stands where is read as numbers alone; only what a page draws is read whole. So a company of two
thousand goals costs as much as one of fifty.
"""

from dataclasses import dataclass, field
from typing import Any

from portal import db
from portal.goals import listing
from portal.goals.listing import Line
from portal.goals.models import Goal

# Up to so many are drawn at once and open. Of more only one level is, and what lies below a goal is
# fetched when somebody opens it.
DRAWN = 30
PAGE = 40


@dataclass
class Node:
    """A goal in the tree: `count` are those right below it, `all` those at any depth."""

    id: int
    count: int
    all: int
    line: Line | None = None
    # None where they are not drawn yet.
    below: "list[Node] | None" = None


@dataclass
class Drawn:
    """What a page shows: the nodes, the goal they hang on, and whether more follow."""

    nodes: list[Node]
    number: int = 1
    has_next: bool = False
    total: int = 0


@dataclass
class Skeleton:
    """Numbers of all visible goals that stand in the tree."""

    children: dict[int | None, list[int]] = field(default_factory=dict)
    # The periods they name, the latest first.
    periods: list[str] = field(default_factory=list)

    def all_below(self, goal_id: int) -> int:
        found, step = 0, self.children.get(goal_id, [])
        while step:
            found += len(step)
            step = [one for each in step for one in self.children.get(each, [])]
        return found


def skeleton(visible: Any, period: str = "", with_ended: bool = False) -> Skeleton:
    """Open goals (or all) of a period, with those they hang on, however old.

    A person's goal that hangs on nothing stands on their own page alone.
    """
    columns = (Goal.id, Goal.parent, Goal.person, Goal.team, Goal.period, Goal.ended_at)
    # As the database says them: of thousands, making values of them costs more than asking.
    asked = db.database.execute(visible.select(*columns).order_by(Goal.id))
    rows: dict[int, tuple[Any, ...]] = {row[0]: tuple(row) for row in asked}
    wanted = {
        row[0]
        for row in rows.values()
        if (with_ended or row[5] is None) and (not period or row[4] == period)
    }
    for one in list(wanted):
        above = rows[one][1]
        while above in rows and above not in wanted:
            wanted.add(above)
            above = rows[above][1]
    made = Skeleton(periods=sorted({row[4] for row in rows.values()} - {""}, reverse=True))
    for row in rows.values():
        if row[0] not in wanted or (row[2] is not None and row[1] not in rows):
            continue
        parent = row[1] if row[1] in rows else None
        made.children.setdefault(parent, []).append(row[0])
    for ids in made.children.values():
        # The company's before teams' before people's.
        ids.sort(key=lambda one: (rows[one][2] is not None, rows[one][3] is not None, one))
    return made


def draw(found: Skeleton, visible: Any, start: int | None = None, page: int = 1) -> Drawn:
    """The goals right below `start` (None: at the top), with all that hangs on them if that is
    little."""
    every = found.children.get(start, [])
    first = (page - 1) * PAGE
    top = [_node(found, one) for one in every[first : first + PAGE]]
    nodes = top
    if sum(1 + node.all for node in top) <= DRAWN:
        nodes = [each for node in top for each in _unfolded(found, node)]
    if nodes:
        asked = visible.where(Goal.id.in_([node.id for node in nodes]))
        lines = {line.goal.id: line for line in listing.lines(asked, len(nodes))}
        for node in nodes:
            node.line = lines.get(node.id)
    return Drawn(top, page, len(every) > first + PAGE, len(every))


def _node(found: Skeleton, goal_id: int) -> Node:
    return Node(goal_id, len(found.children.get(goal_id, [])), found.all_below(goal_id))


def _unfolded(found: Skeleton, node: Node) -> list[Node]:
    """The node with everything below it, each hung on the one it belongs to."""
    node.below = [_node(found, one) for one in found.children.get(node.id, [])]
    return [node, *(each for child in node.below for each in _unfolded(found, child))]
