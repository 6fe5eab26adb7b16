"""Events in words a person would say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal import clock, web
from portal.audit.models import Event
from portal.people.models import Person

KINDS = {
    "person": "People",
    "position": "Positions",
    "checklist": "Checklists",
    "step": "Steps",
    "assignment": "Duties",
    "document": "Documents",
    "revision": "Publications",
    "grant": "Grants",
    "device": "Sign-ins",
    "people_import": "Imports",
    "company": "Settings",
}
NOUNS = {
    "people_import": "an import of people",
    "sign_in_link": "a sign-in link",
    "company": "the company’s settings",
    "device": "a device",
    "grant": "a grant",
    "holder": "a function’s holder",
}
ICONS = {
    "completed": "check",
    "started": "play",
    "published": "send",
    "signed_in": "log-in",
    "hired": "user-round-plus",
    "departed": "user-round-minus",
    "skipped": "skip-forward",
    "reopened": "undo-2",
    "reassigned": "arrow-right-left",
    "settled": "check-check",
    "applied": "upload",
}


@dataclass(frozen=True)
class Line:
    """One event as the page shows it."""

    event: Event
    sentence: str
    icon: str
    facts: str


def by_day(events: list[Event]) -> list[tuple[date, list[Line]]]:
    """Events under their days in the viewer's zone, with names looked up in one query."""
    known = names(person for event in events for person in (event.by_id, event.about_id) if person)
    days: dict[date, list[Line]] = {}
    for event in events:
        day = event.at.astimezone(clock.zone_of(web.viewer_zone())).date()
        days.setdefault(day, []).append(_line(event, known))
    return list(days.items())


def names(ids: Iterable[int | None]) -> dict[int, str]:
    """Names by person id, in one query."""
    wanted = sorted({person for person in ids if person})
    return {person.id: person.called for person in Person.select().where(Person.id.in_(wanted))}


def _line(event: Event, known: dict[int, str]) -> Line:
    done = event.tag.partition(".")[2]
    who = known.get(event.by_id, "Somebody") if event.by_id else "The portal"
    noun = NOUNS.get(
        event.subject_kind, f"{event.subject_kind.replace('_', ' ')} {event.subject_id}"
    )
    about = known.get(event.about_id, "") if event.about_id else ""
    concerned = f" for {about}" if about and event.about_id != event.by_id else ""
    if event.subject_kind == "person":
        noun, concerned = about or f"person {event.subject_id}", ""
    facts: dict[str, Any] = {
        name: value for name, value in event.facts.items() if value is not None
    }
    said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items())
    sentence = f"{who}: {done.replace('_', ' ')} {noun}{concerned}"
    return Line(event, sentence, ICONS.get(done, "circle-dot"), said[:300])
