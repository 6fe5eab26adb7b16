"""Managers who said nothing to somebody for eight weeks are asked for a word."""

from datetime import timedelta
from typing import Any

import pytest

from portal.assignments.models import Assignment
from portal.feedback import jobs, prompting
from portal.feedback.check_ins import CHECK_IN, quarter_of
from portal.people.leave import Leave
from portal.people.models import Person
from tests.cast import NOW, TODAY
from tests.feedback.conftest import moves_to

WEEKS = timedelta(days=57)


def open_for(manager: Person) -> set[str]:
    rows = Assignment.select().where(
        Assignment.kind == CHECK_IN, Assignment.is_open(), Assignment.person == manager
    )
    return {duty.about.first_name for duty in rows}


@pytest.fixture
def later(move_clock: Any) -> None:
    """Eight weeks after everybody was entered."""
    move_clock(to=NOW + WEEKS)


def test_on_the_first_day_of_a_portal_nobody_has_been_silent(who: Any) -> None:
    jobs.ask_for_a_word()
    assert not Assignment.select().where(Assignment.kind == CHECK_IN).exists()


def test_who_was_silent_is_asked_about_one_person_at_a_time(who: Any, later: None) -> None:
    jobs.ask_for_a_word()
    assert open_for(who.mara) <= {"Erin", "Ben", "Nia"} and len(open_for(who.mara)) == 1
    assert open_for(who.dora) == {"Mara"} and open_for(who.otto) == {"Olga"}
    before = Assignment.select().count()
    jobs.ask_for_a_word()
    assert Assignment.select().count() == before
    duty = Assignment.get(Assignment.kind == CHECK_IN, Assignment.person == who.dora)
    assert duty.title == "A word to Mara Okafor" and duty.period == quarter_of(TODAY + WEEKS)


def test_the_next_name_comes_a_week_later_and_not_while_one_is_open(
    who: Any, later: None, move_clock: Any
) -> None:
    def a_word(after: int) -> set[str]:
        move_clock(to=NOW + WEEKS + timedelta(days=after))
        prompting.ask_managers()
        return open_for(who.mara)

    def they_spoke() -> None:
        open_one = Assignment.is_open() & (Assignment.person == who.mara)
        Assignment.get(Assignment.kind == CHECK_IN, open_one).settle(by=who.mara)

    first = a_word(0)
    they_spoke()
    assert a_word(0) == a_word(6) == set()
    second = a_word(7)
    assert len(second) == 1 and a_word(30) == second, "none while one is open"
    they_spoke()
    third = a_word(31)
    assert first | second | third == {"Erin", "Ben", "Nia"}, "in time all of them"


def test_praise_or_feedback_in_the_last_eight_weeks_is_a_word(
    who: Any, said: Any, praised: Any, move_clock: Any
) -> None:
    move_clock(to=NOW + timedelta(days=20))
    said(who.mara, who.erin)
    praised(who.mara, who.ben, who.nia, public=False)
    said(who.erin, who.mara)
    move_clock(to=NOW + WEEKS)
    prompting.ask_managers()
    assert open_for(who.mara) == set() and open_for(who.dora) == {"Mara"}
    move_clock(to=NOW + timedelta(days=77))
    prompting.ask_managers()
    assert len(open_for(who.mara)) == 1


def test_what_was_taken_back_is_no_word(who: Any, said: Any, move_clock: Any) -> None:
    move_clock(to=NOW + timedelta(days=20))
    said(who.otto, who.olga).withdraw(by=who.otto)
    move_clock(to=NOW + WEEKS)
    prompting.ask_managers()
    assert open_for(who.otto) == {"Olga"}


def test_either_settles_it_and_so_does_having_spoken(
    as_: Any, who: Any, said: Any, praised: Any, later: None
) -> None:
    prompting.ask_managers()
    said(who.dora, who.mara)
    praised(who.otto, who.olga, who.erin)
    assert open_for(who.dora) == open_for(who.otto) == set()
    duty = Assignment.get(Assignment.kind == CHECK_IN, Assignment.person == who.mara)
    mara = as_("mara")
    assert duty.title in mara.get("/").text
    page = mara.get(duty.url).text
    assert "We spoke" in page and "Nobody else sees that you were" in page
    answer = mara.post(f"{duty.url}/talk", follow_redirects=True).text
    assert "Good." in answer and f"{duty.url}/reopening" in answer
    assert Assignment.get_by_id(duty.id).outcome == "done"
    mara.post(f"{duty.url}/reopening")
    assert Assignment.get_by_id(duty.id).settled_at is None


def test_nobody_is_asked_twice_in_a_quarter_nor_soon_after(
    who: Any, later: None, move_clock: Any
) -> None:
    prompting.ask_managers()
    duty = Assignment.get(Assignment.kind == CHECK_IN, Assignment.person == who.otto)
    duty.settle(by=who.otto)
    assert (quarter_of(TODAY), quarter_of(TODAY + WEEKS)) == ("2026-Q4", "2027-Q1")
    for days in (58, 100, 130):
        move_clock(to=NOW + timedelta(days=days))
        prompting.ask_managers()
        assert open_for(who.otto) == set(), days
    move_clock(to=NOW + timedelta(days=140))
    prompting.ask_managers()
    assert open_for(who.otto) == {"Olga"}, "the next quarter, eight weeks after they spoke"


def test_who_is_away_new_or_leaving_is_left_alone(who: Any, later: None) -> None:
    away = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=200)}
    Leave.record(who.olga, "parental", by=who.helen, **away)
    Leave.record(who.dora, "sick", by=who.helen, **away)
    prompting.ask_managers()
    assert open_for(who.otto) == set() and open_for(who.dora) == set()


def test_who_leads_them_for_less_than_eight_weeks_is_not_asked(who: Any, move_clock: Any) -> None:
    move_clock(to=NOW + timedelta(days=30))
    moves_to(who.olga, who.mara)
    move_clock(to=NOW + timedelta(days=60))
    prompting.ask_managers()
    assert "Olga" not in open_for(who.mara) and open_for(who.otto) == set()


def test_a_question_ends_when_somebody_else_leads_them(
    as_: Any, who: Any, later: None, move_clock: Any
) -> None:
    prompting.ask_managers()
    duty = Assignment.get(Assignment.kind == CHECK_IN, Assignment.person == who.otto)
    moves_to(who.olga, who.mara)
    move_clock(to=NOW + WEEKS + timedelta(days=1))
    assert prompting.follow() == 1
    assert open_for(who.otto) == set() and open_for(who.dora) == {"Mara"}
    assert "Open it again" not in as_("otto").get(duty.url).text
    assert as_("otto").post(f"{duty.url}/reopening").status_code == 403
