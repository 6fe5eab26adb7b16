"""Check-ins: how a goal goes, said on a day. A row never changes; a correction is a new one."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.models import Assignment
from portal.goals import shares
from portal.goals.models import CHECK_IN, GIVEN, Goal, KeyResult
from portal.people.models import Person

ON_TRACK, AT_RISK, OFF = "on_track", "at_risk", "off"
STATES = {ON_TRACK: "On track", AT_RISK: "At risk", OFF: "Off"}
MAX_SENTENCE = 500
UNDO_MINUTES = 10
# The same words again within so short a time are one tap too many.
TWICE_SECONDS = 30
SHOWN = 100


@dataclass(frozen=True)
class Step:
    """What a check-in did to one key result."""

    title: str
    was: str
    now: str


class CheckIn(db.Model):
    """One saying. Taken back within minutes it is superseded, and no longer counts."""

    goal = peewee.ForeignKeyField(Goal, backref="all_check_ins")
    by = peewee.ForeignKeyField(Person)
    at = db.UtcField()
    state = peewee.CharField(max_length=10)
    sentence = peewee.CharField(max_length=MAX_SENTENCE, default="")
    # {key result: [before, after]}
    numbers = peewee.TextField(default="{}")
    superseded_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("goal", "superseded_at", "id"), False),)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def stands(cls) -> Any:
        return cls.superseded_at.is_null()

    @classmethod
    def newest_of(cls, goal: Any) -> Any:
        """That it is the newest standing one of `goal` (a column), as a condition for a join."""
        other = cls.alias()
        newest = other.select(peewee.fn.MAX(other.id)).where(
            other.goal == goal, other.superseded_at.is_null()
        )
        return cls.id == newest

    @classmethod
    def of(cls, goal: Goal) -> "list[CheckIn]":
        """The standing ones of a goal with who said them, the newest first."""
        rows = cls.select(cls, *Person.names(Person)).join(
            Person, on=(cls.by == Person.id), attr="by"
        )
        mine = rows.where(cls.goal == goal.id, cls.stands()).order_by(cls.id.desc())
        return list(mine.limit(SHOWN))

    def steps(self, results: dict[int, KeyResult]) -> list[Step]:
        """What it changed of these key results, in words."""
        found = []
        for number, (was, now) in json.loads(self.numbers).items():
            if row := results.get(int(number)):
                said = shares.with_unit(now, row.unit)
                found.append(Step(row.title, shares.shown(was), said))
        return found

    @property
    def may_be_taken_back(self) -> bool:
        """For as long as the toast that offers it could be looked at."""
        return clock.now() - self.at <= timedelta(minutes=UNDO_MINUTES)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def say(
        cls, goal: Goal, state: str, sentence: str = "", values: dict[int, float] | None = None,
        *, by: Person,
    ) -> "CheckIn | None":  # fmt: skip
        """How it goes, with new values of its key results. It settles what was asked for. None
        when the goal has ended meanwhile."""
        with db.write():
            if not goal._is_still_open():
                return None
            numbers = {}
            for row in goal.results():
                now = (values or {}).get(row.id)
                if now is not None and now != row.current:
                    numbers[row.id] = [row.current, now]
                    row.current = now
                    row.save()
            if not numbers and (same := cls._said_before(goal, state, sentence, by)):
                return same
            made = cls.create(
                goal=goal, by=by, at=clock.now(), state=state, sentence=sentence,
                numbers=json.dumps(numbers),
            )  # fmt: skip
            audit.record(by, "checked_in", goal.traced, about=goal.concerned)
            Assignment.settle_all(CHECK_IN, goal.id, by=by)
            Assignment.settle_all(GIVEN, goal.id, by=by, person=by)
        return made

    @classmethod
    def _said_before(
        cls, goal: Goal, state: str, sentence: str, by: Person
    ) -> "CheckIn | None":  # fmt: skip
        """The newest one, if it is the same tap."""
        newest = cls.select().where(cls.goal == goal.id, cls.stands()).order_by(cls.id.desc())
        last = newest.first()
        if last is None or (last.by_id, last.state, last.sentence) != (by.id, state, sentence):
            return None
        return last if clock.now() - last.at <= timedelta(seconds=TWICE_SECONDS) else None

    def take_back(self, *, by: Person) -> bool:
        """It was not meant so. Only whoever said it, within minutes, and only the newest: what was
        said since stands on it. False when it is too late, or the goal has ended."""
        goal = self.goal
        with db.write():
            newer = CheckIn.select().where(
                CheckIn.goal == goal.id, CheckIn.stands(), CheckIn.id > self.id
            )
            may = self.by_id == by.id and self.may_be_taken_back and goal._is_still_open()
            if not may or newer.exists():
                return False
            taken = (
                CheckIn.update(superseded_at=clock.now())
                .where(CheckIn.id == self.id, CheckIn.stands())
                .execute()
            )
            if not taken:
                return False
            for number, (was, now) in json.loads(self.numbers).items():
                KeyResult.update(current=was).where(
                    KeyResult.id == int(number), KeyResult.current == now
                ).execute()
            audit.record(by, "unchecked", goal.traced, about=goal.concerned)
            self._ask_again(by)
        return True

    def _ask_again(self, by: Person) -> None:
        """What it settled is owed again."""
        settled = Assignment.select().where(
            Assignment.kind == CHECK_IN,
            Assignment.target == self.goal_id,
            Assignment.outcome == "done",
            Assignment.settled_at >= self.at,
        )
        for duty in list(settled):
            duty.reopen(by=by)


GUARDS = [
    db.only_superseded(
        "check_in",
        ("goal_id", "by_id", "at", "state", "numbers"),
        "a check-in never changes: a correction is a new one",
    )
]
