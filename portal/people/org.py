"""The company and its places: settings, locations with their calendar, the one tree of teams."""

from collections.abc import Iterable
from typing import Any

import peewee

from portal import audit, db, text
from portal.people.workdays import WorkCalendar
from portal.prepared import Prepared

MONDAY_TO_FRIDAY = "01234"


def _assign(row: Any, values: dict[str, Any], by: Any) -> None:
    """Set what differs and record it; nothing happens when nothing does."""
    values = {name: value for name, value in values.items() if getattr(row, name) != value}
    if values or not row.id:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        personal = {name: values.pop(name) for name in ("checkpoint_to",) if name in values}
        told = {f"{name}_count": len(value.split()) for name, value in personal.items()}
        audit.record(by, "changed", row, data=values | told, personal=personal)


class Company(db.Model):
    """The settings of the one company this portal serves."""

    name = peewee.CharField(max_length=120, default="Your company")
    zone = peewee.CharField(max_length=60, default="UTC")
    hue = peewee.IntegerField(default=195)
    digest_hour = peewee.IntegerField(default=8)
    # In which amounts are typed and summed: three letters.
    currency = peewee.CharField(max_length=3, default="EUR")
    # Where the checkpoints of the trail are mailed to: up to three addresses outside, by spaces.
    checkpoint_to = peewee.CharField(max_length=780, default="")

    @classmethod
    def settings(cls) -> "Company":
        """The one row (unsaved defaults before the first run)."""
        return _settings.first() or cls()

    @property
    def checkpoint_addresses(self) -> list[str]:
        return self.checkpoint_to.split()

    @classmethod
    def change(cls, *, by: Any, **values: Any) -> "Company":
        with db.write():
            company = cls.settings()
            _assign(company, values, by)
        return company


_settings = Prepared(lambda: Company.select().order_by(Company.id).limit(1))


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
            _assign(self, values, by)

    def keep_holidays(self, days: Iterable[tuple[Any, str]], *, by: Any) -> None:
        """Replace the list of holidays by `days`, pairs of date and name."""
        days = sorted((str(on), name) for on, name in days)
        if days == [(str(holiday.on), holiday.name) for holiday in self.kept()]:
            return
        with db.write():
            Holiday.delete().where(Holiday.location == self).execute()
            rows = [{"location": self.id, "on": on, "name": name} for on, name in days]
            for batch in peewee.chunked(rows, 100):
                Holiday.insert_many(batch).execute()
            audit.record(by, "changed", self, data={"holidays": len(rows)})

    @classmethod
    def by_name(cls) -> Any:
        return cls.select().order_by(cls.name)

    @classmethod
    def called(cls, name: str) -> "Location | None":
        """The place people mean by this name, whatever its case and accents."""
        folded = text.fold(name)
        return next((place for place in cls.by_name() if text.fold(place.name) == folded), None)

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
    closed_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("parent", "folded"), True),)

    @classmethod
    def named(cls, department: str, name: str = "", *, by: Any = None) -> "Team | None":
        """The team `name` in `department`, founded when it is new; None without a department."""
        if not department:
            department, name = name, ""
        if not department:
            return None
        top = cls.found(department, None, by=by)
        return cls.found(name, top, by=by) if name and fold_name(name) != top.folded else top

    @classmethod
    def found(cls, name: str, parent: "Team | None", *, by: Any) -> "Team":
        """The team of this name in `parent`: the one there is, opened again if it was closed."""
        within = cls.parent.is_null() if parent is None else cls.parent == parent
        team = cls.select().where(cls.folded == fold_name(name), within).first()
        if team is not None and team.closed_at is None:
            return team  # type: ignore[no-any-return]
        with db.write():
            if team is not None:
                team.closed_at = None
                team.save()
            else:
                team = cls.create(name=name, folded=fold_name(name), parent=parent)
            audit.record(by, "founded", team, data={"name": name})
        return team  # type: ignore[no-any-return]


def fold_name(name: str) -> str:
    """A team's name as it is compared; folding can lengthen it beyond its column."""
    return text.fold(name)[:120]


class Teams:
    """The whole tree, read in one query: what belongs under what."""

    def __init__(self) -> None:
        self.by_id = {team.id: team for team in Team.select()}
        self._paths: dict[int, str] = {}

    def department(self, team_id: int | None) -> str:
        """The name of the top team above (or at) `team_id`; empty without one."""
        top = self.top(team_id)
        return self.by_id[top].name if top else ""

    def top(self, team_id: int | None) -> int | None:
        """The id of that top team; None without one."""
        team = self.by_id.get(team_id)
        while team is not None and team.parent_id in self.by_id:
            team = self.by_id[team.parent_id]
        return team.id if team else None

    def paths_of(self, name: str) -> list[tuple[str, str]]:
        """Department and name of every team called so, for `Team.named`."""
        return [
            (self.department(team.id), team.name if team.parent_id else "")
            for team in self.by_id.values()
            if team.folded == fold_name(name) and team.closed_at is None
        ]

    def path(self, team_id: int) -> str:
        """`Engineering / Platform`."""
        if team_id not in self._paths:
            team = self.by_id[team_id]
            # Remembered before it is known, so that a circle in the data ends.
            self._paths[team_id] = team.name
            if team.parent_id in self.by_id:
                self._paths[team_id] = f"{self.path(team.parent_id)} / {team.name}"
        return self._paths[team_id]

    def choices(self) -> list[tuple[str, str]]:
        """Every open team as id and path, sorted by path: what a form offers."""
        open_ = [team.id for team in self.by_id.values() if team.closed_at is None]
        paths = sorted((text.fold(self.path(one)), one) for one in open_)
        return [(str(team_id), self.path(team_id)) for _, team_id in paths]

    def nodes(self, heads: dict[int, int]) -> list[dict[str, Any]]:
        """The open teams as a tree of `team`, `own` (heads), `all` (with below) and `below`."""
        children: dict[int | None, list[Team]] = {}
        for team in sorted(self.by_id.values(), key=lambda team: team.folded):
            if team.closed_at is None:
                children.setdefault(team.parent_id, []).append(team)

        def node(team: Team, depth: int) -> dict[str, Any]:
            below = [node(child, depth + 1) for child in children.get(team.id, [])]
            own = heads.get(team.id, 0)
            total = own + sum(child["all"] for child in below)
            return {"team": team, "own": own, "all": total, "below": below, "depth": depth}

        return [node(team, 0) for team in children.get(None, [])]

    def below(self, team_id: int) -> set[int]:
        """Ids of the team and of everything under it, however deep."""
        found, step = {team_id}, {team_id}
        while step:
            step = {t.id for t in self.by_id.values() if t.parent_id in step} - found
            found |= step
        return found
