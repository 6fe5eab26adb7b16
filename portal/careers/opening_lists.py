"""What the pages of openings are made of: each list asked once, by the rule of whoever looks."""

from dataclasses import dataclass
from datetime import date

from portal import text
from portal.careers import band_access as bands
from portal.careers import opening_access as access
from portal.careers import tracks
from portal.careers.bands import PayBand
from portal.careers.interests import Interest
from portal.careers.openings import Opening
from portal.careers.rungs import Rung
from portal.people.models import Person
from portal.web import Page


def listed(viewer: Person, number: int, *, is_over: bool) -> Page:
    """The openings somebody finds: those one may ask for now, or those that are over."""
    seen, is_open = access.visible_to(viewer), Opening.is_open(viewer.today())
    rows = Opening.whole(seen.where(~is_open if is_over else is_open))
    return Page(rows.order_by(Opening.id.desc()) if is_over else rows, number)


def found(viewer: Person, typed: str, most: int) -> list[Opening]:
    """Open ones in whose role these words occur, for the palette."""
    rows = access.visible_to(viewer).where(Opening.is_open(viewer.today()))
    near = [one for one in Opening.whole(rows) if text.fold(typed) in text.fold(one.role)]
    return near[:most]


def own(viewer: Person, openings: list[Opening]) -> dict[int, Interest]:
    """What one asks of these oneself, by opening."""
    ids = [opening.id for opening in openings]
    rows = access.own_interests(viewer).where(Interest.opening.in_(ids)) if ids else ()
    return {row.opening_id: row for row in rows}


@dataclass(frozen=True)
class Asked:
    """Who asks for an opening, as far as the viewer knows: oneself, those whom one may answer, and
    those of one's line who let one know, or got it."""

    mine: Interest | None
    others: list[Interest]
    of_line: list[Interest]


def asked(viewer: Person, opening: Opening) -> Asked:
    """One query, in the order of asking."""
    rows = access.known_to(viewer).where(Interest.opening == opening.id).order_by(Interest.id)
    own = [row for row in rows if row.person_id == viewer.id]
    others = [row for row in rows if row.person_id != viewer.id]
    return Asked(
        mine=own[-1] if own else None,
        others=[row for row in others if row.reads],
        of_line=[row for row in others if not row.reads],
    )


@dataclass(frozen=True)
class Placed:
    """Where an opening stands in the tracks: its rung (`is_exact`, or only one of its role), and
    what is paid, by right."""

    rung: Rung | None = None
    is_exact: bool = False
    band: PayBand | None = None


def placed(viewer: Person, opening: Opening) -> Placed:
    """By role and level of the vacancy; nothing where no track has that role."""
    among = tracks.all_in_force()
    rung = tracks.of_position(opening.vacancy.role, opening.vacancy.level, among)
    if rung is None or text.fold(rung.level) != text.fold(opening.vacancy.level):
        # One that is only near may be paid otherwise.
        return Placed(rung)
    return Placed(rung, True, bands.band_of(viewer, rung, among))


def read_by(opening: Opening, on: date) -> str:
    """Who reads what one asks, as a sentence for whoever is about to."""
    leads = opening.vacancy.manager
    choose = "HR reads this"
    if leads is not None and not leads.has_left(on):
        choose = f"{leads.called}, who leads it, and HR read this"
    return (
        f"{choose}. Nobody else you report to does: they learn of it only if you tick that above,"
        " or get it. Nobody is told who else asks."
    )
