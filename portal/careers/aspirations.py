"""Aspirations: where somebody would like to go. Theirs, shown to whom they choose."""

from typing import Any

import peewee

from portal import clock, db
from portal.careers.rungs import Rung
from portal.documents.models import Document
from portal.people.models import Person

NOBODY, LINE, LINE_AND_HR = "nobody", "line", "line and hr"
SHARED = (NOBODY, LINE, LINE_AND_HR)
MAX_NOTE = 1000
MOST = 3


class TooMany(ValueError):
    """Somebody has as many as there may be: the sentence says so."""


class Aspiration(db.Model):
    """A rung somebody would like to reach. It is no event, and goes with whom it is of.

    Nothing is recorded when it is set, shared, narrowed or forgotten: whoever may not read it now
    never learns that it was there.
    """

    person = peewee.ForeignKeyField(Person, backref="aspirations")
    document = peewee.ForeignKeyField(Document)
    rung = peewee.CharField(max_length=80)
    note = peewee.CharField(max_length=MAX_NOTE, default="")
    shared = peewee.CharField(max_length=12, default=NOBODY)
    set_at = db.UtcField()

    class Meta:
        indexes = ((("person", "document", "rung"), True),)

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of aspirations with the track of each, the oldest first."""
        return query.select(cls, Document).join(Document).order_by(cls.id)

    @property
    def url(self) -> str:
        return f"/careers/aspirations/{self.id}"

    @property
    def key(self) -> str:
        """The key of its rung."""
        return f"{self.document.slug}/{self.rung}"

    @classmethod
    def aim(cls, rung: Rung, note: str, shared: str, *, by: Person) -> "Aspiration":
        """Somebody would like to get there; said again of the same rung it is changed, and keeps
        its words where no others come.

        Raises TooMany beyond the third.
        """
        with db.write():
            mine = cls.select().where(cls.person == by.id)
            known = mine.where(cls.document == rung.document, cls.rung == rung.slug).first()
            if known:
                known.change(note or known.note, shared)
                return known  # type: ignore[no-any-return]
            if mine.count() >= MOST:
                raise TooMany("Three at most: forget one of them first.")
            return cls.create(
                person=by, document=rung.document, rung=rung.slug, note=note, shared=shared,
                set_at=clock.now(),
            )  # fmt: skip

    def change(self, note: str, shared: str) -> None:
        """Other words, or other readers: it holds at once."""
        with db.write():
            self.note, self.shared = note, shared
            Aspiration.update(note=note, shared=shared).where(Aspiration.id == self.id).execute()

    def forget(self) -> None:
        """It is gone, with its words."""
        with db.write():
            Aspiration.delete().where(Aspiration.id == self.id).execute()

    @classmethod
    def forget_of(cls, people: Any) -> int:
        """Those of these people, a query of ids; returns how many."""
        with db.write():
            return int(cls.delete().where(db.among(cls.person, people)).execute())
