"""Whether somebody who has left wants to stay in touch."""

import peewee

from portal import audit, clock, db
from portal.people.models import Person
from portal.people.passes import Pass


class AlumniConsent(db.Model):
    """What a leaver said about staying in touch, at a moment. The newest word counts; none is ever
    overwritten.
    """

    person = peewee.ForeignKeyField(Person, backref="alumni_consents")
    agreed = peewee.BooleanField()
    address = peewee.CharField(max_length=254, default="")
    said_at = db.UtcField()
    given = peewee.ForeignKeyField(Pass, null=True)

    @classmethod
    def of(cls, person: Person) -> list["AlumniConsent"]:
        """Everything they said, the newest first."""
        mine = cls.select().where(cls.person == person.id)
        return list(mine.order_by(cls.said_at.desc(), cls.id.desc()))

    @classmethod
    def say(cls, person: Person, agreed: bool, address: str, given_id: int | None) -> None:
        """Yes, at this address, or no. The same again is no news."""
        address = address if agreed else ""
        last = next(iter(cls.of(person)), None)
        if last and (last.agreed, last.address) == (agreed, address):
            return
        with db.write():
            alumni_consent = cls.create(
                person=person.id,
                agreed=agreed,
                address=address,
                said_at=clock.now(),
                given=given_id,
            )
            if agreed:
                kept = {"address": address}
                audit.record(person, "given", alumni_consent, about=person, personal=kept)
            else:
                audit.record(person, "refused", alumni_consent, about=person)
