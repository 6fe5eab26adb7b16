"""Positions by date: nothing is overwritten, no two overlap, and what was known when stays."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from portal import clock
from portal.audit import Event
from portal.people.models import Person
from portal.people.positions import Position
from tests import cast

HIRED = date(2024, 3, 1)
TODAY = cast.TODAY


def told(person: Person, known_at: Any = None) -> list[tuple[Any, ...]]:
    """Role, first and last day of what is (or was) known, oldest first."""
    rows = Position.select().where(Position.person == person, Position.is_known(known_at))
    return [
        (row.role, str(row.starts_on), str(row.ends_on or ""))
        for row in rows.order_by(Position.starts_on)
    ]


def role_on(person: Person, on: date, known_at: Any = None) -> list[str]:
    rows = Position.select().where(
        Position.person == person, Position.is_held(on, known_at=known_at)
    )
    return [row.role for row in rows]


@pytest.fixture(autouse=True)
def nothing_overlaps(who: Any) -> Any:
    """Whatever a test does: of the rows that are known now no two hold on one day."""
    yield
    for person in Person.select():
        rows = Position.history_of(person)[::-1]
        for one, next_ in pairwise(rows):
            assert one.ends_on and one.ends_on < next_.starts_on, told(person)
        assert [row.is_hire for row in rows[1:]] == [False] * len(rows[1:]), told(person)


def test_a_change_from_today_on_ends_what_was_held_yesterday(who: Any) -> None:
    taken = Position.take(who.erin, by=who.helen, starts_on=TODAY, role="Senior Engineer")
    assert told(who.erin) == [
        ("Engineer", "2024-03-01", "2026-11-17"),
        ("Senior Engineer", "2026-11-18", ""),
    ]
    assert (taken.manager_id, taken.location.name) == (who.mara.id, "Berlin")
    assert who.erin.position().role == "Senior Engineer"


def test_a_change_to_come_is_not_held_before_its_day(who: Any, move_clock: Any) -> None:
    Position.take(who.erin, by=who.helen, starts_on=cast.MONDAY, role="Lead")
    assert who.erin.position().role == "Engineer"
    move_clock(days=5)
    assert who.erin.position().role == "Lead"


def test_a_change_in_the_past_is_recorded_when_it_was_learned(who: Any, move_clock: Any) -> None:
    before = clock.now()
    move_clock(hours=1)
    Position.take(who.erin, by=who.helen, starts_on=date(2025, 1, 1), role="Lead")
    assert role_on(who.erin, date(2025, 6, 1)) == ["Lead"]
    assert role_on(who.erin, date(2025, 6, 1), known_at=before) == ["Engineer"]
    assert role_on(who.erin, date(2024, 12, 31)) == ["Engineer"]


def test_a_change_between_two_others_lasts_until_the_next(who: Any) -> None:
    Position.take(who.erin, by=who.helen, starts_on=date(2026, 1, 1), role="Third")
    Position.take(who.erin, by=who.helen, starts_on=date(2025, 1, 1), role="Second")
    assert told(who.erin) == [
        ("Engineer", "2024-03-01", "2024-12-31"),
        ("Second", "2025-01-01", "2025-12-31"),
        ("Third", "2026-01-01", ""),
    ]


def test_a_correction_of_the_same_day_leaves_one_row_and_keeps_the_other_known_then(
    who: Any, move_clock: Any
) -> None:
    Position.take(who.erin, by=who.helen, starts_on=TODAY, role="Lead")
    wrong = clock.now()
    move_clock(minutes=1)
    Position.take(who.erin, by=who.helen, starts_on=TODAY, role="Senior Engineer")
    assert role_on(who.erin, TODAY) == ["Senior Engineer"]
    assert role_on(who.erin, TODAY, known_at=wrong) == ["Lead"]
    assert len(told(who.erin)) == 2
    assert told(who.erin, wrong)[1][0] == "Lead"


def test_no_row_was_ever_rewritten(who: Any, move_clock: Any) -> None:
    def frozen() -> dict[int, tuple[Any, ...]]:
        columns = (Position.id, Position.starts_on, Position.ends_on, Position.role)
        return {row[0]: row for row in Position.select(*columns).tuples()}

    seen = frozen()
    for days, role in ((-200, "A"), (0, "B"), (30, "C"), (-200, "D"), (-700, "E")):
        move_clock(minutes=1)
        on = TODAY + timedelta(days=days)
        Position.take(who.erin, by=who.helen, starts_on=on, role=role)
    who.erin.depart(by=who.helen, last_day_on=TODAY, access_ends_at=cast.NOW)
    move_clock(minutes=1)
    who.erin.stay(by=who.helen)
    now = frozen()
    assert {key: now[key] for key in seen} == seen


def test_taking_what_one_holds_changes_nothing(who: Any) -> None:
    before = Event.select().count()
    held = who.erin.position()
    again = Position.take(
        who.erin, by=who.helen, starts_on=TODAY, role="Engineer", manager=who.mara,
        team=held.team_id,
    )  # fmt: skip
    assert again.id == held.id and Event.select().count() == before


def test_a_start_before_the_first_day_moves_the_hire(who: Any) -> None:
    Position.take(who.nia, by=who.helen, starts_on=TODAY, role="Trainee", manager=who.mara)
    assert role_on(who.nia, TODAY - timedelta(days=30)) == ["Trainee"]
    assert role_on(who.nia, cast.MONDAY) == ["Engineer"]


def test_a_joiner_counts_before_day_one(who: Any) -> None:
    assert who.nia.position().role == "Engineer"
    assert who.mara.leads(who.nia) and who.dora.leads(who.nia)
    Position.take(who.nia, by=who.helen, starts_on=cast.MONDAY, manager=who.otto)
    assert who.otto.leads(who.nia) and not cast.person("mara").leads(who.nia)
    assert role_on(who.nia, TODAY) == ["Engineer"]


# -- leaving -----------------------------------------------------------------------------------


def leave(person: Person, last_day_on: date, **more: Any) -> None:
    ends = clock.end_of_day(last_day_on, "Europe/Berlin")
    person.depart(by=None, last_day_on=last_day_on, access_ends_at=ends, **more)


def test_positions_end_with_the_last_day_and_planned_ones_never_begin(who: Any) -> None:
    Position.take(who.erin, by=who.helen, starts_on=date(2027, 1, 1), role="Lead")
    leave(who.erin, date(2026, 12, 15))
    assert told(who.erin) == [("Engineer", "2024-03-01", "2026-12-15")]


def test_a_departure_withdrawn_gives_back_what_it_ended(who: Any) -> None:
    Position.take(who.erin, by=who.helen, starts_on=date(2027, 1, 1), role="Lead")
    before = told(who.erin)
    leave(who.erin, date(2026, 12, 15), voluntary=True, regretted=True, reason="A doctorate")
    who.erin.stay(by=who.helen)
    assert told(who.erin) == before
    erin = cast.person("erin")
    assert (erin.last_day_on, erin.access_ends_at, erin.notice_on) == (None, None, None)
    assert (erin.departure_voluntary, erin.departure_reason) == (None, "")
    events = Event.select().where(Event.about_id == erin.id).order_by(Event.seq.desc())
    assert [event.tag for event in events.limit(2)] == ["person.stayed", "person.departed"]


@pytest.mark.parametrize("last_day", [date(2026, 12, 1), date(2027, 6, 30)])
def test_a_departure_changed_counts_as_it_was_said_last(last_day: date, who: Any) -> None:
    Position.take(who.erin, by=who.helen, starts_on=date(2027, 1, 1), role="Lead")
    before = told(who.erin)
    leave(who.erin, date(2026, 12, 15))
    leave(who.erin, last_day)
    expected = [("Engineer", "2024-03-01", str(min(last_day, date(2026, 12, 31))))]
    if last_day.year == 2027:
        expected.append(("Lead", "2027-01-01", str(last_day)))
    assert told(who.erin) == expected
    who.erin.stay(by=who.helen)
    assert told(who.erin) == before


def test_the_same_departure_twice_is_one(who: Any) -> None:
    leave(who.erin, date(2026, 12, 15))
    before = Event.select().count()
    leave(who.erin, date(2026, 12, 15))
    assert Event.select().count() == before
    who.erin.stay(by=who.helen)
    who.erin.stay(by=who.helen)
    assert Event.select().count() == before + 1


def test_who_moves_while_leaving_goes_on_there_if_they_stay(who: Any) -> None:
    leave(who.erin, date(2026, 12, 15))
    Position.take(who.erin, by=who.helen, starts_on=date(2026, 12, 1), role="Writer")
    assert told(who.erin)[-1] == ("Writer", "2026-12-01", "2026-12-15")
    who.erin.stay(by=who.helen)
    assert told(who.erin)[-1] == ("Writer", "2026-12-01", "")


def test_nobody_takes_a_position_after_their_last_day(who: Any) -> None:
    leave(who.erin, date(2026, 12, 15))
    with pytest.raises(ValueError, match="after their last day"):
        Position.take(who.erin, by=who.helen, starts_on=date(2026, 12, 16), role="Ghost")


def test_a_joiner_who_never_comes_leaves_nothing_and_may_come_after_all(who: Any) -> None:
    leave(who.nia, TODAY)
    assert told(who.nia) == []
    assert not who.mara.leads(who.nia)
    who.nia.stay(by=who.helen)
    assert told(who.nia) == [("Engineer", "2026-11-23", "")]
    assert role_on(who.nia, TODAY) == ["Engineer"]


def test_a_guest_may_leave_and_stay(who: Any) -> None:
    leave(who.audrey, TODAY)
    who.audrey.stay(by=who.helen)
    assert told(who.audrey) == []


# -- the pages ---------------------------------------------------------------------------------


def test_hr_records_changes_and_withdraws_a_departure(as_: Any, who: Any) -> None:
    helen, address = as_("helen"), f"/people/{who.erin.id}"
    data = {
        "last_day_on": "2026-12-15", "access_ends_on": "2026-12-16", "voluntary": "yes",
        "regretted": "no", "reason": "Moving to Oslo", "notice_on": "2026-11-18",
    }  # fmt: skip
    assert "stays after all" not in helen.get(f"{address}/departure").text
    assert helen.post(f"{address}/departure", data=data).status_code == 303
    page = helen.get(address).text
    assert "The last day is" in page and "Moving to Oslo" in page and "Theirs" in page
    form = helen.get(f"{address}/departure").text
    assert 'value="2026-12-16"' in form and "Moving to Oslo" in form and "stays after all" in form
    erin = cast.person("erin")
    assert str(erin.access_ends_at) == "2026-12-16 22:59:59+00:00"
    helen.post(f"{address}/departure", data=data | {"last_day_on": "2026-12-10"})
    assert cast.person("erin").last_day_on == date(2026, 12, 10)
    answer = helen.post(f"{address}/departure/withdrawal")
    assert answer.location == address
    assert "Moving to Oslo" not in helen.get(address).text
    assert cast.person("erin").position(date(2027, 5, 1)).role == "Engineer"


def test_a_position_is_recorded_by_its_page(as_: Any, who: Any) -> None:
    helen, address = as_("helen"), f"/people/{who.erin.id}/position"
    page = helen.get(address).text
    assert 'value="Engineer"' in page and 'value="mara@halden.example"' in page
    data = {
        "starts_on": "2026-12-01", "role": "Account Executive", "level": "L4",
        "team": str(who.otto.position().team_id), "location": "", "employment": "part time",
        "manager": "otto@halden.example", "buddy": "olga@halden.example",
    }  # fmt: skip
    assert helen.post(address, data=data).location == f"/people/{who.erin.id}"
    taken = cast.person("erin").position(date(2026, 12, 1))
    assert (taken.role, taken.level, taken.employment) == ("Account Executive", "L4", "part time")
    assert (taken.manager_id, taken.buddy_id, taken.location_id) == (who.otto.id, who.olga.id, None)
    shown = helen.get(f"/people/{who.erin.id}").text
    assert shown.index("Account Executive") < shown.rindex("Engineer")
