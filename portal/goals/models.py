"""Goals with their key results."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.goals import shares
from portal.people.models import Person
from portal.people.org import Team

OKR, KPI = "okr", "kpi"
LINE, EVERYONE = "line", "everyone"
OUTCOMES = {"met": "Met", "partly": "Partly met", "missed": "Missed", "dropped": "Dropped"}
CAUSE = "goal"
CHECK_IN, GIVEN = "goal_check_in", "goal_given"
LOOK_WITHIN_DAYS = 7
MAX_RESULTS = 5
MAX_WORDS = 2000
MAX_LEVELS = 12


class CircleError(ValueError):
    """A goal would hang on itself, over others."""


@dataclass(frozen=True)
class Measured:
    """A key result as a form or a template gives it; `id` is the one it says anew."""

    title: str
    unit: str
    start: float
    target: float
    direction: str
    id: int | None = None


class Goal(db.Model):
    """What somebody wants to reach: a person, a team, or with neither the company.

    It may hang on a goal of a team or of the company (`parent`), never in a circle. Its words may
    go once their time is over; that there was one, and how it came out, stays for the numbers.
    """

    person = peewee.ForeignKeyField(Person, null=True, backref="goals")
    team = peewee.ForeignKeyField(Team, null=True, backref="goals")
    parent = peewee.ForeignKeyField("self", null=True, backref="below")
    sort = peewee.CharField(max_length=3)
    title = peewee.CharField(max_length=200)
    words = peewee.TextField(default="")
    visibility = peewee.CharField(max_length=10, default=LINE)
    period = peewee.CharField(max_length=20, default="", index=True)
    starts_on = peewee.DateField(null=True)
    ends_on = peewee.DateField(null=True)
    set_by = peewee.ForeignKeyField(Person, backref="goals_set")
    set_at = db.UtcField()
    # Since when a check-in is waited for: when it was set, or opened again.
    open_since = db.UtcField()
    ended_at = db.UtcField(null=True)
    ended_by = peewee.ForeignKeyField(Person, null=True)
    outcome = peewee.CharField(max_length=10, default="")
    said = peewee.CharField(max_length=500, default="")
    forgotten_at = db.UtcField(null=True)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls) -> Any:
        return cls.ended_at.is_null() & cls.forgotten_at.is_null()

    @classmethod
    def is_personal(cls) -> Any:
        return cls.person.is_null(False)

    # -- what it says ----------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"/goals/{self.id}"

    @property
    def level(self) -> str:
        """Whose it is: `person`, `team` or `company`."""
        return "person" if self.person_id else "team" if self.team_id else "company"

    @property
    def owner_words(self) -> str:
        """Whose it is, as one says it."""
        if self.person_id:
            return str(self.person.called)
        return str(self.team.name) if self.team_id else "The company"

    @property
    def concerned(self) -> Person | None:
        """The person an event of it is about."""
        return Person(id=self.person_id) if self.person_id else None

    @property
    def was_given(self) -> bool:
        """Whether somebody else has set it for its owner."""
        return bool(self.person_id) and self.person_id != self.set_by_id

    def results(self) -> "list[KeyResult]":
        """Its key results, in their order."""
        mine = KeyResult.select().where(KeyResult.goal == self.id, KeyResult.stands())
        return list(mine.order_by(KeyResult.order, KeyResult.id))

    def results_ever(self) -> "list[KeyResult]":
        """Also those taken out since: check-ins still speak of them."""
        mine = KeyResult.select().where(KeyResult.goal == self.id)
        return list(mine.order_by(KeyResult.order, KeyResult.id))

    @property
    def question(self) -> str:
        """What Today says where a check-in is waited for."""
        return f"How does it go: {self.title}"

    def duty(self, kind: str) -> Assignment | None:
        """What was asked of it last, settled or not."""
        asked = (Assignment.kind == kind) & (Assignment.target == self.id)
        return Assignment.select().where(asked).order_by(Assignment.id.desc()).first()  # type: ignore[no-any-return]

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def begin(cls, *, by: Person, results: list[Measured], **said: Any) -> "Goal":
        """A new goal. Whoever gets one from somebody else finds it in Today."""
        with db.write():
            now = clock.now()
            goal = cls(set_by=by, set_at=now, open_since=now, **said)
            goal._refuse_circle()
            goal.save()
            for number, result in enumerate(results):
                KeyResult.begin(goal, number, result)
            audit.record(by, "set", goal, about=goal.concerned, data={"level": goal.level})
            goal._tell(by)
        return goal

    def change(self, *, by: Person, results: list[Measured], **said: Any) -> bool:
        """Other words, another period, other key results. False when it has ended meanwhile."""
        with db.write():
            if not self._is_still_open():
                return False
            changed = [name for name, value in said.items() if getattr(self, name) != value]
            for name in changed:
                setattr(self, name, said[name])
            if "parent" in changed:
                self._refuse_circle()
            if changed:
                self.save()
            if self._measure(results):
                changed.append("key results")
            if changed:
                # Which fields, never what stands in them.
                data = {"fields": changed}
                audit.record(by, "changed", self, about=self.concerned, data=data)
                self._tell(by)
            if "title" in changed:
                Assignment.update(title=self.question).where(
                    Assignment.is_open(),
                    Assignment.kind == CHECK_IN,
                    Assignment.target == self.id,
                ).execute()
            if self.person_id == by.id:
                self.look_at(by=by)
        return True

    def _measure(self, results: list[Measured]) -> bool:
        """Keep the key results as they are said now; returns whether one changed."""
        known = {row.id: row for row in self.results()}
        changed = False
        for number, result in enumerate(results):
            row = known.pop(result.id, None) if result.id else None
            if row is None:
                KeyResult.begin(self, number, result)
                changed = True
            else:
                changed |= row.say(number, result)
        for row in known.values():
            row.removed_at = clock.now()
            row.save()
        return changed or bool(known)

    def _tell(self, by: Person) -> None:
        """Whose goal it is hears of what somebody else set or changed, in Today and the digest."""
        if not self.person_id or self.person_id == by.id:
            return
        person = Person.get_by_id(self.person_id)
        Assignment.assign(
            kind=GIVEN,
            target=self.id,
            title=f"Look at a goal {by.called} has set: {self.title}",
            cause=Cause(CAUSE, self.id),
            by=by,
            person=person,
            due_on=person.today() + timedelta(days=LOOK_WITHIN_DAYS),
            zone=person.zone or "UTC",
            minutes=2,
        )

    def show_to(self, visibility: str, *, by: Person) -> None:
        """Open it to everyone, or keep it to oneself and the line again."""
        with db.write():
            changed = Goal.update(visibility=visibility).where(
                Goal.id == self.id, Goal.visibility != visibility
            )
            if changed.execute():
                self.visibility = visibility
                audit.record(
                    by, "shown", self, about=self.concerned, data={"visibility": visibility}
                )

    def end(self, outcome: str, said: str, *, by: Person) -> bool:
        """It is over, and how it came out. False when somebody was faster."""
        with db.write():
            ended = (
                Goal.update(ended_at=clock.now(), ended_by=by, outcome=outcome, said=said)
                .where(Goal.id == self.id, Goal.is_open())
                .execute()
            )
            if ended:
                audit.record(by, "ended", self, about=self.concerned)
                for kind in (CHECK_IN, GIVEN):
                    Assignment.settle_all(
                        kind, self.id, by=by, outcome="ended", reason="The goal has ended."
                    )
        return bool(ended)

    def reopen(self, *, by: Person) -> bool:
        """It is not over. False when it is open, or its words have gone."""
        with db.write():
            opened = (
                Goal.update(
                    ended_at=None, ended_by=None, outcome="", said="", open_since=clock.now()
                )
                .where(
                    Goal.id == self.id, Goal.ended_at.is_null(False), Goal.forgotten_at.is_null()
                )
                .execute()
            )
            if opened:
                audit.record(by, "reopened", self, about=self.concerned)
        return bool(opened)

    def look_at(self, *, by: Person) -> None:
        """Its owner has seen what somebody else set."""
        Assignment.settle_all(GIVEN, self.id, by=by, person=by)

    def _is_still_open(self) -> bool:
        return bool(Goal.select().where(Goal.id == self.id, Goal.is_open()).exists())

    def _refuse_circle(self) -> None:
        """Walk up from the parent: a goal hangs on nothing that hangs on it."""
        above, seen = self.parent_id, {self.id} - {None}
        while above is not None:
            if above in seen:
                raise CircleError("That goal hangs on this one already. Choose another.")
            if len(seen) > MAX_LEVELS:
                raise CircleError(f"{MAX_LEVELS} levels are as deep as goals can hang.")
            seen.add(above)
            above = Goal.select(Goal.parent).where(Goal.id == above).scalar()

    @classmethod
    def forget(cls, ids: list[int]) -> None:
        """Let the words go, with those of key results and check-ins; that it was, and how it came
        out, stays for the numbers. An open one is over with it."""
        # Standing on this file, check-ins are found through what they tied here.
        check_in: Any = cls.all_check_ins.rel_model  # type: ignore[attr-defined]
        with db.write():
            KeyResult.update(title="", unit="").where(KeyResult.goal.in_(ids)).execute()
            check_in.update(sentence="").where(check_in.goal.in_(ids)).execute()
            cls.update(title="", words="", said="", forgotten_at=clock.now()).where(
                cls.id.in_(ids)
            ).execute()
            Assignment.update(title="A goal").where(
                Assignment.kind.in_([CHECK_IN, GIVEN]), Assignment.target.in_(ids)
            ).execute()
            for goal in ids:
                for kind in (CHECK_IN, GIVEN):
                    Assignment.settle_all(kind, goal, by=None, outcome="ended")


class KeyResult(db.Model):
    """One number that says whether the goal is reached. `current` follows the check-ins."""

    goal = peewee.ForeignKeyField(Goal, backref="all_results")
    order = peewee.IntegerField(default=0)
    title = peewee.CharField(max_length=200)
    unit = peewee.CharField(max_length=20, default="")
    start = peewee.DoubleField()
    target = peewee.DoubleField()
    current = peewee.DoubleField()
    direction = peewee.CharField(max_length=4, default=shares.UP)
    removed_at = db.UtcField(null=True)

    @classmethod
    def stands(cls) -> Any:
        return cls.removed_at.is_null()

    @property
    def share(self) -> int:
        return shares.share(self.start, self.target, self.current, self.direction)

    @property
    def way(self) -> str:
        """`from 0 to 10 %`, or `stays at 5 %`."""
        if self.start == self.target:
            least = "at least" if self.direction == shares.UP else "at most"
            return f"stays at {least} {shares.with_unit(self.target, self.unit)}"
        to = shares.with_unit(self.target, self.unit)
        return f"from {shares.shown(self.start)} to {to}"

    @property
    def now_words(self) -> str:
        return shares.with_unit(self.current, self.unit)

    @classmethod
    def begin(cls, goal: Goal, order: int, said: Measured) -> None:
        cls.create(
            goal=goal, order=order, title=said.title, unit=said.unit, start=said.start,
            target=said.target, current=said.start, direction=said.direction,
        )  # fmt: skip

    def say(self, order: int, said: Measured) -> bool:
        """Say it anew; returns whether anything is another. What was reached stays, unless nothing
        was yet: then it begins where it begins now."""
        names = ("title", "unit", "start", "target", "direction")
        changed = [name for name in names if getattr(self, name) != getattr(said, name)]
        if self.current == self.start:
            self.current = said.start
        for name in changed:
            setattr(self, name, getattr(said, name))
        if self.order != order:
            self.order = order
        self.save()
        return bool(changed)


def period_of(day: date) -> str:
    """The quarter of a day, as periods are mostly called: `2026 Q4`."""
    return f"{day.year} Q{(day.month - 1) // 3 + 1}"
