"""Measures of compliance: against a slow count of turns, and against the pages they repeat."""

from collections import defaultdict
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from portal.assignments.models import Assignment, CauseRow
from portal.compliance.figures import Figures
from portal.compliance.models import Coverage, Exemption, Terms
from portal.metrics import compliance
from portal.metrics.measure import Scope
from portal.people.org import Team
from portal.people.positions import Position
from tests.metrics.companies import company
from tests.metrics.slowly import SEEDS, Data, Row, added, assert_all_agree, day_of

Item = tuple[int, int]


def _known(data: Data) -> list[Any]:
    return [row for row in data.of(Coverage) if not row.superseded_at]


def _owed(scope: Scope, data: Data) -> list[Any]:
    """What is required of whom on the day."""
    return [
        row
        for row in _known(data)
        if row.since <= scope.last and (row.until is None or row.until >= scope.last)
    ]


def _ahead(scope: Scope, data: Data) -> dict[Item, list[Any]]:
    found = defaultdict(list)
    for row in _known(data):
        if row.until is None or row.until >= scope.last:
            found[row.requirement, row.person].append(row)
    return found


@lru_cache(maxsize=16)
def _turns(scope: Scope, data: Data) -> set[tuple[Item, str]]:
    """What was late that day or to come: `late`, `30`, `60`, `90`."""
    on, found, ahead = scope.last, set(), _ahead(scope, data)
    for item, rows in ahead.items():
        for row in rows:
            if row.due_on is None or (row.done_on and row.done_on > on):
                continue
            is_late = row.due_on < on and row.late_on <= on
            if is_late or row.until is None or row.until >= row.due_on:
                found.add((item, _when(row.due_on, on, is_late)))
    duties = data.by_id(Assignment)
    for cause in data.of(CauseRow):
        duty = duties[cause.assignment]
        if cause.kind != "requirement" or not duty.settled_at or day_of(duty.settled_at) <= on:
            continue
        grace = _grace(cause.ref, on, data)
        if grace is None or duty.due_on is None:
            continue
        is_late = duty.due_on + timedelta(days=grace) < on and day_of(duty.opened_at) <= on
        for row in ahead.get((cause.ref, duty.person), []):
            if is_late or row.until is None or row.until >= duty.due_on:
                found.add(((cause.ref, duty.person), _when(duty.due_on, on, is_late)))
    return found


def _grace(requirement: int, on: date, data: Data) -> int | None:
    for terms in data.of(Terms):
        held = terms.holds_from <= on and (terms.holds_until is None or terms.holds_until >= on)
        if terms.requirement == requirement and held and not terms.superseded_at:
            return int(terms.grace_days)
    return None


def _when(due_on: date, on: date, is_late: bool) -> str:
    if is_late:
        return "late"
    days = (due_on - on).days
    return "30" if days <= 30 else "60" if days <= 60 else "90" if days <= 90 else "far"


def overdue(scope: Scope, data: Data) -> list[Row]:
    late = defaultdict(int)
    for (_, person), when in _turns(scope, data):
        late[person] += when == "late"
    owed = added((row.person, 0, 1) for row in _owed(scope, data))
    return [(person, late[person], of) for person, _, of in owed]


def in_order(scope: Scope, data: Data) -> list[Row]:
    return [(person, late == 0, 1) for person, late, _ in overdue(scope, data)]


def _due(days: str) -> Any:
    def slow(scope: Scope, data: Data) -> list[Row]:
        turns = [item for item, when in _turns(scope, data) if when == days]
        rows = added((person, 1, 1) for _, person in turns)
        return [(person, number, 1) for person, number, _ in rows]

    return slow


def proven(scope: Scope, data: Data) -> list[Row]:
    on, late = scope.last, {item for item, when in _turns(scope, data) if when == "late"}
    excused = {
        (one.requirement, one.person)
        for one in data.of(Exemption)
        if one.since <= on and (one.until is None or one.until >= on) and not one.superseded_at
    }
    duties = data.by_id(Assignment)
    done = {
        (cause.ref, duties[cause.assignment].person)
        for cause in data.of(CauseRow)
        if cause.kind == "requirement" and duties[cause.assignment].outcome == "done"
        if day_of(duties[cause.assignment].settled_at) <= on
    }
    found = []
    for row in _owed(scope, data):
        item = (row.requirement, row.person)
        has_fact = bool(row.done_on) and (row.done_on <= on or item in done)
        found.append((row.person, item not in late and (has_fact or item in excused), 1))
    return added(found)


def _top(team: int | None, data: Data) -> int | None:
    teams = data.by_id(Team)
    while team and teams[team].parent:
        team = teams[team].parent
    return team


def at_risk(scope: Scope, data: Data) -> list[Row]:
    unit_of = {}
    for row in sorted(data.of(Position), key=lambda row: row.team or 0):
        began = row.starts_on <= scope.last or row.is_hire
        if began and not row.superseded_at and not (row.ends_on and row.ends_on < scope.last):
            unit_of[row.person] = _top(row.team, data)
    owed: dict[Any, float] = defaultdict(float)
    late: dict[Any, float] = defaultdict(float)
    soon: dict[Any, float] = defaultdict(float)
    for person, bad, of in overdue(scope, data):
        for unit in ("all", unit_of.get(person)):
            owed[unit], late[unit] = owed[unit] + of, late[unit] + bad
    for (_, person), when in _turns(scope, data):
        for unit in ("all", unit_of.get(person)):
            soon[unit] += when == "30"

    def has_wave(unit: Any) -> bool:
        return soon[unit] > 1 and soon[unit] >= 0.25 * owed[unit]

    def is_risky(unit: Any) -> bool:
        is_bad = late[unit] > 0 and late[unit] >= 0.05 * owed[unit]
        return is_bad or (has_wave(unit) and not has_wave("all"))

    return [(person, is_risky(unit_of.get(person)), 1) for person, *_ in overdue(scope, data)]


def signed(scope: Scope, data: Data) -> list[Row]:
    found = []
    for duty in data.of(Assignment):
        if duty.kind != "policy" or not scope.first <= (duty.due_on or date.max) <= scope.last:
            continue
        is_settled = day_of(duty.settled_at) <= scope.last
        if is_settled and duty.outcome == "done":
            found.append((duty.person, duty.settled_at <= duty.due_at, 1))
        elif not is_settled and duty.due_on < scope.last:
            found.append((duty.person, False, 1))
    return added(found)


def test_each_agrees_with_a_slow_count(database: Any) -> None:
    assert_all_agree(
        compliance.MEASURES,
        {
            "compliance_overdue": overdue,
            "people_in_order": in_order,
            "audit_readiness": proven,
            "due_30_days": _due("30"),
            "due_60_days": _due("60"),
            "due_90_days": _due("90"),
            "departments_at_risk": at_risk,
            "policies_on_time": signed,
        },
    )


def test_the_overview_says_the_same(database: Any) -> None:
    """Of today, of the company and of each department at risk: two pages never disagree."""
    of = {one.name: one for one in compliance.MEASURES}
    risks = 0
    for seed in SEEDS:
        with company(seed) as made:
            scope = Scope(made.today, made.today)
            figures = Figures(Coverage.select().where(Coverage.is_known()), made.today)
            rows = {name: list(one.tallies(scope)) for name, one in of.items()}
            late = rows["compliance_overdue"]
            assert sum(row.of for row in late) == figures.total.owed
            assert sum(row.hits for row in late) == figures.total.late
            within = [sum(row.hits for row in rows[f"due_{days}_days"]) for days in (30, 60, 90)]
            assert tuple(within) == figures.total.within
            at_risk = figures.at_risk
            risks += len(at_risk)
            told = sum(row.hits for row in rows["departments_at_risk"])
            assert bool(told) == any(unit.tally.owed for unit in at_risk)
    assert risks > 10


def test_the_target_is_the_missions() -> None:
    """Under five percent overdue."""
    (overdue,) = (one for one in compliance.MEASURES if one.name == "compliance_overdue")
    assert not overdue.is_red(4.9)
    assert overdue.is_red(5.1)
