"""What a track in force says that another one says already, for whoever writes it."""

from portal.careers import tracks
from portal.careers.tracks import Rung
from portal.documents.models import Document
from portal.documents.parser import Problem
from portal.text import fold


def advise(document: Document) -> list[Problem]:
    """A remark at each rung whose role on that level stands in an older track as well: people are
    shown that one."""
    found = tracks.all_in_force()
    own = next((track for track in found if track.id == document.id), None)
    older = [rung for track in found if track.id < document.id for rung in track.rungs]
    taken = {_place(rung): rung for rung in reversed(older)}
    return [
        Problem(rung.line, _said(rung, taken[_place(rung)]), "warning")
        for rung in (own.rungs if own else [])
        if _place(rung) in taken
    ]


def _place(rung: Rung) -> tuple[str, str]:
    return fold(rung.role), fold(rung.level)


def _said(rung: Rung, other: Rung) -> str:
    where = f"“{other.title}” of {other.track_title}"
    return (
        f"{rung.role} on {rung.level or 'no level'} is {where}, too: it is the older, and counts."
    )
