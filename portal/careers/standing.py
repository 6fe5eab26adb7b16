"""What is missing for a rung: of each thing it asks for whether somebody has it, and how that is
known. Nothing of it is kept: it is read off other rooms each time.

What only words say, nobody knows until somebody proposes them for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.careers import criteria, facts, tracks, ways
from portal.careers.criteria import Known as Read
from portal.careers.facts import Facts
from portal.careers.rungs import MONTHS, Criterion, Rung
from portal.careers.tracks import Track
from portal.people.models import Person


@dataclass(frozen=True)
class Point:
    """One thing a rung asks for, as it stands with one person.

    `title` is what is asked; `said` the fact with its day; `missing` what is not there yet, in
    words. `url` and `verb` lead to where it is closed; empty where nothing is to be done. `is_met`
    is None where nothing the portal knows could say.
    """

    criterion: Criterion
    title: str
    is_met: bool | None
    said: str
    missing: str
    url: str
    verb: str

    @property
    def key(self) -> str:
        return self.criterion.key

    @property
    def words(self) -> str:
        """What stands beside it in the track."""
        return self.criterion.words if self.criterion.words != self.title else ""


def points(
    person: Person, rung: Rung, viewer: Person | None = None, among: list[Track] | None = None
) -> list[Point]:
    """What a rung asks for, in its order, with what is known of it. `viewer`: for whom the links
    are, where that is not the person."""
    return points_of_many([(person, rung)], viewer, among=among)[person.id, rung.key]


def points_of_many(
    pairs: Iterable[tuple[Person, Rung]],
    viewer: Person | None = None,
    known: Facts | None = None,
    among: list[Track] | None = None,
) -> dict[tuple[int, str], list[Point]]:
    """The same for many, by person and key of the rung: as many queries as for one. `known`: what
    `facts` found, and `among` every track in force, where the caller has them already."""
    wanted = list(pairs)
    if known is None:
        people = {person.id for person, _ in wanted}
        known = facts.complete(facts.read(people), people, [rung for _, rung in wanted])
    if any(one.sort == MONTHS for _, rung in wanted for one in rung.criteria):
        _place(known, (person for person, _ in wanted), among)
    return {
        (person.id, rung.key): [_point(person, rung, one, known, viewer) for one in rung.criteria]
        for person, rung in wanted
    }


def stands_on(found: Facts, person: Person, among: list[Track]) -> Rung | None:
    """The rung of somebody, as `tracks.of` says it, from what was read already."""
    held = found.now.get(person.id)
    return tracks.of_position(*held, among) if held and person.is_staff else None


def _place(found: Facts, people: Iterable[Person], among: list[Track] | None) -> None:
    every = tracks.all_in_force() if among is None else among
    for person in people:
        if rung := stands_on(found, person, every):
            found.rungs[person.id] = rung


def _point(
    person: Person, rung: Rung, criterion: Criterion, found: Facts, viewer: Person | None
) -> Point:
    known: Read = criteria.read(person, rung, criterion, found)
    url, verb = ways.of(person, criterion, found, viewer)
    if known.is_met or not known.is_there:
        url, verb = "", ""
    return Point(
        criterion=criterion,
        title=known.title,
        is_met=known.is_met,
        said=known.said,
        missing="" if known.is_met else known.missing,
        url=url,
        verb=verb,
    )


def missing(found: Iterable[Point]) -> list[Point]:
    """What is not there yet; what only words say is not among it."""
    return [one for one in found if one.is_met is False]
