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
    talks held since; one that is ticked off stays with the talk in which it was.
    """

    one_on_one = peewee.ForeignKeyField(OneOnOne, backref="points")
    talk = peewee.ForeignKeyField(Talk, backref="raised")
    words = peewee.CharField(max_length=300)
    by = peewee.ForeignKeyField(Person)
    at = db.UtcField()
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
            .order_by(raised.number, cls.id)
        )

    @classmethod
    def agenda(cls, talk: Talk) -> list["TalkPoint"]:
        """What stands on the agenda of the next talk: whatever is open, and what was ticked off
        for it."""
        here = cls.done_in.is_null() | (cls.done_in == talk.id)
        return list(cls._of(talk.one_on_one_id).where(here))

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
            for each in fresh:
                cls.create(one_on_one=one_on_one, talk=talk, words=each, by=by, at=clock.now())
            if fresh:
                data = {"points": len(fresh)}
                audit.record(by, "agenda_grown", one_on_one, about=one_on_one.report, data=data)
        return len(fresh)

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
        """Off the agenda, by whoever raised it."""
        with db.write():
            gone = (TalkPoint.id == self.id) & TalkPoint.removed_at.is_null()
            return bool(TalkPoint.update(removed_at=clock.now()).where(gone).execute())

    def restore(self, *, by: Person) -> bool:
        """Back on it."""
        with db.write():
            mine = TalkPoint.id == self.id
            return bool(TalkPoint.update(removed_at=None).where(mine).execute())
