"""What hangs on a duty: why it is open, and who was told of it when."""

import peewee

from portal import db
from portal.people.models import Person


class CauseRow(db.Model):
    """One reason for which an assignment is open."""

    assignment = peewee.DeferredForeignKey("Assignment", backref="causes", on_delete="CASCADE")
    kind = peewee.CharField(max_length=30)
    ref = peewee.BigIntegerField()

    class Meta:
        table_name = "cause"
        indexes = ((("assignment", "kind", "ref"), True), (("kind", "ref"), False))


class Reminder(db.Model):
    """That somebody was told of a duty at a rung of the ladder: once, so never twice."""

    assignment = peewee.DeferredForeignKey("Assignment", backref="reminders", on_delete="CASCADE")
    person = peewee.ForeignKeyField(Person)
    rung = peewee.CharField(max_length=20)
    at = db.UtcField()

    class Meta:
        indexes = ((("assignment", "person", "rung"), True),)
