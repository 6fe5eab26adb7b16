"""The sample's numbers: what its pages say, from the first minute on."""

from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.compliance.models import Requirement
from portal.compliance.schedule import Rhythm
from portal.metrics import reds, sample
from portal.metrics.measure import measures
from portal.metrics.models import Snapshot
from portal.people.models import Person
from tests import cast
from tests.careers.ladder import COURSE, publish


def test_it_is_counted_once_its_requirements_are_followed(who: Any, move_clock: Any) -> None:
    for name in {*sample.OWNERS.values()} - {*cast.NAMES}:
        Person.hire(
            by=None, name=name.title(), email=f"{name}@halden.example",
            starts_on=date(2024, 3, 1), details={},
        )  # fmt: skip
    course = publish("course", "speaking-up", "Speaking up", COURSE)
    Requirement.set(
        kind="course", target=course.id, audience="everyone", rhythm=Rhythm(),
        starts_on=cast.TODAY, by=who.helen,
    )  # fmt: skip
    move_clock(days=90)
    sample.fill()
    measure, night = measures[sample.NOTED], clock.today() - timedelta(days=1)
    counted = list(measure.tallies(measure.scope(night)))
    assert counted, "somebody owes it"
    kept = Snapshot.get(
        Snapshot.measure == measure.name, Snapshot.on == night, Snapshot.dimension == ""
    )
    assert kept.of == sum(of for _, _, of in counted)
    [note], red = reds.notes_of(measure), reds.open_of(measure)
    assert red is not None and note.at.date() >= red.since_on, "nobody spoke before it was red"
