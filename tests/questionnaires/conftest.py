"""A form in force, and Nia and Mara who fill it."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.documents.models import Document
from portal.questionnaires.models import Submission
from tests import cast

MONTH = """---
kind: form
title: Thirty days
summary: How the first month went
readers: hr, manager
keep: 30 days
---
## Arriving
A few words before it begins.

How well did you find your way?
( ) 1 Lost: I did not know whom to ask
( ) 2 At home: I find what I need

Which were ready? (optional)
- [ ] Laptop
- [ ] A desk

> What should we have told you earlier?

## Facts
Would you choose us again?
= yes/no

How many days were you away? (optional)
= number 0..30

Since when do you know your goals? (optional)
= date

What do you call your project? (optional)
= line

Which team next? (optional)
- ( ) This one
- ( ) Another
"""
GOOD = {
    "q-how-well-did-you-find-your-way": "2",
    "q-what-should-we-have-told-you-earlier": "Where the coffee is.",
    "q-would-you-choose-us-again": "yes",
}


@pytest.fixture
def publish(who: SimpleNamespace) -> Any:
    """`publish(source)`: a form with this text, in force."""

    def make(source: str = MONTH, kind: str = "form", **replaced: str) -> Document:
        for old, new in replaced.items():
            source = source.replace(f"{old.replace('_', '-')}: ", f"{new}: ", 1)
        title = next(line[7:] for line in source.splitlines() if line.startswith("title: "))
        document = Document.start(kind, title, by=who.helen)
        document.publish(source, by=who.helen)
        return document

    return make


@pytest.fixture
def month(publish: Any) -> Document:
    return publish()  # type: ignore[no-any-return]


@pytest.fixture
def give(who: SimpleNamespace) -> Any:
    """`give(document, "nia")`: the form, opened for her; about somebody else where named."""

    def make(document: Document, name: str, about: str = "", **more: Any) -> Submission:
        person = cast.person(name)
        concerned = cast.person(about) if about else person
        assert document.current is not None
        duty = Submission.open(document.current, person, concerned, by=who.helen, **more)
        return Submission.get_by_id(duty.target)  # type: ignore[no-any-return]

    return make


@pytest.fixture
def nias(month: Document, give: Any) -> Submission:
    """Nia’s thirty days, to be filled."""
    return give(month, "nia")  # type: ignore[no-any-return]


def answers(**changed: Any) -> dict[str, Any]:
    """What a complete form sends, without its version."""
    return {**GOOD, **changed}


def given(**changed: Any) -> dict[str, Any]:
    """The same as it is kept."""
    return {name.removeprefix("q-"): value for name, value in answers(**changed).items()}
