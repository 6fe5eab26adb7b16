"""Who leads whom, as a tree: whole where a company fits a page, else level by level."""

from dataclasses import dataclass, field
from typing import Any

import peewee

from portal import db
from portal.people import access
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.vacancies import Vacancy

WHOLE = 400
MOST = 300


@dataclass
class Node:
    """A person with whoever reports to them; `reports` is None where they are not loaded yet."""

    person: Person
    count: int = 0
    reports: list["Node"] | None = None
    vacancies: list[Vacancy] = field(default_factory=list)


class Tree:
    """The lines of report among whom the viewer may see, as they are today."""

    def __init__(self, viewer: Person) -> None:
        self.viewer, self.today = viewer, viewer.today()
        here = Person.last_day_on.is_null() | (Person.last_day_on >= self.today)
        self.visible = access.visible_to(viewer).where(here, Person.hired_on.is_null(False))

    def tops(self) -> list[Node]:
        """Whoever stands at the top, with everything below them as far as it is loaded."""
        if self.visible.limit(WHOLE + 1).count() <= WHOLE:
            return self._whole(self._cards(self.visible, WHOLE))
        led = Position.alias()
        leads = led.select(led.manager).where(Position.is_held(self.today, led))
        top = Position.manager.is_null() & db.among(Person.id, leads)
        return self._two_levels(self._cards(self.visible.where(top), MOST))

    def under(self, person: Person) -> list[Node]:
        """Who reports to one person, and how many report to each of those."""
        nodes = [Node(one) for one in self._cards(self._reporting([person.id]), MOST)]
        self._count(nodes)
        return nodes

    def at(self, person: Person) -> list[Node]:
        """The tree from one person downward."""
        return self._two_levels([person])

    def vacancies_under(self, person: Person) -> list[Vacancy]:
        return self._vacancies([person.id]).get(person.id, [])

    def _cards(self, query: Any, most: int) -> list[Person]:
        cards = Person.cards(query, self.today)
        return list(cards.select_extend(Position.manager).limit(most))

    def _reporting(self, ids: list[int]) -> Any:
        return self.visible.where(Position.manager.in_(ids))

    def _whole(self, everyone: list[Person]) -> list[Node]:
        nodes = {person.id: Node(person, reports=[]) for person in everyone}
        tops: list[Node] = []
        for person in everyone:
            boss = nodes.get(manager_of(person) or 0)
            # Whose manager the viewer does not see stands at the top of what they see.
            (boss.reports if boss and boss.reports is not None else tops).append(nodes[person.id])
        for node in nodes.values():
            node.count = len(node.reports or [])
        self._add_vacancies(list(nodes.values()))
        return sorted(tops, key=lambda node: -node.count)

    def _two_levels(self, people: list[Person]) -> list[Node]:
        nodes = {person.id: Node(person, reports=[]) for person in people}
        below = []
        for person in self._cards(self._reporting(list(nodes)), MOST):
            node = Node(person)
            below.append(node)
            above = nodes[manager_of(person) or 0]
            above.count += 1
            if above.reports is not None:
                above.reports.append(node)
        self._count(below)
        self._add_vacancies([*nodes.values(), *below])
        return list(nodes.values())

    def _count(self, nodes: list[Node]) -> None:
        """How many of the visible report to each."""
        ids = [node.person.id for node in nodes]
        if not ids:
            return
        rows: Any = (
            Position.select(Position.manager, peewee.fn.COUNT(Position.id))
            .join(Person, on=(Position.person == Person.id))
            .where(Position.manager.in_(ids), Position.is_held(self.today))
            .where(db.among(Person.id, self.visible.select(Person.id)))
            .group_by(Position.manager)
            .tuples()
        )
        counts = dict(rows)
        for node in nodes:
            node.count = counts.get(node.person.id, 0)
            # Loaded already, where there is nothing to load.
            node.reports = node.reports if node.count else []

    def _vacancies(self, ids: list[int]) -> dict[int, list[Vacancy]]:
        if not access.can_see_vacancies(self.viewer):
            return {}
        return Vacancy.under(ids, access.vacancies_visible_to(self.viewer))

    def _add_vacancies(self, nodes: list[Node]) -> None:
        wanted = self._vacancies([node.person.id for node in nodes])
        for node in nodes:
            node.vacancies = wanted.get(node.person.id, [])


def manager_of(person: Person) -> int | None:
    """Whom a card's person reports to; None without a position or a manager."""
    stands = getattr(person, "stands", None)
    return stands.manager_id if stands is not None else None
