"""Events in words a person would say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal import clock, web
from portal.audit.models import Event
from portal.checklists.duties import KIND
from portal.checklists.steps import Step
from portal.documents.models import Document
from portal.people.models import Person
from portal.trust.sentences import ICONS, NOTES, OWN, SENTENCES, SETTLED

KINDS = {
    "person": "People",
    "position": "Positions",
    "checklist": "Checklists",
    "step": "Steps",
    "holding": "Access and equipment",
    "attestation": "Productivity",
    "rule": "Rules",
    "firing": "What rules did",
    "assignment": "Duties",
    "document": "Documents",
    "submission": "Forms",
    "revision": "Publications",
    "acknowledgment": "Signatures",
    "policy_attempt": "Answers to policies",
    "grant": "Grants",
    "function": "Functions",
    "holder": "Holders of functions",
    "team": "Teams",
    "location": "Places",
    "company": "Settings",
    "chain_alarm": "Alarms of the trail",
    "pack_check": "Checks of packs",
    "device": "Sign-ins",
    "sign_in_link": "Sign-in links",
    "pass": "Links for one purpose",
    "pack": "Evidence packs",
    "pack_gift": "Packs given to auditors",
    "paper": "Papers",
    "certificate": "Certificates",
    "attempt": "Attempts at courses",
    "given_try": "Tries that were given",
    "course_file": "Files of courses",
    "completion": "Completed courses",
    "certificate_type": "Types of certificate",
    "alumni_consent": "Staying in touch",
    "people_import": "Imports",
    "people_import_mapping": "Columns of imports",
    "leave": "Leave",
    "assessment": "Assessments",
    "assessment_request": "Requests for assessments",
    "incident": "Incidents",
    "pay_band": "Pay bands",
    "measure_terms": "Owners and targets of numbers",
    "red": "Red numbers",
    "praise_page": "The praise page",
    "goal": "Goals",
    "helped": "Whether courses helped",
    "spending": "Costs of learning",
    "budget": "Budgets for learning",
    "measure": "Measures after incidents",
    "retention_rule": "Retention rules",
    "legal_hold": "Legal holds",
    "purge": "Purges",
    "erasure": "Erasures",
    "dotted_line": "Dotted lines",
    "audit_window": "Audit windows",
    "enrollment": "Learning paths",
    "path_step": "Steps of learning paths",
    "mentor": "Mentors",
    "stretch": "Stretch tasks",
    "stretch_seat": "Seats on stretch tasks",
    "development_plan": "Development plans",
    "plan_step": "Steps of plans",
    "career_plan": "Career plans",
    "career_step": "Points of career plans",
    "package": "Course packages",
    "practice": "Practice on the job",
    "session": "Live sessions",
    "seat": "Seats at sessions",
    "date_wish": "Wishes for a date",
    "vacancy": "Vacancies",
    "move": "Promotions, transfers, rotations",
    "opening": "Openings",
    "requirement": "Requirements",
    "terms": "Terms of requirements",
    "coverage": "Who is meant",
    "exemption": "Excused",
    "finish": "Finished lists",
    "cycle": "Cycles of reviews",
    "phase": "Steps of reviews",
    "review": "Reviews",
    "calibration_session": "Calibrations",
    "rating_change": "Ratings that were changed",
    "remark": "Replies and additions to reviews",
    "improvement": "Improvement plans",
}


@dataclass(frozen=True)
class Line:
    """One event as the page shows it: `sentence` is who, a colon, and what they did."""

    event: Event
    sentence: str
    icon: str
    facts: str


def by_day(events: list[Event]) -> list[tuple[date, list[Line]]]:
    """Events under their days in the viewer's zone; names and titles are looked up together."""
    known = _Known(events)
    zone = clock.zone_of(web.viewer_zone())
    days: dict[date, list[Line]] = {}
    for event in events:
        day = event.at.astimezone(zone).date()
        days.setdefault(day, []).append(_line(event, known))
    return list(days.items())


def names(ids: Iterable[int | None]) -> dict[int, str]:
    """Names by person id, in one query."""
    wanted = sorted({person for person in ids if person})
    if not wanted:
        return {}
    return {person.id: person.called for person in Person.select().where(Person.id.in_(wanted))}


class _Known:
    """Who and what a page of events speaks of: one query each for people, steps, documents."""

    def __init__(self, events: list[Event]) -> None:
        self.facts = {event.seq: event.facts for event in events}
        people = {event.by_id for event in events} | {event.about_id for event in events}
        # Of a team or a first day, `to` is a name or a date.
        named = (facts.get("to") for facts in self.facts.values())
        people |= {to for to in named if isinstance(to, int)}
        self.names = names(people)
        self.steps = _titles(Step, {self._step(event) for event in events})
        self.documents = _titles(Document, {self._document(event) for event in events})

    def _step(self, event: Event) -> int | None:
        facts = self.facts[event.seq]
        if event.subject_kind == "assignment":
            return facts.get("target") if facts.get("kind") == KIND else None
        return int(event.subject_id) if event.subject_kind == "step" else None

    def _document(self, event: Event) -> int | None:
        if event.subject_kind == "document":
            return int(event.subject_id)
        facts = self.facts[event.seq]
        return facts.get("document") or facts.get("course")

    def title(self, event: Event) -> str:
        """The step or document it is about, in quotes with a space before; or nothing."""
        title = (
            self.steps.get(self._step(event))
            or self.documents.get(self._document(event))
            or self.facts[event.seq].get("title")
        )
        if title:
            return f" “{title}”"
        return {"step": " a step", "document": " a document", "revision": " a document"}.get(
            event.subject_kind, ""
        )


def _titles(model: Any, ids: set[int | None]) -> dict[int | None, str]:
    wanted = sorted(number for number in ids if number)
    if not wanted:
        return {}
    return dict(model.select(model.id, model.title).where(model.id.in_(wanted)).tuples())


def _line(event: Event, known: _Known) -> Line:
    who = known.names.get(event.by_id, "Somebody") if event.by_id else "The portal"
    facts = known.facts[event.seq]
    about = known.names.get(event.about_id, "somebody") if event.about_id else "somebody"
    is_own = event.by_id is not None and event.by_id == event.about_id
    said = (OWN.get(event.tag) if is_own else None) or SENTENCES.get(event.tag) or _plain(event)
    pieces = _Pieces(
        {name: _word(value) for name, value in facts.items()},
        about=about,
        title=known.title(event),
        to=_to(facts.get("to"), known),
        concerning="" if is_own or not event.about_id else f" for {about}",
        settled=SETTLED.get(str(facts.get("outcome")), "settled the duty"),
    )
    icon = ICONS.get(event.tag, "circle-dot")
    return Line(event, f"{who}: {said.format_map(pieces)}", icon, _notes(facts))


def _to(value: Any, known: _Known) -> str:
    """To whom, or what, or when."""
    if isinstance(value, str | list):
        return _word(value)
    return known.names.get(value, "somebody else")


class _Pieces(dict[str, str]):
    """What a sentence may name; a fact that was not recorded is left open."""

    def __missing__(self, name: str) -> str:
        return "…"


def _plain(event: Event) -> str:
    """For an event of a kind this portal no longer knows."""
    return event.tag.replace("_", " ").replace(".", ": ").replace("{", "").replace("}", "")


def _word(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_word(item) for item in value)
    try:
        return web.day(date.fromisoformat(str(value)))
    except ValueError:
        return str(value).replace("_", " ")


def _notes(facts: dict[str, Any]) -> str:
    """The facts worth reading that no sentence says."""
    said = [
        f"{NOTES[name]} {_word(value)[:64]}".strip()
        for name, value in facts.items()
        if name in NOTES and value not in (None, "", "done")
    ]
    return ", ".join(said)[:300]
