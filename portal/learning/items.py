"""Which questions of a course are hard: how many answered each of them right at their first try.

Counted over everybody, never shown of fewer than five people, and with no name.
"""

from dataclasses import dataclass

from portal import clock
from portal.documents.models import Document, Revision
from portal.learning.models import Attempt
from portal.people.models import Person

LEAST = 5
MOST_ATTEMPTS = 50_000


@dataclass
class Item:
    """One question of the text in force: how many were asked it at their first try, and how many
    of them were right. Where they are too few, neither is said."""

    key: str
    label: str
    asked: int = 0
    right: int = 0

    @property
    def is_shown(self) -> bool:
        return self.asked >= LEAST

    @property
    def percent(self) -> int:
        return self.right * 100 // self.asked if self.asked else 0


def can_see(viewer: Person) -> bool:
    """HR, who writes the questions."""
    return viewer.is_hr and not viewer.came_by_pass


def of(course: Document) -> list[Item]:
    """The questions of the text in force, the hardest first; those of whom too few were asked
    last. Two queries."""
    current = course.current
    if current is None:
        return []
    found = {one["key"]: Item(one["key"], one["title"]) for one in current.parsed["questions"]}
    if found:
        for wrong, drawn in _first_tries(course):
            for key in drawn or found:
                if key in found:
                    found[key].asked += 1
                    found[key].right += key not in wrong
    return sorted(found.values(), key=lambda one: (not one.is_shown, one.percent, one.label))


def _first_tries(course: Document) -> list[tuple[set[str], list[str]]]:
    """Of each person's first graded try with what is asked today: what was wrong, what was drawn
    (nothing, where that was not kept)."""
    material = Revision.material_at(course.id, clock.now())
    rows = (
        Attempt.select(Attempt.person, Attempt.state)
        .join(Revision)
        .where(
            Attempt.course == course.id,
            Attempt.ended_at.is_null(False),
            Revision.number >= (material.number if material else 1),
        )
        .order_by(Attempt.number)
        .limit(MOST_ATTEMPTS)
    )
    seen: set[int] = set()
    found = []
    for row in rows:
        kept = row.kept
        if row.person_id in seen or "result" not in kept:
            continue
        seen.add(row.person_id)
        found.append((set(kept["result"]["wrong"]), [one["key"] for one in kept.get("drawn", [])]))
    return found
