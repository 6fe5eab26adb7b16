"""Courses in force, and the cast who takes them."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from portal.documents.models import Document

SAFETY = """---
kind: course
title: Safety basics
summary: See a danger before it hurts somebody.
audience: everyone
topic: Compliance
level: beginner
minutes: 15
pass: 80
certificate: 12 months
---
## Fire
Leave the house, then call.

## Accidents
Tell your manager the same day.

## Questions
What comes first in a fire?
- ( ) Take your things
- (x) Leave the house
see: Fire

Whom do you tell of an accident?
- [x] Your manager
- [ ] Nobody
- [ ] Your neighbors
see: Accidents
"""
READING = """---
kind: course
title: First week
summary: Whom to ask, and how to learn fast.
audience: everyone
topic: Culture
minutes: 10
---
## Whom to ask
Everyone.
"""
RIGHT = {
    "q-what-comes-first-in-a-fire": "leave-the-house",
    "q-whom-do-you-tell-of-an-accident": ["your-manager"],
}
WRONG = RIGHT | {"q-what-comes-first-in-a-fire": "take-your-things"}


def put_in_force(source: str, by: object, **more: object) -> Document:
    """A course with this text in force; the same title again is its next text."""
    title = next(line[7:] for line in source.splitlines() if line.startswith("title: "))
    course = Document.get_or_none(
        (Document.kind == "course") & (Document.title == title)
    ) or Document.start("course", title, by=by)
    course.publish(source, by=by, **more)
    return course


@pytest.fixture
def publish(who: SimpleNamespace) -> Callable[..., Document]:
    """`publish(source)`: a course with this text in force."""
    return lambda source=SAFETY, **more: put_in_force(source, who.helen, **more)


@pytest.fixture
def safety(publish: Callable[..., Document]) -> Document:
    """A course with two questions, of which both must be right."""
    return publish(SAFETY)


@pytest.fixture
def reading(publish: Callable[..., Document]) -> Document:
    """A course that is read, and nothing is asked."""
    return publish(READING)
