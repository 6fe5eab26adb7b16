"""What somebody tries who means harm: addresses that nobody was given."""

from datetime import date
from typing import Any

import pytest

from portal.metrics import access, owner_access, reds
from portal.metrics.cohorts import DIMENSIONS
from portal.metrics.measure import measures
from portal.people.models import Person
from tests import cast
from tests.metrics.told import ON_TIME, is_executive, tell_share
from tests.reach import by_pass, opens_nothing, routes

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


@pytest.mark.parametrize(
    ("name", "purpose"),
    [("helen", "audit"), ("mara", "welcome"), ("ida", "papers"), ("audrey", "audit")],
)
def test_a_pass_opens_no_number(
    world: Any, stranger: Any, who: Any, name: str, purpose: str
) -> None:
    """Whoever holds it: HR, a manager, an executive, an auditor. Nor does any rule give one."""
    is_executive(who.ida)
    tell_share(ON_TIME, 5, 10)
    reds.follow()
    client = by_pass(stranger, world.config.secret_key, name, purpose)
    values = {"name": ON_TIME, "form": "csv", "month": "2026-11"}
    opens_nothing(client, sorted(routes(world.app, "metrics")), values)
    came: Person = cast.person(name)
    came.come_by_pass("auditor" if purpose == "audit" else "")
    one = measures[ON_TIME]
    assert access.visible_to(came) == []
    for may in (
        access.can_see(came), access.can_see_executive(came), access.can_see_leading(came),
        access.can_open_rows(came, one), owner_access.can_settle(came),
        owner_access.can_answer(came, one), owner_access.can_read_notes(came, one),
        owner_access.can_open_reds(came),
    ):  # fmt: skip
        assert not may
