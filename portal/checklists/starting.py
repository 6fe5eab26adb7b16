"""From the new-starter form to a running checklist: proposal, preview, start."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal import db, text, web
from portal.checklists.forms import StarterForm, StartForm
from portal.checklists.models import Checklist
from portal.checklists.planning import PlannedStep, lay_out, propose
from portal.documents.models import Document
from portal.people.facts import facts_of
from portal.people.models import Person, Position
from portal.people.org import Location, Team, Teams


@dataclass
class Preview:
    """What Start would do: which plan, whose steps, by when; or why it cannot be said yet."""

    plan: Document | None = None
    steps: list[PlannedStep] = field(default_factory=list)
    name: str = ""
    hint: str = ""

    @property
    def sentence(self) -> str:
        owners = {step.owner_words for step in self.steps}
        missing = sum(1 for step in self.steps if step.missing)
        said = f"{text.count(len(self.steps), 'step')} for {text.count(len(owners), 'person')}"
        return f"{said}, {missing} without an owner yet" if missing else said


def offered(form: StarterForm) -> StarterForm:
    """The form with this company's teams, places and plans to choose from."""
    tree = Teams()
    teams = sorted((tree.path(team_id), str(team_id)) for team_id in tree.by_id)
    places = [(str(place.id), place.name) for place in Location.select().order_by(Location.name)]
    form.offer([(key, name) for name, key in teams], places, _plans("onboarding"))
    return form


def _plans(transition: str, facts: dict[str, str] | None = None) -> list[tuple[str, str]]:
    return [(str(plan.id), plan.title) for plan in propose(transition, facts or {})]


def preview(form: StarterForm) -> Preview:
    """Steps for what is typed so far."""
    manager = Person.by_email(form.manager.data or "")
    if not form.starts_on.data or manager is None:
        return Preview(hint="The steps appear here once the first day and the manager are known.")
    person = Person(
        name=form.name.data or "the new starter", email="", hired_on=form.starts_on.data
    )
    position = _position(form, manager)
    person.zone = position.location.zone if position.location else ""
    plan = _plan(form, person, position)
    if plan is None:
        return Preview(hint="No onboarding plan is published yet. Write one under Documents.")
    steps = lay_out(plan.current.parsed, person, position, form.starts_on.data)
    return Preview(plan, steps, person.name)


def _position(form: StarterForm, manager: Person) -> Position:
    """Where they will stand: what is not said is as with the manager."""
    above = manager.position()
    team = Team.get_or_none(Team.id == int(form.team.data)) if form.team.data else None
    place = Location.get_or_none(Location.id == int(form.location.data or 0))
    buddy = Person.by_email(form.buddy.data) if form.buddy.data else None
    return Position(
        role=form.role.data or "",
        team=team or (above.team if above else None),
        location=place or (above.location if above else None),
        manager=manager,
        buddy=buddy,
    )


def _plan(form: StarterForm, person: Person, position: Position) -> Document | None:
    plans = propose("onboarding", facts_of(person, position))
    chosen = [plan for plan in plans if str(plan.id) == form.plan.data]
    return (chosen or plans or [None])[0]


def start(form: StarterForm, *, by: Person) -> Checklist | None:
    """Hire them and run the plan, in one transaction; None with an error at its field."""
    manager = _known(form, "manager")
    buddy = _known(form, "buddy")
    if Person.by_email(form.email.data):
        twin = Person.by_email(form.email.data)
        form.email.errors = [f"{twin.called} has this address already."]
    if any(field.errors for field in form) or manager is None:
        return None
    position = _position(form, manager)
    plan = _plan(form, Person(hired_on=form.starts_on.data), position)
    if plan is None:
        form.plan.errors = ["No onboarding plan is published yet. Write one under Documents."]
        return None
    with db.write():
        person = Person.hire(
            by=by,
            name=form.name.data,
            email=form.email.data,
            starts_on=form.starts_on.data,
            details={},
            role=position.role,
            team=position.team,
            location=position.location,
            manager=manager,
            buddy=buddy,
        )
        return Checklist.start(plan.current, person, form.starts_on.data, by=by)


def _known(form: StarterForm, name: str) -> Person | None:
    field_ = form._fields[name]
    if not field_.data:
        return None
    person = Person.by_email(field_.data)
    if person is None or not person.is_staff or person.has_left(person.today()):
        field_.errors = ["Nobody here has this address."]
        return None
    return person


# -- somebody who is here already ------------------------------------------------------------


def likely_transition(person: Person) -> str:
    """Offboarding for a leaver, else onboarding."""
    return "offboarding" if person.last_day_on else "onboarding"


def choice_for(person: Person, transition: str) -> StartForm:
    """The form of plans, those that fit the person first."""
    facts = facts_of(person, person.position())
    kinds = ("onboarding", "offboarding", "promotion", "transfer", "leave", "other")
    ordered = [transition, *(kind for kind in kinds if kind != transition)] if transition else kinds
    plans = [plan for kind in ordered for plan in _plans(kind, facts)]
    anchor = person.last_day_on if transition == "offboarding" else person.hired_on
    form = web.bind(StartForm, {"plan": plans[0][0] if plans else "", "anchor_on": anchor})
    form.plan.choices = plans
    return form


def plan_of(form: StartForm) -> Document:
    return Document.get_by_id(int(form.plan.data))


def preview_for(person: Person, form: StartForm) -> Preview:
    chosen = {key for key, _ in form.plan.choices}
    if not form.anchor_on.data or form.plan.data not in chosen:
        return Preview(hint="Choose a plan and a day to see its steps.")
    return _laid_out(plan_of(form), person, form.anchor_on.data)


def _laid_out(plan: Document, person: Person, anchor_on: date) -> Preview:
    structure: dict[str, Any] = plan.current.parsed
    return Preview(plan, lay_out(structure, person, person.position(), anchor_on), person.called)
