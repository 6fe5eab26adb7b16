"""Mara and Erin talk every two weeks; it is the day before the first time."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.oneonones import following, holding
from portal.oneonones.actions import Action
from portal.oneonones.models import OneOnOne
from portal.oneonones.notes import PrivateNote
from portal.oneonones.points import TalkPoint
from portal.people.models import Person
from portal.people.positions import Position
from tests.cast import TODAY

TOMORROW = TODAY + timedelta(days=1)
POINT = {"words": "A point"}


def begin(report: Person, lead: Person, weeks: int = 2, next_on: date | None = TOMORROW) -> Any:
    """A one-on-one of the two, read as its pages read it."""
    made = OneOnOne.begin(report, lead, by=lead, weeks=weeks, next_on=next_on)
    return again(made)


def again(one: OneOnOne) -> Any:
    """It as it is now."""
    found = OneOnOne.whole(OneOnOne.select(), TODAY).where(OneOnOne.id == one.id)
    return found.first()


def follows(person: Person, manager: Person, on: date = TODAY) -> None:
    """Another leads them from that day on."""
    Position.take(person, by=None, starts_on=on, manager=manager)


@pytest.fixture
def pair(who: Any) -> Any:
    return begin(who.erin, who.mara)


@pytest.fixture
def full(who: Any, pair: Any) -> Any:
    """One with everything in it, held once; each word a canary."""
    TalkPoint.raise_for(pair, ["CANARY point"], by=who.erin)
    pair.next.write_notes("CANARY shared", 0, by=who.erin)
    PrivateNote.write(pair.next, "CANARY of erin", 0, by=who.erin)
    PrivateNote.write(pair.next, "CANARY of mara", 0, by=who.mara)
    Action.set_for(pair, "CANARY action", who.mara, TOMORROW, by=who.erin)
    holding.hold(pair, TODAY, by=who.mara, number=1)
    return again(pair)


def moved(who: Any, to: Any = None) -> None:
    """Erin reports to Otto from now on, and what follows by the clock has followed."""
    follows(who.erin, to or who.otto)
    following.end_out_of_line()


def talks_for_every_page(who: Any) -> dict[str, int]:
    """Helen talks with Dora, who leads her for it: one talk held, one to come with everything."""
    follows(who.helen, who.dora)
    one = begin(who.helen, who.dora)
    TalkPoint.raise_for(one, ["The fair", "A second screen"], by=who.helen)
    TalkPoint.get(TalkPoint.words == "The fair").tick(by=who.dora)
    talk = holding.hold(one, TODAY, by=who.dora, number=1)
    assert talk
    Action.set_for(one, "Call the venue", who.helen, TOMORROW, by=who.dora)
    point = TalkPoint.get(TalkPoint.words == "A second screen")
    return {"one_on_one": one.id, "talk": talk.id, "point": point.id}
