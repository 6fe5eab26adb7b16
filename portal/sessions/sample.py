"""Sessions and practice of the sample company: a course with dates, and one done on the job."""

from datetime import time, timedelta

from portal import clock
from portal.documents.models import Document
from portal.learning import practice
from portal.people.models import Person
from portal.sessions import attending, booking, planning
from portal.sessions.models import Seat, Session, moment_of
from portal.sessions.planning import Plan

FIRST_AID = """---
kind: course
title: First aid refresher
summary: Put on a bandage, use the defibrillator, and know what to say when you call for help.
audience: everyone
owner: @hr
review-every: 12 months
format: live
topic: Safety
level: beginner
minutes: 180
certificate: 24 months
---
## What you will do
Three hours in small groups: the recovery position, resuscitation, bleeding, and the defibrillator
that hangs at the entrance.

## What to bring
Clothes in which you can kneel.
"""
MEETING = """---
kind: course
title: Lead a meeting
summary: Have led one from the invitation to the notes.
audience: everyone
owner: @hr
review-every: 12 months
format: practice
confirmed-by: manager
topic: Working together
level: beginner
minutes: 60
---
## What to do
- Send an invitation that says what shall be decided.
- Lead the meeting, and end it on time.
- Send the notes the same day.

## What to show
The invitation, who came, and what was decided. A photo of the notes is enough.
"""
ZONE = "Europe/Berlin"


def fill() -> None:
    """A date that was held, one that is full with a line, and one with room; a wait and an
    answer."""
    helen, erin, mara, ida = (_person(name) for name in ("helen", "erin", "mara", "ida"))
    others = list(Person.select().where(Person.is_here(clock.today())).order_by(Person.id)[4:16])
    with clock.shifted(timedelta(days=-30)):
        aid, meeting = (_publish(source, helen) for source in (FIRST_AID, MEETING))
        held = _plan(aid, 20, helen, ida)
        for person in others[:6]:
            booking.book(held, person, by=person)
    with clock.shifted(timedelta(days=-9)):
        for seat in list(Seat.select().where(Seat.session == held))[:5]:
            attending.mark(seat, "attended", by=ida)
    near, far = _plan(aid, 9, helen, ida, seats=4), _plan(aid, 37, helen, ida)
    for person in [*others[6:10], erin]:
        booking.book(near, person, by=person)
    booking.book(far, others[10], by=others[10])
    ben = _person("ben")
    practice.send(meeting, erin, "I led the retrospective on Thursday: six came.", by=erin)
    sent = practice.send(meeting, ben, "I led the planning.", by=ben)
    if ben.position().manager_id == mara.id:  # type: ignore[union-attr]
        practice.send_back(sent, "What was decided? Please add the notes.", by=mara)


def _person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found


def _publish(source: str, by: Person) -> Document:
    title = next(line[7:] for line in source.splitlines() if line.startswith("title: "))
    course = Document.start("course", title, by=by)
    course.publish(source, by=by, note="For the sample")
    return course


def _plan(course: Document, days: int, by: Person, trainer: Person, *, seats: int = 10) -> Session:
    """A morning so many days on, moved off a weekend."""
    on = clock.today(ZONE) + timedelta(days=days)
    on += timedelta(days=max(0, 7 - on.weekday()) if on.weekday() > 4 else 0)
    said = Plan(
        starts_at=moment_of(on, time(9), ZONE), ends_at=moment_of(on, time(12), ZONE), zone=ZONE,
        seats=seats, place="Berlin, training room 2", note="Coffee from half past eight.",
        trainers=(trainer,),
    )  # fmt: skip
    return planning.plan(course, said, by=by)[0]
