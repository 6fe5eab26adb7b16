"""Pay bands as HR reads them: rung by rung, and what was said of one role over time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.careers.bands import PayBand, Place, held, place_of
from portal.careers.tracks import Rung, Track


@dataclass(frozen=True)
class Line:
    """A role on a level: what is paid now, and what comes next. Both may be missing."""

    title: str
    role: str
    level: str
    band: PayBand | None
    planned: PayBand | None

    @property
    def known(self) -> PayBand | None:
        return self.band or self.planned


@dataclass(frozen=True)
class Part:
    """The lines of a track, or of all roles that no track names."""

    title: str
    url: str
    lines: list[Line]


@dataclass(frozen=True)
class Past:
    """One row of a history, and how it stands."""

    band: PayBand
    state: str


def parts(found: Iterable[Track], today: date) -> list[Part]:
    """Every rung of the tracks in force with its band, then every other role that has one: one
    query. A role that two rungs share stands at each."""
    rows = list(PayBand.listing())
    now, ahead = held(rows, today), _ahead(rows, today)
    told: list[Part] = []
    seen: set[Place] = set()
    for track in found:
        lines = [_line(one.title, one.role, one.level, now, ahead) for one in track.rungs]
        seen |= {place_of(one.role, one.level) for one in track.rungs}
        told.append(Part(track.title, track.url, lines))
    others = {row.place: row for row in rows if row.place in now or row.place in ahead}
    lines = [
        _line(row.role, row.role, row.level, now, ahead)
        for place, row in sorted(others.items())
        if place not in seen
    ]
    return [*told, *([Part("Other roles", "", lines)] if lines else [])]


def _ahead(rows: Iterable[PayBand], today: date) -> dict[Place, PayBand]:
    """The next row of each place that has not begun."""
    later = [row for row in rows if row.starts_on > today]
    return {row.place: row for row in reversed(later)}


def _line(
    title: str, role: str, level: str, now: dict[Place, PayBand], ahead: dict[Place, PayBand]
) -> Line:
    place = place_of(role, level)
    return Line(title, role, level, now.get(place), ahead.get(place))


def rung_of(place: Place, found: Iterable[Track]) -> Rung | None:
    """The rung that a role on a level is, if a track names it."""
    rungs = (rung for track in found for rung in track.rungs)
    return next((one for one in rungs if place_of(one.role, one.level) == place), None)


def history(place: Place, today: date) -> list[Past]:
    """Every row of a role on a level, the newest first, each with how it stands."""
    return _told(PayBand.history(place), today)


def all_of_them(today: date) -> list[Past]:
    """Every row ever recorded, role by role: one query."""
    by_place: dict[Place, list[PayBand]] = {}
    for row in PayBand.all_recorded():
        by_place.setdefault(row.place, []).append(row)
    return [past for place in sorted(by_place) for past in _told(by_place[place], today)]


def _told(rows: list[PayBand], today: date) -> list[Past]:
    stood = [row for row in rows if row.superseded_at is None and row.starts_on <= today]
    current = stood[0].id if stood else None
    return [Past(row, _state(row, current, today)) for row in rows]


def _state(row: PayBand, current: int | None, today: date) -> str:
    if row.superseded_at is not None:
        return "withdrawn or corrected"
    if row.starts_on > today:
        return "planned"
    if row.id != current:
        return "before"
    return "ended" if row.is_end else "in force"
