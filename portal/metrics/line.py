"""A manager's line, counted when it is asked for: only whom they lead today, and only measures
whose rows they may open one by one.

Nothing of it is kept. No number of the company and none of another line is shown beside it.
"""

from datetime import date
from typing import Any

from portal.metrics import owning, words
from portal.metrics.cohorts import DIMENSIONS, LOCATION, MANAGER, ROLE, facts
from portal.metrics.exploring import Page, Reading
from portal.metrics.forms import Asked
from portal.metrics.measure import GROUPS, Measure, Memo, Scope, Tally
from portal.metrics.release import Cell, told
from portal.people.models import Person

# By what a line can be divided: who leads them, what they do, where they are.
BY = (MANAGER, ROLE, LOCATION)

Line = frozenset[int]


def of(viewer: Person) -> Line:
    """Everybody below the viewer today, as ids: one query."""
    return frozenset(number for (number,) in viewer.line().tuples())


def groups(measures: list[Measure]) -> list[tuple[str, str]]:
    """The groups that have a number for lines, with their titles, in the order of the page."""
    have = {one.group for one in measures}
    return [(name, words.GROUP_TITLES[name]) for name in GROUPS if name in have]


def readings(measures: list[Measure], line: Line, today: date) -> list[Reading]:
    """These measures of the line today: what each asks, and one query for targets."""
    terms, memo = owning.all_terms(), Memo()
    return [
        Reading(
            one,
            total(one, line, today, memo),
            target=owning.target_of(one, terms.get(one.name)),
            is_line=True,
        )
        for one in measures
    ]


def total(measure: Measure, line: Line, on: date, memo: Memo | None = None) -> Cell:
    """Everybody of the line together, as of that day."""
    return together(measure, list(measure.tallies(measure.scope(on, line, memo))))


def together(measure: Measure, rows: list[Tally]) -> Cell:
    """All rows as one number; hidden where they are of too few people."""
    people = len({row.person for row in rows})
    if people < measure.floor:
        return Cell("", "", is_hidden=True)
    return Cell(
        "",
        "",
        people=people,
        hits=sum(row.hits for row in rows),
        of=sum(row.of for row in rows),
        value=measure.value(rows),
    )


def page(measure: Measure, line: Line, asked: Asked, today: date) -> Page:
    """One measure of the line: today, by one filter, and a period before of the same people."""
    terms = owning.all_terms().get(measure.name)
    scope = measure.scope(today, line)
    counted = list(measure.tallies(scope))
    rows = _divided(measure, counted, scope, asked.by) if asked.by else []
    name, chosen = next((row for row in rows if row[1].cell == asked.cell), ("", None))
    before = None if chosen else total(measure, line, words.day_before(measure, today), scope.memo)
    found = Reading(
        measure,
        chosen or together(measure, counted),
        before,
        owning.target_of(measure, terms),
        is_line=True,
    )
    return Page(found, today, [], asked, rows, name)


def _divided(
    measure: Measure, counted: list[Tally], scope: Scope, by: str
) -> list[tuple[str, Any]]:
    """What may be told of each group of these rows, with their names, sorted by them."""
    found = told(measure, counted, facts(scope.last, scope.people))
    cells = [cell for cell in found if cell.dimension == by]
    labels = DIMENSIONS[by].labels(cell.cell for cell in cells)
    named = [(labels.get(cell.cell, "Gone"), cell) for cell in cells]
    return sorted(named, key=lambda one: (one[1].cell == "", one[0].casefold()))
