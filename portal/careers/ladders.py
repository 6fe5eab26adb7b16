"""A track as it is read: its rungs side by side from the lowest level, each in the same parts."""

from dataclasses import dataclass

from portal.careers import band_access, columns, tracks, wording
from portal.careers import map as career_map
from portal.careers.bands import PayBand
from portal.careers.map import Map
from portal.careers.rungs import MONTHS, OWN, Rung
from portal.careers.tracks import Track
from portal.careers.wording import Asked
from portal.people.models import Person


@dataclass(frozen=True)
class Step:
    """A rung as it stands beside the others. `band` is None where the viewer sees none."""

    rung: Rung
    asked: list[Asked]
    own_words: list[Asked]
    leads_to: list[Rung]
    band: PayBand | None
    is_own: bool
    is_next: bool


@dataclass(frozen=True)
class Ladder:
    """All of a track, and where the viewer stands: in it, in another one, or nowhere."""

    track: Track
    steps: list[Step]
    own: Rung | None
    map: Map

    @property
    def is_own(self) -> bool:
        return self.own is not None and self.own.document.id == self.track.id

    @property
    def has_bands(self) -> bool:
        return any(step.band for step in self.steps)


def of(viewer: Person, track: Track, among: list[Track]) -> Ladder:
    """The ladder of one of the tracks in force."""
    own = tracks.of(viewer, among)
    words = wording.Wording(viewer, track.rungs)
    bands = band_access.bands_of(viewer, track.rungs, among)
    elsewhere = [
        rung
        for one in track.rungs
        for rung in tracks.next_of(one, among)
        if rung.document.id != track.id
    ]
    placed = columns.place(track.rungs).at
    in_order = sorted(track.rungs, key=lambda one: (placed[one.key][0], one.place))
    return Ladder(
        track=track,
        steps=[_step(rung, words, bands, own, among) for rung in in_order],
        own=own,
        map=career_map.of([*track.rungs, *elsewhere], own),
    )


def _step(
    rung: Rung,
    words: wording.Wording,
    bands: dict[str, PayBand],
    own: Rung | None,
    among: list[Track],
) -> Step:
    # Time comes first, own words last: what is between is read off other pages.
    asked = sorted(rung.criteria, key=lambda one: one.sort != MONTHS)
    return Step(
        rung=rung,
        asked=[words.of(rung, one) for one in asked if one.sort != OWN],
        own_words=[words.of(rung, one) for one in asked if one.sort == OWN],
        leads_to=tracks.next_of(rung, among),
        band=bands.get(rung.key),
        is_own=rung == own,
        is_next=own is not None and rung.key in own.keys_to,
    )
