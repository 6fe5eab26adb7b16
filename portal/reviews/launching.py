"""Whom a cycle would ask, said before it begins: who writes about them, who is left out and why."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.documents.models import Document
from portal.people import audience
from portal.people.facts import facts_of_all
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.positions import Position
from portal.reviews.answers import LEAST
from portal.reviews.improvement import PLAN_SLUG
from portal.reviews.models import Cycle, Review
from portal.reviews.steps import MANAGER, SELF, STEPS, UPWARD, Planned, planned
from portal.text import enumerated
from portal.web import day as spoken

SHOWN_NAMES = 8
SHOWN_DEPARTMENTS = 8


@dataclass(frozen=True)
class Out:
    """Somebody the rule means who is not asked, and why."""

    person: Person
    reason: str


@dataclass
class Hits:
    """What would follow; `problem` says why nothing can be said."""

    problem: str = ""
    people: list[Person] = field(default_factory=list)
    out: list[Out] = field(default_factory=list)
    alone: list[Person] = field(default_factory=list)
    twice: list[Person] = field(default_factory=list)
    leads: Counter[int] = field(default_factory=Counter)
    departments: list[tuple[str, int]] = field(default_factory=list)
    steps: list[tuple[str, date, date | None]] = field(default_factory=list)

    @property
    def names(self) -> str:
        return named(self.people)

    @property
    def most(self) -> int:
        """How many reviews the busiest manager writes."""
        return max(self.leads.values(), default=0)

    @property
    def last_day(self) -> date | None:
        return max((closes or opens for _, opens, closes in self.steps), default=None)


def named(people: Collection[Person]) -> str:
    """The first names, and how many more there are."""
    first = [person.called for person in list(people)[:SHOWN_NAMES]]
    return enumerated(first, len(people))


def plans() -> list[Document]:
    """Plans in force that HR launches, by name: an improvement plan is started for one person."""
    rows = Document.select().where(Document.kind == "review", Document.is_published())
    rows = rows.where(Document.slug != PLAN_SLUG)
    found = Document.with_current(rows).order_by(Document.folded)
    return [one for one in found if one.current and not one.current.parsed.get("begins")]


def hits(document: Document, typed: str, day: date, without: Collection[int], today: date) -> Hits:
    """Everyone the rule means on that day, and what would be asked. Nothing is written."""
    assert document.current is not None
    try:
        rule = audience.parse(typed.strip() or "everyone")
    except audience.RuleError as error:
        return Hits(problem=f"It cannot be read at column {error.column}. {error.message}")
    steps = planned(document.current.parsed)
    found = Hits(steps=[(STEPS[step.name].title, *step.days(day)) for step in steps])
    on = max(day, today)
    facts = facts_of_all(on, audience.fields(rule) | {"department"})
    meant = [person for person, known in facts.items() if rule.matches(known)]
    people = _people(meant)
    leads = _leads(on)
    why_not = _Reasons(steps, day, set(without), leads, today)
    for person in people:
        if reason := why_not.of(person):
            found.out.append(Out(person, reason))
        else:
            found.people.append(person)
    _count(found, steps, facts, leads)
    found.twice = _asked_already(document, found.people)
    return found


def _people(ids: list[int]) -> list[Person]:
    """Those persons by name; ids that are many are looked up in the whole company."""
    wanted = set(ids)
    rows = Person.select(*Person.names(Person)).where(Person.hired_on.is_null(False))
    return [person for person in rows.order_by(Person.folded) if person.id in wanted]


def _leads(on: date) -> dict[int, int]:
    """By person whoever leads them that day and is still here."""
    lead = Person.alias()
    stays = lead.last_day_on.is_null() | (lead.last_day_on >= on)
    rows: Any = (
        Position.select(Position.person, Position.manager)
        .join(lead, on=(Position.manager == lead.id))
        .where(Position.is_held(on), stays)
    )
    return dict(rows.tuples())


class _Reasons:
    """Why somebody is not asked although the rule means them."""

    def __init__(
        self,
        steps: list[Planned],
        day: date,
        without: set[int],
        leads: dict[int, int],
        today: date,
    ) -> None:
        days = {step.name: step.days(day) for step in steps}
        opens, closes = days.get(SELF) or days[MANAGER]
        self.first, self.last = opens, closes or opens
        self.over = (days.get(MANAGER) or days[SELF])[1] or self.last
        self.without, self.today = without, today
        self.reports = Counter(leads.values())
        # Where only reports say something, nobody is asked about who leads too few for it.
        names = {step.name for step in steps}
        self.needs_reports = UPWARD in names and MANAGER not in names
        self.away = self._away()

    def _away(self) -> set[int]:
        """On leave from the first to the last day on which one writes."""
        rows = [set(self._ids(day)) for day in {self.first, self.last}]
        return set.intersection(*rows)

    def _ids(self, day: date) -> list[int]:
        return [person for (person,) in Leave.people_away(day).tuples()]

    def of(self, person: Person) -> str:
        if person.id in self.without:
            return "you leave them out"
        if person.hired_on and person.hired_on > self.last:
            return f"begins on {spoken(person.hired_on, self.today)}"
        if person.last_day_on and person.last_day_on <= self.over:
            return f"leaves on {spoken(person.last_day_on, self.today)}"
        if person.id in self.away:
            return "is away while it is written"
        if self.needs_reports and self.reports[person.id] < LEAST:
            return f"leads fewer than {LEAST}"
        return ""


def _count(
    found: Hits, steps: list[Planned], facts: dict[int, dict[str, str]], leads: dict[int, int]
) -> None:
    departments = Counter(
        facts[one.id].get("department") or "No department" for one in found.people
    )
    most = departments.most_common(SHOWN_DEPARTMENTS)
    rest = sum(departments.values()) - sum(number for _, number in most)
    found.departments = most + ([("Elsewhere", rest)] if rest else [])
    if any(step.name == MANAGER for step in steps):
        found.alone = [one for one in found.people if one.id not in leads]
        found.leads = Counter(leads[one.id] for one in found.people if one.id in leads)


def _asked_already(document: Document, people: list[Person]) -> list[Person]:
    """Who is in a cycle of the same plan that goes on."""
    rows: Any = (
        Review.select(Review.person)
        .join(Cycle)
        .where(Cycle.document == document, Cycle.is_open(), Review.counts())
        .tuples()
    )
    known = {person for (person,) in rows}
    return [person for person in people if person.id in known]
