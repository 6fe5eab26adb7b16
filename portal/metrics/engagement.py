"""Measures of engagement: how often people talk with whoever leads them, and praise on the page.

Talks are the two people's alone: their room tells how many met by department, once a month in
fives, and only that is repeated here. Feedback and private praise are nobody's to count.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import peewee

from portal import db
from portal.feedback.praise import Praise, PraiseTo
from portal.metrics.cohorts import DEPARTMENT
from portal.metrics.here import everybody, one_if, within
from portal.metrics.measure import GROUPED, Measure, Scope, Tally
from portal.metrics.release import Cell
from portal.oneonones.frequency import TalkFigure
from portal.people.models import Person

A_QUARTER = 90


def _no_rows(scope: Scope) -> Iterator[Tally]:
    """Of what is told by its room as a sum there are no rows."""
    return iter(())


def talks(on: date) -> list[Cell]:
    """What is told of the newest month that was over before that day: the company as the sum of
    what is told of its departments."""
    newest = TalkFigure.select(peewee.fn.MAX(TalkFigure.month)).where(TalkFigure.month < on)
    rows = list(TalkFigure.select().where(TalkFigure.month == newest, TalkFigure.pairs > 0))
    if not rows:
        return [Cell("", "", is_hidden=True)]
    pairs, met = (sum(each) for each in zip(*(row.about for row in rows), strict=True))
    found = [_told("", "", pairs, met)]
    return found + [_told(DEPARTMENT, str(row.team_id), *row.about) for row in rows if row.team_id]


def _told(dimension: str, key: str, pairs: int, met: int) -> Cell:
    return Cell(dimension, key, people=pairs, hits=met, of=pairs, value=100 * met / pairs)


def _on_page(scope: Scope) -> Any:
    """Praise given in these days that is on the page, by what is wanted there now."""
    return within(scope, Praise.given_at) & Praise.is_on_page(scope.last)


def praised(scope: Scope) -> Iterator[Tally]:
    """Everybody here: whether the page praises them for something in these days."""
    to = (
        PraiseTo.select(PraiseTo.person)
        .join(Praise)
        .where(_on_page(scope), scope.among(PraiseTo.person))
    )
    rows = everybody(scope, one_if(db.among(Person.id, to)))
    return (Tally(person, is_so) for person, is_so in rows)


def praising(scope: Scope) -> Iterator[Tally]:
    """Everybody here: whether they praised somebody on the page in these days."""
    givers = Praise.select(Praise.giver).where(_on_page(scope), scope.among(Praise.giver))
    rows = everybody(scope, one_if(db.among(Person.id, givers)))
    return (Tally(person, is_so) for person, is_so in rows)


def _page(person: int) -> str:
    return "/praise"


MEASURES = [
    Measure(
        name="one_on_ones",
        title="One-on-ones in their rhythm",
        group="engagement",
        definition="Of the people who have agreed on a rhythm with whoever leads them, how many"
        " met within it at the end of the last month. Told once a month, by department of ten or"
        " more who are led, in fives: who talks with whom stays between the two.",
        formula="people who met within their rhythm ÷ people with a rhythm",
        tallies=_no_rows,
        target=80,
        privacy=GROUPED,
        ready=talks,
        caution="It follows changes of five people or more only, so small steps do not show.",
    ),
    Measure(
        name="praised",
        title="People praised",
        group="engagement",
        definition="Of the people who work here, how many the company's page has praised within 90"
        " days. Private praise does not count, nor what somebody took off the page.",
        formula="people praised on the page ÷ people here",
        tallies=praised,
        days=A_QUARTER,
        for_lines=True,
        where=_page,
        caution="Quiet teams praise in person. Praise that is counted for its own sake is none.",
    ),
    Measure(
        name="praising",
        title="People who praise",
        group="engagement",
        definition="Of the people who work here, how many have praised somebody on the company's"
        " page within 90 days.",
        formula="people who praised on the page ÷ people here",
        tallies=praising,
        days=A_QUARTER,
        for_lines=True,
        where=_page,
    ),
]
