"""What can be wrong with careers: levels and roles that no track has, openings left standing."""

from datetime import date, timedelta
from typing import Any

from portal.careers import tracks
from portal.careers.openings import Opening
from portal.careers.tracks import Track
from portal.competencies.texts import nearest
from portal.people.quality import CAREERS, Case, Check, Looked, said
from portal.people.vacancies import Vacancy
from portal.text import fold

LEVEL, ROLES, LEFT_OPEN = "level", "track-roles", "opening-over"
OVER_DAYS = 14


def _tracks(looked: Looked) -> list[Track]:
    return looked.once("tracks", tracks.all_in_force)


def _levels(looked: Looked) -> list[Case]:
    """Whoever's role a track has, without a level, or on one below which it has nothing."""
    known: dict[str, set[str]] = {}
    for track in _tracks(looked):
        for rung in track.rungs:
            known.setdefault(fold(rung.role), set()).add(rung.level)
    found = []
    for row in looked.here() if known else ():
        levels = {level for level in known.get(fold(row.role or ""), ()) if level}
        if levels and nearest(levels, row.level or "") is None:
            note = f"{row.role}, {row.level or 'no level'}"
            found.append(Case(row.name, f"/people/{row.id}/position", note))
    return found


def _roles(looked: Looked) -> list[Case]:
    """Tracks of whose roles nobody here has any."""
    held = {fold(row.role) for row in looked.here() if row.role}
    return [
        Case(track.title, track.url, ", ".join(sorted({rung.role for rung in track.rungs})[:3]))
        for track in _tracks(looked)
        if held and not held & {fold(rung.role) for rung in track.rungs}
    ]


def _left_open(today: date) -> Any:
    """Whether anybody asks is said to nobody here."""
    rows = Opening.select(*said(LEFT_OPEN, Opening.id, Vacancy.role, Opening.apply_by))
    over = Opening.apply_by < today - timedelta(days=OVER_DAYS)
    return rows.join(Vacancy).where(Opening.closed_at.is_null(), over)


CHECKS = [
    Check(
        LEVEL, CAREERS, "A level their track does not have",
        "Their rung is a guess: what is missing for the next one may be wrong.",
        "Give the level", look=_levels,
    ),
    Check(
        ROLES, CAREERS, "Tracks nobody stands on",
        "Nobody here has one of their roles. Are the roles called otherwise in people’s positions?",
        "Look at the track", look=_roles,
    ),
    Check(
        LEFT_OPEN, CAREERS, "Openings that are over, and stand",
        "Their last day is over: change it, choose somebody, or close it.",
        "Look at it", url="/careers/openings/{ref}", note="until {}", rows=_left_open,
    ),
]  # fmt: skip
