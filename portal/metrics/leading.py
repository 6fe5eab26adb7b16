"""Leading indicators: whether those who learned, or met regularly, leave less often afterwards.

Half a year is looked at before a day, and half a year after it, over the whole company, once a
quarter that is over. What is told is coarse: shares in fives of percent, people in fives, and
nothing where the groups or the leavers in them are few. Talks are the two people's alone, so of
them five leavers and five who stayed are asked of either group: of nobody who left does it follow
whether they met. It is counted once and kept: counted anew, after the dates of one person were
changed, it would tell of that person.
"""

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from portal import clock, db
from portal.metrics.intervals import newcombe
from portal.metrics.leading_counts import KINDS, Counted, Kind, counted
from portal.metrics.measure import quarter_end_before
from portal.metrics.models import Snapshot
from portal.metrics.release import Cell

A_DAY = timedelta(days=1)
HALF_A_YEAR = 182
# The fewest of a group, and the fewest who left.
FEWEST, FEWEST_LEFT = 20, 5
STEP = 5
# Among the numbers that are kept: under which word, and what of them.
DIMENSION = "leading"
DID, DID_NOT, DIFFERENCE = "did", "did_not", "difference"
WHY_NOT = {
    "not_yet": "Not counted yet: it is, once a quarter, on the night after its end.",
    "few": f"Not told: one of the two groups has fewer than {FEWEST} people.",
    "few_left": f"Not told: fewer than {FEWEST_LEFT} people left in that time.",
    "private": f"Not told: fewer than {FEWEST_LEFT} people left, or stayed, of one of the two"
    " groups, and who talks with whom is theirs alone.",
}
CAUTION = (
    "Together is not because: people who are about to leave may stop learning and talking, and good"
    " teams do more of both. It is a question to ask, and no proof."
)


@dataclass(frozen=True)
class Group:
    """One of the two groups as it is told: whole fives of people, and the percent who left, to the
    nearest five."""

    title: str
    people: int
    left: int


@dataclass(frozen=True)
class Indicator:
    """What is told of one indicator. `groups` are those who did, then those who did not;
    `difference` is how many percentage points less often the first left, between `low` and `high`
    with 95 % confidence. Where nothing is told they are empty, and `why_not` says why."""

    name: str
    title: str
    definition: str
    first: date
    middle: date
    last: date
    groups: tuple[Group, ...] = ()
    difference: int | None = None
    low: int | None = None
    high: int | None = None
    why_not: str = ""
    caution: str = CAUTION

    @property
    def is_shown(self) -> bool:
        return bool(self.groups)

    @property
    def is_clear(self) -> bool:
        """Whether chance alone is an unlikely reason: nought is not between the ends."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high

    @property
    def sentence(self) -> str:
        """What it says, in words."""
        if not self.is_shown:
            return self.why_not
        did, did_not = self.groups
        said = (
            f"Of about {did.people} people {did.title}, about {did.left} % left in the half-year"
            f" after; of about {did_not.people} {did_not.title}, about {did_not.left} %."
        )
        if not self.is_clear:
            return f"{said} That difference may be chance."
        return f"{said} Chance alone seldom makes such a difference."


def indicators(on: date) -> list[Indicator]:
    """Each of them as it was counted for the newest quarter that is over on that day: one query."""
    last = quarter_end_before(on)
    kept: dict[str, dict[str, Snapshot]] = {}
    of_it = (Snapshot.on == last) & (Snapshot.dimension == DIMENSION)
    for row in Snapshot.select().where(of_it):
        kept.setdefault(row.measure, {})[row.cell] = row
    return [_indicator(kind, kept.get(_name(kind), {}), last) for kind in KINDS]


def _name(kind: Kind) -> str:
    return f"leading_{kind.name}"


def _indicator(kind: Kind, kept: dict[str, Any], last: date) -> Indicator:
    """What is kept of it, or told of it, by cell."""
    first, middle = days_of(last)
    one = Indicator(kind.name, kind.title, kind.definition, first, middle, last)
    if DIFFERENCE not in kept:
        why_not = next((WHY_NOT[cell] for cell in kept), WHY_NOT["not_yet"])
        return replace(one, why_not=why_not)
    did, did_not = (
        Group(title, int(kept[cell].people), int(kept[cell].value))
        for title, cell in zip(kind.groups, (DID, DID_NOT), strict=True)
    )
    told = kept[DIFFERENCE]
    low, high, difference = int(told.low), int(told.high), int(told.value)
    return replace(one, groups=(did, did_not), difference=difference, low=low, high=high)


def days_of(last: date) -> tuple[date, date]:
    """The first day one looks at, and the day from which on one looks who leaves by the last."""
    middle = last - HALF_A_YEAR * A_DAY
    return middle - (HALF_A_YEAR - 1) * A_DAY, middle


# -- counting, once ----------------------------------------------------------------------------


def take_due() -> int:
    """Count the last quarter that is over, unless it was; returns how many were counted."""
    last = quarter_end_before(clock.today())
    first, middle = days_of(last)
    taken = 0
    for kind in KINDS:
        if not _is_taken(kind, last):
            taken += _keep(kind, last, told(kind, counted(kind, first, middle, last)))
    return taken


def _is_taken(kind: Kind, last: date) -> bool:
    mine = (Snapshot.measure == _name(kind)) & (Snapshot.on == last)
    return bool(Snapshot.select().where(mine).exists())


def _keep(kind: Kind, last: date, cells: list[Cell]) -> int:
    with db.write():
        if _is_taken(kind, last):
            return 0
        for cell in cells:
            Snapshot.create(
                measure=_name(kind), on=last, dimension=DIMENSION, cell=cell.cell,
                people=cell.people or None, value=cell.value, low=cell.low, high=cell.high,
                is_hidden=cell.is_hidden, taken_at=clock.now(),
            )  # fmt: skip
    return 1


# -- telling -----------------------------------------------------------------------------------


def told(kind: Kind, table: Counted) -> list[Cell]:
    """What may be told of a table: both groups and their difference, or why nothing is."""
    if why_not := _why_not(table, is_private=kind.is_private):
        return [Cell(DIMENSION, why_not, is_hidden=True)]
    did, did_not = _share(table.did, table.did_left), _share(table.did_not, table.did_not_left)
    low, high = newcombe(table.did_not_left, table.did_not, table.did_left, table.did)
    difference = did_not - did
    # Outward, so that it says less rather than more than is known.
    low = min(difference, math.floor(100 * low / STEP) * STEP)
    high = max(difference, math.ceil(100 * high / STEP) * STEP)
    return [
        Cell(DIMENSION, DID, people=table.did // STEP * STEP, value=did),
        Cell(DIMENSION, DID_NOT, people=table.did_not // STEP * STEP, value=did_not),
        Cell(DIMENSION, DIFFERENCE, value=difference, low=low, high=high),
    ]


def shown(kind: Kind, table: Counted, last: date) -> Indicator:
    """The same as a page shows it."""
    return _indicator(kind, {cell.cell: cell for cell in told(kind, table)}, last)


def _why_not(table: Counted, *, is_private: bool) -> str:
    if min(table.did, table.did_not) < FEWEST:
        return "few"
    left = (table.did_left, table.did_not_left)
    if sum(left) < FEWEST_LEFT:
        return "few_left"
    stayed = (table.did - table.did_left, table.did_not - table.did_not_left)
    return "private" if is_private and min(*left, *stayed) < FEWEST_LEFT else ""


def _share(people: int, left: int) -> int:
    """Percent, to the nearest five."""
    return math.floor(100 * left / people / STEP + 0.5) * STEP
