"""A kind of requirement planted here: a drill, whose facts stand in a dictionary."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest

from portal.assignments.duties import AssignmentKind, Opening
from portal.assignments.duties import kinds as assignment_kinds
from portal.assignments.models import Assignment
from portal.compliance.models import Requirement
from portal.compliance.needs import Fact, Moment, RequirementKind, kinds
from portal.compliance.schedule import Rhythm
from portal.people.models import Person
from tests import cast

KIND, TARGET = "drill", 7


@dataclass
class Drill:
    """What the planted kind knows: since when it asks, and who did it."""

    since: date | None = date(2026, 1, 1)
    done: dict[int, Fact] = field(default_factory=dict)

    def facts(self, target: int, people: Collection[int] | None, moment: Moment) -> dict[int, Fact]:
        return {
            person: fact
            for person, fact in self.done.items()
            if (people is None or person in people) and fact.done_on <= moment.on
        }

    def open(self, person: Person, target: int, opening: Opening) -> Assignment | None:
        if person.id in self.done and self.done[person.id].holds_until is None:
            return None
        return Assignment.assign(
            kind=KIND,
            target=target,
            title="Take part in the drill",
            cause=opening.cause,
            by=opening.by,
            person=person,
            due_on=opening.due_on,
            zone="Europe/Berlin",
        )


@pytest.fixture
def drill(database: None) -> Iterator[Drill]:
    planted = Drill()
    kinds[KIND] = RequirementKind(
        name=KIND,
        title="Drill",
        icon="siren",
        duty=KIND,
        targets=lambda: [(TARGET, "Fire drill")],
        title_of=lambda target: "Fire drill",
        url_of=lambda target: f"/drills/{target}",
        since=lambda target, moment: planted.since,
        facts=planted.facts,
        open=planted.open,
    )
    assignment_kinds[KIND] = AssignmentKind(
        name=KIND, title="Drill", icon="siren", url=lambda duty: "/drills", is_early=True
    )
    yield planted
    del kinds[KIND], assignment_kinds[KIND]


@pytest.fixture
def require(drill: Drill) -> object:
    """Makes a requirement of the drill: `require("department = Sales", every_months=12)`."""

    def make(audience: str = "everyone", starts_on: date = cast.TODAY, **rhythm: object):  # type: ignore[no-untyped-def]
        return Requirement.set(
            kind=KIND,
            target=TARGET,
            audience=audience,
            rhythm=Rhythm(**rhythm),  # type: ignore[arg-type]
            starts_on=starts_on,
            by=cast.person("helen"),
        )

    return make
