"""Goals with their key results."""

from datetime import date, datetime, timedelta
from typing import Any

import peewee

from portal import audit, clock, db, text
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.drafts import Conflict
from portal.goals.key_results import KeyResult, Measured, is_same
from portal.people.models import Person
from portal.people.org import Team

OKR, KPI = "okr", "kpi"
LINE, EVERYONE = "line", "everyone"
OUTCOMES = {"met": "Met", "partly": "Partly met", "missed": "Missed", "dropped": "Dropped"}
CAUSE = "goal"
CHECK_IN, GIVEN = "goal_check_in", "goal_given"
LOOK_WITHIN_DAYS = 7
# The same form within so short a time was sent twice.
TWICE_SECONDS = 30
MAX_RESULTS = 5
MAX_WORDS = 2000
MAX_ASKED_WORDS = 6
MAX_LEVELS = 12

__all__ = ["CircleError", "Conflict", "Goal", "KeyResult", "Measured"]


class CircleError(ValueError):
    """A goal would hang on itself over others, or too deep."""


class PersonalGoal:
    """A person's goal as the trail knows it: under a name that nobody may read."""

    class _meta:
        table_name = "personal_goal"

    def __init__(self, pk: int) -> None:
        self._pk = pk


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
    # The title as it is searched for.
    folded = peewee.CharField(max_length=400, default="")
    words = peewee.TextField(default="")
    visibility = peewee.CharField(max_length=10, default=LINE)
    period = peewee.CharField(max_length=20, default="", index=True)
    starts_on = peewee.DateField(null=True)
    ends_on = peewee.DateField(null=True)
    set_by = peewee.ForeignKeyField(Person, backref="goals_set")
    set_at = db.UtcField()
    # How often it was changed: of two who do so at once neither writes over the other.
    version = peewee.IntegerField(default=0)
    changed_by = peewee.ForeignKeyField(Person, null=True)
    changed_at = db.UtcField(null=True)
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
    def matches(cls, words: str) -> Any:
        """The title has every word, whatever the accents."""
        condition = peewee.Value(1) == 1
        for word in text.fold(words).split()[:MAX_ASKED_WORDS]:
            condition &= cls.folded.contains(word)
        return condition

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
        if self.person:
            return str(self.person.called)
        if self.team is None:
            return "The company"
        return f"{self.team.name} (closed)" if self.team.closed_at else str(self.team.name)

    @property
    def concerned(self) -> Person | None:
        """The person an event of it is about."""
        return Person(id=self.person_id) if self.person_id else None

    @property
    def traced(self) -> Any:
        """What its events are recorded of: a person's are for nobody who reads the trail."""
        return PersonalGoal(self.id) if self.person_id else self

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
        """A new goal. Whoever gets one from somebody else finds it in Today. Raises CircleError
        where it would hang too deep."""
        with db.write():
            now = clock.now()
            goal = cls(set_by=by, set_at=now, open_since=now, **said)
            if same := goal._sent_before(now):
                return same
            goal._refuse_circle()
            goal._keep()
            goal._measure(results)
            audit.record(by, "set", goal.traced, about=goal.concerned, data={"level": goal.level})
            goal._tell(by, "set")
        return goal

    def _sent_before(self, now: datetime) -> "Goal | None":
        """The goal that the same form has set a moment ago."""
        just_set = Goal.select().where(
            Goal.set_by == self.set_by_id, Goal.set_at > now - timedelta(seconds=TWICE_SECONDS)
        )
        names = ("title", "words", "person_id", "team_id", "parent_id", "period")
        mine = [getattr(self, name) for name in names]
        return next((g for g in just_set if [getattr(g, name) for name in names] == mine), None)

    def change(
        self, *, by: Person, results: list[Measured], version: int | None = None, **said: Any
    ) -> None:
        """Other words, another period, other key results. Raises Conflict when it was changed since
        `version` (else: since it was read), or has ended; CircleError where it cannot hang."""
        read = self.version if version is None else version
        with db.write():
            goal = Goal.get_by_id(self.id)
            changed = [name for name, value in said.items() if getattr(goal, name) != value]
            for name in changed:
                setattr(goal, name, said[name])
            if not goal._is_measured_by(results):
                changed.append("key results")
            if changed:
                if goal.version != read or not goal._is_still_open():
                    raise Conflict
                goal._rewrite(changed, results, by)
            if goal.person_id == by.id:
                goal.look_at(by=by)
        self.__data__.update(goal.__data__)

    def _rewrite(self, changed: list[str], results: list[Measured], by: Person) -> None:
        if "parent" in changed:
            self._refuse_circle()
        self.version += 1
        self.changed_by, self.changed_at = by, clock.now()
        self._keep()
        self._measure(results)
        # Which fields, never what stands in them.
        audit.record(by, "changed", self.traced, about=self.concerned, data={"fields": changed})
        Assignment.update(title=self.question).where(
            Assignment.is_open(), Assignment.kind == CHECK_IN, Assignment.target == self.id
        ).execute()
        self._tell(by, "changed")

    def _keep(self) -> None:
        self.folded = text.fold(self.title)[:400]
        self.save()

    def _is_measured_by(self, results: list[Measured]) -> bool:
        rows = self.results()
        return len(rows) == len(results) and all(map(is_same, rows, results))

    def _measure(self, results: list[Measured]) -> None:
        """Keep the key results as they are said now; those not said any more are taken out."""
        known = {row.id: row for row in self.results()}
        for number, result in enumerate(results):
            row = known.pop(result.id, None) if result.id else None
            if row is None:
                KeyResult.begin(self, number, result)
            else:
                row.say(number, result)
        for row in known.values():
            row.removed_at = clock.now()
            row.save()

    def _tell(self, by: Person, did: str) -> None:
        """Whose goal it is hears of what somebody else set or changed, in Today and the digest."""
        if not self.person_id or self.person_id == by.id:
            return
        person = Person.get_by_id(self.person_id)
        title = f"Look at a goal {by.called} has {did}: {self.title}"[:320]
        duty = Assignment.assign(
            kind=GIVEN,
            target=self.id,
            title=title,
            cause=Cause(CAUSE, self.id),
            by=by,
            person=person,
            due_on=person.today() + timedelta(days=LOOK_WITHIN_DAYS),
            zone=person.zone or "UTC",
            minutes=2,
        )
        # One that was waited for already says now what it is about.
        Assignment.update(title=title).where(Assignment.id == duty.id).execute()

    def show_to(self, visibility: str, *, by: Person) -> None:
        """Open it to everyone, or keep it to oneself and the line again. It is a change like any
        other: a form that was opened before does not take it back."""
        with db.write():
            changed = Goal.update(
                visibility=visibility, version=Goal.version + 1, changed_by=by,
                changed_at=clock.now(),
            ).where(Goal.id == self.id, Goal.visibility != visibility)  # fmt: skip
            if changed.execute():
                self.visibility = visibility
                self.version += 1
                audit.record(
                    by, "shown", self.traced, about=self.concerned, data={"visibility": visibility}
                )

    def end(self, outcome: str, said: str, *, by: Person | None) -> bool:
        """It is over, and how it came out. False when somebody was faster."""
        with db.write():
            ended = (
                Goal.update(ended_at=clock.now(), ended_by=by, outcome=outcome, said=said)
                .where(Goal.id == self.id, Goal.is_open())
                .execute()
            )
            if ended:
                audit.record(by, "ended", self.traced, about=self.concerned)
                for kind in (CHECK_IN, GIVEN):
                    Assignment.settle_all(
                        kind, self.id, by=by, outcome="ended", reason="The goal has ended."
                    )
        return bool(ended)

    def reopen(self, *, by: Person) -> bool:
        """It is not over; what was said of its end waits for the next one. False when it is open,
        or its words have gone."""
        with db.write():
            opened = (
                Goal.update(ended_at=None, ended_by=None, outcome="", open_since=clock.now())
                .where(
                    Goal.id == self.id, Goal.ended_at.is_null(False), Goal.forgotten_at.is_null()
                )
                .execute()
            )
            if opened:
                audit.record(by, "reopened", self.traced, about=self.concerned)
        return bool(opened)

    def look_at(self, *, by: Person) -> None:
        """Its owner has seen what somebody else set."""
        Assignment.settle_all(GIVEN, self.id, by=by, person=by)

    def _is_still_open(self) -> bool:
        return bool(Goal.select().where(Goal.id == self.id, Goal.is_open()).exists())

    def _refuse_circle(self) -> None:
        """Walk up from the parent: a goal hangs on nothing that hangs on it."""
        above, seen = self.parent_id, {self.id}
        while above is not None:
            if above in seen:
                raise CircleError("That goal hangs on this one already. Choose another.")
            if len(seen) == MAX_LEVELS:
                raise CircleError(f"{MAX_LEVELS} levels are as deep as goals can hang.")
            seen.add(above)
            above = Goal.select(Goal.parent).where(Goal.id == above).scalar()


# The key by which key results point here was left open until now.
_key: Any = KeyResult.goal
_key.deferred = False


def period_of(day: date) -> str:
    """The quarter of a day, as periods are mostly called: `2026 Q4`."""
    return f"{day.year} Q{(day.month - 1) // 3 + 1}"
