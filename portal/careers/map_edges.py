"""The lines of a map: what sort of step each is."""

from dataclasses import dataclass

from portal.careers.rungs import SPECIALIST, Rung
from portal.competencies.texts import is_below
from portal.text import fold

UP, LATERAL, BRANCH, DOWN = "up", "lateral", "branch", "down"
# What leads higher.
RISING = (UP, BRANCH)
# What each sort is called beside the drawing; each has a stroke of its own.
WORDS = {
    UP: "a step up",
    BRANCH: "into a specialist’s work",
    LATERAL: "on the same level",
    DOWN: "to a lower level",
}


@dataclass(frozen=True)
class Edge:
    """A line from one rung to another; `is_both` where it leads both ways."""

    path: str
    sort: str
    is_both: bool
    is_from_here: bool


def sort_of(rung: Rung, other: Rung) -> str:
    """What going from one rung to the other is."""
    if fold(rung.level) == fold(other.level):
        return LATERAL
    if is_below(other.level, rung.level):
        return DOWN
    return BRANCH if other.kind == SPECIALIST and rung.kind != SPECIALIST else UP
