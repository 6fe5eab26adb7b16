"""Measures of learning: who takes courses, what comes of it, what people hold, and what it costs.

HR, auditors and whoever leads somebody read each row anyway. Whether a course has helped is said by
managers, and told by the room that keeps it in fives, without names: of that only the sum is shown.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import peewee

from portal import db
from portal.assignments.models import Assignment
from portal.learning.helped import Helped, whole_fives
from portal.learning.models import KIND, Attempt, Completion
from portal.learning.spending import Spending
from portal.metrics import days
from portal.metrics.here import by, everybody, not_by, one_if, within
from portal.metrics.measure import DOWN, GROUPED, MEAN, NEITHER, Measure, Scope, Tally
from portal.metrics.release import Cell
from portal.people.models import Person
from portal.people.org import Company

A_DAY = timedelta(days=1)
A_YEAR, A_QUARTER = 365, 90
NUMBER, SUM, LAST = peewee.fn.COUNT, peewee.fn.SUM, peewee.fn.MAX
NOT_OWED = ("waived", "ended")
HIDDEN = [Cell("", "", is_hidden=True)]


def _url(person: int) -> str:
    return f"/learning/people/{person}"


def _no_rows(scope: Scope) -> Iterator[Tally]:
    """Of what is told by its room as a sum there are no rows."""
    return iter(())


def _begun_in(scope: Scope) -> Any:
    return within(scope, Attempt.started_at)


def _done_in(scope: Scope) -> Any:
    return Completion.stands() & Completion.done_on.between(scope.first, scope.last)


# -- taking courses ----------------------------------------------------------------------------


def enrolled(scope: Scope) -> Iterator[Tally]:
    """Everybody here: whether they began or completed a course in these days."""
    begun = Attempt.select(peewee.SQL("1")).where(Attempt.person == Person.id, _begun_in(scope))
    done = Completion.select(peewee.SQL("1")).where(Completion.person == Person.id, _done_in(scope))
    has = peewee.fn.EXISTS(begun) | peewee.fn.EXISTS(done)
    return (Tally(person, is_so) for person, is_so in everybody(scope, one_if(has)))


def completed(scope: Scope) -> Iterator[Tally]:
    """Courses somebody began in these days, each once, and how many of them they completed since
    they first did so. A completion that was a mistake never was."""
    begun = (
        Attempt.select(
            Attempt.person.alias("person_id"),
            Attempt.course.alias("course_id"),
            peewee.fn.MIN(Attempt.started_at).alias("begun_at"),
        )
        .where(_begun_in(scope), scope.among(Attempt.person))
        .group_by(Attempt.person, Attempt.course)
        .alias("begun")
    )
    done = Completion.select(peewee.SQL("1")).where(
        Completion.person == begun.c.person_id,
        Completion.course == begun.c.course_id,
        Completion.stands(),
        Completion.done_at >= begun.c.begun_at,
        by(scope, Completion.done_at),
    )
    hits = SUM(one_if(peewee.fn.EXISTS(done)))
    rows: Any = peewee.Select([begun], [begun.c.person_id, hits, NUMBER(begun.c.course_id)])
    found = rows.group_by(begun.c.person_id).bind(db.database).tuples()
    return (Tally(person, hits, of) for person, hits, of in found)


def on_time(scope: Scope) -> Iterator[Tally]:
    """Courses somebody owed by a day before the last one, and how many were done by then."""
    settled = by(scope, Assignment.settled_at)
    in_time = settled & (Assignment.outcome == "done")
    in_time &= Assignment.settled_at <= Assignment.due_at
    is_owed = not_by(scope, Assignment.settled_at) | ~Assignment.outcome.in_(NOT_OWED)
    is_past = (Assignment.due_on >= scope.first) & (Assignment.due_on < scope.last)
    rows: Any = (
        Assignment.select(Assignment.person, SUM(one_if(in_time)), NUMBER(Assignment.id))
        .where(Assignment.kind == KIND, is_past, is_owed, by(scope, Assignment.opened_at))
        .where(Assignment.person.is_null(False), scope.among(Assignment.person))
        .group_by(Assignment.person)
        .tuples()
    )
    return (Tally(person, done, of) for person, done, of in rows)


def minutes(scope: Scope) -> Iterator[Tally]:
    """Everybody here: the minutes the courses took that they completed in these days."""
    spent = Completion.select(peewee.fn.COALESCE(SUM(Completion.seconds), 0)).where(
        Completion.person == Person.id, _done_in(scope)
    )
    return (Tally(person, seconds / 60) for person, seconds in everybody(scope, spent))


# -- what rooms tell as sums -------------------------------------------------------------------


def helped(on: date) -> list[Cell]:
    """What managers said of courses by that day: course by course only whole fives that were all
    given by then, always the same ones. Later days add fives and never one answer."""
    rows: Any = Helped.select(Helped.course, Helped.answer, Helped.answered_at).order_by(Helped.id)
    end = days.end_of(on)
    answers: dict[int, list[tuple[str, ...]]] = {}
    for course, answer, at in rows.tuples():
        # One that came later keeps its place, empty: no other moves up to it.
        answers.setdefault(course, []).append((answer if at <= end else "",))
    told = [answer for given in answers.values() for (answer,) in whole_fives(given)]
    known = [answer for answer in told if answer != "unknown"]
    if not known:
        return HIDDEN
    hits = sum(answer in ("clearly", "somewhat") for answer in known)
    return [_told(hits, len(known), 100 * hits / len(known))]


def _told(hits: float, of: float, value: float) -> Cell:
    return Cell("", "", people=int(of), hits=hits, of=of, value=value)


def cost(on: date) -> list[Cell]:
    """What courses have cost in the year until that day, by completions of the same courses."""
    scope = Scope(on - A_DAY * (A_YEAR - 1), on)
    paid = Spending.stands() & Spending.spent_on.between(scope.first, scope.last)
    paid &= (Spending.currency == Company.settings().currency) & Spending.course.is_null(False)
    done = Completion.select(NUMBER(Completion.id)).where(
        _done_in(scope), db.among(Completion.course, Spending.select(Spending.course).where(paid))
    )
    cents, number = Spending.select(SUM(Spending.cents), done).where(paid).tuples().first()
    if cents is None or not number:
        return HIDDEN
    return [_told(int(cents) / 100, number, int(cents) / 100 / number)]


MEASURES = [
    Measure(
        name="learning_enrolled",
        title="People learning",
        group="learning",
        definition="Of the people who work here, how many have begun or completed a course within"
        " 90 days.",
        formula="people who began or completed a course ÷ people here",
        tallies=enrolled,
        days=A_QUARTER,
        for_lines=True,
        where=_url,
    ),
    Measure(
        name="courses_completed",
        title="Courses completed",
        group="learning",
        definition="Of the courses people began within a year, each once for a person, how many"
        " they have completed since.",
        formula="courses completed ÷ courses begun",
        tallies=completed,
        days=A_YEAR,
        for_lines=True,
        where=_url,
        caution="Who began yesterday counts as well, so it is never quite 100 %.",
    ),
    Measure(
        name="courses_on_time",
        title="Courses on time",
        group="learning",
        definition="Of the courses people were asked to take by a day within the last year, how"
        " many were done by that day. What was waived or not asked any more does not count.",
        formula="course duties done by their day ÷ course duties whose day is over",
        tallies=on_time,
        target=95,
        days=A_YEAR,
        for_lines=True,
        where=_url,
    ),
    Measure(
        name="learning_minutes",
        title="Minutes of learning",
        group="learning",
        definition="The minutes that courses took which were completed within a year, as far as"
        " the portal measures it, by person who works here.",
        formula="minutes in completed courses ÷ people here",
        tallies=minutes,
        kind=MEAN,
        unit="minutes",
        better=NEITHER,
        days=A_YEAR,
        for_lines=True,
        where=_url,
        caution="Sessions in a room and practice at work are not measured in minutes.",
    ),
    Measure(
        name="learning_helped",
        title="Courses that helped",
        group="learning",
        definition="Some weeks after a course the manager is asked whether it has helped. Of those"
        " who could tell, how many said clearly or somewhat. Told course by course in fives, so"
        " nobody's answer can be worked out.",
        formula="answers “clearly” or “somewhat” ÷ answers but “I cannot tell”",
        tallies=_no_rows,
        privacy=GROUPED,
        ready=helped,
    ),
    Measure(
        name="course_cost",
        title="Cost of a completion",
        group="learning",
        definition="What courses have cost within a year, in the company's currency, divided by"
        " how often the same courses were completed in that time.",
        formula="costs of courses ÷ completions of those courses",
        tallies=_no_rows,
        kind=MEAN,
        unit="each",
        better=DOWN,
        days=A_YEAR,
        privacy=GROUPED,
        ready=cost,
        caution="A cost paid once for many years falls into one of them.",
    ),
]
