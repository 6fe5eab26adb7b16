"""A ladder of three rungs that asks for one thing of every sort, and facts to climb it by."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from portal.careers import tracks
from portal.careers.rungs import Rung
from portal.certificates.models import Certificate
from portal.certificates.types import CertificateType
from portal.competencies.models import Assessment
from portal.documents.models import Document
from portal.learning.models import TAKEN
from portal.learning.taking import complete
from portal.people.positions import Position
from tests import cast

COMPETENCY = """---
kind: competency
title: Talking
summary: How it is said.
---
## L1
( ) 1 Developing: when asked
( ) 2 Proficient: by themselves
( ) 3 Advanced: others learn from it
- course:speaking-up
- task: Tell the team each Monday what changed
## L2
( ) 1 Developing: to some
( ) 2 Proficient: to everybody
( ) 3 Advanced: so that it holds
"""
MATRIX = """---
kind: matrix
title: Everybody
for: everyone
levels: L1, L2
---
## Craft
- competency:talking
"""
COURSE = """---
kind: course
title: Speaking up
summary: A course.
audience: everyone
minutes: 20
skills: talking
---
## Read
This.
"""
TRACK = """---
kind: track
title: Craft
summary: For everybody.
owner: @hr
review-every: 12 months
---
One after another.

## Engineer
role: Engineer
level: L1
to: builder, lead

Builds.

## Builder
role: Engineer
level: L2

Builds more.
- [ ] competency:talking
- [ ] months:12
- [ ] certificate:forklift
- [ ] course:speaking-up
- [ ] review:1 of 2 at 2
- [ ] A thing that others build on

## Lead
role: Team Lead
level: L2
kind: lead

Leads.
- [ ] months:6
"""
KEYS = {
    "competency": "competency:talking", "months": "months", "certificate": "certificate:forklift",
    "course": "course:speaking-up", "review": "review", "own": "own:a-thing-that-others-build-on",
}  # fmt: skip


def publish(kind: str, slug: str, title: str, source: str) -> Document:
    helen = cast.person("helen")
    document = Document.start(kind, title, by=helen, slug=slug)
    document.publish(source, by=helen)
    return Document.get_by_id(document.id)  # type: ignore[no-any-return]


def make() -> SimpleNamespace:
    """Everything in force; Erin and Ben are engineers on L1 since January."""
    found = SimpleNamespace()
    plain = COMPETENCY.replace("- course:speaking-up\n", "")
    found.talking = publish("competency", "talking", "Talking", plain)
    found.course = publish("course", "speaking-up", "Speaking up", COURSE)
    found.talking.publish(COMPETENCY, by=cast.person("helen"))
    found.matrix = publish("matrix", "everybody", "Everybody", MATRIX)
    found.type = CertificateType.set_up(
        by=None, name="Forklift", note="", needs_number=False, needs_issuer=False,
        needs_file=False, months=0,
    )  # fmt: skip
    found.track = publish("track", "craft", "Craft", TRACK)
    for name in ("erin", "ben"):
        Position.take(cast.person(name), by=None, starts_on=date(2026, 1, 1), level="L1")
    return found


def rung(slug: str = "builder") -> Rung:
    return tracks.by_key()[f"craft/{slug}"]


def says(about: str, by: str, value: int) -> Assessment:
    document = Document.named("competency", "talking")
    assert document is not None
    return Assessment.give(cast.person(about), cast.person(by), document, value, "")


def takes(name: str, course: Document) -> None:
    person = cast.person(name)
    complete(course, course.current, person, how=TAKEN, by=person)


def brings(name: str, of: CertificateType, days: int = 30, by: str = "helen") -> Certificate:
    return Certificate.bring(
        of, cast.person(name), by=cast.person(by), issued_on=cast.TODAY - timedelta(days=30),
        expires_on=cast.TODAY + timedelta(days=days),
    )  # fmt: skip


def again(row: Any) -> Any:
    return type(row).get_by_id(row.id)


def move_under(name: str, manager: str) -> None:
    """Somebody reports to somebody else from today on."""
    person, held = cast.person(name), cast.person(name).position()
    assert held is not None
    Position.take(
        person, by=None, starts_on=cast.TODAY, role=held.role, level=held.level, team=held.team,
        location=held.location, manager=cast.person(manager),
    )  # fmt: skip
