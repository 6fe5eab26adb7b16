"""Who sees which pay band. HR keeps them; for everybody else each says itself who else may see it.

Nobody learns from anything that a band is there which they may not see.
"""

from collections.abc import Iterable
from typing import Any

from portal import db
from portal.careers import map_edges, tracks
from portal.careers.access import can_enter
from portal.careers.bands import EVERYONE, HOLDERS, HR, PayBand, place_of
from portal.careers.tracks import Rung, Track
from portal.people.models import Person
from portal.people.positions import Position


def can_keep(viewer: Person) -> bool:
    """See all bands with their history, set and end them, take them along as a file: HR."""
    return viewer.is_hr and not viewer.came_by_pass


def visible_to(viewer: Person) -> Any:
    """Rows that may be opened on their own page, as a query: HR all, others none."""
    rows = PayBand.select()
    return rows if can_keep(viewer) else rows.where(PayBand.id.is_null())


def band_of(viewer: Person, rung: Rung, among: Iterable[Track] | None = None) -> PayBand | None:
    """The band of a rung today, if the viewer may see it."""
    return bands_of(viewer, [rung], among).get(rung.key)


def bands_of(
    viewer: Person,
    rungs: Iterable[Rung],
    among: Iterable[Track] | None = None,
    *,
    own: Rung | None = None,
    led: Rung | None = None,
) -> dict[str, PayBand]:
    """Of many rungs the bands the viewer may see today, by the key of the rung: one query, and one
    more for whoever leads somebody. Where the caller knows them already: `among` is every track in
    force, `own` where the viewer stands, `led` where somebody does whom they lead."""
    if not can_enter(viewer):
        return {}
    in_force = PayBand.in_force(viewer.today())
    found = {rung: in_force.get(place_of(rung.role, rung.level)) for rung in rungs}
    there = {rung: band for rung, band in found.items() if band}
    if can_keep(viewer):
        return {rung.key: band for rung, band in there.items()}
    reach = _Reach(viewer, among, own, led)
    return {rung.key: band for rung, band in there.items() if reach.covers(rung, band)}


class _Reach:
    """On which rungs the viewer, and those they lead, stand; asked only where it matters."""

    def __init__(
        self, viewer: Person, among: Iterable[Track] | None, own: Rung | None, led: Rung | None
    ) -> None:
        self.viewer, self.own, self.led = viewer, own, led
        self.among = list(tracks.all_in_force() if among is None else among)
        self._led: list[Rung] | None = None

    def covers(self, rung: Rung, band: PayBand) -> bool:
        if band.shown_to == EVERYONE:
            return True
        if band.shown_to == HR:
            return False
        # What is known already first: the others are asked.
        if self.led is not None and is_near(self.led, rung):
            return True
        if band.shown_to == HOLDERS:
            own = self.own or tracks.of(self.viewer, self.among)
            if own is not None and is_near(own, rung):
                return True
        return any(is_near(one, rung) for one in self._of_the_line())

    def _of_the_line(self) -> list[Rung]:
        if self._led is None:
            self._led = self._ask() if self.viewer.has_reports else []
        return self._led

    def _ask(self) -> list[Rung]:
        rows: Any = Position.select(Position.role, Position.level).where(
            db.among(Position.person, self.viewer.line()), Position.is_held(self.viewer.today())
        )
        held = set(rows.tuples())
        found = [tracks.of_position(role, level, self.among) for role, level in sorted(held)]
        return [one for one in found if one]


def is_near(rung: Rung, other: Rung) -> bool:
    """Whether somebody on `rung` stands on the other one, or one step below it."""
    if rung == other:
        return True
    return other.key in rung.keys_to and map_edges.sort_of(rung, other) in map_edges.RISING
