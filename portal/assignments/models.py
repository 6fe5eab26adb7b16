"""Assignments: whatever anyone owes is one row, settled by the fact that proves it."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.due import due_at
from portal.assignments.duties import AssignmentKind, Cause, CauseKind, cause_kinds, kinds
from portal.assignments.ladder import first_reminder
from portal.assignments.private import Discreet
from portal.assignments.rows import CauseRow, Reminder
from portal.people.functions import Function, is_owned_by, owns
from portal.people.models import Person
from portal.people.org import Location
from portal.prepared import Prepared, blank

SOON_DAYS = 7
MAX_SNOOZE_DAYS = 60

__all__ = ["Assignment", "AssignmentKind", "Cause", "CauseRow", "Reminder", "kinds"]


class Assignment(Discreet, db.Model):
    """One person (or the holders of one function) owes one thing by one day.

    At most one is open per person, kind, target and period. `about` is the person it concerns.
    """

    person = peewee.ForeignKeyField(Person, null=True, backref="assignments")
    function = peewee.ForeignKeyField(Function, null=True)
    location = peewee.ForeignKeyField(Location, null=True)
    kind = peewee.CharField(max_length=30)
    target = peewee.BigIntegerField()
    period = peewee.CharField(max_length=20, default="")
    about = peewee.ForeignKeyField(Person, null=True)
    title = peewee.CharField(max_length=320)
    minutes = peewee.IntegerField(null=True)
    opened_at = db.UtcField()
    due_on = peewee.DateField(null=True)
    due_at = db.UtcField(null=True)
    # A time of day, `10:00`, where it is a meeting; and how often it was moved.
    at = peewee.CharField(max_length=5, default="")
    moved = peewee.IntegerField(default=0)
    remind_on = peewee.DateField(null=True)
    snoozed_until = peewee.DateField(null=True)
    settled_at = db.UtcField(null=True)
    settled_by = peewee.ForeignKeyField(Person, null=True)
    outcome = peewee.CharField(max_length=10, default="")
    reason = peewee.CharField(max_length=300, default="")

    class Meta:
        indexes = (
            (("person", "settled_at", "due_on"), False),
            (("function", "settled_at", "due_on"), False),
            (("settled_at", "due_at"), False),
            (("settled_at", "remind_on"), False),
            (("kind", "target"), False),
        )

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls) -> Any:
        return cls.settled_at.is_null()

    @classmethod
    def is_due(cls, on: date) -> Any:
        """Due by that day, snoozed or not."""
        return cls.due_on <= on

    @classmethod
    def is_awake(cls, on: date) -> Any:
        return cls.snoozed_until.is_null() | (cls.snoozed_until <= on)

    @classmethod
    def is_owed_by(cls, person: Person) -> Any:
        """Owed by the person, or by a function (for a place) that the person holds."""
        return is_owned_by(person, cls.person, cls.function, lambda place: cls.location == place)

    @classmethod
    def open_among(cls, ids: list[int]) -> list["Assignment"]:
        """Those of these duties that are still owed, the most urgent first."""
        chosen = cls.select().where(cls.is_open(), cls.id.in_(ids))
        return list(chosen.order_by(cls.due_on.asc(nulls="last"), cls.id))

    @property
    def kind_of(self) -> AssignmentKind:
        return kinds[self.kind]

    @property
    def url(self) -> str:
        return self.kind_of.url(self)

    @property
    def act(self) -> str:
        return self.kind_of.act(self)

    @property
    def owner_words(self) -> str:
        """Who owes it, as one says it."""
        if self.person:
            return str(self.person.called)
        return str(self.function.name) if self.function else "nobody yet"

    @property
    def concerned(self) -> Person | None:
        """The person an event of it is about."""
        person_id = self.about_id or self.person_id
        return Person(id=person_id) if person_id else None

    def is_owner(self, person: Person) -> bool:
        """Whether that person owes it (directly or by a function they hold)."""
        return owns(person, self.person_id, self.function_id, self.location_id)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def assign(
        cls,
        *,
        kind: str,
        target: int,
        title: str,
        cause: Cause,
        by: Any,
        person: Person | None = None,
        function: Function | None = None,
        location: Location | int | None = None,
        about: Person | None = None,
        due_on: date | None = None,
        zone: str = "UTC",
        minutes: int | None = None,
        period: str = "",
        at: str = "",
    ) -> "Assignment":
        """Open a duty, or add `cause` to the open one that already says the same.

        Of two days by which the same is owed the earlier one counts.
        """
        with db.write():
            assignment = cls._same(person, function, kind, target, period)
            if assignment and due_on and (assignment.due_on or date.max) > due_on:
                assignment.move(due_on, at or assignment.at, by=by)
            if assignment is None:
                assignment = cls.create(
                    person=person,
                    function=function,
                    location=location,
                    kind=kind,
                    target=target,
                    period=period,
                    about=about,
                    title=title[:320],
                    minutes=minutes,
                    opened_at=clock.now(),
                    due_on=due_on,
                    due_at=due_at(due_on, zone) if due_on else None,
                    at=at,
                    remind_on=cls._first_reminder(kind, zone, due_on),
                )
                audit.record(
                    by,
                    "opened",
                    assignment.in_trail,
                    about=about or person,
                    data={
                        "kind": kind,
                        "target": target,
                        "person": person.id if person else None,
                        "function": function.slug if function else None,
                        "due_on": due_on,
                    },
                )
            CauseRow.insert(
                assignment=assignment, kind=cause.kind, ref=cause.ref
            ).on_conflict_ignore().execute()
        return assignment

    @staticmethod
    def _first_reminder(kind: str, zone: str, due_on: date | None) -> date:
        return first_reminder(clock.today(zone), due_on, is_early=kinds[kind].is_early)

    @classmethod
    def _same(
        cls, person: Person | None, function: Function | None, kind: str, target: int, period: str
    ) -> "Assignment | None":
        of, owner = (_of_person, person) if person else (_of_function, function)
        owner_id = owner.id if owner else None
        return of.first(kind=kind, target=target, period=period, owner=owner_id)  # type: ignore[no-any-return]

    def _twin(self, person: Person | None, function: Function | None) -> "Assignment | None":
        """The open duty that says the same of that owner, if there is another than this one."""
        same = self._same(person, function, self.kind, self.target, self.period)
        return same if same and same.id != self.id else None

    def settle(self, *, by: Any, outcome: str = "done", reason: str = "") -> bool:
        """Close it; reminders stop at once. False when it was closed already."""
        with db.write():
            now = clock.now()
            closed = (
                Assignment.update(
                    settled_at=now, settled_by=by, outcome=outcome, reason=reason[:300]
                )
                .where(Assignment.id == self.id, Assignment.is_open())
                .execute()
            )
            if not closed:
                return False
            self.settled_at, self.outcome, self.reason = now, outcome, reason
            audit.record(
                by,
                "settled",
                self.in_trail,
                about=self.concerned,
                data={"kind": self.kind, "target": self.target, "outcome": outcome},
                personal={"reason": reason} if reason and not self.kind_of.is_private else None,
            )
            for cause, ref in self._told():
                cause.settled(self, ref, by)
        return True

    def _told(self) -> list[tuple[CauseKind, int]]:
        """The causes that want to know of it: only a duty that a plan can open has such."""
        if self.kind_of.open is None:
            return []
        rows = list(CauseRow.select().where(CauseRow.assignment == self))
        return [(cause_kinds[row.kind], row.ref) for row in rows if row.kind in cause_kinds]

    def reopen(self, *, by: Any) -> bool:
        """Take a settlement back. False when it is open already, or when the same is owed anew."""
        with db.write():
            if self._twin(self.person, self.function):
                return False
            opened = (
                Assignment.update(settled_at=None, settled_by=None, outcome="", reason="")
                .where(Assignment.id == self.id, Assignment.settled_at.is_null(False))
                .execute()
            )
            if not opened:
                return False
            self.settled_at, self.outcome, self.reason = None, "", ""
            audit.record(by, "reopened", self.in_trail, about=self.concerned)
            for cause, ref in self._told():
                cause.reopened(self, ref, by)
        return True

    def waive(self, reason: str, *, by: Person) -> None:
        """It is not needed, and why: by the domain's own verb where the fact lives there."""
        if self.kind_of.waive:
            self.kind_of.waive(self, reason, by)
        else:
            self.settle(by=by, outcome="waived", reason=reason)

    def unwaive(self, *, by: Person) -> None:
        """Take a waiver back."""
        if self.kind_of.reopen:
            self.kind_of.reopen(self, by)
        else:
            self.reopen(by=by)

    def reassign(self, person: Person, *, by: Person) -> None:
        """Somebody else owes it: by the domain's own verb where it names owners itself."""
        if self.kind_of.hand_to:
            self.kind_of.hand_to(self, person, by)
        else:
            self.hand_to(person, by=by)

    @classmethod
    def snooze_near(cls, person: Person, until: date) -> int:
        """Put off until a day all that the person owes in the week ahead and that is not late.

        Returns how many went out of sight.
        """
        today = person.today()
        near = cls.select().where(
            cls.is_open(),
            cls.person == person,
            cls.is_awake(today),
            cls.due_on.between(today, today + timedelta(days=SOON_DAYS)),
        )
        with db.write():
            rows = list(near)
            for assignment in rows:
                assignment.snooze(until, by=person)
        return len(rows)

    def snooze(self, until: date, *, by: Person) -> None:
        """Out of sight until a day, at most sixty days away. The due date stays what it is.

        Raises ValueError for a day that is not ahead, or too far.
        """
        today = by.today()
        if not today < until <= today + timedelta(days=MAX_SNOOZE_DAYS):
            raise ValueError(f"Choose a day within the next {MAX_SNOOZE_DAYS} days.")
        with db.write():
            if self._change_open(snoozed_until=until) and not self.kind_of.alike:
                data = {"until": until}
                audit.record(by, "snoozed", self.in_trail, about=self.concerned, data=data)

    def wake(self, *, by: Person) -> None:
        """Back into sight."""
        if self.snoozed_until is None:
            return
        with db.write():
            if self._change_open(snoozed_until=None) and not self.kind_of.alike:
                audit.record(by, "woken", self.in_trail, about=self.concerned)

    def move(self, due_on: date, at: str, *, by: Any) -> bool:
        """Due on another day; reminders start afresh. False when it is settled."""
        zone = (self.person.zone if self.person else "") or "UTC"
        with db.write():
            moved = self._change_open(
                due_on=due_on,
                due_at=due_at(due_on, zone),
                at=at,
                moved=self.moved + 1,
                remind_on=self._first_reminder(self.kind, zone, due_on),
                snoozed_until=None,
            )
            if moved:
                Reminder.delete().where(Reminder.assignment == self).execute()
                data = {"due_on": due_on}
                audit.record(by, "moved", self.in_trail, about=self.concerned, data=data)
        return moved

    def hand_to(self, person: Person, *, by: Any) -> None:
        """Somebody else owes it from now on; reminders start afresh for them.

        Who owes the same already keeps that one, with the causes of both, and this one ends.
        """
        if self.person_id == person.id:
            return
        zone = person.zone or "UTC"
        with db.write():
            before, twin = self.person_id, self._twin(person, None)
            if twin:
                twin.take_causes_of(self)
                self.settle(by=by, outcome="ended", reason="They owe it already.")
                return
            handed = self._change_open(
                person=person,
                function=None,
                snoozed_until=None,
                title=self.title,
                due_at=due_at(self.due_on, zone) if self.due_on else None,
                remind_on=self._first_reminder(self.kind, zone, self.due_on),
            )
            if handed:
                Reminder.delete().where(Reminder.assignment == self).execute()
                data = {"from": before, "to": person.id}
                audit.record(by, "reassigned", self.in_trail, about=person, data=data)

    def take_causes_of(self, other: "Assignment") -> None:
        for cause in CauseRow.select().where(CauseRow.assignment == other):
            CauseRow.insert(
                assignment=self, kind=cause.kind, ref=cause.ref
            ).on_conflict_ignore().execute()

    def _change_open(self, **values: Any) -> bool:
        """Change it unless it was settled meanwhile; returns whether it was still open."""
        changed = (
            Assignment.update(**values)
            .where(Assignment.id == self.id, Assignment.is_open())
            .execute()
        )
        if changed:
            for name, value in values.items():
                setattr(self, name, value)
        return bool(changed)

    @classmethod
    def settle_all(
        cls,
        kind: str,
        target: int,
        *,
        by: Any,
        person: Person | None = None,
        outcome: str = "done",
        reason: str = "",
    ) -> None:
        """Settle the open duties towards one target, everybody's or one person's own."""
        open_ones = cls.select().where(cls.is_open(), cls.kind == kind, cls.target == target)
        if person is not None:
            open_ones = open_ones.where(cls.person == person)
        with db.write():
            for assignment in list(open_ones):
                assignment.settle(by=by, outcome=outcome, reason=reason)

    def lose(self, cause: Cause, *, by: Any, reason: str = "") -> bool:
        """One reason less. It ends with its last one; returns whether it ended."""
        with db.write():
            mine = CauseRow.assignment == self
            CauseRow.delete().where(
                mine, CauseRow.kind == cause.kind, CauseRow.ref == cause.ref
            ).execute()
            if CauseRow.select().where(mine).exists():
                return False
            return self.settle(by=by, outcome="ended", reason=reason)

    @classmethod
    def caused_by(cls, cause: Cause) -> Any:
        """The duties that are or were open for that reason, as a query."""
        why = (CauseRow.kind == cause.kind) & (CauseRow.ref == cause.ref)
        return cls.select().join(CauseRow).where(why).switch(cls)

    @classmethod
    def end_of_leavers(cls) -> int:
        """What somebody owes ends when their last day is over where they are; returns how much.

        Whether another must do it now is for the domain to find.
        """
        near = clock.today() + timedelta(days=1)
        rows: Any = (
            cls.select(cls, Person)
            .join(Person, on=(cls.person == Person.id))
            .where(cls.is_open(), Person.last_day_on < near)
            .order_by(cls.id)
        )
        left = [row for row in rows if row.person.has_left(row.person.today())]
        for row in left:
            row.settle(by=None, outcome="ended", reason="Left the company.")
        return len(left)


def _same_of(field: Any) -> Prepared:
    return Prepared(
        lambda: Assignment.select().where(
            Assignment.is_open(),
            Assignment.kind == blank("kind"),
            Assignment.target == blank("target"),
            Assignment.period == blank("period"),
            field == blank("owner"),
        )
    )


# Asked at every duty that is opened: for thousands of people when a text is published.
_of_person = _same_of(Assignment.person)
_of_function = _same_of(Assignment.function)

GUARDS = [
    db.partial_unique("assignment", "person_id, kind, target, period", "settled_at IS NULL"),
    db.partial_unique("assignment", "function_id, kind, target, period", "settled_at IS NULL"),
]

# The keys by which causes and reminders point here were left open until now.
_keys: list[Any] = [CauseRow.assignment, Reminder.assignment]
for key in _keys:
    key.deferred = False
