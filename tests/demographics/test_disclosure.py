"""No pair of tables, and no sum or difference of all of them, tells of fewer than five people.

The rule is held against linear algebra of another kind: everything released is written as equations
over the unknown cells (each department's people of each answer), and the row space is searched.
"""

import itertools
import random
import time
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from portal.demographics.disclosure import SMALLEST, Figures, Table, release
from portal.demographics.questions import QUESTIONS

pytestmark = pytest.mark.one_database

Answers = dict[str, Counter[str]]
Row = tuple[int, ...]
Rule = Callable[[Answers, list[str]], Figures]


def company(seed: int, departments: int = 6, choices: int = 5, most: int = 40) -> Answers:
    """Departments of all sizes, and answers as unevenly spread as people are."""
    rng = random.Random(seed)
    names = [f"c{n}" for n in range(choices)]
    made: Answers = {}
    for number in range(rng.randint(1, departments)):
        weights = [rng.random() ** 3 for _ in names]
        # Where nobody has answered there is no department, as in `by_department`.
        size = rng.choice([rng.randint(1, 7), rng.randint(5, most)])
        made[f"d{number}"] = Counter(rng.choices(names, weights, k=size))
    return made


def names_of(choices: int) -> list[str]:
    return [f"c{n}" for n in range(choices)]


def equations(answers: Answers, choices: list[str], figures: Figures) -> list[tuple[Row, int]]:
    """Every released number as a 0/1 row over the cells (department × answer), with its value."""
    departments = sorted(answers)
    cells = [(d, c) for d in departments for c in choices]
    found: list[tuple[Row, int]] = []

    def add(table: Table, group: set[str]) -> None:
        found.append((tuple(int(d in group) for d, _ in cells), table.answered))
        for choice, count in table.counts.items():
            if count is not None:
                row = tuple(int(d in group and c == choice) for d, c in cells)
                found.append((row, count))

    if figures.company:
        add(figures.company, set(departments))
    for name, table in figures.departments.items():
        add(table, {name})
    return found


def reduced(rows: list[Row]) -> list[list[Fraction]]:
    """The reduced row echelon form: a basis of everything that adding and subtracting gives."""
    matrix = [[Fraction(x) for x in row] for row in rows]
    basis: list[list[Fraction]] = []
    for row in matrix:
        for known in basis:
            lead = next(i for i, x in enumerate(known) if x)
            if row[lead]:
                row = [x - row[lead] * y for x, y in zip(row, known, strict=True)]
        lead = next((i for i, x in enumerate(row) if x), -1)
        if lead < 0:
            continue
        row = [x / row[lead] for x in row]
        basis = [
            [x - known[lead] * y for x, y in zip(known, row, strict=True)] for known in basis
        ] + [row]
    return basis


def lies_in(basis: list[list[Fraction]], vector: Row) -> bool:
    rest = [Fraction(x) for x in vector]
    for row in basis:
        lead = next(i for i, x in enumerate(row) if x)
        if rest[lead]:
            rest = [x - rest[lead] * y for x, y in zip(rest, row, strict=True)]
    return not any(rest)


def found_out(answers: Answers, choices: list[str], figures: Figures) -> list[str]:
    """What tells of fewer than five people: a pair of numbers, or one cell solved for."""
    rows = equations(answers, choices, figures)
    told = [f"{value} is shown" for _, value in rows if value < SMALLEST]
    for (one, a), (other, b) in itertools.permutations(rows, 2):
        difference = [x - y for x, y in zip(one, other, strict=True)]
        if min(difference) >= 0 and any(difference) and a - b < SMALLEST:
            told.append(f"{a} - {b}")
    basis = reduced([row for row, _ in rows])
    cells = [(d, c) for d in sorted(answers) for c in choices]
    for number, (department, choice) in enumerate(cells):
        unit = tuple(int(n == number) for n in range(len(cells)))
        if answers[department][choice] < SMALLEST and lies_in(basis, unit):
            told.append(f"{department} {choice} is solved")
    return told


@pytest.mark.parametrize("seed", range(50))
def test_no_cell_of_few_people_can_be_solved_for_in_fifty_companies(seed: int) -> None:
    answers = company(seed)
    figures = release(answers, names_of(5))
    assert found_out(answers, names_of(5), figures) == []


@pytest.mark.parametrize("seed", range(50))
def test_nobodys_own_answer_is_in_the_row_space(seed: int) -> None:
    """The same over people: no unit vector of a person and an answer comes out."""
    answers = company(seed, departments=4, choices=4, most=12)
    choices = names_of(4)
    figures = release(answers, choices)
    people = [(d, n) for d in sorted(answers) for n in range(answers[d].total())]
    columns = [(person, c) for person in people for c in choices]
    rows: list[Row] = []
    for group, table in [("", figures.company), *figures.departments.items()]:
        if table is None:
            continue
        inside = {p for p in people if group in ("", p[0])}
        rows.append(tuple(int(p in inside) for p, _ in columns))
        rows += [
            tuple(int(p in inside and c == choice) for p, c in columns)
            for choice, count in table.counts.items()
            if count is not None
        ]
    # In reduced form a unit vector lies in the space only when it is a row of its own.
    assert [row for row in reduced(rows) if sum(1 for x in row if x) == 1] == []


@pytest.mark.parametrize("seed", range(60))
def test_no_sum_of_cells_that_comes_out_is_small(seed: int) -> None:
    """Small companies, every set of cells tried: what lies in the row space has five people."""
    answers = company(seed, departments=3, choices=4, most=25)
    choices = names_of(4)
    figures = release(answers, choices)
    basis = reduced([row for row, _ in equations(answers, choices, figures)])
    counts = [answers[d][c] for d in sorted(answers) for c in choices]
    leads = [next(i for i, x in enumerate(row) if x) for row in basis]
    found = []
    # A 0/1 vector of the space is told by its entries at the leads of the basis.
    for bits in itertools.product((0, 1), repeat=len(basis)):
        vector = [
            sum((b * row[i] for b, row in zip(bits, basis, strict=True)), Fraction(0))
            for i in range(len(counts))
        ]
        if any(vector) and all(x in (0, 1) for x in vector):
            total = sum(int(x) * n for x, n in zip(vector, counts, strict=True))
            if total < SMALLEST:
                found.append((vector, total))
    assert len(leads) == len(basis) and found == []


def only_small_cells_hidden(answers: Answers, choices: list[str]) -> Figures:
    """The naive rule: whatever is small is not shown, and that is all."""

    def table(counts: Counter[str]) -> Table:
        shown = {c: counts[c] if counts[c] >= SMALLEST else None for c in choices}
        return Table(counts.total(), shown)

    total = sum(answers.values(), Counter())
    large = {name: c for name, c in answers.items() if c.total() >= SMALLEST}
    return Figures(table(total), {name: table(counts) for name, counts in large.items()})


def each_table_alone(answers: Answers, choices: list[str]) -> Figures:
    """Better, and not enough: each table is safe in itself, and the tables together are not."""
    large = {
        name: table
        for name, counts in answers.items()
        if (table := release({name: counts}, choices).company)
    }
    return Figures(release(answers, choices).company, large)


@pytest.mark.parametrize("rule", [only_small_cells_hidden, each_table_alone])
def test_a_naive_rule_would_be_found_out(rule: Rule) -> None:
    caught = [
        s for s in range(50) if found_out(company(s), names_of(5), rule(company(s), names_of(5)))
    ]
    assert len(caught) > 10


def test_what_can_be_shown_is_shown() -> None:
    """Two departments of ordinary size: nothing is hidden for nothing."""
    answers = {"A": Counter(w=12, m=20), "B": Counter(w=9, m=8)}
    figures = release(answers, ["w", "m"])
    assert figures.company == Table(49, {"w": 21, "m": 28})
    assert figures.departments == {
        "A": Table(32, {"w": 12, "m": 20}), "B": Table(17, {"w": 9, "m": 8}),
    }  # fmt: skip


def test_a_small_answer_takes_the_next_smallest_with_it() -> None:
    figures = release({"A": Counter(w=30, m=20, x=1, n=6)}, ["w", "m", "x", "n"])
    assert figures.company == Table(57, {"w": 30, "m": 20, "x": None, "n": None})


def test_a_small_department_is_not_found_by_subtracting_the_others() -> None:
    answers = {"A": Counter(w=10, m=10), "B": Counter(w=8, m=8), "C": Counter(w=2, m=1)}
    figures = release(answers, ["w", "m"])
    assert set(figures.departments) == {"A"}
    assert figures.company == Table(39, {"w": 20, "m": 19})


@pytest.mark.parametrize("people", range(SMALLEST))
def test_fewer_than_five_in_all_show_nothing(people: int) -> None:
    assert release({"A": Counter(w=people)}, ["w", "m"]) == Figures(None, {})


def test_a_company_of_many_departments_is_quick() -> None:
    began = time.perf_counter()
    answers = company(3, departments=40, choices=8, most=60)
    answers |= {f"more{n}": Counter(c0=6, c1=5, c2=n % 5) for n in range(30)}
    figures = release(answers, names_of(8))
    assert found_out(answers, names_of(8), figures) == []
    assert time.perf_counter() - began < 20


def test_the_questions_are_whole() -> None:
    for question in QUESTIONS:
        values: list[Any] = [name for name, _ in question.offered]
        assert len(set(values)) == len(values) and values[-1] == "unsaid"
        assert question.why.endswith(".") and all(len(value) <= 20 for value in values)
