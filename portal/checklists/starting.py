"""From the new-starter form to a running checklist: proposal, preview, start."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal import db, text, web
from portal.checklists import welcome
from portal.checklists.forms import StarterForm, StartForm
from portal.checklists.models import AlreadyRuns, Checklist
from portal.checklists.parser import TRANSITIONS
from portal.checklists.planning import PlannedStep, lay_out, propose
from portal.documents.models import Document
from portal.forms import Form
from portal.people import access as people_access
from portal.people.facts import facts_of
from portal.people.models import NOBODY, Person, Position
from portal.people.org import Location, Team, Teams
from portal.people.vacancies import Vacancy


@dataclass
class Preview:
    """What Start would do: which plan, whose steps, by when; or why it cannot be said yet."""

    plan: Document | None = None
    steps: list[PlannedStep] = field(default_factory=list)
    name: str = ""
    hint: str = ""

    @property
    def sentence(self) -> str:
        owners = {step.owner_words for step in self.steps if not step.missing}
        missing = sum(1 for step in self.steps if step.missing)
        said = f"{text.count(len(self.steps), 'step')} with {text.count(len(owners), 'owner')}"
        return f"{said}, {missing} without an owner yet" if missing else said


def offered(form: StarterForm) -> StarterForm:
    """The form with this company's teams, places and plans to choose from."""
    places = [(str(place.id), place.name) for place in Location.by_name()]
    plans = [(str(plan.id), plan.title) for plan in propose(["onboarding"], {})]
    form.offer(Teams().choices(), places, plans)
    return form


def _said(form: Form, name: str) -> Any:
    """What a field says, as long as it says it without a mistake."""
    field_ = form._fields[name]
    return None if field_.errors else field_.data or None


def preview(form: StarterForm, *, by: Person) -> Preview:
    """Steps for what is typed so far; the form was validated, what is wrong in it is left out."""
    manager = people_access.colleague(by, _said(form, "manager"))
    starts_on = _said(form, "starts_on")
    if manager is None and _said(form, "manager"):
        return Preview(hint=f"“{form.manager.data}”: {NOBODY[0].lower()}{NOBODY[1:]}")
    if not starts_on or manager is None:
        return Preview(hint="The steps appear here once the first day and the manager are known.")
    person = Person(name=_said(form, "name") or "the new starter", email="", hired_on=starts_on)
    position = _position(form, manager, by)
    person.zone = position.location.zone if position.location else ""
    plan = _plan(form, person, position)
    if plan is None:
        return Preview(hint="No onboarding plan is published yet. Write one under Documents.")
    return _laid_out(plan, person, position, starts_on)


def _laid_out(plan: Document, person: Person, position: Position | None, on: date) -> Preview:
    assert plan.current is not None
    return Preview(plan, lay_out(plan.current.parsed, person, position, on), person.called)


def _position(form: StarterForm, manager: Person, by: Person) -> Position:
    """Where they will stand: what is not said is as with the manager."""
    above = manager.position()
    team = Team.get_or_none(Team.id == int(_said(form, "team") or 0))
    place = Location.get_or_none(Location.id == int(_said(form, "location") or 0))
    return Position(
        role=_said(form, "role") or "",
        level=vacancy.level if (vacancy := vacancy_of(form.vacancy.data)) else "",
        team=team or (above.team if above else None),
        location=place or (above.location if above else None),
        manager=manager,
        buddy=people_access.colleague(by, _said(form, "buddy")),
    )


def vacancy_of(typed: str) -> Vacancy | None:
    """The open place with that number."""
    found = Vacancy.whole(Vacancy.select()).where(Vacancy.id == (web.number(typed) or 0)).first()
    return found if found and found.state == "open" else None


def _vacancy(form: StarterForm) -> Vacancy | None:
    """The place they fill; an error where somebody else has it meanwhile. Said again without it,
    they start without."""
    found = vacancy_of(form.vacancy.data)
    if form.vacancy.data and found is None:
        form.vacancy.data = ""
        form.role.errors = ["This vacancy is filled or closed. Start again to go on without it."]
    return found


def _plan(form: StarterForm, person: Person, position: Position) -> Document | None:
    plans = propose(["onboarding"], facts_of(person, position))
    chosen = [plan for plan in plans if str(plan.id) == _said(form, "plan")]
    return (chosen or plans or [None])[0]  # type: ignore[list-item]


def start(form: StarterForm, *, by: Person) -> Checklist | None:
    """Hire them and run the plan, in one transaction; None with an error at its field."""
    for name in ("manager", "buddy"):
        if _said(form, name) and people_access.colleague(by, _said(form, name)) is None:
            form._fields[name].errors = [NOBODY]
    vacancy = _vacancy(form)
    with db.write():
        twin = Person.by_email(form.email.data or "")
        if twin:
            form.email.errors = [f"{twin.called} has this address already."]
        if any(field_.errors for field_ in form):
            return None
        manager = people_access.colleague(by, form.manager.data)
        assert manager is not None
        position = _position(form, manager, by)
        plan = _plan(form, Person(hired_on=form.starts_on.data), position)
        if plan is None or plan.current is None:
            form.plan.errors = ["No onboarding plan is published yet. Write one under Documents."]
            return None
        person = Person.hire(
            by=by,
            name=form.name.data,
            email=form.email.data,
            starts_on=form.starts_on.data,
            details={"second_email": form.second_email.data or ""},
            role=position.role,
            team=position.team,
            location=position.location,
            manager=manager,
            buddy=position.buddy,
            level=position.level,
            vacancy=vacancy,
        )
        checklist = Checklist.start(plan.current, person, form.starts_on.data, by=by)
        if person.second_email and welcome.may_still_come(checklist, person.today()):
            welcome.send(checklist, by=by)
        return checklist


# -- somebody who is here already ------------------------------------------------------------


def likely_transition(person: Person) -> str:
    """Offboarding for a leaver, else onboarding."""
    return "offboarding" if person.last_day_on else "onboarding"


def choice_for(person: Person, transition: str = "") -> StartForm:
    """The form of plans: those of the transition first, and those that fit the person."""
    facts = facts_of(person, person.position())
    ordered = sorted(TRANSITIONS, key=lambda kind: kind != transition)
    plans = [(str(plan.id), plan.title) for plan in propose(ordered, facts)]
    around = {"offboarding": person.last_day_on, "onboarding": person.hired_on}
    anchor = around.get(transition) or person.today()
    form = web.bind(StartForm, {"plan": plans[0][0] if plans else "", "anchor_on": anchor})
    form.plan.choices = plans
    return form


def preview_for(person: Person, form: StartForm) -> Preview:
    """The steps of the chosen plan; the form was validated."""
    plan = plan_of(form)
    if plan is None or not _said(form, "anchor_on"):
        return Preview(hint="Choose a plan and a day to see its steps.")
    return _laid_out(plan, person, person.position(), form.anchor_on.data)


def plan_of(form: StartForm) -> Document | None:
    """The chosen plan, if it is one of those on offer."""
    if form.plan.data not in {key for key, _ in form.plan.choices}:
        return None
    return Document.get_by_id(int(form.plan.data))  # type: ignore[no-any-return]


def start_for(person: Person, form: StartForm, *, by: Person) -> Checklist | None:
    """Run the chosen plan; None with an error at its field."""
    plan = plan_of(form)
    if plan is None or plan.current is None:
        form.plan.errors = ["Choose a plan."]
        return None
    try:
        return Checklist.start(plan.current, person, form.anchor_on.data, by=by)
    except AlreadyRuns as error:
        form.plan.errors = [str(error)]
        return None
