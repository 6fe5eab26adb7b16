"""The sample company: the cast everyone knows inside a firm of sixty, with a history behind it.

It only calls the verbs the portal has, with the clock moved back, so the trail of the sample is a
trail like any other.
"""

from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from portal import clock, db
from portal.blobs import Blob
from portal.careers import move_sample, opening_sample
from portal.careers import plan_sample as career_plans
from portal.careers import sample as careers
from portal.certificates import sample as certificates
from portal.checklists.attestations import Attestation
from portal.checklists.models import Checklist
from portal.checklists.rules import Rule
from portal.checklists.steps import Step
from portal.competencies import sample as competencies
from portal.compliance import sample as compliance
from portal.demographics.models import DemographicRelease, Demographics
from portal.documents import exchange
from portal.documents.approvals import Approval
from portal.documents.head import find
from portal.documents.models import Document
from portal.feedback import sample as feedback
from portal.goals import sample as goals
from portal.growth import sample as growth
from portal.incidents import sample as incidents
from portal.learning import sample as learning
from portal.learning import spending_sample
from portal.metrics import sample as metrics
from portal.oneonones import sample as one_on_ones
from portal.paths import sample as paths
from portal.people import importing
from portal.people.dotted import DottedLine
from portal.people.functions import HR, Function, Holder
from portal.people.grants import Grant
from portal.people.leave import Leave
from portal.people.models import Person, Position
from portal.people.org import Company, Location
from portal.people.settings_forms import DAYS
from portal.people.tables import read_table
from portal.people.vacancies import Vacancy
from portal.personnel.models import Paper
from portal.policies import sample as policies
from portal.questionnaires.models import Submission
from portal.retention import sample as retention
from portal.reviews import calibration_sample, improvement_sample
from portal.reviews import sample as reviews
from portal.scorm import sample as packages
from portal.sessions import sample as sessions

CONTENT = Path(__file__).resolve().parent.parent / "content"
SAMPLE = CONTENT / "sample"

BEGAN_DAYS_AGO = 60
SAID = "It goes well. The first weeks were clear, and everybody had time for questions."


def fill() -> None:
    """Fill an empty portal. Ends with Nia starting next Monday and her steps under way."""
    today = clock.today()
    with db.write():
        with _days_ago(BEGAN_DAYS_AGO):
            facts = yaml.safe_load((SAMPLE / "company.yaml").read_text())
            set_up_company(facts)
            import_people("people.csv")
            appoint(facts)
            publish_starters()
        metrics.remember(timedelta(days=BEGAN_DAYS_AGO))
        _part_with_lev(today)
        _finished_lists()
        _welcome(today)
        _someone_is_leaving(today)
        _people_to_come_and_away(today)
        _papers(today)
        certificates.fill()
        policies.fill()
        compliance.fill()
        learning.fill()
        sessions.fill()
        paths.fill()
        retention.decide(person("helen@halden.example"), person("emre@halden.example"))
        incidents.fill()
        competencies.fill()
        spending_sample.fill()
        packages.fill()
        one_on_ones.fill()
        feedback.fill()
        goals.fill()
        growth.fill()
        calibration_sample.fill()
        reviews.fill()
        improvement_sample.fill()
        careers.fill()
        career_plans.fill()
        move_sample.fill()
        opening_sample.fill()
        _answers(today)
        _before_legal("working-time")
        metrics.fill()


def _before_legal(slug: str) -> None:
    """A page waits for Legal to agree to it."""
    document, helen = Document.named("page", slug), person("helen@halden.example")
    text = document.current.source.replace("owner: @hr", "owner: @hr\napprover: @legal")
    Approval.ask(document, text, find("@legal"), by=helen, note="Legal agrees from now on")


def _days_ago(days: float) -> AbstractContextManager[None]:
    """As if it were `days` ago; the minutes run on from there."""
    return clock.shifted(timedelta(days=-days))


def set_up_company(facts: dict[str, Any]) -> None:
    """The company's settings, its places with their holidays, and its functions."""
    with db.write():
        Company.change(by=None, name=facts["name"], zone=facts["zone"], hue=facts["hue"])
        for place in facts["locations"]:
            days = "".join(str(DAYS.index(day.capitalize())) for day in place["working_week"])
            location = Location.open(by=None, name=place["name"], zone=place["zone"], weekdays=days)
            location.keep_holidays(place["holidays"].items(), by=None)
        Function.set_up(HR, "HR", by=None)
        for function in facts["functions"]:
            Function.set_up(function["slug"], function["name"], by=None)


def import_people(name: str, starts: dict[str, date] | None = None) -> None:
    """A sample file through the importer; `starts` moves first days, by e-mail."""
    table = read_table((SAMPLE / name).read_bytes(), name)
    for row in table.rows:
        moved = (starts or {}).get(row.cells["email"])
        if moved:
            row.cells["start"] = str(moved)
    found = importing.dry_run(table)
    if found.errors:
        raise ValueError(f"{name}: {found.errors[0].message}")
    importing.apply(found, by=None)


def appoint(facts: dict[str, Any]) -> None:
    """Who holds which function and grant; the auditor is a guest."""
    today = clock.today()
    with db.write():
        for function in facts["functions"]:
            for holder in function["holders"]:
                Holder.appoint(
                    Function.named(function["slug"]),
                    person(holder["email"]),
                    by=None,
                    starts_on=today,
                    location=Location.get_or_none(Location.name == holder.get("location", "")),
                )
        audrey = Person.invite(
            by=None, name="Audrey Lemaire", email="audrey@halden.example", zone="Europe/Berlin"
        )
        for grant in facts["grants"]:
            Grant.give(person(grant["email"]), grant["role"], by=None, starts_on=today)
        Grant.give(audrey, "auditor", by=None, starts_on=today)


def publish_starters() -> None:
    """The plans and pages that ship with the portal, published by Helen."""
    helen = person("helen@halden.example")
    folders = ("competencies", "matrices", "forms", "reviews", "checklists", "pages", "agendas")
    for folder in folders:
        for path in sorted((CONTENT / folder).glob("*.md")):
            exchange.publish_file(path, by=helen, note="Starter text")


def person(email: str) -> Person:
    found = Person.by_email(email)
    if found is None:
        raise ValueError(f"The sample has nobody called {email}.")
    return found


def plan(slug: str) -> Any:
    document = Document.named("checklist", slug)
    assert document is not None and document.current is not None
    return document.current


def _part_with_lev(today: date) -> None:
    """Lev was here and has left: his list is done, his access is closed."""
    helen, mara = person("helen@halden.example"), person("mara@halden.example")
    last_day = today - timedelta(days=22)
    with _days_ago(BEGAN_DAYS_AGO):
        lev = Person.hire(
            by=None,
            name="Lev Abramov",
            email="lev@halden.example",
            starts_on=date(2021, 4, 1),
            details={"number": "H001"},
            **_like(mara, role="Software Engineer", level="L3", manager=mara),
        )
    with _days_ago(45):
        lev.depart(
            by=helen,
            notice_on=today - timedelta(days=45),
            last_day_on=last_day,
            access_ends_at=clock.end_of_day(last_day, "Europe/Berlin"),
            voluntary=True,
            regretted=True,
            reason="A doctorate in Prague",
        )
        leaving = Checklist.start(plan("offboarding"), lev, last_day, by=helen)
    _settle(leaving, days_late=0)


def _finished_lists() -> None:
    """Two colleagues whose onboarding is behind them."""
    helen = person("helen@halden.example")
    recent = (
        Person.select()
        .where(Person.hired_on < clock.today() - timedelta(days=100))
        .order_by(Person.hired_on.desc())
        .limit(2)
    )
    for somebody in recent:
        with _days_ago(55):
            list_ = Checklist.start(
                plan("onboarding-general"), somebody, somebody.hired_on, by=helen
            )
            for step in Step.of(list_):
                _take(step, by=step.owner or helen)
        with _days_ago(9):
            Attestation.say(list_, by=helen, since_on=somebody.hired_on + timedelta(days=48))
    for event, name, days in (
        ("hired", "onboarding-general", -14),
        ("departure", "offboarding", -30),
    ):
        said = {"action": "propose", "rule": "", "offset_days": days}
        Rule.write(by=helen, event=event, plan=plan(name).document, **said)


def _welcome(today: date) -> None:
    """Nia starts next Monday, two more follow; what was due before today is mostly done."""
    helen = person("helen@halden.example")
    monday = today + timedelta(days=7 - today.weekday())
    with _days_ago(18):
        import_people(
            "newcomers.csv",
            {
                "nia@halden.example": monday,
                "thiago@halden.example": monday + timedelta(days=8),
                "analucia@halden.example": monday + timedelta(days=14),
            },
        )
    plans = {
        "nia@halden.example": "onboarding-engineering",
        "thiago@halden.example": "onboarding-sales",
    }
    for email, slug in plans.items():
        newcomer = person(email)
        with _days_ago(17):
            list_ = Checklist.start(plan(slug), newcomer, newcomer.hired_on, by=helen)
        _settle(list_, days_late=1)


def _someone_is_leaving(today: date) -> None:
    """A colleague leaves in three weeks; the list has begun."""
    helen = person("helen@halden.example")
    otto = person("otto@halden.example")
    leaver = Person.reports_of(otto, Person.select())[-1]
    last_day = today + timedelta(days=20)
    with _days_ago(3):
        leaver.depart(
            by=helen,
            notice_on=today - timedelta(days=3),
            last_day_on=last_day,
            access_ends_at=clock.end_of_day(last_day, leaver.zone or "Europe/Berlin"),
            voluntary=True,
            regretted=False,
        )
        Checklist.start(plan("offboarding"), leaver, last_day, by=helen)


def _papers(today: date) -> None:
    """A permit that ends soon and a contract in Erin's file, a payslip that Lev may fetch."""
    helen, erin, lev = map(person, (f"{n}@halden.example" for n in ("helen", "erin", "lev")))
    for owner, kind, title, facts in (
        (erin, "permit", "Work permit", {"expires_on": today + timedelta(days=45)}),
        (erin, "contract", "Contract of employment", {"seen_by": "person"}),
        (lev, "payslip", "Last payslip", {"seen_by": "person"}),
    ):
        blob = Blob.put(f"{title} of {owner.name}: a sample, to be read and forgotten.\n".encode())
        file: dict[str, Any] = {"file_name": f"{title}.txt", "media_type": "text/plain"}
        Paper.file(owner, by=helen, blob=blob, kind=kind, title=title, **file, **facts)
    Paper.ask_for_renewals()


def _answers(today: date) -> None:
    """Most have said something about themselves, so that there are figures to be read."""
    for n, somebody in enumerate(Person.select().where(Person.is_here(today)).order_by(Person.id)):
        if n % 7:
            gender, age = ("woman", "man")[n % 2], ("25-34", "35-44", "45-54")[n % 3]
            caring = ("none", "none", "children")[n % 3]
            Demographics.answer(somebody, {"gender": gender, "age": age, "caring": caring})
    DemographicRelease.take_if_due()


def _people_to_come_and_away(today: date) -> None:
    """A vacancy under Mara, a planned one, a colleague on leave, a second manager."""
    helen, mara, otto = (person(f"{name}@halden.example") for name in ("helen", "mara", "otto"))
    quarter = today + timedelta(days=75)
    with _days_ago(12):
        Vacancy.plan(by=helen, role="Software Engineer", manager=mara, **_where(mara))
        Vacancy.plan(
            by=helen, role="Account Executive", manager=otto, wanted_from=quarter, **_where(otto)
        )
        report = Person.reports_of(mara, Person.select())[-1]
        Leave.record(report, "parental", by=helen, starts_on=today, ends_on=quarter)
        erin, ida = person("erin@halden.example"), person("ida@halden.example")
        DottedLine.draw(erin, ida, "Security champions", by=helen, starts_on=today)


def _where(somebody: Person) -> dict[str, Any]:
    return {"team": _like(somebody)["team"], "location": _like(somebody)["location"]}


def _settle(checklist: Checklist, days_late: int) -> None:
    """Tick what was due before now, at noon of the day it was due; the last one stays open."""
    today = clock.today()
    due = [step for step in Step.of(checklist) if step.due_on and step.due_on < today]
    for step in sorted(due, key=lambda step: step.due_on)[: len(due) - days_late or None]:
        ago = clock.now() - datetime.combine(step.due_on, time(12), clock.zone_of("UTC"))
        with _days_ago(max(ago.total_seconds() / 86_400, 0.01)):
            _take(step, by=step.owner or _holder(step))


def _take(step: Step, by: Person) -> None:
    """Do it as one would: fill in its form, or tick it, with a proof where it wants one."""
    if not step.opens:
        step.complete(by=by, proof=f"Ticket {4000 + step.id}" if step.wants_proof else "")
    elif step.duty is not None and step.duty.settled_at is None:
        form = Submission.get_by_id(step.duty.target)
        form.submit(_answers_to(form), form.version, by=by)
        if form.function_id:
            form.take_over(by=_holder_of(form.function, form.location_id))


def _answers_to(form: Submission) -> dict[str, Any]:
    """Something for every question: the better half of what is offered, or a few words."""
    typed = {"number": "8", "date": str(clock.today()), "line": "As agreed"}
    said: dict[str, Any] = {}
    for question in form.questionnaire.questions:
        offered = [value for value, _, _ in question.choices]
        half = 0 if question.kind == "yes-no" else len(offered) // 2
        one = offered[half] if offered else typed.get(question.kind, SAID)
        said[question.key] = [one] if question.takes_many else one
    return said


def _holder(step: Step) -> Person:
    return _holder_of(step.function, step.checklist.location_id)


def _holder_of(function: Function, location_id: int | None) -> Person:
    holders = function.holders(location_id, clock.today())
    return holders[0] if holders else person("helen@halden.example")


def _like(somebody: Person, **values: Any) -> dict[str, Any]:
    """Team and location of somebody, with other values."""
    position: Position | None = somebody.position()
    assert position is not None
    return {"team": position.team, "location": position.location, **values}
