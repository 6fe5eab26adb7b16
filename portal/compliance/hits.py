"""Whom terms would hit: counted while HR writes them, by the very rules that follow them after."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from portal.compliance import words
from portal.compliance.following import positions_of
from portal.compliance.models import Coverage, Exemption, Requirement
from portal.compliance.needs import Fact, Moment, kinds
from portal.compliance.schedule import Rhythm, Turn, next_turn, still_counts
from portal.compliance.spans import Span, meant, since_then
from portal.people import audience
from portal.people.models import Person
from portal.text import enumerated

A_DAY = timedelta(days=1)
FIRST_NAMES = 8
FIRST_DEPARTMENTS = 8
FIRST_DATES = 4


@dataclass
class Hits:
    """What would follow; `problem` says why nothing can be said."""

    problem: str = ""
    count: int = 0
    names: str = ""
    departments: list[tuple[str, int]] = field(default_factory=list)
    valid: int = 0
    excused: int = 0
    ahead: int = 0
    asked_today: int = 0
    due: list[tuple[date, int]] = field(default_factory=list)
    late: int = 0
    next_on: date | None = None
    next_count: int = 0
    more: int = 0
    fewer: int = 0
    more_names: str = ""
    fewer_names: str = ""
    is_compared: bool = False
    example: str = ""

    @property
    def change(self) -> str:
        """`12 more, 3 fewer` against the present terms."""
        more = f"{self.more:,} more" if self.more else ""
        fewer = f"{self.fewer:,} fewer" if self.fewer else ""
        return ", ".join(part for part in (more, fewer) if part)


@dataclass(frozen=True)
class Asking:
    """Terms as they would be put down today."""

    kind: str
    target: int
    audience: str
    rhythm: Rhythm
    starts_on: date
    requirement: Requirement | None = None


def hits(asking: Asking, today: date) -> Hits:
    """Everyone the terms would mean, and what they would owe. Nothing is written."""
    try:
        rule = audience.parse(asking.audience.strip() or "everyone")
    except audience.RuleError as error:
        return Hits(problem=f"It cannot be read at column {error.column}. {error.message}")
    days = positions_of(None)
    stood = _stood(asking.requirement, today)
    audience_from = _audience_from(asking, today)
    spans = {
        person: span
        for person, held in days.items()
        if (span := _span(rule, held, audience_from, stood.get(person, []), today))
    }
    found = Hits(count=len(spans), example=words.example(asking.rhythm, today))
    _count_departments(found, {person: days[person] for person in spans}, today)
    _count_turns(found, asking, spans, today)
    present = {person for person, rows in stood.items() if any(_is_ahead(r, today) for r in rows)}
    _compare(found, asking, set(spans), present)
    return found


def _stood(requirement: Requirement | None, today: date) -> dict[int, list[Coverage]]:
    """Whom it means by its present terms."""
    found: dict[int, list[Coverage]] = {}
    if requirement is not None:
        rows = Coverage.select().where(Coverage.requirement == requirement, Coverage.is_known())
        for row in rows:
            found.setdefault(row.person_id, []).append(row)
    return found


def _audience_from(asking: Asking, today: date) -> date:
    """The day since which that audience would hold, as `Requirement.change` says."""
    if asking.requirement is None:
        return asking.starts_on
    return asking.requirement.would_hold(asking.audience, asking.starts_on, today)[1]


def _span(
    rule: audience.Rule, held: Any, audience_from: date, stood: list[Coverage], today: date
) -> Span | None:
    """Since when somebody would be meant who is meant today or will be."""
    spans = since_then(meant(rule, held), audience_from, [row.span for row in stood])
    return next((span for span in spans if _is_ahead(span, today)), None)


def _is_ahead(span: Span | Coverage, today: date) -> bool:
    return span.until is None or span.until >= today


def _count_departments(found: Hits, days: dict[int, Any], today: date) -> None:
    def at(held: Any) -> str:
        now = [facts for first, _, facts in held if first <= today] or [held[0][2]]
        return str(now[-1].get("department", ""))

    counted = words.departments(Counter(at(held) for held in days.values()))
    rest = sum(number for _, number in counted[FIRST_DEPARTMENTS:])
    found.departments = counted[:FIRST_DEPARTMENTS] + ([("Elsewhere", rest)] if rest else [])


def _count_turns(found: Hits, asking: Asking, spans: dict[int, Span], today: date) -> None:
    kind, moment = kinds[asking.kind], Moment(today)
    facts = kind.facts(asking.target, None, moment)
    since = kind.since(asking.target, moment)
    if since is None:
        found.problem = "It is not in force, so nobody is asked for it until it is."
        return
    excused = Exemption.of(asking.requirement, None, today) if asking.requirement else set()
    ended = Exemption.ended(asking.requirement, None, today) if asking.requirement else {}
    asked_on = max(asking.starts_on, since)
    due: Counter[date] = Counter()
    later: Counter[date] = Counter()
    for person, span in spans.items():
        if person in excused:
            found.excused += 1
            continue
        days = {"asked_on": asked_on, "meant_on": span.since, "event_on": span.event_on}
        fact = still_counts(asking.rhythm, **days, fact=facts.get(person))
        turn = next_turn(asking.rhythm, **days, fact=fact, excused_until=ended.get(person))
        found.ahead += span.since > today
        found.valid += _is_valid(fact, turn, today)
        if turn is None:
            continue
        opens_on = max(turn.opens_on, span.since)
        if opens_on > today:
            later[opens_on] += 1
        else:
            due[turn.due_on] += 1
            found.late += turn.late_on <= today
    if later:
        found.next_on = min(later)
        found.next_count = later[found.next_on]
    found.asked_today = sum(due.values())
    found.due = sorted(due.items())[:FIRST_DATES]


def _is_valid(fact: Fact | None, turn: Turn | None, today: date) -> bool:
    return fact is not None and (turn is None or turn.due_on >= today)


def _compare(found: Hits, asking: Asking, after: set[int], before: set[int]) -> None:
    groups = {"names": after}
    if asking.requirement is not None:
        found.is_compared = True
        groups |= {"more_names": after - before, "fewer_names": before - after}
        found.more, found.fewer = len(after - before), len(before - after)
    for name, first in _first_of(groups).items():
        setattr(found, name, enumerated(first, len(groups[name])))


def _first_of(groups: dict[str, set[int]]) -> dict[str, list[str]]:
    """The first names of each group, in one question that is read no further than needed."""
    first: dict[str, list[str]] = {name: [] for name in groups}
    people = Person.select(Person.id, Person.name, Person.preferred_name).order_by(Person.folded)
    for person in people.where(Person.hired_on.is_null(False)):
        for name, ids in groups.items():
            if person.id in ids and len(first[name]) < FIRST_NAMES:
                first[name].append(person.called)
        if all(len(first[name]) == min(FIRST_NAMES, len(ids)) for name, ids in groups.items()):
            break
    return first
