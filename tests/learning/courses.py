"""Courses in force, and people who take them, for the tests of what is kept of learning."""

from typing import Any

import pytest

from portal.compliance import following
from portal.compliance.models import Requirement
from portal.compliance.schedule import Rhythm
from portal.documents.models import Document
from portal.learning import quizzing
from portal.learning.models import KIND, RECORDED, Attempt, Completion
from portal.learning.taking import complete
from portal.people.models import Person
from tests import cast

SAFETY = """---
kind: course
title: Safety basics
summary: What to do when something burns, breaks or bleeds.
audience: everyone
minutes: 12
certificate: 24 months
---
## When something burns
Leave, close the door, call.

## Questions
What comes first when something burns?
- ( ) Finish the mail
- (x) Leave
see: When something burns

Who may call for help?
- (x) Everyone
- ( ) The manager alone
see: When something burns
"""
# To be read, without questions and without a certificate.
PLAIN = """---
kind: course
title: Giving feedback
summary: How to say it so that it helps.
audience: everyone
minutes: 10
---
## Say what you saw
And what it did.
"""
FIRST = {"what-comes-first-when-something-burns": ["leave"]}
RIGHT = FIRST | {"who-may-call-for-help": ["everyone"]}
WRONG = {"what-comes-first-when-something-burns": ["finish-the-mail"]} | {
    "who-may-call-for-help": ["everyone"]
}


def publish(source: str = SAFETY, **more: Any) -> Document:
    """A course with this text in force; the next text, where there is one of its title."""
    helen = cast.person("helen")
    title = next(line[7:] for line in source.splitlines() if line.startswith("title: "))
    document = Document.get_or_none((Document.kind == KIND) & (Document.title == title))
    document = document or Document.start(KIND, title, by=helen)
    document.publish(source, by=helen, **more)
    following.follow_all()
    return Document.get_by_id(document.id)  # type: ignore[no-any-return]


@pytest.fixture
def safety(who: Any) -> Document:
    return publish()


@pytest.fixture
def feedback(who: Any) -> Document:
    return publish(PLAIN)


def require(course: Document, audience: str = "everyone", **rhythm: Any) -> Requirement:
    """HR requires the course from today."""
    made = Requirement.set(
        kind=KIND,
        target=course.id,
        audience=audience,
        rhythm=Rhythm(**rhythm),
        starts_on=cast.TODAY,
        by=cast.person("helen"),
    )
    following.follow_all()
    return made


def tries(course: Document, person: Person, answers: Any = RIGHT) -> Attempt:
    """They begin it (or go on) and send these answers."""
    course = Document.get_by_id(course.id)
    return quizzing.grade(quizzing.begin(course, person, by=person), answers, by=person)


def takes(course: Document, person: Person) -> Completion:
    """They take the course as it is now and complete it."""
    course = Document.get_by_id(course.id)
    attempt = quizzing.begin(course, person, by=person)
    if attempt.revision.parsed["questions"]:
        quizzing.grade(attempt, RIGHT, by=person)
    else:
        quizzing.finish(attempt, by=person)
    return Completion.get(Completion.attempt == attempt)  # type: ignore[no-any-return]


def records(course: Document, person: Person, **said: Any) -> Completion:
    """HR writes down that somebody has done it."""
    course = Document.get_by_id(course.id)
    assert course.current is not None
    return complete(course, course.current, person, how=RECORDED, by=cast.person("helen"), **said)
