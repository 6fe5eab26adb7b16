"""Which figures of a table may be shown, so that nobody's answer can be found by subtracting.

The figures are one question's answers by department, with the sums of both. Whoever reads them may
add and subtract as they like: everything that comes out is a figure of five people or more. Pure.

The hidden cells are the edges of a graph between departments and answers, whose sums at each corner
are known. What can be computed from those are exactly the sums over certain sets of edges (in terms
of linear algebra, the 0/1 vectors in the row space of the incidence matrix); `_too_small` walks the
smallest of them.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

SMALLEST = 5
# All unions of departments that changed are looked at; with more, none is shown apart.
MAX_CHANGED = 10
# All subsets of the departments are looked at; the smaller ones beyond this are not shown apart.
MAX_DEPARTMENTS = 9

Cell = tuple[int, int]


@dataclass(frozen=True)
class Table:
    """What is shown of one group: how many answered, and the counts; None is a hidden one."""

    answered: int
    counts: dict[str, int | None]

    @property
    def hidden(self) -> int:
        """How many gave one of the hidden answers: whoever can subtract knows it anyway."""
        return self.answered - sum(count or 0 for count in self.counts.values())

    @property
    def says_something(self) -> bool:
        return any(count is not None for count in self.counts.values())


@dataclass(frozen=True)
class Figures:
    """One question: the whole company, and the departments that can be shown."""

    company: Table | None
    departments: dict[str, Table]

    @property
    def worth_reading(self) -> list[str]:
        """Departments of which anything is shown beside how many answered."""
        return [name for name, table in self.departments.items() if table.says_something]


def changes(before: Mapping[int, str], now: Mapping[int, str], touched: Collection[int]) -> int:
    """How many people have come, gone or changed their answer.

    `before` and `now` are the departments of those who answered, by person; `touched` who said
    something else since.
    """
    come_or_gone = before.keys() ^ now.keys()
    return len(come_or_gone) + sum(1 for person in before.keys() & now.keys() if person in touched)


def may_follow(before: Mapping[int, str], now: Mapping[int, str], touched: Collection[int]) -> bool:
    """Whether tables by department may follow those of `before`.

    Whoever subtracts an earlier table from a later one has what changed between them: in each
    department, and in any of them together, that has to be nothing or five people and more.
    """
    moves: Counter[tuple[str | None, str | None, bool]] = Counter()
    for person in before.keys() | now.keys():
        place, was, is_new = now.get(person), before.get(person), person in touched
        if place != was or is_new:
            moves[was, place, is_new] += 1
    changed = sorted({place for was, now_at, _ in moves for place in (was, now_at) if place})
    if len(changed) > MAX_CHANGED:
        return False
    for chosen in range(1, 1 << len(changed)):
        union = {name for number, name in enumerate(changed) if chosen >> number & 1}
        count = sum(
            people
            for (was, place, is_new), people in moves.items()
            if (was in union) != (place in union) or (place in union and is_new)
        )
        if 0 < count < SMALLEST:
            return False
    return True


def release(answers: Mapping[str, Mapping[str, int]], choices: list[str]) -> Figures:
    """What may be shown of `answers`, a count by choice for each department (people who said
    nothing are not counted).
    """
    total: Counter[str] = Counter()
    for counts in answers.values():
        total.update(counts)
    answered = sum(total.values())
    if answered < SMALLEST:
        return Figures(None, {})
    shown = _shown_of_one(total, choices)
    company = Table(answered, {c: total[c] if c in shown else None for c in choices})
    if not shown:
        return Figures(company, {})
    return Figures(company, _departments(answers, choices, shown))


def _shown_of_one(total: Mapping[str, int], choices: list[str]) -> set[str]:
    """A table of its own: small cells are hidden, and the next smallest, until what is hidden is
    together no longer small.
    """
    by_size = sorted(choices, key=lambda choice: total.get(choice, 0))
    hidden = [choice for choice in by_size if total.get(choice, 0) < SMALLEST]
    while hidden and sum(total.get(c, 0) for c in hidden) < SMALLEST and len(hidden) < len(choices):
        hidden.append(by_size[len(hidden)])
    return set(choices) - set(hidden)


def _departments(
    answers: Mapping[str, Mapping[str, int]], choices: list[str], shown: set[str]
) -> dict[str, Table]:
    sizes = {name: sum(counts.values()) for name, counts in answers.items()}
    large = sorted((n for n in sizes if sizes[n] >= SMALLEST), key=lambda n: (-sizes[n], n))
    named, rest = large[:MAX_DEPARTMENTS], sum(sizes.values())
    rest -= sum(sizes[name] for name in named)
    # Everybody else is a group too, which subtracting the others from the company shows.
    while named and 0 < rest < SMALLEST:
        rest += sizes[named.pop()]
    if not named:
        return {}
    columns = [choice for choice in choices if choice in shown]
    grid = _Grid.of(answers, named, columns, rest > 0, len(shown) < len(choices))
    if not grid.hide_enough():
        return {}
    return {
        name: Table(
            sizes[name],
            {
                c: answers[name].get(c, 0)
                if c in shown and (row, columns.index(c)) in grid.shown
                else None
                for c in choices
            },
        )
        for row, name in enumerate(named)
    }


@dataclass
class _Grid:
    """Departments (and all others) by shown answers (and all others), with what is shown of it."""

    counts: list[list[int]]
    shown: set[Cell]
    hidden: set[Cell]

    @classmethod
    def of(
        cls,
        answers: Mapping[str, Mapping[str, int]],
        named: list[str],
        columns: list[str],
        has_rest: bool,
        has_others: bool,
    ) -> "_Grid":
        rows: list[Mapping[str, int]] = [answers[name] for name in named]
        if has_rest:
            rest: Counter[str] = Counter()
            for name in set(answers) - set(named):
                rest.update(answers[name])
            rows.append(rest)
        counts = []
        for row in rows:
            line = [row.get(column, 0) for column in columns]
            counts.append([*line, sum(row.values()) - sum(line)] if has_others else line)
        cells = {(i, j) for i, line in enumerate(counts) for j in range(len(line))}
        shown = {
            (i, j)
            for i, j in cells
            if i < len(named) and j < len(columns) and counts[i][j] >= SMALLEST
        }
        return cls(counts, shown, cells - shown)

    def hide_enough(self) -> bool:
        """Hide the smallest shown cells until nothing small can be computed. False when even that
        does not help.
        """
        while (near := self._too_small()) is not None:
            candidates = [cell for cell in self.shown if near(cell)] or list(self.shown)
            if not candidates:
                return False
            smallest = min(candidates, key=lambda cell: (self.counts[cell[0]][cell[1]], cell))
            self.shown.remove(smallest)
            self.hidden.add(smallest)
        return True

    def _too_small(self) -> Callable[[Cell], bool] | None:
        """Where something small can be computed, as a test for the cells beside it; else None.

        Besides the hidden sums of each column and each row these are, for every set of rows, the
        hidden cells in those columns that the other rows touch as well.
        """
        width = len(self.counts[0])
        for column in range(width):
            edges = [cell for cell in self.hidden if cell[1] == column]
            if edges and self._sum(edges) < SMALLEST:
                return _in_column(column)
        for row in range(len(self.counts)):
            edges = [cell for cell in self.hidden if cell[0] == row]
            if edges and self._sum(edges) < SMALLEST:
                return _in_rows({row})
        touched = [
            frozenset(j for i, j in self.hidden if i == row) for row in range(len(self.counts))
        ]
        for chosen in range(1, 1 << len(self.counts)):
            rows = {row for row in range(len(self.counts)) if chosen >> row & 1}
            outside = frozenset().union(*(touched[r] for r in range(len(touched)) if r not in rows))
            edges = [cell for cell in self.hidden if cell[0] in rows and cell[1] in outside]
            if edges and self._sum(edges) < SMALLEST:
                return _in_rows(rows)
        return None

    def _sum(self, cells: list[Cell]) -> int:
        return sum(self.counts[i][j] for i, j in cells)


def _in_column(column: int) -> Callable[[Cell], bool]:
    return lambda cell: cell[1] == column


def _in_rows(rows: set[int]) -> Callable[[Cell], bool]:
    return lambda cell: cell[0] in rows
