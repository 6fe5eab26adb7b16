"""Pay bands: from where to where a role on a level is paid, since when, and who may see it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import peewee

from portal import audit, clock, db
from portal.people.org import Company
from portal.prepared import Prepared
from portal.text import fold

# Nobody sees more by another choice than by the one after it.
HR, LEADS, HOLDERS, EVERYONE = "hr", "leads", "holders", "everyone"
SHOWN_TO = (HR, LEADS, HOLDERS, EVERYONE)
MAX_ROLE, MAX_LEVEL = 120, 20
MAX_AMOUNT = 100_000_000
# In place of amounts, from the day on which there is no band any more.
NOTHING = 0

Place = tuple[str, str]


class NoBand(ValueError):
    """What was asked for is no band; the message says why."""


class PayBand(db.Model):
    """What a role on a level is paid a year, from a day on. Rows are superseded, never changed.

    The row that began last counts; one of the same day is corrected by another. A row without
    amounts says that from its day on there is no band. `shown_to`: HR alone; also who leads
    somebody on that rung or one step below it; also those people themselves; everybody here.

    Amounts stand here and nowhere else: no event, letter or document ever says one.
    """

    role = peewee.CharField(max_length=MAX_ROLE)
    level = peewee.CharField(max_length=MAX_LEVEL, default="")
    currency = peewee.CharField(max_length=3)
    low = peewee.IntegerField()
    high = peewee.IntegerField()
    shown_to = peewee.CharField(max_length=10, default=HR)
    starts_on = peewee.DateField()
    recorded_at = db.UtcField()
    superseded_at = db.UtcField(null=True)

    class Meta:
        indexes = ((("role", "level", "starts_on"), False),)

    # -- what is known ---------------------------------------------------------------------

    @classmethod
    def listing(cls) -> Any:
        """Every row that was not corrected, as a query: the oldest first."""
        rows = cls.select().where(cls.superseded_at.is_null())
        return rows.order_by(cls.starts_on, cls.id)

    @classmethod
    def in_force(cls, on: date) -> dict[Place, "PayBand"]:
        """The band of each role and level on that day: one query."""
        return held(_listing(), on)

    @classmethod
    def all_recorded(cls) -> list["PayBand"]:
        """Every row ever recorded, corrected ones too, the newest first."""
        rows = cls.select()
        return list(rows.order_by(cls.starts_on.desc(), cls.recorded_at.desc(), cls.id.desc()))

    @classmethod
    def history(cls, place: Place) -> list["PayBand"]:
        """The same for a role on a level."""
        return [row for row in cls.all_recorded() if row.place == place]

    @classmethod
    def usual_currency(cls) -> str:
        """The one that was written last; before the first, the company's."""
        last = cls.select(cls.currency).order_by(cls.id.desc()).first()
        return str(last.currency if last else Company.settings().currency)

    @property
    def place(self) -> Place:
        return place_of(self.role, self.level)

    @property
    def called(self) -> str:
        return f"{self.role}, {self.level}" if self.level else str(self.role)

    @property
    def is_end(self) -> bool:
        """Whether it says that there is no band from its day on."""
        return self.high == NOTHING

    @property
    def words(self) -> str:
        """`EUR 58,000 to 74,000 a year`."""
        return f"{self.currency} {self.low:,} to {self.high:,} a year"

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def settle(
        cls, role: str, level: str, *, by: Any, currency: str, low: int, high: int,
        shown_to: str, starts_on: date,
    ) -> "PayBand":  # fmt: skip
        """What is paid from that day on; one that begins on that very day is corrected by it.

        Saying the same again changes nothing. Raises NoBand for what cannot be one.
        """
        if not (NOTHING < low <= high <= MAX_AMOUNT) or shown_to not in SHOWN_TO:
            raise NoBand("A band goes from an amount to one that is not lower.")
        said = {"currency": currency, "low": low, "high": high, "shown_to": shown_to}
        return cls._write(role, level, starts_on, said, by=by, banded="settled")

    def end(self, on: date, *, by: Any) -> "PayBand":
        """From that day on there is no band for this role and level. What was stays known."""
        said = {"currency": self.currency, "low": NOTHING, "high": NOTHING, "shown_to": HR}
        return self._write(self.role, self.level, on, said, by=by, banded="ended")

    def withdraw(self, *, by: Any) -> bool:
        """Take back what has not begun yet; False where it counts already, or is gone."""
        with db.write():
            ahead = (PayBand.id == self.id) & (PayBand.starts_on > clock.today())
            gone = PayBand.update(superseded_at=clock.now()).where(
                ahead, PayBand.superseded_at.is_null()
            )
            if not gone.execute():
                return False
            audit.record(by, "withdrawn", self, data=self._facts)
        return True

    @classmethod
    def _write(
        cls, role: str, level: str, starts_on: date, said: dict[str, Any], *, by: Any, banded: str
    ) -> "PayBand":
        role, level = " ".join(role.split()), " ".join(level.split())
        if not role or len(role) > MAX_ROLE or len(level) > MAX_LEVEL:
            raise NoBand("A band is for a role as people’s positions have it.")
        place = place_of(role, level)
        with db.write():
            that_day = cls.listing().where(cls.starts_on == starts_on)
            before = next((row for row in that_day if row.place == place), None)
            if before and all(getattr(before, name) == value for name, value in said.items()):
                return before
            if before:
                cls.update(superseded_at=clock.now()).where(cls.id == before.id).execute()
            pay_band = cls.create(
                role=role, level=level, starts_on=starts_on, recorded_at=clock.now(), **said
            )
            audit.record(by, banded, pay_band, data=pay_band._facts)
        return pay_band

    @property
    def _facts(self) -> dict[str, Any]:
        """What an event says: the amounts are not among it."""
        return {"role": self.called, "on": str(self.starts_on)}


_listing = Prepared(PayBand.listing)


def place_of(role: str, level: str) -> Place:
    """What two spellings of a role on a level share."""
    return fold(role), fold(level)


def held(rows: Iterable[PayBand], on: date) -> dict[Place, PayBand]:
    """Of rows in the order of their days those that count on that day."""
    found = {row.place: row for row in rows if row.starts_on <= on}
    return {place: row for place, row in found.items() if not row.is_end}
