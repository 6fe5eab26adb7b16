"""Grants: who acts as HR, audits, or runs the portal, and until when."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.mail.models import Letter
from portal.people.leaving import Stint
from portal.people.models import Person

# For how long somebody who was HR still hears when a person gives rights to themselves.
ALERT_DAYS = 30
GRANT_WORDS = {"hr": "HR", "auditor": "Auditor (reads)", "admin": "Admin (runs the portal)"}


def is_from_before(right: Any, on: date) -> Any:
    """That a right is from an earlier time with the company which is over by that day, as a
    condition: who comes back is given it anew."""
    over = Stint.select(Stint.id).where(
        Stint.person == right.person, Stint.last_day_on >= right.starts_on, Stint.last_day_on < on
    )
    return peewee.fn.EXISTS(over)


class Grant(db.Model):
    """A dated right: HR, auditor or admin. Never deleted, only ended."""

    person = peewee.ForeignKeyField(Person, backref="all_grants")
    kind = peewee.CharField(max_length=20)
    starts_on = peewee.DateField()
    ends_on = peewee.DateField(null=True)
    granted_by = peewee.ForeignKeyField(Person, null=True)

    class Meta:
        indexes = ((("person", "kind"), False),)

    @classmethod
    def is_valid(cls, on: date) -> Any:
        is_held = (cls.starts_on <= on) & (cls.ends_on.is_null() | (cls.ends_on >= on))
        return is_held & ~is_from_before(cls, on)

    @classmethod
    def holders_of(cls, kind: str, on: date) -> Any:
        """Persons with this grant on that day who have not left and have access, as a query."""
        valid = cls.select(cls.person).where(cls.kind == kind, cls.is_valid(on))
        now = clock.now()
        return Person.select().where(
            Person.id.in_(valid),
            Person.last_day_on.is_null() | (Person.last_day_on >= on),
            Person.access_ends_at.is_null() | (Person.access_ends_at > now),
        )

    @classmethod
    def give(
        cls, person: Person, kind: str, *, by: Any, starts_on: date, ends_on: date | None = None
    ) -> "Grant":
        """A right from a day on. Whoever gives one to himself is reported to HR by letter."""
        with db.write():
            held = cls.select().where(cls.person == person, cls.kind == kind)
            if already := held.where(cls.is_valid(starts_on)).first():
                return already  # type: ignore[no-any-return]
            grant = cls.create(
                person=person, kind=kind, starts_on=starts_on, ends_on=ends_on, granted_by=by
            )
            audit.record(by, "given", grant, about=person, data={"kind": kind, "ends_on": ends_on})
            if by is not None and by.id == person.id:
                grant._alert_hr()
        return grant

    def _alert_hr(self) -> None:
        """To whoever is HR or was lately: ending their grants first shall not keep it from them."""
        since = clock.today() - timedelta(days=ALERT_DAYS)
        lately = Grant.select(Grant.person).where(
            Grant.kind == "hr", Grant.ends_on.is_null() | (Grant.ends_on >= since)
        )
        told = Person.select().where(db.among(Person.id, lately), Person.id != self.person_id)
        for hr in told:
            Letter.write("grant_alert", f"grant-alert:{self.id}:{hr.id}", hr.id, grant=self.id)

    def is_last(self) -> bool:
        """Whether nobody else would have this right: without HR or an admin a portal is stuck."""
        others = Grant.holders_of(self.kind, clock.today()).where(Person.id != self.person_id)
        return self.kind in ("hr", "admin") and not others.exists()

    @classmethod
    def is_held(cls, person: Person, kind: str, on: date) -> bool:
        """Whether the person has this grant on that day."""
        held = cls.select().where(cls.person == person, cls.kind == kind, cls.is_valid(on))
        return bool(held.exists())

    def end(self, *, by: Any) -> None:
        """It ends at once: the last valid day was yesterday."""
        yesterday = clock.today() - timedelta(days=1)
        if self.ends_on is not None and self.ends_on <= yesterday:
            return
        with db.write():
            self.ends_on = yesterday
            self.save()
            audit.record(by, "ended", self, about=self.person, data={"kind": self.kind})

    @classmethod
    def now(cls, on: date) -> Any:
        """Every valid grant with its person, by kind and name."""
        return (
            cls.select(cls, Person)
            .join(Person, on=(cls.person == Person.id))
            .where(cls.is_valid(on))
            .order_by(cls.kind, Person.folded)
        )
