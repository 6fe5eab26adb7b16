"""Who wants no praise of them on the company's page."""

import peewee

from portal import audit, clock, db
from portal.people.models import Person


class PraiseOptOut(db.Model):
    """Somebody wants no praise on the page: theirs is private, however it is sent.

    Their choice is in nobody's trail: it is theirs, and HR needs no reason for it.
    """

    person = peewee.ForeignKeyField(Person, unique=True)
    at = db.UtcField()

    @classmethod
    def is_of(cls, person: Person) -> bool:
        return bool(cls.select().where(cls.person == person).exists())

    @classmethod
    def choose(cls, person: Person, *, out: bool) -> bool:
        """For good, until they choose otherwise. False when it was so already."""
        with db.write():
            praise_opt_out = cls.get_or_none(cls.person == person)
            if out == (praise_opt_out is not None):
                return False
            if out:
                praise_opt_out = cls.create(person=person, at=clock.now())
                audit.record(person, "chosen", praise_opt_out)
            else:
                praise_opt_out.delete_instance()
                audit.record(person, "revoked", praise_opt_out)
        return True
