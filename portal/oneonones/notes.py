"""Private notes: each for oneself, one a talk. No query here gives anybody the words of another."""

from typing import Any

import peewee

from portal import clock, db
from portal.oneonones.models import Conflict, Talk
from portal.people.models import Person


class PrivateNote(db.Model):
    """What one of the two writes beside a talk for nobody else. It is no event and leaves no trace
    but its row; it goes when its author does.
    """

    talk = peewee.ForeignKeyField(Talk, backref="private_notes")
    author = peewee.ForeignKeyField(Person)
    words = peewee.TextField(default="")
    version = peewee.IntegerField(default=0)
    saved_at = db.UtcField()

    class Meta:
        indexes = ((("talk", "author"), True),)

    @classmethod
    def own(cls, talk: Talk, viewer: Person) -> "PrivateNote":
        """The viewer's, unsaved where they wrote none."""
        mine = (cls.talk == talk.id) & (cls.author == viewer.id)
        return cls.get_or_none(mine) or cls(talk=talk, author=viewer, saved_at=None)

    @classmethod
    def all_of(cls, viewer: Person) -> Any:
        """Everything the viewer wrote for themselves."""
        return cls.select().where(cls.author == viewer.id).order_by(cls.id)

    @classmethod
    def write(cls, talk: Talk, words: str, version: int, *, by: Person) -> "PrivateNote":
        """Keep it as it is now. Raises Conflict when another device has saved meanwhile."""
        with db.write():
            note = cls.own(talk, by)
            if note.version != version and note.words != words:
                raise Conflict
            if note.words == words and note.id:
                return note
            note.words, note.version, note.saved_at = words, note.version + 1, clock.now()
            note.save()
        return note

    @classmethod
    def join_into(cls, earlier: Talk, later: Talk) -> None:
        """Put what was written beside the later talk under that of the earlier one."""
        for note in list(cls.select().where(cls.talk == later)):
            kept = cls.own(earlier, note.author)
            kept.words = "\n\n".join(each for each in (kept.words, note.words) if each)
            kept.version, kept.saved_at = kept.version + 1, clock.now()
            kept.save()
            note.delete_instance()
