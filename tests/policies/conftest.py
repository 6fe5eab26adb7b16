"""A policy in force, and the cast who is asked to sign it."""

import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest

from portal import clock
from portal.compliance import following
from portal.documents.models import Document, Revision
from portal.people.models import Person
from portal.policies.models import Acknowledgment
from portal.policies.reading import Reading
from portal.policies.signing import Hand, Missed, sign

CONDUCT = """---
kind: policy
title: Code of conduct
summary: How we treat each other.
audience: everyone
sign-within: 14
joiners-within: 7
statement: I have read this and will follow it.
---
## Who this is for
Everyone who works here.

## Gifts
Take nothing worth more than 50 euros.

## Whom to tell
Your manager, or HR.

## Questions
What is the most a gift may be worth?
- ( ) 500 euros
- (x) 50 euros
see: Gifts

Whom may you tell?
- [x] Your manager
- [x] HR
- [ ] Nobody
see: Whom to tell
"""
PLAIN = CONDUCT.partition("## Questions")[0]
RIGHT = {
    "q-what-is-the-most-a-gift-may-be-worth": "50-euros",
    "q-whom-may-you-tell": ["your-manager", "hr"],
}
ANSWERS: dict[str, Any] = {key.removeprefix("q-"): value for key, value in RIGHT.items()}
HAND = Hand(identified_by="test")


@pytest.fixture
def publish(who: SimpleNamespace) -> Callable[..., Document]:
    """`publish(source)`: a policy with this text in force, and everybody asked who is meant."""

    def make(source: str = CONDUCT, **more: Any) -> Document:
        title = next(line[7:] for line in source.splitlines() if line.startswith("title: "))
        document = Document.named("policy", more.pop("slug", "")) or Document.start(
            "policy", title, by=who.helen
        )
        document.publish(source, by=who.helen, **more)
        following.follow_all()
        return Document.get_by_id(document.id)  # type: ignore[no-any-return]

    return make


@pytest.fixture
def conduct(publish: Any) -> Document:
    return publish()  # type: ignore[no-any-return]


def republish(document: Document, source: str, by: Person, **more: Any) -> Revision:
    """The next text in force, with everybody looked at anew."""
    revision = Document.get_by_id(document.id).publish(source, by=by, **more)
    following.follow_all()
    return revision  # type: ignore[no-any-return]


def signs(document: Document, person: Person, **more: Any) -> Acknowledgment:
    """They read it as it is now and sign it, with the right answers."""
    document = Document.get_by_id(document.id)
    by = more.pop("by", person)
    reading = Reading.of(document, person)
    assert reading is not None
    asked = {question.key for question in reading.sheet.questions}
    answers = {key: value for key, value in ANSWERS.items() if key in asked}
    done = sign(
        document,
        person,
        more.pop("seen", None) or reading.seen(by),
        more.pop("answers", answers),
        hand=more.pop("hand", HAND),
        agreed_at=clock.now(),
        by=by,
    )
    assert not isinstance(done, Missed), done
    return done


def sealed(page: str) -> str:
    """The seal in the form of a page."""
    found = re.search(r'name="seal" value="([^"]+)"', page)
    assert found, page
    return unescape(found[1])
