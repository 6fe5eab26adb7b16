"""How somebody leaves, stays after all, or comes back: what `Person` does around its last day."""

from datetime import date, datetime
from typing import Any

import peewee

from portal import audit, clock, db
from portal.people.positions import Position

SAID = (
    "notice_on",
    "last_day_on",
    "access_ends_at",
    "departure_voluntary",
    "departure_regretted",
    "departure_reason",
    "may_be_rehired",
    "rehire_reason",
)


class Stint(db.Model):
    """An earlier time with the company, kept when somebody comes back. Never changed."""

    # `Person` stands on this file, so the key is tied when it is defined.
    person = peewee.DeferredForeignKey("Person", backref="stints")
    hired_on = peewee.DateField()
    last_day_on = peewee.DateField()
    notice_on = peewee.DateField(null=True)
    departure_voluntary = peewee.BooleanField(null=True)
    departure_regretted = peewee.BooleanField(null=True)
    departure_reason = peewee.CharField(max_length=300, default="")

    @classmethod
    def of(cls, person: Any) -> list["Stint"]:
        """Earlier times, the latest first."""
        return list(cls.select().where(cls.person == person).order_by(cls.hired_on.desc()))


class Leaving:
    """What `Person` can do about its end, and its second beginning."""

    # Columns of `Person`.
    hired_on: Any
    notice_on: Any
    last_day_on: Any
    access_ends_at: Any
    departure_voluntary: Any
    departure_regretted: Any
    departure_reason: Any
    may_be_rehired: Any
    rehire_reason: Any
    probation_ends_on: Any
    probation_passed_on: Any
    withdrawn_at: Any

    def depart(
        self: Any,
        *,
        by: Any,
        last_day_on: date,
        access_ends_at: datetime,
        notice_on: date | None = None,
        voluntary: bool | None = None,
        regretted: bool | None = None,
        reason: str = "",
        may_be_rehired: bool | None = None,
        rehire_reason: str = "",
    ) -> None:
        """They leave: three dates, and why. Positions end on the last day.

        Said again with other dates, the later word counts; said again unchanged, nothing happens.
        """
        said = dict(
            zip(
                SAID,
                (
                    notice_on, last_day_on, access_ends_at, voluntary, regretted, reason,
                    may_be_rehired, rehire_reason,
                ),
                strict=True,
            )
        )  # fmt: skip
        if all(getattr(self, name) == value for name, value in said.items()):
            return
        with db.write():
            self._resume()
            for name, value in said.items():
                setattr(self, name, value)
            self.save()
            Position.end(self, last_day_on)
            personal = {
                "voluntary": voluntary,
                "regretted": regretted,
                "reason": reason,
                "may_be_rehired": may_be_rehired,
                "rehire_reason": rehire_reason,
            }
            dates = {"last_day_on": last_day_on, "notice_on": notice_on}
            audit.record(by, "departed", self, about=self, data=dates, personal=personal)

    def stay(self: Any, *, by: Any) -> None:
        """The departure is withdrawn, or was a mistake: what it ended goes on as before."""
        if self.last_day_on is None:
            return
        with db.write():
            last_day_on = self.last_day_on
            self._resume()
            self._forget_departure()
            self.save()
            audit.record(by, "stayed", self, about=self, data={"last_day_on": last_day_on})

    def _resume(self: Any) -> None:
        if self.last_day_on is not None:
            Position.resume(self, self.last_day_on)

    def _forget_departure(self: Any) -> None:
        self.notice_on = self.last_day_on = self.access_ends_at = None
        self.departure_voluntary = self.departure_regretted = None
        self.departure_reason = self.rehire_reason = ""
        self.may_be_rehired = None

    def rehire(self: Any, *, by: Any, starts_on: date, **position: Any) -> None:
        """Somebody who left begins anew: the same person, whose history stays. Twice is once.

        Raises ValueError unless their last day is before the new first one.
        """
        if self.last_day_on is None or starts_on <= self.last_day_on:
            raise ValueError("The new first day comes after the last one.")
        vacancy = position.pop("vacancy", None)
        with db.write():
            left_on = self.last_day_on
            if type(self).get_by_id(self.id).last_day_on != left_on:
                return
            names = [name for name in SAID if name in Stint._meta.fields]  # type: ignore[attr-defined]
            kept = {name: getattr(self, name) for name in names}
            Stint.create(person=self, hired_on=self.hired_on, **kept)
            Position.let_go(self)
            self._forget_departure()
            self.hired_on = starts_on
            self.probation_ends_on = self.probation_passed_on = None
            self.save()
            data = {"starts_on": starts_on, "left_on": left_on}
            audit.record(by, "rehired", self, about=self, data=data)
            # Until the first day counts what they come back to, and not what they left.
            counts_from = min(clock.today(), starts_on)
            Position.take(
                self,
                by=by,
                starts_on=starts_on,
                is_hire=True,
                counts_from=max(counts_from, _day_after(left_on)),
                **position,
            )
            if vacancy is not None:
                vacancy.fill(self, by=by)

    def move_first_day(self: Any, starts_on: date, *, by: Any) -> None:
        """The first day was another one: what they were hired into begins then.

        Raises ValueError with a sentence for a day that cannot be.
        """
        if starts_on == self.hired_on:
            return
        if self.hired_on is None:
            raise ValueError("They do not work here.")
        if self.last_day_on is not None and starts_on > self.last_day_on:
            raise ValueError(f"The last day is {self.last_day_on}.")
        earlier = [stint.last_day_on for stint in Stint.of(self)]
        if earlier and starts_on <= max(earlier):
            raise ValueError(f"They were here until {max(earlier)} before.")
        with db.write():
            before = self.hired_on
            Position.move_first(self, starts_on)
            self.hired_on = starts_on
            self.save()
            audit.record(
                by, "first_day_moved", self, about=self, data={"from": before, "to": starts_on}
            )

    def settle_employment(
        self: Any,
        *,
        by: Any,
        hired_on: date,
        probation_ends_on: date | None,
        probation_passed_on: date | None,
    ) -> None:
        """First day and probation, as they really are. ValueError for a first day that cannot be.

        A probation that ends on another day was not passed yet.
        """
        with db.write():
            self.move_first_day(hired_on, by=by)
            if probation_ends_on != self.probation_ends_on and self.probation_passed_on:
                probation_passed_on = None
            values = {
                "probation_ends_on": probation_ends_on,
                "probation_passed_on": probation_passed_on,
            }
            self.correct(by=by, **values)

    def withdraw(self: Any, *, by: Any) -> None:
        """They were never to be here: an import was taken back before they did anything.

        The row stays, since the trail names it; it works nowhere, signs in nowhere and is on no
        list. Should the same address come again, it is the same person.
        """
        with db.write():
            Position.put_back(self.id, set())
            self.withdrawn_at = self.access_ends_at = clock.now()
            self.hired_on = None
            self.save()
            audit.record(by, "withdrawn", self, about=self)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
