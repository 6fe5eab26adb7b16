"""The company and its places: settings, locations with their calendar, the one tree of teams."""

from collections.abc import Iterable
from typing import Any

import peewee

from portal import audit, db, text
from portal.people.workdays import WorkCalendar

MONDAY_TO_FRIDAY = "01234"


class Company(db.Model):
    """The settings of the one company this portal serves."""

    name = peewee.CharField(max_length=120, default="Your company")
    zone = peewee.CharField(max_length=60, default="UTC")
    hue = peewee.IntegerField(default=195)
    digest_hour = peewee.IntegerField(default=8)

    @classmethod
    def settings(cls) -> "Company":
        """The one row (unsaved defaults before the first run)."""
        return cls.select().order_by(cls.id).first() or cls()

    @classmethod
    def change(cls, *, by: Any, **values: Any) -> "Company":
        with db.write():
            company = cls.settings()
            for name, value in values.items():
                setattr(company, name, value)
            company.save()
            audit.record(by, "changed", company, data=values)
        return company


class Location(db.Model):
    """A place people work at: its time zone, the days it works, the holidays it keeps."""

    name = peewee.CharField(max_length=120, unique=True)
    zone = peewee.CharField(max_length=60)
    weekdays = peewee.CharField(max_length=7, default=MONDAY_TO_FRIDAY)

    @classmethod
    def open(cls, *, by: Any, name: str, zone: str, weekdays: str = MONDAY_TO_FRIDAY) -> "Location":
        with db.write():
            location = cls.create(name=name, zone=zone, weekdays=weekdays)
            audit.record(by, "opened", location, data={"name": name, "zone": zone})
        return location

    def change(self, *, by: Any, **values: Any) -> None:
        with db.write():
            for name, value in values.items():
                setattr(self, name, value)
            self.save()
            audit.record(by, "changed", self, data=values)

    def keep_holidays(self, days: Iterable[tuple[Any, str]], *, by: Any) -> None:
        """Replace the list of holidays by `days`, pairs of date and name."""
        with db.write():
            Holiday.delete().where(Holiday.location == self).execute()
            rows = [{"location": self.id, "on": on, "name": name} for on, name in days]
            for batch in peewee.chunked(rows, 100):
                Holiday.insert_many(batch).execute()
            audit.record(by, "changed", self, data={"holidays": len(rows)})

    @classmethod
    def by_name(cls) -> Any:
        return cls.select().order_by(cls.name)

    def kept(self) -> Any:
        """The holidays it keeps, by date."""
        return Holiday.select().where(Holiday.location == self).order_by(Holiday.on)

    def calendar(self) -> WorkCalendar:
        """On which days this place works."""
        days: Any = Holiday.select(Holiday.on).where(Holiday.location == self).tuples()
        return WorkCalendar(
            frozenset(int(digit) for digit in self.weekdays), frozenset(day for (day,) in days)
        )


class Holiday(db.Model):
    """A day on which a location does not work."""

    location = peewee.ForeignKeyField(Location, backref="holidays")
    on = peewee.DateField()
    name = peewee.CharField(max_length=120)

    class Meta:
        indexes = ((("location", "on"), True),)


PLAIN_WEEK = WorkCalendar(frozenset(range(5)), frozenset())


class Team(db.Model):
    """A node of the one tree. A department is a team without a parent."""

    name = peewee.CharField(max_length=120)
    folded = peewee.CharField(max_length=120)
    parent = peewee.ForeignKeyField("self", null=True, backref="children")

    class Meta:
        indexes = ((("parent", "folded"), True),)

    @classmethod
    def named(cls, department: str, name: str = "", *, by: Any = None) -> "Team | None":
        """The team `name` in `department`, founded when it is new; None without a department."""
        if not department:
            department, name = name, ""
        if not department:
            return None
        top = cls._found(department, None, by)
        return cls._found(name, top, by) if name and text.fold(name) != top.folded else top

    @classmethod
    def _found(cls, name: str, parent: "Team | None", by: Any) -> "Team":
        within = cls.parent.is_null() if parent is None else cls.parent == parent
        team = cls.select().where(cls.folded == text.fold(name), within).first()
        if team:
            return team  # type: ignore[no-any-return]
        with db.write():
            team = cls.create(name=name, folded=text.fold(name), parent=parent)
            audit.record(by, "founded", team, data={"name": name})
        return team


class Teams:
    """The whole tree, read in one query: what belongs under what."""

    def __init__(self) -> None:
        self.by_id = {team.id: team for team in Team.select()}

    def department(self, team_id: int | None) -> str:
        """The name of the top team above (or at) `team_id`; empty without one."""
        team = self.by_id.get(team_id)
        while team is not None and team.parent_id:
            team = self.by_id.get(team.parent_id)
        return team.name if team else ""

    def path(self, team_id: int) -> str:
        """`Engineering / Platform`."""
        steps = [team.name for team in self._upward(self.by_id[team_id])]
        return " / ".join(reversed(steps))

    def under(self, names: Iterable[str], departments_only: bool) -> set[int]:
        """Ids of all teams called one of `names` (by folded name) and of the teams below them."""
        wanted = {text.fold(name) for name in names}
        return {
            team.id
            for team in self.by_id.values()
            if any(
                step.folded in wanted and not (departments_only and step.parent_id)
                for step in self._upward(team)
            )
        }

    def _upward(self, team: Team) -> Iterable[Team]:
        seen: set[int] = set()
        step: Team | None = team
        while step is not None and step.id not in seen:
            seen.add(step.id)
            yield step
            step = self.by_id.get(step.parent_id)
