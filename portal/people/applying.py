"""Writing what a dry run found: everybody new in a few statements, with an event for each."""

from typing import Any

from portal import db, text
from portal.people.dry_run import DETAILS, Change, DryRun, employment
from portal.people.models import Person, fold_email
from portal.people.org import Company, Location, Team
from portal.people.positions import Position


def apply(found: DryRun, *, by: Any) -> None:
    """Write what a dry run without problems found: persons first, then where they stand."""
    with db.write():
        places = _Places(by)
        joined = [_drafted(change, places) for change in found.joiners]
        guests = [person for person in joined if person.id]
        Person.enroll([person for person in joined if not person.id], by=by)
        for guest in guests:
            guest.employ(by=by)
        ids = _ids(found)
        Position.begin(
            [
                Position(person=person, starts_on=person.hired_on, **places.position(change, ids))
                for change, person in zip(found.joiners, joined, strict=True)
            ],
            by=by,
        )
        for change in found.changes:
            _change(change, places, ids, by)


def _ids(found: DryRun) -> dict[str, int]:
    """Person ids by e-mail, by the new one too where a row changes it."""
    rows: Any = Person.select(Person.folded_email, Person.id).tuples()
    ids = dict(rows)
    changed = {
        fold_email(change.row.cells["email"]): change.person.id
        for change in found.changes
        if change.person is not None
    }
    return ids | changed


def _drafted(change: Change, places: "_Places") -> Person:
    cells = change.row.cells
    details = {name: cells[name] for name in DETAILS if cells.get(name)}
    location = places.location(cells.get("location", ""), cells.get("zone", ""))
    details.setdefault("zone", location.zone if location else places.zone)
    if change.person is not None:
        # A guest until now: the same person, who works here from their first day on.
        for name, value in {**details, "hired_on": change.starts_on}.items():
            setattr(change.person, name, value)
        return change.person
    return Person.draft(email=cells["email"], hired_on=change.starts_on, **details)


def _change(change: Change, places: "_Places", ids: dict[str, int], by: Any) -> None:
    person, cells = change.person, change.row.cells
    assert person is not None
    details = {name: cells[name] for name in change.fields if name in (*DETAILS, "email")}
    if details:
        person.correct(by=by, **details)
    if len(details) < len(change.fields):
        # What a joiner is hired into changes before it begins, not beside it.
        today = person.today()
        starts_on = max(today, person.hired_on or today)
        Position.take(person, by=by, starts_on=starts_on, **places.position(change, ids))


class _Places:
    """Teams and locations by name, founded when a row names a new one."""

    def __init__(self, by: Any) -> None:
        self.by, self.zone = by, Company.settings().zone
        self.locations = {text.fold(place.name): place for place in Location.select()}
        self.teams: dict[tuple[str, str], Team | None] = {}

    def location(self, name: str, zone: str = "") -> Location | None:
        if not name:
            return None
        key = text.fold(name)
        if key not in self.locations:
            self.locations[key] = Location.open(by=self.by, name=name, zone=zone or self.zone)
        return self.locations[key]

    def team(self, department: str, name: str) -> Team | None:
        key = (text.fold(department), text.fold(name))
        if key not in self.teams:
            self.teams[key] = Team.named(department, name, by=self.by)
        return self.teams[key]

    def position(self, change: Change, ids: dict[str, int]) -> dict[str, Any]:
        """The cells that say where somebody stands; empty ones, and what stays, are left out."""
        cells = change.row.cells
        moves = change.starts_on is not None or {"department", "team"} & set(change.fields)
        values: dict[str, Any] = {
            "role": cells.get("role"),
            "level": cells.get("level"),
            "team": self.team(*change.team) if moves else None,
            "location": self.location(cells.get("location", ""), cells.get("zone", "")),
            "employment": employment(cells.get("type", "")) or None,
            "manager": ids.get(fold_email(cells.get("manager", ""))),
            "buddy": ids.get(fold_email(cells.get("buddy", ""))),
        }
        return {name: value for name, value in values.items() if value}
