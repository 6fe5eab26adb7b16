"""Whom the matrices mean: everybody who is here or about to be, and what publishing one changes."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from portal import clock
from portal.competencies import matrices
from portal.competencies.matrices import Matrix
from portal.documents.models import Document
from portal.people import audience
from portal.people.facts import facts_of, facts_of_all
from portal.people.models import Person
from portal.people.org import Teams
from portal.people.positions import Position
from portal.text import count


@dataclass(frozen=True)
class Off:
    """Somebody of whom nothing is expected, because their matrix does not have their level."""

    person: Person
    matrix: Matrix
    level: str


@dataclass
class Reach:
    """How many people of which role have each matrix, by its number; under None who has none.

    `instead` says of each matrix which others its people have, because those are tried before it.
    """

    roles: dict[int | None, Counter[str]]
    instead: dict[int, set[str]] = field(default_factory=dict)
    off: list[Off] = field(default_factory=list)


def of(found: Collection[Matrix]) -> Reach:
    """Of these matrices, as they are tried. The first that means somebody is theirs."""
    known = Reach({one.id: Counter() for one in found}, {one.id: set() for one in found})
    people = _everybody()
    for person, facts in people.items():
        own, *others = [one for one in found if one.means(facts)] or [None]
        counted = known.roles.setdefault(own.id if own else None, Counter())
        counted[facts.get("role", "")] += 1
        if own is None:
            continue
        for other in others:
            known.instead[other.id].add(own.title)
        if own.nearest(facts.get("level", "")) is None:
            known.off.append(Off(person, own, facts.get("level", "")))
    return known


def change(document: Document, rule: str) -> str:
    """Whom a matrix means when it is published for this rule, and whose it was until then."""
    try:
        meant = audience.parse(rule)
    except audience.RuleError:
        return ""
    found = matrices.all_of_them()
    place = matrices.place(isinstance(meant, audience.Everyone), document.id)
    others = [one for one in found if one.id != document.id]
    earlier = [one for one in others if matrices.place(one.is_for_everyone, one.id) < place]
    means, lost, taken, kept = 0, 0, Counter[str](), Counter[str]()
    wanted = [audience.fields(meant), *(one.fields for one in found)]
    for facts in facts_of_all(clock.today(), frozenset().union(*wanted)).values():
        now = next((one for one in found if one.means(facts)), None)
        first = next((one for one in earlier if one.means(facts)), None)
        if first is None and meant.matches(facts):
            means += 1
            if now is not None and now.id != document.id:
                taken[now.title] += 1
            continue
        lost += now is not None and now.id == document.id
        if first is not None and meant.matches(facts):
            kept[first.title] += 1
    return _said(means, taken) + _left_out(lost, kept)


def _everybody() -> dict[Person, dict[str, str]]:
    """What rules know of everybody, in the order of names: three queries."""
    today = clock.today()
    held = Position.with_places().where(Position.is_held(today)).order_by(Position.starts_on)
    positions = {one.person_id: one for one in held}
    stays = Person.last_day_on.is_null() | (Person.last_day_on >= today)
    people = Person.select(*Person.names(Person)).where(
        Person.hired_on.is_null(False), Person.withdrawn_at.is_null(), stays
    )
    teams = Teams()
    return {
        one: facts_of(one, positions.get(one.id), teams) for one in people.order_by(Person.folded)
    }


def _said(means: int, taken: Counter[str]) -> str:
    said = f"Means {count(means, 'person', 'people') if means else 'nobody'}"
    if not (number := taken.total()):
        return f"{said}."
    who = "they have" if means == 1 else "all of them have" if number == means else ""
    who = who or f"{number} of them {'has' if number == 1 else 'have'}"
    return f"{said}; {who} {_titles(taken)} now and would have this one instead."


def _left_out(lost: int, kept: Counter[str]) -> str:
    said = ""
    if lost:
        said += f" {count(lost, 'person', 'people')} with this one now would have it no more."
    if number := kept.total():
        has = "has" if number == 1 else "have"
        said += f" {number} it names {has} {_titles(kept)}, which comes before this one."
    return said


def _titles(counted: Counter[str]) -> str:
    """The matrices, the one with most people first."""
    return " or ".join(title for title, _ in counted.most_common())
