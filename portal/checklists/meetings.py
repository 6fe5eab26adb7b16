"""A step with a time of day as an entry of a calendar."""

from portal import clock, ics
from portal.checklists.steps import Step
from portal.people.org import Company, Location


def event_of(step: Step, app_url: str) -> ics.Event:
    """At the place of whom it is about, whoever asks. The later word has the higher sequence."""
    checklist = step.checklist
    place = Location.get_or_none(Location.id == checklist.location_id)
    host = app_url.partition("://")[2].partition("/")[0].partition(":")[0] or "portal"
    return ics.Event(
        uid=f"step-{step.id}@{host}",
        title=step.duty_title(),
        on=step.due_on,
        stamp=clock.now(),
        at=step.at,
        minutes=step.minutes,
        zone=place.zone if place else Company.settings().zone,
        sequence=step.moved,
        url=f"{app_url}/checklists/steps/{step.id}",
    )
