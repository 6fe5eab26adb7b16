"""How ratings are spread over groups, pure: what may be shown of it to somebody who knows some.

A group is shown from five people on. Of those whose ratings the viewer does not know, a group, the
rest of the session and all of it together hold none or at least five, so that no difference leads
to fewer. A session has one sort of groups and the same people from its begin to its end: two cuts
through one set, or the same cut a day later, could be subtracted from each other.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

FEWEST = 5


@dataclass(frozen=True)
class Rated:
    """One person's rating: in which group, what was given and what it is now, and whether the
    viewer reads it beside their name."""

    group: str
    given: int
    rating: int
    is_known: bool = False


@dataclass(frozen=True)
class Line:
    """One group: how many people, how many of them had each rating, and how many have it now."""

    name: str
    people: int
    before: Counter[int]
    after: Counter[int]


@dataclass(frozen=True)
class Spread:
    """What may be shown. `total` is None where nothing is; `hidden` are the other groups' names."""

    total: Line | None
    lines: list[Line]
    hidden: list[str]


def spread(rows: Iterable[Rated]) -> Spread:
    """What of these ratings may be shown, group by group in the order of their names."""
    rows = list(rows)
    names = sorted({row.group for row in rows})
    if not _may_show(rows):
        return Spread(None, [], names)
    shown = shown_groups(rows)
    lines = [_line(name, [row for row in rows if row.group == name]) for name in sorted(shown)]
    return Spread(_line("", rows), lines, [name for name in names if name not in shown])


def shown_groups(rows: list[Rated]) -> set[str]:
    """The groups that may be shown beside the sum of all."""
    people, unknown = Counter(r.group for r in rows), Counter(
        r.group for r in rows if not r.is_known
    )  # fmt: skip
    shown = {
        name
        for name in people
        if people[name] >= FEWEST
        and _is_enough(unknown[name])
        and _is_enough(len(rows) - people[name])
        and _is_enough(unknown.total() - unknown[name])
    }
    while shown and not (
        _is_enough(len(rows) - sum(people[name] for name in shown))
        and _is_enough(unknown.total() - sum(unknown[name] for name in shown))
    ):
        shown.remove(min(shown, key=lambda name: (people[name], name)))
    return shown


def _is_enough(number: int) -> bool:
    return number == 0 or number >= FEWEST


def _may_show(rows: list[Rated]) -> bool:
    return len(rows) >= FEWEST and _is_enough(sum(not row.is_known for row in rows))


def _line(name: str, rows: list[Rated]) -> Line:
    before, after = Counter(row.given for row in rows), Counter(row.rating for row in rows)
    return Line(name, len(rows), before, after)
