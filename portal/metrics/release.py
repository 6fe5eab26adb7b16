"""What may be told of groups, so that nobody's own row can be worked out of it.

A minimum size alone does not do that: a department of ten less a place of nine is one person. So
everything that is told of one measure on one day is looked at together, as a system of equations
over people, and what would solve anybody is not told.

Three rules, by how private the rows are (`Measure.privacy`):

- named: whoever reads the table may open each row, so everything is told as it is;
- grouped: one filter at a time, of five people or more. Two groups that differ in fewer than five
  people are not both told, nor is what would leave fewer than five in the rest of a table; then
  whatever would still solve a person goes, the smallest group first;
- closed: departments of ten or more alone, and everybody else together. Groups do not overlap, the
  company is the sum of what is told of them, and so nothing is had by subtracting. The ends are
  told as “at most two” and “all but two at most”, or a number of all would tell of each.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from portal.metrics.cohorts import DEPARTMENT, DIMENSIONS, HIRED, LEVEL, LOCATION, OTHERS, Facts
from portal.metrics.measure import CLOSED, NAMED, Measure, Tally

# So many people of a group may always be either: whoever reads it may be one of them.
OPEN_ENDS = 2
# What a grouped measure is told by: with roles and managers too little would be left of each.
COARSE = (DEPARTMENT, LOCATION, LEVEL, HIRED)
# Arithmetic without fractions: a prime so large that an accident is not to be expected.
PRIME = (1 << 61) - 1

Group = frozenset[int]


@dataclass(frozen=True)
class Cell:
    """What is told of one group: `hits` of `of`, over `people` people, and the number they make.

    Hidden, nothing of that. Told as a span, `low` and `high` are the number's ends, `value` None.
    `dimension` is empty for everybody counted.
    """

    dimension: str
    cell: str
    people: int = 0
    hits: float | None = None
    of: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    is_hidden: bool = False


def told(measure: Measure, tallies: Iterable[Tally], facts: dict[int, Facts]) -> list[Cell]:
    """What may be told of these rows: of everybody first, then of groups, one filter at a time.

    People without facts count in no group, and so not at all.
    """
    rows: dict[int, list[Tally]] = defaultdict(list)
    for tally in tallies:
        if tally.person in facts:
            rows[tally.person].append(tally)
    if measure.privacy == CLOSED:
        return _closed(measure, rows, facts)
    tables = _tables(rows, facts, DIMENSIONS if measure.privacy == NAMED else COARSE)
    everybody = frozenset(rows)
    shown = None if measure.privacy == NAMED else releasable(everybody, tables, measure.floor)
    return [
        _cell(measure, dimension, key, group, rows)
        if shown is None or (dimension, key) in shown
        else Cell(dimension, key, is_hidden=True)
        for (dimension, key), group in [(("", ""), everybody), *tables.items()]
    ]


Tables = dict[tuple[str, str], Group]


def _tables(people: Iterable[int], facts: dict[int, Facts], by: Iterable[str]) -> Tables:
    """Who is in which group of which filter."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for person in people:
        for dimension in by:
            found[dimension, getattr(facts[person], dimension)].add(person)
    return {key: frozenset(group) for key, group in sorted(found.items())}


def _cell(
    measure: Measure, dimension: str, key: str, group: Group, rows: dict[int, list[Tally]]
) -> Cell:
    counted = [row for person in group for row in rows[person]]
    return Cell(
        dimension,
        key,
        people=len(group),
        hits=sum(row.hits for row in counted),
        of=sum(row.of for row in counted),
        value=measure.value(counted),
    )


# -- grouped -----------------------------------------------------------------------------------


def releasable(everybody: Group, tables: Tables, floor: int) -> set[tuple[str, str]]:
    """Which groups may be told together; of `("", "")` it is everybody.

    Nobody can be solved from their sums, no two of them differ in fewer than `floor` people, and
    each table leaves none or at least as many to the rest.
    """
    if len(everybody) < floor:
        return set()
    shown: Tables = {("", ""): everybody}
    for key, group in sorted(tables.items(), key=lambda one: (-len(one[1]), one[0])):
        if len(group) >= floor and all(_are_apart(group, other, floor) for other in shown.values()):
            shown[key] = group
    while True:
        _leave_enough(shown, everybody, floor)
        solved = solvable(list(shown.values()))
        if not solved:
            return set(shown)
        _drop_smallest(shown, solved)


def _are_apart(one: Group, other: Group, floor: int) -> bool:
    """The same people, or different by so many that the difference says nothing of one."""
    return one == other or len(one ^ other) >= floor


def _leave_enough(shown: Tables, everybody: Group, floor: int) -> None:
    """What a table does not tell is had by subtracting: so it is nobody, or enough people."""
    for dimension in {dimension for dimension, _ in shown if dimension}:
        while True:
            inside = {key: group for key, group in shown.items() if key[0] == dimension}
            rest = len(everybody) - sum(map(len, inside.values()))
            if not inside or rest == 0 or rest >= floor:
                break
            _drop_smallest(shown, everybody, dimension)


def _drop_smallest(shown: Tables, among: Iterable[int], dimension: str | None = None) -> None:
    """The smallest group goes that holds any of these people; everybody together goes last."""
    people = frozenset(among)
    candidates = [
        key
        for key, group in shown.items()
        if key[0] and (dimension in (None, key[0])) and group & people
    ]
    del shown[min(candidates, key=lambda key: (len(shown[key]), key)) if candidates else ("", "")]


def solvable(groups: list[Group]) -> set[int]:
    """Whose own row follows from the sums over these groups, by linear algebra.

    Somebody can be solved just when their unit vector lies in the row space of the table “group ×
    person”, that is when projecting it there leaves it as it is: a' G⁻ a = 1, where `a` says which
    groups they are in and G how many people each two groups share.
    """
    member: dict[int, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        for person in group:
            member[person].append(number)
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for person, inside in member.items():
        alike[tuple(inside)].append(person)
    # Two who are in the same groups are never told apart.
    alone = {inside: people[0] for inside, people in alike.items() if len(people) == 1}
    if not alone:
        return set()
    size = len(groups)
    gram = [[0] * size for _ in range(size)]
    for inside, people in alike.items():
        for i in inside:
            for j in inside:
                gram[i][j] += len(people)
    solve = _eliminated(gram)
    return {person for inside, person in alone.items() if _projects_on_itself(inside, solve)}


def _eliminated(matrix: list[list[int]]) -> list[list[int]]:
    """A matrix G⁻ with G G⁻ G = G, modulo the prime: what depends on others is 0."""
    size = len(matrix)
    work = [[*row, *(int(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    chosen: list[tuple[int, int]] = []
    for column in range(size):
        taken = {row for row, _ in chosen}
        pivot = next((r for r in range(size) if r not in taken and work[r][column] % PRIME), None)
        if pivot is None:
            continue
        chosen.append((pivot, column))
        inverse = pow(work[pivot][column], -1, PRIME)
        work[pivot] = [value * inverse % PRIME for value in work[pivot]]
        for row in range(size):
            if row != pivot and (factor := work[row][column] % PRIME):
                work[row] = [
                    (a - factor * b) % PRIME for a, b in zip(work[row], work[pivot], strict=True)
                ]
    found = [[0] * size for _ in range(size)]
    for row, column in chosen:
        found[column] = work[row][size:]
    return found


def _projects_on_itself(inside: tuple[int, ...], solve: list[list[int]]) -> bool:
    return sum(solve[i][j] for i in inside for j in inside) % PRIME == 1


# -- closed ------------------------------------------------------------------------------------


def _closed(measure: Measure, rows: dict[int, list[Tally]], facts: dict[int, Facts]) -> list[Cell]:
    """Departments of ten or more and everybody else, each told between two ends; then their sum."""
    hit = {person: _yes_or_no(counted) for person, counted in rows.items()}
    cells = [
        _between(measure, key, len(group), sum(hit[person] for person in group))
        for key, group in sorted(apart(rows, facts, measure.floor).items())
    ]
    if not cells:
        return [Cell("", "", is_hidden=True)]
    people = sum(cell.people for cell in cells)
    low, high = (sum(ends) for ends in zip(*(_ends(cell) for cell in cells), strict=True))
    return [_span(measure, "", "", people, int(low), int(high)), *cells]


def apart(people: Iterable[int], facts: dict[int, Facts], floor: int) -> dict[str, Group]:
    """Everybody in one group: their department, where enough of it are counted, or all others.

    Others who are too few are joined by the smallest department; nothing where all are too few.
    """
    found: dict[str, set[int]] = defaultdict(set)
    for person in people:
        found[facts[person].department].add(person)
    others: set[int] = set()
    for key in sorted(found, key=lambda key: (len(found[key]), key)):
        if key == "" or len(found[key]) < floor or 0 < len(others) < floor:
            others |= found.pop(key)
    if 0 < len(others) < floor and found:
        others |= found.pop(min(found, key=lambda key: (len(found[key]), key)))
    groups = {key: frozenset(group) for key, group in found.items()}
    return groups | ({OTHERS: frozenset(others)} if len(others) >= floor else {})


def _yes_or_no(counted: list[Tally]) -> int:
    """A closed measure says one thing of a person: more would tell more than its ends hide."""
    (row,) = counted
    if row.of != 1 or row.hits not in (0, 1):
        raise ValueError("A closed measure counts each person once, as yes or no.")
    return int(row.hits)


def _between(measure: Measure, key: str, people: int, hits: int) -> Cell:
    if hits <= OPEN_ENDS:
        return _span(measure, DEPARTMENT, key, people, 0, OPEN_ENDS)
    if hits >= people - OPEN_ENDS:
        return _span(measure, DEPARTMENT, key, people, people - OPEN_ENDS, people)
    return _span(measure, DEPARTMENT, key, people, hits, hits)


def _span(measure: Measure, dimension: str, key: str, people: int, low: int, high: int) -> Cell:
    """Told as one number where both ends are the same, otherwise as two."""
    if low == high:
        value = measure.value([Tally(0, low, people)])
        return Cell(dimension, key, people, hits=low, of=people, value=value)
    ends = [measure.value([Tally(0, end, people)]) for end in (low, high)]
    return Cell(dimension, key, people, of=people, low=ends[0], high=ends[1])


def _ends(cell: Cell) -> tuple[float, float]:
    """How many hits a cell tells of, at least and at most."""
    if cell.hits is not None:
        return cell.hits, cell.hits
    assert cell.low is not None and cell.high is not None and cell.of is not None
    return round(cell.low * cell.of / 100), round(cell.high * cell.of / 100)
