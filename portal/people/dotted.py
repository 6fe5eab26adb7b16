"""Dotted lines: who else somebody works for, and for what. They give no reach into any file."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, db
from portal.people.models import Person


class DottedLine(db.Model):
    """A second manager for a purpose, between two days."""

    person = peewee.ForeignKeyField(Person, backref="dotted_lines")
    lead = peewee.ForeignKeyField(Person, backref="dotted_reports")
    purpose = peewee.CharField(max_length=120)
    starts_on = peewee.DateField()
    ends_on = peewee.DateField(null=True)

    class Meta:
        indexes = ((("person", "starts_on"), False),)

    @classmethod
    def is_held(cls, on: date) -> Any:
        return (cls.starts_on <= on) & (cls.ends_on.is_null() | (cls.ends_on >= on))

    @classmethod
    def of(cls, person: Person) -> Any:
        """Every line ever drawn for the person, as a query."""
        return cls.select().where(cls.person == person)

    @classmethod
    def draw(
        cls,
        person: Person,
        lead: Person,
        purpose: str,
        *,
        by: Any,
        starts_on: date,
        ends_on: date | None = None,
    ) -> "DottedLine":
        """They work for `lead`, too. The same line drawn twice is one."""
        with db.write():
            same = cls.select().where(
                cls.person == person, cls.lead == lead, cls.purpose == purpose,
                cls.is_held(starts_on),
            )  # fmt: skip
            if already := same.first():
                return already  # type: ignore[no-any-return]
            dotted_line = cls.create(
                person=person, lead=lead, purpose=purpose, starts_on=starts_on, ends_on=ends_on
            )
            data = {"lead": lead.id, "starts_on": starts_on, "ends_on": ends_on}
            personal = {"purpose": purpose}
            audit.record(by, "drawn", dotted_line, about=person, data=data, personal=personal)
        return dotted_line

    def end(self, on: date, *, by: Any) -> None:
        """It holds until that day; one that has not begun never does."""
        last = on if on >= self.starts_on else self.starts_on - timedelta(days=1)
        if self.ends_on is not None and self.ends_on <= last:
            return
        with db.write():
            self.ends_on = last
            self.save()
            audit.record(by, "ended", self, about=self.person, data={"ends_on": last})
