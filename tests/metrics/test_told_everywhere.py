"""What pages, charts, files and mails hold is what was told, and nobody can be worked out of it."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from portal import clock, db
from portal.mail.models import Letter
from portal.metrics import charts, exploring, exporting, letters, quarterly, release, snapshots
from portal.metrics.cohorts import Facts
from portal.metrics.forms import Asked
from portal.metrics.measure import GROUPED, Tally, measures
from portal.metrics.models import Snapshot
from tests.metrics.test_release import company, people_of, solved_by_elimination
from tests.metrics.told import NIGHT

COMPANIES = 50
MEASURE = "comment_length"
Key = tuple[str, str]


def with_ids(facts: dict[int, Facts]) -> dict[int, Facts]:
    """Departments and places as numbers, which is what the portal names them by."""
    return {person: one._replace(manager="", role="") for person, one in facts.items()}


def keep(cells: list[release.Cell]) -> None:
    """As the nightly count does, of the last night."""
    with db.write():
        Snapshot.delete().execute()
    snapshots._keep({(MEASURE, NIGHT): cells})


def told_by_pages() -> set[Key]:
    """Of which groups any number stands in a table, a bar or a line, a file, or a page of one
    group."""
    measure, found = measures[MEASURE], set()
    for by in ("", *exploring.filters(measure)):
        page = exploring.page(measure, Asked(by=by))
        rows = page.rows if by else [("", page.reading.told)]
        drawn = charts.bars(measure, page.rows, None)
        content = exporting.comma_separated(exporting.of_page(page)).decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(content)))[1:]
        assert len(lines) == len(rows)
        for (_, row), line in zip(rows, lines, strict=True):
            # What is not told in the table is not told on a page of its own.
            is_hidden = by and row.is_hidden
            alone = (
                exploring.page(measure, Asked(by=by, cell=row.cell)).reading if is_hidden else None
            )
            numbers = [*line[2:3], *line[4:], row.value, row.hits, row.of, row.people]
            if alone is not None:
                numbers += [getattr(alone.told, name) for name in ("value", "hits", "people")]
            if any(one not in ("", None) for one in numbers):
                found.add((row.dimension, row.cell))
        bars = len(drawn.bars) + drawn.left_out if drawn else 0
        assert bars <= sum(key[0] == by and bool(by) for key in found)
    return found


def faults(rule: Any) -> Iterator[str]:
    """Of which companies somebody is solved by what stands anywhere."""
    for seed in range(COMPANIES):
        facts, tallies = company(seed)
        cells = rule(measures[MEASURE], tallies, with_ids(facts))
        keep(cells)
        keys = told_by_pages()
        groups = [
            people_of(cell, facts, tallies) for cell in cells if (cell.dimension, cell.cell) in keys
        ]
        yield from (f"{seed}: {person}" for person in solved_by_elimination(groups))


def test_of_fifty_companies_nobody_is_solved_by_any_page_chart_or_file(database: Any) -> None:
    assert measures[MEASURE].privacy == GROUPED
    assert list(faults(release.told)) == []


def test_the_same_test_goes_red_where_every_group_of_five_is_told(database: Any) -> None:
    def naive(measure: Any, tallies: list[Tally], facts: dict[int, Facts]) -> list[release.Cell]:
        tables = release._tables({one.person for one in tallies}, facts, release.COARSE)
        rows = {one.person: [one] for one in tallies}
        groups = [(("", ""), frozenset(rows)), *tables.items()]
        return [
            release._cell(measure, *key, group, rows)
            if len(group) >= 5
            else release.Cell(*key, is_hidden=True)
            for key, group in groups
        ]

    assert next(faults(naive), None) is not None


def test_mails_and_the_review_of_a_quarter_hold_no_number_of_few_people(
    app: Any, who: Any, move_clock: Any
) -> None:
    quarter = date(2026, 9, 30)
    move_clock(days=5)
    sunday = clock.today() - timedelta(days=1)
    for on, value in ((sunday, 61.7), (quarter, 62.8)):
        with db.write():
            for number, name in enumerate(measures):
                # Of four people, whom HR may open; of those nobody may open nothing is kept.
                is_named = measures[name].privacy == "named"
                Snapshot.create(
                    measure=name, on=on, is_hidden=not is_named,
                    taken_at=clock.now() - timedelta(days=9),
                    **({"value": value + number, "hits": 3, "of": 4, "people": 4} if is_named
                       else {}),
                )  # fmt: skip
    assert "###" not in quarterly.text_of("2026 Q3", quarter)

    assert letters.write_week() == 1
    row = Letter.get(Letter.kind == letters.WEEK)
    message = next(one for one in letters.LETTERS if one.name == letters.WEEK).render(row)
    assert message is not None
    for one in measures.values():
        assert one.privacy == "named" or one.title not in message.text
