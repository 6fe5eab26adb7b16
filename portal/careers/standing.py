"""What is missing for a rung: of each thing it asks for whether somebody has it, and how that is
known. Nothing of it is kept: it is read off other rooms each time.

What only words say, nobody knows until somebody proposes them for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.careers import criteria, facts, ways
from portal.careers.criteria import Known as Read
from portal.careers.facts import Facts
from portal.careers.rungs import Criterion, Rung
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


def points(person: Person, rung: Rung, viewer: Person | None = None) -> list[Point]:
    """What a rung asks for, in its order, with what is known of it. `viewer`: for whom the links
    are, where that is not the person."""
    return points_of_many([(person, rung)], viewer)[person.id, rung.key]


def points_of_many(
    pairs: Iterable[tuple[Person, Rung]],
    viewer: Person | None = None,
    known: Facts | None = None,
) -> dict[tuple[int, str], list[Point]]:
    """The same for many, by person and key of the rung: as many queries as for one. `known`: what
    `facts` found, where the caller has it already."""
    wanted = list(pairs)
    if known is None:
        people = {person.id for person, _ in wanted}
        known = facts.complete(facts.read(people), people, [rung for _, rung in wanted])
    return {
        (person.id, rung.key): [_point(person, rung, one, known, viewer) for one in rung.criteria]
        for person, rung in wanted
    }


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
