"""Values in force, praise and feedback as people send them, somebody who led before."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from portal import clock
from portal.documents.models import Document
from portal.feedback import values
from portal.feedback.asking import FeedbackAsk, FeedbackRequest
from portal.feedback.models import THEM, Note
from portal.feedback.praise import Praise
from portal.mail.models import Letter, Message, kinds
from portal.people.models import Person
from portal.people.positions import Position
from tests import cast

# The same words twice are one press of a button too many: each of these is another one.
numbers = count(1)

VALUES = """---
kind: values
title: What we stand for
audience: everyone
---
## We help first
Whoever is stuck gets half an hour.

## We say it early
Bad news is told on the day.
"""


@pytest.fixture
def in_force(who: Any) -> Document:
    """The company's values, published by Helen."""
    document = Document.start("values", "What we stand for", by=who.helen)
    document.publish(VALUES, by=who.helen)
    return document


@pytest.fixture
def praised() -> Callable[..., Praise]:
    """`praised(who.ben, who.erin)`: public, tied to the first value where there is one."""

    def give(by: Person, *people: Person, text: str = "", public: bool = True) -> Praise:
        first = next(iter(values.current()), None)
        text = text or f"CANARY {next(numbers)}"
        return Praise.give(list(people), text, first, is_public=public, by=by)

    return give


@pytest.fixture
def said() -> Callable[..., Note]:
    """`said(who.ben, who.erin)`: for her alone, unless `readers=LINE`."""

    def give(by: Person, about: Person, readers: str = THEM, saw: str = "") -> Note:
        saw = saw or f"CANARY {next(numbers)}"
        return Note.give(about, by=by, readers=readers, saw=saw, more="More CANARY.")

    return give


@pytest.fixture
def asked() -> Callable[..., list[FeedbackAsk]]:
    """`asked(who.erin, who.erin, who.ben)`: by whom, about whom, of whom."""

    def ask(by: Person, about: Person, *people: Person) -> list[FeedbackAsk]:
        question = f"CANARY question {next(numbers)}?"
        made = FeedbackRequest.ask(about, list(people), question, by=by)
        return list(FeedbackAsk.whole(FeedbackAsk.select().where(FeedbackAsk.request == made)))

    return ask


@pytest.fixture
def hired(who: Any) -> Callable[[str], Person]:
    """`hired("Erin Ashby")`: a colleague who works in Olga's team."""

    def hire(name: str) -> Person:
        email = f"{name.lower().replace(' ', '.')}.{next(numbers)}@halden.example"
        return Person.hire(
            by=None, name=name, email=email, starts_on=cast.TODAY - timedelta(days=400), details={},
            role="Seller", team=who.olga.position().team, manager=who.otto,
        )  # fmt: skip

    return hire


@pytest.fixture
def sent(world: Any, database: Any) -> Callable[[], list[tuple[Letter, Message | None]]]:
    """`sent()`: every letter, with what would go out for it now."""

    def draw() -> list[tuple[Letter, Message | None]]:
        with world.app.app_context():
            return [(letter, kinds[letter.kind].render(letter)) for letter in Letter.select()]

    return draw


def moves_to(person: Person, manager: Person) -> None:
    """From today on somebody else leads them."""
    Position.take(person, by=None, starts_on=clock.today(), manager=manager)


@pytest.fixture
def led_by_otto(who: Any, move_clock: Any) -> Callable[[], None]:
    """Erin, whom Mara led until yesterday, is led by Otto: nobody of Mara's line leads her now."""

    def move() -> None:
        move_clock(to=cast.NOW + timedelta(days=10))
        moves_to(who.erin, who.otto)
        move_clock(to=cast.NOW + timedelta(days=12))

    return move
