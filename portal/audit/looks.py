"""Who read something sensitive: a log beside the chain, for reading changes nothing."""

from datetime import datetime
from typing import Any

import peewee

from portal import clock, db
from portal.audit.models import Subject
from portal.prepared import Prepared, blank


class Look(db.Model):
    """One person read one sensitive thing within one hour."""

    person_id = peewee.BigIntegerField()
    subject_kind = peewee.CharField(max_length=40)
    subject_id = peewee.CharField(max_length=64)
    about_id = peewee.BigIntegerField(null=True, index=True)
    hour = db.UtcField()

    class Meta:
        indexes = (
            (("person_id", "subject_kind", "subject_id", "hour"), True),
            (("hour", "id"), False),
        )

    @classmethod
    def newest(cls, about_id: int | None = None) -> Any:
        """Every look, the latest first; those at one person's things where asked, as a query."""
        found = cls.select().order_by(cls.hour.desc(), cls.id.desc())
        return found if about_id is None else found.where(cls.about_id == about_id)


def looked(by: Subject, *subjects: Subject, about: Subject | None = None) -> None:
    """Note that `by` has read each of these, which are about one person: once an hour."""
    if not subjects or (about is not None and about._pk == by._pk):
        # One's own papers are nobody's secret from oneself.
        return
    hour = _hour(clock.now())
    known = {tuple(one) for one in _known(person=by._pk, hour=Look.hour.db_value(hour))}
    rows = [
        {
            "person_id": by._pk,
            "subject_kind": kind,
            "subject_id": number,
            "about_id": about._pk if about else None,
            "hour": hour,
        }
        for kind, number in ((one._meta.table_name, str(one._pk)) for one in subjects)
        if (kind, number) not in known
    ]
    # Whoever reads on waits for no writer.
    if rows:
        with db.write():
            Look.insert_many(rows).on_conflict_ignore().execute()


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


_known = Prepared(
    lambda: (
        Look.select(Look.subject_kind, Look.subject_id)
        .where(Look.person_id == blank("person"), Look.hour == blank("hour"))
        .tuples()
    )
)
