"""What was told on a night, written down as the nightly count would: for tests of pages."""

from datetime import date
from typing import Any

from portal import clock, db
from portal.metrics.models import Snapshot
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
