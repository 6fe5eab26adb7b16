"""The cast: a small company every test knows. It is Wednesday, 18 November 2026.

Dora leads Mara, Mara leads Erin and Ben; Otto leads in another line and has Olga; Helen is HR;
Ida holds IT; Adam runs the portal; Audrey audits as a guest; Nia joins on Monday; Lev has left.
"""

from datetime import UTC, date, datetime
from typing import Any

from portal import clock, db
from portal.people.functions import HR, Function, Holder
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.org import Company, Location, Team

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
MONDAY = date(2026, 11, 23)
NAMES = (
    "helen", "dora", "mara", "erin", "ben", "otto", "olga", "ida", "adam", "audrey", "nia", "lev",
)  # fmt: skip

ENGINEERING_PLAN = """---
kind: checklist
title: Engineering onboarding
transition: onboarding
audience: department = Engineering
success: First change in production
---
## Before day one
- [ ] Order the laptop @it due:start-5 minutes:10
- [ ] Plan the first week @manager due:start-3 minutes:20
## First week
- [ ] Meet your buddy @buddy due:start+1 minutes:30
- [ ] Read the welcome page @employee due:start minutes:5
- [ ] Talk about the first month @employee @manager due:start+30 minutes:30
"""


def fill() -> None:
    """Everybody, with the clock standing at NOW."""
    with db.write():
        Company.change(by=None, name="Brightwater", zone="Europe/Berlin", hue=195)
        berlin = Location.open(by=None, name="Berlin", zone="Europe/Berlin")
        Function.set_up(HR, "HR", by=None)
        it = Function.set_up("it", "IT", by=None)
        Function.set_up("facilities", "Facilities", by=None)
        engineering = Team.named("Engineering")
        platform = Team.named("Engineering", "Platform")
        sales = Team.named("Sales")
        people = Team.named("People")

        def hire(name: str, role: str, team: Any, manager: Any = None, **more: Any) -> Person:
            first = name.split()[0].lower()
            return Person.hire(
                by=None,
                name=name,
                email=f"{first}@halden.example",
                starts_on=more.pop("starts_on", date(2024, 3, 1)),
                details={},
                role=role,
                team=team,
                manager=manager,
                location=berlin,
                **more,
            )

        dora = hire("Dora Lindqvist", "VP Engineering", engineering)
        mara = hire("Mara Okafor", "Engineering Manager", platform, dora)
        hire("Erin Castellanos", "Engineer", platform, mara)
        ben = hire("Ben Hartmann", "Engineer", platform, mara)
        otto = hire("Otto Weiß", "Sales Lead", sales)
        hire("Olga Søndergaard", "Account Executive", sales, otto)
        helen = hire("Helen Brandt", "HR Generalist", people)
        ida = hire("Ida Sørensen", "IT Manager", people)
        adam = hire("Adam Farouk", "Administrator", people)
        hire("Nia Novak", "Engineer", platform, mara, buddy=ben, starts_on=MONDAY)
        lev = hire("Lev Abramov", "Engineer", platform, mara)
        lev.depart(
            by=helen,
            last_day_on=date(2026, 10, 30),
            access_ends_at=datetime(2026, 10, 30, 22, 0, tzinfo=UTC),
        )
        audrey = Person.invite(by=None, name="Audrey Lemaire", email="audrey@halden.example")
        Holder.appoint(it, ida, by=None, starts_on=date(2024, 3, 1))
        for person, kind in ((helen, "hr"), (audrey, "auditor"), (adam, "admin")):
            Grant.give(person, kind, by=None, starts_on=date(2024, 3, 1))


def stand_still() -> None:
    """The clock shows NOW until somebody moves it."""
    clock.set_source(lambda: NOW)


def person(name: str) -> Person:
    """One of the cast, read afresh."""
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found


def everybody() -> dict[str, Person]:
    """All of the cast by name, read afresh: one question instead of twelve."""
    found = {one.email: one for one in Person.select()}
    return {name: found[f"{name}@halden.example"] for name in NAMES}
