"""Goals as people set them."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from portal.goals import shares
from portal.goals.checkins import CheckIn
from portal.goals.log import Accomplishment
from portal.goals.models import EVERYONE, LINE, OKR, Goal, Measured
from portal.people.org import Team


@pytest.fixture
def goal() -> Callable[..., Goal]:
    """`goal(who.erin)`: her own, or set `by=` somebody; of a `team=`, or the company's."""
    number = itertools.count(1)

    def begin(person: Any = None, *, by: Any = None, **more: Any) -> Goal:
        results = more.pop("results", [counted("customers who leave", 9, 5, "%")])
        # Each is another one: what is sent twice is set once.
        words = f"Reason {next(number)}"
        said = {"title": "CANARY goal", "words": words, "sort": OKR, "visibility": LINE} | more
        return Goal.begin(by=by or person, person=person, results=results, **said)

    return begin


def counted(words: str, start: float, target: float, unit: str = "") -> Measured:
    return Measured(words, unit, start, target, shares.direction_of(start, target))


@pytest.fixture
def teams(database: Any) -> Any:
    """Teams by name."""
    return {team.name: team for team in Team.select()}


@pytest.fixture
def filled() -> Callable[..., dict[str, Any]]:
    """`filled(title="")`: what somebody sends."""

    def form(**changed: Any) -> dict[str, Any]:
        said = {
            "title": "Customers stay", "words": "", "sort": "okr",
            "parent": "", "period": "2026  Q4", "starts_on": "", "ends_on": "2026-12-31",
            "title_1": "customers who leave", "start_1": "9", "target_1": "5,5", "unit_1": "%",
        }  # fmt: skip
        return said | changed

    return form


def goal_for_every_page(who: Any) -> dict[str, int]:
    """A goal of the company with two below it, one of them spoken of, for the walk over every
    page."""
    results = [counted("customers who leave", 9, 5, "%"), counted("visits", 0, 12)]
    said: dict[str, Any] = {"sort": OKR, "visibility": EVERYONE, "period": "2026 Q4"}
    top = Goal.begin(by=who.helen, results=results, title="Customers stay", **said)
    own = Goal.begin(
        by=who.helen, person=who.helen, results=results[:1], title="Fewer forms", parent=top, **said
    )
    CheckIn.say(own, "at_risk", "Two came back.", {own.results()[0].id: 7}, by=who.helen)
    Goal.begin(by=who.erin, person=who.erin, results=[], title="Calm nights", parent=top, **said)
    Accomplishment.note("Sent the last form.", by=who.helen, goal=own)
    return {"goal": top.id}
