"""Nudges: one letter, at most once a day and duty, and who is left out is said before."""

from datetime import timedelta
from typing import Any

import pytest

from portal.assignments import nudges
from portal.audit import Event
from portal.mail.models import Letter
from portal.mail.models import kinds as letter_kinds
from portal.people.functions import Function, Holder
from portal.people.leave import Leave
from tests import cast
from tests.cast import TODAY
from tests.reach import knock

LATE = TODAY - timedelta(days=2)


def letters() -> list[Any]:
    """What nudges would send now, rendered."""
    rows = Letter.select().where(Letter.kind == "nudge").order_by(Letter.id)
    return [letter_kinds["nudge"].render(row) for row in rows]


def test_it_says_who_asks_for_what_and_by_when(app: Any, owe: Any, who: Any) -> None:
    duty = owe(who.erin, "Sign the contract", due=LATE, minutes=5)
    found = nudges.send([duty], by=who.mara)
    assert found.done == "Erin Castellanos was nudged."
    (message,) = letters()
    assert message.to == "erin@halden.example"
    assert message.subject == "Mara Okafor asks you for 1 thing"
    for said in ("Mara Okafor asks you for this", "Sign the contract", "late", "5 min"):
        assert said.casefold() in message.text.casefold(), said
        assert said.casefold() in message.html.casefold(), said
    assert "Sign" not in message.subject
    assert Event.select().where(Event.tag == "assignment.nudged").count() == 1


def test_nobody_is_asked_twice_a_day_for_the_same_thing(
    app: Any, owe: Any, who: Any, move_clock: Any
) -> None:
    duty = owe(who.erin, due=LATE)
    nudges.send([duty], by=who.mara)
    again = nudges.send([duty], by=who.helen)
    assert again.sentence == "Nobody to nudge; 1 was nudged today already and is skipped."
    assert len(letters()) == 1
    move_clock(days=1)
    assert nudges.send([duty], by=who.mara).told
    assert len(letters()) == 2


def test_one_letter_a_person_whatever_the_number_of_duties(app: Any, owe: Any, who: Any) -> None:
    duties = [owe(who.erin, f"Thing {n}", due=LATE) for n in range(3)]
    duties.append(owe(who.ben, due=LATE))
    found = nudges.send(duties, by=who.helen)
    assert found.done == "2 people were nudged."
    first, second = letters()
    assert first.subject == "Helen Brandt asks you for 3 things"
    assert second.to == "ben@halden.example"


def test_the_preview_says_who_is_on_leave(owe: Any, who: Any) -> None:
    Leave.record(who.olga, "parental", by=who.helen, starts_on=TODAY)
    duties = [owe(one, due=LATE) for one in (who.erin, who.ben, who.otto, who.olga)]
    found = nudges.plan(duties, by=who.helen)
    assert found.sentence == "Nudge 3 people; 1 is on leave and is skipped."
    assert not nudges.Nudge.select().exists()


def test_a_function_is_asked_through_whoever_holds_it(app: Any, owe: Any, who: Any) -> None:
    it = Function.named("it")
    Holder.appoint(it, who.adam, by=who.helen, starts_on=TODAY)
    duty = owe(None, due=LATE, function=it)
    nudges.send([duty], by=who.helen)
    assert {message.to for message in letters()} == {"ida@halden.example", "adam@halden.example"}
    empty = owe(None, due=LATE, function=Function.named("facilities"))
    assert "1 thing with nobody to ask" in nudges.plan([empty], by=who.helen).sentence


@pytest.mark.parametrize(("days", "ripe"), [(-400, True), (0, True), (3, True), (4, False)])
def test_only_what_is_late_or_near_is_asked_for(owe: Any, who: Any, days: int, ripe: bool) -> None:
    duty = owe(who.erin, due=TODAY + timedelta(days=days))
    assert bool(nudges.plan([duty], by=who.helen).told) == ripe
    assert not nudges.plan([owe(who.erin)], by=who.helen).told


def test_what_is_done_before_the_letter_leaves_is_not_asked_for(
    app: Any, owe: Any, who: Any
) -> None:
    duty = owe(who.erin, due=LATE)
    nudges.send([duty], by=who.mara)
    duty.settle(by=who.erin)
    assert letters() == [None]
    other = owe(who.erin, due=LATE)
    nudges.send([other], by=who.mara)
    other.hand_to(who.ben, by=who.mara)
    assert letters() == [None, None]


def test_nobody_asks_themselves(owe: Any, who: Any) -> None:
    duty = owe(who.helen, due=LATE)
    assert nudges.plan([duty], by=who.helen).sentence == (
        "Nobody to nudge; 1 thing of yours not asked for."
    )


def test_hr_and_the_line_nudge_and_nobody_else(as_: Any, owe: Any, who: Any) -> None:
    table = dict.fromkeys(cast.NAMES, 404) | {"helen": 303, "mara": 303, "dora": 303, "erin": 403}
    del table["lev"]

    def fresh() -> str:
        return f"/assignments/{owe(who.erin, due=LATE).id}/nudge"

    knock(as_, table, "", data={}, before=fresh, nowhere="/assignments/999999/nudge")
    far = owe(who.erin, due=TODAY + timedelta(days=30))
    assert as_("helen").post(f"/assignments/{far.id}/nudge").status_code == 403


def test_the_duty_says_who_asked_for_it(as_: Any, owe: Any, who: Any) -> None:
    duty = owe(who.erin, due=LATE)
    mara = as_("mara")
    assert "Nudge Erin" in mara.get(f"/assignments/{duty.id}").text
    mara.post(f"/assignments/{duty.id}/nudge")
    assert "Mara Okafor asked Erin Castellanos for it" in mara.get(f"/assignments/{duty.id}").text


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "{{7*7}}", '"><svg onload=x>'])
def test_a_title_is_words_and_never_markup(app: Any, owe: Any, who: Any, title: str) -> None:
    nudges.send([owe(who.erin, title, due=LATE)], by=who.helen)
    (message,) = letters()
    assert title in message.text
    assert "<script" not in message.html and "<svg" not in message.html and "49" not in message.text


def test_two_copies_of_one_person_get_one_letter(who: Any) -> None:
    assert len({cast.person("erin"), cast.person("erin")}) == 1
    assert cast.person("erin") == who.erin and cast.person("erin") != cast.person("ben")
