"""Whatever happens in whatever order: the rows say what a slow look at every single day says."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from portal import clock, db
from portal.assignments.models import Assignment
from portal.compliance import exemptions, following
from portal.compliance.models import Coverage, Exemption, Requirement, Terms
from portal.compliance.needs import Fact, kinds
from portal.compliance.schedule import Rhythm, next_turn
from portal.people import audience
from portal.people.facts import days_of
from portal.people.models import Person
from portal.people.org import Team
from portal.people.positions import Position
from tests import cast
from tests.compliance.conftest import KIND, TARGET, Drill

A_DAY = timedelta(days=1)
RULES = ("department = Engineering", "department = Sales", "everyone", "team = Platform")
NAMES = ("erin", "ben", "olga", "nia")
HORIZON = 240
STEPS = 16


class Company:
    """The cast's company in the hands of chance, and what HR has said of whom and when."""

    def __init__(self, seed: int, drill: Drill, move_clock: Any, *, is_corrected: bool) -> None:
        self.dice = random.Random(seed)
        self.drill, self.move_clock, self.is_corrected = drill, move_clock, is_corrected
        self.helen = cast.person("helen")
        # Whoever did it once is asked again when its turn comes round.
        kinds[KIND] = replace(kinds[KIND], open=Drill().open)
        self.told: list[str] = []
        # What audience each requirement has from which day on; None once it has ended.
        self.said: dict[int, list[tuple[date, str | None]]] = {}
        for _ in range(2):
            self.require()

    def today(self) -> date:
        return clock.today("Europe/Berlin")

    def day(self, back: int, ahead: int) -> date:
        return self.today() + timedelta(days=self.dice.randrange(-back, ahead + 1))

    def rhythm(self) -> Rhythm:
        dice = self.dice
        return Rhythm(
            every_months=dice.choice([0, 1, 2]),
            counted_from=dice.choice(["completion", "event", "date"]),
            fixed_on=date(2026, 12, 31),
            first_days=dice.randrange(30),
            joiner_days=dice.randrange(30),
            lead_days=dice.randrange(25),
            grace_days=dice.choice([0, 5]),
        )

    # -- what may happen -------------------------------------------------------------------

    def require(self) -> None:
        rule = str(audience.parse(self.dice.choice(RULES)))
        made = Requirement.set(
            kind=KIND, target=TARGET, audience=rule, rhythm=self.rhythm(),
            starts_on=self.today(), by=self.helen,
        )  # fmt: skip
        self.said[made.id] = [(self.today(), rule)]

    def move(self) -> None:
        team = self.dice.choice([("Engineering",), ("Engineering", "Platform"), ("Sales",)])
        on = self.day(20 if self.is_corrected else 0, 30)
        with db.write():
            person = cast.person(self.dice.choice(NAMES))
            if person.last_day_on is None and person.hired_on <= on:
                Position.take(person, by=None, starts_on=on, team=Team.named(*team))

    def leave(self) -> None:
        person = cast.person(self.dice.choice(NAMES[:3]))
        on = self.day(0, 20)
        if person.last_day_on is None:
            ends = datetime.combine(on, time(12), clock.zone_of("Europe/Berlin"))
            person.depart(by=self.helen, last_day_on=on, access_ends_at=ends)

    def stay(self) -> None:
        person = cast.person(self.dice.choice(NAMES[:3]))
        if person.last_day_on is not None and person.last_day_on >= self.today():
            person.stay(by=self.helen)

    def do_it(self) -> None:
        person, today = cast.person(self.dice.choice(NAMES)), self.today()
        self.drill.done[person.id] = Fact(today, f"drill:{person.id}")
        with db.write():
            Assignment.settle_all(KIND, TARGET, person=person, by=person)
            following.refresh(KIND, TARGET, [person.id])

    def undo_it(self) -> None:
        person = cast.person(self.dice.choice(NAMES))
        if self.drill.done.pop(person.id, None):
            following.refresh(KIND, TARGET, [person.id])

    def excuse(self) -> None:
        until = self.dice.choice([None, self.day(0, 30)])
        people = [cast.person(self.dice.choice(NAMES))]
        exemptions.exempt(self.one(), people, until=until, reason="Ill", by=self.helen)

    def ask_again(self) -> None:
        people = [cast.person(self.dice.choice(NAMES))]
        exemptions.take_back(self.one(), people, by=self.helen)

    def one(self) -> Requirement:
        return self.dice.choice(list(Requirement.select()))

    def change(self) -> None:
        requirement = self.one()
        terms = requirement.terms()
        if terms is None:
            return
        rule = terms.audience
        starts_on = terms.starts_on
        if not self.is_corrected:
            rule = str(audience.parse(self.dice.choice(RULES)))
            starts_on = self.dice.choice([terms.starts_on, self.day(0, 20)])
        requirement.change(audience=rule, rhythm=self.rhythm(), starts_on=starts_on, by=self.helen)
        self.say(requirement, max(self.today(), starts_on), rule)

    def say(self, requirement: Requirement, on: date, rule: str | None) -> None:
        earlier = [(day, said) for day, said in self.said[requirement.id] if day < on]
        self.said[requirement.id] = [*earlier, (on, rule)]

    def end(self) -> None:
        requirement = self.one()
        if requirement.end(self.today(), by=self.helen):
            self.say(requirement, self.today() + A_DAY, None)

    def resume(self) -> None:
        requirement = self.one()
        last = requirement.last_terms()
        if last is None or last.holds_until is None:
            return
        goes_on = last.holds_until >= self.today() - A_DAY
        # What an audience of earlier meant is not worked out again: corrections end with it.
        if not goes_on and self.is_corrected:
            return
        requirement.resume(by=self.helen)
        self.say(requirement, last.holds_until + A_DAY if goes_on else self.today(), last.audience)

    def retire(self) -> None:
        """And back at once: nothing may be lost by it."""
        following.let_go(KIND, TARGET, by=self.helen, reason="Retired.")

    def wait(self) -> None:
        self.move_clock(days=self.dice.choice([1, 1, 2, 7]))

    def run(self) -> None:
        following.follow_all()

    def live(self) -> None:
        may: list[Callable[[], None]] = [
            self.move, self.move, self.move, self.leave, self.stay, self.do_it, self.undo_it,
            self.excuse, self.ask_again, self.change, self.end, self.resume, self.retire,
            self.wait, self.wait, self.run,
        ]  # fmt: skip
        for _ in range(STEPS):
            act = self.dice.choice(may)
            self.told.append(act.__name__)
            # A clock that stands still would know two things at one moment.
            self.move_clock(seconds=1)
            # Everybody is followed once a day at least; the past is not asked for a second time.
            if act in (self.wait, self.change, self.end, self.resume):
                following.follow_all()
            act()

    # -- the slow look ---------------------------------------------------------------------

    def rule_on(self, requirement: Requirement, on: date) -> str | None:
        found = None
        for day, rule in self.said[requirement.id]:
            if day <= on:
                found = rule
        return found

    def spans(self, requirement: Requirement, held: Any) -> list[tuple[date, date | None]]:
        """Day by day from the first one on: was the person meant on it?"""
        first, last = cast.TODAY, self.today() + timedelta(days=HORIZON)
        found: list[tuple[date, date | None]] = []
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            rule = self.rule_on(requirement, day)
            facts = next((f for a, b, f in held if a <= day and (b is None or day <= b)), None)
            if rule is None or facts is None or not audience.parse(rule).matches(facts):
                continue
            if found and found[-1][1] == day - A_DAY:
                found[-1] = (found[-1][0], day)
            else:
                found.append((day, day))
        return [(since, None if until == last else until) for since, until in found]


def check(company: Company) -> None:
    following.follow_all()
    following.follow_all()
    today = company.today()
    for requirement in Requirement.select():
        terms = list(
            Terms.select()
            .where(Terms.requirement == requirement, Terms.is_known())
            .order_by(Terms.holds_from)
        )
        for one, after in pairwise(terms):
            assert one.holds_until < after.holds_from, company.told
        for name in NAMES:
            check_person(company, requirement, cast.person(name), today)


def check_person(company: Company, requirement: Requirement, person: Person, today: date) -> None:
    told = " ".join([person.name, str(requirement.id), *company.told, str(today)])
    rows = list(
        Coverage.select()
        .where(Coverage.requirement == requirement, Coverage.person == person, Coverage.is_known())
        .order_by(Coverage.since)
    )
    held = days_of([person.id]).get(person.id, [])
    wanted = company.spans(requirement, held)
    assert [(row.since, row.until) for row in rows] == wanted, told
    caused = following._open_duties(requirement, person.id)
    assert len(caused) <= 1, told
    asked_for = wanted_day(company, requirement, person, rows, today)
    assert [row.opened_for for row in rows if row.opened_for] == ([asked_for] if asked_for else [])
    assert bool(caused) == (asked_for is not None), told
    if caused:
        days = Coverage.select(Coverage.opened_for).where(
            Coverage.person == person, Coverage.is_known(), Coverage.opened_for.is_null(False)
        )
        assert caused[0].due_on == min(day for (day,) in days.tuples()), told


def wanted_day(
    company: Company, requirement: Requirement, person: Person, rows: list[Any], today: date
) -> date | None:
    """The day for which a duty is to stand open, by the terms of today."""
    terms, row = (
        requirement.terms_at(today),
        next((r for r in rows if r.span.clipped(today, today)), None),
    )
    if row is None or terms is None or requirement.terms() is None:
        return None
    if person.id in Exemption.of(requirement, [person.id], today):
        return None
    assert company.drill.since is not None
    turn = next_turn(
        terms.rhythm,
        asked_on=max(terms.starts_on, company.drill.since),
        meant_on=row.since,
        event_on=row.event_on,
        fact=company.drill.done.get(person.id),
        excused_until=Exemption.ended(requirement, [person.id], today).get(person.id),
    )
    return turn.due_on if turn and turn.opens_on <= today else None


@pytest.mark.parametrize("seed", range(10))
def test_law_every_day_is_as_a_slow_look_at_it_says(
    seed: int, drill: Drill, move_clock: Any
) -> None:
    company = Company(seed, drill, move_clock, is_corrected=seed % 2 == 0)
    for _ in range(3):
        company.live()
        check(company)
