"""Who stays: a year, the first weeks, and how those who left have left."""

from collections.abc import Callable, Iterable
from typing import Any

import peewee

from portal.metrics import days, stints
from portal.metrics.measure import DOWN, GROUPED, Measure, Scope, Tally

YEAR = 365
fn = peewee.fn


def kept_a_year(scope: Scope) -> Iterable[Tally]:
    """Of those here on the first of the days, who is here on the last."""
    stint = stints.of(scope)
    was = fn.MAX(_one_if(stints.is_here(stint, scope.first)))
    still = fn.MAX(_one_if(stints.is_here(stint, scope.last)))
    rows = stints.count(stint, still).having(was == 1)
    return [Tally(person, hit) for person, hit in rows]


def turnover(scope: Scope) -> Iterable[Tally]:
    """Last days in these days, of the share of them each was here: their sum is how many were here
    on average."""
    stint, first, last = stints.of(scope), scope.first, scope.last
    present = days.between(days.later(stint.c.began, first), days.earlier(stint.c.ended, last)) + 1
    left = _one_if(stint.c.ended.between(first, last))
    rows = stints.count(stint, fn.SUM(left), fn.SUM(present)).where(
        stint.c.began <= last, stint.c.ended.is_null() | (stint.c.ended >= first)
    )
    length = (last - first).days + 1
    return [Tally(person, gone, here / length) for person, gone, here in rows]


def voluntary(scope: Scope) -> Iterable[Tally]:
    """Of the departures of which it is known, those that were the person's own choice."""
    return _said(scope, "voluntary")


def regretted(scope: Scope) -> Iterable[Tally]:
    """Of the departures of which it is known, those that are regretted."""
    return _said(scope, "regretted")


def _said(scope: Scope, name: str) -> Iterable[Tally]:
    stint = stints.of(scope)
    said = getattr(stint.c, name)
    rows = stints.count(stint, fn.SUM(_one_if(said == True)), fn.COUNT(said))  # noqa: E712
    rows = rows.where(stint.c.ended.between(scope.first, scope.last), said.is_null(False))
    return [Tally(person, hits, of) for person, hits, of in rows]


def kept_days(number: int) -> Callable[[Scope], Iterable[Tally]]:
    """Of those who began so many days before one of these days, who was still here on it."""

    def kept(scope: Scope) -> Iterable[Tally]:
        stint, back = stints.of(scope), number * days.A_DAY
        stayed = stint.c.ended.is_null() | (days.between(stint.c.began, stint.c.ended) >= number)
        rows = stints.count(stint, fn.SUM(_one_if(stayed)), fn.COUNT(stint.c.began))
        rows = rows.where(stint.c.began.between(scope.first - back, scope.last - back))
        return [Tally(person, hits, of) for person, hits, of in rows]

    return kept


def _one_if(condition: Any) -> Any:
    return peewee.Case(None, [(condition, 1)], 0)


def _file(person: int) -> str:
    return f"/people/{person}"


def _first_days(number: int) -> Measure:
    return Measure(
        name=f"kept_{number}_days",
        title=f"Still here after {number} days",
        group="onboarding",
        definition=f"Of everybody whose {number}th day after the first one came within the last "
        "year, how many still worked here on it. Whoever came back is counted for each time.",
        formula=f"here {number} days after the first ÷ all whose {number} days have passed",
        tallies=kept_days(number),
        days=YEAR,
        where=_file,
    )


MEASURES = [
    *(_first_days(number) for number in (30, 60, 90)),
    Measure(
        name="kept_a_year",
        title="Retention over twelve months",
        group="retention",
        definition="Of everybody who worked here a year ago, how many work here today. Whoever "
        "left and came back counts as here. By quarter of hire it is the retention of a cohort.",
        formula="here then and now ÷ here then",
        tallies=kept_a_year,
        days=YEAR,
        where=_file,
    ),
    Measure(
        name="turnover",
        title="Turnover",
        group="retention",
        definition="How many left within the last year, for every hundred who worked here on "
        "average. Each person counts for as much of the year as they were here.",
        formula="last days in the year ÷ (days everybody was here ÷ days of the year)",
        tallies=turnover,
        better=DOWN,
        days=YEAR,
        where=_file,
    ),
    Measure(
        name="voluntary_departures",
        title="Departures by one’s own choice",
        group="retention",
        definition="Of those who left within the last year and of whom HR noted it, how many "
        "chose to go themselves.",
        formula="left by choice ÷ departures of which it is noted",
        tallies=voluntary,
        better=DOWN,
        days=YEAR,
        privacy=GROUPED,
        caution="Of departures, not of everybody: of a team in which one person left it would say "
        "how that one left.",
    ),
    Measure(
        name="regretted_departures",
        title="Regretted departures",
        group="retention",
        definition="Of those who left within the last year and of whom HR noted it, how many the "
        "company would have liked to keep.",
        formula="regretted ÷ departures of which it is noted",
        tallies=regretted,
        better=DOWN,
        days=YEAR,
        privacy=GROUPED,
        caution="What is regretted is noted by HR when somebody goes: ask how it is judged before "
        "comparing departments.",
    ),
]
