"""A live course, and dates of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.learning import practice
from portal.people.models import Person
from portal.sessions import booking, planning
from portal.sessions.models import Session
from portal.sessions.planning import Plan
from tests import cast

LIVE = """---
kind: course
title: First aid
summary: Know what to do in the first five minutes.
audience: everyone
format: live
minutes: 120
certificate: 24 months
---
## What you will do
Put on a bandage, and call for help.
"""
# Thursday of next week, 14:00 to 16:00 in Berlin.
STARTS = datetime(2026, 11, 26, 13, 0, tzinfo=cast.NOW.tzinfo)
HOURS = timedelta(hours=2)


@pytest.fixture
def course(who: SimpleNamespace) -> Document:
    """First aid, in force and for everyone."""
    return publish(LIVE, who.helen)


def publish(source: str, by: Person) -> Document:
    title = next(line[7:] for line in source.splitlines() if line.startswith("title: "))
    document = Document.start("course", title, by=by)
    document.publish(source, by=by)
    return Document.get_by_id(document.id)  # type: ignore[no-any-return]


@pytest.fixture
def plan(course: Document, who: SimpleNamespace) -> Callable[..., Session]:
    """`plan(seats=1)`: a date of first aid, held by Ida unless said otherwise."""

    def make(**more: Any) -> Session:
        said: dict[str, Any] = {
            "starts_at": STARTS, "zone": "Europe/Berlin", "seats": 2, "place": "Room 4",
            "trainers": (who.ida,), **more,
        }  # fmt: skip
        said.setdefault("ends_at", said["starts_at"] + HOURS)
        return planning.plan(course, Plan(**said), by=who.helen)[0]

    return make


@pytest.fixture
def owe(course: Document, who: SimpleNamespace) -> Callable[[Person], Assignment]:
    """`owe(person)`: they were asked to take first aid."""

    def ask(person: Person) -> Assignment:
        return Assignment.assign(
            kind="course", target=course.id, title="Take First aid", cause=Cause("hr", 1),
            by=who.helen, person=person, due_on=cast.TODAY + timedelta(days=30),
        )  # fmt: skip

    return ask


def for_every_page(who: SimpleNamespace) -> dict[str, int]:
    """A date with seats, and what Helen's report sent, for the walk over every page."""
    live = publish(LIVE, who.helen)
    said = Plan(STARTS, STARTS + HOURS, "Europe/Berlin", 2, place="Room 4", trainers=(who.helen,))
    session = planning.plan(live, said, by=who.helen)[0]
    for person in (who.erin, who.ben, who.olga):
        booking.book(session, person, by=who.helen)
    job = publish(LIVE.replace("First aid", "A call").replace("live", "practice"), who.helen)
    sent = practice.send(job, who.erin, "I took one.", by=who.erin)
    return {"session": session.id, "live": live.id, "job": job.id, "practice": sent.id}
