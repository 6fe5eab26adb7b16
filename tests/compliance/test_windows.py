"""Audit windows: planned, changed, taken out and put back by HR, seen by auditors, nobody else."""

from datetime import timedelta
from typing import Any

import pytest

from portal.audit import Event
from portal.compliance.windows import AuditWindow
from tests import cast
from tests.cast import TODAY
from tests.reach import knock

WHOLE = {"name": "ISO 27001 audit", "starts_on": "2026-12-07", "ends_on": "2026-12-11", "note": ""}
HERE = [name for name in cast.NAMES if name != "lev"]
READS = dict.fromkeys(HERE, 404) | {"helen": 200, "audrey": 200}
KEEPS = dict.fromkeys(HERE, 404) | {"helen": 200, "audrey": 403}


@pytest.fixture
def window(who: Any) -> AuditWindow:
    return AuditWindow.plan(
        by=who.helen, name="ISO 27001 audit", starts_on=TODAY, ends_on=TODAY + timedelta(days=4)
    )


def test_hr_keeps_them_and_auditors_read_them(as_: Any, window: AuditWindow) -> None:
    knock(as_, READS, "/compliance/windows", nowhere="/compliance/nothing")
    knock(as_, KEEPS, "/compliance/windows/new", nowhere="/compliance/nothing")
    one, none = f"/compliance/windows/{window.id}", "/compliance/windows/999999"
    knock(as_, KEEPS, one, nowhere=none)
    does = KEEPS | {"helen": 303}
    knock(as_, does, one, nowhere=none, data=WHOLE)
    for verb in ("removal", "restoration"):
        knock(as_, does, f"{one}/{verb}", nowhere=f"{none}/{verb}", data={})
    knock(as_, does, "/compliance/windows", nowhere="/compliance/nothing", data=WHOLE)


def test_one_is_planned_changed_taken_out_and_put_back(as_: Any, who: Any) -> None:
    helen = as_("helen")
    helen.post("/compliance/windows", data=WHOLE)
    window = AuditWindow.get()
    assert "ISO 27001 audit" in helen.get("/compliance/calendar?month=2026-12").text
    assert "ISO 27001 audit" in as_("audrey").get("/compliance/calendar?year=2026").text
    one = f"/compliance/windows/{window.id}"
    helen.post(one, data=WHOLE | {"ends_on": "2026-12-18"})
    assert AuditWindow.get().moved == 1
    helen.post(one, data=WHOLE | {"ends_on": "2026-12-18"})
    assert AuditWindow.get().moved == 1
    page = helen.post(f"{one}/removal", follow_redirects=True).text
    assert f"{one}/restoration" in page
    assert "ISO 27001" not in helen.get("/compliance/calendar?year=2026").text
    helen.post(f"{one}/restoration")
    assert "ISO 27001" in helen.get("/compliance/calendar?year=2026").text
    of_windows = Event.select().where(Event.subject_kind == "audit_window")
    tags = [event.tag for event in of_windows.order_by(Event.seq)]
    assert tags == [
        f"audit_window.{done}" for done in ("planned", "changed", "removed", "restored")
    ]
    assert "ISO" not in "".join(
        str(event.facts) for event in Event.select().where(Event.subject_kind == "audit_window")
    )


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"ends_on": "2026-12-01"}, "The last day is before the first."),
        ({"ends_on": "2029-12-01"}, "at most 400 days"),
        ({"name": ""}, "Give it a name"),
        ({"starts_on": "x"}, "not a date"),
        ({"name": "x" * 121}, "At most 120"),
        ({"note": "x" * 501}, "At most 500"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    as_: Any, who: Any, changed: dict[str, str], says: str
) -> None:
    answer = as_("helen").post("/compliance/windows", data=WHOLE | changed)
    assert answer.status_code == 422 and says in answer.text
    assert AuditWindow.select().count() == 0


def test_taking_out_twice_is_once(who: Any, window: AuditWindow) -> None:
    assert window.remove(by=who.helen) and not window.remove(by=who.helen)
    assert window.restore(by=who.helen) and not window.restore(by=who.helen)
