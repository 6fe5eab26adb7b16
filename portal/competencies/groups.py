"""Departments and roles in numbers: how many of them stand where. Never of fewer than five."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from portal.competencies import gaps
from portal.competencies.gaps import Gap
from portal.people.models import Person
from portal.people.org import Teams
from portal.people.positions import Position
from portal.text import fold

LEAST = 5


@dataclass
class Cell:
    """One competency among one group: how many were rated, and how many of them how."""

    slug: str
    title: str
    people: int = 0
    below: int = 0
    as_expected: int = 0
    above: int = 0

    def add(self, gap: Gap) -> None:
        counts = gap.counts
        if counts is None:
            return
        self.people += 1
        self.below += counts < gap.expected
        self.as_expected += counts == gap.expected
        self.above += counts > gap.expected

    @property
    def is_shown(self) -> bool:
        return self.people >= LEAST


@dataclass
class Group:
    """A department or a role, with those of its competencies that enough people were rated in."""

    name: str
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def shown(self) -> list[Cell]:
        """The competencies with most people below first."""
        found = [cell for cell in self.cells.values() if cell.is_shown]
        return sorted(found, key=lambda cell: (-cell.below / cell.people, fold(cell.title)))

    @property
    def hidden(self) -> int:
        return sum(not cell.is_shown for cell in self.cells.values())


def of(name: str, people: Iterable[Person]) -> Group:
    """What was said of these people, by competency."""
    group = Group(name)
    for found in gaps.of_many(people).values():
        for gap in found:
            group.cells.setdefault(gap.slug, Cell(gap.slug, gap.title)).add(gap)
    return group


def departments(teams: Teams) -> dict[str, set[int]]:
    """The top teams by name, each with all that stand below it."""
    tops = [one for one in teams.by_id.values() if not one.parent_id and not one.closed_at]
    return {one.name: teams.below(one.id) for one in sorted(tops, key=lambda one: one.folded)}


def roles(positions: Any) -> list[str]:
    """The roles there are in these positions, by name."""
    found = {role for (role,) in positions.select(Position.role).distinct().tuples() if role}
    return sorted(found, key=fold)
