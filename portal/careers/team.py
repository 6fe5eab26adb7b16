"""A row for each report: their rung, for how long, and what the next one still asks."""

from dataclasses import dataclass, field

from portal import web
from portal.careers import access, facts, standing, tracks
from portal.careers.criteria import months_of
from portal.careers.facts import Facts
from portal.careers.overview import Goal, goals_of
from portal.careers.rungs import Rung
from portal.careers.standing import Point, stands_on
from portal.careers.tracks import Track
from portal.people.models import Person

ROWS = 50


@dataclass(frozen=True)
class Row:
    """One report. `target`: the rung of their plan, else the first that theirs leads to; `missing`:
    how much of what it asks, None where it asks nothing."""

    person: Person
    role: str
    rung: Rung | None
    target: Rung | None
    months: int
    missing: int | None
    has_plan: bool
    goals: list[Goal] = field(default_factory=list)


@dataclass(frozen=True)
class Team:
    """One page of them."""

    page: web.Page
    rows: list[Row]


def of(viewer: Person, number: int, *, is_whole: bool) -> Team:
    """Those the viewer leads, by name: as many queries however many they are."""
    page = web.Page(access.team_of(viewer, is_whole=is_whole), number, ROWS)
    people: list[Person] = list(page)
    ids, known = [person.id for person in people], tracks.all_in_force()
    found = facts.read(ids, access.aspirations_visible_to(viewer))
    towards = {person.id: _target(found, person, known) for person in people}
    pairs = [(person, rung) for person in people if (rung := towards[person.id])]
    facts.complete(found, ids, [rung for _, rung in pairs])
    points = standing.points_of_many(pairs, known=found, among=known)
    return Team(page, [_row(one, found, known, towards[one.id], points) for one in people])


def _row(
    person: Person,
    found: Facts,
    known: list[Track],
    target: Rung | None,
    points: dict[tuple[int, str], list[Point]],
) -> Row:
    asked = points[person.id, target.key] if target else None
    return Row(
        person=person,
        role=found.now.get(person.id, ("", ""))[0],
        rung=stands_on(found, person, known),
        target=target,
        months=months_of(found.stood.get(person.id, []), person.today()),
        missing=len(standing.missing(asked)) if asked else None,
        has_plan=person.id in found.plans,
        goals=goals_of(found, person, known),
    )


def _target(found: Facts, person: Person, known: list[Track]) -> Rung | None:
    """The rung of their plan, where it is in force; else the first that theirs leads to."""
    if person.id in found.plans:
        number, slug = found.plans[person.id]
        if rung := tracks.find(number, slug, known):
            return rung
    rung = stands_on(found, person, known)
    return next(iter(tracks.next_of(rung, known)), None) if rung else None
