"""The agenda: points of both, which carry over to the next talk until they are ticked off."""

from typing import Any

import peewee

from portal import audit, clock, db
from portal.oneonones.models import OneOnOne, Talk
from portal.people.models import Person

MAX_POINTS = 100


class TooMany(ValueError):
    """An agenda that nobody could get through."""


class TalkPoint(db.Model):
    """One line of the agenda, raised for a talk. How often it was carried over is read off the
    talks held since; one that is ticked off stays with the talk in which it was. `rank` is its
    place, which both may change; `from_number` the talk for which it comes onto the agenda.
    """

    one_on_one = peewee.ForeignKeyField(OneOnOne, backref="points")
    talk = peewee.ForeignKeyField(Talk, backref="raised")
    words = peewee.CharField(max_length=300)
    by = peewee.ForeignKeyField(Person)
    at = db.UtcField()
    rank = peewee.IntegerField(default=0)
    from_number = peewee.IntegerField(default=0)
    done_in = peewee.ForeignKeyField(Talk, null=True, backref="covered")
    done_by = peewee.ForeignKeyField(Person, null=True)
    removed_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("one_on_one", "removed_at"), False),)

    # -- reading ---------------------------------------------------------------------------

    @classmethod
    def _of(cls, one_on_one_id: int) -> Any:
        raised, done = Talk.alias(), Talk.alias()
        left = peewee.JOIN.LEFT_OUTER
        return (
            cls.select(cls, raised.id, raised.number, done.id, done.number, *Person.names(Person))
            .join(raised, on=(cls.talk == raised.id), attr="talk")
            .switch(cls)
            .join(done, left, on=(cls.done_in == done.id), attr="done_in")
            .switch(cls)
            .join(Person, on=(cls.by == Person.id), attr="by")
            .where(cls.one_on_one == one_on_one_id, cls.removed_at.is_null())
            .order_by(cls.rank, cls.id)
        )

    @classmethod
    def agenda(cls, talk: Talk) -> list["TalkPoint"]:
        """What stands on the agenda of the next talk: whatever is open, and what was ticked off
        for it. What the two put off until the talk after it comes last."""
        here = cls.done_in.is_null() | (cls.done_in == talk.id)
        found = cls._of(talk.one_on_one_id).where(here)
        return sorted(found, key=lambda point: point.is_put_off(talk))

    def is_put_off(self, talk: Talk) -> bool:
        """Open, and not for that talk."""
        return self.done_in_id is None and bool(self.from_number > talk.number)

    @classmethod
    def at_held(cls, talk: Talk) -> list["TalkPoint"]:
        """What stood on the agenda of a talk that was held."""
        found = cls._of(talk.one_on_one_id)
        return [
            point
            for point in found
            if point.talk.number <= talk.number
            and (point.done_in is None or point.done_in.number >= talk.number)
        ]

    @classmethod
    def raised_by(cls, person: Person) -> Any:
        """Whatever somebody raised and did not take back."""
        mine = cls.select().where(cls.by == person, cls.removed_at.is_null())
        return mine.order_by(cls.id)

    def carried(self, talk: Talk) -> int:
        """How often it was carried over before that talk."""
        return int(talk.number - self.talk.number)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def raise_for(cls, one_on_one: OneOnOne, words: list[str], *, by: Person) -> int:
        """Lines onto the agenda of the next talk, but for those that stand there open; returns how
        many came on it. TooMany raises for an agenda without end."""
        with db.write():
            talk = one_on_one.coming()
            rows: Any = cls.select(cls.words).where(
                cls.one_on_one == one_on_one, cls.done_in.is_null(), cls.removed_at.is_null()
            )
            known = {each for (each,) in rows.tuples()}
            fresh = [each for each in dict.fromkeys(words) if each not in known]
            if len(known) + len(fresh) > MAX_POINTS:
                raise TooMany(f"There are {len(known)} open points already: tick some off first.")
            ever = cls.select().where(cls.one_on_one == one_on_one).count()
            for rank, each in enumerate(fresh, ever):
                cls.create(
                    one_on_one=one_on_one, talk=talk, words=each, by=by, at=clock.now(), rank=rank
                )
            if fresh:
                data = {"points": len(fresh)}
                audit.record(by, "agenda_grown", one_on_one, about=one_on_one.report, data=data)
        return len(fresh)

    def reword(self, words: str, *, by: Person) -> None:
        """In other words, by whoever raised it."""
        with db.write():
            self._change(words=words)

    def move(self, steps: int, *, by: Person) -> None:
        """So many places down (or up, below 0) on the agenda."""
        with db.write():
            talk = self.one_on_one.coming()
            order = TalkPoint.agenda(talk)
            at = next((place for place, each in enumerate(order) if each.id == self.id), None)
            if at is None:
                return
            order.insert(max(0, at + steps), order.pop(at))
            for rank, point in enumerate(order):
                point._change(rank=rank)

    def put_off(self, *, by: Person) -> None:
        """Not in the next talk, but in the one after it."""
        with db.write():
            self._change(from_number=self.one_on_one.coming().number + 1)

    def put_on(self, *, by: Person) -> None:
        """In the next talk after all."""
        with db.write():
            self._change(from_number=0)

    def _change(self, **values: Any) -> None:
        TalkPoint.update(values).where(TalkPoint.id == self.id).execute()
        for name, value in values.items():
            setattr(self, name, value)

    def tick(self, *, by: Person) -> bool:
        """It was talked about. False when it was ticked off already."""
        with db.write():
            talk = self.one_on_one.coming()
            done = (
                TalkPoint.update(done_in=talk, done_by=by)
                .where(TalkPoint.id == self.id, TalkPoint.done_in.is_null())
                .execute()
            )
        return bool(done)

    def untick(self, *, by: Person) -> bool:
        """It is still to be talked about."""
        with db.write():
            opened = (
                TalkPoint.update(done_in=None, done_by=None)
                .where(TalkPoint.id == self.id, TalkPoint.done_in.is_null(False))
                .execute()
            )
        return bool(opened)

    def remove(self, *, by: Person) -> bool:
        """Off the agenda, by whoever raised it. What was talked about stays where it was."""
        with db.write():
            gone = (TalkPoint.id == self.id) & TalkPoint.done_in.is_null()
            return bool(TalkPoint.update(removed_at=clock.now()).where(gone).execute())

    def restore(self, *, by: Person) -> bool:
        """Back on it."""
        with db.write():
            mine = TalkPoint.id == self.id
            return bool(TalkPoint.update(removed_at=None).where(mine).execute())
