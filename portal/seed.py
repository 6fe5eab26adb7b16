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
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.documents import exchange
from portal.documents.models import Document
from portal.people import importing
from portal.people.functions import HR, Function, Holder
from portal.people.grants import Grant
from portal.people.models import Person, Position
from portal.people.org import Company, Location
from portal.people.settings_forms import DAYS
from portal.people.tables import read_table

CONTENT = Path(__file__).resolve().parent.parent / "content"
SAMPLE = CONTENT / "sample"

BEGAN_DAYS_AGO = 60


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
        _part_with_lev(today)
        _finished_lists()
        _welcome(today)
        _someone_is_leaving(today)


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
    for folder in ("checklists", "pages"):
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
        with _days_ago(50):
            for step in Step.of(list_):
                step.complete(by=step.owner or helen)


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


def _settle(checklist: Checklist, days_late: int) -> None:
    """Tick what was due before now, at noon of the day it was due; the last one stays open."""
    today = clock.today()
    due = [step for step in Step.of(checklist) if step.due_on and step.due_on < today]
    for step in sorted(due, key=lambda step: step.due_on)[: len(due) - days_late or None]:
        ago = clock.now() - datetime.combine(step.due_on, time(12), clock.zone_of("UTC"))
        with _days_ago(max(ago.total_seconds() / 86_400, 0.01)):
            step.complete(by=step.owner or _holder(step))


def _holder(step: Step) -> Person:
    holders = step.function.holders(step.checklist.location_id, clock.today())
    return holders[0] if holders else person("helen@halden.example")


def _like(somebody: Person, **values: Any) -> dict[str, Any]:
    """Team and location of somebody, with other values."""
    position: Position | None = somebody.position()
    assert position is not None
    return {"team": position.team, "location": position.location, **values}
