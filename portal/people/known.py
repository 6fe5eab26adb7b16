"""Who is known here and who is in a file: what every row of an import is held against."""

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from typing import Any

from portal import clock, text
from portal.people.models import Person, fold_email
from portal.people.org import Company, Location, Teams
from portal.people.positions import Position
from portal.people.tables import REQUIRED, Row, Table

EMAIL, NUMBER = "email", "number"
KEYS = {"": "Employee number, else e-mail", EMAIL: "E-mail only", NUMBER: "Employee number only"}
# Of so many moves recorded for later each day is looked at for circles.
MOST_MOVES = 300


class Known:
    """Who is known here, by number and by e-mail, and who is in the file: three queries.

    An identity is a person's id, or the e-mail of somebody who is only in the file.
    """

    def __init__(self, table: Table, key: str = "") -> None:
        self.key = key
        self.today = clock.today(Company.settings().zone)
        people = list(Person.listing(Person.select(), self.today))
        self.by_email = {person.folded_email: person for person in people}
        self.by_id = {person.id: person for person in people}
        self.by_number = {person.number: person for person in people if person.number}
        self.colleagues = {p.id for p in people if p.hired_on and not p.has_left(self.today)}
        self.teams = Teams()
        self.table = table
        self.lacks = set(REQUIRED) - set(table.columns)
        self.identities: dict[str, Any] = {email: p.id for email, p in self.by_email.items()}
        self.twins: dict[int, list[tuple[str, str]]] = {}
        self.importer: Person | None = None
        self._note_rows()

    def _note_rows(self) -> None:
        """Every e-mail of the file with whose it is; a second row for somebody is a twin."""
        lines: dict[tuple[str, Any], int] = {}
        for row in self.table.rows:
            email, number = fold_email(row.cells.get("email", "")), row.cells.get("number", "")
            told = f"The email {email}", f"The number {number}", "This person"
            keys = ("email", email), ("number", number), ("person", self.identity(row))
            for said, (column, key) in zip(told, keys, strict=True):
                if not key:
                    continue
                first = lines.setdefault((column, key), row.line)
                if first != row.line and row.line not in self.twins:
                    where = "email" if column == "person" else column
                    message = f"{said} stands in line {first} already."
                    self.twins[row.line] = [(where, message)]
            if email:
                self.identities.setdefault(email, self.identity(row))
            guest = self.person(row)
            if guest is not None and not guest.is_staff and row.cells.get("start"):
                self.colleagues.add(guest.id)

    def person(self, row: Row) -> Person | None:
        by_number = self.by_number.get(row.cells.get("number", ""))
        by_email = self.by_email.get(fold_email(row.cells.get("email", "")))
        if self.key == EMAIL:
            return by_email
        if self.key == NUMBER and by_email is not None and by_email.number:
            return by_number
        return by_number or by_email

    @property
    def key_sentence(self) -> str:
        """By what rows find their people, in words."""
        if self.key == NUMBER:
            return "Rows find people by employee number."
        if self.key == EMAIL or "number" not in self.table.columns:
            return "Rows find people by e-mail."
        return "Rows find people by employee number, else by e-mail."

    def identity(self, row: Row) -> Any:
        person = self.person(row)
        return person.id if person else fold_email(row.cells.get("email", ""))

    def named(self, email: str) -> Any:
        """Whose address it is, here or in the file; None when nobody's."""
        return self.identities.get(fold_email(email))

    def team(self, row: Row, person: Person | None) -> tuple[str, str]:
        """Department and team a row means. A team alone is one there is, else a new one beside."""
        department, team = row.cells.get("department", ""), row.cells.get("team", "")
        if department or not team:
            return department, team
        stands = getattr(person, "stands", None)
        here = self.teams.department(stands.team_id) if stands else ""
        paths = self.teams.paths_of(team)
        if (here, team) in paths or len(paths) != 1:
            return here, team
        return paths[0]

    def new_names(self) -> Iterator[tuple[int, str, str, str]]:
        """Places and departments no row named before: line, column, name, and one it is near to."""
        tops = [team.name for team in self.teams.by_id.values() if not team.parent_id]
        known = {
            "location": {text.fold(place.name): place.name for place in Location.by_name()},
            "department": {text.fold(name): name for name in tops},
        }
        for row in self.table.rows:
            for column, names in known.items():
                typed = row.cells.get(column, "")
                key = text.fold(typed)
                if typed and key not in names:
                    near = get_close_matches(key, names, 1, 0.75) if len(names) < 500 else []
                    yield row.line, column, typed, names[near[0]] if near else ""
                    names[key] = typed

    def rows_in_circles(self) -> list[tuple[Row, date | None]]:
        """Rows whose line of managers comes back to them, with the file's managers in force.

        Looked at today and on each day from which a move that is recorded already counts; the
        day is None for today.
        """
        told = {
            self.identity(row): self.named(row.cells["manager"])
            for row in self.table.rows
            if row.cells.get("manager")
        }
        if not told:
            return []
        above = {
            person.id: boss.id
            for person in self.by_email.values()
            if (boss := getattr(getattr(person, "stands", None), "boss", None))
        } | told
        circles = dict.fromkeys(in_circles(above))
        for on, person_id, manager_id in self._moves_to_come():
            above[person_id] = manager_id
            for one in _circle_through(person_id, above):
                circles.setdefault(one, on)
        if not circles:
            return []
        rows = [row for row in self.table.rows if row.cells.get("name")]
        found = [(row, self.identity(row)) for row in rows if row.cells.get("manager")]
        return [(row, circles[one]) for row, one in found if one in circles]

    def _moves_to_come(self) -> list[tuple[date, int, int | None]]:
        """Changes of manager that are recorded for later, by their day."""
        rows: Any = (
            Position.select(Position.starts_on, Position.person, Position.manager)
            .where(Position.is_known(), Position.starts_on > self.today, ~Position.is_hire)
            .order_by(Position.starts_on)
            .limit(MOST_MOVES)
        )
        return list(rows.tuples())


def _circle_through(start: Any, above: dict[Any, Any]) -> set[Any]:
    """Everybody on the way from somebody up to themselves; empty when it does not lead there."""
    path: dict[Any, None] = {}
    step = start
    while step is not None and step not in path:
        path[step] = None
        step = above.get(step)
    return set(path) if step == start and len(path) > 1 else set()


def in_circles(above: dict[Any, Any]) -> set[Any]:
    """Everybody whose line of managers comes back to them; each line is walked once."""
    circles: set[Any] = set()
    done: set[Any] = set()
    for start in above:
        path: dict[Any, int] = {}
        step = start
        while step is not None and step not in done and step not in path:
            path[step] = len(path)
            step = above.get(step)
        if step in path and above.get(step) != step:
            circles |= {one for one, place in path.items() if place >= path[step]}
        done.update(path)
    return circles
