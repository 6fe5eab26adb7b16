"""Numbers of the benchmark's company: the last night as it is counted, and the months before it
made like it. Then the worker finds no night to take while pages are measured.
"""

from datetime import date

from portal.metrics import leading, owning, reds, snapshots
from portal.metrics.measure import measures
from portal.metrics.models import Snapshot
from portal.people.models import Person
from tests.bench.rows import insert


def fill() -> None:
    """Every measure with its owner, its night and its months; what is red by that is red, and one
    of them is explained. Call it last, inside `db.write()`."""
    helen, last = Person.get_by_id(2), snapshots.last_night()
    for measure in measures.values():
        owning.settle(measure, by=helen, owner=helen, target=None)
    snapshots.take(last, list(measures.values()))
    _look_back(last)
    reds.follow()
    red = next((measure for measure in measures.values() if reds.open_of(measure)), None)
    if red is not None:
        reds.say(red, by=helen, why="All came at once.", action="Two more.", look_again_on=None)
    leading.take_due()


def _look_back(last: date) -> None:
    """The ends of months one may look back on: each measure as it was counted last."""
    taken = list(Snapshot.select().dicts())
    days = {
        (name, snapshots.day_of(measure, on))
        for on in snapshots.days_wanted(last)
        for name, measure in measures.items()
    }
    days -= {(row["measure"], row["on"]) for row in taken}
    by_measure: dict[str, list[dict[str, object]]] = {}
    for row in taken:
        del row["id"]
        by_measure.setdefault(row["measure"], []).append(row)
    insert(
        Snapshot,
        ({**row, "on": day} for name, day in sorted(days) for row in by_measure.get(name, ())),
    )
