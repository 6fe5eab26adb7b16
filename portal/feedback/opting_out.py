"""Who wants no praise of them on the company's page."""

import peewee

from portal import audit, clock, db
from portal.people.models import Person


class PraiseOptOut(db.Model):
    """Somebody wants no praise on the page: theirs is private, however it is sent."""

    person = peewee.ForeignKeyField(Person, unique=True)
    at = db.UtcField()

    @classmethod
    def is_of(cls, person: Person) -> bool:
        return bool(cls.select().where(cls.person == person).exists())

    @classmethod
    def choose(cls, person: Person, *, out: bool) -> bool:
        """For good, until they choose otherwise. False when it was so already."""
        with db.write():
            if out == cls.is_of(person):
                return False
            if out:
                cls.create(person=person, at=clock.now())
                audit.record(person, "opted_out_of_praise", person, about=person)
            else:
                cls.delete().where(cls.person == person).execute()
                audit.record(person, "opted_in_to_praise", person, about=person)
        return True
