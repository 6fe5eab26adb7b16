"""What people of the sample company hope for, and what they do about it."""

from datetime import timedelta

from portal import clock
from portal.careers import overview, standing, tracks
from portal.careers.aspirations import LINE, LINE_AND_HR, NOBODY, Aspiration
from portal.careers.plans import CareerPlan
from portal.careers.rungs import COURSE, OWN
from portal.people.models import Person

# Who, the rung, their words, who reads it.
HOPES = (
    ("erin", "engineering/senior-engineer", "I would like to answer for one instrument.", LINE),
    ("erin", "engineering/engineering-manager", "Perhaps, in some years.", NOBODY),
    ("ben", "engineering/staff-engineer", "Deeper, not higher.", LINE_AND_HR),
)  # fmt: skip


def fill() -> None:
    """By the verbs the portal has, with the clock moved back."""
    known = tracks.by_key()
    with clock.shifted(timedelta(days=-20)):
        for name, key, note, shared in HOPES:
            person, rung = _person(name), known.get(key)
            if person and rung:
                Aspiration.aim(rung, note, shared, by=person)
    erin, rung = _person("erin"), known.get("engineering/senior-engineer")
    if not erin or not rung:
        return
    with clock.shifted(timedelta(days=-12)):
        for point in standing.points(erin, rung):
            if point.criterion.sort in (COURSE, OWN) and overview.may_take(point, {}):
                CareerPlan.take_on(rung, overview.choice_of(point), by=erin)


def _person(name: str) -> Person | None:
    return Person.by_email(f"{name}@halden.example")
