"""How far somebody has read the trail: by number, so nothing is missed and nothing read twice."""

from collections.abc import Collection
from typing import Any

import peewee

from portal import db
from portal.audit.models import Event


class Cursor(db.Model):
    """One reader of the trail, and the number of the last event it has dealt with."""

    name = peewee.CharField(max_length=40, unique=True)
    seq = peewee.BigIntegerField(default=0)

    @classmethod
    def news(
        cls, name: str, kinds: Collection[str]
    ) -> tuple[list[tuple[str, int | None]] | None, int]:
        """What happened to such things since: kind and person concerned; and how far that reads.

        None for whoever has read nothing yet: all there is may be new to them.
        """
        newest = Event.select(peewee.fn.MAX(Event.seq)).scalar() or 0
        cursor = cls.get_or_none(cls.name == name)
        if cursor is None:
            return None, newest
        rows: Any = (
            Event.select(Event.subject_kind, Event.about_id)
            .where(Event.seq > cursor.seq, Event.seq <= newest)
            .where(Event.subject_kind.in_(list(kinds)))
            .distinct()
        )
        return list(rows.tuples()), newest

    @classmethod
    def has_read(cls, name: str, seq: int) -> None:
        """All up to there is dealt with."""
        with db.write():
            cls.insert(name=name, seq=seq).on_conflict(
                conflict_target=[cls.name], update={cls.seq: seq}
            ).execute()
