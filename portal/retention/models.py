"""Rules and holds: how long a class is kept, and what nothing may purge meanwhile."""

from calendar import monthrange
from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.people.models import Person
from portal.people.org import Company
from portal.privacy import RecordClass, records

MOST_MONTHS = 600


class RetentionRule(db.Model):
    """How many months a class of record is kept, who said so and why. The newest word counts; what
    was said before is superseded, never overwritten. Without a rule nothing goes by its age.
    """

    record_class = peewee.CharField(max_length=40)
    months = peewee.IntegerField()
    reason = peewee.CharField(max_length=300)
    is_automatic = peewee.BooleanField(default=False)
    set_at = db.UtcField()
    set_by = peewee.ForeignKeyField(Person, null=True)
    superseded_at = db.UtcField(null=True)
    superseded_by = peewee.ForeignKeyField(Person, null=True)

    class Meta:
        indexes = ((("record_class", "superseded_at"), False),)

    @property
    def cut_off(self) -> date:
        """What is counted from before this day is over."""
        return months_before(clock.today(Company.settings().zone), self.months)

    @classmethod
    def current(cls) -> dict[str, "RetentionRule"]:
        """The rules in force, by class."""
        return {rule.record_class: rule for rule in cls.select().where(cls._counts())}

    @classmethod
    def of(cls, name: str) -> "RetentionRule | None":
        """The rule in force for a class."""
        return cls.get_or_none((cls.record_class == name) & cls._counts())

    @classmethod
    def history(cls, name: str) -> list["RetentionRule"]:
        """Every word on a class, the newest first, with who said it."""
        rows = cls.select(cls, *Person.names(Person)).join(
            Person, peewee.JOIN.LEFT_OUTER, on=(cls.set_by == Person.id)
        )
        return list(rows.where(cls.record_class == name).order_by(cls.id.desc()))

    @classmethod
    def _counts(cls) -> Any:
        return cls.superseded_at.is_null()

    @classmethod
    def set(
        cls, kept: RecordClass, *, months: int, reason: str, is_automatic: bool, by: Any
    ) -> "RetentionRule":
        """From now on so long. The same again is no news. ValueError for a time that cannot be."""
        if not kept.takes_rule:
            raise ValueError("This class has a time of its own.")
        if not kept.floor_months <= months <= MOST_MONTHS:
            raise ValueError(f"Between {kept.floor_months} and {MOST_MONTHS} months, please.")
        with db.write():
            before = cls.of(kept.name)
            said = (months, reason, is_automatic)
            if before and (before.months, before.reason, before.is_automatic) == said:
                return before
            if before:
                before._supersede(by)
            retention_rule = cls.create(
                record_class=kept.name,
                months=months,
                reason=reason,
                is_automatic=is_automatic,
                set_at=clock.now(),
                set_by=by,
            )
            facts = {"class": kept.name, "months": months, "automatic": is_automatic}
            audit.record(by, "set", retention_rule, data=facts)
        return retention_rule

    def withdraw(self, *, by: Any) -> bool:
        """No rule any more: nothing goes by its age. False when it was superseded already."""
        with db.write():
            if not self._supersede(by):
                return False
            audit.record(by, "withdrawn", self, data={"class": self.record_class})
        return True

    def _supersede(self, by: Any) -> bool:
        here = (RetentionRule.id == self.id) & RetentionRule._counts()
        change = {RetentionRule.superseded_at: clock.now(), RetentionRule.superseded_by: by}
        return bool(RetentionRule.update(change).where(here).execute())


class LegalHold(db.Model):
    """Nothing of this person, or nothing of this class, is purged until somebody lifts it."""

    person = peewee.ForeignKeyField(Person, null=True, backref="legal_holds")
    record_class = peewee.CharField(max_length=40, default="")
    reason = peewee.CharField(max_length=300)
    # For counsel: HR reads it and prints it, an auditor does not.
    counsel = peewee.CharField(max_length=1000, default="")
    placed_at = db.UtcField()
    placed_by = peewee.ForeignKeyField(Person, null=True)
    lifted_at = db.UtcField(null=True)
    lifted_by = peewee.ForeignKeyField(Person, null=True)

    class Meta:
        indexes = ((("lifted_at", "person"), False),)

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_on(cls) -> Any:
        return cls.lifted_at.is_null()

    @classmethod
    def people(cls) -> Any:
        """Ids of whom a hold protects now, as a query."""
        return cls.select(cls.person).where(cls.is_on(), cls.person.is_null(False))

    @classmethod
    def holds(cls, person_id: int) -> bool:
        """Whether a hold protects everything of this person."""
        return bool(cls.select().where(cls.is_on(), cls.person == person_id).exists())

    @classmethod
    def holds_class(cls, name: str) -> bool:
        """Whether a hold protects the whole class."""
        return bool(cls.on_class(name).exists())

    @classmethod
    def on_class(cls, name: str) -> Any:
        """The hold that protects a whole class, as a query."""
        return cls.select(peewee.SQL("1")).where(cls.is_on(), cls.record_class == name)

    @classmethod
    def classes(cls) -> frozenset[str]:
        """Names of the classes that are held as a whole."""
        rows: Any = cls.select(cls.record_class).where(cls.is_on(), cls.record_class != "")
        return frozenset(name for (name,) in rows.tuples())

    @classmethod
    def listing(cls, visible: Any) -> Any:
        """`visible` holds with their people: what is on first, then the newest."""
        placer, lifter = Person.alias(), Person.alias()
        outer = peewee.JOIN.LEFT_OUTER
        return (
            visible.select(cls, *Person.names(Person), *Person.names(placer), *Person.names(lifter))
            .join(Person, outer, on=(cls.person == Person.id), attr="person")
            .switch(cls)
            .join(placer, outer, on=(cls.placed_by == placer.id), attr="placed_by")
            .switch(cls)
            .join(lifter, outer, on=(cls.lifted_by == lifter.id), attr="lifted_by")
            .order_by(cls.lifted_at.is_null().desc(), cls.id.desc())
        )

    @property
    def what(self) -> str:
        """What it protects, in words."""
        if self.person_id:
            return f"Everything of {self.person.called}"
        kept = records.get(self.record_class)
        return f"All of “{kept.title if kept else self.record_class}”"

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def place(
        cls, *, person: Person | None, kept: RecordClass | None, reason: str, counsel: str, by: Any
    ) -> "LegalHold":
        """From now on nothing of it is purged. A hold that stands already is that hold.

        Raises ValueError for a hold on whoever places it.
        """
        if (person is None) == (kept is None):
            raise ValueError("Choose a person or a class of record, one of them.")
        if person is not None and by is not None and person.id == by.id:
            raise ValueError("This is you: somebody else in HR decides about your records.")
        name = kept.name if kept else ""
        with db.write():
            same = cls.person == person if person else cls.record_class == name
            found = cls.get_or_none(cls.is_on() & same)
            if found is not None:
                return found  # type: ignore[no-any-return]
            legal_hold = cls.create(
                person=person,
                record_class=name,
                reason=reason,
                counsel=counsel,
                placed_at=clock.now(),
                placed_by=by,
            )
            audit.record(by, "placed", legal_hold, about=person, data={"class": name})
        return legal_hold

    def lift(self, *, by: Any) -> bool:
        """What it protected may go again when its time has come. False when it was lifted."""
        with db.write():
            change = {LegalHold.lifted_at: clock.now(), LegalHold.lifted_by: by}
            here = (LegalHold.id == self.id) & LegalHold.is_on()
            if not LegalHold.update(change).where(here).execute():
                return False
            about = Person(id=self.person_id) if self.person_id else None
            audit.record(by, "lifted", self, about=about, data={"class": self.record_class})
        return True


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the month's last one where there is none."""
    number = day.year * 12 + day.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


GUARDS = [
    db.partial_unique("retention_rule", "record_class", "superseded_at IS NULL"),
    db.partial_unique("legal_hold", "person_id", "lifted_at IS NULL AND person_id IS NOT NULL"),
    db.partial_unique("legal_hold", "record_class", "lifted_at IS NULL AND record_class <> ''"),
]
