"""What was told on a night, written down as the nightly count would: for tests of pages."""

from datetime import date
from typing import Any

from portal import clock, db
from portal.metrics import reds, snapshots
from portal.metrics.executive import SIX
from portal.metrics.models import Snapshot
from portal.people.functions import Function, Holder
from portal.people.models import Person
from tests.cast import TODAY

NIGHT = date(2026, 11, 17)
OCTOBER, SEPTEMBER = date(2026, 10, 31), date(2026, 9, 30)
assert NIGHT.toordinal() + 1 == TODAY.toordinal()

ON_TIME, OVERDUE = "onboarding_on_time", "compliance_overdue"


def tell(measure: str, on: date = NIGHT, **said: Any) -> None:
    """`tell("turnover", value=4.0, hits=2, of=50, people=52)`; nothing said is what is hidden."""
    with db.write():
        Snapshot.create(
            measure=measure,
            on=on,
            dimension=said.pop("by", ""),
            cell=said.pop("cell", ""),
            is_hidden=not said,
            taken_at=clock.now(),
            **said,
        )


def tell_share(measure: str, hits: float, of: float, on: date = NIGHT, **more: Any) -> None:
    people = more.pop("people", int(of))
    tell(measure, on, value=100 * hits / of, hits=hits, of=of, people=people, **more)


def tell_a_year(names: Any) -> None:
    """Fourteen months of these numbers, and one of them by role, of which a role is hidden."""
    days = [*reversed(snapshots.month_ends(NIGHT)), NIGHT]
    with db.write():
        for name in names:
            for number, day in enumerate(days):
                tell_share(name, 60 + number, 90, day)
        for cell in ("", "Engineer", "Account Executive"):
            tell_share(ON_TIME, 30, 40, by="role", cell=cell)
        tell(ON_TIME, by="role", cell="IT Manager")


def is_executive(person: Person) -> None:
    function = Function.set_up("executive", "Executive", by=None)
    Holder.appoint(function, person, by=None, starts_on=TODAY)


def metrics_for_every_page(executive: Person) -> None:
    """A year of the six numbers, those off target red, and somebody who reads them on one page."""
    tell_a_year(SIX)
    reds.follow()
    is_executive(executive)
