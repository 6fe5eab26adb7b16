"""Tracks: one rung after another, as HR has written them; and who stands on which."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from markupsafe import Markup

from portal.careers import rungs
from portal.careers.rungs import Criterion, Ref, Rung
from portal.documents.models import Document
from portal.documents.written import Written, in_force
from portal.people.models import Person

__all__ = [
    "KIND", "Criterion", "Ref", "Rung", "Track", "all_in_force", "find", "next_of", "of",
    "of_position",
]  # fmt: skip

KIND = "track"


class Track(Written):
    """A track with its text in force."""

    @property
    def url(self) -> str:
        return url_of(self.document)

    @property
    def intro_html(self) -> Markup:
        # Sanitized by `render_markdown` when it was published.
        return Markup(self.structure.get("intro_html", ""))  # noqa: S704

    @cached_property
    def rungs(self) -> list[Rung]:
        """In the order of the text."""
        return [
            rungs.read(self.document, self.revision, place, one)
            for place, one in enumerate(self.structure["rungs"])
        ]

    def rung(self, slug: str) -> Rung | None:
        return next((one for one in self.rungs if one.slug == slug), None)


def url_of(document: Document) -> str:
    return f"/careers/tracks/{document.id}"


def all_in_force() -> list[Track]:
    """Every track in force, by its title: one query."""
    return [Track(one, one.current) for one in in_force(KIND) if one.current]


def of(person: Person, among: Iterable[Track] | None = None) -> Rung | None:
    """The rung somebody stands on today, by role and level of their position. `among`: every track
    in force, where the caller has them already; so with all below."""
    held = person.held_now
    if held is None or not person.is_staff:
        return None
    return of_position(held.role, held.level, among)


def of_position(role: str, level: str, among: Iterable[Track] | None = None) -> Rung | None:
    """The rung of a role on a level: the nearest one, whichever track it is in. Should two tracks
    have that very one, it is the older track's."""
    every = [rung for track in _oldest_first(among) for rung in track.rungs]
    return rungs.nearest_of(every, role, level)


def next_of(rung: Rung, among: Iterable[Track] | None = None) -> list[Rung]:
    """The rungs it leads to, in the order it names them. One that is not in force is left out."""
    known = by_key(among)
    return [known[key] for key in rung.keys_to if key in known]


def find(document: Document | int, slug: str, among: Iterable[Track] | None = None) -> Rung | None:
    """The rung of that address in the text in force of a track; None where there is none."""
    number = document if isinstance(document, int) else document.id
    track = next((one for one in _among(among) if one.id == number), None)
    return track.rung(slug) if track else None


def by_key(among: Iterable[Track] | None = None) -> Mapping[str, Rung]:
    """Every rung in force by its key, in the order of the tracks."""
    return {rung.key: rung for track in _among(among) for rung in track.rungs}


def _among(among: Iterable[Track] | None) -> Iterable[Track]:
    return all_in_force() if among is None else among


def _oldest_first(among: Iterable[Track] | None) -> list[Track]:
    return sorted(_among(among), key=lambda track: track.id)
