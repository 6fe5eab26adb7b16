"""Nobody can be worked out of what is told: by force, over random companies."""

import random
from fractions import Fraction
from itertools import combinations

import pytest

from portal.metrics import release
from portal.metrics.cohorts import DIMENSIONS, OTHERS, Facts
from portal.metrics.measure import CLOSED, GROUPED, NAMED, Measure, Tally

pytestmark = pytest.mark.one_database

COMPANIES = 60
FIVE, TEN = 5, 10


def measure(privacy):
    return Measure(
        "any", "Any", "retention", "What is counted.", "Hits of all.", lambda scope: [],
        privacy=privacy,
    )  # fmt: skip


def company(seed):
    """Random people in departments, places, levels and quarters of very different sizes."""
    chance = random.Random(seed)
    size = chance.choice((4, 7, 12, 14, 19, 25, 40, 90, 200))

    def some(names, most):
        chosen = names[: chance.randint(1, most)]
        weights = [1 / (n + 1) ** chance.choice((0, 1, 2)) for n in range(len(chosen))]
        return lambda: chance.choices(chosen, weights)[0]

    department, place = some("12345678", 8), some("123", 3)
    level, quarter = some(["L1", "L2", "L3", "L4", ""], 5), some(list("abcdefghijkl"), 12)
    facts = {
        number: Facts(department(), place(), "", level(), "", quarter())
        for number in range(1, size + 1)
    }
    share = chance.choice((0, 0.05, 0.3, 0.5, 0.9, 1))
    # What is counted may hang on where somebody is: that is when groups give them away.
    dear = chance.choice((None, facts[1].department))
    tallies = [
        Tally(person, chance.random() < share if dear in (None, where.department) else 0)
        for person, where in facts.items()
        if chance.random() < 0.9
    ]
    return facts, tallies


def people_of(cell, facts, tallies):
    counted = {tally.person for tally in tallies}
    if not cell.dimension:
        return frozenset(counted)
    return frozenset(p for p in counted if getattr(facts[p], cell.dimension) == cell.cell)


def shown(cells, facts, tallies):
    return {
        (cell.dimension, cell.cell): people_of(cell, facts, tallies)
        for cell in cells
        if not cell.is_hidden
    }


def solved_by_elimination(groups):
    """Whose unit vector lies in the row space: the slow way, with fractions, row by row."""
    people = sorted(set().union(*groups)) if groups else []
    rows = [[Fraction(int(p in group)) for p in people] for group in groups]
    rank = 0
    for column in range(len(people)):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        rows[rank] = [value / rows[rank][column] for value in rows[rank]]
        for r in range(len(rows)):
            if r != rank and rows[r][column]:
                rows[r] = [
                    a - rows[r][column] * b for a, b in zip(rows[r], rows[rank], strict=True)
                ]
        rank += 1
    # In reduced form a unit vector is in the row space just when it is one of the rows.
    return {
        people[next(n for n, value in enumerate(row) if value)]
        for row in rows[:rank]
        if sum(1 for value in row if value) == 1
    }


def faults(cells_of):
    """What is wrong with what is told of each of the companies, as sentences."""
    found = []
    for seed in range(COMPANIES):
        facts, tallies = company(seed)
        groups = shown(cells_of(facts, tallies), facts, tallies)
        found += [f"{seed}: {person} is solved" for person in solved_by_elimination(
            list(groups.values()))]  # fmt: skip
        for (one, a), (other, b) in combinations(groups.items(), 2):
            if a != b and (len(a ^ b) < FIVE):
                found.append(f"{seed}: {one} and {other} differ in {len(a ^ b)}")
        found += [f"{seed}: {key} has {len(group)}" for key, group in groups.items()
                  if len(group) < FIVE]  # fmt: skip
        everybody = groups.get(("", ""), frozenset())
        for dimension in DIMENSIONS:
            inside = [group for (name, _), group in groups.items() if name == dimension]
            rest = everybody - frozenset().union(*inside)
            if inside and 0 < len(rest) < FIVE:
                found.append(f"{seed}: {dimension} leaves {len(rest)}")
    return found


def test_of_sixty_companies_nobody_can_be_solved_from_what_is_told_of_groups():
    grouped = measure(GROUPED)

    assert faults(lambda facts, tallies: release.told(grouped, tallies, facts)) == []


def test_the_same_test_goes_red_on_a_rule_that_only_counts_to_five():
    grouped = measure(GROUPED)

    def naive(facts, tallies):
        """Every group of five or more, whatever else is told."""
        return [
            cell
            for cell in release.told(measure(NAMED), tallies, facts)
            if cell.people >= FIVE and cell.dimension in ("", *release.COARSE)
        ]

    found = faults(naive)

    assert any("is solved" in fault for fault in found)
    assert any("differ in" in fault for fault in found)
    assert any("leaves" in fault for fault in found)
    assert grouped.floor == FIVE


def test_whom_algebra_can_solve_is_found_just_as_by_elimination():
    for seed in range(COMPANIES):
        facts, tallies = company(seed)
        every = shown(release.told(measure(NAMED), tallies, facts), facts, tallies)
        groups = [group for (name, _), group in every.items() if len(group) > 1 or not name]

        assert release.solvable(groups) == solved_by_elimination(groups), seed


def test_something_is_told_of_most_companies_all_the_same():
    told = 0
    for seed in range(COMPANIES):
        facts, tallies = company(seed)
        cells = release.told(measure(GROUPED), tallies, facts)
        told += sum(1 for cell in cells if not cell.is_hidden and cell.dimension) >= 2

    assert told > COMPANIES / 2


# -- closed measures ---------------------------------------------------------------------------


def worlds_of(cells, groups):
    """For each group told of: how many hits it may have had, as far as everything told together
    allows. Groups do not overlap, so each combination of numbers is one kind of world."""
    company = next(cell for cell in cells if not cell.dimension)
    low, high = ends(company)
    possible = [range(*(int(e) + n for n, e in enumerate(ends(cell)))) for cell in groups]
    return [numbers for numbers in product_within(possible) if low <= sum(numbers) <= high]


def product_within(ranges):
    if not ranges:
        yield ()
        return
    for number in ranges[0]:
        for rest in product_within(ranges[1:]):
            yield (number, *rest)


def ends(cell):
    if cell.hits is not None:
        return cell.hits, cell.hits
    return round(cell.low * cell.of / 100), round(cell.high * cell.of / 100)


def solved_by_worlds(cells):
    """Groups all of whose people must be a yes, or must be a no, in every world that is left."""
    groups = [cell for cell in cells if cell.dimension and not cell.is_hidden]
    if not groups:
        return []
    worlds = worlds_of(cells, groups)
    return [
        cell.cell
        for place, cell in enumerate(groups)
        if {world[place] for world in worlds} <= {0} or
        {world[place] for world in worlds} <= {cell.people}
    ]  # fmt: skip


def test_of_closed_rows_no_department_is_solved_even_where_all_of_it_are_alike():
    closed = measure(CLOSED)
    for seed in range(COMPANIES * 2):
        facts, tallies = company(seed)
        cells = release.told(closed, tallies, facts)

        assert solved_by_worlds(cells) == [], seed
        for cell in cells:
            assert cell.is_hidden or cell.people >= TEN, seed
            assert cell.dimension in ("", "department")


def test_nineteen_of_whom_seven_count_all_of_one_department_solve_nobody():
    facts = {n: Facts("A" if n <= 10 else "B") for n in range(1, 20)}
    cells = release.told(measure(CLOSED), [Tally(n, n <= 7) for n in facts], facts)

    assert [(cell.cell, cell.people) for cell in cells] == [("", 19), (OTHERS, 19)]


def test_the_same_test_goes_red_where_the_company_is_told_exactly():
    facts = {n: Facts("A" if n <= 12 else "B") for n in range(1, 25)}
    tallies = [Tally(n, n <= 12) for n in facts]
    company_, *departments = release.told(measure(CLOSED), tallies, facts)
    assert solved_by_worlds([company_, *departments]) == []

    # Twelve of A at most and two of B at most: with an exact twelve one more, all is known.
    exact = release.Cell("", "", 24, hits=12, of=24, value=50)
    told_exactly = [release.Cell("department", "A", 12, hits=12, of=12), departments[1]]
    assert solved_by_worlds([exact, *told_exactly]) == ["A", "B"]


def test_a_closed_measure_refuses_to_count_somebody_twice():
    facts = {n: Facts("A") for n in range(1, 13)}
    with pytest.raises(ValueError, match="yes or no"):
        release.told(measure(CLOSED), [Tally(n, 2, 3) for n in facts], facts)


def test_of_named_rows_every_group_is_told():
    facts = {1: Facts("A", "x"), 2: Facts("B", "x")}
    cells = release.told(measure(NAMED), [Tally(1, 1), Tally(2, 0)], facts)

    departments = {cell.cell: cell.value for cell in cells if cell.dimension == "department"}
    assert departments == {"A": 100, "B": 0}
    assert cells[0].value == 50
