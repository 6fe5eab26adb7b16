"""A plain kind of duty, an errand, and ways to hand it out and read the mail it causes."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from typing import Any

import pytest
from flask import Flask

from portal.assignments.models import Assignment, AssignmentKind, Cause, kinds
from portal.assignments.reminders import write_digests
from portal.mail.models import Letter, Message
from portal.mail.models import kinds as letter_kinds
from portal.people.models import Person

CAUSE = Cause("test", 1)


@pytest.fixture
def errand(database: Any) -> Iterator[AssignmentKind]:
    """A duty whose fact lives nowhere else: settled, waived and handed on by itself."""
    kind = AssignmentKind("errand", "Errand", "list-checks", url=lambda a: f"/assignments/{a.id}")
    kinds[kind.name] = kind
    yield kind
    kinds.pop(kind.name)


@pytest.fixture
def owe(errand: AssignmentKind) -> Callable[..., Assignment]:
    """`owe(erin, "Water the plants", due=…)` opens an errand."""
    targets = count(1)

    def owe(
        person: Person | None, title: str = "An errand", due: date | None = None, **more: Any
    ) -> Assignment:
        more.setdefault("target", next(targets))
        more.setdefault("zone", person.zone if person else "Europe/Berlin")
        more.setdefault("cause", CAUSE)
        return Assignment.assign(
            kind="errand", title=title, by=None, person=person, due_on=due, **more
        )

    return owe


@pytest.fixture
def digests(app: Flask) -> Callable[[], dict[str, Message]]:
    """`digests()` runs the sweep and sends: what arrived now, by first name."""

    def read() -> dict[str, Message]:
        write_digests()
        arrived = {}
        for letter in Letter.select().where(Letter.is_open(), Letter.kind == "digest"):
            message = letter_kinds["digest"].render(letter)
            if message is None:
                letter.withdraw()
                continue
            letter.mark_sent(message)
            name = message.to.partition("@")[0]
            assert name not in arrived, f"two digests for {name}"
            arrived[name] = message
        return arrived

    return read
