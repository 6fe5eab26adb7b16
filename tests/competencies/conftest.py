"""A matrix for Engineering, with its people on their levels."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from portal.competencies import gaps
from portal.competencies.forms import AssessForm
from portal.competencies.models import Assessment
from portal.documents.models import Document
from portal.people.models import Person
from portal.people.positions import Position
from tests import cast
from tests.competencies import written


@pytest.fixture
def stands(who: SimpleNamespace) -> SimpleNamespace:
    """Code quality and communication in force for Engineering; Erin is on L2, Ben on L1."""
    code, talk = written.competencies()
    matrix = written.matrix()
    for name, level in (("erin", "L2"), ("ben", "L1"), ("mara", "L2")):
        Position.take(cast.person(name), by=None, starts_on=date(2026, 1, 1), level=level)
    return SimpleNamespace(code=code, talk=talk, matrix=matrix)


@pytest.fixture
def say(stands: SimpleNamespace) -> Callable[..., Assessment]:
    """`say("mara", "erin", 1)`: Mara says that Erin is developing in code quality."""

    def give(
        by: str, about: str, value: int, note: str = "", document: Document | None = None
    ) -> Assessment:
        return Assessment.give(
            cast.person(about), cast.person(by), document or stands.code, value, note
        )

    return give


@pytest.fixture
def filled(stands: SimpleNamespace) -> Callable[..., dict[str, Any]]:
    """`filled("erin", code=2, why="…")`: what somebody sends of Erin."""

    def form(about: str, code: Any = "", talk: Any = "", why: str = "") -> dict[str, Any]:
        asked = gaps.of(cast.person(about))
        return {
            "shown": AssessForm.of(asked)().texts_now,
            f"c{stands.code.id}": str(code),
            f"n{stands.code.id}": why,
            f"c{stands.talk.id}": str(talk),
            f"n{stands.talk.id}": "",
        }

    return form


def moved(name: str, manager: Any, starts_on: date = cast.TODAY) -> None:
    """Somebody gets another manager from that day on."""
    Position.take(cast.person(name), by=None, starts_on=starts_on, manager=manager)


def crowd(number: int, manager: str = "mara") -> list[Person]:
    """So many more engineers on L2 below somebody."""
    held = Position.of(cast.person("erin").id, cast.TODAY)
    return [
        Person.hire(
            by=None, name=f"Crowd {each:03}", email=f"crowd{each}@halden.example", details={},
            starts_on=date(2025, 3, 1), role="Engineer", level="L2", team=held.team,
            location=held.location, manager=cast.person(manager),
        )
        for each in range(number)
    ]  # fmt: skip
