"""Two thousand goals at every size: of the company, of teams below them, and of people below those.

Every one is open to everyone, so that whoever looks at the tree reads all of it.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from portal import clock
from portal.goals.checkins import CheckIn
from portal.goals.models import Goal, KeyResult
from portal.people.models import Person
from portal.people.org import Team
from tests.bench.rows import insert

GOALS = 2_000
OF_COMPANY = 10
OF_TEAMS = 190
STATES = ("on_track", "at_risk", "off")


def fill(today: date) -> None:
    """Goals with two key results and a check-in each; `today` is when they were set."""
    at = datetime.combine(today, time(0, 0, 1), clock.zone_of("UTC"))
    people = [row for (row,) in Person.select(Person.id).order_by(Person.id.desc()).tuples()]
    teams = [row for (row,) in Team.select(Team.id).order_by(Team.id).tuples()]
    insert(Goal, (_goal(number, at, people, teams) for number in range(1, GOALS + 1)))
    insert(KeyResult, _results())
    insert(CheckIn, (_check_in(number, at) for number in range(1, GOALS + 1)))


def _goal(number: int, at: datetime, people: list[int], teams: list[int]) -> dict[str, Any]:
    is_team = OF_COMPANY < number <= OF_COMPANY + OF_TEAMS
    is_person = number > OF_COMPANY + OF_TEAMS
    parent = None
    if is_team:
        parent = number % OF_COMPANY + 1
    elif is_person:
        parent = OF_COMPANY + 1 + number % OF_TEAMS
    return {
        "person": people[number % len(people)] if is_person else None,
        "team": teams[number % len(teams)] if is_team else None,
        "parent": parent,
        "sort": "okr",
        "title": f"What number {number} wants to reach",
        "visibility": "everyone",
        "period": "2026 Q4",
        "set_by": 2,
        "set_at": at,
        "open_since": at,
    }


def _results() -> Iterator[dict[str, Any]]:
    for number in range(1, GOALS + 1):
        for order in range(2):
            yield {
                "goal": number, "order": order, "title": f"Counted {order}", "unit": "%",
                "start": 0.0, "target": 100.0, "current": float(number % 101), "direction": "up",
            }  # fmt: skip


def _check_in(number: int, at: datetime) -> dict[str, Any]:
    said = "It goes as it should, and nobody waits for us."
    return {"goal": number, "by": 2, "at": at, "state": STATES[number % 3], "sentence": said}
