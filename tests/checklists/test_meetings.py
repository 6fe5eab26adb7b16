"""Steps with a time of day: a calendar file, moved, asked for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from portal.assignments.models import Assignment
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.mail.models import Letter
from tests import cast
from tests.reach import knock

PLAN = """## First day
- [ ] Welcome, coffee; tour @manager due:start at:09:30 minutes:45
- [ ] Order the badge @it due:start
"""


@pytest.fixture
def meeting(publish: Any, who: Any) -> Step:
    plan = publish(PLAN)
    return Step.of(Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen))[0]


def event(answer: Any) -> Any:
    assert answer.status_code == 200
    (found,) = Calendar.from_ical(answer.data).walk("VEVENT")
    return found


def test_its_owner_and_the_person_take_it_into_their_calendar(as_: Any, meeting: Step) -> None:
    address = f"/checklists/steps/{meeting.id}/event.ics"
    answer = as_("mara").get(address)
    found = event(answer)
    assert str(found["summary"]) == "Welcome, coffee; tour — Nia Novak"
    assert found["dtstart"].dt == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert found["dtend"].dt - found["dtstart"].dt == timedelta(minutes=45)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "text/calendar"
    assert event(as_("nia").get(address))["uid"] == found["uid"]
    assert "Into my calendar" in as_("nia").get(f"/checklists/steps/{meeting.id}").text


def test_the_file_is_for_owner_and_person_alone(as_: Any, meeting: Step) -> None:
    table = dict.fromkeys(cast.NAMES, 404) | {"mara": 200, "nia": 200}
    del table["lev"]
    address = f"/checklists/steps/{meeting.id}/event.ics"
    knock(as_, table, address, nowhere="/checklists/steps/999999/event.ics")


def test_a_step_without_a_time_has_no_file(as_: Any, meeting: Step) -> None:
    badge = Step.of(meeting.checklist)[1]
    assert as_("ida").get(f"/checklists/steps/{badge.id}/event.ics").status_code == 404


def test_it_is_moved_and_the_calendar_hears_of_it_and_undo_moves_it_back(
    as_: Any, meeting: Step
) -> None:
    mara, address = as_("mara"), f"/checklists/steps/{meeting.id}"
    before = event(mara.get(f"{address}/event.ics"))
    answer = mara.post(f"{address}/day", data={"due_on": "2026-11-24", "at": "14:00"})
    assert answer.status_code == 303
    after = event(mara.get(f"{address}/event.ics"))
    assert after["uid"] == before["uid"]
    assert int(after["sequence"]) == int(before["sequence"]) + 1
    assert after["dtstart"].dt == datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    duty = Assignment.get(Assignment.kind == "step", Assignment.target == meeting.id)
    assert (duty.due_on, duty.at) == (date(2026, 11, 24), "14:00")
    assert mara.post(f"{address}/day?due_on=2026-11-23&at=09:30").status_code == 303
    assert (Step.get_by_id(meeting.id).due_on, Step.get_by_id(meeting.id).moved) == (cast.MONDAY, 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [("due_on", ""), ("due_on", "soon"), ("at", "9:30"), ("at", "25:00"), ("at", "10:00:00")],
)
def test_a_day_nobody_understands_is_refused_at_its_field(
    as_: Any, meeting: Step, field: str, value: str
) -> None:
    data = {"due_on": "2026-11-24", "at": "14:00", field: value}
    answer = as_("mara").post(f"/checklists/steps/{meeting.id}/day", data=data)
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
    assert Step.get_by_id(meeting.id).moved == 0


def test_a_step_is_moved_by_those_in_charge_and_a_meeting_by_its_owner(
    as_: Any, meeting: Step
) -> None:
    table = dict.fromkeys(cast.NAMES, 404) | {"helen": 422, "dora": 422, "mara": 422, "nia": 403}
    del table["lev"]
    nowhere = "/checklists/steps/999999/day"
    address = f"/checklists/steps/{meeting.id}/day"
    knock(as_, table, address, data={"due_on": ""}, nowhere=nowhere)
    badge = Step.of(meeting.checklist)[1]
    address = f"/checklists/steps/{badge.id}/day"
    knock(as_, table | {"ida": 403}, address, data={"due_on": ""}, nowhere=nowhere)


def test_who_is_late_is_nudged_from_the_list_with_a_preview(
    as_: Any, meeting: Step, move_clock: Any
) -> None:
    move_clock(days=7)
    address = f"/checklists/{meeting.checklist_id}"
    helen = as_("helen")
    assert f"{address}/nudge" in helen.get(address).text
    assert "Nudge 2 people." in helen.get(f"{address}/nudge").text
    assert not Letter.select().where(Letter.kind == "nudge").exists()
    helen.post(f"{address}/nudge")
    assert Letter.select().where(Letter.kind == "nudge").count() == 2
    assert "2 were nudged today already and are skipped" in helen.get(f"{address}/nudge").text


def test_a_manager_nudges_it_for_their_report(as_: Any, meeting: Step, move_clock: Any) -> None:
    move_clock(days=7)
    badge = Step.of(meeting.checklist)[1]
    assert "Nudge IT" in as_("mara").get(f"/checklists/steps/{badge.id}").text
    table = {"mara": 303, "dora": 303, "helen": 303, "ida": 403, "nia": 403} | dict.fromkeys(
        ("erin", "ben", "otto", "olga", "adam", "audrey"), 404
    )
    nowhere = "/checklists/steps/999999/nudge"
    knock(as_, table, f"/checklists/steps/{badge.id}/nudge", data={}, nowhere=nowhere)
    assert Letter.select().where(Letter.kind == "nudge").count() == 1
    lists = {"mara": 303, "dora": 303, "helen": 303, "nia": 403} | dict.fromkeys(
        ("erin", "ben", "otto", "olga", "adam", "audrey", "ida"), 404
    )
    nowhere = "/checklists/999999/nudge"
    address = f"/checklists/{meeting.checklist_id}/nudge"
    knock(as_, lists, address, data={}, nowhere=nowhere)
    sees = {name: 200 if status == 303 else status for name, status in lists.items()}
    knock(as_, sees, address, nowhere=nowhere)


def test_what_lies_far_ahead_cannot_be_nudged(as_: Any, publish: Any, who: Any) -> None:
    plan = publish("- [ ] Later @it due:start+30")
    (step,) = Step.of(Checklist.start(plan.current, who.nia, cast.MONDAY, by=who.helen))
    assert as_("helen").post(f"/checklists/steps/{step.id}/nudge").status_code == 403


def test_the_preview_asks_few_questions_however_much_is_late(
    as_: Any, publish: Any, who: Any, move_clock: Any, queries: Any
) -> None:
    roles = ("it", "manager", "employee", "hr", "buddy")
    lines = [f"- [ ] Thing {n} @{roles[n % 5]} due:start" for n in range(20)]
    running = Checklist.start(publish("\n".join(lines)).current, who.nia, cast.MONDAY, by=who.helen)
    move_clock(days=7)
    helen = as_("helen")
    helen.get(f"/checklists/{running.id}/nudge")
    with queries() as seen:
        assert helen.get(f"/checklists/{running.id}/nudge").status_code == 200
    assert len(seen) <= 11, seen
