"""What somebody tries who means harm: addresses that nobody was given."""

from datetime import date
from typing import Any

import pytest

from portal.metrics.cohorts import DIMENSIONS

NUMBERS = "onboarding_on_time"
CELLS = ("' OR 1=1", "9" * 30, "\N{SUPERSCRIPT TWO}", "NaN", "-1", "x" * 3000, "__class__")
DAYS = ("9999-12-31", "0001-01-01", "2026-W01-1", "1970-01-01")


@pytest.mark.one_database
def test_no_address_fails_or_names_somebody(as_: Any, who: Any) -> None:
    """A manager who goes through the numbers of people is told no name, and nothing breaks."""
    assert who.nia.hired_on > date(2026, 11, 18)
    mara = as_("mara")
    for person in (who.lev, who.nia, who.audrey, who.otto):
        page = mara.get(f"/metrics/{NUMBERS}/people?by=manager&cell={person.id}")
        assert page.status_code == 200
        assert f"”: {person.called}".encode() not in page.data
    for name in ("mara", "helen"):
        client = as_(name)
        for by in (*DIMENSIONS, "_fields"):
            for cell in CELLS:
                for where in (f"/metrics/{NUMBERS}", f"/metrics/{NUMBERS}/people"):
                    if len(cell) > 1000 and by != "manager":
                        continue
                    answer = client.get(where, query_string={"by": by, "cell": cell})
                    assert answer.status_code == 200, (name, where, by, cell)
        for day in DAYS:
            assert client.get(f"/metrics/{NUMBERS}/people?on={day}").status_code == 200
    for month in ("9999-99", "0001-01", "..", "2026-1"):
        assert as_("helen").get(f"/metrics/executive/{month}").status_code == 404
