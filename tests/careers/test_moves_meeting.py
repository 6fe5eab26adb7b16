"""Moves that meet another change: planned, on the same day, or decided since; and who hears."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.careers import choosing, moving, rotating
from portal.careers.interests import Interest
from portal.careers.models import Move
from portal.careers.move_letters import write_decided
from portal.careers.moving import NotPossible
from portal.careers.openings import Opening
from portal.mail.models import Letter
from portal.people import teams
from portal.people.org import Team
from portal.people.positions import Position
from portal.people.vacancies import Vacancy
from tests import cast
from tests.careers import moved
from tests.careers.moved import DECEMBER, MARCH, agreed, held, proposed

A_DAY = timedelta(days=1)
JANUARY, FEBRUARY, END = date(2027, 1, 1), date(2027, 2, 1), date(2027, 2, 28)


def sales() -> Team:
    found = Team.named("Sales")
    assert found is not None
    return found


def test_what_is_recorded_for_later_keeps_what_it_says_nothing_about(as_: Any, who: Any) -> None:
    """A transfer before a promotion that was agreed to is no transfer for a month."""
    promotion = agreed(level="L2", role="Senior Engineer", starts_on=JANUARY)
    transfer = proposed(sort="transfer", team=sales())
    assert moving.read(transfer).until is None
    assert "It holds until" not in as_("helen").get(transfer.url).text
    assert transfer.agree(by=who.helen)
    assert (held("erin", DECEMBER).team, held("erin", DECEMBER).level) == ("Sales", "")
    assert (held("erin", MARCH).team, held("erin", MARCH).level) == ("Sales", "L2")
    assert moving.stands(Move.get_by_id(promotion.id))
    # What the later one does say something about ends there, and the page says so.
    other = proposed(level="L9", starts_on=date(2026, 12, 10))
    assert moving.read(other).until == date(2026, 12, 31)
    assert other.agree(by=who.helen)
    assert (held("erin", JANUARY).level, held("erin", JANUARY).team) == ("L2", "Sales")
    # On the day of another they stand side by side.
    assert agreed(sort="transfer", manager=who.dora, starts_on=JANUARY)
    assert (held("erin", MARCH).manager, held("erin", MARCH).level) == ("Dora", "L2")


def test_a_promotion_within_a_rotation_outlives_it(who: Any) -> None:
    rotation = agreed(sort="rotation", team=sales(), manager=who.otto, ends_on=END)
    agreed(level="L2", starts_on=JANUARY, by="dora")
    assert (held("erin", MARCH).team, held("erin", MARCH).level) == ("Platform", "L2")
    longer = rotating.lengthen(rotation, by=who.mara, ends_on=MARCH, reason="x")
    assert longer.agree(by=who.helen)
    assert (held("erin", MARCH).team, held("erin", MARCH).level) == ("Sales", "L2")
    home = held("erin", MARCH + A_DAY)
    assert (home.team, home.manager, home.level) == ("Platform", "Mara", "L2")
    early = rotating.take_back(longer, by=who.mara, starts_on=FEBRUARY, reason="x")
    assert early.agree(by=who.helen)
    home = held("erin", FEBRUARY)
    assert (home.team, home.manager, home.level, home.ends_on) == ("Platform", "Mara", "L2", None)
    with pytest.raises(NotPossible, match="begins anew by another one"):
        rotating.take_back(Move.get_by_id(early.id), by=who.mara, starts_on=MARCH, reason="x")


def test_the_page_of_a_decision_says_what_it_changed(as_: Any, who: Any, move_clock: Any) -> None:
    """Two on one day, the second after the first; and one that was ended before its day."""
    first = agreed(level="L2")
    move_clock(hours=1)
    second = agreed(sort="rotation", team=sales(), ends_on=END)
    rows = {row.name: (row.before, row.after) for row in moving.read(second).rows}
    assert (rows["level"], rows["team"]) == (("L2", "L2"), ("Platform", "Sales"))
    assert moving.stands(Move.get_by_id(first.id)) and moving.read(first).until is None
    move_clock(hours=1)
    early = rotating.take_back(
        second, by=cast.person("mara"), starts_on=second.starts_on, reason="x"
    )
    assert early.agree(by=cast.person("helen"))
    found = moving.read(Move.get_by_id(early.id))
    rows = {row.name: (row.before, row.after) for row in found.rows}
    assert (rows["team"], found.until) == (("Sales", "Platform"), None)


def test_a_rotation_goes_on_without_losing_what_hr_recorded_for_its_end(who: Any) -> None:
    rotation = agreed(sort="rotation", team=sales(), ends_on=END)
    Position.take(who.erin, by=who.helen, starts_on=MARCH, level="L4")
    longer = rotating.lengthen(rotation, by=who.mara, ends_on=date(2027, 4, 30), reason="x")
    assert longer.agree(by=who.helen)
    assert (held("erin", MARCH).team, held("erin", MARCH).level) == ("Sales", "L4")
    home = held("erin", date(2027, 5, 1))
    assert (home.team, home.level) == ("Platform", "L4")


def test_taking_back_takes_back_nothing_that_came_since(who: Any) -> None:
    first = agreed(level="L2")
    back = rotating.take_back(first, by=who.mara, starts_on=FEBRUARY, reason="x")
    Position.take(who.erin, by=who.helen, starts_on=JANUARY, level="L3")
    with pytest.raises(NotPossible, match="changed since"):
        back.agree(by=who.helen)
    assert held("erin", FEBRUARY).level == "L3"
    back.withdraw(by=who.mara)
    # Before that change it can be; what was taken back can be given again.
    back = rotating.take_back(first, by=who.mara, starts_on=DECEMBER + A_DAY, reason="x")
    assert back.agree(by=who.helen) and held("erin", DECEMBER + A_DAY).level == ""
    assert held("erin", JANUARY).level == "L3"
    again = rotating.take_back(
        Move.get_by_id(back.id), by=who.mara, starts_on=date(2026, 12, 5), reason="x"
    )
    assert again.agree(by=who.helen) and held("erin", date(2026, 12, 5)).level == "L2"


def test_the_list_that_started_with_it_is_named_when_it_is_taken_back(as_: Any, who: Any) -> None:
    moved.plan()
    move = agreed(level="L2")
    back = rotating.take_back(move, by=who.mara, starts_on=DECEMBER, reason="x")
    said = as_("helen").get(back.url).text
    assert "“Plan for a promotion” runs on: stop it on its own page." in said


def test_a_team_that_is_closed_and_a_circle_to_come_are_refused(as_: Any, who: Any) -> None:
    team = Team.found("Lab", None, by=None)
    move = proposed(sort="transfer", team=team)
    teams.close(team, by=who.helen)
    with pytest.raises(NotPossible, match="Lab is closed"):
        move.agree(by=who.helen)
    move.withdraw(by=who.mara)
    # From a later day on, whoever is to lead them reports to them.
    Position.take(who.erin, by=who.helen, starts_on=JANUARY, level="L7")
    Position.take(who.otto, by=who.helen, starts_on=FEBRUARY, manager=who.erin)
    move = proposed(manager=who.otto, level="L2")
    answer = as_("helen").post(f"{move.url}/agreement", data={})
    assert answer.status_code == 422 and "that would be a circle" in answer.text
    assert held("erin", DECEMBER).manager == "Mara" and Move.get_by_id(move.id).state == "open"


def test_whoever_led_them_is_told_of_a_move_from_today(as_: Any, who: Any) -> None:
    move = proposed(by="helen", sort="transfer", manager=who.otto, starts_on=cast.TODAY)
    moved.grant("ida")
    assert move.agree(by=cast.person("ida"))
    letter = Letter.get(Letter.person_id == who.mara.id, Letter.kind == "move_decided")
    mara = as_("mara")
    with mara.application.app_context():
        message = write_decided(letter)
    assert message is not None
    assert mara.get(move.url).status_code == 404, "they lead them no more"
    assert "Somebody you led reports to somebody else now." in message.text
    assert f"/people/{who.erin.id}" in message.text and "Erin" not in message.text


def test_numbers_say_nothing_of_what_is_missing_between_them(who: Any) -> None:
    found = sorted(one.id for one in (proposed(), proposed("ben"), proposed("mara", by="dora")))
    assert found[0] > 3 and found[1] - found[0] > 1 and found[2] - found[1] > 1


def test_whoever_leads_an_opening_reads_of_them_what_a_colleague_does(as_: Any, who: Any) -> None:
    Position.take(who.erin, by=None, starts_on=date(2026, 3, 1), level="CANARY-1")
    Position.take(who.erin, by=None, starts_on=MARCH, team=sales(), role="CANARY plan")
    place = Vacancy.plan(by=who.helen, role="Seller", level="L3", manager=who.otto)
    opening = Opening.post(place, by=who.helen, words="Come.", apply_by=cast.TODAY + A_DAY)
    asked = Interest.ask(opening, who.erin, by=who.erin, wish="", for_line=False)
    move = choosing.choose(asked, by=who.otto, starts_on=DECEMBER, reason="x")
    page = as_("otto").get(move.url).text
    assert "not shown" in page and "CANARY" not in page and "It holds until" not in page
    assert "no list starts" not in page
    page = as_("otto").get(asked.url).text
    assert "Role today" in page and "Here since" not in page
    page = as_("helen").get(move.url).text
    assert "CANARY-1" in page and "It holds until" in page
    moved.leaves("erin", date(2026, 11, 27))
    assert move.lapse() and "leaves" not in Move.get_by_id(move.id).answer
    for name, said in (("otto", "Ask HR."), ("helen", "The last day is Fri 27 Nov")):
        with pytest.raises(NotPossible) as refused:
            choosing.choose(asked, by=cast.person(name), starts_on=DECEMBER, reason="x")
        assert said in str(refused.value) and ("Nov" in str(refused.value)) is (name == "helen")


def test_ones_own_file_has_what_one_asked_for_and_became_and_nothing_else(
    as_: Any, who: Any
) -> None:
    place = Vacancy.plan(by=who.helen, role="Seller", manager=who.otto)
    opening = Opening.post(place, by=who.helen, words="Come.", apply_by=cast.TODAY + A_DAY)
    asked = Interest.ask(opening, who.erin, by=who.erin, wish="My wish", for_line=False)
    choosing.choose(asked, by=who.otto, starts_on=MARCH, reason="CANARY")
    agreed(level="L2", starts_on=DECEMBER)
    proposed(level="CANARY-9", starts_on=JANUARY)
    text = as_("erin").get("/careers/file").text
    assert "My wish" in text and "promotion,,L2" in text and "agreed" in text
    assert "CANARY" not in text and "transfer" not in text
