"""The log of what somebody got done: their own, a line and a day."""

from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.goals.models import Goal
from portal.people.models import Person

MAX_LINE = 500


class Accomplishment(db.Model):
    """A line and a day, and if one likes the goal it served."""

    person = peewee.ForeignKeyField(Person, backref="accomplishments")
    on = peewee.DateField()
    text = peewee.CharField(max_length=MAX_LINE)
    goal = peewee.ForeignKeyField(Goal, null=True, backref="accomplishments")
    noted_at = db.UtcField()
    removed_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("person", "on"), False),)

    @classmethod
    def stands(cls) -> Any:
        return cls.removed_at.is_null()

    @classmethod
    def listing(cls, visible: Any) -> Any:
        """`visible` lines with the goal they served, the newest day first."""
        left = peewee.JOIN.LEFT_OUTER
        rows = visible.select(cls, Goal).join(Goal, left, on=(cls.goal == Goal.id), attr="goal")
        return rows.order_by(cls.on.desc(), cls.id.desc())

    @classmethod
    def note(
        cls, text: str, *, by: Person, on: date | None = None, goal: Goal | None = None
    ) -> "Accomplishment":
        """One's own; nobody notes for another."""
        with db.write():
            on = on or by.today()
            if twin := cls._twin(text, on, goal, by):
                return twin
            made = cls.create(person=by, on=on, text=text, goal=goal, noted_at=clock.now())
            accomplishment = made
            audit.record(by, "noted", accomplishment, about=by)
        return made

    @classmethod
    def _twin(cls, text: str, on: date, goal: Goal | None, by: Person) -> "Accomplishment | None":
        """The same words of the same day: a button pressed twice notes it once."""
        same = cls.select().where(
            cls.person == by, cls.on == on, cls.text == text, cls.stands(),
            cls.goal.is_null() if goal is None else cls.goal == goal,
        )  # fmt: skip
        return same.first()  # type: ignore[no-any-return]

    def remove(self, *, by: Person) -> None:
        """Out of the log; it can be put back."""
        with db.write():
            if self._stand(clock.now()):
                audit.record(by, "removed", self, about=by)

    def restore(self, *, by: Person) -> None:
        with db.write():
            if self._stand(None):
                audit.record(by, "restored", self, about=by)

    def _stand(self, removed_at: Any) -> bool:
        """Whether that was another than before."""
        is_in = Accomplishment.removed_at.is_null()
        changed = Accomplishment.update(removed_at=removed_at).where(
            Accomplishment.id == self.id, is_in if removed_at else ~is_in
        )
        return bool(changed.execute())
