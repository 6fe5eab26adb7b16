"""Every route of metrics, sort by sort of number: what each of the cast is answered there.

Whoever adds a route adds its row, or the last test fails.
"""

from typing import Any

import pytest
from flask import Flask

from portal.metrics import owning, reds, snapshots
from portal.metrics.measure import CLOSED, GROUPED, NAMED, UP, measures
from tests.metrics.told import NIGHT, OCTOBER, ON_TIME, SEPTEMBER, is_executive, tell, tell_share
from tests.reach import Rows, ask, each, told, without_row

ROOM = "/metrics"
ONE = f"{ROOM}/<name>"
FIGURES, PEOPLE = f"{ONE}/figures.<form>", f"{ONE}/people.<form>"
DATA = {
    f"{ONE}/notes": {"why": "It rained."},
    f"{ONE}/terms": {"owner": "Erin Castellanos", "target": "50"},
    f"{ROOM}/quarters": {"quarter": "2026 Q3"},
}

NOBODY = told()
HR = told(helen=200)
LEADS = told(**each(200, "helen", "dora", "mara", "otto"))
# Ida holds the function “executive” and leads nobody.
EXECUTIVE = told(helen=200, ida=200)
# Erin answers for it, and is led by Mara and Dora.
READS_NOTES = told(**each(200, "erin", "mara", "dora", "helen"))


def of_number(
    reads: dict[str, int], rows: dict[str, int], notes: dict[str, int], explains: dict[str, int]
) -> Rows:
    return {
        f"GET {ONE}": reads,
        f"GET {FIGURES}": reads,
        f"GET {ONE}/people": rows,
        f"POST {PEOPLE}": rows,
        f"GET {ONE}/notes": notes,
        f"POST {ONE}/notes": explains,
        f"GET {ONE}/terms": HR,
        f"POST {ONE}/terms": told(helen=303),
    }


def explained(by_owner: int) -> dict[str, int]:
    return READS_NOTES | {"erin": by_owner, "mara": 403, "dora": 403, "helen": 303}


# One of each sort: its name, of how many people it is told, and the rows about it.
SORTS: dict[str, tuple[str, int, Rows]] = {
    "named, also of lines": (ON_TIME, 10, of_number(LEADS, LEADS, READS_NOTES, explained(303))),
    # Of four people its owner reads no number, and does not learn that it is red.
    "named, of four people": (ON_TIME, 4, of_number(LEADS, LEADS, READS_NOTES, explained(403))),
    "named, of the company": (
        "kept_a_year", 10, of_number(HR, HR, READS_NOTES, explained(303)),
    ),
    "grouped": (
        "voluntary_departures", 10, of_number(HR, NOBODY, READS_NOTES, explained(403)),
    ),
    "closed": ("goals_met", 20, of_number(HR, NOBODY, READS_NOTES, explained(303))),
}  # fmt: skip
OF_ROOM: Rows = {
    f"GET {ROOM}": LEADS,
    f"GET {ROOM}/figures.<form>": LEADS,
    f"GET {ROOM}/executive": EXECUTIVE,
    f"GET {ROOM}/executive/<month>": EXECUTIVE,
    f"GET {ROOM}/leading": HR,
    f"GET {ROOM}/owners": HR,
    f"GET {ROOM}/red": EXECUTIVE,
    f"GET {ROOM}/quarters": HR,
    f"POST {ROOM}/quarters": told(helen=303),
}
OF_NOTHING: Rows = dict.fromkeys(SORTS["closed"][2], NOBODY)
OF_NO_FILE: Rows = dict.fromkeys(
    (f"GET {ROOM}/figures.<form>", f"GET {FIGURES}", f"POST {PEOPLE}"), NOBODY
)


def knock_at(as_: Any, rows: Rows, **values: str) -> None:
    for row, table in rows.items():
        ask(as_, row, table, lambda: values, DATA.get(row.split()[1], {}))


@pytest.fixture
def executive(who: Any) -> None:
    is_executive(who.ida)


@pytest.mark.parametrize("sort", SORTS)
def test_a_number_is_read_as_the_table_says(as_: Any, who: Any, executive: None, sort: str) -> None:
    name, people, rows = SORTS[sort]
    measure = measures[name]
    tell("headcount", value=people, people=people)
    tell_share(name, people / 2, people, snapshots.day_of(measure, NIGHT))
    owning.settle(measure, by=who.helen, owner=who.erin, target=99 if measure.better == UP else 1)
    reds.follow()
    assert reds.open_of(measure), "what is to be explained is red"
    knock_at(as_, rows, name=name, form="csv")
    files = {row: table for row, table in rows.items() if "<form>" in row}
    knock_at(as_, files, name=name, form="xlsx")


def test_the_room_is_read_as_the_table_says(as_: Any, executive: None) -> None:
    tell_share(ON_TIME, 5, 10, OCTOBER)
    tell_share(ON_TIME, 5, 10, SEPTEMBER)
    knock_at(as_, OF_ROOM, form="csv", month="2026-10")


def test_there_is_nothing_where_nobody_counts(as_: Any, executive: None) -> None:
    knock_at(as_, OF_NOTHING, name="salary", form="csv")
    knock_at(as_, OF_NO_FILE, name=ON_TIME, form="pdf")
    knock_at(as_, {f"GET {ROOM}/executive/<month>": NOBODY}, month="2026-12")


def test_every_sort_of_number_is_asked_for() -> None:
    assert {measures[name].privacy for name, _, _ in SORTS.values()} == {NAMED, GROUPED, CLOSED}


def test_every_route_of_metrics_has_its_row(app: Flask) -> None:
    tables = [OF_ROOM, *(rows for _, _, rows in SORTS.values())]
    assert without_row(app, "metrics", tables) == set()
