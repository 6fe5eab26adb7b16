"""How often people meet, for HR: by department, once a month, in fives, no more."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.oneonones.models import OneOnOne, Talk
from portal.people.org import Team, Teams
from portal.people.positions import Position
from portal.privacy import midnight

FEWEST = 5
# Fewer who are led are told of with others, or not at all.
SMALLEST = 10
# So many of those who are led may always be without: two, for whoever reads it may be one of them.
ALWAYS_OPEN = 2
# A talk that was moved off a holiday is still within its rhythm.
GRACE_DAYS = 3
SHOWN_MONTHS = 12

# Of a department (None: of all who are in none that is told of) how many have a rhythm, and how
# many of them met within it.
Told = dict[int | None, tuple[int, int]]


@dataclass(frozen=True)
class Met:
    """One who is led, at the end of a month: whether they have a rhythm, and met within it."""

    team: int | None
    has_rhythm: bool = True
    in_rhythm: bool = False


class TalkFigure(db.Model):
    """What is told of one department (None: of all others together) at the end of one month. Taken
    once and never again: figures that follow each talk would show whose it was. The row of all
    others is there each month, empty where there is nothing to tell.
    """

    month = peewee.DateField()
    team = peewee.ForeignKeyField(Team, null=True)
    pairs = peewee.IntegerField()
    met = peewee.IntegerField()

    class Meta:
        indexes = ((("month", "team"), False),)

    @property
    def about(self) -> tuple[int, int]:
        """How it is shown: down to fives, and never more that met than have a rhythm."""
        pairs = _to_five(self.pairs)
        return pairs, min(_to_five(self.met), pairs)

    @classmethod
    def months(cls) -> list[tuple[date, list[tuple[str, int, int]]]]:
        """By month the company as the sum of what is told, then departments by name; the newest
        month first."""
        rows: Any = (
            cls.select(cls, Team)
            .join(Team, peewee.JOIN.LEFT_OUTER)
            .order_by(cls.month.desc(), cls.team.is_null(False), Team.folded)
        )
        found: dict[date, list[TalkFigure]] = {}
        for row in rows.where(cls.pairs > 0).limit(SHOWN_MONTHS * 50):
            found.setdefault(row.month, []).append(row)
        return [(month, _lines(rows)) for month, rows in list(found.items())[:SHOWN_MONTHS]]

    @classmethod
    def take_if_due(cls) -> bool:
        """The figures of the month that is over, once; returns whether they were due."""
        last = clock.today().replace(day=1) - timedelta(days=1)
        # In every zone the month is over.
        if clock.today().day < 2 or cls.select().where(cls.month == last).exists():
            return False
        with db.write():
            for team, (pairs, met) in told(_at(last), cls._before(last)).items():
                cls.create(month=last, team=team, pairs=pairs, met=met)
        return True

    @classmethod
    def _before(cls, month: date) -> Told:
        """What was told last of each department, however long ago."""
        rows = cls.select().where(cls.month < month, cls.pairs > 0).order_by(cls.month)
        return {row.team_id: (row.pairs, row.met) for row in rows}


def _at(end: date) -> list[Met]:
    """Everybody who is led at the end of that day, once, and how often they meet whoever leads."""
    held = Talk.select(peewee.fn.MAX(Talk.held_on)).where(
        Talk.one_on_one == OneOnOne.id, Talk.held_on <= end
    )
    after = midnight(end + timedelta(days=1))
    went_on = OneOnOne.ended_at.is_null() | (OneOnOne.ended_at >= after)
    talks = (OneOnOne.report == Position.person) & (OneOnOne.lead == Position.manager)
    talks &= (OneOnOne.weeks > 0) & (OneOnOne.begun_at < after) & went_on
    rows: Any = (
        Position.select(
            Position.person, Position.team, OneOnOne.weeks, OneOnOne.begun_at, held.alias("last")
        )
        .join(OneOnOne, peewee.JOIN.LEFT_OUTER, on=talks)
        .where(Position.is_held(end), Position.manager.is_null(False))
        .tuples()
    )
    teams = Teams()
    found = {}
    for person, team, weeks, begun_at, last in rows:
        if weeks is None:
            found[person] = Met(teams.top(team), has_rhythm=False)
            continue
        since = date.fromisoformat(last) if isinstance(last, str) else last or begun_at.date()
        is_in = (end - since).days <= 7 * weeks + GRACE_DAYS
        found[person] = Met(teams.top(team), in_rhythm=is_in)
    return list(found.values())


def _lines(rows: list[TalkFigure]) -> list[tuple[str, int, int]]:
    """What the page shows of a month."""
    pairs, met = (sum(each) for each in zip(*(row.about for row in rows), strict=True))
    departments = [(row.team.name, *row.about) for row in rows if row.team_id]
    return [("The company", pairs, met), *departments]


def told(people: Iterable[Met], before: Told) -> Told:
    """What may be told after `before`.

    Everybody is in one group: their department, where ten or more of it are led, or all others.
    What is shown of the company is the sum of its groups, so nothing is had by subtracting. Who
    makes a group of their own is seen from the line of report alone and says nothing of how often
    anybody meets. A number follows only changes of five people or more, is shown down to fives,
    and always leaves two people of a group open: so neither it, nor one month beside the next,
    nor what a reader knows of themselves tells whether somebody meets.
    """
    people = list(people)
    sizes: Counter[int | None] = Counter(person.team for person in people)
    alone = {team for team, led in sizes.items() if team is not None and led >= SMALLEST}
    while alone and 0 < sum(sizes[team] for team in sizes.keys() - alone) < SMALLEST:
        alone.remove(min(alone, key=lambda team: (sizes[team], team)))
    led: Counter[int | None] = Counter()
    pairs: Counter[int | None] = Counter()
    met: Counter[int | None] = Counter()
    for person in people:
        group = person.team if person.team in alone else None
        led[group] += 1
        pairs[group] += person.has_rhythm
        met[group] += person.in_rhythm
    found: Told = {None: (0, 0)}
    for group, number in led.items():
        if number >= SMALLEST:
            most = number - ALWAYS_OPEN
            figures = (
                min(_follow(before, group, 0, pairs[group]), most),
                min(_follow(before, group, 1, met[group]), most),
            )
            if figures[0] >= FEWEST:
                found[group] = figures
    return found


def _follow(before: Told, group: int | None, which: int, number: int) -> int:
    """The number told of a group: what was told last, until five or more have changed."""
    last = before.get(group, (0, 0))[which]
    return number if abs(number - last) >= FEWEST else last


def _to_five(number: int) -> int:
    return number // FEWEST * FEWEST
