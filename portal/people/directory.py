"""The directory: who is found by words, team and place, and the same list as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import peewee

from portal import audit, db, text
from portal.people import access
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.org import Location, Team, Teams
from portal.people.positions import Position
from portal.people.tables import write_table
from portal.prepared import Prepared

TEAM, PLACE, ROLE = 1, 2, 3
MOST_WORDS = 6
MOST_ROLES = 300
MOST_ROWS = 50_000


@dataclass(frozen=True)
class Asked:
    """What the address of the directory asks for."""

    words: str = ""
    team: int | None = None
    place: int | None = None
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.words or self.team or self.place)


class Places:
    """Teams, places and (where words are asked for) roles, in one query, with folded names."""

    def __init__(self, words: str = "") -> None:
        self.words = text.fold(words).split()[:MOST_WORDS]
        self.rows = _places_and_roles() if self.words else _places()
        self.parents = {row[1]: row[3] for row in self.rows if row[0] == TEAM}

    def teams(self) -> list[tuple[str, str]]:
        """The open teams to filter by, as id and path."""
        names = {row[1]: row[2] for row in self.rows if row[0] == TEAM}
        open_ = [row[1] for row in self.rows if row[0] == TEAM and row[4]]
        paths = {id_: " / ".join(names[one] for one in self._upward(id_)[::-1]) for id_ in open_}
        return [(str(one), paths[one]) for one in sorted(open_, key=lambda i: text.fold(paths[i]))]

    def locations(self) -> list[tuple[str, str]]:
        found = [(str(row[1]), row[2]) for row in self.rows if row[0] == PLACE]
        return sorted(found, key=lambda pair: text.fold(pair[1]))

    def below(self, team_id: int) -> list[int]:
        """The team and whatever stands under it."""
        return [one for one in self.parents if team_id in self._upward(one)]

    def _upward(self, team_id: int) -> list[int]:
        path: list[int] = []
        step: int | None = team_id
        while step is not None and step not in path:
            path.append(step)
            step = self.parents.get(step)
        return path

    def at(self, word: str) -> Any:
        """A condition: the role, team or place somebody stands in contains the word."""
        condition = peewee.Value(1) == 0
        # From the beginning of a word: “erin” shall not find everybody in engineering.
        named = [row[:3] for row in self.rows if f" {word}" in f" {text.fold(row[2])}"]
        if roles := [name for kind, _, name in named if kind == ROLE][:MOST_ROLES]:
            condition |= Position.role.in_(roles)
        for kind, field in ((TEAM, Position.team), (PLACE, Position.location)):
            if ids := [id_ for what, id_, _ in named if what == kind]:
                condition |= field.in_(ids)
        return condition


def _all_places() -> Any:
    return Team.select(
        peewee.Value(TEAM), Team.id, Team.name, Team.parent, Team.closed_at.is_null()
    ).union_all(
        Location.select(
            peewee.Value(PLACE), Location.id, Location.name, Location.id,
            Location.id.is_null(False),
        )
    )  # fmt: skip


def _all_roles() -> Any:
    return Position.select(
        peewee.Value(ROLE), peewee.Value(0), Position.role, peewee.Value(0),
        Position.superseded_at.is_null(),
    ).where(Position.is_known())  # fmt: skip


_places = Prepared(lambda: _all_places().tuples())
_places_and_roles = Prepared(lambda: _all_places().union(_all_roles()).tuples())


def found_by(viewer: Person, asked: Asked, places: Places) -> Any:
    """Whom the viewer may see and asks for, as a query that `Person.cards` completes."""
    query = access.visible_to(viewer)
    if not asked.everyone:
        here = Person.last_day_on.is_null() | (Person.last_day_on >= viewer.today())
        query = query.where(here)
    if asked.team:
        query = query.where(Position.team.in_(places.below(asked.team) or [0]))
    if asked.place:
        query = query.where(Position.location == asked.place)
    for word in places.words:
        query = query.where(Person.folded.contains(word) | places.at(word))
    return query


# What each column of an export is called, and which field of a file it shows.
COLUMNS = {
    "number": "number",
    "email": "email",
    "name": "name",
    "preferred_name": "preferred_name",
    "pronouns": "pronouns",
    "start": "hired_on",
    "role": "role",
    "level": "level",
    "department": "team",
    "team": "team",
    "location": "location",
    "manager": "manager",
    "buddy": "buddy",
    "type": "employment",
    "phone": "phone",
    "zone": "zone",
    "language": "language",
    "probation": "probation_ends_on",
    "private e-mail": "second_email",
    "away until": "away_until",
    "leave": "leave",
    "notice": "notice_on",
    "last day": "last_day_on",
    "own decision": "departure",
    "regretted": "departure",
    "reason": "departure",
    "may be rehired": "rehire",
    "rehire reason": "rehire",
}


def export(viewer: Person, asked: Asked) -> bytes:
    """Whom the directory shows as a CSV file, of each only what the viewer may see of them.

    Its columns are those an import reads. It is in the trail who took how many with them.
    """
    rows = list(_rows(viewer, asked))
    names = [name for name in COLUMNS if any(row.get(name) for row in rows)]
    table = [[row.get(name, "") for name in names] for row in rows]
    with db.write():
        data = {"people": len(rows), "columns": len(names)}
        person = viewer
        audit.record(viewer, "exported", person, about=person, data=data)
    return write_table(names or ["email", "name"], table)


def _rows(viewer: Person, asked: Asked) -> Iterator[dict[str, str]]:
    today = viewer.today()
    manager, buddy, teams = Person.alias(), Person.alias(), Teams()
    chosen = found_by(viewer, asked, Places(asked.words)).select(
        Person.id, Position.buddy, Person.number, Person.email, Person.name,
        Person.preferred_name, Person.pronouns, Person.hired_on, Position.role, Position.level,
        Position.team, Location.name, manager.email, buddy.email, Position.employment,
        Person.phone, Person.zone, Person.language, Person.probation_ends_on,
        Person.second_email, Person.notice_on, Person.last_day_on, Person.departure_voluntary,
        Person.departure_regretted, Person.departure_reason, Person.may_be_rehired,
        Person.rehire_reason,
    )  # fmt: skip
    joined = (
        Person._where_they_stand(chosen, today)
        .join(manager, peewee.JOIN.LEFT_OUTER, on=(Position.manager == manager.id))
        .join(buddy, peewee.JOIN.LEFT_OUTER, on=(Position.buddy == buddy.id))
        .limit(MOST_ROWS)
    )
    away = Leave.now(today)
    sees = access.fields_of_many(viewer)
    for row in joined.tuples().iterator():
        person_id, buddy_id, *said = row
        team = teams.by_id.get(said[8])
        leave = away.get(person_id)
        values = dict(zip(COLUMNS, (
            *said[:8], teams.department(said[8]), team.name if team and team.parent_id else "",
            *said[9:18], leave and (leave[0] or "open"), leave and leave[1], *said[18:],
        ), strict=True))  # fmt: skip
        fields = sees(person_id, buddy_id)
        yield {name: _plain(values[name]) for name, of in COLUMNS.items() if of in fields}


def _plain(value: Any) -> str:
    """A cell: yes and no for what is true or false, nothing for what nobody said."""
    if value is None:
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
