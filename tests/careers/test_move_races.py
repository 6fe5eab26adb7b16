"""Moves of which several do something at the same moment: one result, whatever comes first."""

from datetime import date
from typing import Any

from portal.audit import Event
from portal.careers.models import Move
from portal.careers.moving import NotPossible
from portal.checklists.models import Checklist
from portal.mail.models import Letter
from portal.people.models import Person
from portal.people.positions import Position
from tests import cast
from tests.careers import moved
from tests.careers.moved import DECEMBER, held, proposed
from tests.reviews.racing import at_once


def positions() -> int:
    rows = Position.select().where(Position.person == cast.person("erin"), Position.is_known())
    return int(rows.count())


def test_sent_many_times_at_once_it_is_one(who: Any) -> None:
    moved.grant("ida")
    found = at_once(*[lambda: proposed().id] * 6)
    assert len(set(found)) == 1 and Move.select().count() == 1
    assert Event.select().where(Event.tag == "move.proposed").count() == 1
    other = at_once(*[lambda: proposed(level="L3")] * 2)
    assert all(issubclass(one, NotPossible) for one in other)


def test_two_decide_at_once_and_one_has_decided(who: Any) -> None:
    moved.grant("ida")
    moved.plan()
    move = proposed()
    deciders: list[Person] = [cast.person("helen"), cast.person("ida")]
    yes = [lambda one=one: Move.get_by_id(move.id).agree(by=one) for one in deciders * 2]
    no = [lambda one=one: Move.get_by_id(move.id).decline(by=one, answer="No") for one in deciders]
    found = at_once(*yes, *no)
    assert sorted(found) == [False] * 5 + [True]
    state = Move.get_by_id(move.id).state
    decided = Event.select().where(Event.tag.in_(("move.agreed", "move.declined")))
    assert decided.count() == 1 and decided.get().tag == f"move.{state}"
    is_agreed = state == "agreed"
    assert positions() == 1 + is_agreed and Checklist.select().count() == is_agreed
    assert Letter.select().where(Letter.kind == "move_decided").count() == 1 + is_agreed


def test_agreeing_and_taking_back_leave_one_of_the_two(who: Any) -> None:
    helen, mara = cast.person("helen"), cast.person("mara")
    move = proposed()
    at_once(lambda: move.agree(by=helen), lambda: Move.get_by_id(move.id).withdraw(by=mara))
    state = Move.get_by_id(move.id).state
    assert state in ("agreed", "withdrawn")
    assert (held("erin", DECEMBER).level == "L9") is (state == "agreed")


def test_who_agrees_while_they_change_managers_agrees_to_what_holds(who: Any) -> None:
    move, helen, otto = proposed(), cast.person("helen"), cast.person("otto")
    erin = cast.person("erin")
    at_once(
        lambda: move.agree(by=helen),
        lambda: Position.take(erin, by=helen, starts_on=date(2026, 11, 18), manager=otto),
    )
    is_agreed = Move.get_by_id(move.id).state == "agreed"
    assert held("erin", cast.TODAY).manager == "Otto"
    assert (held("erin", DECEMBER).level == "L9") is is_agreed
    if is_agreed:
        # It was agreed to first, as long as whoever proposed it led them.
        order = [event.tag for event in Event.select().order_by(Event.seq)]
        assert order.index("move.agreed") < len(order) - 1 - order[::-1].index("position.taken")
