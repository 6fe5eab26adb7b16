"""Actions: what one of the two does after a talk. Whether it is done stands in its duty alone."""

from datetime import date, datetime
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.oneonones.models import DUTY, OneOnOne, Talk
from portal.oneonones.points import TalkPoint
from portal.people.models import Person

ACTION = "action"


class Action(db.Model):
    """Something one of the two said they would do, and by when."""

    one_on_one = peewee.ForeignKeyField(OneOnOne, backref="actions")
    talk = peewee.ForeignKeyField(Talk)
    point = peewee.ForeignKeyField(TalkPoint, null=True)
    title = peewee.CharField(max_length=300)
    duty: Any = peewee.ForeignKeyField(Assignment, null=True)
    set_by = peewee.ForeignKeyField(Person)
    set_at = db.UtcField()

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of actions with their duties and whose those are."""
        return (
            query.select(cls, Assignment, *Person.names(Person))
            .join(Assignment, on=(cls.duty == Assignment.id), attr="duty")
            .join(Person, on=(Assignment.person == Person.id), attr="person")
            .order_by(Assignment.settled_at.is_null(False), Assignment.due_on, cls.id)
        )

    @classmethod
    def for_next(cls, one_on_one: OneOnOne, last_at: datetime | None) -> list["Action"]:
        """What the next agenda shows: whatever is to be done, and what was done or let go since the
        last talk."""
        recent = Assignment.outcome.in_(["done", "waived"])
        if last_at is not None:
            recent &= Assignment.settled_at >= last_at
        rows = cls.whole(cls.select()).where(cls.one_on_one == one_on_one)
        return list(rows.where(Assignment.settled_at.is_null() | recent))

    @classmethod
    def of_talk(cls, talk: Talk) -> list["Action"]:
        """What was said at one talk."""
        return list(cls.whole(cls.select()).where(cls.talk == talk))

    @classmethod
    def owed_by(cls, person: Person) -> Any:
        """Whatever somebody said they would do."""
        return cls.whole(cls.select()).where(Assignment.person == person)

    @property
    def is_done(self) -> bool:
        return self.duty.settled_at is not None

    @classmethod
    def set_for(
        cls,
        one_on_one: OneOnOne,
        title: str,
        person: Person,
        due_on: date,
        *,
        by: Person,
        point: TalkPoint | None = None,
    ) -> "Action":
        """One of the two does it. Made of a point, that point is talked about with it. What is to
        be done already is not asked for twice, though both press at once."""
        with db.write():
            if known := cls._known(one_on_one, title, person, point):
                return known
            talk = one_on_one.coming()
            action = cls.create(
                one_on_one=one_on_one,
                talk=talk,
                point=point,
                title=title,
                set_by=by,
                set_at=clock.now(),
            )
            action.duty = Assignment.assign(
                kind=ACTION,
                target=action.id,
                title=title,
                cause=Cause(DUTY, one_on_one.id),
                by=by,
                person=person,
                due_on=due_on,
                zone=person.zone or "UTC",
            )
            action.save()
            data = {"person": person.id, "due_on": due_on}
            audit.record(by, "action_set", one_on_one, about=one_on_one.report, data=data)
            if point is not None:
                point.tick(by=by)
        return action

    @classmethod
    def _known(
        cls, one_on_one: OneOnOne, title: str, person: Person, point: TalkPoint | None
    ) -> "Action | None":
        """What was made of that point already, or is open in the same words."""
        same = (cls.title == title) & (Assignment.person == person)
        if point is not None:
            same |= cls.point == point
        rows = cls.whole(cls.select()).where(cls.one_on_one == one_on_one, same)
        return rows.where(Assignment.settled_at.is_null()).first()  # type: ignore[no-any-return]

    def move(self, due_on: date, *, by: Person) -> bool:
        """By another day."""
        return bool(self.duty.move(due_on, "", by=by))

    def complete(self, *, by: Person) -> bool:
        return bool(self.duty.settle(by=by))

    def reopen(self, *, by: Person) -> bool:
        return bool(self.duty.reopen(by=by))

    def let_go(self, *, by: Person) -> bool:
        """The two agree that it is not needed."""
        return bool(self.duty.settle(by=by, outcome="waived"))
