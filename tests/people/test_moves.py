"""Changes back-dated and to come: circles on any day, taking back, the history, the first day."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock
from portal.audit import Event
from portal.people.moves import CircleError
from portal.people.positions import Position
from tests import cast

JANUARY, FEBRUARY = date(2027, 1, 1), date(2027, 2, 1)
FORM = {"role": "Engineer", "employment": "permanent"}


def told(person: Any) -> list[tuple[str, str, str]]:
    rows = Position.history_of(person)[::-1]
    return [(row.role, str(row.starts_on), str(row.ends_on or "")) for row in rows]


def error_of(page: str) -> str:
    return page.partition('<p class="field__error"')[2].partition("</p>")[0]


# -- circles ------------------------------------------------------------------------------------


def test_two_moves_to_come_that_make_a_circle_are_refused(who: Any) -> None:
    """Dora will report to Otto from February: from January on Otto may not report to her line."""
    Position.take(who.dora, by=who.helen, starts_on=FEBRUARY, manager=who.otto)
    with pytest.raises(CircleError) as raised:
        Position.take(who.otto, by=who.helen, starts_on=JANUARY, manager=who.erin)
    assert raised.value.on == FEBRUARY
    before = told(who.otto)
    assert before == [("Sales Lead", "2024-03-01", "")]


def test_a_circle_is_refused_in_whichever_order_it_is_recorded(who: Any) -> None:
    Position.take(who.otto, by=who.helen, starts_on=FEBRUARY, manager=who.erin)
    with pytest.raises(CircleError):
        Position.take(who.dora, by=who.helen, starts_on=JANUARY, manager=who.otto)
    with pytest.raises(CircleError):
        Position.take(who.dora, by=who.helen, starts_on=date(2027, 6, 1), manager=who.otto)


def test_a_move_that_ends_before_the_other_begins_is_no_circle(who: Any) -> None:
    Position.take(who.dora, by=who.helen, starts_on=cast.TODAY, manager=who.otto)
    Position.take(who.dora, by=who.helen, starts_on=JANUARY, manager=who.helen)
    Position.take(who.otto, by=who.helen, starts_on=JANUARY, manager=who.dora)
    assert who.otto.position(JANUARY).manager == who.dora


def test_a_back_dated_circle_is_one_as_well(who: Any) -> None:
    with pytest.raises(CircleError):
        Position.take(who.dora, by=who.helen, starts_on=date(2025, 1, 1), manager=who.nia)


def test_the_form_says_on_which_day_the_circle_would_close(as_: Any, who: Any) -> None:
    Position.take(who.dora, by=who.helen, starts_on=FEBRUARY, manager=who.otto)
    events = Event.select().count()
    helen = as_("helen")
    events = Event.select().count()
    data = FORM | {"starts_on": "2027-01-01", "manager": "mara@halden.example"}
    answer = helen.post(f"/people/{who.otto.id}/position", data=data)
    assert answer.status_code == 422
    assert "from Mon 1 Feb 2027 on: that is a circle" in answer.text
    assert Event.select().count() == events


# -- what it will do ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2027-02-01", "From Mon 1 Feb 2027 on; until then nothing changes."),
        ("2026-11-18", "From today on."),
        ("2026-11-11", "Back-dated by 7 days: what reports said before stays readable"),
        ("2020-01-01", "That is before the first day, Fri 1 Mar 2024."),
        ("", "What held before ends the day before this one."),
        ("31.12.2026", "What held before ends the day before this one."),
        ("9999-99-99", "What held before ends the day before this one."),
    ],
)
def test_the_form_says_what_a_day_would_do(day: str, said: str, as_: Any, who: Any) -> None:
    page = as_("helen").hx_get(f"/people/{who.erin.id}/position/effect?starts_on={day}", "effect")
    assert said in page.text and page.text.startswith('<p class="state" id="effect"')


def test_a_day_before_the_first_one_is_refused(as_: Any, who: Any) -> None:
    data = FORM | {"starts_on": "2024-02-28"}
    answer = as_("helen").post(f"/people/{who.erin.id}/position", data=data)
    assert answer.status_code == 422 and "correct that one first" in answer.text
    assert told(who.erin) == [("Engineer", "2024-03-01", "")]


# -- taking back --------------------------------------------------------------------------------


def test_a_change_to_come_is_withdrawn_and_what_held_goes_on(as_: Any, who: Any) -> None:
    Position.take(who.erin, by=who.helen, starts_on=JANUARY, role="Lead")
    Position.take(who.erin, by=who.helen, starts_on=FEBRUARY, role="Head")
    lead = who.erin.position(JANUARY)
    helen = as_("helen")
    page = helen.get(f"/people/{who.erin.id}/history").text
    assert page.count("Withdraw this change") == 2 and page.count("To come") == 2
    answer = helen.post(f"/people/{who.erin.id}/positions/{lead.id}/withdrawal")
    assert answer.location == f"/people/{who.erin.id}/history"
    assert told(who.erin) == [("Engineer", "2024-03-01", "2027-01-31"), ("Head", "2027-02-01", "")]
    events = Event.select().count()
    assert helen.post(f"/people/{who.erin.id}/positions/{lead.id}/withdrawal").status_code == 404
    lead.withdraw(by=who.helen)
    assert Event.select().count() == events


def test_neither_the_past_nor_what_a_joiner_was_hired_into_is_withdrawn(as_: Any, who: Any) -> None:
    helen = as_("helen")
    for person in (who.erin, who.nia):
        held = person.position()
        answer = helen.post(f"/people/{person.id}/positions/{held.id}/withdrawal")
        assert answer.status_code == 404
    other = Position.take(who.ben, by=None, starts_on=JANUARY, role="Lead")
    assert helen.post(f"/people/{who.erin.id}/positions/{other.id}/withdrawal").status_code == 404


# -- the history --------------------------------------------------------------------------------


def test_the_history_says_what_held_when_and_hr_what_was_known_when(
    as_: Any, who: Any, move_clock: Any
) -> None:
    move_clock(days=2)
    Position.take(who.erin, by=who.helen, starts_on=date(2025, 1, 1), role="Senior Engineer")
    address = f"/people/{who.erin.id}/history"
    helen, erin = as_("helen"), as_("erin")
    page = helen.get(f"{address}?on=2025-06-01").text
    assert "<b>Senior Engineer</b>" in page.partition("<h2>On Sun 1 Jun 2025")[2][:200]
    page = helen.get(f"{address}?on=2025-06-01&known=2026-11-18").text
    assert "<b>Engineer</b>" in page.partition("as known on Wed 18 Nov</h2>")[2][:200]
    assert "What was recorded when" in page and "superseded Fri 20 Nov" in page
    page = erin.get(f"{address}?on=2025-06-01&known=2026-11-18").text
    assert "<b>Senior Engineer</b>" in page and "superseded" not in page
    assert "As known on" not in page
    for wrong in ("on=x", "on=2026-13-01&known=0", "on=", "known=2026-99-99"):
        assert helen.get(f"{address}?{wrong}").status_code == 200


# -- first day and probation --------------------------------------------------------------------


def test_a_first_day_that_was_wrong_moves_the_first_position(as_: Any, who: Any) -> None:
    helen, address = as_("helen"), f"/people/{who.erin.id}/employment"
    data = {"hired_on": "2024-04-01", "probation_ends_on": "2024-09-30"}
    assert helen.post(address, data=data).status_code == 303
    erin = cast.person("erin")
    assert (erin.hired_on, erin.probation_ends_on) == (date(2024, 4, 1), date(2024, 9, 30))
    assert told(erin) == [("Engineer", "2024-04-01", "")]
    tags = [e.tag for e in Event.select().order_by(Event.seq.desc()).limit(2)]
    assert sorted(tags) == ["person.corrected", "person.first_day_moved"]
    events = Event.select().count()
    assert helen.post(address, data=data).status_code == 303
    assert Event.select().count() == events
    assert "Probation ended" in helen.get(f"/people/{erin.id}").text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"hired_on": "2029-06-01"}, "years away"),
        ({"hired_on": ""}, "Say which day"),
        ({"hired_on": "2024-02-30"}, "not a date"),
        ({"hired_on": "2027-01-15"}, "ends on 2026-12-31"),
        ({"hired_on": "2024-03-01", "probation_ends_on": "2024-02-01"}, "three years"),
        ({"hired_on": "2024-03-01", "probation_ends_on": "2029-02-01"}, "three years"),
        ({"hired_on": "2024-03-01", "probation_passed_on": "2026-12-01"}, "between the first"),
    ],
)
def test_nonsense_days_are_refused(data: dict[str, str], said: str, as_: Any, who: Any) -> None:
    Position.take(who.erin, by=None, starts_on=JANUARY, role="Lead")
    helen = as_("helen")
    events = Event.select().count()
    answer = helen.post(f"/people/{who.erin.id}/employment", data=data)
    assert answer.status_code == 422 and said in answer.text
    assert cast.person("erin").hired_on == date(2024, 3, 1)
    assert Event.select().count() == events


def test_a_probation_made_longer_is_not_passed_yet(who: Any) -> None:
    days = {"hired_on": who.erin.hired_on, "probation_ends_on": date(2026, 10, 1)}
    who.erin.settle_employment(by=None, **days, probation_passed_on=date(2026, 10, 1))
    assert who.erin.probation_passed_on == date(2026, 10, 1)
    days["probation_ends_on"] = date(2027, 1, 1)
    who.erin.settle_employment(by=None, **days, probation_passed_on=date(2026, 10, 1))
    assert cast.person("erin").probation_passed_on is None


def test_a_joiner_who_comes_later_is_known_to_the_line_all_the_same(who: Any) -> None:
    who.nia.move_first_day(cast.MONDAY + timedelta(days=14), by=who.helen)
    assert cast.person("mara").leads(who.nia)
    assert told(who.nia) == [("Engineer", "2026-12-07", "")]
    assert clock.today() < who.nia.hired_on


def test_language_is_shown_and_changed_by_oneself_and_hr(as_: Any, who: Any) -> None:
    erin = as_("erin")
    assert "Language" in erin.get(f"/people/{who.erin.id}").text
    erin.post("/me", data={"zone": "Europe/Berlin", "theme": "auto", "language": "pl"})
    assert cast.person("erin").language == "pl"
    erin.post("/me", data={"zone": "Europe/Berlin", "theme": "auto"})
    assert cast.person("erin").language == "pl"
    answer = erin.post("/me", data={"zone": "Europe/Berlin", "language": "klingon"})
    assert answer.status_code == 422
    assert "Polski" in as_("helen").get(f"/people/{who.erin.id}").text
    assert "Polski" not in as_("otto").get(f"/people/{who.erin.id}").text
