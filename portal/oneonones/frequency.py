"""How often people meet, for HR: by department, once a month, in fives, and nothing else."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

import peewee

from portal import clock, db
from portal.oneonones.models import OneOnOne, Talk
from portal.people.org import Team, Teams
from portal.people.positions import Position
from portal.privacy import midnight

FEWEST = 5
# A talk that was moved off a holiday is still within its rhythm.
GRACE_DAYS = 3
SHOWN_MONTHS = 12


@dataclass(frozen=True)
class Met:
    """One pair at the end of a month: within their rhythm or not, and days since they met."""

    team: int | None
    in_rhythm: bool
    days: int


class TalkFigure(db.Model):
    """The figures of one department (None: the company) at the end of one month, rounded down to
    fives. Taken once and never again: figures that follow each talk would show whose it was.
    """

    month = peewee.DateField()
    team = peewee.ForeignKeyField(Team, null=True)
    pairs = peewee.IntegerField()
    met = peewee.IntegerField()
    days = peewee.IntegerField()

    class Meta:
        indexes = ((("month", "team"), False),)

    @classmethod
    def months(cls) -> list[tuple[date, list["TalkFigure"]]]:
        """By month the company first, then departments by name; the newest month first."""
        rows: Any = (
            cls.select(cls, Team)
            .join(Team, peewee.JOIN.LEFT_OUTER)
            .order_by(cls.month.desc(), cls.team.is_null(False), Team.folded)
        )
        found: dict[date, list[TalkFigure]] = {}
        for row in rows.limit(SHOWN_MONTHS * 50):
            found.setdefault(row.month, []).append(row)
        return list(found.items())[:SHOWN_MONTHS]

    @classmethod
    def take_if_due(cls) -> bool:
        """The figures of the month that is over, once. A month without any has none."""
        last = clock.today().replace(day=1) - timedelta(days=1)
        # In every zone the month is over.
        if clock.today().day < 2 or cls.select().where(cls.month == last).exists():
            return False
        with db.write():
            shown = released(_at(last))
            for team, (pairs, met, days) in shown.items():
                cls.create(month=last, team=team, pairs=pairs, met=met, days=days)
        return bool(shown)


def _at(end: date) -> list[Met]:
    """Every pair with a rhythm as it stood at the end of that day."""
    held = Talk.select(peewee.fn.MAX(Talk.held_on)).where(
        Talk.one_on_one == OneOnOne.id, Talk.held_on <= end
    )
    after = midnight(end + timedelta(days=1))
    went_on = OneOnOne.ended_at.is_null() | (OneOnOne.ended_at >= after)
    stands = (Position.person == OneOnOne.report) & Position.is_held(end)
    rows: Any = (
        OneOnOne.select(OneOnOne.weeks, OneOnOne.begun_at, Position.team, held.alias("last"))
        .join(Position, on=stands)
        .where(OneOnOne.weeks > 0, OneOnOne.begun_at < after, went_on)
        .tuples()
    )
    teams = Teams()
    found = []
    for weeks, begun_at, team, last in rows:
        since = date.fromisoformat(last) if isinstance(last, str) else last or begun_at.date()
        days = (end - since).days
        found.append(Met(teams.top(team), days <= 7 * weeks + GRACE_DAYS, days))
    return found


def released(pairs: Iterable[Met]) -> dict[int | None, tuple[int, int, int]]:
    """What may be shown: by department (None: the company) pairs, those within their rhythm, both
    rounded down to fives, and the median of the days.

    A department is shown if it and the rest of the company have at least five pairs; and what is
    hidden is none or at least five, so that no difference leads to fewer.
    """
    by_team: dict[int | None, list[Met]] = defaultdict(list)
    for pair in pairs:
        by_team[pair.team].append(pair)
    total = sum(len(each) for each in by_team.values())
    if total < FEWEST:
        return {}
    shown = {
        team: found
        for team, found in by_team.items()
        if team is not None and len(found) >= FEWEST and total - len(found) >= FEWEST
    }
    while shown and 0 < total - sum(len(each) for each in shown.values()) < FEWEST:
        smallest = min(shown, key=lambda team: (len(shown[team]), team))
        del shown[smallest]
    everybody = [pair for each in by_team.values() for pair in each]
    return {None: _figures(everybody)} | {team: _figures(each) for team, each in shown.items()}


def _figures(pairs: list[Met]) -> tuple[int, int, int]:
    met = sum(pair.in_rhythm for pair in pairs)
    days = median(pair.days for pair in pairs)
    return _in_fives(len(pairs)), _in_fives(met), round(days)


def _in_fives(number: int) -> int:
    return number - number % FEWEST
