"""Competencies, a matrix, courses and mentors in force, as every test of growth finds them."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal.competencies.models import Assessment
from portal.documents.models import Document
from portal.growth.mentoring import Mentor
from portal.growth.mentorships import Mentorship
from portal.growth.models import DevelopmentPlan
from portal.growth.seats import StretchSeat
from portal.growth.steps import Choice
from portal.growth.stretches import Stretch
from portal.learning.models import TAKEN
from portal.learning.taking import complete
from portal.people.models import Person
from portal.people.positions import Position
from tests import cast

COMPETENCY = """---
kind: competency
title: {title}
summary: How it is done.
---
## L1
( ) 1 Developing: when asked
( ) 2 Proficient: by themselves
( ) 3 Advanced: others learn from it
{helps}
"""
HELPS = """- course:speaking-up
- read:how-we-talk
- task: Tell the team each Monday what changed"""
MATRIX = """---
kind: matrix
title: Everybody
for: everyone
levels: L1
---
## Craft
- competency:talking
- competency:building
"""
COURSE = """---
kind: course
title: {title}
summary: A course.
audience: {audience}
minutes: 20
skills: {skills}
---
## Read
This.
"""
PAGE = """---
kind: page
title: How we talk
summary: A page.
audience: everyone
---
Say it early.
"""


def publish(kind: str, slug: str, title: str, source: str) -> Document:
    helen = cast.person("helen")
    document = Document.start(kind, title, by=helen, slug=slug)
    document.publish(source, by=helen)
    return Document.get_by_id(document.id)  # type: ignore[no-any-return]


def course(slug: str, title: str, audience: str = "everyone", skills: str = "talking") -> Document:
    text = COURSE.format(title=title, audience=audience, skills=skills)
    return publish("course", slug, title, text)


def make_things() -> SimpleNamespace:
    """Two competencies, of which one has something that helps, and a matrix for everybody. Erin
    is on its level."""
    move_under("erin", "mara", cast.TODAY - timedelta(days=30), level="L1")
    talking = COMPETENCY.format(title="Talking", helps=HELPS)
    found = SimpleNamespace(
        page=publish("page", "how-we-talk", "How we talk", PAGE),
        building=publish(
            "competency", "building", "Building", COMPETENCY.format(title="Building", helps="")
        ),
    )
    plain = COMPETENCY.format(title="Talking", helps="")
    found.talking = publish("competency", "talking", "Talking", plain)
    found.course = course("speaking-up", "Speaking up")
    found.talking.publish(talking, by=cast.person("helen"))
    found.matrix = publish("matrix", "everybody", "Everybody", MATRIX)
    # What is expected of somebody is asked of a level: nobody has one by themselves.
    for name in ("erin", "ben", "mara"):
        Position.take(cast.person(name), by=None, starts_on=date(2026, 1, 1), level="L1")
    return found


@pytest.fixture
def things(who: Any) -> SimpleNamespace:
    return make_things()


def says(about: str, by: str, value: int, slug: str = "talking") -> Assessment:
    document = Document.named("competency", slug)
    assert document is not None
    return Assessment.give(cast.person(about), cast.person(by), document, value, "")


def mentor(name: str, *slugs: str, capacity: int = 1, line: str = "Ask me.") -> Mentor:
    person = cast.person(name)
    documents = [Document.named("competency", slug) for slug in slugs or ("talking",)]
    return Mentor.offer(
        person, by=person, capacity=capacity, line=line,
        competencies=[one for one in documents if one],
    )  # fmt: skip


def asks(name: str, of: Mentor, wish: str = "CANARY wish") -> Mentorship:
    person = cast.person(name)
    return Mentorship.ask(of, person, by=person, competency=None, wish=wish)


def task(name: str = "mara", slug: str = "talking", **more: Any) -> Stretch:
    said: dict[str, Any] = {
        "title": "Run the demo day", "text": "With Ida.", "takes": "two days in spring",
        "competency": Document.named("competency", slug), "seats": 1,
        "until": cast.TODAY + timedelta(days=30), "audience": "everyone",
    }  # fmt: skip
    return Stretch.post(by=cast.person(name), **(said | more))


def wants(name: str, stretch: Stretch, wish: str = "CANARY wish") -> StretchSeat:
    person = cast.person(name)
    return StretchSeat.ask(stretch, person, wish, by=person)


def done(document: Document, name: str) -> None:
    person = cast.person(name)
    complete(document, document.current, person, how=TAKEN, by=person)


def again(row: Any) -> Any:
    return type(row).get_by_id(row.id)


def move_under(name: str, manager: str, on: Any = cast.TODAY, level: str = "") -> None:
    """Somebody reports to somebody else from that day on."""
    person, held = cast.person(name), cast.person(name).position()
    Position.take(
        person, by=None, starts_on=on, role=held.role, level=level or held.level, team=held.team,
        location=held.location, manager=cast.person(manager),
    )  # fmt: skip


def plan_of(person: Person) -> DevelopmentPlan:
    return DevelopmentPlan.get(DevelopmentPlan.person == person.id)  # type: ignore[no-any-return]


def growth_for_every_page(who: Any) -> dict[str, int]:
    """A plan that is proposed, a mentor one meets, and a task somebody asks for."""
    things = make_things()
    otto, ida, given = mentor("otto", capacity=3), mentor("ida"), task("mara")
    met = asks("mara", otto)
    met.accept("Gladly.", by=who.otto)
    wants("erin", given)
    choices = [Choice("read", document=things.page), Choice("mentor", mentor=otto)]
    plan = DevelopmentPlan.propose(
        who.erin, things.building, "L1", choices, note="Try it.", by=who.mara
    )
    return {
        "growth_plan": plan.id, "mentor": ida.id, "mentorship": met.id, "stretch": given.id,
    }  # fmt: skip
