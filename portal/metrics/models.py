"""Snapshots: what a measure said on a day. And who answers for a measure, and what they said."""

import peewee

from portal import db
from portal.people.models import Person

MAX_NOTE = 2000


class Snapshot(db.Model):
    """One number as it is told: of a measure, on a day, of the company or of one group of it.

    `hits` of `of`, over `people` people; `value` is what is shown. Of a group that is too small
    `is_hidden` is all that is kept: neither numbers nor value. Where only between which numbers it
    lies is told, `low` and `high` say so and `value` is empty. `cell` is a key of the group: an id
    where it has one, so that a renamed team stays the same.
    """

    measure = peewee.CharField(max_length=60)
    on = peewee.DateField()
    dimension = peewee.CharField(max_length=20, default="")
    cell = peewee.CharField(max_length=120, default="")
    hits = peewee.FloatField(null=True)
    of = peewee.FloatField(null=True)
    people = peewee.IntegerField(null=True)
    value = peewee.FloatField(null=True)
    low = peewee.FloatField(null=True)
    high = peewee.FloatField(null=True)
    is_hidden = peewee.BooleanField(default=False)
    taken_at = db.UtcField()

    class Meta:
        indexes = (
            (("measure", "on", "dimension", "cell"), True),
            (("dimension", "on"), False),
        )


class MeasureTerms(db.Model):
    """What HR settled for a measure: who answers for it, and another target than it came with."""

    measure = peewee.CharField(max_length=60, unique=True)
    owner = peewee.ForeignKeyField(Person, null=True, backref="measures_owned")
    target = peewee.FloatField(null=True)
    changed_at = db.UtcField()


class Red(db.Model):
    """That a measure misses its target: since when, who was written to, and when it ended.

    At most one is open per measure. The clock stops with a note.
    """

    measure = peewee.CharField(max_length=60, index=True)
    since_on = peewee.DateField()
    ended_on = peewee.DateField(null=True)
    owner_told_at = db.UtcField(null=True)
    above_told_at = db.UtcField(null=True)
    listed_at = db.UtcField(null=True)


class RedNote(db.Model):
    """Why a measure is red and what is done about it, in its owner's words. Never changed."""

    red = peewee.ForeignKeyField(Red, backref="notes")
    by = peewee.ForeignKeyField(Person, null=True, backref="measure_notes")
    at = db.UtcField()
    why = peewee.CharField(max_length=MAX_NOTE)
    action = peewee.CharField(max_length=MAX_NOTE, default="")
    look_again_on = peewee.DateField(null=True)


GUARDS: list[db.Guard] = [
    db.partial_unique("red", "measure", "ended_on IS NULL"),
    db.immutable("red_note", "what was said of a number never changes"),
]
